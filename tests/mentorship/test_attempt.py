"""An attempt finds nothing to do only when the very same thing is already published, whole."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mentorship.attempt import RUNS_KEPT, attempt, published_hash
from mentorship.fingerprint import Fingerprint
from mentorship.ledger import PUBLISHED, UNCHANGED, Ledger
from mentorship.progress import Progress
from mentorship.publish import publish, stage_release
from workspace.errors import DataRefused
from workspace.folder import Workspace

TODAY = dt.date(2026, 7, 1)
KNOWN = Fingerprint("digest", "config", {}, "code", {})
OTHER = Fingerprint("other", "config", {}, "code", {})


def build(workspace: Workspace, *, holds_before: str | None = None) -> str:
    """Publish something without building it; return the run."""
    with attempt(workspace, command="build", progress=Progress()) as this:
        this.folder.mkdir()
        workspace.raw_path.write_bytes(b"raw")
        workspace.warehouse_path.write_bytes(b"warehouse")
        staged = stage_release(workspace, this.run_id, umask=0o022)
        (staged / "index.html").write_text("whole", encoding="utf-8")
        release = publish(workspace, staged, this.run_id, umask=0o022)
        this.entry |= {
            "outcome": PUBLISHED,
            "fingerprint": KNOWN.digest,
            "published_hash": published_hash(workspace, release),
            "holds_before": holds_before,
        }
        return this.run_id


def found(workspace: Workspace, known: Fingerprint = KNOWN, today: dt.date = TODAY) -> str | None:
    """Return what an attempt finds published already, and end it with nothing to do."""
    with attempt(workspace, command="build", progress=Progress()) as this:
        this.entry["outcome"] = UNCHANGED
        return this.published_already(known, today)


def refused(workspace: Workspace) -> None:
    """Run an attempt that is refused when half a release is there."""
    with attempt(workspace, command="build", progress=Progress()) as this:
        this.folder.mkdir()
        (stage_release(workspace, this.run_id, umask=0o022) / "index.html").touch()
        raise DataRefused("no")


def fail(workspace: Workspace) -> None:
    with pytest.raises(DataRefused):
        refused(workspace)


def test_the_same_thing_is_published_already_however_often_it_is_asked(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert found(workspace) is None
    run_id = build(workspace)
    assert found(workspace) == run_id
    assert found(workspace) == run_id


def test_another_fingerprint_is_something_to_do(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    build(workspace)
    assert found(workspace, OTHER) is None


@pytest.mark.parametrize("damage", ["index.html", "raw.duckdb", "warehouse.duckdb"])
@pytest.mark.parametrize("how", ["removed", "changed"])
def test_what_was_damaged_is_built_again(tmp_path: Path, damage: str, how: str) -> None:
    workspace = Workspace(tmp_path)
    build(workspace)
    folder = workspace.site if damage == "index.html" else workspace.state
    if how == "removed":
        (folder / damage).unlink()
    else:
        (folder / damage).write_bytes((folder / damage).read_bytes().upper())
    assert found(workspace) is None


def test_a_link_to_an_older_release_is_something_to_do(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    older, newer = build(workspace), build(workspace)
    workspace.site.unlink()
    assert found(workspace) is None
    workspace.site.symlink_to(f"releases/{older}")
    assert found(workspace) is None
    workspace.site.unlink()
    workspace.site.symlink_to(f"releases/{newer}")
    assert found(workspace) == newer


def test_after_a_run_that_did_not_end_well_nothing_is_taken_for_granted(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    build(workspace)
    fail(workspace)
    assert found(workspace) is None


def test_after_a_crash_nothing_is_taken_for_granted(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    build(workspace)
    text = workspace.ledger_path.read_text(encoding="utf-8")
    started = '{"event": "started", "run_id": "crashed", "at": "2026-07-01T00:00:00+00:00"}\n'
    workspace.ledger_path.write_text(text + started, encoding="utf-8")
    assert found(workspace) is None


@pytest.mark.parametrize(
    ("today", "is_found"),
    [(dt.date(2026, 7, 9), True), (dt.date(2026, 7, 10), False), (dt.date(2026, 7, 11), False)],
)
def test_it_holds_until_the_day_before_the_outcome_changes(
    tmp_path: Path, today: dt.date, is_found: bool
) -> None:
    workspace = Workspace(tmp_path)
    build(workspace, holds_before="2026-07-10")
    assert (found(workspace, today=today) is not None) == is_found


def test_only_the_newest_runs_that_did_not_publish_keep_their_folder(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for _ in range(RUNS_KEPT + 2):
        fail(workspace)
    runs = [run.run_id for run in Ledger(workspace.ledger_path).runs()]
    assert {path.name for path in workspace.runs.iterdir()} == set(runs[-RUNS_KEPT:])
    build(workspace)
    assert {path.name for path in workspace.runs.iterdir()} == set(runs[-RUNS_KEPT:])


def test_the_next_attempt_removes_what_a_killed_one_and_a_check_left(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    build(workspace)
    fail(workspace)
    (workspace.runs / "crashed").mkdir()
    (workspace.runs / "crashed" / "raw.duckdb").touch()
    (workspace.runs / "a file").touch()
    (workspace.releases / "crashed").mkdir()
    (workspace.checked / "quarantine").mkdir(parents=True)
    (workspace.state / ".key-half").touch(mode=0o600)
    text = workspace.ledger_path.read_text(encoding="utf-8")
    started = '{"event": "started", "run_id": "crashed", "at": "2026-07-01T00:00:00+00:00"}\n'
    workspace.ledger_path.write_text(text + started, encoding="utf-8")

    run_id = build(workspace)
    published = Ledger(workspace.ledger_path).published()
    assert {path.name for path in workspace.releases.iterdir()} == set(published)
    assert run_id in published
    refused = next(r for r in Ledger(workspace.ledger_path).runs() if r.outcome == "refused")
    assert [path.name for path in workspace.runs.iterdir()] == [refused.run_id]
    assert not workspace.checked.exists()
    assert not list(workspace.state.glob(".key-*"))


@pytest.mark.parametrize("odd", ["never", 7, "2026-02-30"])
def test_an_odd_day_in_the_ledger_is_something_to_do(tmp_path: Path, odd: str) -> None:
    workspace = Workspace(tmp_path)
    build(workspace, holds_before=odd)
    assert found(workspace) is None


def test_a_failed_run_leaves_the_site_and_no_half_release(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    run_id = build(workspace)
    fail(workspace)
    assert [path.name for path in workspace.releases.iterdir()] == [run_id]
    assert (workspace.site / "index.html").read_text(encoding="utf-8") == "whole"
