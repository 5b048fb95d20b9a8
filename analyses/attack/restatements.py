"""What two releases tell by their difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.attack.counted import counted_in
from analyses.attack.findings import DIFFERENCE, UNCOVERED, Finding, described
from analyses.attack.release import Release
from analyses.attack.sums import ALIKE, CELL


def told_between(old: Release, new: Release) -> tuple[Finding, ...]:
    """Return the cells that two releases show with different people, but fewer than the threshold.

    Whoever holds both subtracts one from the other. Told are also cells of which one release hides
    what the other shows, where the total they belong to has not changed.
    """
    cells = _cells(old).merge(_cells(new), on=["measure", *CELL], suffixes=("_old", "_new"))
    moved = (cells["n_new"] - cells["n_old"]).abs()
    changed = (cells["numerator_new"] - cells["numerator_old"]).abs()
    is_few = (moved.fillna(0) + changed.gt(ALIKE)).gt(ALIKE) & moved.lt(cells["threshold_new"])
    whole = cells[cells["dimension"].eq("all")]
    whole = whole[whole["n_old"].notna() & moved[whole.index].lt(ALIKE)]
    keys = ["measure", "population", "program", "period_grain", "period_start"]
    same = cells[keys].merge(whole[keys].drop_duplicates().assign(same=True), on=keys, how="left")
    is_uncovered = cells["n_old"].isna() ^ cells["n_new"].isna()
    is_uncovered &= same["same"].eq(True).to_numpy()
    return (*described(DIFFERENCE, cells[is_few]), *described(UNCOVERED, cells[is_uncovered]))


def _cells(release: Release) -> pd.DataFrame:
    """Return every published count of people, and of an outcome where there is one."""
    counted = counted_in(release)
    people = counted.people.assign(measure=counted.people["quantity"], numerator=np.nan)
    columns = ["measure", *CELL, "n", "numerator", "threshold", "table"]
    measured = counted.outcomes.assign(
        n=counted.people["n"]
        .where(~counted.people["is_suppressed"])
        .to_numpy()[counted.outcomes["person"]]
    )
    known = set(measured["measure"])
    people["n"] = people["n"].where(~people["is_suppressed"])
    cells = pd.concat([people[~people["measure"].isin(known)], measured], ignore_index=True)
    return cells[columns]
