"""The simulation study: hundreds of companies whose truth is known, through the project's own SQL.

`make study` draws them, estimates, and writes docs/explanation/simulation-study.md. It resumes
where it was stopped; companies drawn for other SQL or another law are not counted.

    python -m tests.study.simulate --companies 20     a quick look, printed only
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analyses import intervals
from analyses.verdicts import LARGEST_DETECTABLE_EFFECT, PREFERRED, WITHDRAWN
from tests.models.impact.engine import CHECKOUT, Engine, adjusted, compiled, naive, placebos
from tests.study import company
from tests.study.company import EXIT_MULTIPLIER, PROMOTION_MULTIPLIER, Law

PAGE = CHECKOUT / "docs" / "explanation" / "simulation-study.md"
STORE = CHECKOUT / "target" / "study" / "companies.jsonl"
SEED = 20250
OUTCOMES = ("retention", "promotion")
HEADLINE, STARTED = "mentored_vs_not", "started_vs_not_yet"

COVERAGE_RANGE = (0.92, 0.98)
BIAS_MAX = 0.25
FALSE_ALARMS_MAX = 0.08
FALSE_CLEAR_MAX = 0.10

STRONG = Law(hidden=0.8)
RARE = Law(hidden=0.8, is_rare=True)
EFFECT = Law(exit_multiplier=EXIT_MULTIPLIER, promotion_multiplier=PROMOTION_MULTIPLIER)


@dataclass(frozen=True)
class Scenario:
    """Companies of one kind."""

    name: str
    companies: int
    employees: int
    law: Law

    @property
    def is_sound(self) -> bool:
        """Return whether everything that matters is in the tables."""
        return self.law.hidden == 0


PLAN = (
    Scenario("true effect", 200, 6_000, EFFECT),
    Scenario("no effect", 200, 6_000, Law()),
    Scenario("true effect, small company", 100, 2_000, EFFECT),
    Scenario("weak unmeasured selection", 50, 6_000, Law(hidden=0.2)),
    Scenario("middling unmeasured selection", 50, 6_000, Law(hidden=0.4)),
    Scenario("strong unmeasured selection", 50, 6_000, Law(hidden=0.8)),
    Scenario("middling selection on a rare trait", 50, 6_000, Law(hidden=0.4, is_rare=True)),
    Scenario("strong selection on a rare trait", 50, 6_000, RARE),
    *(
        Scenario(
            f"{name}, {applicants} applicants a place",
            50,
            6_000,
            dataclasses.replace(law, applicants=applicants),
        )
        for name, law in (("true effect", EFFECT), ("strong unmeasured selection", STRONG))
        for applicants in (1.4, 2.3, 3.1)
    ),
    Scenario(
        "strong selection on a rare trait, 2.3 applicants a place",
        50,
        6_000,
        dataclasses.replace(RARE, applicants=2.3),
    ),
    Scenario(
        "true effect, lottery",
        200,
        6_000,
        dataclasses.replace(EFFECT, applicants=2.3, is_drawn=True),
    ),
    Scenario(
        "strong unmeasured selection, lottery",
        50,
        6_000,
        dataclasses.replace(STRONG, applicants=2.3, is_drawn=True),
    ),
)
# Of every design: in which estimand a clear benefit is looked for, in the order of preference.
DESIGNS = ("offered_vs_not", "mentored_vs_applied", "mentored_vs_not")
_engine: Engine | None = None


def estimated(
    engine: Engine, scenario: Scenario, *, number: int, seed: int
) -> list[dict[str, Any]]:
    """Return what the engine says of one company, and what is true, per outcome and estimand."""
    rng = np.random.default_rng([seed, *scenario.name.encode(), scenario.employees, number])
    drawn = company.draw(employees=scenario.employees, law=scenario.law, rng=rng)
    marts = engine.marts(drawn.raw)
    effects = adjusted(marts)
    effects = effects[effects["program"].eq("all") & effects["outcome"].isin(OUTCOMES)]
    unadjusted = naive(marts).query("program == 'all' and horizon_months == 12")
    misled = unadjusted.set_index("outcome")["effect"].to_dict()
    placebo = placebos(marts).set_index("program").loc["all"]
    columns = [
        "outcome",
        "estimand",
        "effect",
        "se",
        "ci_low",
        "ci_high",
        "verdict",
        "matched_treated_n",
        "matched_share",
        "max_abs_smd",
        "contamination_share",
        "largest_weight",
        "largest_person_share",
        "minimum_detectable_effect",
        "evidence_grade",
        "rating_pull",
        "own_past_ci_low",
        "veto_p_value",
    ]
    rows: list[dict[str, Any]] = json.loads(effects[columns].to_json(orient="records"))
    return [
        {
            **row,
            "truth": drawn.truth[row["outcome"]],
            "naive": float(misled[row["outcome"]]),
            "placebo_p_value": float(placebo["placebo_p_value"]),
            "has_failed_placebo": bool(placebo["has_failed_placebo"]),
        }
        for row in rows
    ]


def _prepare(engine: Engine) -> None:
    global _engine
    _engine = engine


def _work(scenario: Scenario, number: int, seed: int) -> list[dict[str, Any]]:
    assert _engine is not None
    return estimated(_engine, scenario, number=number, seed=seed)


@dataclass(frozen=True)
class Store:
    """The companies estimated so far, one line each, so that a stopped study goes on."""

    path: Path
    fingerprint: str

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield every stored row of this SQL and this law."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            stored = json.loads(line)
            if stored["fingerprint"] == self.fingerprint:
                for row in stored["rows"]:
                    yield {**{key: stored[key] for key in ("scenario", "number", "seed")}, **row}

    def add(self, scenario: Scenario, number: int, seed: int, rows: list[dict[str, Any]]) -> None:
        """Append one company."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = {
            "fingerprint": self.fingerprint,
            "scenario": _label(scenario),
            "number": number,
            "seed": seed,
            "rows": rows,
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _label(scenario: Scenario) -> str:
    return f"{scenario.name}/{scenario.employees}"


