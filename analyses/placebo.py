"""Questions that mentoring cannot have answered: the same people and arms, looking backwards."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.intervals import normal_critical_value
from analyses.verdicts import PLACEBO_P_THRESHOLD

PROMOTION, RATING = "prior_promotion", "prior_rating"
# What each question is about, as pages say it.
QUESTIONS = {PROMOTION: "earlier promotions", RATING: "earlier ratings"}
COLUMNS = [
    "role",
    "program",
    "placebo_effect",
    "placebo_ci_low",
    "placebo_ci_high",
    "placebo_p_value",
    "placebo_questions",
    "placebo_se",
    "has_failed_placebo",
]


def placebo_tests(
    cells: pd.DataFrame, *, confidence: float, minimum_group_size: int
) -> pd.DataFrame:
    """Return one row per role and program with the placebo's effect, interval and p-value.

    Args:
        cells: rows of `rpt_placebos__by_program`.
        confidence: for example 0.95.
        minimum_group_size: fewest people in an arm that can be asked about.

    Columns: `placebo_effect`, its standard error and its interval are the yearly difference in
    earlier promotions; `placebo_questions` says what could be asked. Earlier promotions fail
    one-sided, because those who rose before are the ones who rise again, and earlier ratings
    two-sided at half of that; `placebo_p_value` is the smaller of the one and of twice the other,
    so that it fails below one threshold.
    """
    z = normal_critical_value(confidence=confidence)
    rows = []
    for (role, program), group in cells.groupby(["role", "program"], sort=True):
        asked = group[
            (group["treated_n"] >= minimum_group_size)
            & (group["control_n"] >= minimum_group_size)
            & (group["variance"] > 0)
        ].set_index("question")
        difference = asked["difference"].reindex(list(QUESTIONS)).astype(float)
        se = np.sqrt(asked["variance"].reindex(list(QUESTIONS)).astype(float))
        p_value = _p_value(difference / se)
        effect, half = difference[PROMOTION], z * se[PROMOTION]
        rows.append(
            {
                "role": role,
                "program": program,
                "placebo_effect": effect,
                "placebo_ci_low": effect - half,
                "placebo_ci_high": effect + half,
                "placebo_p_value": p_value,
                "placebo_questions": " and ".join(
                    words for question, words in QUESTIONS.items() if question in asked.index
                ),
                "placebo_se": se[PROMOTION],
                "has_failed_placebo": bool(p_value < PLACEBO_P_THRESHOLD),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def vetoes(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.DataFrame:
    """Return one row per role with the p-value of the veto, and whether it has failed.

    Turned-down applicants against people who did not apply, over the declared outcomes together and
    one-sided: the sum of the standardized differences, divided by its own standard error.

    Args:
        cells: rows of `rpt_vetoes__by_role`.
        minimum_group_size: fewest people in either group that can be asked about.

    Source: O'Brien, Biometrics 40 (1984) 1079-1087.
    """
    from scipy.special import ndtr

    is_asked = (
        (cells["turned_down_n"] >= minimum_group_size)
        & (cells["control_n"] >= minimum_group_size)
        & (cells["z_variance"] > 0)
    )
    z = (cells["z_sum"] / np.sqrt(cells["z_variance"])).astype(float).where(is_asked)
    p_value = pd.Series(ndtr(-z), index=cells.index)
    return pd.DataFrame(
        {
            "role": cells["role"],
            "veto_p_value": p_value,
            "has_failed_veto": p_value < PLACEBO_P_THRESHOLD,
        }
    )


def _p_value(z: pd.Series) -> float:
    """Return the p-value of what could be asked; NaN where nothing could."""
    from scipy.special import ndtr

    found = [ndtr(-z[PROMOTION]), 2 * 2 * ndtr(-abs(z[RATING]))]
    asked = [value for value in found if not np.isnan(value)]
    return float(min(1.0, *asked)) if asked else float("nan")
