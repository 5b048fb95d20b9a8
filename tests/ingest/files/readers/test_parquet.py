"""Parquet: every value as the text that stands for it, and nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.files.readers import land_file, parquet
from ingest.files.readers.arrow import durations_of
from ingest.files.readers.heads import table_head
from ingest.files.readers.landing import Landing, Options
from workspace.errors import DataRefused


def write(connection: duckdb.DuckDBPyConnection, path: Path, query: str) -> Path:
    shown = str(path).replace("'", "''")
    connection.execute(f"copy ({query}) to '{shown}' (format parquet)")
    return path


def land(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> tuple[Landing, list[tuple[Any, ...]]]:
    landing = land_file(
        connection,
        path,
        name="landed",
        shown=path.name,
        find_head=table_head,
        options=Options(),
    )
    return landing, connection.execute("select * from landed order by _record").fetchall()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("'007'", "007"),
        ("''", None),
        ("null::varchar", None),
        ("5", "5"),
        ("123456789012345678", "123456789012345678"),
        ("12.50::decimal(10, 2)", "12.50"),
        ("5.0::double", "5"),
        ("1.5::double", "1.5"),
        ("0.1::float", "0.1"),
        ("9007199254740993.0::double", "9007199254740992"),
        ("1e300::double", "1e+300"),
        ("true", "true"),
        ("date '2020-02-03'", "2020-02-03"),
        ("timestamp '2020-02-03 00:00:00'", "2020-02-03"),
        ("timestamp '2020-02-03 09:30:01'", "2020-02-03T09:30:01"),
        ("timestamp_ns '2020-02-03 09:30:01.5'", "2020-02-03T09:30:01.5"),
        ("timestamptz '2020-02-03 09:30:01+02'", "2020-02-03T07:30:01Z"),
        ("time '09:30:00'", "09:30:00"),
        ("['a', null, 'b']", "a;b"),
        ("[1.0::double, 2.5]", "1;2.5"),
        ("['a;b', 'c']", '["a;b","c"]'),
        ("[]::varchar[]", None),
        ("[{'k': 1}]", '[{"k":1}]'),
        ("map {'k': 1}", '{"k":1}'),
        ("'Müller'::blob", None),
        ("'x'::blob", "x"),
    ],
)
def test_values_become_the_texts_that_stand_for_them(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, value: str, expected: str | None
) -> None:
    if value == "'Müller'::blob":
        value, expected = "encode('Müller')", "Müller"
    path = write(connection, tmp_path / "a.parquet", f"select {value} as a")
    landing, rows = land(connection, path)
    assert rows == [(1, 1, expected)]
    assert (landing.head.names, landing.remarks) == (("a",), ())


def test_structures_become_columns_and_records_are_numbered(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = write(
        connection,
        tmp_path / "a.parquet",
        """select n as "a""; drop table x", {'b': {'c': n * 2}, 'd': null::varchar} as s
        from range(3) as t(n)""",
    )
    landing, rows = land(connection, path)
    assert landing.head.names == ('a"; drop table x', "s.b.c", "s.d")
    assert rows == [(1, 1, "0", "0", None), (2, 2, "1", "2", None), (3, 3, "2", "4", None)]
    assert landing.records_n == 3


# What PyArrow writes of a whole number `a` and of durations in s, ms, us and ns.
ARROW_SCHEMA = (
    "/////zABAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAUAAADMAAAAiAAAAFwAAAAwAAAA"
    "BAAAAFj///8AAAESEAAAABQAAAAEAAAAAAAAAAMAAABkbnMAhv///wAAAwCA////AAABEhAAAAAUAAAABAAAAAAAAAADAAAA"
    "ZHVzAK7///8AAAIAqP///wAAARIQAAAAGAAAAAQAAAAAAAAAAwAAAGRtcwAEAAQABAAAAND///8AAAESEAAAABwAAAAEAAAA"
    "AAAAAAIAAABkcwAAAAAGAAgABgAGAAAAAAAAABAAFAAIAAYABwAMAAAAEAAQAAAAAAABAhAAAAAcAAAABAAAAAAAAAABAAAA"
    "YQAAAAgADAAIAAcACAAAAAAAAAFAAAAA"
)


def test_durations_are_clocks_and_no_numbers(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    connection.execute(
        "copy (select 1800 as a, 1800 as ds, 90_000_000 as dms, 1_800_000_000 as dus, "
        f"1_800_000_000_000 as dns) to '{path}' "
        f"(format parquet, kv_metadata {{'ARROW:schema': '{ARROW_SCHEMA}'}})"
    )
    assert land(connection, path)[1] == [
        (1, 1, "1800", "00:30:00", "25:00:00", "00:30:00", "00:30:00")
    ]


@pytest.mark.parametrize("schema", ["", "none", "AAAA", ARROW_SCHEMA[:80], "/////w=="])
def test_a_schema_that_cannot_be_read_names_no_durations(schema: str) -> None:
    assert durations_of(schema.encode()) == {}


def test_folders_named_like_columns_take_nothing_from_the_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "level=2" / "team=Sales"
    folder.mkdir(parents=True)
    path = write(connection, folder / "a.parquet", "select 'E1' as id, 5 as level")
    landing, rows = land(connection, path)
    assert (landing.head.names, rows) == (("id", "level"), [(1, 1, "E1", "5")])


def test_columns_keep_the_names_that_the_file_gives_them(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = write(
        connection,
        tmp_path / "a.parquet",
        "select {'x': 1, 'y': ['a', 'b']} as s, map {'k': 1} as m, 3 as aaaaa, 4 as level",
    )
    # No writer at hand writes a name twice.
    path.write_bytes(path.read_bytes().replace(b"aaaaa", b"Level"))
    landing, rows = land(connection, path)
    assert landing.head.names == ("s.x", "s.y", "m", "Level", "level")
    assert rows == [(1, 1, "1", "a;b", '{"k":1}', "3", "4")]
    assert landing.remarks == ("the header Level stands over 2 columns.",)


def test_bytes_that_are_no_text_set_the_record_apart(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = "select n as id, case when n = 2 then 'B\\xFCro'::blob else 'x'::blob end as team"
    path = write(connection, tmp_path / "a.parquet", f"{query} from range(1, 4) as t(n)")
    landing, rows = land(connection, path)
    assert rows == [(1, 1, "1", "x"), (3, 3, "3", "x")]
    assert [(m.record, m.line, m.reason, m.found, m.cells) for m in landing.misfits] == [
        (2, 2, "undecodable", "bytes that are not UTF-8", ("2", "B\\xFCro"))
    ]
    assert landing.records_n == 3


def test_nan_is_empty_and_said(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = write(connection, tmp_path / "a.parquet", "select 'nan'::double as a, 1 as b")
    landing, rows = land(connection, path)
    assert rows == [(1, 1, None, "1")]
    assert landing.remarks == ("1 value is NaN, and read as empty.",)


@pytest.mark.parametrize("name", ["a[1].parquet", "a*.parquet", "a?.parquet", "a'b.parquet"])
def test_a_name_is_never_a_pattern(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    write(connection, tmp_path / "a1.parquet", "select 'wrong' as a")
    made = write(connection, tmp_path / "made.parquet", "select 'right' as a")
    assert land(connection, made.rename(tmp_path / name))[1] == [(1, 1, "right")]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, share: float
) -> None:
    path = write(connection, tmp_path / "a.parquet", "select n from range(1000) as t(n)")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DataRefused, match="Parquet file is broken"):
        land(connection, path)


def test_one_value_repeated_without_end_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "CELLS_MAX", 10_000)
    path = write(connection, tmp_path / "a.parquet", "select 1 as a, 2 as b from range(5001)")
    with pytest.raises(DataRefused, match="unpacks to too much") as refusal:
        land(connection, path)
    assert refusal.value.found == "5,001 rows of 2 columns"
