"""The key of a workspace: made once, and never replaced unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.people.keys import examine_key, key_mark, workspace_key
from workspace.errors import ConfigError, EnvironmentFailed
from workspace.folder import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("MENTORSHIP_KEY", raising=False)
    return Workspace(tmp_path)


def test_a_key_is_made_once_and_kept_from_others(workspace: Workspace) -> None:
    key = workspace_key(workspace)
    assert len(key) == 32
    assert workspace_key(workspace) == key
    assert {p.name for p in workspace.state.iterdir()} == {"key", "key_mark"}
    assert all(p.stat().st_mode & 0o777 == 0o600 for p in workspace.state.iterdir())
    assert key.hex() not in workspace.key_mark_path.read_text(encoding="ascii")


def test_the_environment_has_the_last_word_on_the_key(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORSHIP_KEY", "00" * 32)
    assert workspace_key(workspace) == bytes(32)
    assert not workspace.key_path.exists()
    monkeypatch.setenv("MENTORSHIP_KEY", "01" * 32)
    with pytest.raises(EnvironmentFailed, match="not the one"):
        workspace_key(workspace)
    monkeypatch.setenv("MENTORSHIP_KEY", "short")
    with pytest.raises(ConfigError, match="too short"):
        workspace_key(workspace)


def _remove(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


def _flip(path: Path) -> None:
    text = path.read_bytes()
    path.write_bytes((b"1" if text[:1] == b"0" else b"0") + text[1:])


def _fill(path: Path) -> None:
    path.write_bytes(bytes(65))


@pytest.mark.parametrize("damage", [_remove, _empty, _shorten, _flip, _fill])
def test_a_lost_or_damaged_key_is_refused_and_not_replaced(
    workspace: Workspace, damage: Callable[[Path], None]
) -> None:
    workspace_key(workspace)
    damage(workspace.key_path)
    there = workspace.key_path.read_bytes() if workspace.key_path.exists() else None
    for ask in (workspace_key, examine_key):
        with pytest.raises(EnvironmentFailed) as caught:
            ask(workspace)
        assert "restore it from your backup" in str(caught.value.to_do)
        assert "mentorship key rotate" in str(caught.value.to_do)
    assert (workspace.key_path.read_bytes() if workspace.key_path.exists() else None) == there


@pytest.mark.parametrize("name", ["raw.duckdb", "warehouse.duckdb", "gate_history.jsonl"])
def test_a_state_without_a_key_and_its_mark_is_refused(workspace: Workspace, name: str) -> None:
    workspace.prepare()
    (workspace.state / name).touch()
    with pytest.raises(EnvironmentFailed, match="lost"):
        workspace_key(workspace)


def test_a_state_of_an_earlier_version_gets_its_mark(workspace: Workspace) -> None:
    workspace.prepare()
    workspace.raw_path.touch()
    workspace.key_path.write_text("ab" * 32 + "\n", encoding="ascii")
    workspace.key_path.chmod(0o600)
    assert workspace_key(workspace) == bytes([0xAB] * 32)
    assert workspace.key_mark_path.read_text(encoding="ascii").strip() == key_mark(
        bytes([0xAB] * 32)
    )


def test_a_key_that_others_may_read_is_refused(workspace: Workspace) -> None:
    workspace_key(workspace)
    workspace.key_path.chmod(0o644)
    with pytest.raises(EnvironmentFailed, match="mode 0644"):
        workspace_key(workspace)


def test_looking_at_a_key_makes_none(workspace: Workspace) -> None:
    assert examine_key(workspace) == "the first build makes one"
    assert not workspace.state.exists()
