"""The arms' curves and the flow of people through the design."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses import intervals
from analyses.disclosure import blank, smallest_together, thin_months
from analyses.outcomes import STAYING
from analyses.publishing import without_counts
from analyses.results import CURVES, FLOW, uneditioned

CURVE = ["role", "program", "outcome", "arm"]
CURVE_COLUMNS, FLOW_COLUMNS = uneditioned(CURVES), uneditioned(FLOW)


def arm_curves(cells: pd.DataFrame, *, confidence: float, minimum_group_size: int) -> pd.DataFrame:
    """Return the result table `curves`: both arms by month, from month 0.

    Args:
        cells: rows of `rpt_curves__by_month`.
        confidence: for example 0.95.
        minimum_group_size: fewest people at risk that may be shown.

    A program whose arm begins below the threshold is hidden; other curves end where too few are
    still at risk, or all or none of few have the outcome. Those of programs have no counts: their
    sums would tell how many are left of one that has ended.
    """
    cells = cells.sort_values([*CURVE, "month"], kind="stable", ignore_index=True)
    at_risk = cells["at_risk_n"].to_numpy(dtype=float)
    estimate = intervals.log_log(
        cells["survival_or_incidence"].to_numpy(dtype=float),
        cells["variance"].to_numpy(dtype=float),
        at_risk,
        confidence=confidence,
    )
    months = cells.assign(**estimate._asdict())
    first = cells[cells["month"] == 1]
    start = np.where(first["outcome"].isin(STAYING), 1.0, 0.0)
    zero = first.assign(month=0, value=start, ci_low=start, ci_high=start)
    curves = pd.concat([months, zero], ignore_index=True)
    first_n = curves.groupby(CURVE)["at_risk_n"].transform("max")
    program_n = first_n.groupby([curves["role"], curves["program"]]).transform("min")
    hidden = program_n < minimum_group_size
    is_thin = thin_months(curves, minimum_group_size=minimum_group_size)
    ends_at = (
        curves["month"].where(is_thin).groupby([curves[key] for key in CURVE]).transform("min")
    )
    kept = np.where(hidden, curves["month"].eq(0), ~(curves["month"] >= ends_at))
    curves, hidden = curves[kept], hidden[kept]
    of_program = curves["program"].ne("all")
    curves = without_counts(
        curves,
        of_program & curves["month"].gt(0),
        people=curves["at_risk_n"],
        estimators=pd.Series("share", index=curves.index),
    )
    curves.loc[of_program, "at_risk_n"] = np.nan
    return blank(curves, hidden, ["value", "ci_low", "ci_high", "at_risk_n"])[CURVE_COLUMNS]


def flow_table(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.DataFrame:
    """Return the result table `flow`: persons at each step, in all programs.

    Args:
        cells: rows of `rpt_flow__by_step`.
        minimum_group_size: fewest people that may be shown.
    """
    flow = cells[cells["program"].eq("all")].sort_values(
        ["role", "step_number", "step", "reason"], kind="stable", ignore_index=True
    )
    is_hidden = pd.DataFrame(False, index=flow.index, columns=["treated_n", "control_n"])
    for column in is_hidden:
        for _, rows in flow.groupby("role"):
            is_hidden.loc[rows.index, column] = _hidden_steps(
                rows["step"], rows[column].astype(float), minimum_group_size=minimum_group_size
            )
        flow[column] = flow[column].astype(float).mask(is_hidden[column])
    flow["is_suppressed"] = is_hidden.any(axis=1)
    return flow[FLOW_COLUMNS]


def _hidden_steps(step: pd.Series, people: pd.Series, *, minimum_group_size: int) -> pd.Series:
    """Return which steps are hidden, so that no difference of shown ones is a small group.

    Losses and rungs are hidden in the company of the next smallest; where all that is lost between
    two steps is few, the earlier step is hidden, too.
    """

    def is_small(number: float) -> bool:
        return 0 < number < minimum_group_size

    losses, unmatched = step.eq("not eligible"), step.eq("unmatched")
    size = {name: people[step.eq(name)].sum() for name in ("workforce", "trials", "matched")}
    hidden = pd.Series(False, index=step.index)
    for parts in (losses, step.str.startswith("matched at")):
        hidden |= smallest_together(people[parts], minimum_group_size).reindex(
            step.index, fill_value=False
        )
    if is_small(size["trials"] - size["matched"]):
        # What is left between the workforce and the matched is the losses and the unmatched.
        hidden |= step.eq("trials") | losses | unmatched
        if is_small(size["workforce"] - size["matched"]):
            hidden |= step.eq("workforce")
    elif is_small(size["workforce"] - size["trials"]):
        hidden |= step.eq("workforce") | losses
    elif losses.any() and hidden[losses & people.gt(0)].all():
        # A sum of few hidden losses would narrow each of them.
        lost = size["workforce"] - size["trials"]
        hidden |= step.eq("workforce") & (lost < 2 * minimum_group_size)
    return (hidden | people.between(1, minimum_group_size - 1)) & people.notna()
