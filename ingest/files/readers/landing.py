"""What every reader hands over: one file as a relation of texts, and how it is to be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.files.readers.heads import Head, Record

FindHead = Callable[[Sequence[Record], str], Head]


@dataclass(frozen=True)
class Options:
    """How a file is to be read; whatever is None is found out, and remarked upon.

    Attributes:
        encoding: character encoding of a text file.
        delimiter: what separates the cells of a delimited file.
        sheet: a sheet's name or its place, counted from 1.
        header_row: the row on which the headers stand, counted from 1.
        cell_range: the part of a sheet to read, as in "B3:K400".
        records_path: the keys that lead to the records of a JSON document, joined by dots.
        decimal: the sign before decimals, in what the numbers of a workbook, of JSON or of Parquet
            become: that of the texts beside them, so that all are read alike.
        wanted: headers that somebody waits for; they tell the header row from titles above it.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    cell_range: str | None = None
    records_path: str | None = None
    decimal: str = "."
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Misfit:
    """A record that does not fit the header: kept as it was found."""

    record: int
    line: int
    reason: str
    found: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Landing:
    """One file, landed.

    Attributes:
        view: name of the relation with `_record`, `_line` and `c0`, `c1`, ... as text.
        head: its columns.
        records_n: records in the file, misfits included.
        misfits: records that are not in the relation.
        sha256: hash of the file's bytes.
        size_bytes: the file's size.
        sheet: the sheet of a workbook.
        remarks: what was found out about the file, in sentences without any cell's value.
        is_1904: a workbook that counts its days from 1904.
    """

    view: str
    head: Head
    records_n: int
    misfits: tuple[Misfit, ...]
    sha256: str
    size_bytes: int
    sheet: str | None = None
    remarks: tuple[str, ...] = ()
    is_1904: bool = False
