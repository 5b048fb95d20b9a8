"""Readers, one module a format; the file's content says which, never its name."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import duckdb

from ingest.files.readers import delimited
from ingest.files.readers.delimited import SmallText
from ingest.files.readers.formats import Format, format_of, remark_on_name, remarks_on_options
from ingest.files.readers.landing import FindHead, Landing, Options
from workspace.errors import DataRefused, EnvironmentFailed, Place

# A larger file is worth a query of its own.
SMALL_FILE_BYTES = 1 << 16


def land_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str,
    shown: str,
    find_head: FindHead,
    options: Options,
) -> Landing:
    """Return a file landed as the relation `name`, every cell as text and empty cells as null.

    Args:
        connection: ingest's own in-memory connection.
        path: the file.
        name: what the relation is to be called.
        shown: how errors name the file.
        find_head: finds the header rows among the first records.
        options: how to read it, as far as the user says.

    Raises:
        DataRefused: the file cannot be read as what it is, or it changed while it was read.
        ConfigError: the options do not fit the file.
        EnvironmentFailed: the memory does not hold it.
    """
    before = _stamp(path)
    found = format_of(path, shown=shown, options=options)
    try:
        landing = _land(
            connection, path, found, name=name, shown=shown, find_head=find_head, options=options
        )
    except duckdb.OutOfMemoryException as error:
        raise EnvironmentFailed(
            "The memory does not hold the export.",
            place=Place(shown),
            found=f"a file of {before[2] >> 20} MB",
            to_do="export in parts, or build on a machine with more memory",
        ) from error
    if _stamp(path) != before:
        raise DataRefused(
            "The export changed while it was read.",
            place=Place(shown),
            to_do="wait until it is written, then build again",
        )
    if found != "delimited" and options.encoding is None:
        from ingest.files.readers.letters import without_twice_encoded

        landing = without_twice_encoded(connection, landing, shown)
    remarks = (remark_on_name(path, found), *remarks_on_options(found, options))
    known = tuple(remark for remark in remarks if remark is not None)
    return replace(landing, remarks=(*known, *landing.remarks))


def read_small_file(
    path: Path, *, shown: str, find_head: FindHead, options: Options
) -> SmallText | None:
    """Return a small file as `land_file` would land it; None where that has anything to decide.

    Arguments and errors are those of `land_file`.
    """
    csv.field_size_limit(delimited.LARGEST_CELL)
    before = _stamp(path)
    if before[2] > SMALL_FILE_BYTES or format_of(path, shown=shown, options=options) != "delimited":
        return None
    text = delimited.read_small(path, shown=shown, find_head=find_head, options=options)
    if text is None or _stamp(path) != before:
        return None
    remarks = (remark_on_name(path, "delimited"), *remarks_on_options("delimited", options))
    known = tuple(remark for remark in remarks if remark is not None)
    return replace(text, remarks=(*known, *text.remarks))


def _land(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    found: Format,
    *,
    name: str,
    shown: str,
    find_head: FindHead,
    options: Options,
) -> Landing:
    # The other formats' readers are imported when there is such a file.
    if found in ("xlsx", "xls", "ods"):
        from ingest.files.readers.workbooks import land_workbook

        return land_workbook(
            connection, path, found, name=name, shown=shown, find_head=find_head, options=options
        )
    if found == "json":
        from ingest.files.readers.documents import land_json

        return land_json(connection, path, name=name, shown=shown, options=options)
    if found == "parquet":
        from ingest.files.readers.parquet import land_parquet

        return land_parquet(connection, path, name=name, shown=shown, options=options)
    return delimited.land(
        connection, path, name=name, shown=shown, find_head=find_head, options=options
    )


def _stamp(path: Path) -> tuple[int, ...]:
    stat = path.stat()
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
