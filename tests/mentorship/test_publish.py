"""Publishing: whatever stops it, `site` is the last good release or the new one, and whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mentorship import publish as publishing
from mentorship.publish import (
    current_release,
    prune_releases,
    publish,
    refuse_foreign_site,
    stage_release,
    sweep,
)
from workspace.errors import EnvironmentFailed
from workspace.folder import Workspace


def release(workspace: Workspace, run_id: str, text: str = "whole") -> Path:
    workspace.root.mkdir(exist_ok=True)
    staged = stage_release(workspace, run_id, umask=0o022)
    (staged / "data").mkdir()
    (staged / "index.html").write_text(text, encoding="utf-8")
    (staged / "data" / "run.json").write_text(run_id, encoding="utf-8")
    return publish(workspace, staged, run_id, umask=0o022)


def shown(workspace: Workspace) -> str:
    return (workspace.site / "data" / "run.json").read_text(encoding="utf-8")


def test_the_site_is_a_relative_link_so_that_a_workspace_can_move(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "old")
    release(workspace, "a")
    assert workspace.site.readlink() == Path("releases/a")
    workspace.root.rename(tmp_path / "new")
    assert shown(Workspace(tmp_path / "new")) == "a"


def test_a_second_release_takes_the_place_of_the_first(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    first = release(workspace, "a")
    second = release(workspace, "b")
    assert shown(workspace) == "b"
    assert current_release(workspace) == second
    assert first.is_dir()


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.mark.parametrize("step", ["sync_file", "switch_site", "replace"])
def test_killed_at_any_step_the_last_good_site_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    workspace = Workspace(tmp_path)
    release(workspace, "a")

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os if step == "replace" else publishing, step, killed)
        with pytest.raises(Killed):
            release(workspace, "b")
    assert shown(workspace) == "a"
    assert (workspace.site / "index.html").read_text(encoding="utf-8") == "whole"

    sweep(workspace, unfinished=["b"])
    assert [path.name for path in workspace.releases.iterdir()] == ["a"]
    assert not list(workspace.root.glob(".site*"))
    release(workspace, "c")
    assert shown(workspace) == "c"


def test_a_run_killed_after_the_switch_keeps_the_release_that_is_shown(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for run_id in ("a", "b"):
        release(workspace, run_id)
    sweep(workspace, unfinished=["b"])
    assert shown(workspace) == "b"
    release(workspace, "c")
    sweep(workspace, unfinished=["b"])
    assert {path.name for path in workspace.releases.iterdir()} == {"a", "c"}


def test_a_release_being_built_is_not_a_release(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    release(workspace, "a")
    stage_release(workspace, "b", umask=0o022)
    assert prune_releases(workspace, published=["a"], keep=1) == []
    assert shown(workspace) == "a"


def test_pruning_follows_the_ledger_and_no_clock(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    # The clock was set back before the third: its name sorts first.
    for run_id in ("2027-a", "2027-b", "2026-c"):
        release(workspace, run_id)
    order = ["2027-a", "2027-b", "2026-c"]
    assert prune_releases(workspace, published=order, keep=2) == ["2027-a"]
    assert shown(workspace) == "2026-c"


def test_pruning_never_removes_the_current_release(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for run_id in ("a", "b", "c"):
        release(workspace, run_id)
    publishing.switch_site(workspace, workspace.releases / "a")
    assert prune_releases(workspace, published=["a", "b", "c"], keep=1) == ["b", "c"]
    assert shown(workspace) == "a"


def test_a_release_the_ledger_does_not_know_is_the_oldest(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for run_id in ("z-unknown", "a", "b"):
        release(workspace, run_id)
    assert prune_releases(workspace, published=["a", "b"], keep=2) == ["z-unknown"]


def test_a_folder_of_the_users_is_never_overwritten(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.site.mkdir()
    with pytest.raises(EnvironmentFailed, match="link"):
        refuse_foreign_site(workspace)


def test_a_release_is_as_readable_as_the_users_own_files(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    before = os.umask(0o077)
    try:
        folder = release(workspace, "a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "index.html").stat().st_mode) == 0o644
    assert stat.S_IMODE((folder / "data").stat().st_mode) == 0o755
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert stat.S_IMODE(workspace.releases.stat().st_mode) == 0o755


def test_a_link_to_nothing_is_no_release(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert current_release(workspace) is None
    workspace.site.symlink_to("releases/gone")
    assert current_release(workspace) is None
