"""The parts of a workbook's ZIP container, read within bounds; XML that declares anything is none.

A small file may unpack to more than the memory holds, and XML may define words that grow without
end. Both are told before they are read: by the container's directory, and by the declaration.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from workspace.errors import DataRefused, Place

CHUNK_BYTES = 1 << 18
PARTS_MAX = 10_000
NAMES_MAX = 10_000
LARGEST_PACKAGE = 1 << 31
# A part this large that was packed to less than this share is made to fill the memory.
LARGE_PART = 1 << 24
SMALLEST_PACKED_SHARE = 1 / 250
IS_ENCRYPTED = 0x1
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, OSError, ValueError)

# What reading a part calls: at the start of an element with its name and its attributes, at its
# end with its name, and with text. Names are whole; LOCAL_NAMES gives what people write.
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class _LocalNames(dict[str, str]):
    """The part of a name that follows its namespace; looked up, because cells are many."""

    def __missing__(self, name: str) -> str:
        if len(self) >= NAMES_MAX:
            self.clear()
        local = self[name] = name.rpartition(" ")[2]
        return local


LOCAL_NAMES = _LocalNames()


class Package:
    """An open container. Every part is read as a stream and checked against its directory.

    Raises:
        DataRefused: the container is broken, protected, or unpacks to too much.
    """

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        try:
            self._archive = zipfile.ZipFile(path)
        except UNREADABLE as error:
            raise self.broken() from error
        self._parts = self._archive.infolist()
        self.names = {part.filename for part in self._parts}
        try:
            self._check_bounds()
        except DataRefused:
            self.close()
            raise

    def close(self) -> None:
        """Close the container."""
        self._archive.close()

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's bytes.

        Raises:
            DataRefused: the part is not there, or is not what the directory says.
        """
        try:
            with self._archive.open(name) as part:
                while chunk := part.read(CHUNK_BYTES):
                    yield chunk
        except (*UNREADABLE, KeyError, EOFError, RuntimeError, zlib.error) as error:
            raise self.broken() from error

    def parse(
        self, name: str, *, start: Start, end: End | None = None, text: Text | None = None
    ) -> None:
        """Read a part as XML, calling what is given; see `parsed`."""
        for _ in self.parsed(name, start=start, end=end, text=text):
            pass

    def parsed(
        self, name: str, *, start: Start, end: End | None = None, text: Text | None = None
    ) -> Iterator[None]:
        """Read a part as XML, calling what is given, and yield after every piece.

        Raises:
            DataRefused: the part is no XML, or declares a document type, which may hold entities.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_declaration
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            for chunk in self.chunks(name):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
            yield
        except expat.ExpatError as error:
            raise self.broken(f"no XML in {name}, line {error.lineno}") from error
        except (LookupError, ValueError) as error:
            # What the parser says to an encoding that it does not know.
            raise self.broken(f"no XML in {name}") from error

    def broken(self, found: str = "a container or a part of it that cannot be read") -> DataRefused:
        """Return the refusal of a file that is not whole."""
        return DataRefused(
            "The workbook is broken.",
            place=Place(self.shown),
            found=found,
            expected="a workbook that a spreadsheet program opens",
            to_do="export again; the file may have been cut off",
        )

    def _check_bounds(self) -> None:
        if any(part.flag_bits & IS_ENCRYPTED for part in self._parts):
            raise protected(self.shown)
        if len(self.names) < len(self._parts):
            raise self.broken("two parts of one name")
        total = sum(part.file_size for part in self._parts)
        is_bomb = any(
            part.file_size > LARGE_PART
            and part.compress_size < part.file_size * SMALLEST_PACKED_SHARE
            for part in self._parts
        )
        if len(self._parts) > PARTS_MAX or total > LARGEST_PACKAGE or is_bomb:
            raise DataRefused(
                "The workbook unpacks to more than a workbook holds.",
                place=Place(self.shown),
                found=f"{len(self._parts)} parts, {total >> 20} MB unpacked",
                expected=f"at most {LARGEST_PACKAGE >> 20} MB, and parts that are not mostly "
                "repetition",
                to_do="export as CSV; do not open a file that somebody else made",
            )

    def _refuse_declaration(self, *_: Any) -> None:
        raise DataRefused(
            "The workbook declares a document type, which no spreadsheet program writes.",
            place=Place(self.shown),
            found="<!DOCTYPE in one of its parts",
            expected="XML without declarations",
            to_do="do not use the file; export again from the source",
        )


def protected(shown: str) -> DataRefused:
    """Return the refusal of a workbook that opens with a password only."""
    return DataRefused(
        "The workbook is protected by a password.",
        place=Place(shown),
        found="an encrypted workbook",
        expected="a workbook that opens without a password",
        to_do="open it, remove the password, and save it again",
    )
