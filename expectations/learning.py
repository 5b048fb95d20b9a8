"""What an export of learning promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, no_row, not_after_as_of

TABLE = "learning"

PROMISES: tuple[Promise, ...] = (
    not_after_as_of(TABLE, "completed_on", what="learning activity"),
    no_row(
        TABLE,
        "hours_are_plausible",
        "select 1 as broken from t where t.hours < 0 or t.hours > 1000",
        severity="warning",
        sentence="A learning activity takes between 0 and 1,000 hours.",
        to_do="Look whether the export counts minutes instead of hours.",
        column="hours",
    ),
)
