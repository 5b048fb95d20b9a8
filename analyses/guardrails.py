"""Guardrails: what mentoring must not spoil, judged by whether a worsening can be ruled out.

They are worked out from what is published, after disclosure control, and so tell nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from analyses.outcomes import OUTCOMES
from analyses.results import GUARDRAILS
from analyses.verdicts import (
    CANNOT_TELL,
    FIXED,
    HEADLINE,
    MENTEE_RATINGS,
    MENTOR_LOAD,
    MENTOR_RETENTION,
    NOT_MEASURED,
    NOT_WORSE,
    PRIMARY_HORIZON_MONTHS,
    TOO_FEW,
    WITHDRAWN,
    WORSE,
)
from workspace.config import GuardrailsConfig, ImpactConfig

RATINGS, PAIRINGS = "performance_reviews", "pairings"
OUTCOME_OF = {outcome.guardrail: outcome.name for outcome in OUTCOMES if outcome.guardrail}
LOAD_MEASURE = "load_per_mentor"
LIKE_THEM, LIMIT, YEAR_BEFORE = "people like them", "the declared limit", "the year before"


@dataclass(frozen=True)
class Guardrail:
    """What is known of one thing that must not become worse; the columns of the result table."""

    guardrail: str
    margin: float
    unit: str
    compared_with: str
    status: str
    reason: str | None = None
    value: float | None = None
    compared_value: float | None = None
    change: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None

    @property
    def is_suppressed(self) -> bool:
        """Whether disclosure control has taken what it is worked out from."""
        return self.status == TOO_FEW


def guardrails(
    effects: pd.DataFrame,
    metrics: pd.DataFrame,
    *,
    config: GuardrailsConfig,
    impact: ImpactConfig,
    exported: Collection[str],
) -> pd.DataFrame:
    """Return the result table `guardrails`; no rows where nobody is known to be mentored.

    Args:
        effects: the published result table `effects`.
        metrics: the published result table `metrics`.
        config: the margins.
        impact: what the effects were asked of.
        exported: canonical tables there are exports of.

    Assumes that a worsening is to be ruled out, not proven: a guardrail holds where the whole 95 %
    interval lies within the margin, a one-sided test at 2.5 %. Nothing is taken off for there being
    three: that would only make a worsening harder to see.

    Source: non-inferiority; Piaggio et al., JAMA 308 (2012) 2594-2604.
    """
    rows: list[Guardrail] = []
    if PAIRINGS in exported:
        rows = [
            _ratings(effects, config, impact, exported),
            _mentor_retention(effects, config, impact),
            _load(metrics, config),
        ]
    return pd.DataFrame(
        [{name: getattr(row, name) for name in GUARDRAILS} for row in rows],
        columns=list(GUARDRAILS),
    )


def status_of(ci_low: float, ci_high: float, *, margin: float, is_up_good: bool) -> str:
    """Return what an interval of a change says: not worse, worse, or that it cannot tell."""
    nearest, farthest = (ci_high, ci_low) if is_up_good else (-ci_low, -ci_high)
    # What a margin of 0.05 leaves of an interval that ends there is decided by its last bits.
    if farthest > -margin or math.isclose(farthest, -margin, abs_tol=1e-12):
        return NOT_WORSE
    return WORSE if nearest < 0 else CANNOT_TELL


def _ratings(
    effects: pd.DataFrame,
    config: GuardrailsConfig,
    impact: ImpactConfig,
    exported: Collection[str],
) -> Guardrail:
    row = Guardrail(
        MENTEE_RATINGS, config.rating_margin, "share of the rating scale", LIKE_THEM, NOT_MEASURED
    )
    if RATINGS not in exported:
        return replace(row, reason=f"needs {RATINGS}")
    return _of_effect(row, effects, impact, role="mentee", estimand=FIXED)


def _mentor_retention(
    effects: pd.DataFrame, config: GuardrailsConfig, impact: ImpactConfig
) -> Guardrail:
    row = Guardrail(
        MENTOR_RETENTION, config.mentor_retention_margin, "share", LIKE_THEM, NOT_MEASURED
    )
    return _of_effect(row, effects, impact, role="mentor", estimand=HEADLINE)


def _of_effect(
    row: Guardrail, effects: pd.DataFrame, impact: ImpactConfig, *, role: str, estimand: str
) -> Guardrail:
    """Return a guardrail as an estimate of everybody in a role has it."""
    outcome, months = OUTCOME_OF[row.guardrail], PRIMARY_HORIZON_MONTHS
    for asked, key in (
        (role in impact.roles, f"{role} in impact.roles"),
        (months in impact.horizons_months, f"{months} in impact.horizons_months"),
        (outcome in (impact.outcomes or (outcome,)), f"{outcome} in impact.outcomes"),
    ):
        if not asked:
            return replace(row, reason=f"needs {key}")
    wanted = {"role": role, "program": "all", "subgroup_dimension": "all", "outcome": outcome,
              "horizon_months": months, "estimand": estimand}  # fmt: skip
    found = effects[(effects[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    if found.empty:
        return replace(row, status=TOO_FEW)
    effect = found.iloc[0]
    if pd.isna(effect["effect"]):
        reason = effect["reason"]
        return replace(row, status=TOO_FEW, reason=None if pd.isna(reason) else str(reason))
    row = replace(
        row,
        value=float(effect["treated_value"]),
        compared_value=float(effect["control_value"]),
        change=float(effect["effect"]),
        ci_low=float(effect["ci_low"]),
        ci_high=float(effect["ci_high"]),
    )
    if effect["verdict"] in WITHDRAWN:
        return replace(row, status=CANNOT_TELL, reason=str(effect["verdict"]))
    return _judged(row, is_up_good=True)


def _load(metrics: pd.DataFrame, config: GuardrailsConfig) -> Guardrail:
    """Return the load of mentors in the last year published, held against a limit or the past.

    Two years' intervals are put together as if no mentor were in both, which makes them wider.
    """
    limit = config.mentor_load_limit
    row = Guardrail(
        MENTOR_LOAD,
        config.mentor_load_margin if limit is None else 0.0,
        "mentees per mentor",
        YEAR_BEFORE if limit is None else LIMIT,
        TOO_FEW,
        compared_value=limit,
    )
    wanted = {"measure": LOAD_MEASURE, "program": "all", "population": "mentors",
              "dimension": "all", "period_grain": "year"}  # fmt: skip
    years = metrics[(metrics[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    years = years.sort_values("period_start").dropna(subset=["value", "ci_low", "ci_high"])
    if years.empty:
        return row
    last = years.iloc[-1]
    value, low, high = (float(last[name]) for name in ("value", "ci_low", "ci_high"))
    if limit is not None:
        return _judged(
            replace(row, value=value, change=value - limit, ci_low=low - limit,
                    ci_high=high - limit),
            is_up_good=False,
        )  # fmt: skip
    if len(years) == 1:
        return replace(
            row,
            status=NOT_MEASURED,
            value=value,
            reason="needs a second year, or guardrails.mentor_load_limit",
        )
    before = years.iloc[-2]
    past = float(before["value"])
    change = value - past
    return _judged(
        replace(
            row,
            value=value,
            compared_value=past,
            change=change,
            ci_low=change - math.hypot(value - low, float(before["ci_high"]) - past),
            ci_high=change + math.hypot(high - value, past - float(before["ci_low"])),
        ),
        is_up_good=False,
    )


def _judged(row: Guardrail, *, is_up_good: bool) -> Guardrail:
    if row.ci_low is None or row.ci_high is None:
        raise ValueError(f"{row.guardrail} has no interval to judge")
    status = status_of(row.ci_low, row.ci_high, margin=row.margin, is_up_good=is_up_good)
    return replace(row, status=status)
