"""The effects table as pages write it: one object per estimate, with its verdict in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.results import EFFECTS, uneditioned
from analyses.verdicts import (
    APPLICANTS,
    APPLIED,
    FIXED,
    HEADLINE,
    LARGEST_DETECTABLE_EFFECT,
    MATCHED_ONLY,
    NAIVE,
    OFFERED,
    PREFERRED,
    PRIMARY_HORIZON_MONTHS,
    PRIMARY_ROLE,
    RANDOMIZED,
)
from reports import formats
from reports.absences import Absence, absence
from reports.dimensions import DIMENSIONS
from reports.frames import records
from reports.outcomes import Outcomes
from reports.verdicts import NOT_COMPARABLE, TOO_FEW, Verdict, verdict

ESTIMANDS = {
    HEADLINE: "mentored or not",
    FIXED: "started or not yet",
    APPLIED: "mentored or applied",
    OFFERED: "offered or not",
    NAIVE: "naive",
}
GRADES = {
    RANDOMIZED: "evidence: randomized",
    APPLICANTS: "evidence: applicants",
    MATCHED_ONLY: "evidence: matched only",
}
NUMBERS = tuple(
    column.name
    for column in EFFECTS.columns
    if column.kind in ("integer", "double")
    and column.name in uneditioned(EFFECTS)
    and column.name not in EFFECTS.key
)


@dataclass(frozen=True)
class Effect:
    """One row of the effects table; a suppressed row has no number at all.

    The attributes are the columns of the result table, which says what each means, and of the
    outcome its name on pages and the unit of its value in an arm.
    """

    role: str
    program: str
    dimension: str
    member: str
    outcome: str
    outcome_name: str
    unit: str
    horizon_months: int
    estimand: str
    evidence_grade: str
    verdict: Verdict
    absence: Absence | None
    is_suppressed: bool
    treated_n: float | None
    matched_treated_n: float | None
    control_n: float | None
    control_ess: float | None
    treated_value: float | None
    control_value: float | None
    effect: float | None
    se: float | None
    se_mentor_clustered: float | None
    ci_low: float | None
    ci_high: float | None
    risk_ratio: float | None
    p_value: float | None
    q_value: float | None
    e_value: float | None
    e_value_ci: float | None
    minimum_detectable_effect: float | None
    placebo_effect: float | None
    placebo_ci_low: float | None
    placebo_ci_high: float | None
    placebo_reach: float | None
    placebo_p_value: float | None
    placebo_questions: str
    veto_p_value: float | None
    rating_pull: float | None
    own_past_effect: float | None
    own_past_ci_low: float | None
    own_past_ci_high: float | None
    max_abs_smd: float | None
    chance_smd: float | None
    is_imbalanced: bool
    matched_share: float | None
    full_follow_up_share: float | None
    contamination_share: float | None
    take_up: float | None
    taker_effect: float | None
    taker_ci_low: float | None
    taker_ci_high: float | None
    sample_ratio_p_value: float | None
    largest_weight: float | None
    largest_person_share: float | None

    @property
    def is_whole(self) -> bool:
        """Whether the row is about everybody, not a subgroup."""
        return self.dimension == "all"

    @property
    def subgroup(self) -> str:
        """The subgroup, as in `Level: senior`; `everybody` for the whole."""
        if self.is_whole:
            return "everybody"
        return f"{DIMENSIONS.get(self.dimension, self.dimension)}: {self.member}"

    @property
    def outcome_label(self) -> str:
        """The outcome and its horizon, as in `Retention, 12 months`."""
        return f"{self.outcome_name}, {self.horizon_months} months"

    @property
    def estimand_name(self) -> str:
        """The estimand in words."""
        return ESTIMANDS.get(self.estimand, self.estimand)

    @property
    def grade(self) -> str:
        """What the comparison rests on, in words."""
        return GRADES.get(self.evidence_grade, "")

    @property
    def is_shown(self) -> bool:
        """Whether there is an estimate to show."""
        return self.effect is not None

    @property
    def has_size(self) -> bool:
        """Whether an effect of a size that matters would mostly have been found."""
        least = self.minimum_detectable_effect
        return self.is_stated and least is not None and least <= LARGEST_DETECTABLE_EFFECT

    @property
    def is_stated(self) -> bool:
        """Whether the estimate may be called an effect."""
        return self.is_shown and self.verdict.is_stated

    @property
    def stand_in(self) -> str:
        """What stands in the place of a number that is not shown."""
        if self.absence:
            return "no estimate"
        if not self.is_suppressed:
            return "withdrawn"
        return TOO_FEW.name

    def written(self, value: float | None) -> str:
        """Return a value of one arm as text."""
        if value is None:
            return self.stand_in if self.is_suppressed else "no data"
        return formats.amount(value, self.unit)

    @property
    def effect_text(self) -> str:
        """The difference between the arms, signed."""
        return self.written(None) if self.effect is None else formats.points(self.effect)

    @property
    def range_text(self) -> str:
        """The interval of the difference; empty without one."""
        if self.ci_low is None or self.ci_high is None:
            return ""
        return f"from {formats.bare_points(self.ci_low)} to {formats.points(self.ci_high)}"

    @property
    def detectable_text(self) -> str:
        """The smallest effect that could have been seen."""
        least = self.minimum_detectable_effect
        return "" if least is None else formats.unsigned_points(least)

    @property
    def grid(self) -> tuple[str, ...]:
        """The numbers of the full table, in the order of `GRID`."""
        return tuple(write(getattr(self, column)) for column, _, write in GRID)


def _share(value: float | None) -> str:
    return "" if value is None else formats.amount(value, "share")


def _points(value: float | None) -> str:
    return "" if value is None else formats.bare_points(value)


def _unsigned(value: float | None) -> str:
    return "" if value is None else formats.bare_points(value).removeprefix("+")


def _plain(value: float | None) -> str:
    return "" if value is None else formats.decimal(value, 2)


def _count(value: float | None) -> str:
    return "" if value is None else formats.count(round(value))


def _probability(value: float | None) -> str:
    return "" if value is None else formats.probability(value)


# Column of the results (and of the glossary), its head, and how a number in it is written.
GRID = (
    ("treated_n", "Mentored", _count),
    ("matched_treated_n", "Matched", _count),
    ("control_n", "Comparison", _count),
    ("control_ess", "Effective", _count),
    ("treated_value", "Mentored, %", _unsigned),
    ("control_value", "Comparison, %", _unsigned),
    ("effect", "Effect, points", _points),
    ("ci_low", "Lower end", _points),
    ("ci_high", "Upper end", _points),
    ("se", "Standard error", _unsigned),
    ("risk_ratio", "Risk ratio", _plain),
    ("p_value", "p", _probability),
    ("q_value", "q", _probability),
    ("e_value", "E-value", _plain),
    ("e_value_ci", "E-value, limit", _plain),
    ("minimum_detectable_effect", "Detectable, points", _unsigned),
    ("max_abs_smd", "Largest SMD", _plain),
    ("matched_share", "Matched share", _share),
    ("full_follow_up_share", "Full follow-up", _share),
    ("contamination_share", "Contamination", _share),
    ("taker_effect", "On takers, points", _points),
    ("largest_weight", "Largest weight", _plain),
    ("largest_person_share", "Largest share of one person", _share),
    ("placebo_p_value", "Placebo, p", _probability),
    ("veto_p_value", "Veto, p", _probability),
    ("rating_pull", "Rating\u2019s pull, points", _points),
    ("own_past_effect", "Beyond own past, points", _points),
    ("se_mentor_clustered", "Error by mentor", _unsigned),
)


@dataclass(frozen=True)
class Effects:
    """What is known of what mentoring caused.

    Attributes:
        adjusted: estimates by a design that can carry a causal reading; none means "not yet".
        naive: what a dashboard would print; never a headline.
        known: the outcomes of the release.
    """

    adjusted: tuple[Effect, ...]
    naive: tuple[Effect, ...]
    known: Outcomes

    @property
    def is_estimated(self) -> bool:
        """Whether any adjusted estimate exists."""
        return bool(self.adjusted)

    @property
    def primary(self) -> tuple[Effect, ...]:
        """The declared questions, in order."""
        found = (self.headline(outcome.name) for outcome in self.known.primary)
        return tuple(effect for effect in found if effect)

    @property
    def misleading(self) -> tuple[Effect, ...]:
        """The naive comparisons that leadership is most likely to meet elsewhere."""
        found = (
            self.one(outcome=outcome.name, horizon_months=PRIMARY_HORIZON_MONTHS, estimand=NAIVE)
            for outcome in self.known.primary
        )
        return tuple(effect for effect in found if effect and effect.is_shown)

    @property
    def state(self) -> str:
        """In a few words: may anything be said about the effect of mentoring?"""
        if not self.is_estimated:
            return "Effect not estimated yet"
        stated = [effect.is_stated for effect in self.primary]
        if all(stated) and stated:
            if all(effect.verdict.is_clear for effect in self.primary):
                return "Effect estimated"
            if any(effect.verdict.is_found for effect in self.primary):
                return "Effect estimated, not clear in every answer"
            return "No clear effect"
        return "Effect estimated in part" if any(stated) else "No effect can be stated"

    @property
    def is_found(self) -> bool:
        """Whether every declared question has an answer, and each of them a clear one."""
        return self.state == "Effect estimated"

    @property
    def horizons(self) -> tuple[int, ...]:
        """The horizons that were asked about, shortest first."""
        return tuple(sorted({effect.horizon_months for effect in self.adjusted}))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that were asked about, in the order of the pages."""
        return self.known.ordered(effect.outcome for effect in self.adjusted)

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """The (role, program) pairs that were asked about, the whole of a role first."""
        return tuple(dict.fromkeys((effect.role, effect.program) for effect in self.adjusted))

    def headline(self, outcome: str) -> Effect | None:
        """Return the estimate that answers for an outcome, whatever its verdict.

        It is that of the best design that has the size; where none has, of people who were matched.
        """
        for estimand in PREFERRED:
            found = self.one(
                outcome=outcome, horizon_months=PRIMARY_HORIZON_MONTHS, estimand=estimand
            )
            if found and found.has_size:
                return found
        return self.one(outcome=outcome, horizon_months=PRIMARY_HORIZON_MONTHS, estimand=HEADLINE)

    def one(
        self,
        *,
        outcome: str,
        horizon_months: int,
        estimand: str,
        role: str = PRIMARY_ROLE,
        program: str = "all",
    ) -> Effect | None:
        """Return one estimate about everybody of a role and program, if there is one."""
        wanted = (role, program, outcome, horizon_months, estimand)
        found = (
            effect
            for effect in (*self.adjusted, *self.naive)
            if effect.is_whole
            and (effect.role, effect.program, effect.outcome, effect.horizon_months,
                 effect.estimand) == wanted
        )  # fmt: skip
        return next(found, None)

    def of(self, *, role: str, program: str | None = None) -> Iterator[Effect]:
        """Yield the adjusted estimates of a role, in one program or in all of them."""
        for effect in self.adjusted:
            if effect.role == role and program in (None, effect.program):
                yield effect


