"""Parquet, landed as text through DuckDB: every value exactly, nested ones as in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ingest.files.local import fingerprint
from ingest.files.readers.arrow import SCHEMA_KEY, durations_of
from ingest.files.readers.furniture import remarks_on_columns
from ingest.files.readers.heads import Head
from ingest.files.readers.landing import Landing, Misfit, Options
from ingest.files.readers.relation import MISFITS_MAX, too_many_misfits
from workspace.errors import DataRefused, Place

# A small file may repeat one value without end.
CELLS_MAX = 1_000_000_000
LARGEST_UNPACKED = 1 << 35
# Whole numbers up to here are exact in a double, and are written without a point.
EXACT_WHOLE = 1 << 53
DEEPEST = 32
NO_TEXT = "bytes that are not UTF-8"
# Folders named like `level=2` would otherwise become columns, in place of the file's own.
READ = "select * from read_parquet($path, hive_partitioning = false)"


def land_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, *, name: str, shown: str, options: Options
) -> Landing:
    """Return a Parquet file landed as the relation `name`; `_line` is the record's number.

    Dates and times are ISO 8601, moments with a zone in UTC; whole numbers have no point; a list
    of plain values is joined with semicolons, a structure becomes columns with dotted headers.

    Args:
        connection: ingest's own in-memory connection.
        path: the file.
        name: what the relation is to be called.
        shown: how errors name the file.
        options: the sign before decimals.

    Raises:
        DataRefused: the file is broken, or holds more than fits the memory.
    """
    # The only names that DuckDB would take for a pattern.
    given = {"path": "".join(f"[{c}]" if c in "*?[" else c for c in str(path))}
    try:
        _check_bounds(connection, given, shown)
        whole = connection.sql(READ, params=given)
        headers = _headers(connection, given, whole.columns)
        clocks = {
            f"x{n}": f"cast(to_microseconds(cast(x{n} * {unit:e} as bigint)) as varchar)"
            for n, unit in _durations(connection, given).items()
        }
        places = ", ".join(f"x{n}" for n in range(len(whole.columns)))
        columns = [
            column
            for n, (header, kind) in enumerate(zip(headers, whole.types, strict=True))
            for column in _flattened(header, kind, f"x{n}")
        ]
        texts = ", ".join(
            f"nullif({clocks.get(value) or _text(kind, value, options.decimal)}, '') as c{n}"
            for n, (_, kind, value) in enumerate(columns)
        )
        source = f"({READ}) as whole({places})"
        flawed = " or ".join(
            f"({value} is not null and try(decode({value})) is null)"
            for _, kind, value in columns
            if kind.id == "blob"
        )
        connection.execute(
            f"create or replace table {name}_cells as "
            f"select {flawed or 'false'} as is_flawed, {texts} from {source}",
            given,
        )
        nan_n = _count_nan(connection, source, [(k, v) for _, k, v in columns], given)
    except duckdb.OutOfMemoryException as error:
        raise _too_large("more than fits the memory", shown) from error
    except duckdb.Error as error:
        raise DataRefused(
            "The Parquet file is broken.",
            place=Place(shown),
            found="a file that DuckDB cannot read",
            to_do="export again; the file may have been cut off",
        ) from error
    numbered = (
        f"select rowid + 1 as _record, rowid + 1 as _line, * exclude (is_flawed) from {name}_cells"
    )
    connection.execute(f"create or replace view {name} as {numbered} where not is_flawed")
    names = tuple(header for header, _, _ in columns)
    head = Head(names, ("",) * len(names), 0, 0)
    counted = connection.execute(f"select count(*) from {name}_cells").fetchone()
    undecodable = connection.execute(
        f"{numbered} where is_flawed order by rowid limit {MISFITS_MAX}"
    ).fetchall()
    misfits = tuple(
        Misfit(record, line, "undecodable", NO_TEXT, tuple(cell or "" for cell in cells))
        for record, line, *cells in undecodable
    )
    if len(misfits) >= MISFITS_MAX:
        raise too_many_misfits(misfits[0], shown)
    values = "value is" if nan_n == 1 else "values are"
    remarks = [f"{nan_n} {values} NaN, and read as empty."] if nan_n else []
    return Landing(
        view=name,
        head=head,
        records_n=0 if counted is None else int(counted[0]),
        misfits=misfits,
        sha256=fingerprint(path),
        size_bytes=path.stat().st_size,
        remarks=(*remarks, *remarks_on_columns(connection, name, head)),
    )


def _check_bounds(connection: duckdb.DuckDBPyConnection, given: dict[str, str], shown: str) -> None:
    row = connection.execute(
        """
        select max(f.num_rows), count(distinct m.column_id), sum(m.total_uncompressed_size)
        from parquet_file_metadata($path) as f
        left join parquet_metadata($path) as m on true
        """,
        given,
    ).fetchone()
    rows_n, columns_n, unpacked = (int(n or 0) for n in row or (0, 0, 0))
    if rows_n * max(columns_n, 1) > CELLS_MAX or unpacked > LARGEST_UNPACKED:
        raise _too_large(f"{rows_n:,} rows of {columns_n} columns", shown)


def _headers(
    connection: duckdb.DuckDBPyConnection, given: dict[str, str], renamed: list[str]
) -> list[str]:
    """Return the names of the columns as the file has them; DuckDB renames what stands twice."""
    elements = connection.execute(
        "select name, coalesce(num_children, 0) from parquet_schema($path)", given
    ).fetchall()
    headers: list[str] = []
    # The elements stand in the order of a walk through a tree, its root first.
    inner_n = 0
    for name, children_n in elements[1:]:
        if inner_n == 0:
            headers.append(name)
        else:
            inner_n -= 1
        inner_n += children_n
    return headers if len(headers) == len(renamed) else renamed


def _durations(connection: duckdb.DuckDBPyConnection, given: dict[str, str]) -> dict[int, float]:
    """Return the columns that Arrow knows as durations; to Parquet they are whole numbers."""
    row = connection.execute(
        "select value from parquet_kv_metadata($path) where key = encode($key) limit 1",
        {**given, "key": SCHEMA_KEY},
    ).fetchone()
    return {} if row is None else durations_of(bytes(row[0]))


def _flattened(
    header: str, kind: Any, value: str, depth: int = 0
) -> Iterator[tuple[str, Any, str]]:
    """Yield the header, the type and the SQL of each column that a column becomes."""
    if kind.id != "struct" or depth >= DEEPEST:
        yield header, kind, value
        return
    for n, (key, inner) in enumerate(kind.children, 1):
        yield from _flattened(
            f"{header}.{key}", inner, f"struct_extract_at({value}, {n})", depth + 1
        )


def _text(kind: Any, value: str, decimal: str) -> str:
    """Return the SQL of a value as text."""
    text = f"cast({value} as varchar)"
    if kind.id in ("float", "double", "decimal"):
        text = f"replace({text}, '.', '{decimal}')"
    if kind.id in ("float", "double"):
        is_whole = f"{value} = trunc({value}) and abs({value}) <= {EXACT_WHOLE}"
        whole = f"cast(cast({value} as bigint) as varchar)"
        return f"case when isnan({value}) then null when {is_whole} then {whole} else {text} end"
    if kind.id == "timestamp with time zone":
        return f"replace(cast(timezone('UTC', {value}) as varchar), ' ', 'T') || 'Z'"
    if kind.id.startswith("timestamp"):
        is_day = f"cast({value} as timestamp) = date_trunc('day', cast({value} as timestamp))"
        day = f"cast(cast({value} as date) as varchar)"
        return f"case when {is_day} then {day} else replace({text}, ' ', 'T') end"
    if kind.id == "blob":
        return f"coalesce(try(decode({value})), {text})"
    if kind.id in ("list", "array"):
        inner = next(inner for key, inner in kind.children if key == "child")
        if inner.id not in ("struct", "list", "array", "map", "union"):
            texts = f"list_transform({value}, lambda v: {_text(inner, 'v', decimal)})"
            is_plain = (
                f"not list_contains(list_transform({texts}, lambda v: contains(v, ';')), true)"
            )
            joined = f"array_to_string(list_filter({texts}, lambda v: v is not null), ';')"
            return f"case when {is_plain} then {joined} else cast(to_json({value}) as varchar) end"
    if kind.id in ("struct", "list", "array", "map", "union"):
        return f"cast(to_json({value}) as varchar)"
    return text


def _count_nan(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: list[tuple[Any, str]],
    given: dict[str, str],
) -> int:
    counts = [f"count_if(isnan({v}))" for kind, v in columns if kind.id in ("float", "double")]
    if not counts:
        return 0
    row = connection.execute(f"select {' + '.join(counts)} from {source}", given).fetchone()
    return 0 if row is None else int(row[0])


def _too_large(found: str, shown: str) -> DataRefused:
    return DataRefused(
        "The Parquet file unpacks to too much.",
        place=Place(shown),
        found=found,
        expected=f"at most {CELLS_MAX:,} cells, and what fits the memory",
        to_do="export in parts",
    )
