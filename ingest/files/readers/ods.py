"""ODS workbooks, row by row: every cell as the text that stands in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.files.readers.numerals import (
    DIGITS_MAX,
    ERRORS,
    NOT_CALCULATED,
    as_rounded,
    clock_of,
    has_lost_digits,
    moment_of,
    number_of,
)
from ingest.files.readers.packages import LOCAL_NAMES, Package, protected
from ingest.files.readers.sheets import COLUMNS_MAX, ROWS_MAX, Row, Sheet

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
DURATION = re.compile(r"-?PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?")
NUMERIC = ("float", "percentage", "currency")
# Cells that a file may say by repeating others: a few bytes of it can say them without end.
COPIES_MAX = 1 << 24
# What LibreOffice shows for errors that have no name of their own.
NUMBERED_ERROR = re.compile(r"Err:\d+")


class OdsBook:
    """An open ODS workbook.

    Attributes:
        sheets: its sheets, in their order.
        remarks: what is to be said about the workbook.
        is_1904: never; days are written as dates.
    """

    is_1904 = False

    def __init__(self, path: Path, shown: str, decimal: str) -> None:
        self._package = Package(path, shown)
        self._decimal = decimal
        self.remarks: list[str] = []
        self._refuse_protected(shown)
        self.sheets = self._read_sheets()

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the filled rows of a sheet.

        Raises:
            DataRefused: the sheet cannot be read.
        """
        reader = _SheetReader(self._package, int(sheet.part), decimal=self._decimal)
        yield from reader.rows()

    def _refuse_protected(self, shown: str) -> None:
        found: list[str] = []

        def start(name: str, _: dict[str, str]) -> None:
            element = LOCAL_NAMES[name]
            if element == "encryption-data":
                found.append(element)

        if MANIFEST in self._package.names:
            self._package.parse(MANIFEST, start=start)
        if found:
            raise protected(shown)

    def _read_sheets(self) -> list[Sheet]:
        hidden: set[str] = set()
        styles = [""]
        sheets: list[Sheet] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            element = LOCAL_NAMES[name]
            local = _local(attributes)
            if element == "style":
                styles[0] = local.get("name", "")
            elif element == "table-properties" and local.get("display") == "false":
                hidden.add(styles[0])
            elif element == "table":
                is_visible = local.get("style-name", "") not in hidden
                sheets.append(Sheet(local.get("name", ""), is_visible, str(len(sheets))))

        self._package.parse(CONTENT, start=start)
        return sheets


