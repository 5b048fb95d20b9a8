"""What a list of programs promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, in_order

TABLE = "programs"

PROMISES: tuple[Promise, ...] = (
    in_order(TABLE, "starts_on", "ends_on", sentence="No program ends before it starts."),
)
