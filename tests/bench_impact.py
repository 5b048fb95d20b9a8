"""The benchmark of the impact engine: how long its models take and how that grows with the company.

A drawn company (`tests/study/company.py`) is written as a raw database. The statements that dbt
compiled run on it in a process of their own, from the raw tables to the marts, in files, with two
threads, and with the memory that the project allows itself. dbt's own start, about as long whatever
the company, is part of `tests/bench.py`.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tests.models.impact.engine import MARTS, compiled, write_raw
from tests.study.company import EXIT_MULTIPLIER, PROMOTION_MULTIPLIER, Law, draw

CORE_MARTS = ("rpt_effects__by_horizon", "rpt_placebos__by_program", "rpt_balance__by_covariate")
CORE: Mapping[str, Any] = {
    "impact_roles": ["mentee"],
    "impact_horizons": [12],
    "impact_outcomes": ["retention", "promotion"],
    "impact_subgroups": [],
}
THREADS = 2
MEMORY = "7GB"
SIZES = (10_000, 100_000)
LARGEST = 1_000_000
# What the project wants of itself on two cores: seconds of the core scope.
WANTED_SECONDS = {100_000: 20, 1_000_000: 200}
FULL_SCOPE_SIZE = 100_000
# People who apply for a place, in the study's middling case.
APPLICANTS = 2.3
SEED = 7


@dataclass(frozen=True)
class Measured:
    """What one scope of one company took.

    Attributes:
        seconds: wall time of all statements.
        peak_megabytes: memory of the process.
        trials_n: rows of persons and months that were considered.
    """

    seconds: float
    peak_megabytes: float
    trials_n: int


def main() -> None:
    """Print seconds, memory and growth of the core scope, and what the full grid costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"also {LARGEST:,} people")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        raw, scratch, scope = given.measure
        print(json.dumps(run(Path(raw), Path(scratch), scope).__dict__))
        return
    sizes = (*SIZES, LARGEST) if given.large else SIZES
    print(f"{'people':>10}  {'scope':<6}{'seconds':>9}  {'person-trials':>14}  {'peak MB':>8}")
    core: dict[int, Measured] = {}
    for people in sizes:
        with tempfile.TemporaryDirectory(prefix="mentorship-bench-") as folder:
            raw = Path(folder) / "raw.duckdb"
            write_company(raw, people)
            core[people] = measured(raw, Path(folder), "core")
            show(people, "core", core[people])
            if people == FULL_SCOPE_SIZE:
                full = measured(raw, Path(folder), "full")
                show(people, "full", full)
    ratio = full.seconds / core[FULL_SCOPE_SIZE].seconds
    print(f"the full grid costs {ratio:.1f} times the core scope (at most 4)")
    ratio = added_by_applicants(FULL_SCOPE_SIZE)
    print(f"the comparisons with applicants add {ratio:.2f} of the core scope (at most 0.50)")
    smaller, larger = sizes[-2:]
    growth = math.log(core[larger].seconds / core[smaller].seconds) / math.log(larger / smaller)
    print(f"from {smaller:,} to {larger:,} people seconds grow with the power {growth:.2f}")


def added_by_applicants(people: int) -> float:
    """Return what comparisons with applicants take, as a share of the core scope without them."""
    seconds = []
    with tempfile.TemporaryDirectory(prefix="mentorship-bench-") as folder:
        raw = Path(folder) / "raw.duckdb"
        write_company(raw, people, applicants=APPLICANTS)
        for _ in range(2):
            seconds.append(measured(raw, Path(folder), "core").seconds)
            with duckdb.connect(str(raw)) as connection:
                connection.execute("delete from enrollments")
    applied, core = seconds
    return applied / core - 1


def show(people: int, scope: str, found: Measured) -> None:
    """Print one line."""
    wanted = WANTED_SECONDS.get(people) if scope == "core" else None
    print(
        f"{people:>10,}  {scope:<6}{found.seconds:9.1f}  {found.trials_n:>14,}  "
        f"{found.peak_megabytes:8.0f}" + (f"  (at most {wanted} s)" if wanted else ""),
        flush=True,
    )


def write_company(path: Path, people: int, *, applicants: float = 0.0) -> None:
    """Write a drawn company as a raw database, with keys as long as ingest makes them."""
    law = Law(
        exit_multiplier=EXIT_MULTIPLIER,
        promotion_multiplier=PROMOTION_MULTIPLIER,
        applicants=applicants,
    )
    company = draw(employees=people, law=law, rng=np.random.default_rng(SEED))
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as raw")
        write_raw(connection, company.raw)
        for table, column in (
            ("job_history", "person_key"),
            ("performance_reviews", "person_key"),
            ("pairings", "mentee_key"),
            ("enrollments", "participant_key"),
        ):
            connection.execute(f"update raw.main.{table} set {column} = sha256({column})")
        # As many mentors as a program has: one for five mentees, from among the first people.
        connection.execute(
            "update raw.main.pairings set mentor_key = "
            "sha256(format('p{:07d}', hash(mentee_key) % (select count(*) // 5 + 1 "
            "from raw.main.pairings)))"
        )


def measured(raw: Path, folder: Path, scope: str) -> Measured:
    """Return what a scope takes in a process of its own."""
    scratch = Path(tempfile.mkdtemp(dir=folder))
    words = [sys.executable, "-m", "tests.bench_impact", "--measure", str(raw), str(scratch), scope]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return Measured(**json.loads(done.stdout))


def run(raw: Path, scratch: Path, scope: str) -> Measured:
    """Run every model that the marts of a scope need, parents first."""
    engine = compiled(CORE if scope == "core" else {})
    wanted = CORE_MARTS if scope == "core" else MARTS
    settings = {"threads": THREADS, "memory_limit": MEMORY, "temp_directory": str(scratch)}
    with duckdb.connect(config=settings) as connection:
        connection.execute(f"attach '{raw}' as raw (read_only)")
        connection.execute(f"attach '{scratch}/warehouse.duckdb' as warehouse")
        started = time.perf_counter()
        for model in engine.parents_first(wanted):
            connection.execute(f"create {model.kind} {model.relation} as {model.statement}")
        seconds = time.perf_counter() - started
        considered = engine.models["int_trials__considered"].relation
        trials_n = connection.execute(f"select count(*) from {considered}").fetchone()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(seconds, peak, trials_n[0] if trials_n else 0)


if __name__ == "__main__":
    main()
