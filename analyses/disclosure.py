"""Disclosure control: the last step before results, and the only door to them.

A cell is hidden when too few people stand behind it, or when all or none of a small group share an
outcome. A hidden cell then takes company: in every family of cells that add up to a published
total, at least two are hidden and together they are no smaller than the threshold, so that no
subtraction gives one back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

# All or none of a group below this many times the threshold is hidden too.
UNANIMOUS_FACTOR = 2


def small_cells(
    people: pd.Series, numerator: pd.Series | None = None, *, minimum_group_size: int
) -> pd.Series:
    """Return which cells must be hidden for their own sake.

    Args:
        people: people behind each cell.
        numerator: people with the outcome, where the cell is a share.
        minimum_group_size: fewest people that may be shown.
    """
    hidden = people < minimum_group_size
    if numerator is None:
        return hidden
    is_unanimous = (numerator <= 0) | (numerator >= people)
    return hidden | (is_unanimous & (people < UNANIMOUS_FACTOR * minimum_group_size))


def with_complements(
    hidden: pd.Series,
    people: pd.Series,
    families: Iterable[pd.Series],
    *,
    minimum_group_size: int,
) -> pd.Series:
    """Return which cells must be hidden so that no hidden one can be computed from the others.

    Args:
        hidden: cells hidden for their own sake.
        people: people behind each cell.
        families: for each way in which cells add up to a total, the family each cell belongs to;
            missing where the cell belongs to none.
        minimum_group_size: fewest people that may be shown, and fewest that may be hidden together.
    """
    hidden = hidden.copy()
    kinds = [family for family in families if family.notna().any()]
    while True:
        added = pd.Index([])
        for family in kinds:
            added = added.union(_company(hidden, people, family, minimum_group_size))
        if added.empty:
            return hidden
        hidden.loc[added] = True


def _company(
    hidden: pd.Series, people: pd.Series, family: pd.Series, minimum_group_size: int
) -> pd.Index:
    """Return, for each family whose hidden cells could be computed, its smallest shown cell."""
    cells = pd.DataFrame({"family": family, "hidden": hidden, "people": people}).dropna(
        subset=["family"]
    )
    concealed = cells[cells["hidden"]].groupby("family")["people"].agg(["size", "sum"])
    is_exposed = (concealed["size"] < 2) | (concealed["sum"] < minimum_group_size)
    exposed = concealed.index[is_exposed.to_numpy(dtype=bool)]
    shown = cells[~cells["hidden"] & cells["family"].isin(exposed)]
    # A stable sort on position keeps the choice the same in every build.
    return shown.sort_values("people", kind="stable").drop_duplicates("family").index


def families_of(cells: pd.DataFrame, *, alike: Sequence[str], is_member: pd.Series) -> pd.Series:
    """Return a number for the family of each cell; missing for cells that are no member of one.

    Args:
        cells: one row per cell.
        alike: columns that the cells of one family share.
        is_member: which cells add up to another one; the rest are totals.
    """
    return cells.groupby(list(alike), sort=False, dropna=False).ngroup().where(is_member)


def blank(frame: pd.DataFrame, hidden: pd.Series, columns: Sequence[str]) -> pd.DataFrame:
    """Return the frame with the hidden rows' numbers empty and `is_suppressed` saying so."""
    blanked = frame.copy()
    blanked.loc[hidden, list(columns)] = np.nan
    blanked["is_suppressed"] = hidden.to_numpy(dtype=bool)
    return blanked
