"""The streams of an OLE compound file, in which old workbooks are kept ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MARK = bytes.fromhex("d0cf11e0a1b11ae1")
HEADER_BYTES = 512
ENTRY_BYTES = 128
# Sector numbers from here on mean the end of a chain, or no sector.
LAST_SECTOR = 0xFFFFFFFA
STREAM, ROOT = 2, 5


class BrokenFile(Exception):
    """The bytes are no compound file that can be followed."""


def stream_of(container: bytes, names: tuple[str, ...]) -> bytes | None:
    """Return the first stream of one of these names, or None when there is none.

    Raises:
        BrokenFile: the container's tables lead nowhere, or in circles.
    """
    if not container.startswith(MARK) or len(container) < HEADER_BYTES:
        raise BrokenFile("no compound file")
    shift, small_shift = struct.unpack_from("<HH", container, 30)
    directory, _, small_below, small_table, _, first_more, _ = struct.unpack_from(
        "<7I", container, 48
    )
    if not 7 <= shift <= 16 or not 2 <= small_shift <= shift:
        raise BrokenFile("sectors of an impossible size")
    table = _table(container, shift, first_more)
    entries = _chain(container, directory, table, shift)
    root: tuple[int, int] | None = None
    found: tuple[int, int] | None = None
    for at in range(0, len(entries) - ENTRY_BYTES + 1, ENTRY_BYTES):
        name_bytes, kind = struct.unpack_from("<HB", entries, at + 64)
        first, length = struct.unpack_from("<IQ", entries, at + 116)
        name = entries[at : at + max(name_bytes - 2, 0)].decode("utf-16-le", errors="replace")
        if kind == ROOT:
            root = (first, length)
        elif kind == STREAM and name in names and found is None:
            found = (first, length & 0xFFFFFFFF)
    if found is None:
        return None
    first, length = found
    if length >= small_below or root is None:
        return _chain(container, first, table, shift)[:length]
    small = _chain(container, root[0], table, shift)
    numbers = _numbers(_chain(container, small_table, table, shift))
    pieces = (
        small[number << small_shift : (number + 1) << small_shift]
        for number in _followed(first, numbers)
    )
    return b"".join(pieces)[:length]


def _table(container: bytes, shift: int, first_more: int) -> list[int]:
    """Return the table that says which sector follows which."""
    of_table = [n for n in _numbers(container[76:HEADER_BYTES]) if n < LAST_SECTOR]
    seen = 0
    while first_more < LAST_SECTOR:
        *numbers, first_more = _numbers(_sector(container, first_more, shift))
        of_table.extend(n for n in numbers if n < LAST_SECTOR)
        seen += 1
        if seen > len(container) >> shift:
            raise BrokenFile("sectors in a circle")
    return _numbers(b"".join(_sector(container, number, shift) for number in of_table))


def _chain(container: bytes, first: int, table: list[int], shift: int) -> bytes:
    return b"".join(_sector(container, number, shift) for number in _followed(first, table))


def _followed(first: int, table: list[int]) -> Iterator[int]:
    seen = 0
    number = first
    while number < LAST_SECTOR:
        if number >= len(table) or seen > len(table):
            raise BrokenFile("sectors that lead nowhere, or in a circle")
        yield number
        number = table[number]
        seen += 1


def _sector(container: bytes, number: int, shift: int) -> bytes:
    # The header takes the place of a first sector, whatever the size of sectors.
    at = (number + 1) << shift
    found = container[at : at + (1 << shift)]
    if not found:
        raise BrokenFile("a sector beyond the end")
    return found


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
