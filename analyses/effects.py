"""The effects: what mentoring changed, how sure that is, and whether it may be said at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses import sensitivity
from analyses.balance import chance_difference
from analyses.disclosure import (
    bears_counts,
    blank,
    is_all_or_none,
    is_easily_unanimous,
)
from analyses.intervals import Array, normal_critical_value
from analyses.outcomes import MEANS, OUTCOMES, PRIMARY, STAYING
from analyses.results import EFFECTS, uneditioned
from analyses.results import OUTCOMES as OUTCOME_COLUMNS
from analyses.verdicts import (
    CLEAR_BENEFIT,
    CLEAR_HARM,
    CONTRADICTED,
    DETECTABLE_STANDARD_ERRORS,
    FEW_TREATED,
    HEADLINE,
    LARGEST_TOLERATED_SMD,
    LIKELY_BENEFIT,
    LIKELY_CONFIDENCE,
    LIKELY_HARM,
    MINIMUM_EVENTS,
    NO_CLEAR_EFFECT,
    NOT_COMPARABLE,
    PRIMARY_HORIZON_MONTHS,
    PRIMARY_ROLE,
    Q_THRESHOLD,
    TOO_FEW,
)

KEYS = list(EFFECTS.key)
TEXTS = ["verdict", "reason", "is_suppressed"]
NUMBERS = [column for column in uneditioned(EFFECTS) if column not in (*KEYS, *TEXTS)]
# What tells how many people an effect rests on.
COUNTS = ["treated_n", "matched_treated_n", "control_n", "control_ess"]
ROUNDED = [
    name
    for name in NUMBERS
    if name not in (*COUNTS, "is_imbalanced", "p_value", "q_value", "placebo_p_value")
]


def adjusted_effects(
    cells: pd.DataFrame,
    placebos: pd.DataFrame,
    largest_differences: pd.DataFrame,
    *,
    confidence: float,
    minimum_group_size: int,
    minimum_retained_share: float,
) -> pd.DataFrame:
    """Return the adjusted rows of the result table `effects`, past disclosure control.

    Args:
        cells: rows of `rpt_effects__by_horizon`, and those that `with_unanswered` adds.
        placebos: what `placebo_tests` gives, per role and program.
        largest_differences: `max_abs_smd` per role and program.
        confidence: for example 0.95.
        minimum_group_size: fewest people in each arm.
        minimum_retained_share: fewest of the eligible mentored that must have found a match.

    Balance and placebo are those of the role and program; a subgroup has those of its whole.
    """
    effects = cells if "reason" in cells else cells.assign(reason=None)
    effects = effects.merge(placebos, on=["role", "program"], how="left")
    effects = effects.merge(largest_differences, on=["role", "program"], how="left")
    effects["has_failed_placebo"] = effects["has_failed_placebo"].eq(True)
    # The placebo's interval is the normal one: half of it is this many of its standard errors.
    effects["placebo_reach"] = (
        (effects["placebo_ci_high"] - effects["placebo_ci_low"])
        / (2 * normal_critical_value(confidence=confidence))
    ) * DETECTABLE_STANDARD_ERRORS
    effects["chance_smd"] = chance_difference(effects["matched_treated_n"], effects["control_ess"])
    # Where nobody was compared, chance has no size and nothing is above it.
    effects["is_imbalanced"] = (effects["max_abs_smd"] > LARGEST_TOLERATED_SMD) & (
        effects["max_abs_smd"] > effects["chance_smd"]
    )
    effects["effect"] = effects["treated_value"] - effects["control_value"]
    variance = effects["treated_variance"] + effects["control_variance"] - 2 * effects["covariance"]
    effects["se"] = np.sqrt(variance.clip(lower=0))
    effects["se_mentor_clustered"] = np.sqrt(
        effects["mentor_clustered_variance"].astype(float).clip(lower=0)
    )
    effects["minimum_detectable_effect"] = sensitivity.minimum_detectable_effect(
        effects["se"].to_numpy(dtype=float)
    )
    effects = _with_interval(effects, confidence=confidence)
    effects = _with_risk_ratio(effects, confidence=confidence)
    hidden = _small_effects(effects, minimum_group_size=minimum_group_size)
    effects["q_value"] = _q_values(effects.assign(p_value=effects["p_value"].mask(hidden)))
    few = _lacks_counts(effects, minimum_group_size=minimum_group_size)
    effects["verdict"] = _verdicts(
        effects,
        hidden,
        minimum_group_size=minimum_group_size,
        minimum_retained_share=minimum_retained_share,
    )
    effects["reason"] = effects["reason"].mask(
        _is_few(effects["treated_n"], minimum_group_size=minimum_group_size)
    )
    effects = effects.astype({"is_imbalanced": "boolean"})
    effects = blank(effects, hidden, NUMBERS).reindex(columns=uneditioned(EFFECTS))
    # Those without a match are a group as well.
    unmatched = effects["treated_n"] - effects["matched_treated_n"]
    is_gap = unmatched.astype(float).between(1, minimum_group_size - 1)
    effects.loc[is_gap, ["treated_n", "matched_share"]] = np.nan
    return rounded_effects(effects, few, columns=ROUNDED)


def outcome_table() -> pd.DataFrame:
    """Return the result table `outcomes`: every outcome of the release, asked for or not."""
    rows = [
        {
            "outcome": outcome.name,
            "outcome_number": number,
            "label": outcome.label,
            "kind": outcome.kind,
            "direction": outcome.direction,
            "unit": "difference" if outcome.name in MEANS else "share",
            "is_primary": outcome.is_primary,
            "is_staying": outcome.name in STAYING,
        }
        for number, outcome in enumerate(OUTCOMES, start=1)
    ]
    return pd.DataFrame(rows, columns=list(OUTCOME_COLUMNS))


def _degrees_of_freedom(effects: pd.DataFrame) -> tuple[Array, Array]:
    """Return where few are treated, so that Student's distribution is asked, and its freedom."""
    treated = effects["matched_treated_n"].to_numpy(dtype=float)
    return (treated < FEW_TREATED) & (treated > 1), np.maximum(treated - 1, 1)


