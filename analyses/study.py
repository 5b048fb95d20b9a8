"""From the warehouse's marts to the results, past disclosure control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analyses import intervals
from analyses.balance import balance_table, largest_differences
from analyses.curves import arm_curves, flow_table
from analyses.disclosure import (
    PRICE_OF_WHOLE,
    blank,
    small_cells,
    sums_of,
    sums_of_cuts,
    why_hidden,
    with_complements,
)
from analyses.effects import adjusted_effects, outcome_table
from analyses.measures import read_measures
from analyses.naive import naive_effects
from analyses.outcomes import NAMES
from analyses.placebo import placebo_tests
from analyses.questions import with_unanswered
from analyses.results import EFFECTS, GATES, LOADS, MEASURES, METRICS, PROGRAMS, QUALITY, Results
from analyses.survival import estimate_curves, horizon_metrics, published_curves
from workspace.config import WorkspaceConfig

CONFIDENCE = 0.95
CELL = ["measure", "program", "population", "dimension", "member", "period_grain", "period_start"]
NUMBERS = ["value", "ci_low", "ci_high", "numerator", "denominator"]
# A cell of all participants is given up for one of mentees or mentors up to four times smaller:
# those are what the pages show.
PRICE_OF_PARTICIPANTS = 0.25


def analyze(
    *,
    warehouse_path: Path,
    manifest_path: Path,
    quality: pd.DataFrame,
    gates: pd.DataFrame,
    loads: pd.DataFrame,
    run: Mapping[str, Any],
    config: WorkspaceConfig,
) -> Results:
    """Return the results of a built warehouse.

    Args:
        warehouse_path: the database dbt built; opened read-only.
        manifest_path: the manifest of that dbt build, which defines the measures.
        quality: what ingest counted, per file and reason.
        gates: what the expectations found.
        loads: what this load and the ones before it held.
        run: the facts of the run, as `run.json` will say them.
        config: the workspace's configuration.
    """
    marts = _read_marts(warehouse_path)
    threshold = config.privacy.minimum_group_size
    measures = read_measures(manifest_path)
    curves = estimate_curves(
        marts["rpt_survival__by_month"],
        measures,
        confidence=CONFIDENCE,
        minimum_group_size=threshold,
    )
    metrics = pd.concat(
        [
            _period_metrics(marts["rpt_metrics__by_period"], minimum_group_size=threshold),
            horizon_metrics(curves, measures),
        ],
        ignore_index=True,
    )[list(METRICS)]
    measures["is_measured"] = measures["measure"].isin(metrics["measure"])
    few = config.privacy.minimum_effect_group_size
    balance = marts["rpt_balance__by_covariate"]
    return Results(
        metrics=metrics,
        effects=_effects(marts, config, has_pairings=bool(run["has_pairings"])),
        curves=arm_curves(
            marts["rpt_curves__by_month"], confidence=CONFIDENCE, minimum_group_size=few
        ),
        balance=balance_table(balance, minimum_group_size=threshold),
        flow=flow_table(marts["rpt_flow__by_step"], minimum_group_size=threshold),
        survival=published_curves(curves),
        quality=quality[list(QUALITY)],
        gates=gates[list(GATES)],
        loads=loads[list(LOADS)],
        measures=measures[list(MEASURES)],
        outcomes=outcome_table(),
        programs=marts["dim_programs"][list(PROGRAMS)],
        run=dict(run),
    )


def _effects(
    marts: Mapping[str, pd.DataFrame], config: WorkspaceConfig, *, has_pairings: bool
) -> pd.DataFrame:
    """Return the adjusted effects and, labeled as such, the naive comparison.

    Without pairings effects are not measured; with them, every question asked has its row.
    """
    few = config.privacy.minimum_effect_group_size
    cells = marts["rpt_effects__by_horizon"]
    if has_pairings:
        cells = with_unanswered(
            cells,
            marts["rpt_flow__by_step"],
            roles=config.impact.roles,
            outcomes=config.impact.outcomes or NAMES,
            horizons_months=config.impact.horizons_months,
        )
    adjusted = adjusted_effects(
        cells,
        placebo_tests(
            marts["rpt_placebos__by_program"], confidence=CONFIDENCE, minimum_group_size=few
        ),
        largest_differences(marts["rpt_balance__by_covariate"]),
        confidence=CONFIDENCE,
        minimum_group_size=few,
        minimum_retained_share=config.impact.minimum_retained_share,
    )
    naive = naive_effects(
        marts["rpt_naive_comparison__by_horizon"], confidence=CONFIDENCE, minimum_group_size=few
    )
    return pd.concat([adjusted.astype(object), naive.astype(object)], ignore_index=True)[
        list(EFFECTS)
    ]


def _read_marts(warehouse_path: Path) -> dict[str, pd.DataFrame]:
    """Return the cells of every mart that results are made of; none has a row per person."""
    names = (
        "dim_programs",
        "rpt_balance__by_covariate",
        "rpt_curves__by_month",
        "rpt_effects__by_horizon",
        "rpt_flow__by_step",
        "rpt_metrics__by_period",
        "rpt_naive_comparison__by_horizon",
        "rpt_placebos__by_program",
        "rpt_survival__by_month",
    )
    with duckdb.connect(str(warehouse_path), read_only=True) as connection:
        return {name: connection.table(name).order("all").df() for name in names}


def _period_metrics(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.DataFrame:
    """Return the metrics counted per period, with intervals, past disclosure control.

    Args:
        cells: rows of `rpt_metrics__by_period`.
        minimum_group_size: fewest people that may be shown.
    """
    cells = cells.sort_values(CELL, kind="stable", ignore_index=True)
    estimated = cells.assign(**_estimates(_per_person(cells))._asdict())
    own = _small_cells(estimated, minimum_group_size=minimum_group_size)
    hidden = _with_company(estimated, own, minimum_group_size=minimum_group_size)
    reasoned = estimated.assign(reason=why_hidden(hidden, own))
    return blank(reasoned, hidden, NUMBERS)[list(METRICS)]


def _per_person(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells as if each person stood in them once.

    The many rows of one person tell little more than one does: an interval is as wide as if there
    were no more rows than people. Where each row is a person, nothing changes.
    """
    rows_n, people_n = cells["denominator"], cells["people_n"]
    part = (people_n / rows_n).where(people_n.ne(rows_n), 1.0)
    return cells.assign(
        numerator=cells["numerator"] * part,
        square_sum=cells["square_sum"] * part,
        denominator=people_n,
    )


