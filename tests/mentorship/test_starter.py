"""`mentorship init`: a configuration that works as written and as switched on."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ingest.columns.sources import check_source
from mentorship.starter import write_starter
from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError
from workspace.folder import Workspace
from workspace.reading import read_config


def test_the_starter_is_a_valid_configuration(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_starter(workspace)
    for source in read_config(workspace.config_path).sources:
        check_source(source)


def test_every_setting_that_is_switched_off_is_valid_when_switched_on(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_starter(workspace)
    text = workspace.config_path.read_text(encoding="utf-8")
    workspace.config_path.write_text(text.replace("#: ", ""), encoding="utf-8")
    config = read_config(workspace.config_path)
    for source in config.sources:
        check_source(source)
    # Every key of the file is either in use or shown.
    assert set(config.model_fields_set) == set(WorkspaceConfig.model_fields)


def test_the_state_folder_is_private(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "new")
    write_starter(workspace)
    assert stat.S_IMODE(workspace.state.stat().st_mode) == 0o700


def test_an_existing_configuration_is_never_touched(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.config_path.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError):
        write_starter(workspace)
    assert workspace.config_path.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["mentorship.yml"]


def test_other_files_of_the_users_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine", encoding="utf-8")
    write_starter(Workspace(tmp_path))
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine"
