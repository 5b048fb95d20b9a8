"""The doctor answers in any workspace, and ends in 4 where a build would fail for the machine."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from ingest.people.keys import workspace_key
from mentorship import doctor
from mentorship.doctor import FINE, PROBLEM, WARNING, Examination, examine
from mentorship.ledger import Ledger
from workspace import memory
from workspace.folder import Workspace

NAMES = [
    *("python", "packages", "extensions", "memory", "disk", "places", "locks", "modes"),
    *("configuration", "key", "ledger", "history", "clock"),
]
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("MENTORSHIP_KEY", raising=False)
    return Workspace(tmp_path / "w")


def status_of(examination: Examination) -> dict[str, str]:
    return {finding.name: finding.status for finding in examination.findings}


def test_nothing_yet_is_nothing_wrong(workspace: Workspace) -> None:
    examination = examine(workspace, now=NOW)
    statuses = status_of(examination)
    assert list(statuses) == NAMES
    assert statuses.pop("configuration") == WARNING
    # What the machine of a test has is not ours to say.
    rest = {
        name: statuses[name]
        for name in NAMES
        if name not in ("memory", "disk", "packages") and name in statuses
    }
    assert set(rest.values()) == {FINE}
    assert not workspace.root.exists()


def test_looking_leaves_nothing_behind(workspace: Workspace) -> None:
    workspace.prepare()
    before = sorted(workspace.root.rglob("*"))
    examine(workspace, now=NOW)
    assert sorted(workspace.root.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("places", PROBLEM),
        ("key", PROBLEM),
        ("history", PROBLEM),
        ("ledger", WARNING),
        ("modes", WARNING),
        ("configuration", WARNING),
    ],
)
def test_each_thing_is_found_while_all_the_others_are_asked(
    workspace: Workspace, name: str, status: str
) -> None:
    workspace.prepare()
    workspace_key(workspace)
    if name == "places":
        workspace.site.mkdir()
    elif name == "key":
        workspace.key_path.unlink()
    elif name == "history":
        workspace.history_path.write_text("half a li", encoding="utf-8")
    elif name == "ledger":
        workspace.ledger_path.write_text("half a li\n", encoding="utf-8")
    elif name == "modes":
        workspace.state.chmod(0o755)
    workspace.config_path.write_text("organization: [", encoding="utf-8")
    examination = examine(workspace, now=NOW)
    assert status_of(examination)[name] == status
    assert list(status_of(examination)) == NAMES
    finding = next(one for one in examination.findings if one.name == name)
    assert finding.to_do or name == "ledger"
    if status == PROBLEM:
        assert examination.exit_code == 4


def test_a_clock_that_was_set_back_is_found(workspace: Workspace) -> None:
    workspace.prepare()
    with Ledger(workspace.ledger_path).recorded("a") as entry:
        entry["outcome"] = "published"
    clock = examine(workspace, now=NOW - dt.timedelta(days=365 * 6)).findings[-1]
    assert (clock.name, clock.status) == ("clock", PROBLEM)


def test_too_little_disk_and_memory_are_found(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage(2**40, 2**40, 2**20))
    monkeypatch.setattr(memory, "_of_machine", lambda: 2.0**33)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (2**30, 2**30))
    found = {one.name: one for one in examine(workspace, now=NOW).findings}
    assert (found["disk"].status, found["memory"].status) == (PROBLEM, PROBLEM)
    assert found["memory"].found == "1.0 GB may be used; a build needs 1.5 GB"


@pytest.mark.parametrize("kind", ["a pipe for a configuration", "a file for a workspace"])
def test_the_command_answers_in_a_broken_workspace(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "w"
    if kind == "a pipe for a configuration":
        folder.mkdir()
        os.mkfifo(folder / "mentorship.yml")
        (folder / "state").write_text("mine", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "mentorship.cli", "doctor", "-C", str(folder), "--json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    record = json.loads(ended.stdout)
    assert [one["name"] for one in record["findings"]] == NAMES
    assert ended.returncode == record["exit_code"]
    if kind == "a pipe for a configuration":
        assert ended.returncode == 4
