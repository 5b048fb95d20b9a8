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
from collections.abc import Iterator
from pathlib import Path

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


def rows_of(path: Path) -> Counter[tuple[tuple[str, str], ...]]:
    """Return the rows of a result table, each as its columns and cells."""
    with path.open(encoding="utf-8", newline="") as file:
        return Counter(tuple(sorted(row.items())) for row in csv.DictReader(file))


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
        read = rows_of if name.endswith(".csv") else lines_of
        gone, come = read(old) - read(new), read(new) - read(old)
        if gone or come:
            yield f"{name}: {gone.total()} rows or lines only before, {come.total()} only after"
            for sign, some in (("-", gone), ("+", come)):
                yield from (f"  {sign} {_shown(one)}" for one in list(some)[:SHOWN_N])


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
