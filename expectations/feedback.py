"""What an export of feedback promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, in_order, known_in, not_after_as_of

TABLE = "feedback"

PROMISES: tuple[Promise, ...] = (
    known_in(TABLE, "pairing_id", "pairings"),
    in_order(
        TABLE, "about_on", "given_at", sentence="No feedback is given before what it is about."
    ),
    not_after_as_of(TABLE, "given_at", what="feedback"),
)
