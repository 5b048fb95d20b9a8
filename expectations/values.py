"""The values of coded columns, known from load to load by keyed marks that say nothing.

A mark is a hash of a value under a secret of the workspace: two loads can be compared, and a
history of them holds no department, no address that somebody wrote for a location, nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

from ingest.contract import TABLES, Column
from workspace.database import connect

# A column with more different values than this is no coded column.
MOST_VALUES = 1000
MARK_LENGTH = 32

# Table: column: mark: rows.
Marks = Mapping[str, Mapping[str, Mapping[str, int]]]


def _is_watchable(column: Column) -> bool:
    if column.is_identifying or column.name in {"answer", "text"}:
        return False
    return column.kind in {"text", "code"} or column.name in {"level", "target_level"}


WATCHABLE: Mapping[str, tuple[str, ...]] = {
    table.name: names
    for table in TABLES.values()
    if (names := tuple(column.name for column in table.columns if _is_watchable(column)))
}


def mark_salt(key: bytes) -> str:
    """Return the salt that marks are made with, out of a workspace's key."""
    return hmac.digest(key, b"values", hashlib.sha256).hex()


def mark_of(value: str, salt: str) -> str:
    """Return the SQL of a value's mark.

    Args:
        value: the SQL of the value.
        salt: the SQL of the salt.
    """
    return f"left(sha256(concat({salt}, chr(31), cast({value} as varchar))), {MARK_LENGTH})"


def read_marks(
    raw_path: Path, watched: Mapping[str, tuple[str, ...]], salt: str
) -> dict[str, dict[str, dict[str, int]]]:
    """Return the marks of the watched columns of a raw database, with the rows that have each.

    A column that is empty, or has more values than a coded column would, is left out.
    """
    marks: dict[str, dict[str, dict[str, int]]] = {}
    with connect(raw_path, read_only=True) as connection:
        for table, columns in watched.items():
            for column in columns:
                found = connection.execute(
                    f"select {mark_of(column, '$salt')} as mark, count(*) from {table} "
                    f"where {column} is not null group by {column} order by mark "
                    f"limit {MOST_VALUES + 1}",
                    {"salt": salt},
                ).fetchall()
                if 0 < len(found) <= MOST_VALUES:
                    marks.setdefault(table, {})[column] = dict(found)
    return marks
