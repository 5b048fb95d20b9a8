"""The benchmark of scale, part of `make bench`: companies of growing size, from export to site.

Processor seconds, since others may be at work on the machine, and ratios to what DuckDB takes only
to read the same files in the same run. It writes the table of `docs/explanation/scale.md`. Every
measurement is a process of its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import MEGABYTE, SAMPLE_SECONDS, family_of, memory_of

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "docs" / "explanation" / "scale.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SIZES = (10_000, 30_000, 100_000)
STEPS = {"generate": "making it up", "plain": "plain read", "load": "ingest", "build": "all of it"}
TODAY = dt.date(2026, 6, 30)


@dataclass(frozen=True)
class Taken:
    """What a step took: processor seconds, and the most memory of its processes together."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Company:
    """A company as it was measured."""

    people: int
    megabytes: float
    taken: dict[str, Taken]


def main() -> None:
    """Measure every size and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="PEOPLE")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--workspace", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        run_step(asked.step, asked.workspace, asked.sizes[0])
        return
    table = table_of([company_of(people) for people in asked.sizes])
    print(table)
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def company_of(people: int) -> Company:
    """Return what a company of so many people took."""
    with tempfile.TemporaryDirectory(prefix="mentorship-bench-") as folder:
        root = Path(folder)
        taken = {step: measured(step, root, people) for step in STEPS}
        size = sum(path.stat().st_size for path in exports_of(root))
    return Company(people, size / MEGABYTE, taken)


def exports_of(root: Path) -> list[Path]:
    """Return the exports of a workspace."""
    return sorted((root / "exports").rglob("*.csv"))


def measured(step: str, root: Path, people: int) -> Taken:
    """Return what a step takes in a process of its own; stops the benchmark when it fails."""
    words = ["-m", "tests.bench_scale", "--step", step, "--workspace", str(root)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        [sys.executable, *words, "--sizes", str(people)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(memory_of(pid) for pid in family_of(process.pid)))
            time.sleep(SAMPLE_SECONDS)
    if process.returncode != 0:
        sys.exit(f"{STEPS[step]} failed for {people:,} people")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(used, peak / MEGABYTE)


def run_step(step: str, root: Path, people: int) -> None:
    """Do what is measured, in this process."""
    if step == "generate":
        from demo.company import generate

        generate(root, employees=people, seed=2024)
    elif step == "plain":
        read_plainly(exports_of(root))
    elif step == "load":
        load_workspace(root)
    else:
        from mentorship.cli import main as command

        command(["build", "--full-refresh", "-C", str(root)])


def read_plainly(paths: Sequence[Path]) -> None:
    """Read files into tables of texts, and nothing else."""
    import duckdb

    with duckdb.connect(config={"temp_directory": ""}) as connection:
        for number, path in enumerate(paths):
            connection.execute(
                f"create table plain_{number} as from read_csv($path, all_varchar = true)",
                {"path": str(path)},
            )


def load_workspace(root: Path) -> None:
    """Load a workspace, remembering what was read, and leave it as it was."""
    from ingest.load import load
    from mentorship.configuration import read_configuration

    with tempfile.TemporaryDirectory(dir=root) as folder:
        load(
            read_configuration(root / "mentorship.yml"),
            root=root,
            raw_path=Path(folder) / "raw.duckdb",
            quarantine=Path(folder) / "quarantine",
            key=bytes(32),
            today=TODAY,
            store=Path(folder) / "settled",
        )


def table_of(companies: Sequence[Company]) -> str:
    """Return the table as Markdown, with the slope of each step on the log-log line."""
    head = ["people", *(f"{company.people:,}" for company in companies), "slope"]
    rows = [
        ["exports, MB", *(f"{company.megabytes:,.0f}" for company in companies), ""],
    ]
    for step, shown in STEPS.items():
        seconds = [company.taken[step].seconds for company in companies]
        slope = slope_of([company.people for company in companies], seconds)
        rows.append([f"{shown}, s", *(f"{one:,.1f}" for one in seconds), f"{slope:.2f}"])
    for step in ("load", "build"):
        ratios = [
            company.taken[step].seconds / company.taken["plain"].seconds for company in companies
        ]
        rows.append([f"{STEPS[step]} / plain read", *(f"{one:,.0f}" for one in ratios), ""])
    for step in ("generate", "load", "build"):
        peaks = [company.taken[step].megabytes for company in companies]
        rows.append([f"peak of {STEPS[step]}, MB", *(f"{one:,.0f}" for one in peaks), ""])
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def slope_of(people: Sequence[int], seconds: Sequence[float]) -> float:
    """Return the least-squares slope of seconds by people, both as logarithms; one is in step."""
    if len(people) < 2:
        return math.nan
    xs, ys = [math.log(one) for one in people], [math.log(one) for one in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    products = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
    return products / sum((a - x) ** 2 for a in xs)


if __name__ == "__main__":
    main()
