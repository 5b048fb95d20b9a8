"""Until when people can be followed: to the last complete month whose leavers are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from statistics import median

from ingest.columns.tables import Load
from workspace.config import ExpectationsConfig

# The months that tell how many usually leave, at least and at most; and how many may be late.
USUAL_MONTHS_MIN, USUAL_MONTHS_MAX = 12, 24
LATE_MONTHS_MAX = 12
# Months with fewer leavers than usual are late only where chance gives so few less often than this.
CHANCE_MAX = 0.001


def follow_up_ends_on(load: Load, limits: ExpectationsConfig, as_of: dt.date) -> dt.date:
    """Return the first day of a month before which everybody can be followed.

    A month is complete when `as_of` is its last day or later. The newest complete months are left
    out where their leavers seem to be still missing (`late_months`).
    """
    ends_on = months_before(as_of + dt.timedelta(days=1), 0)
    rows = load.connection.execute(
        "select cast(date_trunc('month', effective_on - interval 1 day) as date), count(*) "
        "from rows_job_history where event = 'exit' and effective_on <= $ends_on group by all",
        {"ends_on": ends_on},
    ).fetchall()
    return months_before(ends_on, late_months(dict(rows), ends_on=ends_on, limits=limits))


def late_months(
    exits: Mapping[dt.date, int], *, ends_on: dt.date, limits: ExpectationsConfig
) -> int:
    """Return how many of the newest months hold too few exits to hold all of them.

    Each of them has less than `minimum_recent_exit_share` of what a month usually has (the median
    of the two years before them, or of as much as there is, from a year on), and all of them
    together so few as a Poisson count of that mean has less than once in a thousand times. Months
    that end by `exits_complete_until` are never late.

    Args:
        exits: first day of a month: exits whose last day of work it holds.
        ends_on: the first day after the newest complete month.
        limits: the thresholds.
    """
    begins_on = min(exits, default=ends_on)
    late_n, found_n, usual = 0, 0, 0.0
    while late_n < LATE_MONTHS_MAX:
        month = months_before(ends_on, late_n + 1)
        before = [months_before(month, n) for n in range(1, USUAL_MONTHS_MAX + 1)]
        usual_exits = [exits.get(day, 0) for day in before if day >= begins_on]
        is_confirmed = limits.exits_complete_until is not None and months_before(
            month, -1
        ) <= limits.exits_complete_until + dt.timedelta(days=1)
        if is_confirmed or len(usual_exits) < USUAL_MONTHS_MIN:
            break
        usual_before = median(usual_exits)
        if exits.get(month, 0) >= limits.minimum_recent_exit_share * usual_before:
            break
        late_n, found_n, usual = late_n + 1, found_n + exits.get(month, 0), usual_before
    if not late_n:
        return 0
    from scipy.stats import poisson

    return late_n if poisson.cdf(found_n, late_n * usual) < CHANCE_MAX else 0


def months_before(day: dt.date, months_n: int) -> dt.date:
    """Return the first day of the month that lies so many months before that of a day."""
    year, month = divmod(12 * day.year + day.month - 1 - months_n, 12)
    return dt.date(year, month + 1, 1)
