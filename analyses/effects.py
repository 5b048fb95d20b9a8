"""The effects: what mentoring changed, how sure that is, and whether it may be said at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
from analyses.outcomes import DOWNWARD, FOLLOWED, MEANS, OUTCOMES, PRIMARY, STAYING, WITH_PAST
from analyses.results import EFFECTS, uneditioned
from analyses.results import OUTCOMES as OUTCOME_COLUMNS
from analyses.rounding import coarse
from analyses.verdicts import (
    APPLICANTS,
    APPLIED,
    BENEFIT_UNLESS,
    CLEAR_BENEFIT,
    CLEAR_HARM,
    CONTRADICTED,
    DETECTABLE_STANDARD_ERRORS,
    FEW_TREATED,
    FIXED,
    GRADE_OF,
    HARM_UNLESS,
    HEADLINE,
    LARGEST_TOLERATED_SMD,
    LIKELY_BENEFIT,
    LIKELY_HARM,
    LIKELY_Q_THRESHOLD,
    MATCHED_ONLY,
    MINIMUM_EVENTS,
    NO_CLEAR_EFFECT,
    NOT_COMPARABLE,
    PREFERRED,
    PRIMARY_HORIZON_MONTHS,
    PRIMARY_ROLE,
    Q_THRESHOLD,
    SAMPLE_RATIO_REFUSAL,
    TOLERATED_PULL,
    TOO_FEW,
    VETOED,
)

KEYS = list(EFFECTS.key)
TEXTS = ["evidence_grade", "placebo_questions", "verdict", "reason", "is_suppressed"]
NUMBERS = [column for column in uneditioned(EFFECTS) if column not in (*KEYS, *TEXTS)]
# What is known of the people of the headline's matching only.
MATCHED_ON = [
    "placebo_effect",
    "placebo_ci_low",
    "placebo_ci_high",
    "placebo_p_value",
    "placebo_questions",
    "max_abs_smd",
    "levels_n",
    "veto_p_value",
]
# What tells how many people an effect rests on.
COUNTS = ["treated_n", "matched_treated_n", "control_n", "control_ess"]
ROUNDED = [
    name
    for name in NUMBERS
    if name not in (*COUNTS, "is_imbalanced") and not name.endswith(("p_value", "q_value"))
]


def adjusted_effects(
    cells: pd.DataFrame,
    placebos: pd.DataFrame,
    largest_differences: pd.DataFrame,
    vetoed: pd.DataFrame,
    *,
    confidence: float,
    minimum_group_size: int,
    minimum_retained_share: float,
    not_voluntary: Collection[str] = (),
) -> pd.DataFrame:
    """Return the adjusted rows of the result table `effects`, past disclosure control.

    Args:
        cells: rows of `rpt_effects__by_horizon`, and those that `with_unanswered` adds.
        placebos: what `placebo_tests` gives, per role and program.
        largest_differences: `max_abs_smd` and `levels_n` per role and program.
        vetoed: what `vetoes` gives, per role.
        confidence: for example 0.95.
        minimum_group_size: fewest people in each arm.
        minimum_retained_share: fewest of the eligible mentored that must have found a match.
        not_voluntary: programs that people do not choose to join; `all` if that is true of every
            one of them.

    Balance and placebo are those of the role and program; a subgroup has those of its whole.
    """
    effects = cells if "reason" in cells else cells.assign(reason=None)
    effects["evidence_grade"] = effects["estimand"].map(GRADE_OF)
    effects = effects.merge(placebos, on=["role", "program"], how="left")
    effects = effects.merge(largest_differences, on=["role", "program"], how="left")
    effects = effects.merge(vetoed, on="role", how="left")
    # What was matched stands and falls with it; a better design does not.
    is_matched_only = effects["evidence_grade"].eq(MATCHED_ONLY)
    effects["sample_ratio_p_value"] = sample_ratio_p_value(effects)
    is_skewed = effects["sample_ratio_p_value"] < SAMPLE_RATIO_REFUSAL
    effects["evidence_grade"] = effects["evidence_grade"].mask(is_skewed, APPLICANTS)
    for name in (*MATCHED_ON, "rating_pull", "placebo_se"):
        effects[name] = effects[name].where(is_matched_only)
    effects["has_failed_placebo"] = effects["has_failed_placebo"].eq(True) & is_matched_only
    effects["has_failed_veto"] = effects["has_failed_veto"].eq(True) & is_matched_only
    # The placebo's interval is the normal one: half of it is this many of its standard errors.
    effects["placebo_reach"] = (
        (effects["placebo_ci_high"] - effects["placebo_ci_low"])
        / (2 * normal_critical_value(confidence=confidence))
    ) * DETECTABLE_STANDARD_ERRORS
    effects["chance_smd"] = chance_difference(
        effects["matched_treated_n"], effects["control_ess"], effects["levels_n"]
    )
    # Where nobody was compared, chance has no size and nothing is above it.
    effects["is_imbalanced"] = (effects["max_abs_smd"] > LARGEST_TOLERATED_SMD) & (
        effects["max_abs_smd"] > effects["chance_smd"]
    )
    effects["effect"] = effects["treated_value"] - effects["control_value"]
    effects = _with_least_variances(effects)
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
    effects = _with_own_past(effects, confidence=confidence)
    effects = _with_taker_effect(effects, confidence=confidence)
    effects["rating_pull"] = _of_whole(effects, "rating_pull")
    effects["is_earned"] = ~is_matched_only | _is_earned(effects, not_voluntary)
    hidden = _small_effects(effects, minimum_group_size=minimum_group_size)
    effects["q_value"] = _q_values(effects.assign(p_value=effects["p_value"].mask(hidden)))
    few = _lacks_counts(effects, minimum_group_size=minimum_group_size)
    few |= _are_nearly_all(effects, minimum_group_size=minimum_group_size)
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
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (-effects["effect"].abs() / effects["se"]).to_numpy(dtype=float)
    few, freedom = _degrees_of_freedom(effects)
    return effects.assign(
        ci_low=effects["effect"] - half,
        ci_high=effects["effect"] + half,
        p_value=2 * np.where(few, stdtr(freedom, z), ndtr(z)),
    )


def _with_least_variances(effects: pd.DataFrame) -> pd.DataFrame:
    """Return the effects with the variance of an arm of few events not below chance's own.

    An arm in which nobody left has no variance of its own, and hardly one where few did: there it
    is at least that of as many people with the other arm's risk, as if mentoring changed nothing.

    Source: the variance of a score test; Farrington & Manning, Stat. Med. 9 (1990) 1447-1454.
    """
    found = {}
    for arm, other, people, size in (
        ("treated", "control", "matched_treated_n", "matched_treated_n"),
        ("control", "treated", "control_n", "control_ess"),
    ):
        events, risk = effects[f"{arm}_event_n"], effects[f"{other}_value"]
        is_few = (events < MINIMUM_EVENTS) | (effects[people] - events < MINIMUM_EVENTS)
        is_few &= ~effects["outcome"].isin(MEANS)
        variance = effects[f"{arm}_variance"]
        least = (risk * (1 - risk) / effects[size]).where(is_few, 0.0)
        found[f"{arm}_variance"] = variance.mask(variance < least, least)
    return effects.assign(**found)


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


def _of_whole(effects: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as the whole of each role, program, outcome and horizon has it."""
    keys = ["role", "program", "outcome", "horizon_months", "estimand"]
    own = effects[column].where(effects["subgroup_dimension"].eq("all")).astype(float)
    return own.groupby([effects[key] for key in keys]).transform("max")


