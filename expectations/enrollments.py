"""What an export of applications promises beyond its columns."""

from __future__ import annotations

from expectations.promise import (
    Promise,
    in_a_program_with_pairings,
    in_order,
    known_in,
    not_after_as_of,
)

TABLE = "enrollments"

PROMISES: tuple[Promise, ...] = (
    known_in(TABLE, "program_id", "programs"),
    in_a_program_with_pairings(
        TABLE, what="application that was selected", condition="t.status = 'selected'"
    ),
    in_order(
        TABLE,
        "applied_on",
        "decided_on",
        sentence="No application is decided before it is made.",
    ),
    not_after_as_of(TABLE, "applied_on", what="application"),
    not_after_as_of(TABLE, "decided_on", what="decision"),
)