def run(plan: Sequence[Scenario], *, jobs: int, seed: int, path: Path = STORE) -> pd.DataFrame:
    """Return one row per company, outcome and estimand, drawing what is not stored yet."""
    engine = compiled()
    law = Path(company.__file__).read_bytes() + repr(PLAN).encode()
    fingerprint = f"{engine.fingerprint}-{hashlib.sha256(law).hexdigest()[:8]}"
    store = Store(path, fingerprint)
    done = {(row["scenario"], row["number"]) for row in store.rows() if row["seed"] == seed}
    wanted = [
        (scenario, number)
        for scenario in plan
        for number in range(scenario.companies)
        if (_label(scenario), number) not in done
    ]
    # All scenarios advance together: a look at a stopped study sees every one of them.
    wanted.sort(key=lambda task: task[1] / task[0].companies)
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_prepare, initargs=(engine,)
    ) as pool:
        tasks = {pool.submit(_work, *task, seed): task for task in wanted}
        for count, future in enumerate(as_completed(tasks), start=1):
            store.add(*tasks[future], seed, future.result())
            print(f"\r{count} of {len(wanted)} companies", end="", flush=True)
    if wanted:
        print()
    rows = pd.DataFrame(store.rows())
    rows = rows[rows["seed"].eq(seed)]
    names = {_label(scenario): scenario.companies for scenario in plan}
    rows = rows[rows["number"] < rows["scenario"].map(names).fillna(0)]
    return rows.sort_values(["scenario", "number", "outcome", "estimand"], ignore_index=True)


@dataclass(frozen=True)
class Line:
    """How one estimand of one outcome did over the companies of a scenario."""

    scenario: Scenario
    outcome: str
    estimand: str
    companies: int
    truth: float
    effect: float
    bias: float
    bias_se: float
    mean_se: float
    spread: float
    coverage: intervals.Estimate
    naive_bias: float

    @property
    def bias_in_se(self) -> float:
        """Return the bias as a share of the mean standard error, without its sign."""
        return abs(self.bias) / self.mean_se