class _SheetReader:
    """One pass over the sheets up to the one wanted: the row and the cell that are being read."""

    def __init__(self, package: Package, place: int, *, decimal: str) -> None:
        self._package = package
        self._decimal = decimal
        self._place = place
        self._table = -1
        self._depth = 0
        # Rows that have been read, and how often each stands there.
        self._rows: list[tuple[Row, int]] = []
        self._copies_n = 0
        self._number = 0
        self._repeated_n = 1
        self._is_hidden = False
        self._cells: list[str | None] = []
        self._column = 0
        self._long_n = 0
        self._cell: dict[str, str] = {}
        self._lines: list[str] = []
        self._note_depth = self._paragraph_depth = 0
        # By column: the text of a merged cell and how many rows it still covers.
        self._open: dict[int, tuple[str, int]] = {}

    def rows(self) -> Iterator[Row]:
        for _ in self._package.parsed(CONTENT, start=self._start, end=self._end, text=self._text):
            for row, repeated_n in self._rows:
                yield row
                for n in range(1, repeated_n):
                    yield replace(row, number=row.number + n, cells=list(row.cells))
            self._rows.clear()
            if self._table > self._place:
                return

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = LOCAL_NAMES[name]
        if element == "table":
            self._depth += 1
            if self._depth == 1:
                self._table += 1
        elif self._depth != 1 or self._table != self._place:
            return
        elif element in ("table-cell", "covered-table-cell"):
            self._cell = _local(attributes)
            self._cell["is-covered"] = "yes" if element == "covered-table-cell" else ""
            self._lines = []
        elif element == "table-row":
            local = _local(attributes)
            self._repeated_n = _count(local.get("number-rows-repeated"))
            self._is_hidden = local.get("visibility", "visible") != "visible"
            self._cells, self._column, self._long_n = [], 0, 0
        elif element == "annotation":
            self._note_depth += 1
        elif self._note_depth:
            return
        elif element == "p":
            self._paragraph_depth += 1
            self._lines.append("")
        elif element == "s" and self._paragraph_depth:
            self._lines[-1] += " " * min(_count(_local(attributes).get("c")), 1000)
        elif element == "tab" and self._paragraph_depth:
            self._lines[-1] += "\t"
        elif element == "line-break" and self._paragraph_depth:
            self._lines[-1] += "\n"

    def _text(self, text: str) -> None:
        if self._paragraph_depth and not self._note_depth:
            self._lines[-1] += text

    def _end(self, name: str) -> None:
        element = LOCAL_NAMES[name]
        if element == "table":
            self._depth -= 1
        elif self._depth != 1 or self._table != self._place:
            return
        elif element in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif element == "table-row":
            self._end_row()
        elif element == "annotation":
            self._note_depth -= 1
        elif element == "p" and not self._note_depth:
            self._paragraph_depth -= 1

    def _end_cell(self) -> None:
        repeated_n = _count(self._cell.get("number-columns-repeated"))
        text = None if self._cell["is-covered"] else self._said()
        if text is not None:
            if self._column + repeated_n > COLUMNS_MAX:
                raise self._package.broken("more columns than a sheet has")
            self._copy(repeated_n - 1)
            self._cells.extend([None] * (self._column - len(self._cells)))
            self._cells.extend([text] * repeated_n)
            spanned_n = _count(self._cell.get("number-rows-spanned"))
            if spanned_n > 1:
                self._open[self._column] = (text, spanned_n)
        self._column += repeated_n

    def _end_row(self) -> None:
        is_filled_down = self._fill_down()
        if self._cells:
            if self._number + self._repeated_n > ROWS_MAX:
                raise self._package.broken("more rows than a sheet has")
            self._copy(len(self._cells) * (self._repeated_n - 1))
            row = Row(self._number + 1, self._cells, self._is_hidden, self._long_n, is_filled_down)
            self._rows.append((row, self._repeated_n))
        self._number += self._repeated_n

    def _copy(self, cells_n: int) -> None:
        """Count cells that only repeat others, before there are any."""
        self._copies_n += cells_n
        if self._copies_n > COPIES_MAX:
            raise self._package.broken(f"more than {COPIES_MAX:,} cells that only repeat others")

    def _fill_down(self) -> bool:
        """Fill the cells that a merged cell above covers; rows with nothing else stay empty."""
        has_filled = False
        for column, (text, left_n) in list(self._open.items()):
            is_beginning = column < len(self._cells) and self._cells[column] is not None
            if not is_beginning and self._cells:
                self._cells.extend([None] * (column + 1 - len(self._cells)))
                self._cells[column] = text
                has_filled = True
            if left_n <= self._repeated_n:
                del self._open[column]
            else:
                self._open[column] = (text, left_n - self._repeated_n)
        return has_filled

    def _said(self) -> str | None:
        """Return the text of the cell that has ended, None when it is empty."""
        cell, shown = self._cell, "\n".join(self._lines)
        kind = cell.get("value-type", "")
        # An error of a formula is stored as a text, or as a number that nobody sees.
        if shown in ERRORS:
            return shown
        if "formula" in cell and NUMBERED_ERROR.fullmatch(shown):
            return "#VALUE!"
        if not kind:
            return NOT_CALCULATED if "formula" in cell else shown or None
        if kind in NUMERIC:
            number = number_of(cell.get("value", ""), decimal=self._decimal)
            if len(number) > DIGITS_MAX and has_lost_digits(number):
                self._long_n += 1
                return as_rounded(number, decimal=self._decimal)
            return number or None
        if kind == "date":
            return moment_of(cell.get("date-value", "")) or None
        if kind == "time":
            return _duration(cell.get("time-value", ""))
        if kind == "boolean":
            return cell.get("boolean-value") or None
        return cell.get("string-value", shown) or None


def _local(attributes: dict[str, str]) -> dict[str, str]:
    """Return attributes by their local names; those of the standard win over extensions."""
    local: dict[str, str] = {}
    for name, value in attributes.items():
        short = name.rpartition(" ")[2]
        if short not in local or "opendocument" in name:
            local[short] = value
    return local


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else 1


def _duration(text: str) -> str:
    match = DURATION.fullmatch(text)
    if match is None:
        return text
    hours, minutes, seconds, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    milliseconds = whole * 1000 + int(f"{fraction or 0:0<3}"[:3])
    return ("-" if text.startswith("-") else "") + clock_of(milliseconds)
