"""A workspace keeps what is private private, and says so when it had to be put right."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from workspace.errors import EnvironmentFailed
from workspace.folder import Workspace, kind_of, private_files


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


def test_a_restore_without_modes_is_tightened_whole_with_one_warning(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.prepare()
    for n in range(20):
        inner = workspace.state / "settled" / f"{n}"
        inner.mkdir(parents=True)
        (inner / "rows.parquet").touch()
    outside = tmp_path / "outside"
    outside.touch(mode=0o644)
    (workspace.state / "link").symlink_to(outside)
    for path in (workspace.state, *workspace.state.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    # The folder, three in it that are always there, settled/, and forty below.
    assert workspace.prepare() == ("state and 44 more could be read by others; all private now.",)
    assert not any(mode(p) & 0o077 for p in workspace.state.rglob("*") if not p.is_symlink())
    assert mode(outside) == 0o644
    assert workspace.prepare() == ()


@pytest.mark.parametrize(
    "name", ["state", "state/runs", "state/quarantine", "state/settled", "state/check", "releases"]
)
def test_a_file_where_a_folder_belongs_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(EnvironmentFailed, match="Where a folder belongs") as caught:
        Workspace(tmp_path).prepare()
    assert (caught.value.place.file, caught.value.found) == (path, "a file")
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "name", ["raw.duckdb", "warehouse.duckdb", "ledger.jsonl", "gate_history.jsonl", "key", "lock"]
)
def test_a_folder_where_a_file_belongs_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "state" / name).mkdir(parents=True)
    with pytest.raises(EnvironmentFailed, match="Where a file belongs") as caught:
        Workspace(tmp_path).prepare()
    assert caught.value.found == "a folder"


def test_a_path_in_which_no_database_can_be_kept_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed, match="question mark"):
        Workspace(tmp_path / "why?").prepare()
    (tmp_path / "so!#%").mkdir()
    Workspace(tmp_path / "so!#%").prepare()


def test_a_link_that_leads_nowhere_and_a_pipe_have_their_names(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert kind_of(tmp_path / "link") == "a link that leads nowhere"
    assert kind_of(tmp_path / "pipe") == "a pipe"
    assert kind_of(tmp_path / "none" / "below") == "nothing"
    assert kind_of(Path(os.devnull)) == "a device"


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
