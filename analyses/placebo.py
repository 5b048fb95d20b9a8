"""Questions that mentoring cannot have answered: the same people and arms, looking backwards."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.intervals import normal_critical_value
from analyses.verdicts import PLACEBO_P_THRESHOLD

QUESTIONS = ("prior_promotion", "prior_rating")


def placebo_tests(
    cells: pd.DataFrame, *, confidence: float, minimum_group_size: int
) -> pd.DataFrame:
    """Return one row per role and program with the placebo's effect, interval and joint test.

    Args:
        cells: rows of `rpt_placebos__by_program`.
        confidence: for example 0.95.
        minimum_group_size: fewest people in an arm that can be asked about.

    Columns: `placebo_effect` and its interval are the difference in earlier promotions;
    `placebo_p_value` is of the joint Wald test over both questions (over one, where the other
    cannot be asked); `has_failed_placebo` says whether it is below the threshold.
    """
    z = normal_critical_value(confidence=confidence)
    rows = []
    for (role, program), group in cells.groupby(["role", "program"], sort=True):
        asked = group[
            (group["treated_n"] >= minimum_group_size)
            & (group["control_n"] >= minimum_group_size)
            & (group["variance"] > 0)
        ].set_index("question")
        effect, half = np.nan, np.nan
        if "prior_promotion" in asked.index:
            effect = float(asked.loc["prior_promotion", "difference"])
            half = z * float(np.sqrt(asked.loc["prior_promotion", "variance"]))
        p_value = _joint_p_value(asked)
        rows.append(
            {
                "role": role,
                "program": program,
                "placebo_effect": effect,
                "placebo_ci_low": effect - half,
                "placebo_ci_high": effect + half,
                "placebo_p_value": p_value,
                "has_failed_placebo": bool(p_value < PLACEBO_P_THRESHOLD),
            }
        )
    columns = [
        "role",
        "program",
        "placebo_effect",
        "placebo_ci_low",
        "placebo_ci_high",
        "placebo_p_value",
        "has_failed_placebo",
    ]
    return pd.DataFrame(rows, columns=columns)


def _joint_p_value(asked: pd.DataFrame) -> float:
    """Return the p-value of all asked differences being zero; NaN where none can be asked."""
    from scipy.special import chdtrc

    questions = [question for question in QUESTIONS if question in asked.index]
    if not questions:
        return float("nan")
    difference = asked.loc[questions, "difference"].to_numpy(dtype=float)
    covariance = np.diag(asked.loc[questions, "variance"].to_numpy(dtype=float))
    if len(questions) == 2:
        covariance[0, 1] = covariance[1, 0] = float(asked["covariance"].iloc[0])
    wald = float(difference @ np.linalg.pinv(covariance) @ difference)
    return float(chdtrc(len(questions), wald))
