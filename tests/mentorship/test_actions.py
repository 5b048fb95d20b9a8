"""The list of a program's owner: what is in it, who may read it, what became of the last one."""

from __future__ import annotations

import csv
import datetime as dt
import stat
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from mentorship.actions import followed_up, write_actions
from workspace.config import WorkspaceConfig
from workspace.folder import Workspace

FIRST, NEXT = dt.date(2026, 5, 31), dt.date(2026, 6, 7)
CONFIG = WorkspaceConfig.model_validate(
    {
        "organization": "Example Corp",
        "sources": [{"table": "job_history", "path": "jobs.csv"}],
        "warnings": {"thresholds": {"quiet": 60}},
    }
)
Open = Sequence[tuple[str, str]]


@pytest.fixture
def owned(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path)
    workspace.prepare()
    return workspace


def warehouse(workspace: Workspace, warned: Open, ended: str = "") -> Path:
    """Write the tables of a warehouse in which these (rule, pairing) are open; return its path."""
    workspace.warehouse_path.unlink(missing_ok=True)
    with duckdb.connect(str(workspace.warehouse_path)) as connection:
        connection.execute(
            """
            create table rpt_warnings__by_program (rule text);
            create table rpt_warnings__by_pairing
                (rule text, pairing_id text, program text, cohort text, since_on date);
            insert into rpt_warnings__by_program values ('any'), ('quiet'), ('no_goal')
            """
        )
        running = [("running", name) for name in "ABCD" if name not in ended]
        for rule, pairing in (*running, *warned):
            row = [rule, pairing, "p", "p 2026-Q1", dt.date(2026, 5, 1)]
            connection.execute("insert into rpt_warnings__by_pairing values (?, ?, ?, ?, ?)", row)
    return workspace.warehouse_path


def test_a_list_names_pairings_and_what_to_do_and_is_private(owned: Workspace) -> None:
    warehouse(owned, [("quiet", "B"), ("no_goal", "=A")])
    path = write_actions(owned, as_of=FIRST, config=CONFIG)
    assert path == owned.actions / "warnings-2026-05-31.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["pairing_id"], first["warning"]) == ("'=A", "no_goal")
    assert second == {
        "pairing_id": "B",
        "program": "p",
        "cohort": "p 2026-Q1",
        "warning": "quiet",
        "means": "The last meeting was held 60 days ago or longer.",
        "since_on": "2026-05-01",
        "what_to_do": "Ask both what keeps them from meeting, and help them to set the next date.",
    }


def test_what_became_of_the_list_before_is_counted_and_the_same_day_is_none(
    owned: Workspace,
) -> None:
    """A is quiet still, B is not, C has ended, and X of the list is not in the exports any more."""
    names = [("quiet", "A"), ("quiet", "B"), ("quiet", "C"), ("no_goal", "A"), ("off", "A")]
    path = warehouse(owned, [*names[:4], ("no_goal", "X")])
    assert followed_up(owned, path, as_of=FIRST).empty
    write_actions(owned, as_of=FIRST, config=CONFIG)
    assert followed_up(owned, path, as_of=FIRST).empty

    path = warehouse(owned, [("quiet", "A")], ended="C")
    found = followed_up(owned, path, as_of=NEXT)
    assert {day.date() for day in found["since_on"]} == {FIRST}
    counts = found[found["program"].eq("all")].set_index(["rule", "figure"])["met_n"]
    assert counts["quiet"].to_dict() == {"ended": 1, "resolved": 1, "still_open": 1}
    assert counts["no_goal"].to_dict() == {"ended": 1, "resolved": 1, "still_open": 0}
    # By pairing: X and C are over, B is resolved, A is open though its goal was set.
    assert counts["any"].to_dict() == {"ended": 2, "resolved": 1, "still_open": 1}


def test_of_lists_the_newest_and_the_one_before_are_kept(owned: Workspace) -> None:
    for day in (FIRST, NEXT, NEXT + dt.timedelta(days=7), NEXT):
        warehouse(owned, [])
        write_actions(owned, as_of=day, config=CONFIG)
    assert sorted(path.name for path in owned.actions.iterdir()) == [
        "warnings-2026-06-07.csv",
        "warnings-2026-06-14.csv",
    ]
