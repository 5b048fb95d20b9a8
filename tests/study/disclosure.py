"""Random small companies through the real disclosure step, each attacked by the auditor.

`python -m tests.study.disclosure` runs a thousand of them, and as many pairs of releases that are
one person apart, and prints the table of docs/explanation/privacy.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analyses.attack.findings import Attack, Finding, attack
from analyses.attack.published import case_of
from analyses.attack.release import TABLES, Release, release_of
from analyses.attack.restatements import told_between
from analyses.evidence import metrics_evidence
from analyses.mending import Coarsening
from analyses.publishing import Planned
from analyses.study import Told, Withstood, period_metrics
from workspace.config import WorkspaceConfig

CONFIG = WorkspaceConfig.model_validate(
    {
        "organization": "Example Corp",
        "sources": [{"table": "job_history", "path": "jobs.csv", "preset": "canonical"}],
    }
)
MEASURES = pd.DataFrame(
    [
        ("retention_12_months", "followed 12 months", "share", "share"),
        ("promotion_12_months", "followed 12 months", "share", "share"),
        ("retention_6_months", "followed 6 months", "share", "share"),
        ("satisfaction_top_two_box", "answers on satisfaction", "share", "share"),
        ("satisfaction_mean", "answers on satisfaction", "mean", "points (1-5)"),
        ("program_nps", None, "nps", "NPS points"),
    ],
    columns=["measure", "people", "estimator", "unit"],
).assign(theme="9 Impact", outcome=None, is_person_each=True, adds_up=None, part_of=None)
DIMENSIONS = ("department", "level_band", "work_arrangement", "cohort")
MONTHS_N = 36


def people_of(rng: np.random.Generator) -> pd.DataFrame:
    """Return a company: one row per person, population and program, with outcomes."""
    size = int(np.exp(rng.uniform(np.log(20), np.log(400))))
    programs_n = int(rng.integers(1, 4))

    def drawn(names: list[str]) -> Any:
        return rng.choice(names, size, p=rng.dirichlet(np.full(len(names), 0.8)))

    month = rng.integers(0, MONTHS_N, size)
    return pd.DataFrame(
        {
            "population": rng.choice(["mentees", "mentors"], size, p=[0.6, 0.4]),
            "program": drawn([f"p{number}" for number in range(programs_n)]),
            "department": drawn([f"d{number}" for number in range(int(rng.integers(2, 8)))]),
            "level_band": drawn(["junior", "middle", "senior"]),
            "work_arrangement": drawn(["hybrid", "onsite", "remote", "unknown"]),
            "month": month,
            "stayed_6": (rng.random(size) < 0.95).astype(float),
            "stayed_12": (rng.random(size) < rng.uniform(0.6, 1)).astype(float),
            "promoted_12": (rng.random(size) < rng.uniform(0, 0.3)).astype(float),
            "score": np.where(rng.random(size) < 0.8, rng.integers(1, 6, size), np.nan),
            "recommends": np.where(rng.random(size) < 0.7, rng.integers(0, 11, size), np.nan),
        }
    )


COUNTS = """
with scored as (
    select population, program, department, level_band, work_arrangement, cohort, starts_on,
           scored.measure, scored.months, scored.score
    from people, lateral (
        values
            ('retention_12_months', 12, stayed_12), ('promotion_12_months', 12, promoted_12),
            ('retention_6_months', 6, stayed_6), ('satisfaction_mean', 0, score),
            ('satisfaction_top_two_box', 0, case when score >= 4 then 1 when score < 4 then 0 end),
            ('program_nps', 0, case when recommends >= 9 then 100 when recommends <= 6 then -100
                               when recommends >= 0 then 0 end)
    ) as scored (measure, months, score)
    where scored.score is not null and month + scored.months < $last
),
cut as (
    select scored.*, cuts.dimension, cuts.member
    from scored, lateral (
        values ('all', 'all'), ('department', department), ('level_band', level_band),
               ('work_arrangement', work_arrangement), ('cohort', cohort)
    ) as cuts (dimension, member)
    where cuts.member is not null
),
placed as (
    select cut.*, grains.period_grain, grains.period_start, grains.length
    from cut, lateral (
        values ('all', null, 0), ('month', date_trunc('month', starts_on), 1),
               ('quarter', date_trunc('quarter', starts_on), 3),
               ('year', date_trunc('year', starts_on), 12)
    ) as grains (period_grain, period_start, length)
    -- A period is listed when all of it has been followed long enough.
    where length = 0 or months = 0
        or period_start + to_months(length + months) <= timestamp '2022-01-01' + to_months($last)
)
select measure, population, program, dimension, member, period_grain, period_start,
       sum(score)::double as numerator, sum(score * score)::double as square_sum,
       count(*)::double as denominator, count(*)::double as people_n