def effects(frame: pd.DataFrame, known: Outcomes) -> Effects:
    """Return the effects table, split by whether a design stands behind the number.

    Args:
        frame: the result table `effects`.
        known: the outcomes of the release.
    """
    rows = tuple(_effect(row, known) for row in records(frame))
    ordered = sorted(
        rows,
        key=lambda e: (e.estimand, e.role, e.program != "all", e.program, not e.is_whole,
                       e.dimension, e.member, e.outcome, e.horizon_months),
    )  # fmt: skip
    return Effects(
        adjusted=tuple(effect for effect in ordered if effect.estimand != NAIVE),
        naive=tuple(effect for effect in ordered if effect.estimand == NAIVE),
        known=known,
    )


def _effect(row: dict[str, Any], known: Outcomes) -> Effect:
    is_suppressed = bool(row["is_suppressed"])
    # Nothing of a suppressed row goes any further, whatever it holds.
    numbers = {
        name: None if is_suppressed or row[name] is None else float(row[name]) for name in NUMBERS
    }
    outcome = known[str(row["outcome"])]
    given, reason = verdict(str(row["verdict"] or "")), str(row["reason"] or "")
    return Effect(
        role=str(row["role"]),
        program=str(row["program"]),
        dimension=str(row["subgroup_dimension"]),
        member=str(row["subgroup_member"]),
        outcome=outcome.name,
        outcome_name=outcome.label,
        unit=outcome.unit,
        horizon_months=int(row["horizon_months"]),
        estimand=str(row["estimand"]),
        evidence_grade=str(row["evidence_grade"] or ""),
        placebo_questions=str(row["placebo_questions"] or ""),
        # Whom nobody was compared with has no number either, and a verdict of its own.
        verdict=TOO_FEW if is_suppressed and given != NOT_COMPARABLE else given,
        absence=absence(reason),
        is_suppressed=is_suppressed,
        is_imbalanced=bool(row["is_imbalanced"]) and not is_suppressed,
        **numbers,
    )
