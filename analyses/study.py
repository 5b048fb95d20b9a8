"""From the warehouse's marts to the results, past disclosure control."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analyses import intervals
from analyses.balance import balance_table, largest_differences
from analyses.curves import arm_curves, flow_table
from analyses.disclosure import SMALL, blank
from analyses.effects import adjusted_effects, outcome_table
from analyses.measures import read_measures
from analyses.naive import naive_effects
from analyses.outcomes import NAMES
from analyses.placebo import placebo_tests
from analyses.publishing import CELL, Planned, plan, without_counts
from analyses.questions import with_unanswered
from analyses.results import EFFECTS, GATES, LOADS, MEASURES, METRICS, PROGRAMS, QUALITY, Results
from analyses.survival import estimate_curves, horizon_metrics, published_curves
from workspace.config import WorkspaceConfig

CONFIDENCE = 0.95
NUMBERS = ["value", "ci_low", "ci_high", "numerator", "denominator"]


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
    planned = plan(
        marts["rpt_metrics__by_period"],
        people=measures.set_index("measure")["people"].dropna().to_dict(),
        minimum_group_size=threshold,
    )
    curves = estimate_curves(
        marts["rpt_survival__by_month"],
        measures,
        confidence=CONFIDENCE,
        minimum_group_size=threshold,
    )
    metrics = pd.concat(
        [
            _period_metrics(planned),
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


def _period_metrics(planned: Planned) -> pd.DataFrame:
    """Return the metrics counted per period, with intervals; small groups are hidden."""
    cells = planned.cells.sort_values(CELL, kind="stable", ignore_index=True)
    estimated = cells.assign(**_estimates(_per_person(cells))._asdict())
    has_counts = cells["has_counts"].astype(bool)
    estimated = without_counts(
        estimated, ~has_counts, people=cells["people_n"], estimators=cells["estimator"]
    )
    estimated.loc[~has_counts, ["numerator", "denominator"]] = np.nan
    hidden = cells["is_small"].astype(bool)
    estimated["reason"] = pd.Series(SMALL, index=cells.index, dtype=object).where(hidden)
    return blank(estimated, hidden, NUMBERS)[list(METRICS)]


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
