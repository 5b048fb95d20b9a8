"""Compare what two revisions publish: the result tables row by row, and the pages line by line.

A refactoring changes nothing that a reader sees. `make same REV=main~1` builds three companies
with the code of that revision and with the code here, by the same Python, and prints what differs;
what names the run, its versions and its timings is left aside.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
GIT = shutil.which("git") or "git"
# Employees and seed of each company.
COMPANIES = ((4000, 2024), (4000, 7), (600, 2024))
# What differs between any two runs of the same code.
OF_THE_RUN = re.compile(r"\b\d{8}T\d{6}Z?[-\w]*|\b[0-9a-f]{12,64}\b")
SHOWN_N = 5


def publish(checkout: Path, folder: Path, *, employees: int, seed: int) -> Path:
    """Return the site that the code of a checkout publishes for a demo company."""
    asked = ("demo", "--out", str(folder), "--employees", str(employees), "--seed", str(seed))
    subprocess.run(
        [sys.executable, "-m", "mentorship.cli", *asked],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder / "site"


def columns_of(path: Path) -> list[str]:
    """Return the columns of a result table."""
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])


def rows_of(path: Path, columns: Sequence[str]) -> Counter[tuple[tuple[str, str], ...]]:
    """Return the rows of a result table, each as some of its columns and their cells."""
    with path.open(encoding="utf-8", newline="") as file:
        return Counter(tuple((c, row[c]) for c in columns) for row in csv.DictReader(file))


def lines_of(path: Path) -> Counter[str]:
    """Return the lines of a page, without what names the run."""
    return Counter(OF_THE_RUN.sub("...", line) for line in path.read_text("utf-8").splitlines())


def differences(before: Path, after: Path) -> Iterator[str]:
    """Yield what differs between two sites, a line each."""
    names = {
        path.relative_to(site).as_posix()
        for site in (before, after)
        for pattern in ("data/*.csv", "**/*.html")
        for path in site.glob(pattern)
    }
    for name in sorted(names):
        old, new = before / name, after / name
        if not (old.exists() and new.exists()):
            yield f"{name}: only {'before' if old.exists() else 'after'}"
            continue
        gone, come = _changes(old, new)
        if name.endswith(".csv") and (columns := set(columns_of(old)) ^ set(columns_of(new))):
            yield f"{name}: only one has {', '.join(sorted(columns))}"
        if gone or come:
            yield f"{name}: {gone.total()} rows or lines only before, {come.total()} only after"
            for sign, some in (("-", gone), ("+", come)):
                yield from (f"  {sign} {_shown(one)}" for one in list(some)[:SHOWN_N])


def _changes(old: Path, new: Path) -> tuple[Counter[Any], Counter[Any]]:
    """Return the rows or lines only before and only after, by the columns that both have."""
    if old.suffix == ".csv":
        there = set(columns_of(new))
        columns = [column for column in columns_of(old) if column in there]
        before, after = rows_of(old, columns), rows_of(new, columns)
        return before - after, after - before
    return lines_of(old) - lines_of(new), lines_of(new) - lines_of(old)


def _shown(one: object) -> str:
    if isinstance(one, tuple):
        return ", ".join(f"{column}={cell}" for column, cell in one if cell)
    return str(one).strip()[:200]


def main() -> int:
    """Build, compare, print; return 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", help="the revision to compare with")
    revision = parser.parse_args().revision
    differs = False
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run([GIT, "clone", "-q", str(PROJECT), str(folder / "code")], check=True)
        subprocess.run([GIT, "checkout", "-q", revision], cwd=folder / "code", check=True)
        for employees, seed in COMPANIES:
            name = f"{employees}-{seed}"
            before, after = (
                publish(checkout, folder / f"{which}-{name}", employees=employees, seed=seed)
                for which, checkout in (("before", folder / "code"), ("after", PROJECT))
            )
            found = list(differences(before, after))
            differs |= bool(found)
            print(f"{employees} employees, seed {seed}:", "the same" if not found else "")
            print("\n".join(found))
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
