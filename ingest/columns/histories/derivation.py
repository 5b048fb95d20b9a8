"""A source whose records are no rows: held until it is read to its end; then rows are derived.

Its records have been read like any other: one with a problem is in quarantine by then. Of each row
it is told which record shows it; records that show nothing new are kept too. A preset says by its
key `turn` how rows are derived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingest.columns.exports import Export
from ingest.columns.histories.changes import derive_from_changes
from ingest.columns.histories.latest import derive_latest
from ingest.columns.histories.snapshots import derive_from_snapshots
from ingest.columns.histories.spells import derive_from_spells
from ingest.columns.tables import Load
from ingest.files.remote.addresses import shown_path
from workspace.config import IngestConfig

_STEPS: dict[str, Callable[[Load, Sequence[Export], IngestConfig], None]] = {
    "spells": derive_from_spells,
    "snapshots": derive_from_snapshots,
    "changes": derive_from_changes,
    "latest": derive_latest,
}


def hold(load: Load, export: Export) -> None:
    """Keep an export's readings, also those with a problem, until its whole source is read."""
    connection = load.connection
    connection.execute(
        "create table if not exists held_records as "
        "select cast(0 as integer) as _file, * from cast_records limit 0"
    )
    connection.execute(f"insert into held_records select {export.number}, * from cast_records")


def derive_rows(load: Load, exports: Sequence[Export], limits: IngestConfig) -> None:
    """Derive rows of its table from the records of a whole source, where its preset says so.

    Args:
        load: the load.
        exports: all exports of one source, their readings held.
        limits: what is too suspicious to be believed.

    Raises:
        DataRefused: what the exports say together cannot be.
    """
    preset, table = exports[0].mapping.preset, exports[0].mapping.table
    if preset.turn is None:
        return
    connection = load.connection
    _STEPS[preset.turn](load, exports, limits)
    connection.execute(
        f"insert into rows_{table.name} by name select * from derived_rows order by _file, _record"
    )
    load.ledger.keep_without_row(
        "select _file, _record from held_records where _problem is null "
        "except select _file, _record from derived_rows"
    )
    if table.name == "job_history":
        _warn_of_nobody(load, exports)
    connection.execute("drop table derived_rows")
    connection.execute("drop table held_records")


def _warn_of_nobody(load: Load, exports: Sequence[Export]) -> None:
    """Say how many people of the records are neither in the history nor in quarantine."""
    row = load.connection.execute(
        """
        select count(*) from (
            select employee_id from held_records where employee_id is not null and _problem is null
            except select employee_id from derived_rows
            except select h.employee_id from held_records as h
            inner join problems as p on h._file = p._file and h._record = p._record
            where h.employee_id is not null
        )
        """
    ).fetchone()
    if row is not None and row[0]:
        load.remarks.warn(
            f"{shown_path(exports[0].source.path)}: {row[0]} people of the records are in no "
            "history: nothing tells a day on which they were employed, since they are only shown "
            "as yet to come, or as gone without the days of their hire and leaving."
        )
