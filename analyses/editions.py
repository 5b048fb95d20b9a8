"""Which numbers of a release are new, and which stand as they were released.

Whoever holds two releases subtracts one from the other. So a number moves only when many people
move it. Numbers that add up stand or move together, as a block; the blocks of one root move only
in an edition in which the root is new, too, because they add up to it. What stands says since
when: it has the edition and the `as_of` with which it was released.

Every table that counts people passes here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analyses.disclosure import blank
from analyses.released import Edition, Released
from analyses.results import TABLES, uneditioned

# What shows how many people moved a row: people, and what is counted of them. `events` are those
# of whom each is another person (where `is_each` says so); the others only show that there is
# something that has changed.
EVIDENCE = {"persons": ("events", "squares", "rows"), "more_persons": ("more_events",)}
COUNTED = [*EVIDENCE, *(name for names in EVIDENCE.values() for name in names)]
LEDGER = ["key", "block", "root", "bundle", "regroups", "is_shown", "is_each", *COUNTED]
ERROR = 1e-6


def with_evidence(
    frame: pd.DataFrame,
    *,
    key: Any,
    block: Any,
    root: Any,
    is_shown: Any,
    bundle: Any = None,
    regroups: Any = "",
    is_each: Any = True,
    **counted: Any,
) -> pd.DataFrame:
    """Return rows with what decides whether they may move.

    Args:
        frame: rows of a release.
        key: what tells a row apart, in every release.
        block: rows that stand or move together.
        root: the block that this one adds up to; its own name where it adds up to none.
        is_shown: whether the row has numbers.
        bundle: rows of a block that keep their numbers only together, such as the months of a
            curve; each row alone, where not given.
        regroups: rows that may be regrouped among each other; "" where they may not.
        is_each: whether each of the `events` is another person.
        counted: columns of `EVIDENCE`, as counted before anything was hidden.
    """
    if taken := set(LEDGER) & set(frame.columns):
        raise ValueError(f"columns of evidence that rows have themselves: {sorted(taken)}")
    given = {name: pd.Series(counted.get(name, np.nan), frame.index) for name in COUNTED}
    return frame.assign(
        key=key, block=block, root=root, bundle=key if bundle is None else bundle,
        regroups=regroups, is_shown=is_shown, is_each=is_each,
        **{name: column.astype(float).fillna(0.0) for name, column in given.items()},
    )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """The tables of a release beside the one before.

    Attributes:
        tables: rows with `edition_number` and `as_of`, and the columns of `LEDGER`.
        stood: roots that stand as they were released.
    """

    tables: Mapping[str, pd.DataFrame]
    stood: frozenset[str]


def beside_released(
    tables: Mapping[str, pd.DataFrame],
    released: Released | None,
    *,
    edition: Edition,
    needed: int,
    held: Collection[str] = (),
) -> Standing:
    """Return the tables with every row as it may be published after what was.

    Args:
        tables: rows with evidence, by table.
        released: the release before; none where there was none.
        edition: of what is new.
        needed: fewest people whose coming, going or changing may be seen.
        held: roots that must not move, whatever has moved them.
    """
    before = {} if released is None else released.tables
    is_same_method = released is not None and released.edition.made_by == edition.made_by
    moves = {name: _moves(rows, before.get(name), needed) for name, rows in tables.items()}
    blocks = _blocks(moves, before, held, is_same_method=is_same_method)
    found = {}
    for name, rows in tables.items():
        found[name] = _placed(name, rows, before.get(name), moves[name], blocks, edition,
                              is_same_method=is_same_method)  # fmt: skip
    return Standing(found, frozenset(blocks.index[blocks["root_stands"] & blocks["is_root"]]))


def moves_by_few(pairs: pd.DataFrame, needed: int) -> pd.Series:
    """Return which rows differ from the earlier ones, but by too few people for it to be seen.

    Args:
        pairs: columns of `EVIDENCE` and, ending in `_old`, the earlier ones.
        needed: fewest people whose change may be seen.
    """
    is_few = np.zeros(len(pairs), dtype=bool)
    for people, parts in EVIDENCE.items():
        moved = {name: (pairs[name] - pairs[f"{name}_old"]).abs() for name in (people, *parts)}
        differs = np.any([column > ERROR for column in moved.values()], axis=0)
        is_proof = pairs["is_each"].astype(bool)
        is_seen = (moved[people] > needed - ERROR) | (is_proof & (moved[parts[0]] > needed - ERROR))
        is_few |= differs & ~is_seen.to_numpy(dtype=bool)
    return pd.Series(is_few, index=pairs.index)


def _moves(rows: pd.DataFrame, before: pd.DataFrame | None, needed: int) -> pd.DataFrame:
    """Return how each row moves: by few, at all, or because it was not there or not shown."""
    moves = rows[["block", "root", "bundle"]].assign(is_few=False, has_moved=True, is_known=False)
    if before is None or before.empty:
        return moves
    shown = before.loc[before["is_shown"].astype(bool), ["key", *COUNTED]]
    pairs = rows[["key", "is_each", *COUNTED]].merge(
        shown, on="key", how="left", suffixes=("", "_old"), indicator=True
    )
    is_known = pairs["_merge"].eq("both").to_numpy()
    differs = np.any([(pairs[name] - pairs[f"{name}_old"]).abs() > ERROR for name in COUNTED],
                     axis=0)  # fmt: skip
    was_hidden = rows["key"].isin(set(before["key"])) & ~rows["is_shown"].astype(bool)
    moves["is_known"] = is_known
    moves["is_few"] = is_known & moves_by_few(pairs, needed).to_numpy()
    moves["has_moved"] = np.where(is_known, differs, ~was_hidden)
    # A small row that comes or goes tells of those in it, hidden as it is.
    alone = pd.concat(
        [
            rows[~rows["key"].isin(set(before["key"])) & rows["block"].isin(set(before["block"]))],
            before[~before["key"].isin(set(rows["key"]))],
        ]
    )
    is_small = alone["persons"].between(ERROR, needed - ERROR)
    few = _regrouped_by_few(rows, before, needed) | set(alone.loc[is_small, "block"])
    moves["is_few"] |= moves["block"].isin(few)
    return moves


def _regrouped_by_few(rows: pd.DataFrame, before: pd.DataFrame, needed: int) -> set[str]:
    """Return the blocks in which groups that are new hold nearly the people of those that went."""
    sums = []
    for own, others in ((rows, before), (before, rows)):
        alone = own[own["regroups"].ne("") & ~own["key"].isin(set(others["key"]))]
        sums.append(alone.groupby(["block", "regroups"])[COUNTED].sum())
    both = sums[0].merge(sums[1], left_index=True, right_index=True, suffixes=("", "_old"))
    both["is_each"] = True
    return {str(block) for block, _ in both.index[moves_by_few(both, needed)]}


def _blocks(
    moves: Mapping[str, pd.DataFrame],
    before: Mapping[str, pd.DataFrame],
    held: Collection[str],
    *,
    is_same_method: bool,
) -> pd.DataFrame:
    """Return, by block, whether it stands, and whether it is not published at all."""
    rows = pd.concat(moves.values())
    blocks = rows.groupby("block").agg(
        root=("root", "first"), is_few=("is_few", "any"), has_moved=("has_moved", "any")
    )
    # A row that one person made large enough to be published is no reason to publish it: known
    # rows must have moved.
    known_rows = rows[rows["is_known"].astype(bool)]
    has_moved = known_rows.groupby("block")["has_moved"].any()
    blocks["has_moved"] = has_moved.reindex(blocks.index).fillna(blocks["has_moved"]).astype(bool)
    known = [frame[["block", "root"]] for frame in before.values() if len(frame)]
    old = (pd.concat(known) if known else rows[["block", "root"]].iloc[:0]).drop_duplicates("block")
    old = old.set_index("block")["root"]
    blocks = blocks.reindex(blocks.index.union(old.index))
    blocks["root"] = blocks["root"].fillna(old)
    blocks["is_new"], blocks["was"] = blocks["is_few"].notna(), blocks.index.isin(old.index)
    blocks["is_few"] = blocks["is_few"].eq(True)
    blocks["is_root"] = blocks["root"].eq(blocks.index)
    # A root that is gone stands, so that nothing new adds up to it.
    cannot = (
        blocks["is_few"] | blocks["root"].isin(list(held)) | (blocks["was"] & ~blocks["is_new"])
    )
    # Nor does anything new add up to a root that is as it was: it would be of another edition.
    is_idle = blocks["was"] & blocks["has_moved"].eq(False) & is_same_method
    stuck = set(blocks.index[(cannot | is_idle) & blocks["is_root"]])
    blocks["root_stands"] = blocks["root"].isin(stuck)
    blocks["stands"] = blocks["was"] & (
        blocks["root_stands"] | (blocks["is_new"] & (blocks["is_few"] | is_idle))
    )
    return blocks


def _placed(
    name: str,
    rows: pd.DataFrame,
    before: pd.DataFrame | None,
    moves: pd.DataFrame,
    blocks: pd.DataFrame,
    edition: Edition,
    *,
    is_same_method: bool,
) -> pd.DataFrame:
    standing = set(blocks.index[blocks["stands"]])
    moving = set(blocks.index[blocks["is_new"] & ~blocks["stands"] & ~blocks["root_stands"]])
    fresh = rows[rows["block"].isin(moving)]
    fresh = fresh.assign(edition_number=edition.number, as_of=pd.Timestamp(edition.as_of))
    if before is None or before.empty:
        return fresh
    # Who is compared with whom may change where none of the mentored has: then numbers stay.
    idle = set(moves["bundle"]) - set(moves.loc[moves["has_moved"], "bundle"])
    if is_same_method and idle:
        kept = before[before["bundle"].isin(idle) & before["key"].isin(set(fresh["key"]))]
        fresh = pd.concat(
            [
                fresh[~fresh["key"].isin(set(kept["key"]))],
                kept.assign(edition_number=edition.number, as_of=pd.Timestamp(edition.as_of)),
            ],
            ignore_index=True,
        )
    return pd.concat([_hidden_anew(name, before[before["block"].isin(standing)], rows), fresh],
                     ignore_index=True)  # fmt: skip


def _hidden_anew(name: str, stood: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what stands without what a threshold that has been raised since hides."""
    if "minimum" not in rows or stood.empty:
        return stood
    least = stood["persons"].where(stood["more_persons"].eq(0), stood[["persons", "more_persons"]]
                                  .min(axis=1))  # fmt: skip
    minimum = rows["minimum"].max() if len(rows) else 0
    hidden = stood["is_shown"].astype(bool) & (least < minimum)
    table = TABLES[name]
    numbers = [
        column
        for column in uneditioned(table)
        if table[column].kind in ("double", "integer") and column not in table.key
    ]
    blanked = blank(stood, stood["is_suppressed"].astype(bool) | hidden, numbers)
    return blanked.assign(is_shown=stood["is_shown"].astype(bool) & ~hidden)
