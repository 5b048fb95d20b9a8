"""A new key takes the place of the old one in one step: killed anywhere, it is one or the other."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import pytest

from ingest.people.keys import workspace_key
from mentorship import rotation
from mentorship.rotation import finish_rotation, renewed_state, switch_state
from workspace.errors import ConfigError, EnvironmentFailed
from workspace.folder import Workspace

FILES = ("raw.duckdb", "warehouse.duckdb", "settled/manifest.json", "quarantine/people.csv")


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with a state under a key."""
    monkeypatch.delenv("MENTORSHIP_KEY", raising=False)
    workspace = Workspace(tmp_path)
    workspace.prepare()
    workspace_key(workspace)
    fill(workspace, "old")
    (workspace.runs / "refused").mkdir()
    (workspace.runs / "refused" / "raw.duckdb").write_text("old", encoding="utf-8")
    workspace.checked.mkdir()
    return workspace


def fill(workspace: Workspace, text: str) -> None:
    for name in FILES:
        path = workspace.state / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def texts(workspace: Workspace) -> set[str]:
    return {(workspace.state / name).read_text(encoding="utf-8") for name in FILES}


def renew(workspace: Workspace) -> bytes:
    """Make a state under a new key and put it in its place; return the key."""
    folder = workspace.runs / "this"
    folder.mkdir()
    renewed = renewed_state(workspace, folder)
    key = workspace_key(renewed)
    fill(renewed, "new")
    switch_state(workspace, renewed, run_id="this")
    return key


def test_everything_is_of_the_new_key(workspace: Workspace) -> None:
    old = workspace_key(workspace)
    new = renew(workspace)
    assert new != old
    assert workspace_key(workspace) == new
    assert texts(workspace) == {"new"}
    assert not workspace.rotated.exists()
    assert not workspace.checked.exists()
    assert [path.name for path in workspace.runs.iterdir()] == ["this"]


def test_killed_at_any_step_it_is_the_old_state_or_the_new_one(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each step that changes a folder is one at which a kill may come."""
    old = workspace_key(workspace)
    states: set[str] = set()
    for step in itertools.count():
        copy = Workspace(tmp_path_factory.mktemp("copy") / "w")
        shutil.copytree(workspace.root, copy.root)
        done = itertools.count()
        with pytest.MonkeyPatch.context() as patched:

            def kill_at_step(name: str, module: object, patched: pytest.MonkeyPatch) -> None:
                real = getattr(module, name)

                def wrapped(*given: object, **named: object) -> object:
                    if next(done) == step:  # noqa: B023 - used within this turn of the loop
                        raise Killed
                    return real(*given, **named)

                patched.setattr(module, name, wrapped)

            for name, module in (
                ("rename", os),
                ("replace", os),
                ("rmdir", os),
                ("link", os),
                ("mkdir", os),
                ("sync_file", rotation),
                ("rmtree", shutil),
            ):
                kill_at_step(name, module, patched)
            try:
                renew(copy)
                is_killed = False
            except Killed:
                is_killed = True
        was_decided = copy.rotated.exists()
        finish_rotation(copy, run_id="next")
        (text,) = texts(copy)
        assert (workspace_key(copy) == old) == (text == "old"), step
        assert text == "new" if was_decided or not is_killed else True
        assert not copy.rotated.exists()
        states.add(text)
        if not is_killed:
            break
    assert step > 20, step
    assert states == {"old", "new"}


def test_a_lost_key_is_replaced_because_it_is_asked_for(workspace: Workspace) -> None:
    workspace.key_path.unlink()
    with pytest.raises(EnvironmentFailed, match="lost"):
        workspace_key(workspace)
    new = renew(workspace)
    assert workspace_key(workspace) == new


def test_a_key_of_the_environment_must_be_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORSHIP_KEY", "00" * 32)
    workspace = Workspace(tmp_path)
    workspace.prepare()
    workspace_key(workspace)
    fill(workspace, "old")
    with pytest.raises(ConfigError, match="no new key"):
        renewed_state(workspace, tmp_path / "aside")
    monkeypatch.setenv("MENTORSHIP_KEY", "01" * 32)
    assert renew(workspace) == bytes([1] * 32)
    assert workspace_key(workspace) == bytes([1] * 32)
    assert not workspace.key_path.exists()
