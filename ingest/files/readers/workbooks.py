"""Workbooks (XLSX, XLS, ODS), landed as text: one sheet, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import duckdb

from ingest.files.local import fingerprint
from ingest.files.readers.furniture import (
    COLUMNS_MAX,
    OPENING_RECORDS,
    place_head,
    remarks_on_columns,
    set_apart,
    too_wide,
)
from ingest.files.readers.heads import Record
from ingest.files.readers.landing import FindHead, Landing, Misfit, Options
from ingest.files.readers.numerals import ERRORS, NOT_CALCULATED
from ingest.files.readers.relation import Relation
from ingest.files.readers.sheets import Book, Row, chosen_area, chosen_sheet, cut
from workspace.errors import DataRefused, Place

LARGEST_WORKBOOK = 1 << 29
# Beyond this, cells were repeated to fill the memory.
LARGEST_SHEET_CELLS = 200_000_000
ERRORS_SET = frozenset(ERRORS)


def land_workbook(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    book_format: str,
    *,
    name: str,
    shown: str,
    find_head: FindHead,
    options: Options,
) -> Landing:
    """Return one sheet of a workbook landed as the relation `name`; `_line` is the sheet's row.

    Args:
        connection: ingest's own in-memory connection.
        path: the file.
        book_format: `xlsx`, `xls` or `ods`.
        name: what the relation is to be called.
        shown: how errors name the file.
        find_head: finds the header rows among the first records.
        options: the sheet, the part of it and the row of headers, where the user says them.

    Raises:
        DataRefused: the workbook is broken, protected, empty, or too large.
        ConfigError: the options do not fit the workbook, or it needs some.
    """
    size = path.stat().st_size
    if size > LARGEST_WORKBOOK:
        raise DataRefused(
            "The workbook is too large.",
            place=Place(shown),
            found=f"{size >> 20} MB",
            expected=f"at most {LARGEST_WORKBOOK >> 20} MB",
            to_do="export as CSV",
        )
    book = _open(path, book_format, shown, options.decimal)
    try:
        sheet, choice = chosen_sheet(book, options, shown)
        rows = _Rows(cut(book.rows(sheet), chosen_area(options, shown)), shown)
        opening = list(islice(rows.records(), OPENING_RECORDS))
        if not opening:
            raise DataRefused(
                "The sheet is empty.",
                place=Place(f"{shown}, sheet {sheet.name}"),
                expected="a row of headers",
                to_do="name another sheet with `sheet:`, or correct `cell_range:`",
            )
        opening = _evened(opening)
        head, above = place_head(opening, shown, find_head=find_head, options=options)
        relation = Relation(connection, name, len(head.names), shown)
        for record in chain(opening[head.records_n :], rows.records()):
            cells = record.cells
            width = len(cells)
            if width > relation.width and any(cells[relation.width :]):
                relation.widen(width)
            elif width < relation.width:
                cells = (*cells, *[""] * (relation.width - width))
            relation.add(record.first_line, cells)
        relation.close()
    finally:
        book.close()
    missing_n = relation.width - len(head.names)
    head = replace(
        head, names=(*head.names, *[""] * missing_n), labels=(*head.labels, *[""] * missing_n)
    )
    apart = set_apart(connection, name, head, relation.records_n, shown)
    misfits = sorted((*relation.misfits, *apart), key=_by_record)
    return Landing(
        view=name,
        head=head,
        records_n=relation.records_n,
        misfits=tuple(misfits),
        sha256=fingerprint(path),
        size_bytes=size,
        sheet=sheet.name,
        is_1904=book.is_1904,
        remarks=(
            *book.remarks,
            *choice,
            *above,
            *rows.remarks(),
            *remarks_on_columns(connection, name, head),
        ),
    )


def _open(path: Path, book_format: str, shown: str, decimal: str) -> Book:
    # A workbook's reader is imported when there is a workbook.
    if book_format == "xlsx":
        from ingest.files.readers.xlsx import XlsxBook

        return XlsxBook(path, shown, decimal)
    if book_format == "ods":
        from ingest.files.readers.ods import OdsBook

        return OdsBook(path, shown, decimal)
    from ingest.files.readers.xls import XlsBook

    return XlsBook(path, shown, decimal)


class _Rows:
    """Rows on their way to records, and what is noticed about them."""

    def __init__(self, rows: Iterator[Row], shown: str) -> None:
        self._rows = rows
        self._shown = shown
        self._cells_n = self._hidden_n = self._filled_down_n = self._long_n = 0
        self._errors_n = self._uncalculated_n = self._blank_n = 0

    def records(self) -> Iterator[Record]:
        """Yield each row as a record, empty cells as empty texts."""
        for row in self._rows:
            self._cells_n += len(row.cells)
            if self._cells_n > LARGEST_SHEET_CELLS:
                raise DataRefused(
                    "The sheet holds more than a sheet can.",
                    place=Place(self._shown, row.number),
                    found=f"more than {LARGEST_SHEET_CELLS:,} cells",
                    to_do="export as CSV; do not open a file that somebody else made",
                )
            if len(row.cells) > COLUMNS_MAX:
                raise too_wide(len(row.cells), row.number, self._shown)
            self._hidden_n += row.is_hidden
            self._filled_down_n += row.is_filled_down
            self._long_n += row.long_numbers_n
            self._blank_n += row.blank_formulas_n
            cells = tuple(cell or "" for cell in row.cells)
            if not ERRORS_SET.isdisjoint(cells):
                uncalculated_n = cells.count(NOT_CALCULATED)
                self._uncalculated_n += uncalculated_n
                self._errors_n += sum(cell in ERRORS_SET for cell in cells) - uncalculated_n
            yield Record(cells, row.number, row.number)

    def remarks(self) -> list[str]:
        """Return what was noticed, in sentences without any cell's value."""
        noticed = (
            (self._hidden_n, "row is hidden, and is", "rows are hidden, and are", "read"),
            (
                self._filled_down_n,
                "row has",
                "rows have",
                "a value from a merged cell that begins above",
            ),
            (
                self._uncalculated_n,
                "formula has",
                "formulas have",
                "no value, because the program that wrote the file did not calculate; open and "
                "save it in a spreadsheet program",
            ),
            (
                self._blank_n,
                "formula is",
                "formulas are",
                "empty, because each gave an empty text or was never calculated, which an old "
                "workbook does not tell; open and save it in a spreadsheet program",
            ),
            (self._errors_n, "cell holds", "cells hold", "an error of the spreadsheet"),
            (
                self._long_n,
                "whole number has",
                "whole numbers have",
                "more than the 15 digits that a spreadsheet keeps; write long ids as text",
            ),
        )
        return [f"{n} {one if n == 1 else many} {what}." for n, one, many, what in noticed if n]


def _evened(opening: list[Record]) -> list[Record]:
    """Return records with as many cells as the widest of them has."""
    width = max(len(record.cells) for record in opening)
    return [
        replace(record, cells=(*record.cells, *[""] * (width - len(record.cells))))
        for record in opening
    ]


def _by_record(misfit: Misfit) -> int:
    return misfit.record
