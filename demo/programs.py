"""The three programs, and how people are chosen: on rating, level, tenure and department alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.hazards import Standing, tenure_band, tenure_months
from demo.months import Bools, Floats, Ints, month_number, month_of_year

MINIMUM_TENURE_MONTHS = 4
REFERENCE_HEADCOUNT = 4_000


@dataclass(frozen=True)
class Program:
    """One program: what is agreed, who is chosen, and how it is lived.

    Attributes:
        program_id: its short name in the canonical tables.
        name: its name on the mentoring platform.
        kind: one_to_one, reverse or group.
        first_month: month of its first pairings.
        mentees_monthly: new mentees a month in a company of 4,000.
        intake_every: months between intakes.
        mentees_per_mentor: how many mentees one mentor takes on at an intake.
        duration_days: agreed length of a pairing.
        meetings_agreed: agreed meetings a month.
        meetings_lived: meetings a month that people do schedule.
        held_share: share of scheduled meetings that take place.
        goals_share: share of pairings that set goals.
        agreed_share: share of pairings that write down what they expect.
        feedback_monthly: pieces of feedback a month.
        exposures_monthly: occasions a month on which a mentee meets leadership.
        satisfaction: mean satisfaction (1-5) in the first wave.
        budget: yearly budget per 4,000 employees, in euros.
        mentor_levels: lowest and highest level of mentors.
        rating_weights: selection weight by last rating, not yet rated first.
        level_weights: selection weight by level.
        tenure_weights: selection weight under one year, under two years, longer.
        department_weights: selection weight by department.
    """

    program_id: str
    name: str
    kind: str
    first_month: int
    mentees_monthly: float
    intake_every: int
    mentees_per_mentor: int
    duration_days: int
    meetings_agreed: float
    meetings_lived: float
    held_share: float
    goals_share: float
    agreed_share: float
    feedback_monthly: float
    exposures_monthly: float
    satisfaction: float
    budget: int
    mentor_levels: tuple[int, int]
    rating_weights: tuple[float, ...]
    level_weights: tuple[float, ...]
    tenure_weights: tuple[float, ...]
    department_weights: tuple[float, ...]

    def takes_in(self, month: int) -> bool:
        """Return whether new pairings start in a month."""
        since = month - self.first_month
        return since >= 0 and since % self.intake_every == 0

    def new_mentees(self, rng: np.random.Generator, month: int, employees: int) -> int:
        """Return how many new mentees a month brings: more in early spring and in September."""
        season = (0.9, 1.25, 1.25, 1.0, 1.0, 0.9, 0.6, 0.7, 1.5, 1.1, 1.0, 0.8)
        monthly = self.mentees_monthly * self.intake_every * employees / REFERENCE_HEADCOUNT
        return int(rng.poisson(monthly * season[month_of_year(month)]))

    def weights(self, standing: Standing, month: int) -> Floats:
        """Return each person's selection weight in a month; 0 is never chosen."""
        weights = (
            np.array(self.rating_weights)[standing.rating]
            * np.array((0.0, *self.level_weights))[standing.level]
            * np.array(self.tenure_weights)[tenure_band(standing, month)]
            * np.array(self.department_weights)[standing.department]
        )
        return np.where(tenure_months(standing, month) >= MINIMUM_TENURE_MONTHS, weights, 0.0)

    def may_mentor(self, standing: Standing, month: int) -> Bools:
        """Return who may be a mentor: seniors; in the reverse program, juniors."""
        low, high = self.mentor_levels
        settled = tenure_months(standing, month) >= MINIMUM_TENURE_MONTHS
        return settled & (standing.level >= low) & (standing.level <= high)


PROGRAMS = (
    Program(
        program_id="p_career",
        name="Career Mentoring",
        kind="one_to_one",
        first_month=month_number(2022, 2),
        mentees_monthly=10.5,
        intake_every=1,
        mentees_per_mentor=1,
        duration_days=365,
        meetings_agreed=2,
        meetings_lived=2.0,
        held_share=0.88,
        goals_share=0.9,
        agreed_share=0.84,
        feedback_monthly=0.7,
        exposures_monthly=0.22,
        satisfaction=3.95,
        budget=190_000,
        mentor_levels=(5, 7),
        rating_weights=(0.5, 0.08, 0.3, 1.0, 2.6, 4.2),
        level_weights=(0.8, 1.3, 1.3, 0.9, 0.0, 0.0, 0.0),
        tenure_weights=(0.6, 1.5, 1.0),
        department_weights=(1.5, 0.6, 0.5, 0.9, 1.6, 1.2, 1.1, 1.3),
    ),
    Program(
        program_id="p_reverse",
        name="Reverse Mentoring",
        kind="reverse",
        first_month=month_number(2022, 5),
        mentees_monthly=1.8,
        intake_every=1,
        mentees_per_mentor=1,
        duration_days=182,
        meetings_agreed=1,
        meetings_lived=1.0,
        held_share=0.78,
        goals_share=0.6,
        agreed_share=0.7,
        feedback_monthly=0.35,
        exposures_monthly=0.0,
        satisfaction=3.7,
        budget=25_000,
        mentor_levels=(1, 2),
        rating_weights=(0.5, 0.1, 0.5, 1.0, 1.8, 2.4),
        level_weights=(0.0, 0.0, 0.0, 0.0, 1.0, 1.3, 1.6),
        tenure_weights=(0.6, 1.0, 1.2),
        department_weights=(1.2, 0.9, 0.6, 0.9, 1.4, 1.4, 1.0, 1.5),
    ),
    Program(
        program_id="p_group",
        name="Mentoring Circles",
        kind="group",
        first_month=month_number(2022, 9),
        mentees_monthly=4.2,
        intake_every=3,
        mentees_per_mentor=5,
        duration_days=270,
        meetings_agreed=1.5,
        meetings_lived=1.3,
        held_share=0.82,
        goals_share=0.7,
        agreed_share=0.62,
        feedback_monthly=0.3,
        exposures_monthly=0.12,
        satisfaction=3.5,
        budget=60_000,
        mentor_levels=(5, 7),
        rating_weights=(0.8, 0.2, 0.5, 1.0, 1.7, 2.3),
        level_weights=(1.3, 1.2, 0.8, 0.0, 0.0, 0.0, 0.0),
        tenure_weights=(1.4, 1.2, 0.8),
        department_weights=(0.8, 1.3, 1.4, 1.2, 0.8, 1.0, 0.9, 1.0),
    ),
)


def drawn_by_weight(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Return distinct positions drawn with chances that follow the weights; never a weight of 0.

    Exponential keys: Efraimidis and Spirakis, Information Processing Letters 2006.
    """
    possible = np.flatnonzero(weights > 0)
    keys = rng.exponential(size=len(possible)) / weights[possible]
    return possible[np.argsort(keys, kind="stable")[:size]]
