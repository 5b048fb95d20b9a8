"""What several rooms' tests share, made once: the dbt project as dbt itself reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docs.generate.project import parse_project

INGEST = Path(__file__).parent / "ingest"
# Who asks for these waits until dbt has compiled the impact engine or built a company, or until
# Great Expectations has judged one.
ENGINES = {"engine", "short_engine", "job_retention", "sound", "broken"}
# Who asks for these loads exports, as a build does.
LOADED = {"workspace", "company"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that run dbt, the gate or a load as slow."""
    for item in items:
        asked = set(item.fixturenames) if isinstance(item, pytest.Function) else set()
        if asked & ENGINES or (INGEST in item.path.parents and asked & LOADED):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def manifest_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the manifest of the dbt project."""
    return parse_project(tmp_path_factory.mktemp("manifest"))


@pytest.fixture(scope="session")
def manifest(manifest_path: Path) -> dict[str, Any]:
    """Return the manifest of the dbt project."""
    read: dict[str, Any] = json.loads(manifest_path.read_text(encoding="utf-8"))
    return read
