"""Curves of staying and of promotion, from people at risk and events in each month."""

from __future__ import annotations

import pandas as pd

from analyses import intervals
from analyses.disclosure import (
    PRICE_OF_WHOLE,
    SMALL,
    blank,
    small_cells,
    sums_of_cuts,
    thin_months,
    why_hidden,
    with_complements,
)
from analyses.results import SURVIVAL

CURVE = ["outcome", "population", "program", "dimension", "member", "period_grain", "period_start"]


def estimate_curves(
    cells: pd.DataFrame, measures: pd.DataFrame, *, confidence: float, minimum_group_size: int
) -> pd.DataFrame:
    """Return one row per curve and month from 0, with value, interval and whether it is hidden.

    Args:
        cells: rows of `rpt_survival__by_month`.
        measures: what `read_measures` gives; says by which estimator an outcome's curve is drawn.
        confidence: for example 0.95.
        minimum_group_size: fewest people that may be shown.

    A curve that nobody is at risk for in its first month cannot be estimated and is left out. A
    curve is hidden as a whole where its group is too small; of the others, the months in which too
    few are still at risk are hidden.
    """
    cells = cells.sort_values([*CURVE, "month"], kind="stable", ignore_index=True)
    begins = cells.groupby(CURVE, sort=False)["month"].transform("min") == 1
    cells = cells[begins]
    if cells.empty:
        return pd.DataFrame(
            columns=[
                *CURVE,
                "month",
                "value",
                "ci_low",
                "ci_high",
                "at_risk_n",
                "first_n",
                "is_suppressed",
                "reason",
            ]
        )
    estimators = measures.dropna(subset="outcome").groupby("outcome")["estimator"].first()
    frames = [
        _estimated(group, estimator=estimators[outcome], confidence=confidence)
        for outcome, group in cells.groupby("outcome")
    ]
    curves = pd.concat(frames, ignore_index=True)
    return _controlled(curves, minimum_group_size=minimum_group_size)


def _estimated(cells: pd.DataFrame, *, estimator: str, confidence: float) -> pd.DataFrame:
    """Return the curves of one outcome, without disclosure control."""
    wide = cells.pivot_table(
        index=CURVE,
        columns="month",
        values=["at_risk_n", "event_n", "competing_n"],
        aggfunc="sum",
        fill_value=0,
        observed=True,
    )
    months = sorted(wide["at_risk_n"].columns)
    at_risk, events, competing = (
        wide[name][months].to_numpy(dtype=float) for name in ("at_risk_n", "event_n", "competing_n")
    )
    value, variance = intervals.OF_CURVES[estimator](at_risk, events, competing)
    estimate = intervals.log_log(value, variance, at_risk, confidence=confidence)
    start = intervals.BEGINNINGS[estimator]
    keys = wide.index.to_frame(index=False)
    blocks = [
        keys.assign(month=0, value=start, ci_low=start, ci_high=start, at_risk_n=at_risk[:, 0])
    ]
    blocks += [
        keys.assign(
            month=month,
            value=estimate.value[:, i],
            ci_low=estimate.ci_low[:, i],
            ci_high=estimate.ci_high[:, i],
            at_risk_n=at_risk[:, i],
        )
        for i, month in enumerate(months)
    ]
    curves = pd.concat([block.assign(first_n=at_risk[:, 0]) for block in blocks], ignore_index=True)
    return curves[curves["value"].notna()]


def _controlled(curves: pd.DataFrame, *, minimum_group_size: int) -> pd.DataFrame:
    groups = curves[curves["month"] == 0].reset_index(drop=True)
    people = groups["first_n"]
    own = small_cells(people, minimum_group_size=minimum_group_size)
    hidden = with_complements(
        own,
        people,
        sums=sums_of_cuts(groups, people, key=CURVE, minimum_group_size=minimum_group_size),
        cost=people.where(groups["dimension"].ne("all"), people * PRICE_OF_WHOLE),
        minimum_group_size=minimum_group_size,
    )
    by_curve = groups[CURVE].assign(why=why_hidden(hidden, own))
    why = curves[CURVE].merge(by_curve, on=CURVE, how="left")["why"].set_axis(curves.index)
    is_thin = thin_months(curves, minimum_group_size=minimum_group_size)
    why = why.mask(is_thin, SMALL)
    curves = curves.assign(reason=why)
    return blank(curves, why.notna(), ["value", "ci_low", "ci_high", "at_risk_n", "first_n"])


def published_curves(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `survival`: the curves over the whole time."""
    whole = curves[curves["period_grain"] == "all"]
    return whole[list(SURVIVAL)].reset_index(drop=True)


def horizon_metrics(curves: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the curves' values at the measures' horizons, as rows of the result table `metrics`.

    Args:
        curves: what `estimate_curves` gives.
        measures: what `read_measures` gives.
    """
    asked = measures.dropna(subset="outcome")[["measure", "unit", "outcome", "horizon_months"]]
    asked = asked.astype({"horizon_months": curves["month"].dtype})
    at_horizon = curves.merge(
        asked, left_on=["outcome", "month"], right_on=["outcome", "horizon_months"]
    )
    return at_horizon.assign(
        numerator=at_horizon["value"] * at_horizon["first_n"],
        denominator=at_horizon["first_n"],
    )
