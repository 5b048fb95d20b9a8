"""The naive comparison, kept only to show by how much it misleads."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses import intervals
from analyses.disclosure import bears_counts, blank, is_all_or_none, is_easily_unanimous
from analyses.effects import rounded_effects
from analyses.outcomes import STAYING
from analyses.results import EFFECTS, uneditioned
from analyses.verdicts import MINIMUM_EVENTS, NAIVE, NAIVE_COMPARISON, TOO_FEW

NUMBERS = [
    "treated_n",
    "control_n",
    "treated_value",
    "control_value",
    "effect",
    "se",
    "ci_low",
    "ci_high",
    "risk_ratio",
]


def naive_effects(
    cells: pd.DataFrame, *, confidence: float, minimum_group_size: int
) -> pd.DataFrame:
    """Return the rows of the result table `effects` that hold the naive comparison.

    Args:
        cells: rows of `rpt_naive_comparison__by_horizon`.
        confidence: for example 0.95.
        minimum_group_size: fewest people in an arm that may be shown.

    The interval is the plain one for two independent shares: it covers chance, not selection. The
    risk ratio is of leaving where staying is compared, otherwise of the event.
    """
    treated, control = (cells[f"{arm}_n"].astype(float) for arm in ("treated", "control"))
    treated_events, control_events = (
        cells[f"{arm}_outcome_n"].astype(float) for arm in ("treated", "control")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        treated_value, control_value = treated_events / treated, control_events / control
        se = np.sqrt(
            treated_value * (1 - treated_value) / treated
            + control_value * (1 - control_value) / control
        )
        is_staying = cells["outcome"].isin(STAYING)
        risk_ratio = np.where(
            is_staying, (1 - treated_value) / (1 - control_value), treated_value / control_value
        )
    half = intervals.normal_critical_value(confidence=confidence) * se
    effect = treated_value - control_value
    effects = cells.assign(
        subgroup_dimension="all",
        subgroup_member="all",
        estimand=NAIVE,
        treated_n=treated,
        control_n=control,
        treated_value=treated_value,
        control_value=control_value,
        effect=effect,
        se=se,
        ci_low=effect - half,
        ci_high=effect + half,
        risk_ratio=risk_ratio,
    )
    leavers = treated - treated_events + control - control_events
    events = np.where(is_staying, leavers, treated_events + control_events)
    hidden = (
        _tells(treated, treated_value, minimum_group_size=minimum_group_size)
        | _tells(control, control_value, minimum_group_size=minimum_group_size)
        | (events < MINIMUM_EVENTS)
    )
    is_part = effects["program"] != "all"
    groups = [effects[key] for key in ("role", "outcome", "horizon_months")]
    few = is_part & ~bears_counts(is_part, treated, groups, minimum=minimum_group_size)
    effects = blank(effects, hidden, NUMBERS)
    effects["verdict"] = np.where(hidden, TOO_FEW, NAIVE_COMPARISON)
    effects = effects.reindex(columns=uneditioned(EFFECTS))
    return rounded_effects(effects, few, columns=NUMBERS[2:])


def _tells(people: pd.Series, share: pd.Series, *, minimum_group_size: int) -> pd.Series:
    """Return which arms are too small, or so small that all or none of them tells of each."""
    is_unanimous = is_all_or_none(share) & is_easily_unanimous(people, minimum_group_size)
    return (people < minimum_group_size) | is_unanimous
