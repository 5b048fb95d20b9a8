"""What several rooms' tests share, made once: the dbt project as dbt itself reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docs.generate.project import parse_project

# Who asks for these waits until dbt has compiled the impact engine, and runs it.
SLOW_FIXTURES = {"engine", "short_engine"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the impact engine as slow, whichever folder they are in."""
    for item in items:
        if isinstance(item, pytest.Function) and SLOW_FIXTURES & set(item.fixturenames):
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
