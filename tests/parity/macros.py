"""Every macro that engines write in their own way, on a grid of dates, nulls and ties."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from mentorship.cluster import Spark
from mentorship.warehouse import DuckDb, Engine, _arguments, _environment

DAYS = (
    *("2023-01-28", "2023-01-29", "2023-01-30", "2023-01-31", "2023-02-27", "2023-02-28"),
    *("2023-12-31", "2024-01-01", "2024-01-29", "2024-01-30", "2024-01-31", "2024-02-28"),
    *("2024-02-29", "2024-03-01", "2024-03-31", "2024-04-30", "2024-06-30", "2024-07-01"),
    *("2024-12-31", "2025-02-28", "1970-01-01", "1900-02-28"),
)
TEXTS = ("", "x", "xy", "y")
# Of every pair of days a and b.
OF_PAIRS = {
    "completed_months": '{{ completed_months("a", "b") }}',
    "holds_on": '{{ holds_on("a", "b", "b") }}',
    "ends_after": '{{ ends_after("a", "b") }}',
    "month_of": '{{ month_of("a") }}',
    "months_later": '{{ months_later("a", -1) }}',
    "days_later": '{{ days_later("a", -1) }}',
    "month_number": '{{ month_number("a") }}',
    "exit_month_number": '{{ exit_month_number("a", "b") }}',
    "period_start": '{{ period_start("\'quarter\'", "a") }}',
}
# Of a text t known since a day a, among texts u.
OF_TEXTS = {
    "last_known": '{{ last_known("t", "u", "a") }}',
    "number_of": "{{ number_of(['t', 'u']) }}",
}
OF_NOTHING = {
    "month_series": "{{ month_series(\"date '2023-11-01'\", \"date '2024-03-01'\") }}",
    "number_series": '{{ number_series("1", "5") }}',
    "words_of": "{{ words_of(\"'[name]: GROSSE Straße, 3 Übungen - Ž!'\") }}",
    "each_word": "{{ each_word(\"'goal and goal'\") }}",
}

Rows = list[tuple[Any, ...]]


def macros_apart(engine: Spark, folder: Path) -> list[str]:
    """Return the macros whose values on the grid are not the same on both engines."""
    raw_path, warehouse_path = folder / "raw.duckdb", folder / "warehouse.duckdb"
    duckdb.connect(str(raw_path)).close()
    with _environment(raw_path, warehouse_path, folder):
        ours = DuckDb()
        with ours.opened(raw_path, warehouse_path, folder):
            written = _written(ours)
        one = {name: duckdb.sql(_question(name, text)).fetchall() for name, text in written.items()}
        with engine.opened(raw_path, warehouse_path, folder):
            from pyspark.sql import SparkSession

            spark = SparkSession.builder.getOrCreate()
            other = {
                name: [tuple(row) for row in spark.sql(_question(name, text)).collect()]
                for name, text in _written(engine).items()
            }
    return [name for name in one if _told(name, one[name]) != _told(name, other[name])]


def _written(engine: Engine) -> dict[str, str]:
    """Return what dbt makes of every macro for an engine that is open."""
    from dbt.cli.main import dbtRunner

    asked = OF_PAIRS | OF_TEXTS | OF_NOTHING
    words = ["compile", "--inline", "@@".join(asked.values())]
    run = dbtRunner().invoke(_arguments(words, {}, engine))
    assert run.success, run.exception
    return dict(zip(asked, run.result.results[0].node.compiled_code.split("@@"), strict=True))


def _told(name: str, rows: Rows) -> list[str]:
    """Return rows as they may be compared: of a hash, which combinations share one."""
    if name == "number_of":
        first = {}
        rows = [
            (t, u, first.setdefault(number, (t, u))) for t, u, _, number in sorted(rows, key=str)
        ]
    return sorted(map(str, rows))


def _question(name: str, expression: str) -> str:
    """Return a query with the value of a macro beside what it was given."""
    if name in OF_NOTHING:
        return f"select {expression} as value"
    if name in OF_PAIRS:
        pairs = itertools.product((*DAYS, None), repeat=2)
        return f"select a, b, {expression} as value from {_given(pairs, ('a', 'b'), 'date')}"
    texts = itertools.product((*TEXTS, None), (*TEXTS, None), range(3))
    given = _given(texts, ("t", "u", "a"), "string")
    return f"select t, u, a, {expression} as value from {given}"


def _given(rows: Iterable[tuple[object, ...]], names: tuple[str, ...], kind: str) -> str:
    listed = ", ".join(
        "(" + ", ".join("null" if part is None else f"'{part}'" for part in row) + ")"
        for row in rows
    )
    cast = ", ".join(f"cast({name} as {kind}) as {name}" for name in names)
    return f"(select {cast} from (values {listed}) as listed ({', '.join(names)}))"
