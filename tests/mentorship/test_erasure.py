"""An erased person is found nowhere, whatever comes in between, and whatever later exports say."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.people.erasure import Seen
from ingest.people.keys import person_key, workspace_key
from ingest.people.tombstones import Tombstones
from mentorship import erasure
from mentorship.erasure import owes_erasure, purge, refuse_lost_tombstones
from mentorship.expiry import expire_remains
from mentorship.ledger import Ledger
from mentorship.proof import Needles, needles_of, search
from tests.mentorship.conftest import write_csv
from workspace.errors import EnvironmentFailed
from workspace.folder import Workspace

IDENTIFIERS = {"E0003", "p3@example.com", "X3"}
LEFT = (
    *("releases/20260101T000000Z-1/old.csv", "releases/.20260102T000000Z-2.tmp/half.csv"),
    *("state/runs/20260103T000000Z-3/quarantine/people.csv", "state/check/quarantine/people.csv"),
    *("state/gx/site/index.html", "state/dbt/run_results.json", "state/actions/list.csv"),
    *("state/gate_history.partial",),
)


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace of which a release without somebody was just published."""
    monkeypatch.delenv("MENTORSHIP_KEY", raising=False)
    workspace = Workspace(tmp_path / "w")
    workspace.prepare()
    workspace_key(workspace)
    current = workspace.releases / "20260104T000000Z-4"
    current.mkdir(parents=True)
    (current / "index.html").write_text("nobody", encoding="utf-8")
    workspace.site.symlink_to(current.relative_to(workspace.root))
    for name in LEFT:
        path = workspace.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("E0003 was here", encoding="utf-8")
    line = {"event": "started", "run_id": "1", "at": "", "found": "p3@example.com", "erasures_n": 1}
    workspace.ledger_path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    Tombstones(b"k" * 32, frozenset("a"), erasures_n=1, is_owed=True).write(
        workspace.tombstones_path
    )
    return workspace


def seen() -> Seen:
    return Seen(identifiers={"E0003", "p3@example.com"})


def needles(workspace: Workspace) -> Needles:
    key = workspace_key(workspace)
    keys = {person_key(one, key=key) for one in IDENTIFIERS}
    return needles_of(IDENTIFIERS, names={("Nia3", "Vesterholm3")}, keys=keys)


def test_a_purge_leaves_the_release_without_them_and_pays_the_debt(left: Workspace) -> None:
    assert len(search(left, needles(left)).found) == len(LEFT) + 1
    purge(left, "", erased=seen(), listed=None)
    assert search(left, needles(left)).found == ()
    assert (left.site / "index.html").read_text(encoding="utf-8") == "nobody"
    assert "[erased]" in left.ledger_path.read_text(encoding="utf-8")
    assert not owes_erasure(left)


