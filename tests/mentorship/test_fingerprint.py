"""The fingerprint changes with everything that can change the site, and with nothing else."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from ingest.columns.sources import Sources
from mentorship import fingerprint as fingerprinting
from mentorship.checkout import CHECKOUT, code_files
from mentorship.fingerprint import Fingerprint, fingerprint
from workspace.errors import ConfigError
from workspace.folder import Workspace
from workspace.reading import read_config

CONFIG = """\
organization: Example Corp
sources:
  - {table: job_history, path: "exports/job_*.csv"}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path)
    workspace.exports.mkdir()
    workspace.config_path.write_text(CONFIG, encoding="utf-8")
    (workspace.exports / "job_1.csv").write_text("employee_id\n1\n", encoding="utf-8")
    return workspace


def of(workspace: Workspace, *, as_of: dt.date | None = None, key: bytes = b"key") -> Fingerprint:
    with Sources(read_config(workspace.config_path), root=workspace.root) as sources:
        return fingerprint(workspace, sources, as_of=as_of, key=key)


def test_the_same_inputs_have_the_same_fingerprint(workspace: Workspace) -> None:
    before = of(workspace)
    os.utime(workspace.exports / "job_1.csv", (0, 0))
    assert of(workspace) == before
    assert list(before.inputs) == ["exports/job_1.csv"]


def test_a_changed_export_changes_it(workspace: Workspace) -> None:
    before = of(workspace)
    (workspace.exports / "job_1.csv").write_text("employee_id\n2\n", encoding="utf-8")
    assert of(workspace).digest != before.digest


def test_another_export_changes_it(workspace: Workspace) -> None:
    before = of(workspace)
    (workspace.exports / "job_2.csv").write_text("employee_id\n1\n", encoding="utf-8")
    assert of(workspace).digest != before.digest


def test_a_changed_preset_of_the_workspace_changes_it(workspace: Workspace) -> None:
    before = of(workspace)
    folder = workspace.root / "presets"
    folder.mkdir()
    (folder / "ours.yml").write_text("vendor: Ours\n", encoding="utf-8")
    added = of(workspace)
    (folder / "ours.yml").write_text("vendor: Theirs\n", encoding="utf-8")
    assert len({before.digest, added.digest, of(workspace).digest}) == 3


def test_a_changed_configuration_changes_it(workspace: Workspace) -> None:
    before = of(workspace)
    workspace.config_path.write_text(CONFIG.replace("Corp", "Ltd"), encoding="utf-8")
    assert of(workspace).config_hash != before.config_hash


def test_another_day_changes_it(workspace: Workspace) -> None:
    assert of(workspace).digest != of(workspace, as_of=dt.date(2026, 6, 30)).digest


def test_another_key_changes_it_without_showing(workspace: Workspace) -> None:
    one, other = of(workspace, key=b"one"), of(workspace, key=b"other")
    assert one.digest != other.digest
    assert (one.config_hash, one.inputs, one.code_hash) == (
        other.config_hash,
        other.inputs,
        other.code_hash,
    )


def test_changed_code_changes_it(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = of(workspace)
    changed = tmp_path / "model.sql"
    changed.write_text("select 2", encoding="utf-8")
    monkeypatch.setattr(fingerprinting, "code_files", lambda: [*code_files(), changed])
    assert of(workspace).code_hash != before.code_hash


def test_another_version_of_a_package_changes_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = of(workspace)
    monkeypatch.setattr(fingerprinting, "package_versions", lambda: {"duckdb": "0"})
    assert of(workspace).digest != before.digest


def test_the_code_is_python_sql_yaml_and_what_pages_are_made_of() -> None:
    files = {path.relative_to(CHECKOUT).as_posix() for path in code_files()}
    assert {"mentorship/build.py", "dbt_project.yml", "requirements.lock"} <= files
    suffixes = {Path(name).suffix for name in files}
    assert {".py", ".sql", ".yml", ".lock"} <= suffixes
    assert ".pyc" not in suffixes


def test_a_missing_export_is_a_mistake_of_the_configuration(workspace: Workspace) -> None:
    (workspace.exports / "job_1.csv").unlink()
    with pytest.raises(ConfigError) as caught:
        of(workspace)
    assert caught.value.exit_code == 2