def summary(rows: pd.DataFrame, plan: Sequence[Scenario], *, estimand: str) -> list[Line]:
    """Return one line per scenario and outcome."""
    lines = []
    for scenario in plan:
        for outcome in OUTCOMES:
            cell = rows[
                rows["scenario"].eq(_label(scenario))
                & rows["outcome"].eq(outcome)
                & rows["estimand"].eq(estimand)
            ]
            if len(cell):
                lines.append(_line(scenario, outcome, estimand, cell))
    return lines


def _line(scenario: Scenario, outcome: str, estimand: str, cell: pd.DataFrame) -> Line:
    # A suppressed effect is no estimate: it counts as not covering.
    error = cell["effect"] - cell["truth"]
    is_covered = cell["ci_low"].le(cell["truth"]) & cell["ci_high"].ge(cell["truth"])
    return Line(
        scenario=scenario,
        outcome=outcome,
        estimand=estimand,
        companies=len(cell),
        truth=float(cell["truth"].mean()),
        effect=float(cell["effect"].mean()),
        bias=float(error.mean()),
        bias_se=float(error.std() / math.sqrt(len(cell))),
        mean_se=float(cell["se"].mean()),
        spread=float(error.std()),
        coverage=_share(is_covered),
        naive_bias=float((cell["naive"] - cell["truth"]).mean()),
    )


def _share(marks: pd.Series) -> intervals.Estimate:
    return intervals.share(
        np.array([float(marks.sum())]), np.array([float(len(marks))]), confidence=0.95
    )


def _share_text(estimate: intervals.Estimate) -> str:
    value, low, high = (float(part[0]) for part in estimate)
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join("---" for _ in header) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def effects_table(lines: Sequence[Line]) -> str:
    """Return the table of estimates against the truth."""
    header = [
        "scenario",
        "companies x employees",
        "outcome",
        "truth",
        "mean effect",
        "bias (± its SE)",
        "mean SE",
        "SD of errors",
        "abs(bias) / SE",
        "coverage of 95 % intervals (Monte Carlo interval)",
        "naive bias",
    ]
    return _table(
        header,
        (
            [
                line.scenario.name,
                f"{line.companies} x {line.scenario.employees:,}",
                line.outcome,
                f"{line.truth:+.4f}",
                f"{line.effect:+.4f}",
                f"{line.bias:+.4f} ± {line.bias_se:.4f}",
                f"{line.mean_se:.4f}",
                f"{line.spread:.4f}",
                f"{line.bias_in_se:.2f}",
                _share_text(line.coverage),
                f"{line.naive_bias:+.4f}",
            ]
            for line in lines
        ),
    )


def alarms_table(rows: pd.DataFrame, plan: Sequence[Scenario]) -> str:
    """Return how often the placebo alarms where nothing is hidden."""
    body = []
    for scenario in plan:
        cell = _headlines(rows, scenario, "retention")
        if scenario.is_sound and len(cell):
            alarms = _share(cell["has_failed_placebo"])
            size = f"{len(cell)} x {scenario.employees:,}"
            body.append([scenario.name, size, _share_text(alarms)])
    every = pd.concat([_headlines(rows, one, "retention") for one in plan if one.is_sound])
    alarms = _share(every["has_failed_placebo"])
    body.append(["all sound companies", f"{len(every)}", _share_text(alarms)])
    return _table(["scenario", "companies x employees", "false alarms"], body)


def selection_table(rows: pd.DataFrame, plan: Sequence[Scenario]) -> str:
    """Return what unmeasured selection does to the headline, and how often that is noticed."""
    body = []
    for scenario in plan:
        for outcome in OUTCOMES:
            cell = _headlines(rows, scenario, outcome)
            if scenario.is_sound or not len(cell):
                continue
            line = _line(scenario, outcome, HEADLINE, cell)
            body.append(
                [
                    f"{scenario.name} ({scenario.law.hidden:.1f})",
                    f"{line.companies} x {scenario.employees:,}",
                    outcome,
                    f"{line.bias:+.4f} ± {line.bias_se:.4f}",
                    f"{line.bias / line.mean_se:+.2f}",
                    _share_text(_share(cell["verdict"].eq("contradicted by placebo"))),
                    _share_text(_share(cell["verdict"].eq("clear benefit"))),
                ]
            )
    header = [
        "scenario (strength)",
        "companies x employees",
        "outcome",
        "bias (± its SE)",
        "bias / SE",
        "headline withdrawn",
        "still called a clear benefit",
    ]
    return _table(header, body)


