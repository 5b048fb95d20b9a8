"""What was released before, beside what is planned now: nobody may be told by a difference.

Whoever holds two releases subtracts one from the other. So a number moves only when many people
make it move: otherwise the one that was released stands, until more has changed.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from analyses.publishing import CELL, SUMS

CUT = ["people", "population", "kind", "dimension"]
# What a single person can add to a numerator, by estimator.
SPANS = {"share": 1.0, "rate": 1.0, "mean": 4.0, "nps": 200.0}
PLACE = ["program", "member"]
ERROR = 1e-6


def beside_released(
    cells: pd.DataFrame, released: pd.DataFrame | None, *, needed: int
) -> pd.DataFrame:
    """Return the cells that may be published after those that were.

    Args:
        cells: planned cells.
        released: the cells of the release before, as this function returned them.
        needed: fewest people whose coming, going or changing may be seen.

    A period that is over keeps its number, and the whole time counts its people as they were then,
    so that periods and whole time still add up. Where the whole time itself would move by too few,
    or members were merged in another way, the cut stands as it was released.
    """
    if released is None or released.empty:
        return cells
    kept = []
    before = dict(list(released.groupby(CUT, sort=False)))
    for cut, own in cells.groupby(CUT, sort=False):
        old = before.get(cut)
        kept.append(own if old is None else _beside(own, old, needed))
    result = pd.concat(kept, ignore_index=True)[list(cells.columns)]
    return result.assign(is_small=result["people_n"] < needed)


def _beside(own: pd.DataFrame, old: pd.DataFrame, needed: int) -> pd.DataFrame:
    pairs = _pairs(own, old)
    is_few = _moves_by_few(pairs, needed)
    is_whole = pairs["period_grain"].eq("all")
    frozen = pairs[is_few & ~is_whole]
    settled = _with_people_as_then(own, frozen)
    whole_moves = _moves_by_few(_pairs(settled, old), needed) & is_whole
    if whole_moves.any() or _regrouped_by_few(settled, old, needed):
        return old
    return settled


def _regrouped_by_few(own: pd.DataFrame, old: pd.DataFrame, needed: int) -> bool:
    """Return whether groups that are new hold nearly the people of those that are gone."""
    sums = []
    for cells, others in ((own, old), (old, own)):
        whole = cells[cells["period_grain"].eq("all")]
        known = pd.MultiIndex.from_frame(others.loc[others["period_grain"].eq("all"), PLACE])
        alone = whole[~pd.MultiIndex.from_frame(whole[PLACE]).isin(known)]
        sums.append(alone.groupby(["measure", "estimator"])[SUMS].sum())
    both = (
        sums[0]
        .reset_index()
        .merge(sums[1].reset_index(), on=["measure", "estimator"], suffixes=("", "_old"))
    )
    return bool(len(both) and _moves_by_few(both, needed).any())


def _pairs(own: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of both releases, side by side; `row` is where they are in the new one."""
    new = own.assign(row=own.index)
    # The whole time of participants begins when its first part does; of the workforce, it moves on.
    if not own["population"].eq("workforce").all():
        new, old = (
            part.assign(period_start=part["period_start"].mask(part["period_grain"].eq("all")))
            for part in (new, old)
        )
    return new.merge(old[[*CELL, *SUMS]], on=CELL, suffixes=("", "_old"))


def _moves_by_few(pairs: pd.DataFrame, needed: int) -> pd.Series:
    """Return which cells differ, but by too few people for it to be seen."""
    span = pairs["estimator"].map(SPANS).fillna(1.0)
    moved = {
        name: (pairs[name].astype(float) - pairs[f"{name}_old"].astype(float)).abs().fillna(0)
        for name in SUMS
    }
    differs = np.any([moved[name] > ERROR for name in SUMS], axis=0)
    is_seen = (moved["people_n"] >= needed) | (moved["numerator"] >= needed * span)
    return pd.Series(differs & ~is_seen, index=pairs.index)


def _with_people_as_then(own: pd.DataFrame, frozen: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with frozen periods as they were, counted so in the whole time, too."""
    if frozen.empty:
        return own
    own = own.copy()
    own[SUMS] = own[SUMS].astype(float)
    own.loc[frozen["row"], SUMS] = frozen[[f"{name}_old" for name in SUMS]].to_numpy(dtype=float)
    whole = own["period_grain"].eq("all") & own["population"].ne("workforce")
    published = set(own["period_grain"])
    finest_grain = next(grain for grain in ("month", "quarter", "year") if grain in published)
    finest = frozen[frozen["period_grain"].eq(finest_grain)]
    keys = ["measure", *PLACE]
    for name in SUMS:
        more = finest[f"{name}_old"].astype(float) - finest[name].astype(float)
        added = more.groupby([finest[key] for key in keys]).sum()
        by_row = pd.MultiIndex.from_frame(own.loc[whole, keys])
        sums = own.loc[whole, name].to_numpy(dtype=float)
        own.loc[whole, name] = sums + added.reindex(by_row).fillna(0).to_numpy()
    return own


def read_released(path: Path) -> pd.DataFrame | None:
    """Return the cells of the release before; nothing where there was none."""
    if not path.exists():
        return None
    with duckdb.connect() as connection:
        return connection.read_parquet(str(path)).df()


def write_released(cells: pd.DataFrame, path: Path) -> None:
    """Keep the cells of this release, readable by nobody else.

    Args:
        cells: the cells as counted; none has a row per person.
        path: where to; replaced as a whole.
    """
    staged = path.with_suffix(".new")
    staged.touch(mode=0o600)
    with duckdb.connect() as connection:
        connection.from_df(cells).write_parquet(str(staged))
    staged.chmod(0o600)
    staged.replace(path)
