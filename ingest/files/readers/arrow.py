"""What Arrow says of a Parquet file's columns beyond Parquet: which whole numbers are durations."""

from __future__ import annotations

import base64
import binascii
import struct

# The file's own metadata that holds the schema of Arrow, as a message in FlatBuffers.
SCHEMA_KEY = "ARROW:schema"
CONTINUATION = b"\xff\xff\xff\xff"
# Places of what is looked up in the tables of the format (Message.fbs and Schema.fbs of Arrow).
MESSAGE_HEADER, SCHEMA_FIELDS, FIELD_TYPE_KIND, FIELD_TYPE, DURATION_UNIT = 2, 1, 2, 3, 0
DURATION = 18
MILLISECOND = 1
# Microseconds that one of a unit is: seconds, milliseconds, microseconds, nanoseconds.
MICROSECONDS = (1_000_000.0, 1_000.0, 1.0, 0.001)


def durations_of(schema: bytes) -> dict[int, float]:
    """Return the places of columns that are durations, with the microseconds of one of their units.

    Args:
        schema: the schema of Arrow as Parquet keeps it, in base 64.
    """
    try:
        message = base64.b64decode(schema)
        start = 8 if message.startswith(CONTINUATION) else 4
        return _durations(_Buffer(message[start:]))
    except (binascii.Error, struct.error, IndexError):
        return {}


class _Buffer:
    """A message in FlatBuffers, whose tables are found by where they stand."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def number(self, letter: str, at: int) -> int:
        """Return the whole number that stands at a place, of a type that `struct` knows."""
        found: int = struct.unpack_from("<" + letter, self._content, at)[0]
        return found

    def follow(self, at: int) -> int:
        """Return where the reference at a place leads to."""
        return at + self.number("I", at)

    def field(self, table: int, place: int) -> int | None:
        """Return where a table's field stands, None when the table does not have it."""
        offsets = table - self.number("i", table)
        at = 4 + 2 * place
        if at >= self.number("H", offsets):
            return None
        offset = self.number("H", offsets + at)
        return table + offset if offset else None


def _durations(buffer: _Buffer) -> dict[int, float]:
    header = buffer.field(buffer.follow(0), MESSAGE_HEADER)
    fields = None if header is None else buffer.field(buffer.follow(header), SCHEMA_FIELDS)
    if fields is None:
        return {}
    durations: dict[int, float] = {}
    first = buffer.follow(fields)
    for n in range(buffer.number("I", first)):
        column = buffer.follow(first + 4 + 4 * n)
        kind = buffer.field(column, FIELD_TYPE_KIND)
        details = buffer.field(column, FIELD_TYPE)
        if kind is None or details is None or buffer.number("B", kind) != DURATION:
            continue
        unit = buffer.field(buffer.follow(details), DURATION_UNIT)
        durations[n] = MICROSECONDS[MILLISECOND if unit is None else buffer.number("H", unit)]
    return durations