def designs_table(rows: pd.DataFrame, plan: Sequence[Scenario]) -> str:
    """Return how often each design says that there is a clear benefit, and which one answers."""
    body = []
    for scenario in plan:
        for outcome in OUTCOMES:
            own = rows[rows["scenario"].eq(_label(scenario)) & rows["outcome"].eq(outcome)]
            if not len(own):
                continue
            companies = own["number"].nunique()
            line = [scenario.name, f"{companies} x {scenario.employees:,}", outcome]
            for design in DESIGNS:
                cell = own[own["estimand"].eq(design)]
                is_clear = cell["verdict"].eq("clear benefit")
                line.append(f"{is_clear.sum()} of {len(cell)}" if len(cell) else "")
            answers = _answers(own)
            clear = sum(answer == "clear benefit" for answer in answers)
            vetoed = own.groupby("number")["veto_p_value"].max() < 0.05
            line += [f"{clear} of {companies}", f"{vetoed.sum()} of {companies}"]
            body.append(line)
    header = ["scenario", "companies x employees", "outcome"]
    return _table([*header, *DESIGNS, "the answer", "vetoed"], body)


def _answers(own: pd.DataFrame) -> list[str]:
    """Return the verdict of each company on one outcome."""
    return [_answer(group) for _, group in own.groupby("number")]


def _answer(own: pd.DataFrame) -> str:
    """Return the verdict of the design that answers, as pages choose it."""
    by_design = own.set_index("estimand")
    for design in PREFERRED:
        if design in by_design.index:
            row = by_design.loc[design]
            has_size = float(row["minimum_detectable_effect"] or "nan") <= LARGEST_DETECTABLE_EFFECT
            if has_size and row["verdict"] not in WITHDRAWN:
                return str(row["verdict"])
    return str(by_design.loc[HEADLINE, "verdict"])


def _headlines(rows: pd.DataFrame, scenario: Scenario, outcome: str) -> pd.DataFrame:
    return rows[
        rows["scenario"].eq(_label(scenario))
        & rows["outcome"].eq(outcome)
        & rows["estimand"].eq(HEADLINE)
    ]


def requirements(rows: pd.DataFrame, plan: Sequence[Scenario]) -> list[tuple[str, bool]]:
    """Return each thing that must hold, and whether it does."""
    sound = [scenario for scenario in plan if scenario.is_sound]
    found = []
    for line in summary(rows, sound, estimand=HEADLINE):
        where = f"{line.scenario.name}, {line.scenario.employees:,} employees, {line.outcome}"
        coverage = float(line.coverage.value[0])
        low, high = COVERAGE_RANGE
        text = f"coverage between {low} and {high}: {where}: {coverage:.3f}"
        found.append((text, low <= coverage <= high))
        text = f"bias at most a quarter of the mean standard error: {where}: {line.bias_in_se:.2f}"
        found.append((text, line.bias_in_se <= BIAS_MAX))
    alarms = pd.concat([_headlines(rows, one, "retention") for one in sound])["has_failed_placebo"]
    text = f"false alarms of the placebo at most {FALSE_ALARMS_MAX:.0%}: {alarms.mean():.1%}"
    found.append((text, bool(alarms.mean() <= FALSE_ALARMS_MAX)))
    # Retention has no past of its own: what is only matched cannot keep to this bar.
    for scenario in plan:
        for outcome in OUTCOMES if scenario.law.applicants else ("promotion",):
            own = rows[rows["scenario"].eq(_label(scenario)) & rows["outcome"].eq(outcome)]
            if scenario.law.hidden < STRONG.hidden or not len(own):
                continue
            clear = np.mean([answer == "clear benefit" for answer in _answers(own)])
            text = f"false clear benefits at most {FALSE_CLEAR_MAX:.0%}: {scenario.name}, {outcome}"
            found.append((f"{text}: {clear:.1%}", bool(clear <= FALSE_CLEAR_MAX)))
    return found


