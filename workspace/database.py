"""Every DuckDB database is opened here, within a share of the memory there is.

DuckDB by itself takes up to four fifths of what the machine has, whoever else is at work on it and
whatever a container allows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workspace.memory import available_bytes

if TYPE_CHECKING:
    import duckdb

# Of the memory that is available when a database is opened. What may take the disk for memory
# needs less; Python and the operating system need the rest.
SHARE, SHARE_WITHOUT_DISK = 0.4, 0.6
# With less a database cannot work at all: then the machine says so, and not we.
LEAST_BYTES = 1 << 29


def memory_limit(*, has_disk: bool = True, most_bytes: float | None = None) -> str:
    """Return the memory that a database may take, as DuckDB writes it; empty where nothing says.

    Args:
        has_disk: it may take the disk for memory.
        most_bytes: more than that it does not need.
    """
    available = available_bytes()
    if available is None:
        return "" if most_bytes is None else f"{int(most_bytes)}B"
    share = max(LEAST_BYTES, available * (SHARE if has_disk else SHARE_WITHOUT_DISK))
    return f"{int(min(share, most_bytes or share))}B"


def connect(
    path: Path | None = None,
    *,
    read_only: bool = False,
    spill: Path | None = None,
    most_bytes: float | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return a connection to a database.

    Args:
        path: its file; without one it is in memory, and takes no disk for memory but in `spill`.
        read_only: nothing is written to it.
        spill: the folder in which it may take the disk for memory; beside its file without it.
        most_bytes: more memory than that it does not need.
    """
    import duckdb

    has_disk = path is not None or spill is not None
    config: dict[str, str | bool | int | float | list[str]] = {}
    if limit := memory_limit(has_disk=has_disk, most_bytes=most_bytes):
        config["memory_limit"] = limit
    if spill is not None:
        config["temp_directory"] = str(spill)
    elif path is None:
        config["temp_directory"] = ""
    return duckdb.connect(
        ":memory:" if path is None else str(path), read_only=read_only, config=config
    )
