"""A company drawn from a known law, written as raw tables, with the true effect of mentoring.

The law is the demo company's: chances of leaving and of being promoted that depend on department,
level, last rating, tenure, months since promotion, age and season, and a program that selects on
rating, level, tenure and department. On request a trait that no table shows works on all of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from demo import hazards
from demo.hazards import DEPARTMENTS, LEVELS_N, NEVER, Standing
from demo.months import (
    MONTH_STARTS,
    MONTHS_N,
    Bools,
    Floats,
    Ints,
    day_date,
    days_within,
    month_of_year,
)
from demo.programs import PROGRAMS, drawn_by_weight
from tests.models.impact.engine import settings

HORIZON_MONTHS = 12
# What makes the true twelve-month effects about +0.050 and +0.070.
EXIT_MULTIPLIER = 0.595
PROMOTION_MULTIPLIER = 1.49

_SELECTION = PROGRAMS[0]
_FIRST_START_MONTH = 36
_STARTS_MONTHLY_SHARE = 0.0015
_DEPARTMENT_SHARES = np.array([0.24, 0.2, 0.17, 0.14, 0.08, 0.06, 0.06, 0.05])
_LEVEL_SHARES = np.array([0.29, 0.26, 0.2, 0.12, 0.08, 0.037, 0.013])
_HIRED_LEVEL_SHARES = np.array([0.5, 0.27, 0.13, 0.06, 0.03, 0.008, 0.002])
_LOCATION_SHARES = np.array([0.3, 0.22, 0.16, 0.14, 0.1, 0.08])
_REASONS = np.array(["voluntary", "involuntary", "retirement", "other"], dtype=object)
_DAYS_OF_LONGEST_SERVICE = 14 * 365
# Nobody is promoted more often in a year: the third time has a chance below one in a million.
_PROMOTIONS_MAX = 2
_CHANCE_MAX = 0.6
_NO_SHOW_SHARE = 0.2
# The share of people with a rare trait, and how far from the mean it puts them and the others, so
# that its mean is 0 and its variance 1.
_RARE_SHARE, _WITH, _WITHOUT = 0.2, 2.0, -0.5


@dataclass(frozen=True)
class Law:
    """What is true of a company beyond the demo's chances.

    Attributes:
        exit_multiplier: what mentoring does to the monthly chance of leaving by choice.
        promotion_multiplier: what it does to the monthly chance of a promotion.
        hidden: strength of the unmeasured trait, per standard deviation: on the logarithm of the
            weight of being selected, of leaving by choice (less) and of being promoted (more), and
            as its correlation with the latent score behind every fresh rating.
        is_rare: whether the trait is one that one person in five has and the others have not, far
            above the mean and a little below it, instead of more or less of it in everybody.
        applicants: people who apply for each place; 0 where nobody applies and a program picks. The
            trait decides who applies, and chance who of them gets in.
        is_drawn: whether the places are drawn by lot and one in five does not take the offer.
    """

    exit_multiplier: float = 1.0
    promotion_multiplier: float = 1.0
    hidden: float = 0.0
    is_rare: bool = False
    applicants: float = 0.0
    is_drawn: bool = False


@dataclass(frozen=True)
class Company:
    """A drawn company.

    Attributes:
        raw: its raw tables.
        truth: the true effect on those mentored at twelve months, by outcome.
        mentees_n: people with a start that can be followed.
    """

    raw: dict[str, pd.DataFrame]
    truth: dict[str, float]
    mentees_n: int


def draw(*, employees: int, law: Law, rng: np.random.Generator) -> Company:
    """Return seven years of a company with that many employees at any time."""
    history = _History(employees, law, rng)
    for month in range(MONTHS_N):
        history.live(month)
    months = np.concatenate(history.start_months)
    followed = months + 1 < MONTHS_N
    treated = Standing(
        *(
            np.concatenate([getattr(standing, name) for standing in history.start_standings])[
                followed
            ]
            for name in Standing.__dataclass_fields__
        )
    )
    trait = np.concatenate(history.start_traits)[followed]
    return Company(
        raw=history.tables(),
        truth=true_effects(treated, months[followed], trait, law),
        mentees_n=int(followed.sum()),
    )


class _History:
    """The company as it stands, one entry per person, and the rows it has written so far.

    A month has one order: exits are drawn first, then promotions among those who stay, then
    starts among them, then the yearly review, then hires. Chances and selection look at the
    standing on the day before the month.
    """

    def __init__(self, employees: int, law: Law, rng: np.random.Generator) -> None:
        self.employees, self.law, self.rng = employees, law, rng
        self.department = np.empty(0, dtype=np.int64)
        self.level = self.rating = self.service_month = self.department
        self.promotion_month = self.birth_year = self.location = self.mentee_month = self.department
        self.trait = np.empty(0)
        self.is_active = np.empty(0, dtype=np.bool_)
        self.jobs: list[pd.DataFrame] = []
        self.reviews: list[pd.DataFrame] = []
        self.pairings: list[pd.DataFrame] = []
        self.enrollments: list[pd.DataFrame] = []
        self.has_applied = np.empty(0, dtype=np.bool_)
        self.start_months: list[Ints] = []
        self.start_standings: list[Standing] = []
        self.start_traits: list[Floats] = []

    def live(self, month: int) -> None:
        """Live one month."""
        if month == 0:
            self._found()
        people = np.flatnonzero(self.is_active)
        before = self._standing(people)
        stayed = self._leave(month, people, before)
        self._promote(month, people, before, stayed)
        started = self._start(month, people, before, stayed)
        if month_of_year(month) == hazards.REVIEW_MONTH:
            self._review(month)
        self._hire(month)
        self.start_months.append(np.full(len(started), month))
        self.start_standings.append(self._standing(started))
        self.start_traits.append(self.trait[started])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the raw tables."""
        as_of = day_date(int(MONTH_STARTS[MONTHS_N]))
        return {
            "settings": settings(as_of),
            "job_history": pd.concat(self.jobs, ignore_index=True),
            "performance_reviews": pd.concat(self.reviews, ignore_index=True),
            "pairings": pd.concat(self.pairings, ignore_index=True),
            **(
                {"enrollments": pd.concat(self.enrollments, ignore_index=True)}
                if self.enrollments
                else {}
            ),
        }

    def _standing(self, people: Ints) -> Standing:
        return Standing(
            self.department[people],
            self.level[people],
            self.rating[people],
            self.service_month[people],
            self.promotion_month[people],
            self.birth_year[people],
        )

    def _join(self, days: Ints, levels: Ints, service_months: Ints) -> None:
        size, first = len(days), len(self.level)
        trait = self.rng.standard_normal(size)
        if self.law.is_rare:
            trait = np.where(ndtr(trait) < _RARE_SHARE, _WITH, _WITHOUT)
        age = 19 + 3.0 * levels + self.rng.gamma(1.8, 4.0, size)
        joined = {
            "department": self.rng.choice(len(DEPARTMENTS), size, p=_DEPARTMENT_SHARES),
            "level": levels,
            "rating": np.zeros(size, dtype=np.int64),
            "service_month": service_months,
            "promotion_month": np.full(size, NEVER),
            "birth_year": 2019 + service_months // 12 - np.minimum(age, 63).astype(np.int64),
            "location": self.rng.choice(len(_LOCATION_SHARES), size, p=_LOCATION_SHARES),
            "mentee_month": np.full(size, MONTHS_N),
            "trait": trait,
            "has_applied": np.zeros(size, dtype=np.bool_),
            "is_active": np.ones(size, dtype=np.bool_),
        }
        for name, column in joined.items():
            setattr(self, name, np.concatenate([getattr(self, name), column]))
        people = np.arange(first, first + size)
        rows = _job_rows(people, days, "hire", level=levels)
        departments = np.array(DEPARTMENTS, dtype=object)[self.department[people]]
        sites = np.array([f"site {n}" for n in range(len(_LOCATION_SHARES))], dtype=object)
        self.jobs.append(rows.assign(department=departments, location=sites[self.location[people]]))

    def _found(self) -> None:
        size = self.employees
        service = np.minimum(self.rng.exponential(1_500, size), _DAYS_OF_LONGEST_SERVICE)
        # The second of a month: hired on the first, a person would have served a month more.
        months = -1 - (service // 30.5).astype(np.int64)
        starts = (np.datetime64("2019-01", "M") + months).astype("datetime64[D]").astype(np.int64)
        levels = 1 + self.rng.choice(LEVELS_N, size, p=_LEVEL_SHARES)
        self._join(starts + 1, levels, months)

    def _hire(self, month: int) -> None:
        size = self.employees - int(self.is_active.sum())
        levels = 1 + self.rng.choice(LEVELS_N, size, p=_HIRED_LEVEL_SHARES)
        days = days_within(self.rng, month, size, first=2)
        self._join(days, levels, np.full(size, month))

    def _leave(self, month: int, people: Ints, before: Standing) -> Bools:
        """Write the month's exits; return who stayed."""
        is_mentored = self.mentee_month[people] < month
        causes = _exits(before, month, self.trait[people], is_mentored, self.law)
        bounds = np.cumsum(causes, axis=0)
        drawn = self.rng.random(len(people))
        stayed = drawn >= bounds[-1]
        rows = np.flatnonzero(~stayed)
        self.is_active[people[rows]] = False
        reason = _REASONS[(drawn[rows] >= bounds[:-1, rows]).sum(axis=0)]
        days = days_within(self.rng, month, len(rows), first=2)
        self.jobs.append(_job_rows(people[rows], days, "exit").assign(exit_reason=reason))
        return np.asarray(stayed)

    def _promote(self, month: int, people: Ints, before: Standing, stayed: Bools) -> None:
        is_mentored = self.mentee_month[people] < month
        chance = _promotion(before, month, self.trait[people], is_mentored, self.law)
        chosen = people[stayed & (self.rng.random(len(people)) < chance)]
        self.level[chosen] += 1
        self.promotion_month[chosen] = month
        days = days_within(self.rng, month, len(chosen), first=2)
        self.jobs.append(_job_rows(chosen, days, "promotion", level=self.level[chosen]))

    def _start(self, month: int, people: Ints, before: Standing, stayed: Bools) -> Ints:
        """Write the month's first pairings; return the mentees."""
        if month < _FIRST_START_MONTH:
            return people[:0]
        weights = _SELECTION.weights(before, month) * np.exp(self.law.hidden * self.trait[people])
        weights = weights * stayed * (self.mentee_month[people] == MONTHS_N)
        wanted = int(self.rng.poisson(_STARTS_MONTHLY_SHARE * self.employees))
        if self.law.applicants:
            chosen = self._admit(month, people, weights * ~self.has_applied[people], wanted)
        else:
            chosen = people[drawn_by_weight(self.rng, weights, wanted)]
        self.mentee_month[chosen] = month
        self.pairings.append(
            pd.DataFrame(
                {
                    "pairing_id": _keys(chosen),
                    "program_id": "program",
                    "mentor_key": "mentor",
                    "mentee_key": _keys(chosen),
                    "started_on": _dates(days_within(self.rng, month, len(chosen))),
                }
            )
        )
        return chosen

    def _admit(self, month: int, people: Ints, weights: Floats, places: int) -> Ints:
        """Write the month's applications, of people who had not applied; return who starts."""
        wanted = round(self.law.applicants * places)
        applicants = self.rng.permutation(people[drawn_by_weight(self.rng, weights, wanted)])
        self.has_applied[applicants] = True
        is_in = np.arange(len(applicants)) < places
        days = _dates(days_within(self.rng, month, len(applicants)))
        rows = pd.DataFrame(
            {
                "program_id": "program",
                "participant_key": _keys(applicants),
                "role": "mentee",
                "status": np.where(is_in, "selected", "waitlisted"),
                "applied_on": days,
                "decided_on": days,
                "round": str(month),
            }
        )
        if self.law.is_drawn:
            rows["assignment"] = np.where(is_in, "offered", "not_offered")
            rows["draw"] = str(month)
        self.enrollments.append(rows)
        shows = self.rng.random(len(applicants)) >= (_NO_SHOW_SHARE if self.law.is_drawn else 0.0)
        return np.asarray(applicants[is_in & shows])

    def _review(self, month: int) -> None:
        people = np.flatnonzero(self.is_active)
        kept = self.rng.random(len(people))
        score = self.rng.standard_normal(len(people))
        share = self.law.hidden / 2
        fresh = ndtr(share * self.trait[people] + np.sqrt(1 - share**2) * score)
        self.rating[people] = hazards.reviewed(self.rating[people], kept, fresh)
        self.reviews.append(
            pd.DataFrame(
                {
                    "person_key": _keys(people),
                    "reviewed_on": _dates(np.full(len(people), MONTH_STARTS[month + 1] - 1)),
                    "rating": self.rating[people].astype(float),
                    "rating_scale_max": 5.0,
                }
            )
        )


def _exits(
    standing: Standing, month: int | Ints, trait: Floats, is_mentored: Bools | bool, law: Law
) -> Floats:
    """Return the chances of leaving in a month, one row per reason."""
    voluntary = hazards.voluntary_exit(standing, month) * np.exp(-law.hidden * trait)
    return np.stack(
        [
            np.minimum(voluntary * np.where(is_mentored, law.exit_multiplier, 1.0), _CHANCE_MAX),
            hazards.involuntary_exit(standing),
            hazards.retirement(standing, month),
            np.broadcast_to(1e-4, standing.level.shape),
        ]
    )


def _promotion(
    standing: Standing, month: int | Ints, trait: Floats, is_mentored: Bools | bool, law: Law
) -> Floats:
    """Return the chance that somebody who stays a month is promoted in it."""
    chance = hazards.promotion(standing, month) * np.exp(law.hidden * trait)
    multiplier = np.where(is_mentored, law.promotion_multiplier, 1.0)
    return np.minimum(chance * multiplier, _CHANCE_MAX)


def true_effects(standing: Standing, month: Ints, trait: Floats, law: Law) -> dict[str, float]:
    """Return the mean true effect on people who start with this standing in these months.

    Exact: the chances of every rating and every history of promotions are carried forward month
    by month, once with mentoring and once without; nothing is drawn.
    """
    mentored = _life(standing, month, trait, law, is_mentored=True)
    alone = _life(standing, month, trait, law, is_mentored=False)
    return {outcome: float(np.mean(mentored[outcome] - alone[outcome])) for outcome in mentored}


def _life(
    standing: Standing, month: Ints, trait: Floats, law: Law, *, is_mentored: bool
) -> dict[str, Floats]:
    """Return everybody's chance of still being employed, and of a promotion, after a year."""
    size, ratings_n = len(month), 1 + len(hazards.RATING_SHARES)
    paths = [(0, 0)] + [
        (count, step)
        for count in range(1, _PROMOTIONS_MAX + 1)
        for step in range(1, HORIZON_MONTHS + 1)
    ]
    shape = (size, len(paths), ratings_n)
    count = np.array([path[0] for path in paths])[None, :, None]
    step = np.array([path[1] for path in paths])[None, :, None]

    def wide(column: Ints | Floats) -> Ints:
        return np.broadcast_to(column, shape)

    each = {name: getattr(standing, name)[:, None, None] for name in Standing.__dataclass_fields__}
    states = Standing(
        department=wide(each["department"]),
        level=wide(np.minimum(each["level"] + count, LEVELS_N)),
        rating=wide(np.arange(ratings_n)[None, None, :]),
        service_month=wide(each["service_month"]),
        promotion_month=wide(
            np.where(step > 0, month[:, None, None] + step, each["promotion_month"])
        ),
        birth_year=wide(each["birth_year"]),
    )
    fresh = _fresh_ratings(trait, law)
    chance = np.zeros(shape)
    chance[np.arange(size), 0, standing.rating] = 1.0
    traits = trait[:, None, None]
    promoted = np.zeros(size)
    for now in range(1, HORIZON_MONTHS + 1):
        months = wide((month + now)[:, None, None])
        chance = chance * (1 - _exits(states, months, traits, is_mentored, law).sum(axis=0))
        rising = chance * _promotion(states, months, traits, is_mentored, law)
        promoted = promoted + rising[:, 0].sum(axis=1)
        chance = chance - rising
        for was in range(_PROMOTIONS_MAX + 1):
            here = count[0, :, 0] == was
            to = paths.index((min(was + 1, _PROMOTIONS_MAX), now))
            chance[:, to] += rising[:, here].sum(axis=1)
        reviewed = np.flatnonzero((month + now) % 12 == hazards.REVIEW_MONTH)
        chance[reviewed] = _after_review(chance[reviewed], fresh[reviewed])
    return {"retention": chance.sum(axis=(1, 2)), "promotion": promoted}


def _fresh_ratings(trait: Floats, law: Law) -> Floats:
    """Return each person's chances of the fresh ratings 1 to 5."""
    share = law.hidden / 2
    bounds = ndtri(np.minimum(np.cumsum(hazards.RATING_SHARES), 1.0))
    below = ndtr((bounds[None, :] - share * trait[:, None]) / np.sqrt(1 - share**2))
    return np.diff(below, axis=1, prepend=0.0)


def _after_review(chance: Floats, fresh: Floats) -> Floats:
    kept = np.full(chance.shape[2], hazards.RATING_KEPT_SHARE)
    kept[0] = 0.0  # nobody keeps not being rated
    redrawn = (chance * (1 - kept)).sum(axis=2)
    after = chance * kept
    after[:, :, 1:] += redrawn[:, :, None] * fresh[:, None, :]
    return np.asarray(after)


def _keys(people: Ints) -> np.ndarray:
    return np.array([f"p{person:07}" for person in people], dtype=object)


def _dates(days: Ints) -> pd.Series:
    return pd.Series(days.astype("datetime64[D]").astype("datetime64[s]"))


def _job_rows(people: Ints, days: Ints, event: str, *, level: Ints | None = None) -> pd.DataFrame:
    rows = pd.DataFrame({"person_key": _keys(people), "effective_on": _dates(days), "event": event})
    return rows if level is None else rows.assign(level=level)


def last_day() -> dt.date:
    """Return the day as of which every company is exported."""
    return day_date(int(MONTH_STARTS[MONTHS_N]))
