"""Are the arms alike in what was known before? Standardized differences, before and after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.disclosure import bears_counts, blank, smallest_together
from analyses.rounding import coarse
from analyses.verdicts import CHANCE_STANDARD_ERRORS


def balance_table(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.DataFrame:
    """Return the result table `balance`, one row per covariate level.

    Args:
        cells: rows of `rpt_balance__by_covariate`.
        minimum_group_size: fewest mentored people behind a shown level: that of effects.

    Whoever knows the sizes of programs solves a level's differences for its people: the comparison
    is the same for every program, and programs add up to all. So a level counts as if its people
    were printed. In each program a covariate is shown where every program bears all of its levels.

    A difference of shares is divided by the standard deviation among the mentored before matching,
    or by the pooled one where that is larger: where hardly anybody mentored is at a level, theirs
    alone would make any difference there look large. Two shares of nothing differ by nothing.
    """
    table = standardized(cells)
    people = table["treated_before"]
    covariate = [table[name] for name in ("role", "program", "covariate")]
    by_covariate = people.groupby(covariate)
    hidden = by_covariate.transform(smallest_together, minimum_group_size).astype(bool)
    # Nobody at all other levels says that all of a few are at one.
    hidden |= ~(people.gt(0) & ~hidden).groupby(covariate).transform("any")
    of_program = table["program"].ne("all")
    hidden |= of_program & ~bears_counts(
        of_program, people, [table["role"], table["covariate"]], minimum=minimum_group_size
    )
    # With all their digits, the differences of a few levels give the levels' shares back.
    for name in ("smd_before", "smd_after"):
        table[name] = coarse(table[name], 0.01)
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
    variance = {column: part * (1 - part) for column, part in share.items()}
    for when in ("before", "after"):
        pooled = (variance["treated_before"] + variance[f"control_{when}"]) / 2
        spread = np.sqrt(np.maximum(variance["treated_before"], pooled))
        difference = share[f"treated_{when}"] - share[f"control_{when}"]
        table[f"smd_{when}"] = (difference / spread).where(spread > 0, difference)
    return table


def largest_differences(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the largest absolute difference after matching, per role and program.

    Columns: `max_abs_smd`, and `levels_n`, the levels among which it is the largest.
    """
    table = standardized(cells)
    by_program = table["smd_after"].abs().groupby([table["role"], table["program"]])
    return by_program.agg(max_abs_smd="max", levels_n="count").reset_index()


def chance_difference(
    matched_treated_n: pd.Series, control_ess: pd.Series, levels_n: pd.Series
) -> pd.Series:
    """Return the largest standardized difference that chance gives groups of this size.

    Args:
        matched_treated_n: mentored people who are compared.
        control_ess: people the comparison is worth.
        levels_n: levels that are looked at; among many, chance makes one the largest.

    Source of the allowance: Bonferroni.
    """
    from scipy.special import ndtr, ndtri

    spread = np.sqrt(1 / matched_treated_n + 1 / control_ess)
    each = ndtr(-CHANCE_STANDARD_ERRORS) / levels_n.astype(float).clip(lower=1)
    found: pd.Series = -ndtri(each) * spread
    return found
