"""Learning, recognition and talent plans: of everybody, and a little more of the mentored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.mentoring import LAST_DAY, Pairings, spread
from demo.months import MONTH_STARTS, Ints, month_number
from demo.workforce import EMPLOYEE, Workforce

SUCCESSION, DEVELOPMENT = range(2)
WORKSHOP, TRAINING, PEER_LEARNING, COURSE = range(4)
MENTORING_AWARD, SPOT_AWARD, VALUES_AWARD = range(3)

_LEARNING_FROM = month_number(2021, 7)
_AWARDS_FROM = month_number(2021, 1)
_LEARNING_YEARLY, _LEARNING_PAIRED_YEARLY = 0.8, 2.2
_AWARDS_YEARLY, _MENTOR_AWARDS_YEARLY = 0.05, 0.32
_SUCCESSION_LEVEL_MIN, _SUCCESSION_RATING_MIN = 4, 4


@dataclass(frozen=True)
class Learning:
    """One entry per completed activity."""

    spell: Ints
    day: Ints
    kind: Ints
    half_hours: Ints


@dataclass(frozen=True)
class Recognitions:
    """One entry per award."""

    spell: Ints
    day: Ints
    kind: Ints


@dataclass(frozen=True)
class TalentPlans:
    """One entry per person, plan and yearly talent round."""

    spell: Ints
    day: Ints
    kind: Ints
    target_level: Ints


def learning(workforce: Workforce, pairings: Pairings, rng: np.random.Generator) -> Learning:
    """Return what people completed: during a pairing, mentors and mentees learn more."""
    spells = np.arange(len(workforce.person))
    everybody = _happening(
        rng, spells, workforce.hired_day, workforce.exit_day - 1, _LEARNING_FROM, _LEARNING_YEARLY
    )
    paired = _during_pairings(rng, pairings, _LEARNING_PAIRED_YEARLY)
    spell = np.concatenate([everybody[0], paired[0]])
    day = np.concatenate([everybody[1], paired[1]])
    kind = np.concatenate(
        [
            rng.choice(4, len(everybody[0]), p=(0.22, 0.38, 0.1, 0.3)),
            rng.choice(4, len(paired[0]), p=(0.3, 0.15, 0.4, 0.15)),
        ]
    )
    spell, day, kind = _once(spell, day, kind, by_kind=True)
    half_hours = np.array([6, 8, 2, 16])[kind] + rng.integers(0, 7, len(kind))
    return Learning(spell, day, kind, half_hours)


def recognitions(
    workforce: Workforce, pairings: Pairings, rng: np.random.Generator
) -> Recognitions:
    """Return awards: a few for anybody, and one a year for about every third mentor."""
    is_employee = workforce.employment_type == EMPLOYEE
    spells = np.flatnonzero(is_employee)
    anybody = _happening(
        rng,
        spells,
        workforce.hired_day[spells],
        workforce.exit_day[spells] - 1,
        _AWARDS_FROM,
        _AWARDS_YEARLY,
    )
    mentors = _happening(
        rng,
        pairings.mentor,
        pairings.started_day + 30,
        pairings.until_day,
        _AWARDS_FROM,
        _MENTOR_AWARDS_YEARLY,
    )
    kind = np.concatenate(
        [
            rng.choice((SPOT_AWARD, VALUES_AWARD), len(anybody[0]), p=(0.7, 0.3)),
            np.full(len(mentors[0]), MENTORING_AWARD),
        ]
    )
    spell, day = (np.concatenate(both) for both in zip(anybody, mentors, strict=True))
    return Recognitions(*_once(spell, day, kind, by_kind=False))


def talent_plans(workforce: Workforce, pairings: Pairings, rng: np.random.Generator) -> TalentPlans:
    """Return the plans of every November: succession for the strong and senior, development."""
    spell, month = workforce.november_spell, workforce.november_month
    level, rating = workforce.november_level, workforce.november_rating
    round_day = MONTH_STARTS[month]
    first_day = np.full(len(workforce.person), LAST_DAY + 1)
    np.minimum.at(first_day, pairings.mentee, pairings.started_day)
    is_mentee = first_day[spell] <= round_day
    drawn = rng.random(len(spell))
    is_successor = (level >= _SUCCESSION_LEVEL_MIN) & (rating >= _SUCCESSION_RATING_MIN)
    is_successor &= (drawn < 0.34) & (level < 7)
    share = np.where(is_mentee, 0.5, np.array([0.05, 0.1, 0.16, 0.12, 0.2, 0.26])[rating])
    is_developing = (rng.random(len(spell)) < share) & ~is_successor
    rows = np.flatnonzero(is_successor | is_developing)
    days = round_day[rows] + rng.integers(0, 28, len(rows))
    is_there = workforce.exit_day[spell[rows]] > days
    rows, days = rows[is_there], days[is_there]
    kind = np.where(is_successor[rows], SUCCESSION, DEVELOPMENT)
    return TalentPlans(spell[rows], days, kind, np.minimum(level[rows] + 1, 7))


def _happening(
    rng: np.random.Generator,
    spells: Ints,
    first_day: Ints,
    last_day: Ints,
    from_month: int,
    yearly: float,
) -> tuple[Ints, Ints]:
    """Return who and when, at a yearly rate while something lasts."""
    first = np.maximum(first_day, MONTH_STARTS[from_month])
    last = np.minimum(last_day, LAST_DAY)
    years = np.maximum(last - first + 1, 0) / 365
    rows = np.repeat(np.arange(len(spells)), rng.poisson(yearly * years))
    return spells[rows], spread(first[rows], last[rows], rng)


def _during_pairings(
    rng: np.random.Generator, pairings: Pairings, yearly: float
) -> tuple[Ints, Ints]:
    both = [
        _happening(rng, spells, pairings.started_day, pairings.until_day, 0, yearly)
        for spells in (pairings.mentor, pairings.mentee)
    ]
    return np.concatenate([both[0][0], both[1][0]]), np.concatenate([both[0][1], both[1][1]])


def _once(spell: Ints, day: Ints, kind: Ints, *, by_kind: bool) -> tuple[Ints, Ints, Ints]:
    """Return the events by day, at most one a person and day, or one of a kind."""
    key = (day * 10 + kind * by_kind) * (spell.max(initial=0) + 1) + spell
    _, rows = np.unique(key, return_index=True)
    return spell[rows], day[rows], kind[rows]
