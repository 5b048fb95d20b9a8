"""What several releases tell together: by their differences, and by what one hides and not all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses.attack.bounds import TOLERANCE, Bounds, propagate
from analyses.attack.counted import Counted, counted_in
from analyses.attack.elimination import eliminate
from analyses.attack.findings import DIFFERENCE, UNCOVERED, Finding, described
from analyses.attack.published import Case, case_of_counted
from analyses.attack.release import Release, together
from analyses.attack.sums import ALIKE, CELL, PLACE

# People who are compared, and come and go with those they are compared with: however many it are,
# they tell of nobody.
COMPARED = r"^effects control_n (?!.*naive)|^curves comparison"


def told_between(earlier: Sequence[Release], new: Release) -> tuple[Finding, ...]:
    """Return the cells that releases show with different people, but fewer than the threshold.

    Whoever holds several subtracts one from the other. All are stated as one system: rows of one
    edition were counted together, whichever release shows them, and what a release leaves out may
    follow from its sums. Told are also cells that one edition hides and another shows, where the
    total they belong to has not changed.

    Args:
        earlier: releases of the same organization.
        new: a later one; what the earlier ones tell without it is not repeated.
    """
    fresh = new.editions - {edition for one in earlier for edition in one.editions}
    if not fresh or not earlier:
        return ()
    case = case_of_counted(_with_left_out(counted_in(together([*earlier, new]))))
    bounds = propagate(case.system)
    bounds = propagate(case.system, eliminate(case.system, bounds))
    cells = _cells(case, bounds)
    keys = ["measure", *PLACE]
    pairs = cells[cells["edition"].isin(fresh)].merge(
        cells, on=keys, suffixes=("_new", "_old"), how="inner"
    )
    pairs = pairs[pairs["edition_new"].ne(pairs["edition_old"])]
    moved = (pairs["n_new"] - pairs["n_old"]).abs()
    changed = (pairs["numerator_new"] - pairs["numerator_old"]).abs().fillna(0) / pairs["span_new"]
    most = np.maximum(moved.fillna(0), changed)
    is_few = moved.notna() & (most > ALIKE) & (most < pairs["threshold_new"])
    whole = pairs[pairs["dimension"].eq("all") & moved.lt(ALIKE)]
    group = ["measure", "population", "program", "period_grain", "period_start",
             "edition_new", "edition_old"]  # fmt: skip
    unchanged = pairs[group].merge(
        whole[group].drop_duplicates().assign(same=True), on=group, how="left"
    )
    is_uncovered = (
        (pairs["is_hidden_new"] & pairs["n_old"].notna())
        | (pairs["is_hidden_old"] & pairs["n_new"].notna())
    ) & unchanged["same"].eq(True).to_numpy()
    found = [*described(DIFFERENCE, pairs[is_few]), *described(UNCOVERED, pairs[is_uncovered])]
    return tuple(dict.fromkeys(found))


def _with_left_out(counted: Counted) -> Counted:
    """Return what is counted, with every cell in every edition of its quantity, known or not."""
    people = counted.people
    places = people.drop_duplicates(["quantity", *PLACE])
    editions = people[["quantity", "population", "edition"]].drop_duplicates()
    every = places.drop(columns="edition").merge(editions, on=["quantity", "population"])
    known = pd.MultiIndex.from_frame(people[["quantity", *CELL]])
    lacks = ~pd.MultiIndex.from_frame(every[["quantity", *CELL]]).isin(known)
    left_out = every[lacks].assign(
        n=np.nan, n_low=0.0, n_high=np.inf, is_hidden=False, is_suppressed=False, is_listed=False
    )
    if left_out.empty:
        return counted
    both = pd.concat([people, left_out[people.columns]], ignore_index=True)
    both["counted"] = both.groupby(["same", *CELL], dropna=False, sort=False).ngroup()
    # Who is known by another name is known.
    both["n"] = both.groupby("counted")["n"].transform("max")
    return Counted(people=both, outcomes=counted.outcomes)


def _cells(case: Case, bounds: Bounds) -> pd.DataFrame:
    """Return every count of people that is known or follows, with its outcome where that does."""
    people, outcomes = case.people, case.outcomes
    count = people["count"].to_numpy(dtype=np.int64)
    is_known = bounds.width[count] < TOLERANCE
    people = people.assign(
        measure=people["quantity"],
        n=np.where(is_known, bounds.lower[count], np.nan),
        is_hidden=people["is_suppressed"] & ~is_known,
        numerator=np.nan,
        span=1.0,
    )
    columns = ["measure", *CELL, "n", "numerator", "span", "is_hidden", "threshold", "table"]
    first = outcomes["first"].to_numpy(dtype=np.int64)
    follows = (bounds.width[first] < TOLERANCE) & outcomes["categories_n"].eq(2)
    person = people.iloc[outcomes["person"].to_numpy(dtype=np.int64)]
    measured = outcomes.assign(
        n=person["n"].to_numpy(),
        is_hidden=person["is_hidden"].to_numpy(),
        numerator=outcomes["numerator"].where(
            outcomes["numerator"].notna() | ~follows, bounds.lower[first]
        ),
        span=outcomes["kind"].map(_span),
    )
    quantities = people[~people["measure"].isin(set(measured["measure"]))]
    quantities = quantities[~quantities["measure"].str.contains(COMPARED)]
    left_out = people[people["measure"].isin(set(measured["measure"]))]
    left_out = left_out[
        ~pd.MultiIndex.from_frame(left_out[["measure", *CELL]]).isin(
            pd.MultiIndex.from_frame(measured[["measure", *CELL]])
        )
    ]
    cells = pd.concat([quantities, left_out, measured], ignore_index=True)
    return cells[columns]


def _span(kind: str) -> float:
    """Return what a person can add to the numerator, at most."""
    from analyses.attack.counted import scores_of

    scores = scores_of(kind)
    return float(scores.max() - scores.min())
