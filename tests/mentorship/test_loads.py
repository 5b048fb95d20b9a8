"""A load beside those before it, from real exports: only other exports are another load."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analyses.results import GATES
from ingest.columns.sources import Sources
from ingest.load import load
from mentorship.ledger import Ledger
from mentorship.loads import ThisLoad, refuse_earlier_day
from workspace.config import WorkspaceConfig
from workspace.errors import DataRefused
from workspace.folder import Workspace
from workspace.reading import read_config

KEY = bytes(32)


@pytest.mark.parametrize(
    ("as_of", "is_refused"),
    [(dt.date(2025, 6, 29), True), (dt.date(2025, 6, 30), False), (dt.date(2025, 7, 1), False)],
)
def test_a_day_before_the_last_release_is_refused(
    tmp_path: Path, as_of: dt.date, is_refused: bool
) -> None:
    """A clock that was set back makes the newest day up to today an early one."""
    made = Workspace(tmp_path)
    made.prepare()
    refuse_earlier_day(made, as_of, today=as_of)
    with Ledger(made.ledger_path).recorded("a") as entry:
        entry |= {"outcome": "published", "as_of": "2025-06-30"}
    expected = (
        pytest.raises(DataRefused, match="set the clock right") if is_refused else nullcontext()
    )
    with expected:
        refuse_earlier_day(made, as_of, today=as_of)


@pytest.fixture
def workspace(small_workspace: Callable[[Path], Workspace], tmp_path: Path) -> Workspace:
    made = small_workspace(tmp_path)
    made.prepare()
    text = made.config_path.read_text(encoding="utf-8")
    limited = text.replace('pairings.csv"}', 'pairings.csv", stale_after_days: 31}')
    made.config_path.write_text(limited, encoding="utf-8")
    return made


def this_load(workspace: Workspace) -> tuple[ThisLoad, Any]:
    """Return the load of what lies in a workspace, and its brief."""
    config: WorkspaceConfig = read_config(workspace.config_path)
    raw_path = workspace.state / "raw of this run.duckdb"
    with Sources(config, root=workspace.root) as sources:
        loaded = load(
            config,
            root=workspace.root,
            raw_path=raw_path,
            quarantine=workspace.quarantine,
            key=KEY,
            today=dt.date(2026, 1, 1),
            sources=sources,
        )
        it = ThisLoad(workspace, config, loaded, raw_path, key=KEY)
        return it, it.brief(sources.files(), quarantine=workspace.quarantine)


def gates(rows_n: int) -> pd.DataFrame:
    """Return the verdicts of a gate that asked two things of one table."""
    rows = [
        ("job_history", "has_exits", "event", "critical", True, 0, rows_n, "Exits.", "Look.", ""),
        (
            "job_history",
            "has_promotions",
            "",
            "warning",
            False,
            1,
            rows_n,
            "Moves.",
            "Look.",
            "None.",
        ),
    ]
    return pd.DataFrame(rows, columns=list(GATES))


@pytest.mark.slow
def test_each_load_is_compared_with_the_one_before(workspace: Workspace) -> None:
    first, brief = this_load(workspace)
    assert (brief.known.volumes, brief.known.marks, brief.known.is_confirmed) == ({}, {}, False)
    (limit,) = brief.known.sources
    assert (limit.table, limit.files, limit.days) == ("pairings", ("exports/pairings.csv",), 31)
    held = first.held(gates(348))
    # 120 people in each of two departments: hires, 48 promotions, 60 exits.
    assert sorted(held.marks["job_history"]["department"].values()) == [144, 204]
    assert "location" not in held.marks["job_history"]
    assert first.beside_earlier(held)["load_number"].tolist() == [1]
    first.keep(held, workspace)

    # The same exports again: nothing to compare with, and no second load.
    again, brief = this_load(workspace)
    assert (brief.known.volumes, brief.known.is_confirmed) == ({}, True)
    again.keep(again.held(gates(348)), workspace)
    assert len(workspace.history_path.read_text(encoding="utf-8").splitlines()) == 1

    path = workspace.exports / "job_history.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    second, brief = this_load(workspace)
    assert (brief.known.volumes, brief.known.is_confirmed) == ({"job_history": 348}, False)
    assert brief.known.marks == held.marks
    frame = second.beside_earlier(second.held(gates(347)))
    assert frame["rows_n"].tolist() == [348, 347]
    assert frame["change_share"].tolist()[1] == pytest.approx(-1 / 348)


def test_the_history_names_no_value_of_an_export(workspace: Workspace) -> None:
    first, _ = this_load(workspace)
    first.keep(first.held(gates(348)), workspace)
    text = workspace.history_path.read_text(encoding="utf-8")
    assert not any(word in text for word in ("Sales", "Operations", "Vesterholm", "E0001", "csv"))
