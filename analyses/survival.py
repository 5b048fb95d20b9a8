"""Curves of staying and of promotion, from people at risk and events in each month."""

from __future__ import annotations

import pandas as pd

from analyses import intervals
from analyses.disclosure import SMALL, blank
from analyses.publishing import read_rules, without_counts
from analyses.results import SURVIVAL

CURVE = ["outcome", "population", "program", "dimension", "member", "period_grain", "period_start"]


def estimate_curves(
    cells: pd.DataFrame, measures: pd.DataFrame, *, confidence: float, minimum_group_size: int
) -> pd.DataFrame:
    """Return one row per curve and month from 0, with value, interval and whether it is hidden.

    `followed_n`, `event_n` and `competing_n` are what was counted, for those who decide whether
    the month may move, and not to be published.

    Args:
        cells: rows of `rpt_survival__by_month`.
        measures: what `read_measures` gives; says by which estimator an outcome's curve is drawn.
        confidence: for example 0.95.
        minimum_group_size: fewest people that may be shown.

    Curves are those of whole populations and programs. One that nobody is at risk for in its first
    month cannot be estimated and is left out; one whose group is too small is hidden. The others
    end where too few are still at risk. Those of programs and of parts have no counts: their sums
    would tell how many are left of one that has ended, and how many are in no part.
    """
    is_published = cells["dimension"].eq("all") & cells["period_grain"].eq("all")
    cells = cells[is_published & cells["population"].isin(read_rules().populations)]
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
                "followed_n",
                "event_n",
                "competing_n",
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
    return _controlled(curves, estimators, minimum_group_size=minimum_group_size)


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
        keys.assign(
            month=0, value=start, ci_low=start, ci_high=start, at_risk_n=at_risk[:, 0],
            event_n=0.0, competing_n=0.0,
        )
    ]  # fmt: skip
    blocks += [
        keys.assign(
            month=month,
            value=estimate.value[:, i],
            ci_low=estimate.ci_low[:, i],
            ci_high=estimate.ci_high[:, i],
            at_risk_n=at_risk[:, i],
            event_n=events[:, i],
            competing_n=competing[:, i],
        )
        for i, month in enumerate(months)
    ]
    curves = pd.concat([block.assign(first_n=at_risk[:, 0]) for block in blocks], ignore_index=True)
    return curves.assign(followed_n=curves["at_risk_n"])[curves["value"].notna()]


def _controlled(
    curves: pd.DataFrame, estimators: pd.Series, *, minimum_group_size: int
) -> pd.DataFrame:
    needed = read_rules().shown_from * minimum_group_size
    hidden = curves["first_n"] < needed
    kept = (curves["at_risk_n"] >= needed) | (hidden & curves["month"].eq(0))
    curves, hidden = curves[kept], hidden[kept]
    is_part = curves["outcome"].isin(read_rules().parts)
    has_no_counts = curves["program"].ne("all") | is_part
    curves = without_counts(
        curves,
        has_no_counts & curves["month"].gt(0),
        people=curves["at_risk_n"],
        estimators=curves["outcome"].map(estimators),
    )
    curves.loc[has_no_counts, ["at_risk_n"]] = float("nan")
    curves["reason"] = pd.Series(SMALL, index=curves.index, dtype=object).where(hidden)
    return blank(curves, hidden, ["value", "ci_low", "ci_high", "at_risk_n", "first_n"])


def published_curves(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `survival`: the curves over the whole time."""
    return curves[[name for name in SURVIVAL if name in curves]].reset_index(drop=True)


def horizon_metrics(curves: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the curves' values at the measures' horizons, as rows of the result table `metrics`.

    Args:
        curves: what `estimate_curves` gives.
        measures: what `read_measures` gives.
    """
    asked = measures.dropna(subset=["outcome", "horizon_months"])[
        ["measure", "unit", "outcome", "horizon_months", "estimator"]
    ]
    asked = asked.astype({"horizon_months": curves["month"].dtype})
    at_horizon = curves.merge(
        asked, left_on=["outcome", "month"], right_on=["outcome", "horizon_months"]
    ).reset_index(drop=True)
    # Counts of who was there at the beginning are those of other windows.
    return without_counts(
        at_horizon.assign(numerator=float("nan"), denominator=float("nan")),
        at_horizon["value"].notna(),
        people=at_horizon["first_n"],
        estimators=at_horizon["estimator"],
    )
