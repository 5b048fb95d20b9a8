"""Everything a published folder says, stated as one system of whole numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analyses.attack.answers import answer_bounds
from analyses.attack.counted import NPS, REST_OF, SHARE, Counted, counted_in, scores_of
from analyses.attack.release import Release
from analyses.attack.sums import ALIKE, AT_LEAST, AT_MOST, CELL, EXACT, Sums, sums_among
from analyses.attack.system import UNBOUNDED, Floats, Integers, Statements, System
from analyses.disclosure import UNANIMOUS_FACTOR

HORIZON = re.compile(r"^(?P<stem>.*)_(?P<months>\d+)_months$")
# Relative error of a number that is not whole, written with ten digits.
WRITTEN = 1e-8
# Published pairs that must be in order before an order is believed.
ORDERED_CASES = 5


@dataclass(frozen=True)
class Case:
    """A system and what its counts mean.

    Attributes:
        system: counts and statements.
        people: the counted people, with `count`, the number of their count in the system.
        outcomes: the outcomes, with `first` and `categories_n`: their people fall into the counts
            `first`, `first + 1`, ...
        wholes: (part, whole) rows of outcomes: everybody in the part is in the whole.
        balance: the result table `balance`, which counts nobody, and tells counts all the same.
    """

    system: System
    people: pd.DataFrame
    outcomes: pd.DataFrame
    wholes: tuple[Integers, Integers]
    balance: pd.DataFrame = field(default_factory=pd.DataFrame)


def case_of(release: Release) -> Case:
    """Return the system of a release, from its files and documentation only."""
    return replace(case_of_counted(counted_in(release)), balance=release.tables["balance"])


def case_of_counted(counted: Counted) -> Case:
    """Return the system of what a release, or several, count."""
    statements = Statements()
    people = _with_people(statements, counted.people)
    outcomes = _with_categories(statements, people, counted.outcomes)
    sums = sums_among(people)
    wholes = []
    for one in sums:
        _state_sums(statements, one, people["count"].to_numpy(dtype=np.int64))
        wholes += _state_outcome_sums(statements, one, outcomes)
    _state_curves(statements, people, outcomes)
    _state_flow(statements, people)
    _state_persons(statements, people)
    _state_parts(statements, people, outcomes)
    _state_adds_up(statements, outcomes)
    _state_sisters(statements, outcomes)
    _state_horizons(statements, outcomes)
    empty = np.zeros(0, dtype=np.int64)
    return Case(
        system=statements.system(),
        people=people,
        outcomes=outcomes,
        wholes=(
            np.concatenate([empty, *(part for part, _ in wholes)]),
            np.concatenate([empty, *(whole for _, whole in wholes)]),
        ),
    )


def _with_people(statements: Statements, people: pd.DataFrame) -> pd.DataFrame:
    """Return the people with the number of their count; the same people are one count."""
    one = people.assign(least=people["n_low"].clip(lower=people["is_listed"].astype(float)))
    one = one.groupby("counted").agg(
        n=("n", "max"), least=("least", "max"), most=("n_high", "min"), same=("same", "first")
    )
    is_whole = (one["n"].isna() | (one["n"] % 1).abs().lt(ALIKE)).groupby(
        one["same"].astype(str).str.removeprefix(REST_OF)
    )
    is_whole = is_whole.transform("all").to_numpy(dtype=bool)
    n = one["n"].to_numpy(dtype=float)
    slack = np.where(is_whole, 0.0, WRITTEN)
    counts = statements.add_counts(
        np.where(np.isnan(n), one["least"], n * (1 - slack)),
        np.where(np.isnan(n), one["most"], n * (1 + slack)),
        is_whole=is_whole,
    )
    return people.assign(count=counts[people["counted"]])


def _with_categories(
    statements: Statements, people: pd.DataFrame, outcomes: pd.DataFrame
) -> pd.DataFrame:
    """Split the people of every outcome into its categories; return where they are."""
    outcomes = outcomes.reset_index(drop=True)
    first = np.zeros(len(outcomes), dtype=np.int64)
    person_count = people["count"].to_numpy(dtype=np.int64)[outcomes["person"]]
    for kind, rows in outcomes.groupby("kind", sort=False):
        points = scores_of(str(kind))
        at, size = rows.index.to_numpy(), len(points)
        least, most = _few_answers(rows, points)
        numbers = statements.add_counts(least.ravel(), most.ravel()).reshape(len(at), size)
        first[at] = numbers[:, 0]
        line = np.arange(len(at))
        each = np.repeat(line, size)
        statements.add_rows(
            (each, numbers.ravel(), 1.0), (line, person_count[at], -1.0), lower=0.0, upper=0.0
        )
        for column, factors in (("numerator", points), ("square_sum", points**2)):
            known = rows[column].notna().to_numpy()
            if known.any():
                limit = rows[column].to_numpy(dtype=float)[known]
                statements.add_rows(
                    (
                        np.repeat(np.arange(known.sum()), size),
                        numbers[known].ravel(),
                        np.tile(factors, int(known.sum())),
                    ),
                    lower=limit,
                    upper=limit,
                )
        _state_values(statements, rows, numbers, points)
    return outcomes.assign(
        count=person_count,
        first=first,
        categories_n=outcomes["kind"].map(lambda kind: len(scores_of(kind))),
    )


def _few_answers(rows: pd.DataFrame, points: Floats) -> tuple[Floats, Floats]:
    """Return the fewest and most people of each category, as shown means of few people tell."""
    least = np.zeros((len(rows), len(points)))
    most = np.full_like(least, UNBOUNDED)
    is_few = rows["numerator"].notna() & rows["n"].lt(UNANIMOUS_FACTOR * rows["threshold"])
    columns = (rows[name].to_numpy() for name in ("n", "numerator", "square_sum"))
    for place, (is_told, n, total, squares) in enumerate(zip(is_few, *columns, strict=True)):
        ways = answer_bounds(round(n), total, squares, tuple(points)) if is_told else None
        if ways is not None:
            least[place], most[place] = ways
    return least, most


def _state_values(
    statements: Statements, rows: pd.DataFrame, numbers: Integers, points: Floats
) -> None:
    """State what rounded values say: the numerator lies between two multiples of the people."""
    known = rows["low"].notna().to_numpy()
    if not known.any():
        return
    line = np.repeat(np.arange(known.sum()), len(points))
    for column, lower, upper in (("low", 0.0, np.inf), ("high", -np.inf, 0.0)):
        limit = np.repeat(rows[column].to_numpy(dtype=float)[known], len(points))
        factors = np.tile(points, int(known.sum())) - limit
        statements.add_rows((line, numbers[known].ravel(), factors), lower=lower, upper=upper)


def _state_sums(statements: Statements, sums: Sums, counts: Integers) -> None:
    for mode, lower, upper in ((EXACT, 0.0, 0.0), (AT_LEAST, 0.0, np.inf), (AT_MOST, -np.inf, 0.0)):
        is_mode = sums.mode == mode
        if not is_mode.any():
            continue
        part, total = sums.part[is_mode], sums.total[is_mode]
        found, line = np.unique(total, return_inverse=True)
        statements.add_rows(
            (line, counts[part], 1.0),
            (np.arange(len(found)), counts[found], -1.0),
            lower=lower,
            upper=upper,
        )


def _state_outcome_sums(
    statements: Statements, sums: Sums, outcomes: pd.DataFrame
) -> list[tuple[Integers, Integers]]:
    """State that each category adds up as its people do; return parts and wholes of outcomes."""
    wholes = []
    by_person = pd.DataFrame(
        {"person": outcomes["person"], "measure": outcomes["measure"], "row": outcomes.index}
    )
    pairs = pd.DataFrame({"part": sums.part, "total": sums.total, "mode": sums.mode})
    pairs["parts_n"] = pairs.groupby("total")["part"].transform("size")
    found = pairs.merge(by_person, left_on="part", right_on="person").merge(
        by_person, left_on=["total", "measure"], right_on=["person", "measure"],
        suffixes=("_part", "_total"),
    )  # fmt: skip
    # A measure that one part does not list adds up to nothing.
    found = found[found.groupby("row_total")["row_part"].transform("size").eq(found["parts_n"])]
    part = found["row_part"].to_numpy(dtype=np.int64)
    total = found["row_total"].to_numpy(dtype=np.int64)
    mode = found["mode"].to_numpy()
    first = outcomes["first"].to_numpy(dtype=np.int64)
    size = outcomes["categories_n"].to_numpy(dtype=np.int64)[part]
    for category in range(int(size.max(initial=0))):
        has = size > category
        _state_sums(statements, Sums(part[has], total[has], mode[has]), first + category)
    is_inside = mode != AT_LEAST
    wholes.append((part[is_inside], total[is_inside]))
    return wholes


def _state_curves(statements: Statements, people: pd.DataFrame, outcomes: pd.DataFrame) -> None:
    """State that nobody joins a curve later, where the published months bear it out."""
    months = people[people["table"].isin(["survival", "curves"]) | people["month"].gt(0)]
    months = months.assign(row=months.index).sort_values("month", kind="stable")
    curve = ["table", "outcome", "population", "program", "dimension", "member", "edition"]
    after = months.groupby(curve)["row"].shift(-1)
    has_next = after.notna() & months["outcome"].ne("")
    now, then = months["row"][has_next].to_numpy(), after[has_next].to_numpy(dtype=np.int64)
    n = people["n"].to_numpy(dtype=float)
    grows = pd.Series(n[then] > n[now] + ALIKE, index=pd.MultiIndex.from_frame(
        people.loc[now, ["table", "population"]]))  # fmt: skip
    is_closed = ~grows.groupby(level=[0, 1]).transform("any").to_numpy()
    now, then = now[is_closed], then[is_closed]
    counts = people["count"].to_numpy(dtype=np.int64)
    line = np.arange(len(now))
    statements.add_rows((line, counts[then], 1.0), (line, counts[now], -1.0),
                        lower=-np.inf, upper=0.0)  # fmt: skip
    # Who left in a month is not at risk in the next.
    stay = outcomes[outcomes["measure"].str.startswith("left, of ")]
    stays = pd.Series(stay["first"].to_numpy() + 1, index=stay["person"].to_numpy())
    has = np.isin(now, stays.index)
    now, then = now[has], then[has]
    line = np.arange(len(now))
    statements.add_rows(
        (line, counts[then], 1.0), (line, stays.loc[now].to_numpy(), -1.0),
        lower=-np.inf, upper=0.0,
    )  # fmt: skip


def _state_flow(statements: Statements, people: pd.DataFrame) -> None:
    """State that every step of the flow is the one before it less what was lost."""
    flow = people[people["table"].eq("flow") & people["outcome"].eq("treated_n")]
    if not len(flow):
        return
    step = flow["quantity"].str.removeprefix("flow treated_n ")
    group = flow.groupby(["population", "program", "edition"], sort=False).ngroup()
    counts = flow["count"].to_numpy(dtype=np.int64)

    def at(found: pd.Series, factor: float) -> tuple[Integers, Integers, float]:
        rows = found.to_numpy(dtype=bool)
        return group.to_numpy(dtype=np.int64)[rows], counts[rows], factor

    whole, trials = step.str.startswith("workforce"), step.str.startswith("trials")
    lost, matched = step.str.startswith("not eligible"), step.str.strip().eq("matched")
    unmatched, rung = step.str.startswith("unmatched"), step.str.startswith("matched at")
    for total, parts in (
        (whole, (lost, trials)), (trials, (matched, unmatched)), (matched, (rung,)),
    ):  # fmt: skip
        has_total = group.map(total.groupby(group).any()).to_numpy(dtype=bool)
        has_parts = group.map(parts[-1].groupby(group).any()).to_numpy(dtype=bool)
        kept = pd.Series(has_total & has_parts, index=flow.index)
        terms = [at(total & kept, -1.0), *(at(part & kept, 1.0) for part in parts)]
        statements.add_rows(*terms, lower=0.0, upper=0.0)


def _state_persons(statements: Statements, people: pd.DataFrame) -> None:
    """State that there are at least as many things as people who have them."""
    things = people.loc[people["persons"].ne(""), ["persons", *CELL, "count"]]
    if things.empty:
        return
    persons = people[["quantity", *CELL, "count"]].rename(columns={"quantity": "persons"})
    pairs = things.merge(persons, on=["persons", *CELL], suffixes=("", "_persons"))
    line = np.arange(len(pairs))
    statements.add_rows(
        (line, pairs["count"].to_numpy(), 1.0), (line, pairs["count_persons"].to_numpy(), -1.0),
        lower=0.0, upper=np.inf,
    )  # fmt: skip


def _state_parts(statements: Statements, people: pd.DataFrame, outcomes: pd.DataFrame) -> None:
    """State that the declared parts of a measure, and the rest of it, make it up."""
    if not people["part_of"].ne("").any():
        return
    is_share = outcomes["kind"].eq(SHARE) & outcomes["measure"].eq(outcomes["quantity"])
    first = outcomes.loc[is_share].set_index("person")["first"].reindex(people.index)
    rows = people[["quantity", "part_of", *CELL, "count"]].assign(first=first)
    parts = rows[rows["part_of"].ne("")].drop(columns="quantity")
    wholes = rows.drop(columns="part_of").rename(columns={"quantity": "part_of"})
    pairs = parts.merge(wholes, on=["part_of", *CELL], suffixes=("", "_whole"))
    for name in ("count", "first"):
        found = pairs.dropna(subset=[name, f"{name}_whole"])
        part, whole = (found[column].to_numpy(dtype=np.int64) for column in (name, f"{name}_whole"))
        wholes_n, line = np.unique(whole, return_inverse=True)
        statements.add_rows(
            (line, part, 1.0), (np.arange(len(wholes_n)), wholes_n, -1.0), lower=0.0, upper=0.0
        )


def _state_adds_up(statements: Statements, outcomes: pd.DataFrame) -> None:
    """State that nobody has two outcomes that exclude each other, and everybody one of all.

    The latter where the published ones bear it out; neither where these contradict it.
    """
    declared = outcomes[outcomes["adds_up"].ne("") & outcomes["kind"].eq(SHARE)]
    for _, rows in declared.groupby("adds_up", sort=True):
        counts, line = np.unique(rows["count"].to_numpy(), return_inverse=True)
        is_all = np.bincount(line) == rows["measure"].nunique()
        if not (is_all & (np.bincount(line) > 1)).any():
            continue
        known = np.bincount(line, rows["numerator"].notna()) == np.bincount(line)
        added = np.bincount(line, rows["numerator"].fillna(0.0))
        n = np.full(len(counts), np.nan)
        n[line] = rows["n"].to_numpy(dtype=float)
        missed = (added - n)[known & is_all & ~np.isnan(n)]
        if (missed > ALIKE).any():
            continue
        is_every = len(missed) >= ORDERED_CASES and bool((missed > -ALIKE).all())
        statements.add_rows(
            (line, rows["first"].to_numpy(), 1.0),
            (np.arange(len(counts)), counts, -1.0),
            lower=np.where(is_all & is_every, 0.0, -np.inf), upper=0.0,
        )  # fmt: skip


def _state_sisters(statements: Statements, outcomes: pd.DataFrame) -> None:
    """State that the two highest answers of a scale are those that a top-two-box counts."""
    is_scale = ~outcomes["kind"].isin([SHARE, NPS])
    is_box = outcomes["kind"].eq(SHARE) & outcomes["measure"].str.contains("top_two_box")
    pairs = outcomes[is_box].merge(outcomes[is_scale], on="count", suffixes=("_box", "_scale"))
    line = np.arange(len(pairs))
    box = pairs["first_box"].to_numpy(dtype=np.int64)
    scale = pairs["first_scale"].to_numpy(dtype=np.int64)
    statements.add_rows(
        (line, box, -1.0), (line, scale, 1.0), (line, scale + 1, 1.0), lower=0.0, upper=0.0
    )


def _state_horizons(statements: Statements, outcomes: pd.DataFrame) -> None:
    """State the order of horizons: of the same people, fewer stay and more are promoted later."""
    parsed = outcomes["measure"].str.extract(HORIZON)
    window = outcomes.assign(stem=parsed["stem"], months=parsed["months"].astype(float))
    window = window[window["stem"].notna() & window["kind"].eq(SHARE)]
    window = window.sort_values("months", kind="stable")
    first = outcomes["first"].to_numpy(dtype=np.int64)
    for columns, values, counts, is_same in (
        (["count"], outcomes["numerator"], first, True),
        (CELL, outcomes["n"], outcomes["count"].to_numpy(), False),
    ):
        by = window.assign(row=window.index).groupby(["stem", *columns], dropna=False)["row"]
        after = by.shift(-1).dropna()
        now, then = after.index.to_numpy(), after.to_numpy(dtype=np.int64)
        if not is_same:
            differs = outcomes["count"].to_numpy()[now] != outcomes["count"].to_numpy()[then]
            now, then = now[differs], then[differs]
        rise = values.to_numpy(dtype=float)[then] - values.to_numpy(dtype=float)[now]
        stem = window.loc[now, ["stem", "population", "period_grain"]]
        seen = pd.Series(rise).groupby([stem[name].to_numpy() for name in stem])
        cases = seen.transform("count").to_numpy()
        for sign, is_ordered in (
            (1.0, seen.transform("max").to_numpy() <= 0),
            (-1.0, seen.transform("min").to_numpy() >= 0),
        ):
            kept = is_ordered & (cases >= ORDERED_CASES)
            line = np.arange(int(kept.sum()))
            statements.add_rows(
                (line, counts[then[kept]], sign), (line, counts[now[kept]], -sign),
                lower=-np.inf, upper=0.0,
            )  # fmt: skip
