"""Random small companies through the real disclosure step, each attacked by the auditor.

`python -m tests.study.disclosure` runs a thousand of them, and as many pairs of releases that are
one person apart, and prints the table of docs/explanation/privacy.md.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analyses.attack.bounds import TOLERANCE, propagate
from analyses.attack.counted import PERSONS_OF
from analyses.attack.elimination import eliminate
from analyses.attack.findings import Attack, Finding, attack
from analyses.attack.published import case_of
from analyses.attack.release import TABLES, Release, release_of
from analyses.attack.restatements import told_between
from analyses.evidence import metrics_evidence
from analyses.mending import Coarsening
from analyses.merging import CELL
from analyses.publishing import Planned
from analyses.study import Told, Withstood, period_metrics
from workspace.config import WorkspaceConfig

CONFIG = WorkspaceConfig.model_validate(
    {
        "organization": "Example Corp",
        "sources": [{"table": "job_history", "path": "jobs.csv", "preset": "canonical"}],
    }
)
DUE = "pairings due"
MEASURES = pd.DataFrame(
    [
        ("retention_12_months", "followed 12 months", "share", "share", None, None),
        ("promotion_12_months", "followed 12 months", "share", "share", None, None),
        ("retention_6_months", "followed 6 months", "share", "share", None, None),
        ("satisfaction_top_two_box", "answers on satisfaction", "share", "share", None, None),
        ("satisfaction_mean", "answers on satisfaction", "mean", "points (1-5)", None, None),
        ("program_nps", None, "nps", "NPS points", None, None),
        ("completion", DUE, "share", "share", "ends", None),
        ("ended_early", DUE, "share", "share", "ends", None),
        ("completion_same_site", None, "share", "share", None, "completion"),
        ("completion_cross_site", None, "share", "share", None, "completion"),
    ],
    columns=["measure", "people", "estimator", "unit", "adds_up", "part_of"],
)
MEASURES = MEASURES.assign(
    theme="9 Impact",
    outcome=None,
    is_person_each=~MEASURES["measure"].str.startswith(("completion", "ended_early")),
)
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
            "pairings_n": rng.choice([1, 2, 3, 5], size, p=rng.dirichlet([4, 2, 1, 0.5])),
            "site": drawn(["same", "cross", "unknown"]),
            "end": drawn(["completed", "early"]),
        }
    )


COUNTS = """
with scored as (
    select person, population, program, department, level_band, work_arrangement, cohort, starts_on,
           scored.measure, scored.months, scored.score, scored.things_n
    from people, lateral (
        values
            ('retention_12_months', 12, stayed_12, 1), ('promotion_12_months', 12, promoted_12, 1),
            ('retention_6_months', 6, stayed_6, 1), ('satisfaction_mean', 0, score, 1),
            ('satisfaction_top_two_box', 0,
             case when score >= 4 then 1 when score < 4 then 0 end, 1),
            ('program_nps', 0, case when recommends >= 9 then 100 when recommends <= 6 then -100
                               when recommends >= 0 then 0 end, 1),
            ('completion', 0, ("end" = 'completed')::int, pairings_n),
            ('ended_early', 0, ("end" = 'early')::int, pairings_n),
            ('completion_same_site', 0,
             case when site = 'same' then ("end" = 'completed')::int end, pairings_n),
            ('completion_cross_site', 0,
             case when site = 'cross' then ("end" = 'completed')::int end, pairings_n)
    ) as scored (measure, months, score, things_n)
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
               ('half_year', date_trunc('year', starts_on)
                             + to_months(case when month(starts_on) > 6 then 6 else 0 end), 6),
               ('year', date_trunc('year', starts_on), 12)
    ) as grains (period_grain, period_start, length)
    -- A period is listed when all of it has been followed long enough.
    where length = 0 or months = 0
        or period_start + to_months(length + months) <= timestamp '2022-01-01' + to_months($last)
)
select measure, population, program, dimension, member, period_grain, period_start,
       sum(score * things_n)::double as numerator,
       sum(score * score * things_n)::double as square_sum,
       sum(things_n)::double as denominator, count(distinct person)::double as people_n