def _estimates(cells: pd.DataFrame) -> intervals.Estimate:
    """Return every cell's value and interval, each by its own estimator."""
    unknown = set(cells["estimator"]) - set(intervals.OF_SUMS)
    if unknown:
        raise ValueError(f"no estimator is called {', '.join(sorted(unknown))}")
    found = np.full((3, len(cells)), np.nan)
    for estimator, estimate in intervals.OF_SUMS.items():
        is_own = cells["estimator"].eq(estimator).to_numpy()
        sums = cells.loc[is_own, ["numerator", "square_sum", "denominator"]]
        found[:, is_own] = estimate(*sums.to_numpy(dtype=float).T, confidence=CONFIDENCE)
    return intervals.Estimate(*found)


def _small_cells(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.Series:
    people = cells["people_n"]
    # A mean of a small group tells as much as a share does, but is never unanimous on its own.
    can_be_unanimous = cells["estimator"].isin(intervals.UNANIMOUS)
    people_with = _per_person(cells)["numerator"].where(can_be_unanimous, people / 2)
    return small_cells(people, people_with, minimum_group_size=minimum_group_size)


def _with_company(cells: pd.DataFrame, hidden: pd.Series, *, minimum_group_size: int) -> pd.Series:
    """Return which cells are hidden: small ones, and the company that keeps them hidden.

    Members of a dimension add up to their whole, programs and roles (nearly) to all programs and
    to all participants, and the periods in which participants started to longer ones.
    """
    people = cells["people_n"]
    price = np.where(cells["population"].eq("participants"), PRICE_OF_PARTICIPANTS, 1.0)
    price *= np.where(cells["dimension"].eq("all"), PRICE_OF_WHOLE, 1.0)
    return with_complements(
        hidden,
        people,
        # What is published adds up, whether or not its people do.
        sums=_sums(cells, cells["denominator"], minimum_group_size=minimum_group_size),
        cost=people * price,
        minimum_group_size=minimum_group_size,
    )


def _sums(
    cells: pd.DataFrame, amounts: pd.Series, *, minimum_group_size: int
) -> Iterator[pd.DataFrame]:
    """Yield the ways in which cells add up to other cells."""
    starts = pd.to_datetime(cells["period_start"])
    # The whole time begins when its first part does: that is no part of its name.
    keyed = cells[CELL].assign(period_start=starts.mask(cells["period_grain"].eq("all")))

    yield from sums_of_cuts(keyed, amounts, key=CELL, minimum_group_size=minimum_group_size)

    def sums(is_part: pd.Series, **total: object) -> pd.DataFrame:
        return sums_of(
            keyed,
            amounts,
            key=CELL,
            is_part=is_part,
            total=total,
            minimum_group_size=minimum_group_size,
        )

    # The workforce's windows overlap, so its periods do not add up.
    is_loose = keyed["population"].ne("workforce") & keyed["period_grain"].ne("all")
    for grain, longer, letter in (("month", "quarter", "Q"), ("quarter", "year", "Y")):
        is_part = is_loose & keyed["period_grain"].eq(grain)
        start = starts.dt.to_period(letter).dt.start_time
        found = keyed.assign(period_grain=longer, period_start=start)[is_part].reset_index()
        held = found.merge(keyed, on=CELL)["index"]
        yield sums(is_part & keyed.index.isin(held), period_grain=longer, period_start=start)
        is_loose &= ~keyed.index.isin(held)
    # The whole time is its years, and the quarters and months of a year that is not over.
    yield sums(is_loose, period_grain="all", period_start=pd.NaT)
