"""Random small companies through the real disclosure step, each attacked by the auditor.

`python -m tests.study.disclosure` runs a thousand of them, and as many pairs of releases that are
one person apart, and prints the table of docs/explanation/privacy.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analyses.attack.findings import Attack, Finding, attack
from analyses.attack.published import case_of
from analyses.attack.release import TABLES, release_of
from analyses.attack.restatements import told_between
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
).assign(theme="9 Impact", outcome=None)
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


def cells_of(people: pd.DataFrame) -> pd.DataFrame:
    """Return what `rpt_metrics__by_period` would hold of a company."""
    start = pd.Timestamp("2022-01-01")
    people = people.assign(
        starts_on=[start + pd.DateOffset(months=int(month)) for month in people["month"]]
    )
    quarter = people["starts_on"].dt.to_period("Q").astype(str).str.replace("Q", "-Q")
    people["cohort"] = people["program"] + " " + quarter
    people = pd.concat([people, people.assign(program="all", cohort=None)], ignore_index=True)
    return pd.concat(_counted(people), ignore_index=True)


def _counted(people: pd.DataFrame) -> Iterator[pd.DataFrame]:
    last = MONTHS_N
    for measure, (_, row) in zip(MEASURES["measure"], MEASURES.iterrows(), strict=True):
        horizon = {"retention_6_months": 6, "retention_12_months": 12, "promotion_12_months": 12}
        months = horizon.get(measure, 0)
        own = people[people["month"] + months < last]
        score = {
            "retention_12_months": own["stayed_12"],
            "promotion_12_months": own["promoted_12"],
            "retention_6_months": own["stayed_6"],
            "satisfaction_top_two_box": (own["score"] >= 4).where(own["score"].notna()),
            "satisfaction_mean": own["score"],
            "program_nps": 100.0 * (own["recommends"] >= 9) - 100.0 * (own["recommends"] <= 6),
        }[measure].astype(float)
        score = score.where(own["recommends"].notna() | (measure != "program_nps"))
        own = own.assign(score_=score, square=score**2)[score.notna()]
        for grain, letter in (("all", ""), ("month", "M"), ("quarter", "Q"), ("year", "Y")):
            begins = own["starts_on"].dt.to_period(letter).dt.start_time if letter else pd.NaT
            placed = own.assign(period_start=begins)
            if letter and months:
                ends = placed["starts_on"].dt.to_period(letter).dt.end_time
                limit = pd.Timestamp("2022-01-01") + pd.DateOffset(months=int(last - months))
                placed = placed[ends < limit]
            for dimension in ("all", *DIMENSIONS):
                member = placed[dimension] if dimension != "all" else "all"
                cut = placed.assign(member=member).dropna(subset="member")
                keys = ["population", "program", "member", "period_start"]
                sums = cut.groupby(keys, dropna=False)["score_"].agg(["sum", "size"])
                squares = cut.groupby(keys, dropna=False)["square"].sum()
                if row["estimator"] == "share":
                    squares = np.nan
                yield sums.assign(square_sum=squares).reset_index().rename(
                    columns={"sum": "numerator", "size": "denominator"}
                ).assign(
                    measure=measure, unit=row["unit"], estimator=row["estimator"],
                    dimension=dimension, period_grain=grain,
                    people_n=lambda f: f["denominator"],
                ).astype({"denominator": float, "people_n": float})  # fmt: skip


class MetricsOnly(Told):
    """What a release tells by its metrics."""

    def tables(
        self,
        planned: Planned,
        coarsening: Coarsening,  # noqa: ARG002 - metrics are coarsened in the plan
    ) -> dict[str, pd.DataFrame]:
        """Return the metrics, and nothing in the other tables."""
        empty = {name: pd.DataFrame() for name in TABLES}
        return empty | {"metrics": period_metrics(planned)}


def published(people: pd.DataFrame, released: pd.DataFrame | None = None) -> Withstood:
    """Return what the disclosure step publishes of a company."""
    marts = {"rpt_metrics__by_period": cells_of(people)}
    return MetricsOnly(marts, MEASURES, CONFIG, {}, released).withstanding()


def audited(withstood: Withstood) -> Attack:
    """Return an attack by the auditor on what is published."""
    return attack(case_of(release_of({**withstood.tables, "measures": MEASURES}, {})))


def one_person_apart(
    people: pd.DataFrame, rng: np.random.Generator
) -> tuple[Withstood, Withstood, tuple[Finding, ...]]:
    """Return two releases, the second without one person, and what their difference tells."""
    before = published(people)
    gone = int(rng.integers(len(people)))
    after = published(people.drop(index=gone).reset_index(drop=True), before.cells)
    old, new = (release_of({**one.tables, "measures": MEASURES}, {}) for one in (before, after))
    return before, after, told_between(old, new)


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
    asked = parser.parse_args()
    tally, kinds = Tally(), Counter[str]()
    for seed in range(asked.companies):
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
        kinds.update(found.by_kind())
    told = refused = 0
    for seed in range(asked.pairs):
        rng = np.random.default_rng([seed, 1])
        try:
            told += len(one_person_apart(people_of(rng), rng)[2])
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
        f"| one person more or less shows nothing | difference of two releases | "
        f"{asked.pairs:,} pairs | {told:,} ({refused:,} refused) |"
    )


if __name__ == "__main__":
    main()