def test_killed_at_any_step_a_purge_is_still_owed_and_ends_the_next_time(
    left: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for step in itertools.count():
        copy = Workspace(tmp_path_factory.mktemp("copy") / "w")
        shutil.copytree(left.root, copy.root, symlinks=True)
        done = itertools.count()
        with pytest.MonkeyPatch.context() as patched:
            for name, module in (
                ("rmtree", shutil),
                ("unlink", os),
                ("replace", os),
                ("rename", os),
                ("write_private", erasure),
            ):
                kill_at_step(patched, name, module, lambda: next(done) == step)  # noqa: B023
            try:
                purge(copy, "", erased=seen(), listed=None)
                is_killed = False
            except Killed:
                is_killed = True
        assert owes_erasure(copy) or search(copy, needles(copy)).found == (), step
        purge(copy, "", erased=seen(), listed=None)
        assert search(copy, needles(copy)).found == (), step
        assert not owes_erasure(copy)
        if not is_killed:
            break
    assert step > 8, step


def kill_at_step(
    patched: pytest.MonkeyPatch, name: str, module: object, is_now: Callable[[], bool]
) -> None:
    real = getattr(module, name)

    def wrapped(*given: object, **named: object) -> object:
        if is_now():
            raise Killed
        return real(*given, **named)

    patched.setattr(module, name, wrapped)


def warned_about(workspace: Workspace) -> set[str]:
    """Return the pairings on the lists for owners of programs."""
    lines = [
        line for path in workspace.actions.iterdir()
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    ]  # fmt: skip
    return {line.partition(",")[0] for line in lines}


def test_lost_tombstones_are_missed(left: Workspace) -> None:
    assert refuse_lost_tombstones(left) == 1
    left.tombstones_path.unlink()
    with pytest.raises(EnvironmentFailed, match="lost, or older"):
        refuse_lost_tombstones(left)


def test_what_is_old_expires_and_the_published_release_does_not(left: Workspace) -> None:
    """The release of 1 January is 90 days old on 1 April, and 91 on the next day."""
    old = left.releases / "20260101T000000Z-1"
    expire_remains(left, "", days=90, today=dt.date(2026, 4, 1))
    assert old.exists()
    expire_remains(left, "", days=90, today=dt.date(2026, 4, 2))
    assert not old.exists()
    expire_remains(left, "", days=90, today=dt.date(2036, 1, 1))
    assert [path.name for path in left.releases.iterdir()] == ["20260104T000000Z-4"]
    assert list(left.runs.iterdir()) == []
    assert not left.checked.exists()
    assert not left.docs_path.exists()


def mentorship(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mentorship.cli", *(str(word) for word in words)],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_an_erased_person_is_found_nowhere_after_the_next_builds(
    tmp_path: Path, small_workspace: Callable[[Path], Workspace]
) -> None:
    """After the erasure, a build of other exports, a check, a refused build, and the next."""
    workspace = small_workspace(tmp_path)
    responses = workspace.exports / "survey_responses.csv"
    # A record of somebody else waits in quarantine, and says who helped.
    comments = responses.read_text(encoding="utf-8")
    comments += "S1,w1,R900,p4@example.com,P1,no day,q2,thanks to Nia3 Vesterholm3 (E0003)\n"
    responses.write_text(comments, encoding="utf-8")
    # Every pairing is warned about, theirs too.
    with workspace.config_path.open("a", encoding="utf-8") as file:
        file.write("warnings: {thresholds: {mentor_load: 0.5}}\n")
    assert mentorship("build", "-C", workspace.root).returncode == 0
    before = search(workspace, needles(workspace))
    assert {"state/quarantine/survey_responses.csv", "state/raw.duckdb, main.job_history"} <= {
        *before.found
    }
    assert {"X2", "X3"} <= warned_about(workspace)

    assert mentorship("erase", "nobody@example.com", "-C", workspace.root).returncode == 2
    ended = mentorship("erase", "P3@Example.com", "-C", workspace.root, "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["proof"]["found"] == []
    assert told["proof"]["exports"].keys() == {
        f"exports/{name}.csv" for name in ("job_history", "people", "pairings", "survey_responses")
    }
    assert search(workspace, needles(workspace)).found == ()
    assert {"X2"} == warned_about(workspace) & {"X2", "X3"}
    assert len(list(workspace.releases.iterdir())) == 1
    assert not owes_erasure(workspace)

    # Nothing to do; then next week's exports, in which there is a new e-mail and a new answer.
    assert "Nothing has changed" in mentorship("build", "-C", workspace.root).stdout
    people = workspace.exports / "people.csv"
    people.write_text(
        people.read_text(encoding="utf-8").replace("p3@example.com", "n.vesterholm3@example.com"),
        encoding="utf-8",
    )
    comments += "S1,w1,R901,n.vesterholm3@example.com,P1,2021-09-02,q1,5\n"
    responses.write_text(comments, encoding="utf-8")
    assert mentorship("build", "-C", workspace.root).returncode == 0
    assert mentorship("check", "-C", workspace.root).returncode == 0
    # A build that is refused for too many records in quarantine.
    write_csv(
        workspace.exports / "pairings.csv",
        ("pairing_id", "program_id", "mentor_id", "mentee_id", "started_on"),
        [
            ("X3", "P1", "E0063", "E0003", "2021-03-01"),
            *((f"X9{n}", "P1", "?", "?", "") for n in range(9)),
        ],
    )
    assert mentorship("build", "-C", workspace.root).returncode == 1
    wanted = needles(workspace)
    later = needles_of({"n.vesterholm3@example.com"}, names=(), keys=())
    assert search(workspace, wanted).found == ()
    assert search(workspace, later).found == ()
    rows = [run.facts.get("rows", {}) for run in Ledger(workspace.ledger_path).runs()]
    assert [row["rows_erased"] for row in rows if row][-1] > 0
