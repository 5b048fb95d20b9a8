"""From the warehouse's marts to the results, past disclosure control."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analyses import intervals
from analyses.attack.counted import PERSONS_OF, REST_OF
from analyses.attack.findings import Attack, Finding, attack
from analyses.attack.published import case_of
from analyses.attack.release import Release, release_of
from analyses.attack.restatements import told_between
from analyses.balance import balance_table, largest_differences
from analyses.closed import settled_cells
from analyses.comments import comment_rows, comment_table, commented
from analyses.curves import arm_curves, flow_table
from analyses.disclosure import SMALL, blank
from analyses.drivers import driver_rows, driver_table
from analyses.early_warnings import warning_rows, warning_table
from analyses.editions import Standing, beside_released
from analyses.effects import adjusted_effects, outcome_table
from analyses.evidence import (
    balance_evidence,
    curves_evidence,
    effects_evidence,
    flow_evidence,
    metrics_evidence,
    metrics_root,
    survival_evidence,
)
from analyses.guardrails import guardrails
from analyses.impact_ratios import impact_ratios
from analyses.measures import read_measures
from analyses.mending import Coarsening, mended
from analyses.merging import CELL
from analyses.naive import naive_effects
from analyses.outcomes import OUTCOME_THEMES, asked_outcomes
from analyses.placebo import placebo_tests, vetoes
from analyses.publishing import Plannable, Planned, plannable, read_rules, without_counts
from analyses.questions import not_voluntary, with_unanswered
from analyses.reconciliation import reconciled, reconciliation_rows, reconciliation_table
from analyses.released import COUNTING, Edition, Released
from analyses.reliability import reliability_rows, reliability_table
from analyses.results import (
    EFFECTS,
    GATES,
    LOADS,
    MEASURES,
    METRICS,
    PROGRAMS,
    QUALITY,
    TABLES,
    Results,
    uneditioned,
)
from analyses.returns import returns
from analyses.standings import standings
from analyses.survival import estimate_curves, horizon_metrics, published_curves
from analyses.targets import targets
from analyses.topics import topic_rows, topic_table
from analyses.verdicts import NAIVE
from workspace.config import WorkspaceConfig
from workspace.database import connect
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
        released: what the next release is held against.
        reconciled: the counts beside the platform's own in full, which nobody else may read.
    """

    results: Results
    released: Released
    reconciled: pd.DataFrame


