"""The macros that count days and number combinations, on DuckDB against hand-worked values."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).parents[2]
WRITTEN = {
    "completed_months": '{{ completed_months("a", "b") }}',
    "holds_on": '{{ holds_on("a", "b", "c") }}',
    "month_number": '{{ month_number("a") }}',
    "exit_month_number": '{{ exit_month_number("a", "b") }}',
    "month_series": '{{ month_series("a", "b") }}',
    "number_series": '{{ number_series("1", "3") }}',
    "last_known": '{{ last_known("a", "1", "b") }}',
    "number_of": '{{ number_of(["a", "b"]) }}',
    "number_of elsewhere": '{{ default__number_of(["a", "b"]) }}',
}


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what dbt writes for each macro, over the columns a, b and c."""
    folder = tmp_path_factory.mktemp("macros")
    duckdb.connect(str(folder / "raw.duckdb")).close()
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("dbt")), "--quiet", "--no-version-check"),
            *("compile", "--inline", "@@".join(WRITTEN.values())),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        ],
        env=os.environ
        | {
            "MENTORSHIP_RAW": str(folder / "raw.duckdb"),
            "MENTORSHIP_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "target"),
            "DO_NOT_TRACK": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return dict(zip(WRITTEN, done.stdout.split("@@"), strict=True))


def value(expression: str, **columns: str | None) -> object:
    """Return an expression's value, its columns given as dates."""
    listed = ", ".join(
        f"cast({'null' if day is None else repr(day)} as date) as {name}"
        for name, day in columns.items()
    )
    return duckdb.sql(f"select {expression} from (select {listed})").fetchall()[0][0]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "months"),
    [
        ("2024-05-15", "2024-05-15", 0),
        ("2024-05-15", "2024-06-14", 0),
        ("2024-05-15", "2024-06-15", 1),
        # In a leap year the month from 29, 30 or 31 January is over on 29 February.
        ("2024-01-28", "2024-02-28", 1),
        ("2024-01-29", "2024-02-28", 0),
        ("2024-01-29", "2024-02-29", 1),
        ("2024-01-30", "2024-02-29", 1),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        # In any other on 28 February.
        ("2023-01-28", "2023-02-27", 0),
        ("2023-01-29", "2023-02-27", 0),
        ("2023-01-29", "2023-02-28", 1),
        ("2023-01-30", "2023-02-28", 1),
        ("2023-01-31", "2023-02-28", 1),
        ("2024-01-31", "2024-03-01", 1),
        ("2024-01-31", "2024-03-30", 1),
        ("2024-01-31", "2024-03-31", 2),
        ("2024-03-31", "2024-04-29", 0),
        ("2024-03-31", "2024-04-30", 1),
        # From the last of February a month is over on the same day of March, not on its last.
        ("2024-02-29", "2024-03-28", 0),
        ("2024-02-29", "2024-03-29", 1),
        ("2024-02-29", "2025-02-27", 11),
        ("2024-02-29", "2025-02-28", 12),
        ("2023-12-31", "2024-01-30", 0),
        ("2023-12-31", "2024-01-31", 1),
        ("2024-01-31", None, None),
        (None, "2024-01-31", None),
    ],
)
def test_months_are_completed_by_the_calendar(
    sql: dict[str, str], starts_on: str | None, ends_on: str | None, months: int | None
) -> None:
    assert value(sql["completed_months"], a=starts_on, b=ends_on) == months


def test_completed_months_are_the_most_that_do_not_pass_the_end(sql: dict[str, str]) -> None:
    broken = duckdb.sql(
        f"""
        with days as (
            select cast(day as date) as day
            from generate_series(date '2023-01-25', date '2024-03-31', interval 1 day) as d (day)
        ),
        pairs as (select x.day as a, y.day as b from days as x join days as y on x.day <= y.day),
        counted as (select a, b, {sql["completed_months"]} as months from pairs)
        select * from counted
        where a + to_months(cast(months as integer)) > b
            or a + to_months(cast(months + 1 as integer)) <= b
        """
    )
    assert broken.fetchall() == []


