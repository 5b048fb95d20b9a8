"""Adverse-impact ratios: how far apart the published rates of groups are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.intervals import normal_critical_value
from analyses.merging import OTHER

ESTIMATOR = "impact_ratio"
PLACE = ["program", "population", "dimension", "period_grain", "period_start"]


def impact_ratios(
    metrics: pd.DataFrame, measures: pd.DataFrame, *, confidence: float
) -> pd.DataFrame:
    """Return one row per declared ratio and dimension: the lowest published rate over the highest.

    Only numbers that are published with their counts are compared, and no merged members, so a
    ratio tells nothing that they do not. It has the interval of a risk ratio on the log scale; that
    the two groups were picked for being furthest apart makes it a little too narrow. Where the
    highest rate is 0 there is no ratio, and where the lowest is, no interval.

    Args:
        metrics: rows of the result table `metrics`.
        measures: what `read_measures` gives; `outcome` names the rate that is compared.
        confidence: for example 0.95.

    Source: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D (four fifths); Katz
    et al., Biometrics 34 (1978) 469-474.
    """
    declared = measures[measures["estimator"].eq(ESTIMATOR)]
    found = [
        _ratios(metrics[metrics["measure"].eq(row.outcome)], confidence=confidence).assign(
            measure=row.measure, unit=row.unit
        )
        for row in declared.itertuples()
    ]
    return pd.concat([metrics.iloc[:0], *found], ignore_index=True)[list(metrics.columns)]


def _ratios(rates: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    merged = OTHER.split("{", maxsplit=1)[0]
    groups = rates[
        rates["dimension"].ne("all")
        & rates["numerator"].notna()
        & ~rates["is_suppressed"].astype(bool)
        & ~rates["member"].str.startswith(merged)
    ].sort_values([*PLACE, "value", "member"], kind="stable")
    by = groups.groupby(PLACE, dropna=False, sort=False)
    groups = groups[by["member"].transform("size") > 1]
    by = groups.groupby(PLACE, dropna=False, sort=False)
    low, high = by.head(1).reset_index(drop=True), by.tail(1).reset_index(drop=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = low["value"] / high["value"].where(high["value"] > 0)
        variance = sum(
            1 / side["numerator"].where(side["numerator"] > 0) - 1 / side["denominator"]
            for side in (low, high)
        )
        half = normal_critical_value(confidence=confidence) * np.sqrt(variance)
    ratios = low.assign(
        member=low["member"] + " to " + high["member"],
        value=value,
        ci_low=value * np.exp(-half),
        ci_high=value * np.exp(half),
        numerator=np.nan,
        denominator=np.nan,
    )
    return ratios[value.notna()]
