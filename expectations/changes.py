"""The values that are new or gone since earlier loads, listed for the analyst beside quarantine.

They are cells, so they go nowhere else: promises, pages and warnings hold their number only.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import duckdb

from expectations.brief import Brief
from expectations.drift import GONE_ROWS_MIN
from expectations.values import MOST_VALUES, mark_of
from workspace.database import connect
from workspace.spreadsheets import neutralized

COLUMNS = ("table", "column", "change", "value", "rows")
NOT_NAMED = "(not in the raw database of the last build)"

Change = tuple[str, str, str, str, int]


def write_changes(brief: Brief) -> None:
    """Write the values of watched columns that are new or gone; without any, remove the list."""
    if brief.changes_path is None:
        return
    changes = list(_changes(brief))
    brief.changes_path.unlink(missing_ok=True)
    if not changes:
        return
    handle = os.open(brief.changes_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for table, column, change, value, rows_n in changes:
            writer.writerow((table, column, change, neutralized(value), rows_n))


def _changes(brief: Brief) -> Iterator[Change]:
    """Yield each value that is new, with its rows now, or gone, with its rows before."""
    for table, columns in brief.known.marks.items():
        for column in brief.limits.watched_columns.get(table, ()):
            if column not in columns:
                continue
            known = columns[column]
            now = _values(brief.raw_path, table, column, brief.known.salt)
            for mark, (value, rows_n) in now.items():
                if mark not in known:
                    yield table, column, "new", value, rows_n
            gone = {
                mark: rows_n
                for mark, rows_n in known.items()
                if rows_n >= GONE_ROWS_MIN and mark not in now
            }
            names = _names(brief, table, column) if gone else {}
            for mark, rows_n in gone.items():
                yield table, column, "gone", names.get(mark, NOT_NAMED), rows_n


def _names(brief: Brief, table: str, column: str) -> dict[str, str]:
    """Return the values of the last load by their marks, as far as they are still known."""
    path = brief.published_path
    if path is None or not path.exists():
        return {}
    with suppress(duckdb.Error):
        before = _values(path, table, column, brief.known.salt)
        return {mark: value for mark, (value, _) in before.items()}
    return {}


def _values(path: Path, table: str, column: str, salt: str) -> Mapping[str, tuple[str, int]]:
    """Return each value of a column and its rows by the value's mark, the values in order.

    A column that has lost its values, or has too many of them, has none.
    """
    with connect(path, read_only=True) as connection:
        found = connection.execute(
            f"select {mark_of(column, '$salt')} as mark, cast({column} as varchar), count(*) "
            f"from {table} where {column} is not null group by {column} order by {column} "
            f"limit {MOST_VALUES + 1}",
            {"salt": salt},
        ).fetchall()
    return {mark: (value, rows_n) for mark, value, rows_n in found}
