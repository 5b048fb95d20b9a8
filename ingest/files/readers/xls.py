"""XLS workbooks (Excel 97 to 2003), row by row: every cell as the text that stands in the file.

The workbook's own records are read ([MS-XLS]) and not through a library: calamine leaves out error
cells, and a few wrong bytes make it end the whole process.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

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
from ingest.files.readers.ole import BrokenFile, stream_of
from ingest.files.readers.packages import protected
from ingest.files.readers.sheets import Area, Row, Sheet, fill_down
from workspace.errors import DataRefused, Place

BOF, EOF, CONTINUE, FILEPASS = 0x809, 0x0A, 0x3C, 0x2F
DATEMODE, FORMAT, XF, BOUNDSHEET, SST = 0x22, 0x41E, 0xE0, 0x85, 0xFC
ROW, NUMBER, RK, MULRK, LABELSST = 0x208, 0x203, 0x27E, 0xBD, 0xFD
LABEL, RSTRING, BOOLERR, FORMULA, STRING, MERGED = 0x204, 0xD6, 0x205, 0x06, 0x207, 0xE5
VERSION_97 = 0x600
COLUMNS_MAX = 256
ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
IS_HIDDEN = 0x20
# What the last two bytes of a formula's result say when it is no number, and what it then is.
NO_NUMBER = 0xFFFF
TEXT_RESULT, BOOLEAN_RESULT, ERROR_RESULT, BLANK_RESULT = 0, 1, 2, 3
# How the characters of a text are written, and what follows them.
IS_WIDE, HAS_PHONETICS, HAS_RUNS = 0x1, 0x4, 0x8
RUN_BYTES = 4

# A record and those that continue it.
Pieces = list[bytes]


class XlsBook:
    """An open XLS workbook.

    Attributes:
        sheets: its sheets, in their order.
        remarks: what is to be said about the workbook.
        is_1904: its days count from 1904.
    """

    def __init__(self, path: Path, shown: str, decimal: str) -> None:
        self.sheets: list[Sheet] = []
        self.remarks: list[str] = []
        self._shown = shown
        self._decimal = decimal
        self.is_1904 = False
        self._texts: list[str] = []
        self._looks: list[Look] = []
        try:
            stream = stream_of(path.read_bytes(), ("Workbook",))
            if stream is None:
                raise _too_old(shown)
            self._stream = stream
            self._read_globals()
        except (BrokenFile, struct.error, IndexError) as error:
            raise _broken(shown) from error

    def close(self) -> None:
        """Let go of the file's bytes."""
        self._stream = b""

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the filled rows of a sheet.

        Raises:
            DataRefused: the sheet cannot be read.
        """
        reader = _SheetReader(self._texts, self._looks, is_1904=self.is_1904, decimal=self._decimal)
        try:
            for kind, pieces in _records(self._stream, int(sheet.part)):
                reader.take_in(kind, pieces)
        except (BrokenFile, struct.error, IndexError) as error:
            raise _broken(self._shown) from error
        return fill_down(reader.rows(), reader.merged)

    def _read_globals(self) -> None:
        formats: dict[int, str] = {}
        styles: list[int] = []
        for kind, pieces in _records(self._stream, 0):
            data = pieces[0]
            if kind == BOF and struct.unpack_from("<H", data)[0] != VERSION_97:
                raise _too_old(self._shown)
            if kind == FILEPASS:
                raise protected(self._shown)
            if kind == DATEMODE:
                self.is_1904 = data[:1] == b"\x01"
            elif kind == FORMAT:
                formats[struct.unpack_from("<H", data)[0]] = _text_at(pieces, 2)
            elif kind == XF:
                styles.append(struct.unpack_from("<H", data, 2)[0])
            elif kind == BOUNDSHEET:
                start, state, sheet_type, length, flags = struct.unpack_from("<IBBBB", data)
                name = _Cursor(pieces, 8).characters(length, flags)
                if sheet_type == 0:
                    self.sheets.append(Sheet(name, state & 3 == 0, str(start)))
            elif kind == SST:
                self._texts = _shared_texts(pieces)
        self._looks = [
            look_of(formats[style]) if style in formats else BUILT_IN_LOOKS.get(style, "number")
            for style in styles
        ]


class _SheetReader:
    """The cells of a sheet as its records give them, by row and column from 0."""

    def __init__(self, texts: list[str], looks: list[Look], *, is_1904: bool, decimal: str) -> None:
        self.merged: list[Area] = []
        self._texts = texts
        self._looks = looks
        self._is_1904 = is_1904
        self._decimal = decimal
        self._cells: dict[int, dict[int, str]] = {}
        self._hidden: set[int] = set()
        self._long_n: dict[int, int] = {}
        self._blank_n: dict[int, int] = {}
        # The cell of a formula whose text is in a record that follows.
        self._waiting: tuple[int, int] | None = None

    def take_in(self, kind: int, pieces: Pieces) -> None:
        """Take in what a record says."""
        data = pieces[0]
        if kind == LABELSST:
            row, column, _, place = struct.unpack_from("<HHHI", data)
            self._put(row, column, self._texts[place])
        elif kind == RK:
            row, column, style, number = struct.unpack_from("<HHHI", data)
            self._put_number(row, column, style, _unpacked(number))
        elif kind == MULRK:
            row, first = struct.unpack_from("<HH", data)
            for n, at in enumerate(range(4, len(data) - 7, 6)):
                style, number = struct.unpack_from("<HI", data, at)
                self._put_number(row, first + n, style, _unpacked(number))
        elif kind == NUMBER:
            row, column, style, value = struct.unpack_from("<HHHd", data)
            self._put_number(row, column, style, value)
        elif kind in (LABEL, RSTRING):
            row, column = struct.unpack_from("<HH", data)
            self._put(row, column, _text_at(pieces, 6))
        elif kind == BOOLERR:
            row, column, _, value, is_error = struct.unpack_from("<HHHBB", data)
            self._put(row, column, _error(value) if is_error else _boolean(value))
        elif kind == FORMULA:
            self._take_in_formula(data)
        elif kind == STRING and self._waiting is not None:
            self._put(*self._waiting, _text_at(pieces, 0))
            self._waiting = None
        elif kind == ROW:
            if struct.unpack_from("<H", data, 12)[0] & IS_HIDDEN:
                self._hidden.add(struct.unpack_from("<H", data)[0])
        elif kind == MERGED:
            for at in range(2, len(data) - 7, 8):
                top, bottom, left, right = struct.unpack_from("<HHHH", data, at)
                if bottom > top and left < COLUMNS_MAX:
                    self.merged.append(Area(top + 1, bottom + 1, left + 1, right + 1))

    def rows(self) -> Iterator[Row]:
        """Yield the filled rows, in their order."""
        for number in sorted(self._cells):
            said = self._cells[number]
            cells: list[str | None] = [said.get(column) for column in range(max(said) + 1)]
            yield Row(
                number + 1,
                cells,
                is_hidden=number in self._hidden,
                long_numbers_n=self._long_n.get(number, 0),
                blank_formulas_n=self._blank_n.get(number, 0),
            )

    def _take_in_formula(self, data: bytes) -> None:
        row, column, style, kind, _, value = struct.unpack_from("<HHHBBB", data)
        if struct.unpack_from("<H", data, 12)[0] != NO_NUMBER:
            self._put_number(row, column, style, struct.unpack_from("<d", data, 6)[0])
        elif kind == TEXT_RESULT:
            self._waiting = (row, column)
        elif kind == BOOLEAN_RESULT:
            self._put(row, column, _boolean(value))
        elif kind == ERROR_RESULT:
            self._put(row, column, _error(value))
        elif kind == BLANK_RESULT:
            self._blank_n[row] = self._blank_n.get(row, 0) + 1

    def _put_number(self, row: int, column: int, style: int, value: float) -> None:
        look = self._looks[style] if style < len(self._looks) else "number"
        if look == "number":
            number = number_of(repr(value), decimal=self._decimal)
            if len(number) > DIGITS_MAX and has_lost_digits(number):
                self._long_n[row] = self._long_n.get(row, 0) + 1
                number = as_rounded(number, decimal=self._decimal)
            self._put(row, column, number)
        else:
            self._put(row, column, date_of(repr(value), look, is_1904=self._is_1904))

    def _put(self, row: int, column: int, text: str) -> None:
        if column >= COLUMNS_MAX:
            raise BrokenFile("more columns than a sheet has")
        if text:
            self._cells.setdefault(row, {})[column] = text


class _Cursor:
    """A place in a record that may go on in others."""

    def __init__(self, pieces: Pieces, at: int) -> None:
        self._pieces = pieces
        self._n = 0
        self._at = at

    @property
    def is_at_end(self) -> bool:
        """Whether nothing follows."""
        self._go_on()
        return self._n >= len(self._pieces)

    def number(self, letter: str) -> int:
        """Return the whole number that stands here, of a type that `struct` knows."""
        found: int = struct.unpack("<" + letter, self.skip(struct.calcsize("<" + letter)))[0]
        return found

    def skip(self, length: int) -> bytes:
        """Return the bytes that stand here."""
        found = b""
        while len(found) < length:
            self._go_on()
            piece = self._pieces[self._n][self._at : self._at + length - len(found)]
            self._at += len(piece)
            found += piece
        return found

    def characters(self, length: int, flags: int) -> str:
        """Return the text that stands here, which may go on in the next record.

        The next one says anew whether its characters take one byte or two.
        """
        said: list[str] = []
        while length:
            if self._at >= len(self._pieces[self._n]):
                self._go_on()
                flags = self.number("B")
            width = 2 if flags & IS_WIDE else 1
            piece = self._pieces[self._n][self._at : self._at + length * width]
            piece = piece[: len(piece) // width * width]
            if not piece:
                raise BrokenFile("half a character")
            said.append(piece.decode("utf-16-le" if width == 2 else "latin-1", errors="replace"))
            self._at += len(piece)
            length -= len(piece) // width
        return "".join(said)

    def _go_on(self) -> None:
        while self._n < len(self._pieces) and self._at >= len(self._pieces[self._n]):
            self._n += 1
            self._at = 0


def _records(stream: bytes, at: int) -> Iterator[tuple[int, Pieces]]:
    """Yield the records of one part of a workbook, with those that continue them."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        pieces = [stream[at + 4 : at + 4 + length]]
        at += 4 + length
        while stream[at : at + 2] == b"\x3c\x00":
            length = struct.unpack_from("<H", stream, at + 2)[0]
            pieces.append(stream[at + 4 : at + 4 + length])
            at += 4 + length
        # Charts inside a sheet are parts of their own.
        depth += (kind == BOF) - (kind == EOF)
        if depth < 1:
            if kind != EOF:
                raise BrokenFile("a part without its beginning")
            return
        if depth == 1:
            yield kind, pieces
    raise BrokenFile("a part without its end")


