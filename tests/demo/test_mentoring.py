"""What happens inside the demo company's programs, and which practices change it."""

from __future__ import annotations

import numpy as np
import pytest

from demo.mentoring import (
    BY_ADMINISTRATOR,
    BY_PARTICIPANT,
    COMPLETED,
    GOAL_COMPLETION,
    INACTIVE,
    UNKNOWN,
    Mentoring,
    mentor_people,
)
from demo.months import Bools
from demo.workforce import simulate


@pytest.fixture(scope="module")
def mentoring() -> Mentoring:
    """Everything that happened in the programs of a company of 8,000."""
    workforce = simulate(employees=8_000, rng=np.random.default_rng(5))
    return mentor_people(workforce, np.random.default_rng(6))


@pytest.fixture(scope="module")
def decided(mentoring: Mentoring) -> Bools:
    """First stretches that are over, and were not cut short by somebody leaving."""
    pairings = mentoring.pairings
    ends = (COMPLETED, BY_PARTICIPANT, BY_ADMINISTRATOR, INACTIVE)
    return np.isin(pairings.end, ends) & ~pairings.is_reopened


def difference(mentoring: Mentoring, decided: Bools, has: Bools) -> tuple[float, float]:
    """Return how much more often pairings with a practice are completed, and its standard error."""
    completed = mentoring.pairings.end == COMPLETED
    shares = [completed[decided & side].mean() for side in (has, ~has)]
    counts = [(decided & side).sum() for side in (has, ~has)]
    variance = sum(s * (1 - s) / n for s, n in zip(shares, counts, strict=True))
    return float(shares[0] - shares[1]), float(np.sqrt(variance))


def test_a_goal_by_day_30_is_planted_to_complete_more_often(
    mentoring: Mentoring, decided: Bools
) -> None:
    found, error = difference(mentoring, decided, mentoring.pairings.sets_goal_early)
    assert found == pytest.approx(GOAL_COMPLETION, abs=3 * error)
    assert found > 3 * error


def test_a_good_rhythm_is_planted_to_complete_more_often(
    mentoring: Mentoring, decided: Bools
) -> None:
    found, error = difference(mentoring, decided, mentoring.pairings.rhythm > 0)
    assert found > 2 * error


def test_agreeing_on_expectations_is_planted_to_change_nothing(
    mentoring: Mentoring, decided: Bools
) -> None:
    pairings = mentoring.pairings
    agreed = (pairings.agreed_day != UNKNOWN) & (pairings.agreed_day <= pairings.started_day + 30)
    # Whoever ends within 30 days has less time to agree.
    lasted = decided & (pairings.until_day >= pairings.started_day + 30)
    found, error = difference(mentoring, lasted, agreed)
    assert abs(found) < 3 * error


def test_a_pairing_that_sets_a_goal_early_has_one_by_day_30_and_no_other_has(
    mentoring: Mentoring,
) -> None:
    goals, pairings = mentoring.goals, mentoring.pairings
    first = np.full(len(pairings.number), 10_000)
    np.minimum.at(first, goals.pairing, goals.set_day - pairings.started_day[goals.pairing])
    is_whole = ~pairings.is_reopened & (pairings.until_day >= pairings.started_day + 30)
    assert np.array_equal((first <= 30)[is_whole], pairings.sets_goal_early[is_whole])
