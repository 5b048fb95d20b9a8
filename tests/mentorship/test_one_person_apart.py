"""Two releases of a built company that are one person, pairing or answer apart are the same."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyses.files import read_results
from analyses.released import COUNTING
from demo.company import generate
from mentorship.audit import audit_site
from workspace.folder import Workspace

pytestmark = pytest.mark.slow
EMPLOYEES = 600
# What the analyst's page says of files and of the run is about records, and says so, as does the
# line that leads to it: it counts the checks, of which a first build makes fewer.
ABOUT_RECORDS = "analyst.html"
CHECKS = re.compile(r"\d+ checks of the exports[^<]*")


def build(root: Path) -> Path:
    """Return the release of a workspace that is built."""
    words = [sys.executable, "-m", "mentorship.cli", "build", "-C", str(root)]
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return (root / "site").resolve()


def without_lines(root: Path, *words: str) -> int:
    """Take every line of the exports that holds one of the words out; return how many."""
    gone = 0
    for path in (root / "exports").rglob("*.csv"):
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        kept = [line for line in lines if not any(word in line.lower() for word in words)]
        gone += len(lines) - len(kept)
        path.write_text("".join(kept), encoding="utf-8")
    return gone


def lines(root: Path, name: str) -> list[list[str]]:
    path = next((root / "exports").rglob(name))
    return [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]


def mentee(root: Path) -> tuple[str, str]:
    """Return the employee id and the e-mail of a mentee who manages nobody."""
    managers = {row[-2] for row in lines(root, "Worker_Job_History.csv")}
    ids = {row[1].lower(): row[0] for row in lines(root, "Worker_Personal_Data.csv")}
    for row in lines(root, "matches.csv")[1:]:
        email = row[3].lower()
        if email in ids and ids[email] not in managers and row[4] < "2024":
            return ids[email].lower(), email
    raise AssertionError("every mentee is a manager")


def told_apart(old: Path, new: Path) -> list[str]:
    """Return the tables and the pages in which two releases differ."""
    before, after = read_results(old / "data"), read_results(new / "data")
    tables = [
        name for name in COUNTING
        if not getattr(before, name).astype(str).equals(getattr(after, name).astype(str))
    ]  # fmt: skip
    pages = [
        page.name for page in sorted(old.glob("*.html"))
        if page.name != ABOUT_RECORDS and read(page) != read(new / page.name)
    ]  # fmt: skip
    return [*tables, *pages]


def read(page: Path) -> str:
    text, lines_n = CHECKS.subn("", page.read_text(encoding="utf-8"))
    assert lines_n > 0
    return text


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("company")
    Workspace(root).prepare()
    generate(root, employees=EMPLOYEES, seed=2024)
    build(root)
    return root


@pytest.mark.parametrize("missing", ["person", "pairing", "answer"])
def test_nothing_tells_of_the_one_that_is_missing(
    company: Path, tmp_path: Path, missing: str
) -> None:
    root = tmp_path / "company"
    shutil.copytree(company, root, symlinks=True)
    employee, email = mentee(root)
    words = {
        "person": (employee, email),
        "pairing": (lines(root, "matches.csv")[5][0].lower() + ",",),
        "answer": (lines(root, "Mentoring_Pulse.csv")[40][8].lower(),),
    }[missing]
    assert without_lines(root, *words) > 0
    old = (root / "site").resolve()
    new = build(root)
    assert told_apart(old, new) == []
    assert audit_site(new, before=(old,), seconds=60)["is_passed"]
