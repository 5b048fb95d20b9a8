"""Levels of the balance that others give back: each shown difference counts as a known number.

A standardized difference is no count. But the comparison before matching is the same for every
program, and programs add up to all, so whoever knows their sizes solves for the people of a level.
"""

from __future__ import annotations

import pandas as pd

from analyses.attack.sums import PLACE

# What adds up, and from how many rows on: a level beside nobody is the whole, and a program beside
# none is all programs.
SUMS = (
    (["role", "program", "covariate", "edition"], 2),
    (["role", "covariate", "level", "edition"], 3),
)


def derived_levels(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the hidden levels that are what shown ones leave of a sum.

    Args:
        balance: rows of the result table, with `edition`.

    Returns one row each with `table`, `measure` and the columns of `PLACE`.
    """
    if balance.empty:
        return pd.DataFrame(columns=["table", "measure", *PLACE])
    is_hidden = balance["is_suppressed"].astype(bool)
    sums = []
    for columns, fewest in SUMS:
        group = balance.groupby(columns, sort=False).ngroup()
        sums.append((group, group.map(group.value_counts()) >= fewest))
    is_open, before = is_hidden, -1
    while is_open.sum() != before:
        before = is_open.sum()
        for group, is_sum in sums:
            is_open = is_open & ~(is_sum & is_open.groupby(group).transform("sum").eq(1))
    told = balance[is_hidden & ~is_open]
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