@pytest.mark.parametrize(
    ("day", "valid_from", "valid_to", "holds"),
    [
        ("2024-02-29", "2024-03-01", "2024-04-01", False),
        ("2024-03-01", "2024-03-01", "2024-04-01", True),
        ("2024-03-31", "2024-03-01", "2024-04-01", True),
        ("2024-04-01", "2024-03-01", "2024-04-01", False),
        ("2024-02-29", "2024-03-01", None, False),
        ("2024-03-01", "2024-03-01", None, True),
        ("9999-01-01", "2024-03-01", None, True),
        ("2024-03-01", "2024-03-01", "2024-03-01", False),
        (None, "2024-03-01", None, None),
    ],
)
def test_a_range_holds_from_its_first_day_to_the_day_before_its_last(
    sql: dict[str, str], day: str, valid_from: str, valid_to: str | None, holds: bool | None
) -> None:
    assert value(sql["holds_on"], a=day, b=valid_from, c=valid_to) is holds


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("0001-01-01", 13),
        ("2024-02-01", 24290),
        ("2024-02-29", 24290),
        ("2023-12-31", 24288),
        (None, None),
    ],
)
def test_months_are_counted_through(
    sql: dict[str, str], day: str | None, number: int | None
) -> None:
    assert value(sql["month_number"], a=day) == number


@pytest.mark.parametrize(
    ("ended_on", "month"),
    [
        ("2024-02-01", 0),
        ("2024-02-02", 1),
        ("2024-03-01", 1),
        ("2024-03-02", 2),
        ("2025-02-01", 12),
        (None, None),
    ],
)
def test_an_exit_on_the_first_of_a_month_was_the_end_of_the_month_before(
    sql: dict[str, str], ended_on: str | None, month: int | None
) -> None:
    assert value(sql["exit_month_number"], a="2024-02-01", b=ended_on) == month


def test_series_have_both_ends(sql: dict[str, str]) -> None:
    days = "(select date '2023-11-01' as a, date '2024-02-01' as b)"
    months = duckdb.sql(f"select {sql['month_series']} from {days}").fetchall()
    assert [str(month) for (month,) in months] == [
        *("2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01"),
    ]
    assert duckdb.sql(f"select {sql['number_series']}").fetchall() == [(1,), (2,), (3,)]


def test_the_last_known_value_holds_until_another_is_known(sql: dict[str, str]) -> None:
    given = "(values (null, 1), ('x', 2), (null, 3), ('', 4), (null, 5)) as given (a, b)"
    found = duckdb.sql(f"select {sql['last_known']} from {given} order by b").fetchall()
    assert found == [(None,), ("x",), ("x",), ("",), ("",)]


# Every combination of nothing, an empty text, a text, and texts that run together alike.
COMBINATIONS = list(itertools.product([None, "", "x", "y", "xy"], repeat=2))


def test_a_combinations_number_tells_null_from_empty_and_first_from_second(
    sql: dict[str, str],
) -> None:
    listed = ", ".join(
        "(" + ", ".join("null" if part is None else repr(part) for part in pair) + ")"
        for pair in COMBINATIONS
    )
    numbers = duckdb.sql(
        f"select count(distinct {sql['number_of']}) from (values {listed}) as given (a, b)"
    ).fetchall()
    assert numbers == [(len(COMBINATIONS),)]


def test_it_does_so_where_the_hash_passes_over_nulls(sql: dict[str, str]) -> None:
    written = sql["number_of elsewhere"].strip()
    assert written.startswith("xxhash64(")
    arguments = written.removeprefix("xxhash64(").removesuffix(")").split(", ")
    hashed = set()
    for a, b in COMBINATIONS:
        values = {"a": a, "b": b, "a is null": a is None, "b is null": b is None}
        hashed.add(tuple(values[name] for name in arguments if values[name] is not None))
    assert len(hashed) == len(COMBINATIONS)
