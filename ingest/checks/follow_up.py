"""Until when people can be followed: to the last complete month whose leavers are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median, pvariance

from ingest.columns.tables import Load
from workspace.config import ExpectationsConfig

# How many months before tell what is usual: the years that are asked, each by itself.
USUAL_MONTHS = (12, 24)
# So many months may lack a part of their leavers, and so many nearly all of them.
THIN_MONTHS_MAX, LATE_MONTHS_MAX = 3, 12
# Follow-up ends before months that chance makes so empty less often than this; what chance does
# less often than the second is worth a warning.
LATE_CHANCE_MAX, DOUBTFUL_CHANCE_MAX = 0.001, 0.01
# The same months of the years before must have held more as well, beyond such a chance.
SEASON_CHANCE_MAX = 0.05
# A month with more exits than so many usual ones, as after a layoff, counts as so many.
USUAL_TIMES_MAX = 2


@dataclass(frozen=True)
class Thinness:
    """The newest complete months as far as they hold fewer exits than usual.

    Attributes:
        months_n: how many months.
        found_n: the exits in them.
        usual_n: the exits that so many months usually hold.
        chance: how often chance alone would leave so few in these or in any that were judged.
    """

    months_n: int
    found_n: int
    usual_n: float
    chance: float


def follow_up_ends_on(load: Load, limits: ExpectationsConfig, as_of: dt.date) -> dt.date:
    """Return the first day of a month before which everybody can be followed.

    A month is complete when `as_of` is its last day or later. The newest complete months are left
    out where their leavers seem to be still missing, and warned of where they may be (`thinness`).
    """
    ends_on = months_before(as_of + dt.timedelta(days=1), 0)
    rows = load.connection.execute(
        "select cast(date_trunc('month', effective_on - interval 1 day) as date), count(*) "
        "from rows_job_history where event = 'exit' and effective_on <= $ends_on group by all",
        {"ends_on": ends_on},
    ).fetchall()
    thin = thinness(dict(rows), ends_on=ends_on, limits=limits)
    if thin is None or thin.chance >= DOUBTFUL_CHANCE_MAX:
        return ends_on
    if thin.chance < LATE_CHANCE_MAX:
        return months_before(ends_on, thin.months_n)
    months = "month holds" if thin.months_n == 1 else f"{thin.months_n} months hold"
    load.remarks.warn(
        f"job_history: the newest complete {months} {thin.found_n} exits, where about "
        f"{thin.usual_n:.0f} are usual; chance makes it so few less than once in a hundred times. "
        "If leavers are entered late, retention is too high: export again once they are in it. If "
        "nobody is missing, say until when: `expectations: {exits_complete_until: "
        f"{ends_on - dt.timedelta(days=1)}}}`."
    )
    return ends_on


def thinness(
    exits: Mapping[dt.date, int], *, ends_on: dt.date, limits: ExpectationsConfig
) -> Thinness | None:
    """Return the newest months whose exits are the least likely to be all, if any can be judged.

    Given the exits of both, those of the newest months are a binomial share of those of the year,
    or two years, before, whichever makes them likelier; months that differ by more than Poisson
    counts do make it wider, as a quasi-likelihood does. Months that always hold few, as winters in
    a school, are not thin: the same months of the years before are asked as well. Up to three
    months may be thin; of more, each holds less than `minimum_recent_exit_share` of a usual one.
    Months that end by `exits_complete_until` never are, nor is what lies before a newest month that
    holds its exits. Of the newest one, two or more months the least likely count, with the chance
    of as many looks (Bonferroni).

    Args:
        exits: first day of a month: exits whose last day of work it holds.
        ends_on: the first day after the newest complete month.
        limits: the thresholds.
    """
    begins_on = min(exits, default=ends_on)
    newest: list[int] = []
    judged: list[Thinness] = []
    while len(newest) < LATE_MONTHS_MAX and limits.minimum_recent_exit_share:
        month = months_before(ends_on, len(newest) + 1)
        newest.append(exits.get(month, 0))
        pasts = [
            [exits.get(day, 0) for day in days]
            for months_n in USUAL_MONTHS
            if (days := [months_before(month, n + 1) for n in range(months_n)])[-1] >= begins_on
        ]
        is_confirmed = limits.exits_complete_until is not None and months_before(
            month, -1
        ) <= limits.exits_complete_until + dt.timedelta(days=1)
        if is_confirmed or not pasts:
            break
        usual = median(pasts[-1])
        least = limits.minimum_recent_exit_share * usual
        if len(newest) > THIN_MONTHS_MAX and max(newest) >= least:
            break
        # What lies before months that hold their exits is no delay.
        if newest[1:] and _chance(sum(newest[1:]), len(newest) - 1, newest[:1]) < LATE_CHANCE_MAX:
            break
        if _is_of_the_season(newest, exits, begins_on, ends_on):
            continue
        ordinary = [[min(n, USUAL_TIMES_MAX * usual) for n in past] for past in pasts]
        months_n, found_n = len(newest), sum(newest)
        judged.append(
            Thinness(
                months_n,
                found_n,
                usual_n=months_n * min(mean(past) for past in ordinary),
                chance=max(_chance(found_n, months_n, past) for past in ordinary),
            )
        )
    least_likely = min(judged, key=lambda thin: thin.chance, default=None)
    if least_likely is None:
        return None
    # The least likely of several looks is less likely than any one of them.
    return replace(least_likely, chance=min(1.0, least_likely.chance * len(judged)))


def _is_of_the_season(
    newest: Sequence[int], exits: Mapping[dt.date, int], begins_on: dt.date, ends_on: dt.date
) -> bool:
    """Return whether the same months of the one or two years before held hardly more exits."""
    same = [
        exits.get(day, 0)
        for n in range(len(newest))
        for years_n in (1, 2)
        if (day := months_before(ends_on, n + 1 + 12 * years_n)) >= begins_on
    ]
    # How months differ within a season is not known from one or two of each.
    return _chance(sum(newest), len(newest), same, has_spread=False) >= SEASON_CHANCE_MAX


def _chance(
    found_n: int, months_n: int, past: Sequence[float], *, has_spread: bool = True
) -> float:
    """Return how often as few exits as found, or fewer, fall into some months by chance.

    Of all exits of these months and of the past ones, each falls into these with the share that
    they have of all months (the conditional test of two Poisson rates). Both counts are divided by
    the dispersion of the past ones where that is above 1.
    """
    from scipy.special import betainc

    if not sum(past):
        return 1.0
    spread = max(1.0, pvariance(past) / mean(past)) if has_spread else 1.0
    share = months_n / (months_n + len(past))
    return float(betainc(sum(past) / spread, found_n / spread + 1, 1 - share))


def months_before(day: dt.date, months_n: int) -> dt.date:
    """Return the first day of the month that lies so many months before that of a day."""
    year, month = divmod(12 * day.year + day.month - 1 - months_n, 12)
    return dt.date(year, month + 1, 1)
