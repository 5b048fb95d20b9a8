"""Are the arms alike in what was known before? Standardized differences, before and after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.disclosure import blank, smallest_together
from analyses.verdicts import CHANCE_STANDARD_ERRORS


def balance_table(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.DataFrame:
    """Return the result table `balance`, one row per covariate level.

    Args:
        cells: rows of `rpt_balance__by_covariate`.
        minimum_group_size: fewest mentored people behind a shown level.

    A difference of shares is divided by the standard deviation among the mentored, which matching
    leaves alone; where nobody or everybody mentored is at the level, by the comparison's.
    """
    table = standardized(cells)
    by_covariate = table.groupby(["role", "program", "covariate"])["treated_before"]
    hidden = by_covariate.transform(smallest_together, minimum_group_size).astype(bool)
    # With all their digits, the differences of a few levels give the levels' shares back.
    table[["smd_before", "smd_after"]] = table[["smd_before", "smd_after"]].round(2)
    table = blank(table, hidden, ["smd_before", "smd_after"])
    table["level"] = table["covariate_level"]
    return table[
        ["role", "program", "covariate", "level", "smd_before", "smd_after", "is_suppressed"]
    ]


def standardized(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with `smd_before` and `smd_after`, before disclosure control."""
    table = cells.sort_values(
        ["role", "program", "covariate", "covariate_level"], kind="stable", ignore_index=True
    )
    by_covariate = table.groupby(["role", "program", "covariate"])
    share = {
        column: table[column] / by_covariate[column].transform("sum")
        for column in ("treated_before", "treated_after", "control_before", "control_after")
    }
    spread = np.sqrt(share["treated_before"] * (1 - share["treated_before"]))
    fallback = np.sqrt(share["control_before"] * (1 - share["control_before"]))
    spread = spread.where(spread > 0, fallback)
    for when in ("before", "after"):
        difference = share[f"treated_{when}"] - share[f"control_{when}"]
        # Two shares of nothing differ by nothing.
        table[f"smd_{when}"] = (difference / spread).where(spread > 0, difference)
    return table


def largest_differences(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the largest absolute difference after matching, per role and program."""
    table = standardized(cells)
    largest = table["smd_after"].abs().groupby([table["role"], table["program"]]).max()
    return largest.rename("max_abs_smd").reset_index()


def chance_difference(matched_treated_n: pd.Series, control_ess: pd.Series) -> pd.Series:
    """Return the largest standardized difference that chance gives groups of this size."""
    spread: pd.Series = np.sqrt(1 / matched_treated_n + 1 / control_ess)
    return CHANCE_STANDARD_ERRORS * spread
