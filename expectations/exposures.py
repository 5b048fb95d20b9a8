"""What an export of occasions with leadership promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, known_in, not_after_as_of

TABLE = "exposures"

PROMISES: tuple[Promise, ...] = (
    known_in(TABLE, "pairing_id", "pairings"),
    not_after_as_of(TABLE, "occurred_on", what="occasion"),
)
