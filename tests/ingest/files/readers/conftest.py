"""One file made by hand, landed, and read back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.files.readers import land_file
from ingest.files.readers.heads import table_head
from ingest.files.readers.landing import FindHead, Landing, Options

Rows = list[tuple[Any, ...]]
Land = Callable[..., tuple[Landing, Rows]]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


@pytest.fixture
def land(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Land:
    """A function that lands a file of this content; rows are `_record, _line, cells...`."""

    def land(
        content: str | bytes,
        name: str = "export.csv",
        *,
        find_head: FindHead = table_head,
        **options: Any,
    ) -> tuple[Landing, Rows]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        landing = land_file(
            connection,
            path,
            name="landed",
            shown=name,
            find_head=find_head,
            options=Options(**options),
        )
        rows = connection.execute("select * from landed order by _record").fetchall()
        assert landing.records_n == len(rows) + len(landing.misfits)
        assert landing.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert landing.size_bytes == path.stat().st_size
        return landing, rows

    return land


@pytest.fixture
def personio() -> Path:
    """The folder of real answers of Personio's API beside the checkout."""
    folder = Path(__file__).parents[4].parent / "shared" / "data" / "exports" / "personio"
    if not folder.is_dir():
        pytest.skip("the folder of real files is not beside this checkout")
    return folder
