"""Periods that are over: the next release counts them as the last one did.

A correction that moves a published cell of such a period by few people would tell of them. Then
all closed periods of these people stay as they were counted, by every cut alike, and longer
periods and the whole time count them so: everything still adds up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analyses.editions import moves_by_few
from analyses.evidence import of_cells
from analyses.merging import SUMS
from analyses.periods import GRAINS, MONTHS, starts_of

PLACE = ["measure", "program", "dimension", "member"]
PERIOD = [*PLACE, "period_grain", "period_start"]
ERROR = 1e-6


def settled_cells(
    cells: pd.DataFrame,
    before: pd.DataFrame | None,
    published: pd.DataFrame | None,
    *,
    people: Mapping[str, str],
    needed: int,
    as_of: dt.date | None,
) -> pd.DataFrame:
    """Return the counted cells with closed periods as they may be counted.

    Args:
        cells: rows of `rpt_metrics__by_period`.
        before: what this function returned for the last release.
        published: the cells that the last release has.
        people: by measure, who is counted.
        needed: fewest people whose change may be seen.
        as_of: the day up to which this release counts.
    """
    named = cells["measure"].map(people)
    cells = cells.assign(
        people=named.where(named.notna(), cells["measure"]).astype(str),
        counted_until=pd.Timestamp(as_of) if as_of else pd.NaT,
    )
    cells[SUMS] = cells[SUMS].astype(float)
    cells["period_start"] = cells["period_start"].astype("datetime64[us]")
    if before is None or before.empty or published is None:
        return cells
    before, published = (
        frame.assign(period_start=frame["period_start"].astype("datetime64[us]"))
        for frame in (before, published)
    )
    old = dict(list(before.groupby(["people", "population"], sort=False)))
    shown = dict(list(published.groupby(["people", "population"], sort=False)))
    found = []
    for family, own in cells.groupby(["people", "population"], sort=False):
        if family not in old or family not in shown:
            found.append(own)
            continue
        changed = _changed(own, old[family])
        keys = pd.MultiIndex.from_frame(shown[family][PERIOD])
        is_shown = pd.MultiIndex.from_frame(changed[PERIOD]).isin(keys)
        is_few = is_shown.any() and moves_by_few(_evidence(changed[is_shown]), needed).any()
        as_then = _medians_as_then if own["estimator"].eq("median").any() else _as_then
        found.append(as_then(own, changed, old[family]) if is_few else own)
    return pd.concat(found, ignore_index=True)


def _changed(own: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of closed periods that differ, with what they were."""
    columns = [*PERIOD, "unit", "estimator"]
    until = old["counted_until"].iloc[0]
    pairs = own[own["period_grain"].ne("all")][[*columns, *SUMS]].merge(
        old[old["period_grain"].ne("all")][[*columns, *SUMS]],
        on=columns, how="outer", suffixes=("", "_old"),
    )  # fmt: skip
    ends = pairs["period_start"].to_numpy().astype("datetime64[M]") + pairs["period_grain"].map(
        MONTHS
    ).to_numpy(dtype="timedelta64[M]")
    # A period that was not listed was not over for these people: they were still being followed.
    last = old.groupby(["measure", "period_grain"])["period_start"].max()
    of_row = last.reindex(pd.MultiIndex.from_frame(pairs[["measure", "period_grain"]]))
    was_listed = pairs["period_start"].to_numpy() <= of_row.to_numpy()
    is_closed = (ends.astype("datetime64[ns]") <= np.datetime64(until)) & was_listed
    pairs = pairs[is_closed]
    for name in SUMS:
        # What has no sum of squares has none in either.
        nothing = pairs[name].isna() & pairs[f"{name}_old"].isna()
        for column in (name, f"{name}_old"):
            pairs[column] = pairs[column].fillna(0.0).mask(nothing)
    moved = [(pairs[name] - pairs[f"{name}_old"]).abs() > ERROR for name in SUMS]
    return pairs[np.any(moved, axis=0)]


def _evidence(changed: pd.DataFrame) -> pd.DataFrame:
    old = changed.drop(columns=SUMS).rename(columns={f"{name}_old": name for name in SUMS})
    now, then = (of_cells(frame) for frame in (changed, old))
    then = then.add_suffix("_old")
    pairs = pd.concat([now.drop(columns="is_each"), then], axis=1)
    return pairs.assign(is_each=now["is_each"] & then["is_each_old"])


def _medians_as_then(own: pd.DataFrame, changed: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with those of closed periods, and of the whole time, that were released.

    The whole time cannot count others in: no two medians make one.
    """
    told = pd.MultiIndex.from_frame(changed[PERIOD])

    def stand(cells: pd.DataFrame) -> pd.Series:
        is_told = pd.MultiIndex.from_frame(cells[PERIOD]).isin(told)
        return cells["period_grain"].eq("all") | is_told

    return pd.concat([own[~stand(own)], old[stand(old)]], ignore_index=True)[list(own.columns)]


def _as_then(own: pd.DataFrame, changed: pd.DataFrame, _old: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with closed periods as they were, and longer ones that count them so."""
    meta = ["people", "population", "counted_until"]
    back = changed[[*PERIOD, "unit", "estimator"]].copy()
    for name in SUMS:
        back[name] = changed[f"{name}_old"] - changed[name]
    parts = [back]
    if not own["population"].eq("workforce").all():
        months = back[back["period_grain"].eq("month")]
        told = pd.MultiIndex.from_frame(changed[["measure", "period_grain", "period_start"]])
        listed = own[["measure", "period_grain", "period_start"]].drop_duplicates()
        open_ = listed[~pd.MultiIndex.from_frame(listed).isin(told)]
        for grain in GRAINS[1:]:
            starts = starts_of(months["period_start"], grain)
            longer = months.assign(period_grain=grain, period_start=starts)
            parts.append(longer.merge(open_, on=["measure", "period_grain", "period_start"]))
        parts.append(months.assign(period_grain="all", period_start=pd.NaT))
    begins = own[own["period_grain"].eq("all")].groupby(PLACE)["period_start"].first()
    rows = pd.concat([own.drop(columns=meta), *parts], ignore_index=True)
    rows["period_start"] = rows["period_start"].mask(rows["period_grain"].eq("all"))
    sums = rows.groupby([*PERIOD, "unit", "estimator"], dropna=False, sort=False)[SUMS]
    result = sums.sum(min_count=1).reset_index()
    whole = result["period_grain"].eq("all")
    own_begin = begins.reindex(pd.MultiIndex.from_frame(result.loc[whole, PLACE])).to_numpy()
    result.loc[whole, "period_start"] = own_begin
    result["period_start"] = result["period_start"].fillna(begins.min())
    result["people_n"] = result["people_n"].clip(lower=0)
    result = result[result["denominator"] > ERROR]
    result = result.assign(**{name: own[name].iloc[0] for name in meta})
    return result.reindex(columns=own.columns)
