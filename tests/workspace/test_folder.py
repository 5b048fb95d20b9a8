"""A workspace keeps what is private private, and says so when it had to be put right."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from workspace.folder import Workspace, private_files


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_state_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "new")
    assert workspace.prepare() == ()
    assert mode(workspace.state) == 0o700


def test_an_open_state_folder_is_tightened_with_a_warning(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.prepare()
    workspace.state.chmod(0o755)
    assert len(workspace.prepare()) == 1
    assert mode(workspace.state) == 0o700
    assert workspace.prepare() == ()


def test_an_open_key_file_is_tightened_with_a_warning(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.prepare()
    workspace.key_path.touch(mode=0o644)
    assert "key" in workspace.prepare()[0]
    assert mode(workspace.key_path) == 0o600


def test_files_made_while_private_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with private_files() as umask:
            (tmp_path / "a").touch()
        (tmp_path / "b").touch()
    finally:
        os.umask(before)
    assert umask == 0o022
    assert mode(tmp_path / "a") == 0o600
    assert mode(tmp_path / "b") == 0o644
