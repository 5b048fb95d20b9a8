"""What mentoring truly changed in the demo company: the answer that the analysis must find.

Each mentee is followed from the first day of the month after the start, once with the planted
effect and once without, under the very chances that drove the company. Both lives share every
random draw (paired), and leaving is never drawn: chances of staying are multiplied along the way
(Rao-Blackwell), so what remains of chance is far below the last digit that matters.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from demo import hazards
from demo.hazards import DEPARTMENTS, LEVELS_N, Standing
from demo.mentoring import (
    GOAL_COMPLETION,
    GOAL_SATISFACTION,
    RHYTHM_COMPLETION,
    RHYTHM_SATISFACTION,
)
from demo.months import MONTHS_N, Bools, Floats, Ints
from demo.programs import PROGRAMS
from demo.workforce import Workforce

HORIZONS = (6, 12, 24)
_ROWS_WANTED = 20_000

_HOW = (
    "For every first start as a mentee with full follow-up, the chances of being employed, and of "
    "having been promoted before leaving, H months after the first day of the month that follows "
    "the start, averaged over mentees; treated with the planted multipliers, untreated without, "
    "from the chances that generated the company. Paired replicates share every draw of ratings, "
    "transfers, demotions and promotions; leaving is integrated out exactly. Mentors: no effect."
)


# What practices of a pairing's first weeks change: points of a share, points of a scale of 1 to 5.
_PRACTICES = {
    "goal_by_day_30": {"completion": GOAL_COMPLETION, "satisfaction": GOAL_SATISFACTION},
    "cadence_standard_deviation": {
        "completion": RHYTHM_COMPLETION,
        "satisfaction": RHYTHM_SATISFACTION,
    },
    "agreed_within_30_days": {"completion": 0.0, "satisfaction": 0.0},
}


@dataclass(frozen=True)
class _Draws:
    """The chances of one month, shared by both lives."""

    promoted: Floats
    transferred: Floats
    department: Ints
    demoted: Floats
    kept: Floats
    fresh: Floats


@dataclass(frozen=True)
class _Life:
    """One entry per replicate and horizon: the chance of each outcome."""

    stayed: Floats
    promoted: Floats


def planted(workforce: Workforce, *, employees: int, seed: int, as_of: str) -> dict[str, Any]:
    """Return the content of `truth.json`: the planted effects and how they were worked out."""
    starts = workforce.starts
    first = np.flatnonzero(starts.is_first)
    replicates_n = max(1, _ROWS_WANTED // max(1, len(first)))
    rows = np.repeat(first, replicates_n)
    lives = [
        _live(starts.standing.take(rows), starts.month[rows], is_mentored=is_mentored, seed=seed)
        for is_mentored in (True, False)
    ]
    months, programs = starts.month[rows], starts.program[rows]
    everyone = np.ones(len(rows), dtype=np.bool_)
    mentees = _effects(lives, months, everyone)
    return {
        "seed": seed,
        "employees": employees,
        "as_of": as_of,
        "sentence": _sentence(mentees),
        "effects": mentees + [_no_effect(effect) for effect in mentees],
        "effects_by_program": {
            program.program_id: _effects(lives, months, programs == number)
            for number, program in enumerate(PROGRAMS)
        },
        "multipliers": {
            "mentee_voluntary_exit_monthly": hazards.MENTEE_VOLUNTARY_EXIT_MULTIPLIER,
            "mentee_promotion_monthly": hazards.MENTEE_PROMOTION_MULTIPLIER,
            "mentor_voluntary_exit_monthly": 1.0,
            "mentor_promotion_monthly": 1.0,
        },
        "practices": _PRACTICES,
        "mentees_n": len(first),
        "replicates_n": replicates_n,
        "how": _HOW,
    }


def _effects(lives: list[_Life], months: Ints, chosen: Bools) -> list[dict[str, Any]]:
    """Return one record per outcome and horizon; a horizon nobody reached is left out."""
    records: list[dict[str, Any]] = []
    for outcome, attribute in (("retention", "stayed"), ("promotion", "promoted")):
        for column, horizon in enumerate(HORIZONS):
            # The last complete month before the last day is the last month but one.
            followed = chosen & (months + horizon <= MONTHS_N - 2)
            if not followed.any():
                continue
            treated, untreated = (
                float(getattr(life, attribute)[followed, column].mean()) for life in lives
            )
            records.append(
                {
                    "role": "mentee",
                    "outcome": outcome,
                    "horizon_months": horizon,
                    "treated": round(treated, 6),
                    "untreated": round(untreated, 6),
                    "effect": round(treated - untreated, 6),
                }
            )
    return records


def _no_effect(effect: dict[str, Any]) -> dict[str, Any]:
    """Return the mentors' record: nothing was planted, so only the difference is known."""
    return {**effect, "role": "mentor", "treated": None, "untreated": None, "effect": 0.0}


