"""XLS workbooks (Excel 97 to 2003) through xlrd: every cell as the text that stands in the file."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlrd
from xlrd.compdoc import CompDoc, CompDocError

from ingest.files.readers.numerals import (
    BUILT_IN_LOOKS,
    DIGITS_MAX,
    Look,
    as_rounded,
    date_of,
    has_lost_digits,
    look_of,
    number_of,
)
from ingest.files.readers.packages import protected
from ingest.files.readers.sheets import Area, Row, Sheet, fill_down
from workspace.errors import DataRefused, Place

BOF, EOF, FILEPASS, SST = 0x809, 0x0A, 0x2F, 0xFC
VERSION_97 = 0x600
# The fewest that a shared text takes.
TEXT_BYTES = 3
ERRORS_BY_CODE = {**xlrd.error_text_from_code, 0x2B: "#GETTING_DATA"}
# What xlrd's code meets in a file that is none: it checks little of what it follows.
STUMBLES = (
    *(xlrd.XLRDError, CompDocError, struct.error),
    *(AssertionError, ArithmeticError, AttributeError, LookupError),
    *(RecursionError, TypeError, ValueError, MemoryError),
)


class _Silence(io.TextIOBase):
    """Where xlrd's own words go."""

    def write(self, text: str, /) -> int:
        """Take a text and forget it."""
        return len(text)


class _Once(dict[int, int]):
    """Which small sector follows which, each asked for once: xlrd follows circles without end."""

    def __getitem__(self, number: int) -> int:
        """Return the sector after this one."""
        return self.pop(number)


class XlsBook:
    """An open XLS workbook.

    Attributes:
        sheets: its sheets, in their order.
        remarks: what is to be said about the workbook.
        is_1904: its days count from 1904.
    """

    def __init__(self, path: Path, shown: str, decimal: str) -> None:
        self.remarks: list[str] = []
        self._shown = shown
        self._decimal = decimal
        with _refused_when_broken(shown):
            self._open(_stream(path.read_bytes(), shown))

    def _open(self, stream: bytes) -> None:
        # Hidden rows and merged cells count as formatting.
        self._book = book = xlrd.open_workbook(
            file_contents=stream,
            logfile=_Silence(),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
        )
        states = book._sheet_visibility
        self.sheets = [
            Sheet(name, states[n] & 3 == 0, str(n)) for n, name in enumerate(book.sheet_names())
        ]
        self.is_1904 = book.datemode == 1
        self._looks = [self._look(style.format_key) for style in book.xf_list]
        # A formula that gave no text and a cell with an empty text are the same to xlrd.
        self._has_empty_texts = "" in book._sharedstrings

    def close(self) -> None:
        """Let go of the file's bytes."""
        self._book.release_resources()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the filled rows of a sheet.

        Raises:
            DataRefused: the sheet cannot be read.
        """
        number = int(sheet.part)
        with _refused_when_broken(self._shown):
            found = self._book.sheet_by_index(number)
        for other in range(self._book.nsheets):
            if other != number:
                self._book.unload_sheet(other)
        merged = [
            Area(top + 1, bottom, left + 1, right)
            for top, bottom, left, right in found.merged_cells
            if bottom - top > 1
        ]
        return fill_down(self._filled(found), merged)

    def _filled(self, sheet: Any) -> Iterator[Row]:
        for at in range(sheet.nrows):
            row = Row(at + 1, [], is_hidden=bool(getattr(sheet.rowinfo_map.get(at), "hidden", 0)))
            cells = zip(sheet.row_types(at), sheet.row_values(at), strict=True)
            for column, (kind, value) in enumerate(cells):
                row.cells.append(self._text(sheet, row, column, kind, value))
            while row.cells and not row.cells[-1]:
                row.cells.pop()
            if row.cells:
                yield row

    def _text(self, sheet: Any, row: Row, column: int, kind: int, value: Any) -> str | None:
        """Return a cell as text, and note on its row what is to be said of it."""
        if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return self._number(row, value, sheet.cell_xf_index(row.number - 1, column))
        if kind == xlrd.XL_CELL_TEXT:
            row.blank_formulas_n += not value and not self._has_empty_texts
            return str(value) or None
        if kind == xlrd.XL_CELL_BOOLEAN:
            return "true" if value else "false"
        if kind == xlrd.XL_CELL_ERROR:
            return str(ERRORS_BY_CODE.get(value, "#VALUE!"))
        return None

    def _number(self, row: Row, value: float, style: int) -> str:
        look = self._looks[style] if style < len(self._looks) else "number"
        if look != "number":
            return date_of(repr(value), look, is_1904=self.is_1904)
        number = number_of(repr(value), decimal=self._decimal)
        if len(number) > DIGITS_MAX and has_lost_digits(number):
            row.long_numbers_n += 1
            number = as_rounded(number, decimal=self._decimal)
        return number

    def _look(self, key: int) -> Look:
        """Return how a number format of the workbook, or a built-in one, shows a number."""
        pattern = getattr(self._book.format_map.get(key), "format_str", None)
        return look_of(pattern) if pattern else BUILT_IN_LOOKS.get(key, "number")


def _stream(content: bytes, shown: str) -> bytes:
    """Return the workbook's records, seen to be of a version, readable and of possible sizes.

    Raises:
        DataRefused: the workbook is too old or protected.
        xlrd.XLRDError: it tells of more texts than it has room for.
    """
    container = CompDoc(content, logfile=_Silence(), ignore_workbook_corruption=True)
    container.SSAT = _Once(enumerate(container.SSAT))
    held, start, length = container.locate_named_stream("Workbook")
    if held is None:
        raise _too_old(shown)
    stream: bytes = held[start : start + length]
    at, kind = 0, BOF
    while kind != EOF:
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == BOF and struct.unpack_from("<H", stream, at + 4)[0] != VERSION_97:
            raise _too_old(shown)
        if kind == FILEPASS:
            raise protected(shown)
        if kind == SST and struct.unpack_from("<I", stream, at + 8)[0] > len(stream) // TEXT_BYTES:
            raise xlrd.XLRDError("more texts than there is room for")
        at += 4 + size
    return stream


@contextmanager
def _refused_when_broken(shown: str) -> Iterator[None]:
    try:
        yield
    except STUMBLES as error:
        raise DataRefused(
            "The workbook is broken.",
            place=Place(shown),
            found="an XLS file that cannot be read",
            expected="a workbook that a spreadsheet program opens",
            to_do="export again; the file may have been cut off",
        ) from error


def _too_old(shown: str) -> DataRefused:
    return DataRefused(
        "The workbook is older than Excel 97.",
        place=Place(shown),
        found="an XLS file of Excel 95 or before",
        expected="XLSX, or XLS of Excel 97 to 2003",
        to_do="open it in a spreadsheet program and save it as XLSX",
    )
