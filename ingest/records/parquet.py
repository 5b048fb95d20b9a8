"""Parquet files of ours, as SQL names them."""

from __future__ import annotations

from pathlib import Path

# Written quickly, and read quickly.
PARQUET = "(format parquet, parquet_version v2, compression lz4_raw)"


def quoted(path: Path) -> str:
    """Return a path of ours as it stands between the quotes of SQL."""
    return str(path).replace("'", "''")


def rows_in(*paths: Path) -> str:
    """Return the relation of the rows in Parquet files of ours, wherever they lie."""
    listed = ", ".join(f"'{quoted(path)}'" for path in paths)
    # A folder named like level=2 would add a column.
    return f"read_parquet([{listed}], hive_partitioning = false)"
