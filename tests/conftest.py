"""What several rooms' tests share, made once: the dbt project as dbt itself reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docs.generate.project import parse_project


@pytest.fixture(scope="session")
def manifest_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the manifest of the dbt project."""
    return parse_project(tmp_path_factory.mktemp("manifest"))


@pytest.fixture(scope="session")
def manifest(manifest_path: Path) -> dict[str, Any]:
    """Return the manifest of the dbt project."""
    read: dict[str, Any] = json.loads(manifest_path.read_text(encoding="utf-8"))
    return read
