"""The tutorial's exports are read as the tutorial says they are."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from expectations.catalog import promised
from expectations.known import NOTHING_KNOWN, attach
from expectations.promise import ROWS_QUERY
from ingest.load import load
from mentorship.starter import CONFIGURATION
from workspace.config import ExpectationsConfig, WorkspaceConfig

DOCS = Path(__file__).parents[2] / "docs"
COUNTS = re.compile(r"^(\w+)\s+exports/\S+\s+([\d,]+)\s+([\d,]+)\s+(\d+)\s+(\d+)$", re.MULTILINE)
TUTORIAL = (DOCS / "tutorial.md").read_text(encoding="utf-8")
CUT = re.compile(r"^\$ (cut .*)\n((?:[^`].*\n)+)```", re.MULTILINE)
CONSOLE = re.compile(r"^\$ mentorship (.*)\n((?:[^`].*\n|\n)+)```", re.MULTILINE)
LIMITS = ExpectationsConfig()
MAPPED = re.findall(r"```yaml\n(.*?)```", TUTORIAL, flags=re.DOTALL)[-1]


@pytest.mark.parametrize(("configuration", "shown"), [(CONFIGURATION, 0), (MAPPED, 1)])
def test_the_counts_are_those_of_the_tutorial(
    tmp_path: Path, configuration: str, shown: int
) -> None:
    subprocess.run([sys.executable, DOCS / "tutorial_exports.py"], cwd=tmp_path, check=True)
    loaded = load(
        WorkspaceConfig.model_validate(yaml.safe_load(configuration)),
        root=tmp_path,
        raw_path=tmp_path / "raw.duckdb",
        quarantine=tmp_path / "quarantine",
        key=bytes(32),
        today=dt.date(2026, 1, 5),
    )
    totals = loaded.quality[loaded.quality["reason"] == "total"]
    columns = ["table", "rows_in", "rows_kept", "rows_quarantined", "rows_duplicate"]
    tables = TUTORIAL.split("$ mentorship check\n")[1:]
    said = [tuple(row) for row in COUNTS.findall(tables[shown].split("```")[0])]
    assert [tuple(map(str, row)) for row in totals[columns].itertuples(index=False)] == said
    assert f"the exports describe {loaded.as_of}." in tables[shown]

    said_first = "\n".join(f"warning: {sentence}" for sentence in loaded.warnings)
    assert f"{said_first}\n{broken_promises(tmp_path / 'raw.duckdb')}\n" in tables[shown]
    if shown == 0:  # The second time they are compared with a load before, too.
        with duckdb.connect(str(tmp_path / "raw.duckdb")) as raw:
            asked_n = sum(len(made) for made in promised(rows_kept(raw), LIMITS).values())
        assert f"\n{asked_n} expectations checked" in tables[shown]


def test_the_command_that_shows_the_quarantine_prints_what_the_tutorial_says(
    tmp_path: Path,
) -> None:
    subprocess.run([sys.executable, DOCS / "tutorial_exports.py"], cwd=tmp_path, check=True)
    load(
        WorkspaceConfig.model_validate(yaml.safe_load(CONFIGURATION)),
        root=tmp_path,
        raw_path=tmp_path / "raw.duckdb",
        quarantine=tmp_path / "state" / "check" / "quarantine",
        key=bytes(32),
        today=dt.date(2026, 1, 5),
    )
    ((command, shown),) = CUT.findall(TUTORIAL)
    printed = subprocess.run(
        shlex.split(command), cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert printed == shown


@pytest.mark.slow
def test_the_commands_print_what_the_tutorial_says(tmp_path: Path) -> None:
    """Run in order, in the workspace that the first one makes: every line shown is printed."""
    home = tmp_path / "mentorship"
    commands = CONSOLE.findall(TUTORIAL)
    assert [command.split()[0] for command, _ in commands] == [
        *("init", "check", "build", "build", "check")
    ]
    for n, (command, shown) in enumerate(commands):
        if n == len(commands) - 1:
            (home / "mentorship.yml").write_text(MAPPED, encoding="utf-8")
        words = shlex.split(command.replace("~", str(tmp_path)))
        ended = subprocess.run(
            [sys.executable, "-m", "mentorship.cli", *words],
            cwd=home if home.exists() else DOCS.parent,
            env={**os.environ, "PYTHONPATH": str(DOCS.parent)},
            check=True,
            capture_output=True,
            text=True,
        )
        printed = " ".join((ended.stdout + ended.stderr).split())
        for line in shown.replace("/home/you", str(tmp_path)).splitlines():
            # The name of a release is its moment.
            expected = re.sub(r"(since release ).*", r"\1", line)
            assert " ".join(expected.split()) in printed, (command, line)
        if words[0] == "init":
            subprocess.run([sys.executable, DOCS / "tutorial_exports.py"], cwd=home, check=True)


def rows_kept(raw: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return dict(raw.sql("select table_name, rows_n from tables where is_present").fetchall())


def broken_promises(raw_path: Path) -> str:
    """Return the warnings of the promises that a query asks about, as the command prints them."""
    warned = []
    with duckdb.connect(str(raw_path)) as raw:
        attach(raw, NOTHING_KNOWN)
        for table, made in promised(rows_kept(raw), LIMITS).items():
            rows_n = rows_kept(raw)[table]
            for promise in (p for p in made if p.expectation == ROWS_QUERY):
                query = promise.arguments["unexpected_rows_query"].format(batch=table)
                if broken_n := len(raw.sql(query).fetchall()):
                    found = promise.found(broken_n, rows_n)
                    warned.append(f"warning: {table}: {found} {promise.to_do}")
    return "\n".join(warned)
