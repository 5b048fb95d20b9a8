"""XLSX workbooks, row by row: every cell as the text that stands in the file.

The file is read as the XML it is and not through a library, because what matters here is what
libraries leave out: error cells, formulas that were never calculated, long numbers digit by digit,
days that do not exist. Nothing is calculated and no link to another file is followed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.files.readers.numerals import (
    BUILT_IN_LOOKS,
    DIGITS_MAX,
    NOT_CALCULATED,
    Look,
    as_rounded,
    date_of,
    has_lost_digits,
    look_of,
    moment_of,
    number_of,
)
from ingest.files.readers.packages import LOCAL_NAMES, Package
from ingest.files.readers.sheets import (
    COLUMNS_MAX,
    ROWS_MAX,
    Area,
    Row,
    Sheet,
    column_number,
    fill_down,
)

WORKBOOK = "xl/workbook.xml"
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=.([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)")
# Longer than the longest element that MERGED looks for.
SEAM_BYTES = 256
IS_TRUE = ("1", "true", "on")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class XlsxBook:
    """An open XLSX workbook.

    Attributes:
        sheets: its sheets, in their order.
        remarks: what is to be said about the workbook.
        is_1904: its days count from 1904.
    """

    def __init__(self, path: Path, shown: str, decimal: str) -> None:
        self._package = Package(path, shown)
        self._decimal = decimal
        self.remarks: list[str] = []
        self.is_1904 = False
        self._links: dict[str, tuple[str, str]] = {}
        self.sheets = self._read_sheets()
        self._shared: list[str] | None = None
        self._looks: list[Look] | None = None
        if any(name.startswith("xl/externalLinks/") for name in self._package.names):
            self.remarks.append(
                "holds links to other workbooks, which are not followed; the values it last had "
                "from them are read."
            )

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the filled rows of a sheet.

        Raises:
            DataRefused: the sheet cannot be read.
        """
        if self._shared is None:
            self._shared = self._read_shared()
        if self._looks is None:
            self._looks = self._read_looks()
        merged = self._read_merged(sheet)
        reader = _SheetReader(
            self._package,
            self._shared,
            self._looks,
            is_1904=self.is_1904,
            decimal=self._decimal,
        )
        rows = reader.rows(sheet.part)
        yield from fill_down(rows, merged) if merged else rows

    def _read_sheets(self) -> list[Sheet]:
        links = self._targets("_rels/.rels", "").values()
        book = next((target for kind, target in links if kind == "officeDocument"), WORKBOOK)
        folder, name = posixpath.split(book)
        self._links = self._targets(f"{folder}/_rels/{name}.rels", folder)
        sheets: list[Sheet] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            element = LOCAL_NAMES[name]
            if element == "workbookPr":
                self.is_1904 = attributes.get("date1904") in IS_TRUE
            elif element == "sheet":
                link = next((v for k, v in attributes.items() if k.endswith(" id")), "")
                kind, part = self._links.get(link, ("", ""))
                if kind == "worksheet":
                    is_visible = attributes.get("state", "visible") == "visible"
                    sheets.append(Sheet(attributes.get("name", ""), is_visible, part))

        self._package.parse(book, start=start)
        return sheets

    def _targets(self, part: str, folder: str) -> dict[str, tuple[str, str]]:
        """Return what the links of a part lead to: by their id, the kind and the part."""
        targets: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            element = LOCAL_NAMES[name]
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(
                    posixpath.join("/", folder, attributes.get("Target", ""))
                )
                targets[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        if part in self._package.names:
            self._package.parse(part, start=start)
        return targets

    def _linked(self, wanted: str) -> str | None:
        """Return the workbook's part of one kind, if it has one."""
        return next((target for kind, target in self._links.values() if kind == wanted), None)

    def _read_shared(self) -> list[str]:
        texts: list[str] = []
        pieces: list[str] = []
        depth = {"t": 0, "rPh": 0}

        def start(name: str, _: dict[str, str]) -> None:
            element = LOCAL_NAMES[name]
            if element in depth:
                depth[element] += 1
            elif element == "si":
                pieces.clear()

        def end(name: str) -> None:
            element = LOCAL_NAMES[name]
            if element in depth:
                depth[element] -= 1
            elif element == "si":
                texts.append(_unescaped("".join(pieces)))

        def text(piece: str) -> None:
            if depth["t"] and not depth["rPh"]:
                pieces.append(piece)

        if part := self._linked("sharedStrings"):
            self._package.parse(part, start=start, end=end, text=text)
        return texts

    def _read_looks(self) -> list[Look]:
        """Return how each style of the workbook shows a number."""
        formats: dict[str, str] = {}
        looks: list[Look] = []
        inside: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            element = LOCAL_NAMES[name]
            if element == "numFmt":
                formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif element == "cellXfs":
                inside.append(element)
            elif element == "xf" and inside:
                number_format = attributes.get("numFmtId", "0")
                built_in = BUILT_IN_LOOKS.get(
                    int(number_format) if number_format.isdecimal() else 0, "number"
                )
                looks.append(
                    look_of(formats[number_format]) if number_format in formats else built_in
                )

        def end(name: str) -> None:
            element = LOCAL_NAMES[name]
            if element == "cellXfs":
                inside.clear()

        if part := self._linked("styles"):
            self._package.parse(part, start=start, end=end)
        return looks

    def _read_merged(self, sheet: Sheet) -> list[Area]:
        """Return the merged areas of a sheet that span rows; they stand behind its cells."""
        found: list[Area] = []
        tail = b""
        for chunk in self._package.chunks(sheet.part):
            window = tail + chunk
            end = 0
            for match in MERGED.finditer(window):
                area = Area.named(match[1].decode())
                end = match.end()
                if area is not None and area.last_row > area.first_row:
                    found.append(area)
            tail = window[max(end, len(window) - SEAM_BYTES) :]
        return found


class _SheetReader:
    """One pass over a sheet: the state of the row and the cell that are being read."""

    def __init__(
        self,
        package: Package,
        shared: list[str],
        looks: list[Look],
        *,
        is_1904: bool,
        decimal: str,
    ) -> None:
        self._package = package
        self._shared = shared
        self._looks = looks
        self._is_1904 = is_1904
        self._decimal = decimal
        self._rows: list[Row] = []
        self._row_number = 0
        self._is_hidden = False
        self._cells: list[str | None] = []
        self._column = 0
        self._kind = self._style = ""
        self._has_formula = self._is_value = False
        self._pieces: list[str] = []
        self._letters: dict[str, int] = {}
        self._phonetic_depth = 0
        self._is_in_data = False
        self._long_n = 0

    def rows(self, part: str) -> Iterator[Row]:
        for _ in self._package.parsed(part, start=self._start, end=self._end, text=self._text):
            yield from self._rows
            self._rows.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = LOCAL_NAMES[name]
        if not self._is_in_data:
            self._is_in_data = element == "sheetData"
        elif element == "c":
            self._start_cell(attributes)
        elif element in ("v", "t"):
            self._is_value = self._phonetic_depth == 0
        elif element == "f":
            self._has_formula = True
        elif element == "row":
            reference = attributes.get("r", "")
            number = int(reference) if reference.isdecimal() else self._row_number + 1
            if not self._row_number < number <= ROWS_MAX:
                raise self._package.broken("rows out of their order")
            self._row_number = number
            self._is_hidden = attributes.get("hidden") in IS_TRUE
            self._cells = []
            self._column = self._long_n = 0
        elif element == "rPh":
            self._phonetic_depth += 1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "").rstrip("0123456789")
        column = self._letters.get(letters)
        if column is None:
            column = column_number(letters) if letters else self._column + 1
            if letters:
                self._letters[letters] = column
        if not self._column < column <= COLUMNS_MAX:
            raise self._package.broken("cells out of their order")
        self._column = column
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._has_formula = self._is_value = False
        self._pieces.clear()

    def _text(self, piece: str) -> None:
        if self._is_value:
            self._pieces.append(piece)

    def _end(self, name: str) -> None:
        element = LOCAL_NAMES[name]
        if not self._is_in_data:
            return
        if element in ("v", "t"):
            self._is_value = False
        elif element == "c":
            if (text := self._cell()) is not None:
                missing = self._column - 1 - len(self._cells)
                if missing:
                    self._cells.extend([None] * missing)
                self._cells.append(text)
        elif element == "row":
            if self._cells:
                row = Row(self._row_number, self._cells, self._is_hidden, self._long_n)
                self._rows.append(row)
        elif element == "rPh":
            self._phonetic_depth -= 1
        elif element == "sheetData":
            self._is_in_data = False

    def _cell(self) -> str | None:
        """Return the text of the cell that has ended, None when it is empty."""
        text = "".join(self._pieces)
        kind = self._kind
        if kind == "s":
            return self._shared_text(text)
        if not text:
            is_missing = self._has_formula and kind not in ("str", "inlineStr")
            return NOT_CALCULATED if is_missing else None
        if kind == "n":
            look = self._look()
            if look == "number":
                number = number_of(text, decimal=self._decimal)
                if len(number) > DIGITS_MAX and has_lost_digits(number):
                    self._long_n += 1
                    return as_rounded(number, decimal=self._decimal)
                return number
            return date_of(text, look, is_1904=self._is_1904)
        if kind in ("str", "inlineStr"):
            return _unescaped(text)
        if kind == "b":
            return "true" if text in IS_TRUE else "false"
        return moment_of(text) if kind == "d" else text

    def _shared_text(self, place: str) -> str | None:
        if not place:
            return None
        if not place.isdecimal() or int(place) >= len(self._shared):
            raise self._package.broken("a cell whose place is not there")
        return self._shared[int(place)] or None

    def _look(self) -> Look:
        style = self._style
        if style.isdecimal() and int(style) < len(self._looks):
            return self._looks[int(style)]
        return "number"


def _unescaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold, which are written as _x000D_."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
