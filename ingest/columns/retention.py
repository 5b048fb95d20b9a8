"""Retention: records older than the period their table is kept for leave an export unread."""

from __future__ import annotations

import datetime as dt

from ingest.columns.casting import casting_of
from ingest.columns.exports import Export, hide_records
from ingest.columns.tables import Load
from workspace.config import WorkspaceConfig

# The day of what a record is about. Other tables say who somebody is, was or took part with:
# without its beginning a history tells another one.
EVENT_DAYS = {
    "performance_reviews": "reviewed_on",
    "talent_plans": "planned_on",
    "meetings": "scheduled_at",
    "goals": "set_on",
    "feedback": "given_at",
    "exposures": "occurred_on",
    "learning": "completed_on",
    "recognitions": "awarded_on",
    "survey_responses": "submitted_at",
}


def kept_from(config: WorkspaceConfig, today: dt.date) -> dict[str, dt.date]:
    """Return by table the first day whose records are kept; it is the first of a month.

    Args:
        config: the workspace's configuration.
        today: the day of the build, where the configuration does not say what day it is.

    Raises:
        ConfigError: a table has no period of its own.
    """
    months = config.privacy.retention_months
    config.refuse_unknown(
        "privacy",
        "retention_months",
        names=months,
        known=EVENT_DAYS,
        what="a table whose records can expire by their own day",
    )
    day = config.as_of or today
    return {table: months_before(day, n) for table, n in months.items()}


def measured_from(config: WorkspaceConfig, today: dt.date) -> dict[str, dt.date]:
    """Return by table the first month that is measured: all of what it looks back on is kept."""
    return {table: months_before(day, -1) for table, day in kept_from(config, today).items()}


def next_expiry(config: WorkspaceConfig, today: dt.date) -> dt.date | None:
    """Return the day on which records expire next; None where none do, or no day passes."""
    if config.as_of is not None or not config.privacy.retention_months:
        return None
    return months_before(today, -1)


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the first day of the month that lies so many months before that of a day."""
    place = day.year * 12 + day.month - 1 - months
    return dt.date(place // 12, place % 12 + 1, 1) if place >= 12 else dt.date.min


def hide_expired(load: Load, export: Export, first_day: dt.date | None) -> int:
    """Take records out of a landed export that are older than its table is kept for.

    A record whose day cannot be read stays, and waits in quarantine for its day to be mended.

    Args:
        load: the load.
        export: the export.
        first_day: the first day whose records are kept; None keeps all.

    Returns:
        How many records went.
    """
    if first_day is None:
        return 0
    casting = casting_of(load, export)
    day = EVENT_DAYS[export.mapping.table.name]
    gone = f"select _record from ({casting.records}) where {day} < date '{first_day}'"
    return hide_records(load.connection, export, gone, {}, casting.values)