from placed group by all order by all
"""


def cells_of(people: pd.DataFrame, *, last: int = MONTHS_N) -> pd.DataFrame:
    """Return what `rpt_metrics__by_period` would hold of a company in its month `last`."""
    starts = np.datetime64("2022-01") + people["month"].to_numpy().astype("timedelta64[M]")
    people = people.assign(starts_on=starts.astype("datetime64[ns]"), person=people.index)
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
        return {"metrics": metrics_evidence(planned.cells, self.wholes)}

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


def untrue(withstood: Withstood, people: pd.DataFrame) -> tuple[int, int]:
    """Return how many numbers of people and outcomes were bounded, and how many wrongly."""
    case = case_of(as_release(withstood))
    bounds = propagate(case.system)
    bounds = propagate(case.system, eliminate(case.system, bounds))
    true = cells_of(people)
    true["period_start"] = true["period_start"].mask(true["period_grain"].eq("all"))
    behind = case.people[case.people["quantity"].str.startswith(PERSONS_OF)]
    named = behind["quantity"].str.removeprefix(PERSONS_OF).replace(DUE, "completion")
    persons = behind.assign(measure=named).merge(true, on=CELL)
    things = case.outcomes.rename(columns={"numerator": "told"}).merge(true, on=CELL)
    shares = things[things["kind"].eq("share")]
    pairs = [
        (things["count"], things["denominator"]),
        (shares["first"], shares["numerator"]),
        (persons["count"], persons["people_n"]),
    ]
    wrong = [
        (value < bounds.lower[count] - TOLERANCE) | (value > bounds.upper[count] + TOLERANCE)
        for count, value in pairs
    ]
    return sum(map(len, wrong)), int(sum(one.sum() for one in wrong))


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


def tried(seed: int, *, is_pair: bool) -> dict[str, int]:
    """Return what was attacked, and found, in one company."""
    from workspace.errors import DataRefused

    rng = np.random.default_rng([seed, 1] if is_pair else seed)
    people = people_of(rng)
    try:
        if is_pair:
            before, after, differs = one_person_apart(people, rng)
            later = a_quarter_apart(people, rng)[2]
            between = told_between([as_release(before)], as_release(after))
            return {"pairs": 1, "differ": int(differs), "told": len(later) + len(between)}
        withstood = published(people)
    except DataRefused:
        return {"refused pairs" if is_pair else "refused": 1}
    found, metrics = audited(withstood), withstood.tables["metrics"]
    bounded, wrong = untrue(withstood, people)
    return {
        "companies": 1,
        "cells": len(metrics),
        "hidden": int(metrics["is_suppressed"].sum()),
        "found": len(found.findings),
        "unsettled": found.unsolved_n + found.contradicted_n,
        "bounded": bounded,
        "wrong": wrong,
    }


def main() -> None:
    """Print the table of promises, attacks, cases and findings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--kept", type=Path, help="file that goes on where it was stopped")
    asked = parser.parse_args()
    done: dict[str, dict[str, int]] = {}
    if asked.kept and asked.kept.exists():
        lines = asked.kept.read_text(encoding="utf-8").splitlines()
        done = {name: found for line in lines for name, found in json.loads(line).items()}
    cases = [(seed, False) for seed in range(asked.companies)]
    cases += [(seed, True) for seed in range(asked.pairs)]
    tally: Counter[str] = Counter()
    for seed, is_pair in cases:
        name = f"{'pair' if is_pair else 'company'} {seed}"
        if name not in done:
            done[name] = tried(seed, is_pair=is_pair)
            if asked.kept:
                with asked.kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({name: done[name]}) + "\n")
        tally.update(done[name])
    print("| promise | attack | cases | found |")
    print("|---|---|---|---|")
    print(
        f"| no hidden group is narrowed | bounds, elimination, linear and integer programs | "
        f"{tally['companies']:,} companies, {tally['cells']:,} cells, {tally['hidden']:,} hidden | "
        f"{tally['found']:,} ({tally['unsettled']:,} not settled, {tally['refused']:,} refused) |"
    )
    print(
        f"| what the attack says is true | its bounds against the numbers before hiding | the same "
        f"companies, {tally['bounded']:,} numbers | {tally['wrong']:,} wrong |"
    )
    print(
        f"| one person less shows nothing | comparison of both releases | {tally['pairs']:,} pairs "
        f"| {tally['differ']:,} that differ |"
    )
    print(
        f"| a quarter later, one person corrected | both releases as one system | "
        f"{tally['pairs']:,} pairs | {tally['told']:,} ({tally['refused pairs']:,} refused) |"
    )


if __name__ == "__main__":
    main()
