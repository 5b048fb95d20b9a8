"""The dbt project as dbt reads it, over the smallest workspace there is: once for every test."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.load import load
from workspace.config import WorkspaceConfig

PROJECT = Path(__file__).parents[2]

Node = dict[str, Any]


def run_dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Return what dbt did with this project, its databases and files in a folder."""
    target = str(folder / "target")
    paths = {
        "MENTORSHIP_RAW": str(folder / "raw.duckdb"),
        "MENTORSHIP_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "DBT_TARGET_PATH": target,
        "DBT_LOG_PATH": target,
        "DO_NOT_TRACK": "1",
    }
    where = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT))
    return subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--no-version-check", *arguments, *where],
        env=os.environ | paths,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the raw database of the smallest workspace there is."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "jobs.csv").write_text(
        "employee_id,effective_on,event,level\n"
        "E1,2020-01-01,hire,1\nE1,2022-03-01,exit,\nE2,2020-02-01,hire,2\n"
    )
    config = WorkspaceConfig.model_validate(
        {"organization": "Example", "sources": [{"table": "job_history", "path": "jobs.csv"}]}
    )
    load(
        config,
        root=folder,
        raw_path=folder / "raw.duckdb",
        quarantine=folder / "quarantine",
        key=bytes(32),
        today=dt.date(2022, 12, 31),
    )
    return folder


@pytest.fixture(scope="session")
def dbt() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what runs dbt with this project in a folder."""
    return run_dbt


@pytest.fixture(scope="session")
def built(folder: Path) -> Node:
    """Return what dbt says of building every model and running every unit test."""
    done = run_dbt(folder, "build", "--exclude-resource-type", "test")
    assert done.returncode == 0, done.stdout[-5000:]
    return dict(json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def models(manifest: Node) -> dict[str, Node]:
    """Return every model of this project by name."""
    nodes = manifest["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}