def _critical_values(effects: pd.DataFrame, *, confidence: float) -> pd.Series:
    """Return the normal's critical value, or Student's where few are treated."""
    from scipy.special import stdtrit

    z = normal_critical_value(confidence=confidence)
    few, freedom = _degrees_of_freedom(effects)
    return pd.Series(np.where(few, stdtrit(freedom, 0.5 + confidence / 2), z), index=effects.index)


def _with_interval(effects: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    from scipy.special import ndtr, stdtr

    half = _critical_values(effects, confidence=confidence) * effects["se"]
    likely = _critical_values(effects, confidence=LIKELY_CONFIDENCE) * effects["se"]
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (-effects["effect"].abs() / effects["se"]).to_numpy(dtype=float)
    few, freedom = _degrees_of_freedom(effects)
    return effects.assign(
        ci_low=effects["effect"] - half,
        ci_high=effects["effect"] + half,
        likely_low=effects["effect"] - likely,
        likely_high=effects["effect"] + likely,
        p_value=2 * np.where(few, stdtr(freedom, z), ndtr(z)),
    )


def _with_risk_ratio(effects: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    """Return the effects with the ratio of leaving, of promotion, of a move, and its E-values."""
    is_staying = effects["outcome"].isin(STAYING)
    treated = effects["treated_value"].where(~is_staying, 1 - effects["treated_value"])
    control = effects["control_value"].where(~is_staying, 1 - effects["control_value"])
    has_ratio = ~effects["outcome"].isin(MEANS) & (treated > 0) & (control > 0)
    treated, control = treated.where(has_ratio), control.where(has_ratio)
    ratio = treated / control
    log_variance = (
        effects["treated_variance"] / treated**2
        + effects["control_variance"] / control**2
        - 2 * effects["covariance"] / (treated * control)
    )
    spread = np.exp(
        _critical_values(effects, confidence=confidence) * np.sqrt(log_variance.clip(lower=0))
    )
    return effects.assign(
        risk_ratio=ratio,
        e_value=sensitivity.e_value(ratio.to_numpy(dtype=float)),
        e_value_ci=sensitivity.e_value_of_limit(
            (ratio / spread).to_numpy(dtype=float), (ratio * spread).to_numpy(dtype=float)
        ),
    )


def _small_effects(effects: pd.DataFrame, *, minimum_group_size: int) -> pd.Series:
    """Return which effects rest on too few, or on all or none of few."""
    events = effects["treated_event_n"].fillna(0) + effects["control_event_n"].fillna(0)
    few_events = (events < MINIMUM_EVENTS) & ~effects["outcome"].isin(MEANS)
    unanimous = pd.Series(False, index=effects.index)
    for value, people in (("treated_value", "matched_treated_n"), ("control_value", "control_n")):
        is_extreme = is_all_or_none(effects[value]) & ~effects["outcome"].isin(MEANS)
        unanimous |= is_extreme & is_easily_unanimous(effects[people], minimum_group_size)
    return (
        (effects["matched_treated_n"] < minimum_group_size)
        | (effects["control_n"] < minimum_group_size)
        | few_events
        | unanimous
        | effects["se"].isna()
    )


def _lacks_counts(effects: pd.DataFrame, *, minimum_group_size: int) -> pd.Series:
    """Return which programs and subgroups have no counts: those of another one are too small."""
    is_whole = effects["subgroup_dimension"] == "all"
    result = pd.Series(False, index=effects.index)
    for parts, total in (
        (is_whole & (effects["program"] != "all"), "program"),
        (~is_whole, "subgroup_member"),
    ):
        groups = [effects[key] for key in KEYS if key != total]
        result |= parts & ~bears_counts(
            parts, effects["treated_n"].fillna(0), groups, minimum=minimum_group_size
        )
    return result


def rounded_effects(
    effects: pd.DataFrame, rows: pd.Series, *, columns: Sequence[str]
) -> pd.DataFrame:
    """Return the effects with some rows rounded to whole points and without counts."""
    rounded = effects.copy()
    for name in columns:
        numbers = rounded[name].astype(float)
        rounded[name] = numbers.where(~rows, numbers.round(2))
    rounded.loc[rows, COUNTS] = np.nan
    return rounded


def _is_few(people: pd.Series, *, minimum_group_size: int) -> pd.Series:
    """Return where there are people, but fewer than may be counted."""
    return (people > 0) & (people < minimum_group_size)


def is_primary(effects: pd.DataFrame) -> pd.Series:
    """Return which effects were declared as the questions of the study: judged on their own p."""
    return (
        effects["role"].eq(PRIMARY_ROLE)
        & effects["program"].eq("all")
        & effects["subgroup_dimension"].eq("all")
        & effects["outcome"].isin(PRIMARY)
        & effects["horizon_months"].eq(PRIMARY_HORIZON_MONTHS)
        & effects["estimand"].eq(HEADLINE)
    )


def _q_values(effects: pd.DataFrame) -> pd.Series:
    """Return q-values over everything but the primary questions, which keep their p."""
    p_values = effects["p_value"].to_numpy(dtype=float)
    primary = is_primary(effects).to_numpy(dtype=bool)
    secondary = sensitivity.benjamini_hochberg(np.where(primary, np.nan, p_values))
    return pd.Series(np.where(primary, p_values, secondary), index=effects.index)


def _verdicts(
    effects: pd.DataFrame,
    hidden: pd.Series,
    *,
    minimum_group_size: int,
    minimum_retained_share: float,
) -> pd.Series:
    """Return the verdict on each effect: the first line that applies.

    Where nobody was compared the arms have no size. Then it is the mentored who may be too few;
    when they are not, it is their share with a match that decides.
    """
    is_sure = effects["q_value"] <= Q_THRESHOLD
    is_unmatched = effects["matched_share"] < minimum_retained_share
    cases = [
        (
            effects["effect"].isna() & (effects["treated_n"] >= minimum_group_size) & is_unmatched,
            NOT_COMPARABLE,
        ),
        (hidden, TOO_FEW),
        (effects["is_imbalanced"] | is_unmatched, NOT_COMPARABLE),
        (effects["has_failed_placebo"], CONTRADICTED),
        (is_sure & (effects["ci_low"] > 0), CLEAR_BENEFIT),
        (is_sure & (effects["ci_high"] < 0), CLEAR_HARM),
        (effects["likely_low"] > 0, LIKELY_BENEFIT),
        (effects["likely_high"] < 0, LIKELY_HARM),
    ]
    conditions = [case.to_numpy(dtype=bool) for case, _ in cases]
    verdicts = np.select(conditions, [verdict for _, verdict in cases], default=NO_CLEAR_EFFECT)
    return pd.Series(verdicts, index=effects.index)
