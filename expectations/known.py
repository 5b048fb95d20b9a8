"""What is known besides the raw database: of earlier loads, and of the sources.

Promises ask it as a database of its own, in memory beside the raw one: no value of an export or a
history ever becomes part of a query's text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from expectations.past import Months
from expectations.values import Marks


@dataclass(frozen=True)
class SourceLimit:
    """A source whose newest row must not be older than so many days before `as_of`."""

    table: str
    files: tuple[str, ...]
    days: int


@dataclass(frozen=True)
class Known:
    """What is known besides the raw database.

    Attributes:
        volumes: rows of each table in the last load; none where it was not there.
        marks: of each watched column that it held, the marks of all loads with their rows in
            the last one.
        salt: what the marks were made with.
        is_confirmed: somebody has accepted that this load differs from the last, so that no
            difference refuses it.
        sources: the sources with a limit of their own.
        months: of each table with dates, the rows of each month in the last load.
        months_as_of: the day that the last load described.
    """

    volumes: Mapping[str, int] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)
    salt: str = ""
    is_confirmed: bool = False
    sources: tuple[SourceLimit, ...] = ()
    months: Months = field(default_factory=dict)
    months_as_of: dt.date | None = None


NOTHING_KNOWN = Known()


def attach(connection: Any, known: Known) -> None:
    """Put what is known beside the database of a connection, as the schema `known`.

    Args:
        connection: a connection of DuckDB, or what wraps one; it may be read-only.
        known: what promises ask for.
    """
    connection.execute("attach if not exists ':memory:' as known (read_write)")
    connection.execute("create or replace table known.salt (salt varchar)")
    connection.execute("insert into known.salt values ($1)", (known.salt,))
    connection.execute(
        "create or replace table known.marks "
        "(table_name varchar, column_name varchar, mark varchar, rows_n bigint)"
    )
    _insert(
        connection,
        "marks",
        [
            (table, column, mark, rows_n)
            for table, columns in known.marks.items()
            for column, marks in columns.items()
            for mark, rows_n in marks.items()
        ],
    )
    connection.execute(
        "create or replace table known.months (table_name varchar, month varchar, rows_n bigint)"
    )
    _insert(
        connection,
        "months",
        [
            (table, month, rows_n)
            for table, months in known.months.items()
            for month, rows_n in months.items()
        ],
    )
    connection.execute(
        "create or replace table known.sources "
        "(table_name varchar, place integer, source varchar, days integer)"
    )
    _insert(
        connection,
        "sources",
        [
            (limit.table, place, file, limit.days)
            for place, limit in enumerate(known.sources)
            for file in limit.files
        ],
    )


def _insert(connection: Any, table: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        # Row by row, a thousand take a second.
        columns = ", ".join(f"unnest(${n})" for n in range(1, len(rows[0]) + 1))
        given = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"insert into known.{table} select {columns}", given)
