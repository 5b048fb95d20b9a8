"""From the warehouse's marts to the results, past disclosure control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analyses import intervals
from analyses.attack.findings import Finding, attack
from analyses.attack.published import case_of
from analyses.attack.release import release_of
from analyses.balance import balance_table, largest_differences
from analyses.curves import arm_curves, flow_table
from analyses.disclosure import SMALL, blank
from analyses.effects import adjusted_effects, outcome_table
from analyses.impact_ratios import impact_ratios
from analyses.measures import read_measures
from analyses.mending import Coarsening, mended
from analyses.naive import naive_effects
from analyses.outcomes import NAMES
from analyses.placebo import placebo_tests
from analyses.publishing import CELL, Planned, plan, read_rules, without_counts
from analyses.questions import with_unanswered
from analyses.released import beside_released
from analyses.results import EFFECTS, GATES, LOADS, MEASURES, METRICS, PROGRAMS, QUALITY, Results
from analyses.survival import estimate_curves, horizon_metrics, published_curves
from workspace.config import WorkspaceConfig
from workspace.errors import DataRefused

CONFIDENCE = 0.95
# What an attack may take, and how many steps coarser than planned a release may become.
SECONDS, STEPS = 60.0, 60
EXAMPLES = 10
NUMBERS = ["value", "ci_low", "ci_high", "numerator", "denominator"]


@dataclass(frozen=True)
class Study:
    """What a build found out.

    Attributes:
        results: what is published.
        released: the counted cells behind the metrics, to be kept for the next release.
    """

    results: Results
    released: pd.DataFrame


def analyze(
    *,
    warehouse_path: Path,
    manifest_path: Path,
    quality: pd.DataFrame,
    gates: pd.DataFrame,
    loads: pd.DataFrame,
    run: Mapping[str, Any],
    config: WorkspaceConfig,
    released: pd.DataFrame | None = None,
) -> Study:
    """Return the results of a built warehouse.

    Args:
        warehouse_path: the database dbt built; opened read-only.
        manifest_path: the manifest of that dbt build, which defines the measures.
        quality: what ingest counted, per file and reason.
        gates: what the expectations found.
        loads: what this load and the ones before it held.
        run: the facts of the run, as `run.json` will say them.
        config: the workspace's configuration.
        released: the counted cells of the release before; none, where there was none.

    Raises:
        DataRefused: what is published would tell of small groups, however coarse.
    """
    marts = _read_marts(warehouse_path)
    measures = read_measures(manifest_path)
    told = Told(marts, measures, config, run, released)
    attacked = told.withstanding()
    tables = attacked.tables
    measures["is_measured"] = measures["measure"].isin(tables["metrics"]["measure"])
    results = Results(
        **{name: tables[name] for name in ("metrics", "effects", "curves", "flow", "survival")},
        balance=balance_table(
            marts["rpt_balance__by_covariate"],
            minimum_group_size=config.privacy.minimum_group_size,
        ),
        quality=quality[list(QUALITY)],
        gates=gates[list(GATES)],
        loads=loads[list(LOADS)],
        measures=measures[list(MEASURES)],
        outcomes=outcome_table(),
        programs=marts["dim_programs"][list(PROGRAMS)],
        run={**run, **attacked.receipt},
    )
    return Study(results, attacked.cells)


@dataclass(frozen=True)
class Withstood:
    """Tables that withstood an attack, and what `run.json` says of it."""

    tables: Mapping[str, pd.DataFrame]
    cells: pd.DataFrame
    receipt: Mapping[str, Any]


class Told:
    """What a release would tell of people, coarser and coarser until an attack finds nothing."""

    def __init__(
        self,
        marts: Mapping[str, pd.DataFrame],
        measures: pd.DataFrame,
        config: WorkspaceConfig,
        run: Mapping[str, Any],
        released: pd.DataFrame | None,
    ) -> None:
        self.marts, self.measures, self.config, self.run = marts, measures, config, run
        self.released = released
        self.people = measures.set_index("measure")["people"].dropna().to_dict()
        is_outcome = measures["theme"].isin(read_rules().outcome_themes)
        self.practices = frozenset(measures.loc[~is_outcome, "measure"])

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Return the effects, which no step makes coarser but by their rows."""
        return _effects(self.marts, self.config, has_pairings=bool(self.run["has_pairings"]))

    def withstanding(self) -> Withstood:
        """Return the finest tables that withstand the attack.

        Raises:
            DataRefused: nothing that is published of the whole withstands it.
        """
        coarsening = Coarsening()
        while True:
            planned = self.planned(coarsening)
            tables = self.tables(planned, coarsening)
            release = release_of({**tables, "measures": self.measures}, self.run)
            found = attack(case_of(release), seconds=SECONDS)
            told = [*found.findings, *found.unsettled]
            if found.is_passed:
                return Withstood(
                    tables,
                    planned.cells,
                    {
                        "privacy": {
                            **self.run.get("privacy", {}),
                            "shown_from": read_rules().shown_from
                            * self.config.privacy.minimum_group_size,
                        },
                        "publishing": planned.record() | {"steps_n": coarsening.steps_n},
                        "attack": found.record() | {"seconds": round(found.seconds, 2)},
                    },
                )
            coarser = mended(
                coarsening,
                told,
                people=self._counted(planned),
                without_counts=planned.without_counts,
            )
            if coarser == coarsening or coarser.steps_n > STEPS:
                raise _refused(told, found.contradicted_n)
            coarsening = coarser

    def planned(self, coarsening: Coarsening) -> Planned:
        """Return the cells of the metrics, beside those that were released."""
        threshold = self.config.privacy.minimum_group_size
        planned = plan(
            self.marts["rpt_metrics__by_period"],
            people=self.people,
            minimum_group_size=threshold,
            allowed_grains=self.config.privacy.periods,
            coarsened=coarsening.cuts,
            practices=self.practices,
        )
        needed = read_rules().shown_from * threshold
        return replace(planned, cells=beside_released(planned.cells, self.released, needed=needed))

    def _counted(self, planned: Planned) -> dict[str, str]:
        cells = planned.cells.drop_duplicates("measure")
        return dict(zip(cells["measure"], cells["people"], strict=True))

    def tables(self, planned: Planned, coarsening: Coarsening) -> dict[str, pd.DataFrame]:
        """Return every table that counts people."""
        threshold = self.config.privacy.minimum_group_size
        months = estimate_curves(
            self.marts["rpt_survival__by_month"],
            self.measures,
            confidence=CONFIDENCE,
            minimum_group_size=threshold,
        )
        if "survival" in coarsening.wholes:
            months = months[months["program"].eq("all")]
        counted = period_metrics(planned)
        metrics = [
            counted,
            horizon_metrics(months, self.measures),
            impact_ratios(counted, self.measures, confidence=CONFIDENCE),
        ]
        curves = arm_curves(
            self.marts["rpt_curves__by_month"],
            confidence=CONFIDENCE,
            minimum_group_size=self.config.privacy.minimum_effect_group_size,
        )
        flow = flow_table(self.marts["rpt_flow__by_step"], minimum_group_size=threshold)
        effects = self.effects
        if "curves" in coarsening.wholes:
            curves = curves[curves["program"].eq("all")]
        if "effects" in coarsening.wholes:
            effects = effects[
                effects["program"].eq("all") & effects["subgroup_dimension"].eq("all")
            ]
        if "flow" in coarsening.wholes:
            flow = flow.iloc[:0]
        return {
            "metrics": pd.concat(metrics, ignore_index=True)[list(METRICS)],
            "effects": effects.reset_index(drop=True),
            "curves": curves.reset_index(drop=True),
            "flow": flow,
            "survival": published_curves(months),
        }


