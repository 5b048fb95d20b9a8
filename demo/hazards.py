"""The law of the demo company: who leaves, who is promoted, and what mentoring changes.

Every chance below depends on nothing but what the exports show: department, level, last rating,
tenure, months since promotion, age and the calendar. Selection into the programs
(`programs.py`) looks at four of these and at nothing else, so adjusting for them is enough to find
the planted effects, and not adjusting is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.months import APRIL, FIRST_YEAR, MARCH, OCTOBER, Floats, Ints

DEPARTMENTS = (
    "Engineering",
    "Operations",
    "Customer Care",
    "Sales",
    "Product",
    "Marketing",
    "Finance",
    "People",
)
LEVELS_N = 7
NEVER = -1_000  # the month of a promotion that has not happened

# What mentoring does, from the first day of the month after a person's first start as a mentee.
MENTEE_VOLUNTARY_EXIT_MULTIPLIER = 0.61
MENTEE_PROMOTION_MULTIPLIER = 1.54

TRANSFER_MONTHLY = 0.004
DEMOTION_MONTHLY = 0.0006
DEMOTION_LEVEL_MIN = 3

REVIEW_MONTH = MARCH  # of every year
# A review keeps the last rating half of the time and is otherwise drawn afresh.
RATING_SHARES = np.array([0.04, 0.13, 0.48, 0.27, 0.08])
RATING_KEPT_SHARE = 0.5

_TENURE_BOUNDS = np.array([12, 24])
_PROMOTION_BOUNDS = np.array([9, 18])

_VOLUNTARY_MONTHLY = 0.0133
_VOLUNTARY_DEPARTMENT = np.array([1.0, 0.95, 1.3, 1.2, 0.95, 1.0, 0.8, 0.85])
_VOLUNTARY_LEVEL = np.array([np.nan, 1.15, 1.1, 1.0, 0.95, 0.85, 0.8, 0.7])
_VOLUNTARY_RATING = np.array([1.0, 1.6, 1.3, 1.0, 0.8, 0.7])  # first: not yet rated
_VOLUNTARY_TENURE = np.array([1.35, 1.15, 0.9])
_VOLUNTARY_PROMOTION = np.array([0.65, 0.85, 1.05])
_VOLUNTARY_YEAR = np.array([1.0, 0.85, 1.1, 1.1, 1.0, 0.95, 0.95])

_INVOLUNTARY_MONTHLY = 0.0018
_INVOLUNTARY_RATING = np.array([1.0, 5.0, 2.2, 0.9, 0.5, 0.4])
_OTHER_MONTHLY = 0.0001
_RETIREMENT_BOUNDS = np.array([60, 63, 66])
_RETIREMENT_MONTHLY = np.array([0.0, 0.006, 0.02, 0.06])

_PROMOTION_MONTHLY = np.array([np.nan, 0.0135, 0.0115, 0.0085, 0.0065, 0.0045, 0.002, 0.0])
_PROMOTION_DEPARTMENT = np.array([1.1, 0.9, 0.85, 1.1, 1.1, 1.0, 0.95, 0.95])
_PROMOTION_RATING = np.array([0.8, 0.15, 0.4, 0.8, 1.5, 2.1])
_PROMOTION_TENURE = np.array([0.4, 0.95, 1.1])
_PROMOTION_GAP = np.array([0.2, 0.8, 1.15])
_PROMOTION_ROUNDS = {APRIL: 2.2, OCTOBER: 1.8}
_PROMOTION_BETWEEN = (12 - sum(_PROMOTION_ROUNDS.values())) / 10


@dataclass(frozen=True)
class Standing:
    """Where people stand on the day before a month begins, one entry per person.

    Attributes:
        department: index into DEPARTMENTS.
        level: 1 to LEVELS_N.
        rating: the last one, 0 before the first review.
        service_month: month of joining.
        promotion_month: month of the last promotion in this spell, or NEVER.
        birth_year: year of birth.
    """

    department: Ints
    level: Ints
    rating: Ints
    service_month: Ints
    promotion_month: Ints
    birth_year: Ints

    def take(self, rows: Ints) -> Standing:
        """Return the standing of some of the people, in the order asked for."""
        return Standing(
            self.department[rows],
            self.level[rows],
            self.rating[rows],
            self.service_month[rows],
            self.promotion_month[rows],
            self.birth_year[rows],
        )


def tenure_months(standing: Standing, month: int | Ints) -> Ints:
    """Return completed months of service on the day before a month."""
    return month - 1 - standing.service_month


def tenure_band(standing: Standing, month: int | Ints) -> Ints:
    """Return 0, 1 or 2: under one year, under two years, longer."""
    return np.searchsorted(_TENURE_BOUNDS, tenure_months(standing, month), side="right")


def _promotion_band(standing: Standing, month: int | Ints) -> Ints:
    return np.searchsorted(_PROMOTION_BOUNDS, month - 1 - standing.promotion_month, side="right")


def voluntary_exit(standing: Standing, month: int | Ints) -> Floats:
    """Return the chance of leaving by one's own choice in a month, without mentoring."""
    year = np.minimum(month // 12, len(_VOLUNTARY_YEAR) - 1)
    return np.asarray(
        _VOLUNTARY_MONTHLY
        * _VOLUNTARY_YEAR[year]
        * _VOLUNTARY_DEPARTMENT[standing.department]
        * _VOLUNTARY_LEVEL[standing.level]
        * _VOLUNTARY_RATING[standing.rating]
        * _VOLUNTARY_TENURE[tenure_band(standing, month)]
        * _VOLUNTARY_PROMOTION[_promotion_band(standing, month)]
    )


def involuntary_exit(standing: Standing) -> Floats:
    """Return the chance of being let go in a month; mentoring does not change it."""
    return np.asarray(_INVOLUNTARY_MONTHLY * _INVOLUNTARY_RATING[standing.rating])


def retirement(standing: Standing, month: int | Ints) -> Floats:
    """Return the chance of retiring in a month; mentoring does not change it."""
    age = FIRST_YEAR + np.asarray(month) // 12 - standing.birth_year
    return np.asarray(_RETIREMENT_MONTHLY[np.searchsorted(_RETIREMENT_BOUNDS, age, side="right")])


def other_exit(standing: Standing) -> Floats:
    """Return the chance of leaving for another cause in a month."""
    return np.full(len(standing.level), _OTHER_MONTHLY)


def promotion(standing: Standing, month: int | Ints) -> Floats:
    """Return the chance that someone who stays a month is promoted in it, without mentoring."""
    rounds = np.full(12, _PROMOTION_BETWEEN)
    rounds[list(_PROMOTION_ROUNDS)] = list(_PROMOTION_ROUNDS.values())
    return np.asarray(
        rounds[np.asarray(month) % 12]
        * _PROMOTION_MONTHLY[standing.level]
        * _PROMOTION_DEPARTMENT[standing.department]
        * _PROMOTION_RATING[standing.rating]
        * _PROMOTION_TENURE[tenure_band(standing, month)]
        * _PROMOTION_GAP[_promotion_band(standing, month)]
    )


def reviewed(rating: Ints, kept: Floats, fresh: Floats) -> Ints:
    """Return the ratings after a review, from two uniform draws a person."""
    drawn = 1 + np.searchsorted(np.cumsum(RATING_SHARES)[:-1], fresh, side="right")
    return np.where((kept < RATING_KEPT_SHARE) & (rating > 0), rating, drawn)