def _sentence(effects: list[dict[str, Any]]) -> str:
    at_twelve = {e["outcome"]: e for e in effects if e["horizon_months"] == 12}
    if not at_twelve:
        return "The company is too small: no mentee was followed for twelve months."
    stay, rise = at_twelve["retention"], at_twelve["promotion"]
    return (
        f"In truth mentoring keeps {100 * stay['effect']:.1f} more of every 100 mentees in the "
        f"company for twelve months ({100 * stay['treated']:.1f} instead of "
        f"{100 * stay['untreated']:.1f}) and has {100 * rise['effect']:.1f} more promoted "
        f"({100 * rise['treated']:.1f} instead of {100 * rise['untreated']:.1f}); "
        "it does nothing for mentors."
    )


def _live(standing: Standing, months: Ints, *, is_mentored: bool, seed: int) -> _Life:
    """Return the chances of every outcome, by replicate and horizon, in one of the two lives.

    Two tracks are followed: `waiting` is never promoted, which gives the chance of a first
    promotion exactly; `rising` is promoted by draw, because a higher level leaves less often.
    """
    rng = np.random.default_rng(seed)  # the same draws in both lives
    size = len(months)
    waiting = rising = standing
    waiting_share = np.ones(size)
    stayed, promoted = np.ones(size), np.zeros(size)
    at_horizons: list[tuple[Floats, Floats]] = []
    for step in range(1, max(HORIZONS) + 1):
        month, draws = months + step, _draw(rng, size)
        promotion = _promotion(waiting, month, is_mentored=is_mentored)
        waiting_share = waiting_share * (1 - _exit(waiting, month, is_mentored=is_mentored))
        promoted = promoted + waiting_share * promotion
        waiting_share = waiting_share * (1 - promotion)
        stayed = stayed * (1 - _exit(rising, month, is_mentored=is_mentored))
        rises = draws.promoted < _promotion(rising, month, is_mentored=is_mentored)
        waiting = _moved(waiting, month, draws, np.zeros(size, dtype=np.bool_))
        rising = _moved(rising, month, draws, rises)
        if step in HORIZONS:
            at_horizons.append((stayed, promoted))
    return _Life(*(np.stack(columns, axis=1) for columns in zip(*at_horizons, strict=True)))


def _exit(standing: Standing, month: Ints, *, is_mentored: bool) -> Floats:
    multiplier = hazards.MENTEE_VOLUNTARY_EXIT_MULTIPLIER if is_mentored else 1.0
    return (
        multiplier * hazards.voluntary_exit(standing, month)
        + hazards.involuntary_exit(standing)
        + hazards.retirement(standing, month)
        + hazards.other_exit(standing)
    )


def _promotion(standing: Standing, month: Ints, *, is_mentored: bool) -> Floats:
    multiplier = hazards.MENTEE_PROMOTION_MULTIPLIER if is_mentored else 1.0
    return multiplier * hazards.promotion(standing, month)


def _draw(rng: np.random.Generator, size: int) -> _Draws:
    uniform = rng.random((5, size))
    department = rng.integers(0, len(DEPARTMENTS), size)
    return _Draws(uniform[0], uniform[1], department, uniform[2], uniform[3], uniform[4])


def _moved(standing: Standing, month: Ints, draws: _Draws, rises: Bools) -> Standing:
    """Return the standing after a month's promotions, transfers, demotions and reviews."""
    transferred = ~rises & (draws.transferred < hazards.TRANSFER_MONTHLY)
    demoted = ~rises & ~transferred & (draws.demoted < hazards.DEMOTION_MONTHLY)
    demoted &= standing.level >= hazards.DEMOTION_LEVEL_MIN
    after_review = hazards.reviewed(standing.rating, draws.kept, draws.fresh)
    return dataclasses.replace(
        standing,
        department=np.where(transferred, draws.department, standing.department),
        level=np.minimum(standing.level + rises - demoted, LEVELS_N),
        promotion_month=np.where(rises, month, standing.promotion_month),
        rating=np.where(month % 12 == hazards.REVIEW_MONTH, after_review, standing.rating),
    )