def _refused(told: Sequence[Finding], contradicted_n: int) -> DataRefused:
    """Return the refusal that names the cells that tell of somebody, without their values."""
    cells = [f"{one.kind}: {one.cell}" for one in told]
    more = len(cells) - EXAMPLES
    listed = "; ".join(cells[:EXAMPLES]) + (f"; and {more:,} more" if more > 0 else "")
    return DataRefused(
        "An attack on what would be published tells of small groups, and coarser numbers did not "
        "help; nothing was published.",
        found=listed or f"{contradicted_n:,} counts that contradict each other",
        expected="no group below privacy.minimum_group_size that sums of published numbers narrow",
        to_do="raise privacy.minimum_group_size, or report this with the names of the cells",
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


def period_metrics(planned: Planned) -> pd.DataFrame:
    """Return the metrics counted per period, with intervals; small groups are hidden."""
    cells = planned.cells.sort_values(CELL, kind="stable", ignore_index=True)
    estimated = cells.assign(**_estimates(_per_person(cells))._asdict())
    has_counts = cells["has_counts"].astype(bool)
    estimated = without_counts(
        estimated, ~has_counts, people=cells["people_n"], estimators=cells["estimator"]
    )
    estimated.loc[~has_counts, ["numerator", "denominator"]] = np.nan
    estimated.loc[~cells["has_interval"].astype(bool), ["ci_low", "ci_high"]] = np.nan
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
    # The squares of a ratio are of persons already, and in units of its denominator.
    of_squares = part.where(cells["estimator"].ne("ratio"), part**2)
    return cells.assign(
        numerator=cells["numerator"] * part,
        square_sum=cells["square_sum"] * of_squares,
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
        sums = cells[is_own].reindex(columns=intervals.READS.get(estimator, intervals.SUMS))
        found[:, is_own] = estimate(*sums.to_numpy(dtype=float).T, confidence=CONFIDENCE)
    return intervals.Estimate(*found)
