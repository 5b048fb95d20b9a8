"""Disclosure control: the last step before results, and the only door to them.

A cell is hidden when too few people stand behind it, or when all or none of a small group share an
outcome. A hidden cell then takes company: wherever cells add up to a shown total, at least two are
hidden and together they are no smaller than the threshold, so that no subtraction gives one back.
A hidden total takes company among its parts for the same reason: nobody may add it up.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
import pandas as pd

# All or none of a group below this many times the threshold is hidden too.
UNANIMOUS_FACTOR = 2
ALL_OR_NONE = 1e-9
# Why a cell is hidden.
SMALL = "small group"
COMPANY = "would give away a smaller group"
# A number about everybody is worth several about a member of a dimension.
PRICE_OF_WHOLE = 10.0
# In the place of a total that is not a cell of the table.
PUBLISHED = -1


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
    return hidden | (is_unanimous & is_easily_unanimous(people, minimum_group_size))


def is_all_or_none(shares: pd.Series) -> pd.Series:
    """Return which shares are those of nobody or of everybody, as far as sums are exact."""
    return (shares <= ALL_OR_NONE) | (shares >= 1 - ALL_OR_NONE)


def is_easily_unanimous(people: pd.Series, minimum_group_size: int) -> pd.Series:
    """Return which groups are so small that all or none of them tells about each of them."""
    return people < UNANIMOUS_FACTOR * minimum_group_size


def with_complements(
    hidden: pd.Series,
    people: pd.Series,
    families: Iterable[pd.Series] = (),
    *,
    sums: Iterable[pd.DataFrame] = (),
    cost: pd.Series | None = None,
    minimum_group_size: int,
) -> pd.Series:
    """Return which cells must be hidden so that no hidden one can be computed from the others.

    Args:
        hidden: cells hidden for their own sake.
        people: people behind each cell.
        families: for each way in which cells add up to a total that is published elsewhere, the
            family each cell belongs to; missing where the cell belongs to none.
        sums: what `sums_of` gives for cells that add up to other cells of the same table.
        cost: the cheapest shown cell of a sum is the one that joins; people, where not given.
        minimum_group_size: fewest people that may be shown, and fewest that may be hidden together.
    """
    parts, totals = _laid_out([*map(_without_total, families), *sums])
    ledger = _Ledger(hidden, people, people if cost is None else cost, parts, totals)
    ledger.hide_company(minimum_group_size)
    ledger.release_company(minimum_group_size)
    return pd.Series(ledger.is_hidden, index=hidden.index)


class _Ledger:
    """Which cells are hidden, and how much of every sum: what company is found with."""

    def __init__(
        self,
        hidden: pd.Series,
        people: pd.Series,
        cost: pd.Series,
        parts: Sequence[Sequence[int]],
        totals: Sequence[int],
    ) -> None:
        self.is_hidden: list[bool] = hidden.astype(bool).tolist()
        self._is_own = list(self.is_hidden)
        self._people: list[float] = people.astype(float).tolist()
        # Position decides between equals, so that the choice is the same in every build.
        prices = _as_dear_as_the_same(cost.astype(float).tolist(), parts, totals)
        self._order = [(price, cell) for cell, price in enumerate(prices)]
        self._parts = [sorted(cells, key=self._order.__getitem__) for cells in parts]
        self._totals = totals
        self._sums_with: dict[int, list[int]] = defaultdict(list)
        self._sums_to: dict[int, list[int]] = defaultdict(list)
        self._hidden_n = [0] * len(self._parts)
        self._hidden_people = [0.0] * len(self._parts)
        for number, (cells, total) in enumerate(zip(self._parts, totals, strict=True)):
            self._sums_to[total].append(number)
            for cell in cells:
                self._sums_with[cell].append(number)
                if self.is_hidden[cell]:
                    self._hidden_n[number] += 1
                    self._hidden_people[number] += self._people[cell]

    def hide_company(self, minimum: int) -> None:
        """Hide cells until no hidden one can be computed."""
        waiting = list(reversed(range(len(self._parts))))
        while waiting:
            number = waiting.pop()
            while not self._is_safe(number, minimum):
                company = self._cheapest(number)
                if company is None:
                    break
                self._turn(company, is_hidden=True)
                waiting += self._sums_to[company] + self._sums_with[company]

    def release_company(self, minimum: int) -> None:
        """Show what later choices made needless, the dearest first."""
        joined = [
            cell
            for cell, is_hidden in enumerate(self.is_hidden)
            if is_hidden and not self._is_own[cell]
        ]
        for cell in sorted(joined, key=self._order.__getitem__, reverse=True):
            self._turn(cell, is_hidden=False)
            if not all(self._is_safe(number, minimum) for number in self._touched(cell)):
                self._turn(cell, is_hidden=True)

    def _turn(self, cell: int, *, is_hidden: bool) -> None:
        self.is_hidden[cell] = is_hidden
        sign = 1 if is_hidden else -1
        for number in self._sums_with[cell]:
            self._hidden_n[number] += sign
            self._hidden_people[number] += sign * self._people[cell]

    def _touched(self, cell: int) -> set[int]:
        """Return the sums whose safety hangs on a cell."""
        near = {*self._sums_with[cell], *self._sums_to[cell]}
        beyond = {
            number
            for sum_ in near
            for part in self._parts[sum_]
            if self.is_hidden[part]
            for number in self._sums_to.get(part, ())
        }
        return near | beyond

    def _is_safe(self, number: int, minimum: int) -> bool:
        """Return whether the hidden cells of a sum, its total too, keep each other hidden."""
        total, hidden_n = self._totals[number], self._hidden_n[number]
        is_total_hidden = total != PUBLISHED and self.is_hidden[total]
        if not hidden_n:
            return not is_total_hidden
        if hidden_n == len(self._parts[number]) and (is_total_hidden or total == PUBLISHED):
            return True
        room = self._hidden_people[number] + (self._room_of(total) if is_total_hidden else 0)
        return (hidden_n > 1 or is_total_hidden) and room >= minimum

    def _room_of(self, total: int) -> float:
        """Return the people hidden beside a hidden total, in the sums to a shown one it is in."""
        return min(
            (
                self._hidden_people[number] - self._people[total]
                for number in self._sums_with.get(total, ())
                if self._totals[number] == PUBLISHED or not self.is_hidden[self._totals[number]]
            ),
            default=math.inf,
        )

    def _cheapest(self, number: int) -> int | None:
        """Return the cell that joins: the cheapest part still shown, or else the total."""
        shown = (cell for cell in self._parts[number] if not self.is_hidden[cell])
        total = self._totals[number]
        is_total_free = total != PUBLISHED and not self.is_hidden[total]
        candidates = [*islice(shown, 1), *([total] if is_total_free else [])]
        return min(candidates, key=self._order.__getitem__, default=None)


def _as_dear_as_the_same(
    prices: list[float], parts: Sequence[Sequence[int]], totals: Sequence[int]
) -> list[float]:
    """Return prices by which a total and its only part cost the same, as they are the same people.

    To hide one is to hide the other.
    """
    same = [
        (cells[0], total)
        for cells, total in zip(parts, totals, strict=True)
        if len(cells) == 1 and total != PUBLISHED
    ]
    is_settled = False
    while not is_settled:
        is_settled = True
        for cell, total in same:
            if prices[cell] != prices[total]:
                prices[cell] = prices[total] = max(prices[cell], prices[total])
                is_settled = False
    return prices


def _without_total(family: pd.Series) -> pd.DataFrame:
    """Return families as sums whose total is not in the table."""
    numbers = family.reset_index(drop=True).dropna()
    return pd.DataFrame({"cell": numbers.index, "sum": numbers.to_numpy(), "total": PUBLISHED})


def _laid_out(frames: Iterable[pd.DataFrame]) -> tuple[list[list[int]], list[int]]:
    """Return the parts of every sum, and the total of each."""
    parts: list[list[int]] = []
    totals: list[int] = []
    for frame in frames:
        found: dict[object, int] = {}
        columns = (frame[name].tolist() for name in ("sum", "cell", "total"))
        for sum_, cell, total in zip(*columns, strict=True):
            number = found.setdefault(sum_, len(parts))
            if number == len(parts):
                parts.append([])
                totals.append(int(total))
            parts[number].append(int(cell))
    return parts, totals


def sums_of(
    cells: pd.DataFrame,
    people: pd.Series,
    *,
    key: Sequence[str],
    is_part: pd.Series,
    total: Mapping[str, object],
    minimum_group_size: int,
) -> pd.DataFrame:
    """Return which cells add up to which other cell: positions `cell` and `total`, number `sum`.

    Left out are sums whose total is not in the table, and those that miss their total by the
    threshold or more: people who count twice blur what a subtraction would give.

    Args:
        cells: one row per cell.
        people: people behind each cell.
        key: columns that tell cells apart.
        is_part: which cells are parts.
        total: the values that the total has in the key where its parts have others.
        minimum_group_size: fewest people that may be shown.
    """
    keys = list(key)
    places = cells[keys].reset_index(drop=True).rename_axis("cell").reset_index()
    given = {
        name: value.to_numpy() if isinstance(value, pd.Series) else value
        for name, value in total.items()
    }
    parts = places.assign(**given)[is_part.to_numpy(dtype=bool)]
    # Missing keys are alike here, as the start of the whole time is.
    found = parts.merge(places.rename(columns={"cell": "total"}), on=keys)
    amounts = people.to_numpy(dtype=float)
    added = pd.Series(amounts[found["cell"]]).groupby(found["total"]).transform("sum")
    is_near = (added - amounts[found["total"]]).abs() < minimum_group_size
    return found.assign(sum=found["total"])[is_near][["cell", "sum", "total"]]


def sums_of_cuts(
    cells: pd.DataFrame, people: pd.Series, *, key: Sequence[str], minimum_group_size: int
) -> Iterator[pd.DataFrame]:
    """Yield how members add up to the whole, programs to all, and mentees and mentors to both.

    Args:
        cells: one row per cell, with `population`, `program`, `dimension` and `member`.
        people: people behind each cell.
        key: columns that tell cells apart.
        minimum_group_size: fewest people that may be shown.
    """
    ways: list[tuple[pd.Series, Mapping[str, object]]] = [
        *(
            (cells["dimension"].eq(dimension), {"dimension": "all", "member": "all"})
            for dimension in sorted(set(cells["dimension"]) - {"all"})
        ),
        (cells["program"].ne("all"), {"program": "all"}),
        (cells["population"].isin(["mentees", "mentors"]), {"population": "participants"}),
    ]
    for is_part, total in ways:
        yield sums_of(
            cells,
            people,
            key=key,
            is_part=is_part,
            total=total,
            minimum_group_size=minimum_group_size,
        )


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


def families_of(cells: pd.DataFrame, *, alike: Sequence[str], is_member: pd.Series) -> pd.Series:
    """Return a number for the family of each cell; missing for cells that are no member of one.

    Args:
        cells: one row per cell.
        alike: columns that the cells of one family share.
        is_member: which cells add up to another one; the rest are totals.
    """
    return cells.groupby(list(alike), sort=False, dropna=False).ngroup().where(is_member)


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


def why_hidden(hidden: pd.Series, own: pd.Series) -> pd.Series:
    """Return why each cell is hidden; missing where it is shown.

    Args:
        hidden: cells hidden, their company among them.
        own: those hidden for their own sake.
    """
    reasons = [SMALL if small else COMPANY if is_hidden else None
               for small, is_hidden in zip(own, hidden, strict=True)]  # fmt: skip
    return pd.Series(reasons, index=hidden.index, dtype="object")


def blank(frame: pd.DataFrame, hidden: pd.Series, columns: Sequence[str]) -> pd.DataFrame:
    """Return the frame with the hidden rows' numbers empty and `is_suppressed` saying so."""
    blanked = frame.copy()
    blanked.loc[hidden, list(columns)] = np.nan
    blanked["is_suppressed"] = hidden.to_numpy(dtype=bool)
    return blanked
