"""Members that are too small to be published, together: which ones, and what they then count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

CELL = ["measure", "program", "population", "dimension", "member", "period_grain", "period_start"]
SUMS = ["numerator", "square_sum", "denominator", "people_n"]
OTHER = "Other ({n} groups)"
ROUNDING_ERROR = 1e-6
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class MemberTable:
    """People by program and member, and those of each program who are of no member."""

    members: tuple[str, ...]
    people: Floats
    rest: Floats


def merged_members(table: MemberTable, are_small: Callable[[Any], Any]) -> dict[str, str] | None:
    """Return the members that are merged, each with "" for its group; nothing where one is left.

    Args:
        table: the members.
        are_small: which numbers of people are too few to be published.
    """
    kept = list(np.argsort(table.people.sum(axis=0), kind="stable"))
    is_small = are_small(table.people).any(axis=0)
    other: list[int] = []
    while len(kept) > 1 or (kept and other):
        small = [member for member in kept if is_small[member]]
        together = table.rest + table.people[:, other].sum(axis=1)
        if not small and not are_small(together).any():
            break
        moved = small[0] if small else kept[0]
        kept.remove(moved)
        other.append(moved)
    if not kept or len(kept) + bool(other) < 2:
        return None
    return dict.fromkeys((table.members[member] for member in other), "")


def merged_cohorts(table: MemberTable, are_small: Callable[[Any], Any]) -> dict[str, str] | None:
    """Return the group of every cohort: quarters, or else runs of years; nothing where one is left.

    Args:
        table: the cohorts.
        are_small: which numbers of people are too few to be published.
    """
    by_quarter = _runs(table, _quarter, are_small)
    return _runs(table, _year, are_small) if by_quarter is None else by_quarter


def _quarter(cohort: str) -> str:
    return cohort.rsplit(" ", 1)[-1]


def _year(cohort: str) -> str:
    return _quarter(cohort)[:4]


def _runs(table: MemberTable, unit: Callable[[str], str], are_small: Any) -> dict[str, str] | None:
    """Return consecutive cohorts in groups that every program bears; none where only one is."""
    names, units = table.members, [unit(name) for name in table.members]
    runs: list[list[str]] = [[]]
    for one in sorted(set(units)):
        runs[-1].append(one)
        is_in = [own in runs[-1] for own in units]
        if not are_small(table.people[:, is_in].sum(axis=1)).any():
            runs.append([])
    if not runs[-1]:
        runs.pop()
    elif len(runs) > 1:
        # The newest, which is not over, stands with the one before.
        last = runs.pop()
        runs[-1] += last
    # Runs of quarters that are not over would give back what years tell.
    is_even = all(len(run) == 1 for run in runs[:-1])
    if len(runs) < 2 or (unit is _quarter and not is_even):
        return None
    label = {
        one: run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs for one in run
    }
    return {name: f"{name.rsplit(' ', 1)[0]} {label[unit(name)]}" for name in names}


def in_groups(own: pd.DataFrame, whole: pd.DataFrame, groups: Mapping[str, str]) -> pd.DataFrame:
    """Return cells with members in groups; those of group "" are what the whole has besides."""
    # What the whole has by a period that its members have none by is not left over by them.
    by = ["measure", "period_grain"]
    whole = whole[pd.MultiIndex.from_frame(whole[by]).isin(pd.MultiIndex.from_frame(own[by]))]
    merged = {member for member, group in groups.items() if group == ""}
    named = {member: group for member, group in groups.items() if group}
    kept = own[~own["member"].isin(merged)]
    if named:
        kept = kept.assign(member=kept["member"].map(named).fillna(kept["member"]))
        # A cohort's time begins when its first part does.
        kept["period_start"] = kept.groupby(
            [c for c in CELL if c != "period_start"]
            + [
                kept["period_grain"].eq("all"),
                kept["period_start"].where(kept["period_grain"].ne("all")),
            ],
            dropna=False,
        )["period_start"].transform("min")
        kept = _added(kept, [*CELL, "unit", "estimator", "people", "kind"])
    if not merged:
        return kept
    keys = ["measure", "program", "period_grain", "period_start"]
    starts = whole["period_start"].mask(whole["period_grain"].eq("all"))
    parts = kept.assign(period_start=kept["period_start"].mask(kept["period_grain"].eq("all")))
    sums = parts.groupby(keys, dropna=False)[SUMS[:3]].sum().reset_index()
    rest = whole.assign(start=whole["period_start"], period_start=starts).merge(
        sums, on=keys, how="left", suffixes=("", "_kept")
    )
    for name in SUMS[:3]:
        rest[name] = (rest[name] - rest[f"{name}_kept"].fillna(0)).clip(
            lower=None if name == "numerator" else 0
        )
    # People may be rows of several members; no fewer than those of the largest one.
    small = own[own["member"].isin(merged)]
    small = small.assign(period_start=small["period_start"].mask(small["period_grain"].eq("all")))
    largest = small.groupby(keys, dropna=False)["people_n"].max().rename("most").reset_index()
    rest = rest.merge(largest, on=keys, how="left")
    is_row_each = (
        rest["people_n"] - rest["denominator"] - rest["denominator_kept"].fillna(0)
    ).abs()
    rest["people_n"] = rest["denominator"].where(
        is_row_each < ROUNDING_ERROR, rest["most"].fillna(0)
    )
    rest = rest[rest["denominator"] > ROUNDING_ERROR].assign(
        dimension=own["dimension"].iloc[0],
        member=OTHER.format(n=len(merged)),
        kind=own["kind"].iloc[0],
    )
    rest["period_start"] = rest["start"]
    return pd.concat([kept, rest[list(own.columns)]], ignore_index=True)


def _added(cells: pd.DataFrame, keys: Iterable[str]) -> pd.DataFrame:
    names = list(keys)
    columns = [column for column in cells.columns if column in {*names, *SUMS}]
    sums = cells.groupby(names, dropna=False, sort=False)[SUMS].sum(min_count=1)
    return sums.reset_index()[columns]
