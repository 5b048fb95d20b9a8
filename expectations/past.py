"""How many rows each table has of each month, known from load to load: the past should stand still.

A row that is entered late, and dated back, changes months that were reported already; so does an
export whose date range moves on and leaves its beginning out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workspace.database import connect

# The date that the rows of each table are of.
DATES: Mapping[str, str] = {
    "job_history": "effective_on",
    "performance_reviews": "reviewed_on",
    "talent_plans": "planned_on",
    "enrollments": "applied_on",
    "pairings": "started_on",
    "meetings": "scheduled_at",
    "goals": "set_on",
    "feedback": "given_at",
    "exposures": "occurred_on",
    "learning": "completed_on",
    "recognitions": "awarded_on",
    "survey_responses": "submitted_at",
}
# What a table's rows are counted by besides their month.
KINDS: Mapping[str, str] = {"job_history": "event"}

# Table: month, and kind where it has kinds: rows.
Months = Mapping[str, Mapping[str, int]]


def month_of(table: str) -> str:
    """Return the SQL of the month, and the kind, under which a row `t` of a table is counted."""
    month = f"strftime(cast(t.{DATES[table]} as date), '%Y-%m')"
    return f"concat_ws(' ', {month}, t.{KINDS[table]})" if table in KINDS else month


def read_months(raw_path: Path) -> dict[str, dict[str, int]]:
    """Return the rows of each month of each table of a raw database; empty tables are left out."""
    months: dict[str, dict[str, int]] = {}
    with connect(raw_path, read_only=True) as connection:
        for table, column in DATES.items():
            found = connection.execute(
                f"select {month_of(table)} as month, count(*) from {table} as t "
                f"where t.{column} is not null group by all order by month"
            ).fetchall()
            if found:
                months[table] = dict(found)
    return months
