"""Which day the exports describe, and whether they are too old."""

from __future__ import annotations

import datetime as dt

from ingest.columns.tables import Load
from workspace.config import WorkspaceConfig
from workspace.errors import DataRefused, Place


def day_described(
    load: Load, config: WorkspaceConfig, today: dt.date
) -> tuple[dt.date, dt.date | None]:
    """Return the day the exports describe, and the first day on which that would be another.

    It is the user's word, else the newest date that is not in the future: of the job history, or
    declared by an export. It moves when a date of the future comes to pass; and one day the
    exports are too old.
    """
    place = Place(load.exports.of_table("job_history")[0].path)
    row = load.connection.execute(
        "select max(effective_on) filter (effective_on <= $today), "
        "min(effective_on) filter (effective_on > $today) from rows_job_history",
        {"today": today},
    ).fetchone()
    told, coming = row or (None, None)
    days = [min(day, today) for day in load.exports.days_described]
    newest = max([*days, *([told] if told else [])], default=None)
    if newest is None:
        raise DataRefused(
            "The job history holds no record up to today.",
            place=place,
            expected="one record per change of employment, with hires and exits",
            to_do="export the whole history, not only the current state",
        )
    oldest_allowed = config.ingest.maximum_age_days
    if oldest_allowed is not None and (today - newest).days > oldest_allowed:
        raise DataRefused(
            "The job history is too old.",
            place=place,
            found=f"newest date {newest}, {(today - newest).days} days before {today}",
            expected=f"at most {oldest_allowed} days (ingest.maximum_age_days)",
            to_do="export the job history again",
        )
    ends = [] if oldest_allowed is None else [newest + dt.timedelta(days=oldest_allowed + 1)]
    if config.as_of is not None:
        return config.as_of, min(ends, default=None)
    if any(day > today for day in load.exports.days_described):
        ends.append(today + dt.timedelta(days=1))
    if coming is not None:
        ends.append(coming)
    return newest, min(ends, default=None)
