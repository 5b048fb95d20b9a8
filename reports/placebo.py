"""The placebo of each role and program: what it found, and what it could not have seen."""

from __future__ import annotations

from dataclasses import dataclass

from reports import formats
from reports.effects import Effect, Effects
from reports.verdicts import CONTRADICTED, NOT_COMPARABLE, TOO_FEW

# A 95 % interval reaches 1.96 standard errors to either side; a bias of 2.80 would be found in four
# of five such studies.
REACH_OF_HALF_WIDTH = 2.80 / 1.96


@dataclass(frozen=True)
class Placebo:
    """One role and program.

    Attributes:
        role: whose mentoring.
        program: in which program.
        effect: the difference in earlier promotions, as text; empty when it could not be asked.
        range_text: its interval.
        reach: the smallest bias that it would have found.
        outcome: what became of the joint test, in words.
        is_failed: whether it withdrew the headline.
    """

    role: str
    program: str
    effect: str
    range_text: str
    reach: str
    outcome: str
    is_failed: bool


def placebos(effects: Effects) -> tuple[Placebo, ...]:
    """Return the placebo of every role and program that has an adjusted estimate."""
    return tuple(
        _placebo(role, program, [e for e in effects.of(role=role, program=program) if e.is_whole])
        for role, program in effects.groups
    )


def _placebo(role: str, program: str, rows: list[Effect]) -> Placebo:
    asked = next((row for row in rows if row.placebo_effect is not None), None)
    is_failed = any(row.verdict == CONTRADICTED for row in rows)
    outcome = _outcome(rows, is_failed=is_failed)
    if asked is None or asked.placebo_effect is None:
        return Placebo(role, program, "", "", "", outcome, is_failed)
    low, high = asked.placebo_ci_low, asked.placebo_ci_high
    if low is None or high is None:
        return Placebo(
            role, program, formats.points(asked.placebo_effect), "", "", outcome, is_failed
        )
    return Placebo(
        role=role,
        program=program,
        effect=formats.points(asked.placebo_effect),
        range_text=f"from {formats.bare_points(low)} to {formats.points(high)}",
        reach=formats.unsigned_points((high - low) / 2 * REACH_OF_HALF_WIDTH),
        outcome=outcome,
        is_failed=is_failed,
    )


def _outcome(rows: list[Effect], *, is_failed: bool) -> str:
    if is_failed:
        return "a difference in the past: the headline is withdrawn"
    if any(row.verdict not in (TOO_FEW, NOT_COMPARABLE) for row in rows):
        return "no difference found"
    return "not reached: withheld by an earlier check"