def page(rows: pd.DataFrame, plan: Sequence[Scenario], *, seed: int) -> str:
    """Return the page of the documentation."""
    started = [line for line in summary(rows, plan, estimand=STARTED) if line.scenario.law == Law()]
    sound = [scenario for scenario in plan if scenario.is_sound]
    contamination = rows[rows["estimand"].eq(STARTED)]["contamination_share"].mean()
    held = "\n".join(
        f"- {text}: {'holds' if is_met else '**does not hold**'}"
        for text, is_met in requirements(rows, plan)
    )
    return _PAGE.format(
        seed=seed,
        effects=effects_table(summary(rows, sound, estimand=HEADLINE)),
        started=effects_table(started),
        contamination=f"{contamination:.1%}",
        alarms=alarms_table(rows, plan),
        selection=selection_table(rows, plan),
        designs=designs_table(rows, plan),
        held=held,
        exit=EXIT_MULTIPLIER,
        promotion=PROMOTION_MULTIPLIER,
    )


_PAGE = """\
# Simulation study: does the engine find what is true?

<!-- Written by `make study`; change tests/study/simulate.py, not this page. -->

Companies are drawn from a known law, exported as raw tables, and put through the very SQL that
dbt compiles for every build, then through the same Python. What it says is compared with the truth
of each company: the mean, over the people who were mentored, of the difference mentoring made to
their own chances within twelve months, worked out exactly from the chances that drove them.

**The law.** Seven years; chances of leaving and of a promotion depend on department, level, last
rating, tenure, months since promotion, age and season (the demo company's). A program takes people
in every month of the last four years, about one in fourteen in the end, and prefers good ratings,
early levels, the second year of service and some departments. Where there is a true effect,
mentoring multiplies the monthly chance of leaving by choice by {exit} and of a promotion by
{promotion}, from the month after the start on.

## Nothing hidden: what is reported against what is true

`mentored_vs_not`, the headline. The naive comparison, what a dashboard prints, is off by the last
column.

{effects}

`started_vs_not_yet`, where mentoring changes nothing. (Where it does, this estimand compares
starting now with perhaps starting later, which is another question with a slightly smaller answer:
{contamination} of the comparison's people started within the twelve months.)

{started}

## Nothing hidden: how often the placebo alarms for nothing

{alarms}

## Something hidden: what it does, and how often it is noticed

A trait that no table shows makes people more likely to be selected, less likely to leave, more
likely to be promoted and better rated, and mentoring changes nothing: every effect found is false.
The strength is what one standard deviation of the trait adds to the logarithm of each chance; its
correlation with the score behind a fresh rating is half of that. It is spread like most traits
(normal), or, under a second law, a rare one that one person in five has and the others have not,
with the same mean and variance. A passed placebo does not prove that nothing is hidden: it can only
see what is large enough for the company's size.

{selection}

## What each design says

How often each design calls the effect a clear benefit; how often the page does, which takes the
answer of the first design that has the size; and how often turned-down applicants withdraw what
rests on matching alone. In a lottery one in five does not take the offer.

{designs}

## What must hold

{held}

## Again

`make study` with seed {seed}: each company has its own stream of random numbers, from the seed, its
scenario and its number, so any part of the study can be drawn again by itself. A slice of it runs
in the test suite (`tests/models/impact/test_study.py`).
"""


def main() -> None:
    """Run the study, print its tables, and write the page when the whole plan was run."""
    parser = argparse.ArgumentParser(description="The simulation study of the impact engine.")
    parser.add_argument("--companies", type=int, help="companies per scenario; printed only")
    parser.add_argument("--employees", type=int, help="employees of every company; printed only")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--store", type=Path, default=STORE, help="where companies are kept")
    said = parser.parse_args()
    plan = [
        dataclasses.replace(
            scenario,
            companies=min(said.companies or scenario.companies, scenario.companies),
            employees=said.employees or scenario.employees,
        )
        for scenario in PLAN
    ]
    rows = run(plan, jobs=said.jobs, seed=said.seed, path=said.store)
    text = page(rows, plan, seed=said.seed)
    print(text)
    if tuple(plan) == PLAN:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
