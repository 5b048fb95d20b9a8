"""Both ways of reading a delimited file, and what they refuse."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.readers.delimited import Landing, land
from ingest.readers.heads import table_head
from mentorship.errors import ConfigError, DataRefused


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
        yield connection


def read(
    connection: duckdb.DuckDBPyConnection, folder: Path, content: str | bytes, **options: Any
) -> tuple[Landing, list[tuple[Any, ...]]]:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    landing = land(
        connection, path, name="landed", shown=path.name, find_head=table_head, **options
    )
    return landing, connection.execute("select * from landed order by _record").fetchall()


@pytest.mark.parametrize("is_exact", [False, True])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,2\n3,4\n", [(1, 2, "1", "2"), (2, 3, "3", "4")]),
        ("\ufeffa,b\r\n1,2\r\n", [(1, 2, "1", "2")]),
        ("a,b\r1,2\r3,4\r", [(1, 2, "1", "2"), (2, 3, "3", "4")]),
        ("a;b\n1,5;2\n", [(1, 2, "1,5", "2")]),
        ("a\tb\n1\t2\n", [(1, 2, "1", "2")]),
        ("a|b\n1|\n", [(1, 2, "1", None)]),
        ("sep=;\na;b\n1;2\n", [(1, 3, "1", "2")]),
        ('a,"b\nb"\n"x\ny",2\n3,4\n', [(1, 3, "x\ny", "2"), (2, 5, "3", "4")]),
        ('a,b\n"said ""no""",2', [(1, 2, 'said "no"', "2")]),
        ("a,b\n\n1,2\n\n3,4\n", [(1, 3, "1", "2"), (2, 5, "3", "4")]),
        ("a,b\n", []),
        ("a\n1\n2\n", [(1, 2, "1"), (2, 3, "2")]),
        ('a,b\n,""\n', [(1, 2, None, None)]),
        ("a,b\n1,2,,\n", [(1, 2, "1", "2")]),
        ("\n\na,b\n1,2\n", [(1, 4, "1", "2")]),
    ],
)
def test_every_record_is_read_with_its_number_and_its_line(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    content: str,
    expected: list[tuple[Any, ...]],
    is_exact: bool,
) -> None:
    landing, rows = read(connection, tmp_path, content, is_exact=is_exact)
    assert rows == expected
    assert (landing.records_n, landing.misfits) == (len(expected), ())


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("a,b\nMüller,€\n".encode("utf-16"), None),
        ("a,b\nMüller,€\n".encode("cp1252"), "cp1252"),
        ("a,b\nMüller,€\n".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_other_encodings_are_read_by_their_mark_or_by_name(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes, encoding: str | None
) -> None:
    assert read(connection, tmp_path, content, encoding=encoding)[1] == [(1, 2, "Müller", "€")]


def test_a_record_that_does_not_fit_is_kept_apart_and_the_rest_is_read(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    content = 'a,b\n1,2\n3\n4,5,6\n"7"x,8\n9,10\n'
    landing, rows = read(connection, tmp_path, content)
    assert rows == [(1, 2, "1", "2"), (5, 6, "9", "10")]
    assert [(m.record, m.line, m.reason, m.cells) for m in landing.misfits] == [
        (2, 3, "ragged_row", ("3",)),
        (3, 4, "ragged_row", ("4", "5", "6")),
        (4, 5, "broken_quotes", ('"7"x,8\n',)),
    ]
    assert landing.records_n == 5


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", 1, "empty"),
        (b"\n \n", 1, "empty"),
        (b"a,b\n1,2\n\xff,3\n", 3, "not UTF-8"),
        (b'a,b\n1,2\n3,"4\n5,6\n', 3, "never closes"),
        (b"a,b\n1,2\n3,\x004\n", 3, "bytes of zero"),
        ("a,b\n1,2\n".encode("utf-16-le"), 1, "bytes of zero"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes, line: int, says: str
) -> None:
    with pytest.raises(DataRefused, match=says) as refusal:
        read(connection, tmp_path, content)
    assert (refusal.value.place.file, refusal.value.place.line) == ("export.csv", line)
    assert refusal.value.to_do


def test_an_unknown_encoding_is_a_mistake_in_the_configuration(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="utf-9"):
        read(connection, tmp_path, "a,b\n", encoding="utf-9")


CELLS = st.text(alphabet='ab1 "\n,;\té\u00a0\ufeff', max_size=6)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8)
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=TABLES, ending=st.sampled_from(["\n", "\r\n"]), quoting=st.sampled_from([0, 1]))
def test_both_ways_of_reading_lead_to_the_same_table(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    rows: list[list[str]],
    ending: str,
    quoting: int,
) -> None:
    width = len(rows[0]) if rows else 2
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ending, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow([f"h{n}" for n in range(width)])
    writer.writerows(rows)
    fast, fast_rows = read(connection, tmp_path, out.getvalue())
    exact, exact_rows = read(connection, tmp_path, out.getvalue(), is_exact=True)
    assert fast_rows == exact_rows
    assert [row[2:] for row in exact_rows] == [tuple(c or None for c in row) for row in rows]
    assert fast.records_n == exact.records_n == len(rows)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.text(alphabet='ab1 ",\n\r', max_size=40))
def test_any_text_is_read_alike_or_refused_alike(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, body: str
) -> None:
    outcomes: list[object] = []
    for is_exact in (False, True):
        try:
            landing, rows = read(connection, tmp_path, "h0,h1\n" + body, is_exact=is_exact)
        except DataRefused as refusal:
            outcomes.append(str(refusal))
        else:
            outcomes.append((rows, landing.misfits, landing.records_n))
            assert landing.records_n == len(rows) + len(landing.misfits)
    assert outcomes[0] == outcomes[1]
