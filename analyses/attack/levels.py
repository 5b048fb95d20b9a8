"""Levels of the balance that others give back: each shown difference counts as a known number.

A standardized difference is no count. But the comparison before matching is the same for every
program, and programs add up to all, so whoever knows their sizes solves for the people of a level.
"""

from __future__ import annotations

import pandas as pd

from analyses.attack.sums import PLACE

LEVELS = ["role", "program", "covariate", "edition"]
PROGRAMS = ["role", "covariate", "level", "edition"]
# A level beside nobody is the whole; a program beside none is all programs.
FEWEST = {"levels": 2, "programs": 3}


def derived_levels(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the hidden levels that are what shown ones leave of a sum.

    Args:
        balance: rows of the result table, with `edition`.

    Returns one row each with `table`, `measure` and the columns of `PLACE`.
    """
    if balance.empty:
        return pd.DataFrame(columns=["table", "measure", *PLACE])
    is_open = balance["is_suppressed"].astype(bool)
    sums = [
        balance.groupby(columns, sort=False).ngroup()
        for columns in (LEVELS, PROGRAMS)
    ]  # fmt: skip
    is_sum = [
        group.map(group.value_counts()) >= fewest
        for group, fewest in zip(sums, FEWEST.values(), strict=True)
    ]
    before = -1
    while is_open.sum() != before:
        before = is_open.sum()
        for group, holds in zip(sums, is_sum, strict=True):
            is_open &= ~(holds & is_open.groupby(group).transform("sum").eq(1))
    told = balance[balance["is_suppressed"].astype(bool) & ~is_open]
    return pd.DataFrame(
        {
            "table": "balance",
            "measure": "mentored people",
            "population": told["role"],
            "program": told["program"],
            "dimension": told["covariate"],
            "member": told["level"].astype(str),
            "period_grain": "all",
            "period_start": pd.NaT,
        }
    )