def analyze(
    *,
    warehouse_path: Path,
    manifest_path: Path,
    quality: pd.DataFrame,
    gates: pd.DataFrame,
    loads: pd.DataFrame,
    run: Mapping[str, Any],
    config: WorkspaceConfig,
    released: Released | None = None,
    kept: Sequence[Release] = (),
    followed_up: pd.DataFrame | None = None,
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
        released: what was released last; none, where nothing was.
        kept: the releases that lie beside the new one.
        followed_up: what became of the warnings of the list before, where there was one.

    Raises:
        DataRefused: what is published would tell of small groups, however coarse.
    """
    marts = _read_marts(warehouse_path)
    marts["followed_up"] = pd.DataFrame() if followed_up is None else followed_up
    measures = read_measures(manifest_path)
    counted = reconciled(
        marts["rpt_reconciliation__by_figure"],
        quality,
        declared=config.reconciliation,
        exported=frozenset(source.table for source in config.sources),
    )
    marts["reconciled"] = counted
    withstood = Told(marts, measures, config, run, released, kept).withstanding()
    tables = withstood.tables
    measures["is_measured"] = measures["measure"].isin(tables["metrics"]["measure"])
    programs = marts["dim_programs"][list(PROGRAMS)]
    program_ids = sorted(set(programs["program"].dropna()) - {"all"})
    results = Results(
        **{name: tables[name] for name in COUNTING},
        targets=targets(
            tables["metrics"],
            measures,
            declared=config.targets,
            programs=program_ids,
            as_of=dt.date.fromisoformat(run["as_of"]),
            follow_up_ends_on=dt.date.fromisoformat(run["follow_up_ends_on"]),
        ),
        standings=standings(tables["metrics"], measures, programs=program_ids),
        returns=returns(tables["effects"], config.costs),
        guardrails=guardrails(
            tables["effects"],
            tables["metrics"],
            config=config.guardrails,
            impact=config.impact,
            exported={source.table for source in config.sources},
        ),
        quality=quality[list(QUALITY)],
        gates=gates[list(GATES)],
        loads=loads[list(LOADS)],
        measures=measures[list(MEASURES)],
        outcomes=outcome_table(),
        programs=programs,
        run={**run, **withstood.receipt},
    )
    return Study(results, withstood.released, counted)


@dataclass(frozen=True)
class Withstood:
    """Tables that withstood an attack, what is kept of them, and what `run.json` says of it."""

    tables: Mapping[str, pd.DataFrame]
    released: Released
    receipt: Mapping[str, Any]


class Told:
    """What a release would tell of people, coarser and coarser until an attack finds nothing."""

    def __init__(
        self,
        marts: Mapping[str, pd.DataFrame],
        measures: pd.DataFrame,
        config: WorkspaceConfig,
        run: Mapping[str, Any],
        released: Released | None,
        kept: Sequence[Release] = (),
    ) -> None:
        self.marts, self.measures, self.config, self.run = marts, measures, config, run
        self.released = released
        self.kept = kept
        self.people = measures.set_index("measure")["people"].dropna().to_dict()
        self.part_of = measures.set_index("measure")["part_of"].dropna().to_dict()
        self.wholes = {
            self.people.get(part, part): self.people.get(whole, whole)
            for part, whole in self.part_of.items()
        }
        is_outcome = measures["theme"].isin(OUTCOME_THEMES)
        self.practices = frozenset(measures.loc[~is_outcome, "measure"])
        as_of = run.get("as_of")
        editions = [one.run["edition"] for one in self.kept]
        if released is not None:
            editions.append(released.edition.number)
        self.edition = Edition(
            1 + max(map(int, editions), default=0),
            dt.date.fromisoformat(as_of) if as_of else None,
            f"{run.get('version', '')} {run.get('config_hash', '')}",
        )
        self.threshold = config.privacy.minimum_group_size
        self.few = config.privacy.minimum_effect_group_size
        self.needed = max(read_rules().shown_from * self.threshold, self.few)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Return the effects, which no step makes coarser but by their rows."""
        naive = self.marts["rpt_naive_comparison__by_horizon"].assign(
            subgroup_dimension="all", subgroup_member="all", estimand=NAIVE
        )
        counted = pd.concat([self.marts["rpt_effects__by_horizon"], naive], ignore_index=True)
        effects = _effects(self.marts, self.config, has_pairings=bool(self.run["has_pairings"]))
        return effects_evidence(effects, counted).assign(minimum=self.few)

    @cached_property
    def settled(self) -> pd.DataFrame:
        """Return the counted cells with closed periods as they may be counted."""
        before = self.released
        return settled_cells(
            self.marts["rpt_metrics__by_period"],
            None if before is None else before.settled,
            None if before is None else before.tables.get("metrics"),
            people=self.people,
            needed=self.needed,
            as_of=self.edition.as_of,
        )

    def withstanding(self) -> Withstood:
        """Return the finest tables that withstand the attack.

        Raises:
            DataRefused: nothing that is published of the whole withstands it.
        """
        coarsening = Coarsening()
        started = time.monotonic()
        while True:
            planned = self.planned(coarsening)
            standing = beside_released(
                self.rows(planned, coarsening),
                self.released,
                edition=self.edition,
                needed=self.needed,
                held=coarsening.held,
            )
            tables = self.published(standing.tables)
            release = release_of({**tables, "measures": self.measures}, self.run)
            found = attack(case_of(release), seconds=SECONDS)
            told = [*found.findings, *found.unsettled, *told_between(self.kept, release)]
            if found.is_passed and not told:
                return Withstood(
                    tables,
                    self._to_be_kept(standing),
                    {
                        **self._receipt(planned, coarsening, found, time.monotonic() - started),
                        "standing": self._standing(tables),
                    },
                )
            coarser = mended(
                coarsening,
                told,
                people=self._counted(planned),
                without_counts=planned.without_counts,
                part_of=self.wholes,
            )
            if coarser == coarsening or coarser.steps_n > STEPS:
                raise _refused(told, found.contradicted_n)
            coarsening = coarser

    def _to_be_kept(self, standing: Standing) -> Released:
        """Return what the next release is held against."""
        settled = self.settled
        if self.released is not None:
            before, stood = self.released.settled, list(standing.stood)
            has_stood, had_stood = (
                metrics_root(frame["people"], frame["population"], self.wholes).isin(stood)
                for frame in (settled, before)
            )
            settled = pd.concat([settled[~has_stood], before[had_stood]], ignore_index=True)
        return Released(self.edition, standing.tables, settled)

    def _receipt(
        self, planned: Planned, coarsening: Coarsening, found: Attack, seconds: float
    ) -> dict[str, Any]:
        """Return what `run.json` says of the plan and of the attack."""
        shown_from = read_rules().shown_from * self.threshold
        return {
            "edition": self.edition.number,
            "privacy": {**self.run.get("privacy", {}), "shown_from": shown_from},
            "publishing": planned.record() | {"steps_n": coarsening.steps_n},
            "attack": {
                **found.record(),
                "compared_with": [str(one.run.get("run_id", "")) for one in self.kept],
                "seconds": round(seconds, 2),
            },
        }

    def _standing(self, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
        """Return how many rows rest on earlier exports, and on which at the earliest."""
        counting = (table["as_of"] for table in tables.values() if "as_of" in table)
        days = pd.concat([pd.to_datetime(column) for column in counting])
        older = days[days < pd.Timestamp(self.edition.as_of)]
        return {
            "rows_n": len(days),
            "older_n": len(older),
            "oldest": None if older.empty else older.min().date().isoformat(),
        }

    def planned(self, coarsening: Coarsening) -> Planned:
        """Return the cells of the metrics."""
        return self.plannable.planned(coarsening.cuts)

    @cached_property
    def plannable(self) -> Plannable:
        """Return the counted cells, laid out for planning."""
        return plannable(
            self.settled.drop(columns="counted_until"),
            people=self.people,
            minimum_group_size=self.threshold,
            allowed_grains=self.config.privacy.periods,
            practices=self.practices,
            parts=self.measures.groupby("part_of")["measure"].apply(tuple).to_dict(),
        )

    def _counted(self, planned: Planned) -> dict[str, str]:
        """Return, by what an attack may find, the people whose cells become coarser."""
        cells = planned.cells.drop_duplicates("measure")
        counted = dict(zip(cells["measure"], cells["people"], strict=True))
        return {
            **counted,
            **{PERSONS_OF + people: people for people in counted.values()},
            **{
                REST_OF + whole: counted[part]
                for part, whole in self.part_of.items()
                if part in counted
            },
        }

    def rows(self, planned: Planned, coarsening: Coarsening) -> dict[str, pd.DataFrame]:
        """Return the rows of every table that counts people, with the people they rest on."""
        rows = {"metrics": metrics_evidence(planned.cells, self.wholes), **self.uncut}
        return {name: _of_the_whole(name, frame, coarsening) for name, frame in rows.items()}

    @cached_property
    def uncut(self) -> dict[str, pd.DataFrame]:
        """Return the rows of all tables but the metrics, which no plan cuts."""
        marts = self.marts
        months = estimate_curves(
            marts["rpt_survival__by_month"],
            self.measures,
            confidence=CONFIDENCE,
            minimum_group_size=self.threshold,
        )
        curves = arm_curves(
            marts["rpt_curves__by_month"], confidence=CONFIDENCE, minimum_group_size=self.few
        )
        flow = flow_table(marts["rpt_flow__by_step"], minimum_group_size=self.threshold)
        balance = balance_table(marts["rpt_balance__by_covariate"], minimum_group_size=self.few)
        least = read_rules().shown_from * self.threshold
        return {
            "survival": survival_evidence(months).assign(minimum=least),
            "effects": self.effects,
            "curves": curves_evidence(curves, marts["rpt_curves__by_month"]),
            "flow": flow_evidence(flow, marts["rpt_flow__by_step"]),
            "balance": balance_evidence(balance, marts["rpt_balance__by_covariate"]),
            "drivers": driver_rows(
                marts["rpt_drivers__by_program"],
                marts["rpt_shortfalls__by_program"],
                confidence=CONFIDENCE,
                minimum_group_size=self.few,
                exported={source.table for source in self.config.sources},
                programs=marts["dim_programs"]["program"],
            ).assign(minimum=self.few),
            "warnings": warning_rows(
                marts["rpt_warnings__by_program"],
                marts["followed_up"],
                confidence=CONFIDENCE,
                minimum_group_size=self.few,
                thresholds=self.config.warnings.thresholds,
                exported={source.table for source in self.config.sources},
                programs=marts["dim_programs"]["program"],
            ).assign(minimum=self.few),
            "reconciliation": reconciliation_rows(marts["reconciled"], shown_from=least).assign(
                minimum=least
            ),
            "reliability": reliability_rows(
                marts["rpt_reliability__by_construct"],
                confidence=CONFIDENCE,
                minimum_group_size=self.few,
            ).assign(minimum=self.few),
            "comments": comment_rows(
                marts["rpt_comments__by_theme"], minimum_group_size=self.few
            ).assign(minimum=self.few),
            "topics": topic_rows(
                marts["rpt_words__by_comment"],
                commented(marts["rpt_comments__by_theme"]),
                minimum_group_size=self.few,
            ).assign(minimum=self.few),
        }

    def published(self, rows: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """Return the result tables of rows that may be published."""
        cells = rows["metrics"]
        cells = cells.assign(is_small=cells["people_n"] < read_rules().shown_from * self.threshold)
        months = rows["survival"]
        counted = period_metrics(cells)
        metrics = [
            counted,
            horizon_metrics(months, self.measures),
            impact_ratios(counted, self.measures, confidence=CONFIDENCE),
        ]
        tables = {
            **rows,
            "metrics": pd.concat(metrics, ignore_index=True),
            "survival": published_curves(months),
            "drivers": driver_table(rows["drivers"]),
            "warnings": warning_table(rows["warnings"]),
            "reconciliation": reconciliation_table(
                rows["reconciliation"], self.marts["reconciled"]
            ),
            "reliability": reliability_table(rows["reliability"]),
            "comments": comment_table(rows["comments"]),
            "topics": topic_table(rows["topics"]),
        }
        return {name: tables[name][list(TABLES[name])].reset_index(drop=True) for name in COUNTING}


def _of_the_whole(table: str, rows: pd.DataFrame, coarsening: Coarsening) -> pd.DataFrame:
    """Return the rows of a table, without parts of the whole where these tell too much."""
    if table not in coarsening.wholes:
        return rows
    if table == "flow":
        return rows.iloc[:0]
    is_whole = rows["program"].eq("all")
    if table == "effects":
        is_whole &= rows["subgroup_dimension"].eq("all")
    return rows[is_whole]


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
            marts["rpt_eligible__by_horizon"],
            roles=config.impact.roles,
            outcomes=asked_outcomes(config),
            horizons_months=config.impact.horizons_months,
        )
    adjusted = adjusted_effects(
        cells,
        placebo_tests(
            marts["rpt_placebos__by_program"], confidence=CONFIDENCE, minimum_group_size=few
        ),
        largest_differences(marts["rpt_balance__by_covariate"]),
        vetoes(marts["rpt_vetoes__by_role"], minimum_group_size=few),
        confidence=CONFIDENCE,
        minimum_group_size=few,
        minimum_retained_share=config.impact.minimum_retained_share,
        not_voluntary=not_voluntary(marts["dim_programs"]),
    )
    naive = naive_effects(
        marts["rpt_naive_comparison__by_horizon"], confidence=CONFIDENCE, minimum_group_size=few
    )
    return pd.concat([adjusted.astype(object), naive.astype(object)], ignore_index=True)[
        uneditioned(EFFECTS)
    ]


def _read_marts(warehouse_path: Path) -> dict[str, pd.DataFrame]:
    """Return the cells of every mart that results are made of; none has a row per person."""
    names = (
        "dim_programs",
        "rpt_balance__by_covariate",
        "rpt_comments__by_theme",
        "rpt_curves__by_month",
        "rpt_drivers__by_program",
        "rpt_effects__by_horizon",
        "rpt_eligible__by_horizon",
        "rpt_flow__by_step",
        "rpt_metrics__by_period",
        "rpt_naive_comparison__by_horizon",
        "rpt_placebos__by_program",
        "rpt_reconciliation__by_figure",
        "rpt_reliability__by_construct",
        "rpt_shortfalls__by_program",
        "rpt_survival__by_month",
        "rpt_vetoes__by_role",
        "rpt_warnings__by_program",
        "rpt_words__by_comment",
    )
    with connect(warehouse_path, read_only=True) as connection:
        return {name: connection.table(name).order("all").df() for name in names}


def period_metrics(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the metrics of planned cells, with intervals; small groups are hidden."""
    cells = cells.sort_values(CELL, kind="stable", ignore_index=True)
    estimated = cells.assign(**_estimates(_per_person(cells))._asdict())
    has_counts = cells["has_counts"].astype(bool)
    estimated = without_counts(
        estimated, ~has_counts, people=cells["people_n"], estimators=cells["estimator"]
    )
    estimated.loc[~has_counts, ["numerator", "denominator"]] = np.nan
    estimated.loc[~cells["has_interval"].astype(bool), ["ci_low", "ci_high"]] = np.nan
    hidden = cells["is_small"].astype(bool)
    estimated["reason"] = pd.Series(SMALL, index=cells.index, dtype=object).where(hidden)
    return blank(estimated, hidden, NUMBERS)[
        [name for name in METRICS if name in estimated or name == "is_suppressed"]
    ]


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
