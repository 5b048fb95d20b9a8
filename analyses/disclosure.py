"""Disclosure control: which numbers are hidden, of those that the publishing plan has.

A number is hidden when too few people stand behind it. Sums that would give it back are not
published, or not with counts; where parts of a whole are published all the same, the small ones
are hidden together with the next.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

# All or none of a group below this many times the threshold is hidden too.
UNANIMOUS_FACTOR = 2
ALL_OR_NONE = 1e-9
# Why a cell is hidden.
SMALL = "small group"


def is_all_or_none(shares: pd.Series) -> pd.Series:
    """Return which shares are those of nobody or of everybody, as far as sums are exact."""
    return (shares <= ALL_OR_NONE) | (shares >= 1 - ALL_OR_NONE)


def is_easily_unanimous(people: pd.Series, minimum_group_size: int) -> pd.Series:
    """Return which groups are so small that all or none of them tells about each of them."""
    return people < UNANIMOUS_FACTOR * minimum_group_size


def smallest_together(people: pd.Series, minimum_group_size: int) -> pd.Series:
    """Return which parts of a whole are hidden: small ones, and the next until they are many.

    At least two are hidden where one is, and together they are twice the threshold, so that what
    is left of the whole narrows none of them; where there are no more, all parts are hidden.

    Args:
        people: people in each part; a part without people tells of nobody.
        minimum_group_size: fewest people that may be shown.
    """
    ordered = people[people > 0].sort_values(kind="stable")
    is_small = ordered < minimum_group_size
    before = ordered.cumsum() - ordered
    hidden = is_small | (before < UNANIMOUS_FACTOR * minimum_group_size)
    return (hidden & is_small.any()).reindex(people.index, fill_value=False)


def bears_counts(
    parts: pd.Series, people: pd.Series, groups: Sequence[pd.Series], *, minimum: int
) -> pd.Series:
    """Return which parts may be published with counts: where no part of their group is too small.

    Where one is, the counts of the others would give it back.

    Args:
        parts: which rows are parts of something that is published, too.
        people: people behind each row.
        groups: columns that the parts of one whole share.
        minimum: fewest people that a part must have, unless it has none.
    """
    is_small = parts & (people > 0) & (people < minimum)
    return parts & ~is_small.groupby(list(groups)).transform("any")


def thin_months(curves: pd.DataFrame, *, minimum_group_size: int) -> pd.Series:
    """Return which months of curves must be hidden for their own sake.

    Few are still followed, or nothing (or everything) has happened to a group so small that this
    tells about each of them. Month 0, where every curve starts, tells nothing.

    Args:
        curves: one row per curve and month, with `month`, `value` and `at_risk_n`.
        minimum_group_size: fewest people at risk that may be shown.
    """
    people = curves["at_risk_n"]
    is_unanimous = curves["month"].gt(0) & is_all_or_none(curves["value"])
    return (people < minimum_group_size) | (
        is_unanimous & is_easily_unanimous(people, minimum_group_size)
    )


def blank(frame: pd.DataFrame, hidden: pd.Series, columns: Sequence[str]) -> pd.DataFrame:
    """Return the frame with the hidden rows' numbers empty and `is_suppressed` saying so."""
    blanked = frame.copy()
    blanked.loc[hidden, list(columns)] = np.nan
    blanked["is_suppressed"] = hidden.to_numpy(dtype=bool)
    return blanked
