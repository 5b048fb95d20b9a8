"""The arms' curves and the flow of people through the design."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses import intervals
from analyses.disclosure import blank, families_of, thin_months, with_complements
from analyses.outcomes import STAYING
from analyses.results import CURVES, FLOW

CURVE = ["role", "program", "outcome", "arm"]


def arm_curves(cells: pd.DataFrame, *, confidence: float, minimum_group_size: int) -> pd.DataFrame:
    """Return the result table `curves`: both arms by month, from month 0.

    Args:
        cells: rows of `rpt_curves__by_month`.
        confidence: for example 0.95.
        minimum_group_size: fewest people at risk that may be shown.

    A program whose arm begins below the threshold is hidden as a whole; later months are hidden
    where too few are still at risk, or all or none of few have the outcome.
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
    hidden |= thin_months(curves, minimum_group_size=minimum_group_size)
    return blank(curves, hidden, ["value", "ci_low", "ci_high", "at_risk_n"])[list(CURVES)]


def flow_table(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.DataFrame:
    """Return the result table `flow`: persons at each step, small losses hidden in company.

    Args:
        cells: rows of `rpt_flow__by_step`.
        minimum_group_size: fewest people that may be shown.
    """
    flow = cells.sort_values(
        ["role", "program", "step_number", "step", "reason"], kind="stable", ignore_index=True
    )
    # What is lost between two steps is the difference of their totals, and programs add up to all.
    step = flow["step"]
    is_rung = step.str.startswith("matched at")
    families = [
        (["role", "program"], step.isin(["workforce", "not eligible"])),
        (["role", "program"], is_rung | step.eq("unmatched")),
        (["role", "program"], step.isin(["matched", "unmatched"])),
        (["role", "step", "reason"], flow["program"].ne("all")),
    ]
    for column in ("treated_n", "control_n"):
        people = flow[column].astype(float)
        hidden = with_complements(
            people < minimum_group_size,
            people,
            [
                families_of(flow, alike=alike, is_member=is_member & people.notna())
                for alike, is_member in families
            ],
            minimum_group_size=minimum_group_size,
        )
        flow[column] = people.mask(hidden)
        flow[f"is_{column}_hidden"] = hidden
    flow["is_suppressed"] = flow["is_treated_n_hidden"] | flow["is_control_n_hidden"]
    return flow[list(FLOW)]
