"""What several rooms' tests share, made once: the dbt project as dbt itself reads it."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import Any

import pytest

from docs.generate.project import parse_project

INGEST = Path(__file__).parent / "ingest"
# Who asks for these waits until dbt has compiled macros or the impact engine or built a company, or
# until Great Expectations has judged one.
ENGINES = {"sql", "engine", "short_engine", "job_retention", "sound", "broken"}
# Who asks for these loads exports, as a build does.
LOADED = {"workspace", "company", "told"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that run dbt, the gate or a load as slow, and begin with what takes longest.

    A file goes to one process as a whole. The longest ones, whose every test is slow, come first:
    begun last, one of them would keep a process busy for minutes after the others are done.
    """
    for item in items:
        asked = set(item.fixturenames) if isinstance(item, pytest.Function) else set()
        if asked & ENGINES or (INGEST in item.path.parents and asked & LOADED):
            item.add_marker(pytest.mark.slow)
    quick = {item.path for item in items if item.get_closest_marker("slow") is None}
    items.sort(key=lambda item: item.path in quick)


@pytest.fixture(scope="session")
def manifest_path(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the path of the manifest of the dbt project, parsed once for all processes."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "manifest"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / "target" / "manifest.json"
        return path if path.exists() else parse_project(folder)


@pytest.fixture(scope="session")
def manifest(manifest_path: Path) -> dict[str, Any]:
    """Return the manifest of the dbt project."""
    read: dict[str, Any] = json.loads(manifest_path.read_text(encoding="utf-8"))
    return read