def _shared_texts(pieces: Pieces) -> list[str]:
    cursor = _Cursor(pieces, 8)
    texts: list[str] = []
    while not cursor.is_at_end:
        texts.append(_text(cursor))
    return texts


def _text_at(pieces: Pieces, at: int) -> str:
    return _text(_Cursor(pieces, at))


def _text(cursor: _Cursor) -> str:
    """Return the text that stands at a place, and go behind what describes its looks."""
    length, flags = cursor.number("H"), cursor.number("B")
    runs_n = cursor.number("H") if flags & HAS_RUNS else 0
    phonetics_n = cursor.number("I") if flags & HAS_PHONETICS else 0
    text = cursor.characters(length, flags)
    cursor.skip(runs_n * RUN_BYTES + phonetics_n)
    return text


def _unpacked(number: int) -> float:
    """Return a number that was packed into 30 bits, and perhaps counts hundredths."""
    if number & 2:
        whole = number >> 2
        value = float(whole - (1 << 30) if whole >= 1 << 29 else whole)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, number & ~3))[0]
    return value / 100 if number & 1 else value


def _boolean(value: int) -> str:
    return "true" if value else "false"


def _error(code: int) -> str:
    return ERROR_CODES.get(code, "#VALUE!")


def _too_old(shown: str) -> DataRefused:
    return DataRefused(
        "The workbook is older than Excel 97.",
        place=Place(shown),
        found="an XLS file of Excel 95 or before",
        expected="XLSX, or XLS of Excel 97 to 2003",
        to_do="open it in a spreadsheet program and save it as XLSX",
    )


def _broken(shown: str) -> DataRefused:
    return DataRefused(
        "The workbook is broken.",
        place=Place(shown),
        found="an XLS file that cannot be read",
        expected="a workbook that a spreadsheet program opens",
        to_do="export again; the file may have been cut off",
    )
