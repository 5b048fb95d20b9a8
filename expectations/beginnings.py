"""Is anything dated before anybody was employed? Then a placeholder stands where a day should."""

from __future__ import annotations

from expectations.past import DATES
from expectations.promise import Promise, no_row


def promises(table: str) -> tuple[Promise, ...]:
    """Return what a table with dates promises about its first day."""
    if table == "job_history" or table not in DATES:
        return ()
    column = DATES[table]
    return (
        no_row(
            table,
            "begins_with_the_first_hire",
            "select 1 as broken from t cross join "
            "(select min(h.effective_on) as first_on from job_history as h) as history "
            f"where cast(t.{column} as date) < history.first_on",
            severity="warning",
            sentence=f"No row of {table} is of a day before anybody was hired.",
            broken=f"{{n}} of {{rows}} rows of {table} are of a day before anybody was hired, as "
            "far as job_history says.",
            to_do=f"Look for a placeholder such as 1970-01-01 or 1980-01-01 in {column}; where the "
            f"true day is known give it to all: constants: {{{column}: 2026-03-31}} in "
            "mentorship.yml. Otherwise export a job_history that goes back as far.",
            column=column,
            needs=("job_history",),
        ),
    )
