"""However many files a source has, each costs the same: counted in queries and in files opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pytest

import ingest.load
from tests.ingest.conftest import Workspace


class Counting:
    """A connection that counts its queries, and the Parquet files that these name."""

    queries_n = 0
    files_n = 0

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, query: str, *given: Any) -> Any:
        Counting.queries_n += 1
        Counting.files_n += query.count(".parquet'")
        return self._connection.execute(query, *given)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counting]:
    """What the databases of a load are asked from now on."""
    for name in ("plain_database", "_keyed_database"):
        monkeypatch.setattr(ingest.load, name, _counting(getattr(ingest.load, name)))
    return Counting


def _counting(opened: Any) -> Any:
    @contextmanager
    def connection(*given: Any) -> Iterator[Counting]:
        with opened(*given) as inner:
            yield Counting(inner)

    return connection


def write_meetings(company: Workspace, files_n: int) -> None:
    """Write a source of so many files, each of which repeats a record of the one before it."""
    folder = company.root / "exports" / "meetings"
    folder.mkdir(exist_ok=True)
    for n in range(files_n):
        (folder / f"{n:04}.csv").write_text(
            "meeting_id,pairing_id,scheduled_at,status\n"
            f"m{n},p,2020-03-01T10:00:00,held\nm{n + 1},p,2020-03-01T10:00:00,held\n"
        )


def write_company(workspace: Workspace) -> None:
    """Write what meetings refer to, and declare them."""
    workspace.write("programs", "program_id,program_name\ng,Guides\n")
    workspace.write(
        "pairings",
        "pairing_id,program_id,mentor_id,mentee_id,started_on\np,g,E1,E2,2020-02-01\n",
    )
    workspace.sources.append({"table": "meetings", "path": "exports/meetings/*.csv"})


@pytest.mark.parametrize("is_known", [False, True])
def test_the_work_of_a_load_grows_by_the_same_with_every_file(
    company: Workspace, counted: type[Counting], monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    monkeypatch.setattr("ingest.columns.tables.PARTS_MAX", 2)
    write_company(company)
    company.remembers = is_known
    work = []
    for files_n in (4, 8, 12):
        write_meetings(company, files_n)
        if is_known:
            company.load()
        counted.queries_n = counted.files_n = 0
        company.load()
        assert company.rows("select count(*) from meetings") == [(files_n + 1,)]
        work.append((counted.queries_n, counted.files_n))
    (few, some, many) = work
    assert many[0] - some[0] == some[0] - few[0] > 0
    assert many[1] - some[1] == some[1] - few[1] > 0
    # Of one file more, two dozen queries; never one for each of the others.
    assert many[0] - some[0] <= 4 * 40


def test_the_rows_of_many_files_become_one_file_before_they_are_looked_at_together(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_company(company)
    write_meetings(company, 6)
    company.load()
    apart = company.rows("from meetings")
    monkeypatch.setattr("ingest.columns.tables.PARTS_MAX", 2)
    company.load()
    assert company.rows("from meetings") == apart
    assert len(apart) == 7
