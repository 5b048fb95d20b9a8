"""How published counts add up, as far as the published ones bear it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analyses.attack.system import Integers
from analyses.periods import GRAINS, starts_of

PLACE = ["population", "program", "dimension", "member", "period_grain", "period_start"]
# What is counted at the same time adds up.
CELL = [*PLACE, "edition"]
ROLES = ("mentees", "mentors")
# Dimensions in which some people are no member: who answers unnamed has no cohort.
PARTIAL = ("cohort",)
# Published sums that must agree before anything that is not documented is believed.
CASES = 20
ALIKE = 1e-6
CLASS = ["quantity", "population", "period_grain"]
EXACT, AT_LEAST, AT_MOST, UNTRUE = "exact", "at least", "at most", "untrue"


@dataclass(frozen=True)
class Sums:
    """Which rows add up to which other row, and how far that can be relied on.

    Attributes:
        part, total: positions of rows of the counted people, one entry per part.
        mode: per entry, whether the parts make the total (`exact`), at least that (people may count
            twice) or at most that (some people are in no part).
    """

    part: Integers
    total: Integers
    mode: np.ndarray[tuple[int], np.dtype[np.object_]]


def sums_among(people: pd.DataFrame) -> list[Sums]:
    """Return every way in which counted people add up, without those the release contradicts.

    Args:
        people: one row per quantity and cell, with `quantity`, the columns of `CELL`, `n`,
            missing where it is hidden, and `members`, how those of a dimension
            add up as far as the table's own rules say; the whole time has no `period_start`.
    """
    return [
        Sums(part, total, mode)
        for part, total, believed in _ways(people)
        for part, total, mode in [_with_mode(people, part, total, believed)]
        if len(part)
    ]


def _ways(people: pd.DataFrame) -> Iterator[tuple[Integers, Integers, str]]:
    """Yield parts and totals of one kind of sum each, and how it is believed unchecked."""
    for dimension in sorted(set(people["dimension"]) - {"all"}):
        is_part = people["dimension"].eq(dimension)
        believed = AT_MOST if dimension in PARTIAL else EXACT
        yield *_joined(people, is_part, dimension="all", member="all"), believed
    yield *_joined(people, people["program"].ne("all"), program="all"), AT_LEAST
    yield *_joined(people, people["population"].isin(ROLES), population="participants"), AT_LEAST
    yield *_periods(people), AT_LEAST
    for shorter, longer in combinations(GRAINS, 2):
        # Windows that open on the same day may hold the same people, however long the period.
        is_part = people["period_grain"].eq(shorter)
        yield *_joined(people, is_part, period_grain=longer), UNTRUE


def _joined(
    people: pd.DataFrame, is_part: pd.Series, **of_total: object
) -> tuple[Integers, Integers]:
    keys = ["quantity", *CELL]
    places = people[keys].assign(row=np.arange(len(people)))
    parts = places[is_part.to_numpy(dtype=bool)].assign(**of_total)
    parts["period_start"] = pd.to_datetime(parts["period_start"])
    found = parts.merge(places, on=keys, suffixes=("", "_total"))
    return found["row"].to_numpy(dtype=np.int64), found["row_total"].to_numpy(dtype=np.int64)


def _periods(people: pd.DataFrame) -> tuple[Integers, Integers]:
    """Return how periods make the next longer one that is listed, and the whole time the rest."""
    starts = pd.to_datetime(people["period_start"])
    parts: list[Integers] = []
    totals: list[Integers] = []
    is_loose = people["period_grain"].ne("all") & people["population"].ne("workforce")
    for grain, longer in combinations(GRAINS, 2):
        is_part = is_loose & people["period_grain"].eq(grain)
        start = starts_of(starts, longer)
        part, total = _joined(people, is_part, period_grain=longer, period_start=start[is_part])
        parts.append(part)
        totals.append(total)
        is_held = np.zeros(len(people), dtype=bool)
        is_held[part] = True
        is_loose &= ~is_held
    part, total = _joined(people, is_loose, period_grain="all", period_start=pd.NaT)
    return np.concatenate([*parts, part]), np.concatenate([*totals, total])


def _with_mode(
    people: pd.DataFrame, part: Integers, total: Integers, believed: str
) -> tuple[Integers, Integers, np.ndarray[tuple[int], np.dtype[np.object_]]]:
    """Return the sums that the published counts bear out, each with its mode."""
    n = people["n"].to_numpy(dtype=float)
    sums = pd.DataFrame({"total": total, "n": n[part]}).groupby("total")["n"]
    added = sums.sum(min_count=1).where(sums.count().eq(sums.size()))
    missed = added - n[added.index]
    of = people.iloc[added.index]
    seen = missed.groupby([of["quantity"].to_numpy(), of["population"].to_numpy()])
    by_length = missed.groupby([of[name].to_numpy() for name in CLASS])
    cases, least, most = (seen.transform(name).fillna(0) for name in ("count", "min", "max"))
    is_never_less, is_never_more = least > -ALIKE, most < ALIKE
    known = of["members"].set_axis(added.index)
    mode = pd.Series(UNTRUE, index=added.index, dtype=object)
    if believed in (AT_LEAST, UNTRUE):
        mode[is_never_less & (cases >= CASES)] = believed
    else:
        # Documented; where the published sums fall short, some people are in no part.
        mode[is_never_less & is_never_more] = believed
        mode[~is_never_less & is_never_more] = AT_MOST
        mode[is_never_less & ~is_never_more] = AT_LEAST
    if believed != EXACT:
        cases, least, most = (
            by_length.transform(name).fillna(0) for name in ("count", "min", "max")
        )
        mode[(least > -ALIKE) & (most < ALIKE) & (cases >= CASES)] = EXACT
    is_documented = believed in (EXACT, AT_MOST)
    mode[known.eq(UNTRUE) | (known.eq(AT_MOST) & (not is_documented))] = UNTRUE
    mode[known.eq(AT_MOST) & mode.eq(EXACT)] = AT_MOST
    # Who is in several members counts in each.
    mode[known.eq(AT_LEAST) & is_documented & mode.eq(EXACT)] = AT_LEAST
    modes = mode.loc[total].to_numpy()
    kept = modes != UNTRUE
    return part[kept], total[kept], modes[kept]


def same_people(cells: pd.DataFrame, *, cases: int = CASES) -> pd.Series:
    """Return, per row, the quantity that stands for all that count the same people.

    Two quantities are taken for the same where at least `cases` published counts agree and none
    differs, within a population and length of period.

    Args:
        cells: one row per quantity and cell, with the columns of `CELL` and `n`.
        cases: published counts that must agree.
    """
    place = cells.groupby(CELL, dropna=False, sort=False).ngroup()
    result = cells["quantity"].copy()
    for _, rows in cells.groupby(["population", "period_grain"], sort=True):
        wide = pd.DataFrame(
            {"place": place[rows.index], "quantity": rows["quantity"], "n": rows["n"]}
        ).pivot(index="place", columns="quantity", values="n")
        names = list(wide.columns)
        numbers = wide.to_numpy(dtype=float)
        leader = list(range(len(names)))
        for one in range(len(names)):
            gap = np.abs(numbers[:, one : one + 1] - numbers[:, :one])
            agreed = (gap <= ALIKE).sum(axis=0)
            differed = (gap > ALIKE).sum(axis=0)
            alike = np.flatnonzero((agreed >= cases) & (differed == 0))
            if len(alike):
                leader[one] = leader[int(alike[0])]
        stands_for = {name: names[leader[i]] for i, name in enumerate(names)}
        result[rows.index] = rows["quantity"].map(stands_for)
    return result
