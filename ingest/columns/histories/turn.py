"""A source whose records are not rows: held until it is read to its end, then turned.

What a turn reads has been read like any other record: a problem of a record is in quarantine
before. A turn says of each row which record shows it; records that show nothing new are kept too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingest.columns.histories.changes import turn_changes
from ingest.columns.histories.latest import turn_latest
from ingest.columns.histories.snapshots import turn_snapshots
from ingest.columns.histories.spells import turn_spells
from ingest.records.accounts import Accounts, Export
from workspace.config import IngestConfig

_TURNS: dict[str, Callable[[Accounts, Sequence[Export], IngestConfig], None]] = {
    "spells": turn_spells,
    "snapshots": turn_snapshots,
    "changes": turn_changes,
    "latest": turn_latest,
}


def hold(accounts: Accounts, export: Export) -> None:
    """Keep an export's readings, also those with a problem, until its whole source is read."""
    connection = accounts.connection
    connection.execute(
        "create table if not exists held_records as "
        "select cast(0 as integer) as _file, * from cast_records limit 0"
    )
    connection.execute(f"insert into held_records select {export.number}, * from cast_records")


def turn_source(accounts: Accounts, exports: Sequence[Export], limits: IngestConfig) -> None:
    """Turn the records of a whole source into rows of its table, where its preset says so.

    Args:
        accounts: the accounts of the load.
        exports: all exports of one source, their readings held.
        limits: what is too suspicious to be believed.

    Raises:
        DataRefused: what the exports say together cannot be.
    """
    preset, table = exports[0].mapping.preset, exports[0].mapping.table
    if preset.turn is None:
        return
    connection = accounts.connection
    _TURNS[preset.turn](accounts, exports, limits)
    connection.execute(
        f"insert into rows_{table.name} by name select * from turned order by _file, _record"
    )
    accounts.use(
        "select _file, _record from held_records where _problem is null "
        "except select _file, _record from turned"
    )
    connection.execute("drop table turned")
    connection.execute("drop table held_records")
