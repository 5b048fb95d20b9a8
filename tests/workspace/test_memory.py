"""How much memory there is, and the share of it that a database takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from workspace import database, memory
from workspace.database import connect, memory_limit

GIB = 1 << 30


def groups(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: dict[str, str]) -> None:
    """Put a machine's memory and control groups where this process looks for them."""
    for name, kept in files.items():
        group = folder / name.replace("__", "/").replace("root", ".")
        group.mkdir(parents=True, exist_ok=True)
        for file, text in kept.items():
            (group / f"memory.{file}").write_text(text + "\n", encoding="ascii")
    (folder / "meminfo").write_text(f"MemAvailable: {16 * GIB >> 10} kB\n", encoding="ascii")
    (folder / "own").write_text("0::/build/one\n", encoding="ascii")
    monkeypatch.setattr(memory, "_MEMINFO", folder / "meminfo")
    monkeypatch.setattr(memory, "_OWN_GROUP", folder / "own")
    monkeypatch.setattr(memory, "_GROUPS", folder)
    monkeypatch.setattr(memory.resource, "getrlimit", lambda _: (memory.resource.RLIM_INFINITY, 0))


def test_the_narrowest_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    groups(
        tmp_path,
        monkeypatch,
        build={"max": str(8 * GIB), "current": str(5 * GIB), "stat": f"inactive_file {2 * GIB}"},
        build__one={"max": "max"},
    )
    # The outer group has 8 of which 5 are taken; 2 of these are files that can be dropped.
    assert memory.available_bytes() == 5 * GIB
    assert sorted(memory.limits()) == [5 * GIB, 16 * GIB]


def test_a_container_sees_its_own_group_as_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups(tmp_path, monkeypatch, root={"max": str(4 * GIB), "current": str(GIB)})
    assert memory.available_bytes() == 3 * GIB


@pytest.mark.parametrize(
    ("available", "has_disk", "most", "limit"),
    [
        (10 * GIB, True, None, 4 * GIB),
        (10 * GIB, False, None, 6 * GIB),
        (10 * GIB, True, GIB, GIB),
        (GIB, True, None, GIB // 2),
    ],
)
def test_a_database_takes_a_share(
    available: float,
    has_disk: bool,
    most: float | None,
    limit: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "available_bytes", lambda: available)
    assert memory_limit(has_disk=has_disk, most_bytes=most) == f"{limit}B"


def test_a_database_in_memory_never_takes_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "available_bytes", lambda: 2.5 * GIB)
    with connect() as connection:
        told = connection.execute(
            "select current_setting('memory_limit'), current_setting('temp_directory')"
        ).fetchone()
    assert told == ("1.5 GiB", "")
