"""The placebo of each role and program: what it found, and what it could not have seen."""

from __future__ import annotations

from dataclasses import dataclass

from reports import formats
from reports.effects import Effect, Effects
from reports.verdicts import CONTRADICTED, NOT_COMPARABLE, TOO_FEW


@dataclass(frozen=True)
class Studied:
    """What the simulation study saw where selection was hidden and mentoring changed nothing.

    Attributes:
        strength: of the hidden selection.
        withdrawn: least and largest share of companies whose headline the placebo withdrew, of the
            laws of the hidden trait.
        clear: the same of the share still called a clear benefit, for retention or promotion.
    """

    strength: str
    withdrawn: tuple[float, float]
    clear: tuple[float, float]


STUDIED_EMPLOYEES_N = 6000
STRONG = Studied("strong", (0.96, 1.0), (0.0, 0.02))
MIDDLING = Studied("middling", (0.36, 0.6), (0.02, 0.16))


@dataclass(frozen=True)
class Placebo:
    """One role and program.

    Attributes:
        role: whose mentoring.
        program: in which program.
        effect: the difference in earlier promotions, as text; empty when it could not be asked.
        range_text: its interval.
        reach: the bias in earlier promotions that it would mostly have found.
        p_value: of the questions that could be asked, as text; empty when neither could be.
        outcome: what became of them, in words.
        is_failed: whether it withdrew the headline.
    """

    role: str
    program: str
    effect: str
    range_text: str
    reach: str
    p_value: str
    outcome: str
    is_failed: bool


def cited() -> str:
    """Return what the simulation study says of a pass, in a few words."""
    strong, middling = (
        tuple(_range_text(*shares) for shares in (s.withdrawn, s.clear)) for s in (STRONG, MIDDLING)
    )
    return (
        f"In simulated companies of {formats.count(STUDIED_EMPLOYEES_N)} people in which "
        "mentoring changed nothing, the check withdrew the headline in "
        f"{strong[0]} of those with strong hidden selection and in "
        f"{middling[0]} of those with middling. "
        "That is why a clear benefit of people who were only matched needs more than a pass: "
        f"with all it needs, {strong[1]} and {middling[1]} were still called one."
    )


def _range_text(least: float, largest: float) -> str:
    return f"{100 * least:.0f} to {formats.percent(largest)}"


def placebos(effects: Effects) -> tuple[Placebo, ...]:
    """Return the placebo of every role and program that has an adjusted estimate."""
    return tuple(
        _placebo(role, program, [e for e in effects.of(role=role, program=program) if e.is_whole])
        for role, program in effects.groups
    )


def _placebo(role: str, program: str, rows: list[Effect]) -> Placebo:
    asked = next((row for row in rows if row.placebo_p_value is not None), None)
    is_failed = any(row.verdict == CONTRADICTED for row in rows)
    outcome = _outcome(rows, is_asked=asked is not None, is_failed=is_failed)
    if asked is None or asked.placebo_p_value is None:
        return Placebo(role, program, "", "", "", "", outcome, is_failed)
    low, high, seen = asked.placebo_ci_low, asked.placebo_ci_high, asked.placebo_reach
    return Placebo(
        role=role,
        program=program,
        effect="" if asked.placebo_effect is None else formats.points(asked.placebo_effect),
        range_text=""
        if low is None or high is None
        else f"from {formats.bare_points(low)} to {formats.points(high)}",
        reach="" if seen is None else formats.unsigned_points(seen),
        p_value=formats.probability(asked.placebo_p_value),
        outcome=outcome,
        is_failed=is_failed,
    )


def _outcome(rows: list[Effect], *, is_asked: bool, is_failed: bool) -> str:
    if is_failed:
        return "a difference in the past: the headline is withdrawn"
    if all(row.verdict in (TOO_FEW, NOT_COMPARABLE) for row in rows):
        return "not reached: withheld by an earlier check"
    return "no difference found" if is_asked else "not asked: too few"