from placed group by all order by all
"""


def cells_of(people: pd.DataFrame, *, last: int = MONTHS_N) -> pd.DataFrame:
    """Return what `rpt_metrics__by_period` would hold of a company in its month `last`."""
    starts = np.datetime64("2022-01") + people["month"].to_numpy().astype("timedelta64[M]")
    people = people.assign(starts_on=starts.astype("datetime64[ns]"))
    quarter = people["starts_on"].dt.to_period("Q").astype(str).str.replace("Q", "-Q")
    people["cohort"] = people["program"] + " " + quarter
    people = pd.concat([people, people.assign(program="all", cohort=None)], ignore_index=True)
    with duckdb.connect() as connection:
        connection.register("people", people[people["month"] < last])
        cells = connection.execute(COUNTS, {"last": last}).df()
    declared = MEASURES.set_index("measure")
    cells = cells.assign(
        unit=cells["measure"].map(declared["unit"]),
        estimator=cells["measure"].map(declared["estimator"]),
        period_start=pd.to_datetime(cells["period_start"]),
    )
    cells["square_sum"] = cells["square_sum"].mask(cells["estimator"].eq("share"))
    return cells


class MetricsOnly(Told):
    """What a release tells by its metrics."""

    def rows(
        self,
        planned: Planned,
        coarsening: Coarsening,  # noqa: ARG002 - metrics are coarsened in the plan
    ) -> dict[str, pd.DataFrame]:
        """Return the cells of the metrics with the people they rest on."""
        return {"metrics": metrics_evidence(planned.cells)}

    def published(self, rows: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """Return the metrics, and nothing in the other tables."""
        empty = {name: pd.DataFrame() for name in TABLES}
        cells = rows["metrics"]
        return empty | {"metrics": period_metrics(cells.assign(is_small=cells["people_n"] < 10))}


def published(
    people: pd.DataFrame, before: Withstood | None = None, *, last: int = MONTHS_N
) -> Withstood:
    """Return what the disclosure step publishes of a company, beside an earlier release."""
    marts = {"rpt_metrics__by_period": cells_of(people, last=last)}
    as_of = (pd.Timestamp("2021-12-31") + pd.DateOffset(months=last)).date().isoformat()
    released = None if before is None else before.released
    kept = [] if before is None else [as_release(before)]
    return MetricsOnly(marts, MEASURES, CONFIG, {"as_of": as_of}, released, kept).withstanding()


def as_release(withstood: Withstood) -> Release:
    """Return what is published as an attacker reads it."""
    return release_of({**withstood.tables, "measures": MEASURES}, withstood.receipt)


def audited(withstood: Withstood) -> Attack:
    """Return an attack by the auditor on what is published."""
    return attack(case_of(as_release(withstood)))


def one_person_apart(
    people: pd.DataFrame, rng: np.random.Generator
) -> tuple[Withstood, Withstood, bool]:
    """Return two releases, the second without one person, and whether they differ at all."""
    before = published(people)
    gone = int(rng.integers(len(people)))
    after = published(people.drop(index=gone).reset_index(drop=True), before)
    old, new = (one.tables["metrics"].astype(str) for one in (before, after))
    return before, after, not old.equals(new)


def a_quarter_apart(
    people: pd.DataFrame, rng: np.random.Generator
) -> tuple[Withstood, Withstood, tuple[Finding, ...]]:
    """Return two releases a quarter apart, one person corrected, and what they tell together."""
    before = published(people, last=MONTHS_N - 3)
    wrong = int(rng.integers(len(people)))
    people = people.copy()
    people.loc[wrong, ["department", "stayed_12"]] = ["d0", 1 - people.loc[wrong, "stayed_12"]]
    after = published(people, before)
    return before, after, told_between([as_release(before)], as_release(after))


@dataclass
class Tally:
    """What was attacked, and found."""

    cells: int = 0
    hidden: int = 0
    found: int = 0
    unsettled: int = 0
    refused: int = 0


def main() -> None:
    """Print the table of promises, attacks, cases and findings."""
    from workspace.errors import DataRefused

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    tally = Tally()
    for seed in range(asked.first, asked.first + asked.companies):
        try:
            withstood = published(people_of(np.random.default_rng(seed)))
        except DataRefused:
            tally.refused += 1
            continue
        found = audited(withstood)
        metrics = withstood.tables["metrics"]
        tally.cells += len(metrics)
        tally.hidden += int(metrics["is_suppressed"].sum())
        tally.found += len(found.findings)
        tally.unsettled += found.unsolved_n + found.contradicted_n
    apart, later, refused = 0, 0, 0
    for seed in range(asked.first, asked.first + asked.pairs):
        rng = np.random.default_rng([seed, 1])
        people = people_of(rng)
        try:
            apart += one_person_apart(people, rng)[2]
            later += len(a_quarter_apart(people, rng)[2])
        except DataRefused:
            refused += 1
    print("| promise | attack | cases | found |")
    print("|---|---|---|---|")
    print(
        f"| no hidden group is narrowed | bounds, elimination, linear and integer programs | "
        f"{asked.companies:,} companies, {tally.cells:,} cells, {tally.hidden:,} hidden | "
        f"{tally.found:,} ({tally.unsettled:,} not settled, {tally.refused:,} refused) |"
    )
    print(
        f"| one person less shows nothing | comparison of both releases | {asked.pairs:,} pairs | "
        f"{apart:,} that differ |"
    )
    print(
        f"| a quarter later, one person corrected | both releases as one system | "
        f"{asked.pairs:,} pairs | {later:,} ({refused:,} refused) |"
    )


if __name__ == "__main__":
    main()