def _with_own_past(effects: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    """Return the effects less the lead that the mentored had before, where they have a past.

    What an effect and its past have in common is known for the headline of a whole; elsewhere they
    are taken to have nothing in common.
    """
    has_past = effects["outcome"].isin(WITH_PAST)
    years = (effects["horizon_months"] / 12).where(has_past)
    lead, lead_se = (effects[name].astype(float) for name in ("placebo_effect", "placebo_se"))
    common = effects["past_covariance"].astype(float).fillna(0.0)
    corrected = effects["effect"] - years * lead
    variance = effects["se"] ** 2 + years**2 * lead_se**2 - 2 * years * common
    half = _critical_values(effects, confidence=confidence) * np.sqrt(variance.clip(lower=0))
    return effects.assign(
        own_past_effect=corrected,
        own_past_ci_low=corrected - half,
        own_past_ci_high=corrected + half,
    )


def _with_taker_effect(effects: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    """Return the effects with that on those who took an offer: the offer's by the take-up.

    Source: Angrist, Imbens & Rubin, J. Am. Stat. Assoc. 91 (1996) 444-455.
    """
    take_up, variance, common = (
        effects[name].astype(float)
        for name in ("take_up", "take_up_variance", "take_up_covariance")
    )
    take_up = take_up.where(take_up > 0)
    found = effects["effect"] / take_up
    squares = effects["se"] ** 2 - 2 * found * common + found**2 * variance
    half = _critical_values(effects, confidence=confidence) * np.sqrt(squares.clip(lower=0))
    return effects.assign(
        taker_effect=found,
        taker_ci_low=found - half / take_up,
        taker_ci_high=found + half / take_up,
    )


def sample_ratio_p_value(effects: pd.DataFrame) -> pd.Series:
    """Return how often chance alone would lose one arm of a lottery so much more often.

    Source: Pearson's chi-squared of kept and lost by arm; Fabijan et al., KDD 2019.
    """
    from scipy.special import chdtrc

    a, b, c, d = (
        effects[name].astype(float)
        for name in ("offered_kept_n", "offered_lost_n", "not_offered_kept_n", "not_offered_lost_n")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        products = (a + b) * (c + d) * (a + c) * (b + d)
        chi_squared = ((a * d - b * c) ** 2 * (a + b + c + d) / products).where(
            products.isna() | (products > 0), 0.0
        )
    return pd.Series(chdtrc(1, chi_squared), index=effects.index)


def _is_earned(effects: pd.DataFrame, not_voluntary: Collection[str]) -> pd.Series:
    """Return which effects may be called clear although people were only matched.

    An effect with a past must be more than that. Any other one of what people are followed for,
    where people choose to join, must be more than half of what the last rating pulls.
    """
    is_up = effects["effect"] > 0
    beyond_past = effects["own_past_ci_low"].where(is_up, -effects["own_past_ci_high"]) > 0
    limit = effects["ci_low"].where(is_up, -effects["ci_high"])
    beyond_pull = limit > TOLERATED_PULL * effects["rating_pull"].abs()
    has_past = effects["outcome"].isin(WITH_PAST)
    needs_pull = effects["outcome"].isin([one.name for one in FOLLOWED]) & ~has_past
    is_chosen = ~effects["program"].isin(list(not_voluntary))
    return beyond_past.where(has_past, beyond_pull | ~(needs_pull & is_chosen))


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


def _are_nearly_all(effects: pd.DataFrame, *, minimum_group_size: int) -> pd.Series:
    """Return the comparisons of applicants that only few of the mentored are left out of.

    The few who started without an application are the mentored less these.
    """
    keys = [key for key in KEYS if key != "estimand"]
    is_of_all = effects["estimand"].eq(FIXED)
    everybody = effects["treated_n"].where(is_of_all).groupby([effects[key] for key in keys])
    missing = everybody.transform("max") - effects["treated_n"]
    return effects["estimand"].eq(APPLIED) & missing.between(1, minimum_group_size - 1)


def rounded_effects(
    effects: pd.DataFrame, rows: pd.Series, *, columns: Sequence[str]
) -> pd.DataFrame:
    """Return the effects with some rows rounded to whole points and without counts."""
    rounded = effects.copy()
    for name in columns:
        numbers = rounded[name].astype(float)
        rounded[name] = numbers.where(~rows, coarse(numbers, 0.01))
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
        & effects["estimand"].isin([HEADLINE, *PREFERRED])
    )


def _q_values(effects: pd.DataFrame) -> pd.Series:
    """Return q-values over everything but the primary questions, which keep their p."""
    p_values = effects["p_value"].to_numpy(dtype=float)
    primary = is_primary(effects).to_numpy(dtype=bool)
    secondary = sensitivity.benjamini_hochberg(np.where(primary, np.nan, p_values))
    return pd.Series(np.where(primary, p_values, secondary), index=effects.index)


def _hint_q_values(effects: pd.DataFrame) -> pd.Series:
    """Return q-values by which hints are judged: also the primary questions stand side by side."""
    primary = is_primary(effects).to_numpy(dtype=bool)
    q_values = effects["q_value"].to_numpy(dtype=float)
    together = sensitivity.benjamini_hochberg(np.where(primary, q_values, np.nan))
    return pd.Series(np.where(primary, together, q_values), index=effects.index)


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
    is_hint = _hint_q_values(effects) <= LIKELY_Q_THRESHOLD
    is_good = effects["effect"].mask(effects["outcome"].isin(DOWNWARD), -effects["effect"]) > 0
    is_apart = (effects["ci_low"] > 0) | (effects["ci_high"] < 0)
    is_unmatched = effects["matched_share"] < minimum_retained_share
    cases = [
        (
            effects["effect"].isna() & (effects["treated_n"] >= minimum_group_size) & is_unmatched,
            NOT_COMPARABLE,
        ),
        (hidden, TOO_FEW),
        (effects["is_imbalanced"] | is_unmatched, NOT_COMPARABLE),
        (effects["has_failed_placebo"], CONTRADICTED),
        (effects["has_failed_veto"], VETOED),
        (is_sure & is_apart & is_good & effects["is_earned"], CLEAR_BENEFIT),
        (is_sure & is_apart & effects["is_earned"], CLEAR_HARM),
        (is_sure & is_apart & is_good, BENEFIT_UNLESS),
        (is_sure & is_apart, HARM_UNLESS),
        (is_hint & is_good, LIKELY_BENEFIT),
        (is_hint, LIKELY_HARM),
    ]
    conditions = [case.to_numpy(dtype=bool) for case, _ in cases]
    verdicts = np.select(conditions, [verdict for _, verdict in cases], default=NO_CLEAR_EFFECT)
    return pd.Series(verdicts, index=effects.index)
