"""Sheets of a workbook: which one is read, which part of it, and how its rows become records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ingest.files.readers.landing import Options
from workspace.errors import ConfigError, DataRefused, Place

# The most that any spreadsheet program holds.
ROWS_MAX = 1 << 20
COLUMNS_MAX = 1 << 14
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})?")


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, whether a user sees it, and where its reader finds it."""

    name: str
    is_visible: bool
    part: str


@dataclass
class Row:
    """A row of a sheet.

    Attributes:
        number: as the sheet counts, from 1.
        cells: its texts up to the last filled one.
        is_hidden: a user does not see it.
        long_numbers_n: its numbers with more digits than a spreadsheet keeps.
        blank_formulas_n: its formulas that gave an empty text, or were never calculated, where the
            format does not tell the one from the other.
        is_filled_down: a cell of it has the text of a merged cell that began above.
    """

    number: int
    cells: list[str | None]
    is_hidden: bool = False
    long_numbers_n: int = 0
    is_filled_down: bool = False
    blank_formulas_n: int = 0


@dataclass(frozen=True)
class Area:
    """A part of a sheet, by the first and last row and column, all counted from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @classmethod
    def named(cls, name: str) -> Area | None:
        """Return the area of a name such as B3:K400, B3:K or B:K; None for anything else."""
        parts = [CELL.fullmatch(part.strip()) for part in name.split(":")]
        if len(parts) != 2 or parts[0] is None or parts[1] is None:
            return None
        (left, top), (right, bottom) = parts[0].groups(), parts[1].groups()
        area = cls(
            int(top or 1), int(bottom or ROWS_MAX), column_number(left), column_number(right)
        )
        is_sound = area.first_row <= area.last_row <= ROWS_MAX
        return area if is_sound and area.first_column <= area.last_column <= COLUMNS_MAX else None


class Book(Protocol):
    """An open workbook, whatever its format."""

    sheets: list[Sheet]
    remarks: list[str]
    is_1904: bool

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the filled rows of a sheet, in their order."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def column_number(letters: str) -> int:
    """Return the place of a column that letters name, counted from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def chosen_sheet(book: Book, options: Options, shown: str) -> tuple[Sheet, tuple[str, ...]]:
    """Return the sheet to read, and what is to be said about the choice.

    Raises:
        ConfigError: the user's sheet is not there, or several hold something and none is named.
        DataRefused: no visible sheet holds anything.
    """
    hidden = [sheet for sheet in book.sheets if not sheet.is_visible]
    if options.sheet is not None:
        sheet = _declared_sheet(book, options.sheet, shown)
        remark = () if sheet.is_visible else (f"the sheet {sheet.name} is hidden, and is read.",)
        return sheet, remark
    visible = [sheet for sheet in book.sheets if sheet.is_visible]
    filled = [sheet for sheet in visible if next(iter(book.rows(sheet)), None) is not None]
    if len(filled) > 1:
        raise ConfigError(
            "The workbook holds several sheets.",
            place=Place(shown),
            found="the sheets " + _listed(book.sheets),
            expected="one sheet, or the name of one in the workspace",
            to_do=f"say which, as in `sheet: {filled[0].name}`",
        )
    if not filled:
        raise DataRefused(
            "The export is empty.",
            place=Place(shown),
            found="nothing on its visible sheets" + (f"; {_listed(hidden)}" if hidden else ""),
            expected="a row of headers",
            to_do="export again; or name a hidden sheet with `sheet:`"
            if hidden
            else "export again",
        )
    remarks = [f"read from the sheet {filled[0].name}."] if len(book.sheets) > 1 else []
    remarks.extend(f"the hidden sheet {sheet.name} is not read." for sheet in hidden)
    return filled[0], tuple(remarks)


def chosen_area(options: Options, shown: str) -> Area | None:
    """Return the part of the sheet that the user names.

    Raises:
        ConfigError: it is no part of a sheet.
    """
    if options.cell_range is None:
        return None
    area = Area.named(options.cell_range)
    if area is None:
        raise ConfigError(
            "`cell_range:` names no part of a sheet.",
            place=Place(shown),
            found=options.cell_range,
            expected="the first and the last cell, as in B3:K400, or columns as in B:K",
        )
    return area


def cut(rows: Iterable[Row], area: Area | None) -> Iterator[Row]:
    """Yield the rows of an area; rows with nothing in it are none."""
    for row in rows:
        if area is not None:
            if row.number > area.last_row:
                return
            if row.number < area.first_row:
                continue
            row.cells = row.cells[area.first_column - 1 : area.last_column]
        while row.cells and not (row.cells[-1] or "").strip():
            row.cells.pop()
        if row.cells:
            yield row


def fill_down(rows: Iterable[Row], merged: Iterable[Area]) -> Iterator[Row]:
    """Yield rows in which a merged cell's text stands in each row that the cell covers."""
    waiting = sorted(merged, key=lambda area: area.first_row, reverse=True)
    open_areas: list[tuple[Area, str]] = []
    for row in rows:
        open_areas = [(area, text) for area, text in open_areas if area.last_row >= row.number]
        for area, text in open_areas:
            row.cells.extend([None] * (area.first_column - len(row.cells)))
            row.cells[area.first_column - 1] = text
            row.is_filled_down = True
        while waiting and waiting[-1].first_row <= row.number:
            area = waiting.pop()
            if area.first_row == row.number and (begun := _cell(row, area.first_column)):
                open_areas.append((area, begun))
        yield row


def _cell(row: Row, column: int) -> str | None:
    return row.cells[column - 1] if column <= len(row.cells) else None


def _declared_sheet(book: Book, wanted: str, shown: str) -> Sheet:
    for sheet in book.sheets:
        if sheet.name == wanted:
            return sheet
    alike = [s for s in book.sheets if s.name.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(book.sheets):
        return book.sheets[int(wanted) - 1]
    raise ConfigError(
        "The sheet is not in the workbook.",
        place=Place(shown),
        found=wanted,
        expected="one of " + _listed(book.sheets),
        to_do="correct `sheet:`",
    )


def _listed(sheets: Iterable[Sheet]) -> str:
    return ", ".join(s.name if s.is_visible else f"{s.name} (hidden)" for s in sheets)
