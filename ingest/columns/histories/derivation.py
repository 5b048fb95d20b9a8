"""A source whose records are no rows: held until it is read to its end; then rows are derived.

Its records have been read like any other: one with a problem is in quarantine by then. Of each row
it is told which record shows it; records that show nothing new are kept too. A preset says by its
key `turn` how rows are derived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingest.columns.exports import Export, Planned
from ingest.columns.histories.changes import derive_from_changes
from ingest.columns.histories.latest import derive_latest
from ingest.columns.histories.snapshots import derive_from_snapshots
from ingest.columns.histories.spells import derive_from_spells
from ingest.columns.tables import Load
from ingest.files.remote.addresses import shown_path
from workspace.config import IngestConfig

# Share of the people of the smaller of two sources that the other must know to be of one series.
SAME_SHARE_MIN = 0.5

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
    connection.execute(
        f"insert into held_records by name select {export.number} as _file, * from cast_records"
    )


def read_together(sources: Sequence[Sequence[Planned]]) -> list[list[Sequence[Planned]]]:
    """Return the sources that are read one after the other, each alone but snapshots together.

    Whoever is in a snapshot of one source and not in the next one of another has left.
    """
    groups: dict[tuple[object, ...], list[Sequence[Planned]]] = {}
    for number, files in enumerate(sources):
        preset = files[0].preset
        is_one = preset.turn == "snapshots"
        key = (preset.turn, preset.out_after_days) if is_one else (number,)
        groups.setdefault(key, []).append(files)
    return list(groups.values())


def derive_from_sources(
    load: Load, sources: Sequence[Sequence[Export]], limits: IngestConfig
) -> None:
    """Derive rows from the records held of several sources: those of the same people together.

    Args:
        load: the load.
        sources: the exports of each source, their readings held.
        limits: what is too suspicious to be believed.

    Raises:
        DataRefused: what the exports say together cannot be.
    """
    if len(sources) == 1:
        derive_rows(load, sources[0], limits)
        return
    connection = load.connection
    connection.execute("create table held_of_all as select * from held_records")
    connection.execute("drop table held_records")
    for exports in _of_the_same_people(load, sources):
        numbers = ", ".join(str(export.number) for export in exports)
        connection.execute(
            f"create table held_records as select * from held_of_all where _file in ({numbers})"
        )
        derive_rows(load, exports, limits)
    connection.execute("drop table held_of_all")


def _of_the_same_people(load: Load, sources: Sequence[Sequence[Export]]) -> list[list[Export]]:
    """Return sources joined where half of the people of one, or more, are in the other."""
    joined: list[list[Export]] = []
    for exports in sources:
        same = [others for others in joined if _are_the_same(load, exports, others)]
        joined = [others for others in joined if others not in same]
        joined.append([*(export for others in same for export in others), *exports])
    for together in joined:
        paths = list(dict.fromkeys(shown_path(export.source.path) for export in together))
        if len(paths) > 1:
            load.remarks.warn(
                f"{paths[0]}: {len(paths)} sources of snapshots name the same people and are read "
                "as one series, in which people may come and go between the sources. Where one "
                "pattern fits all of their files, one source says it in fewer lines."
            )
    return joined


def _are_the_same(load: Load, exports: Sequence[Export], others: Sequence[Export]) -> bool:
    mine, theirs = (
        "select distinct employee_id from held_of_all where employee_id is not null and _file in ("
        + ", ".join(str(export.number) for export in one)
        + ")"
        for one in (exports, others)
    )
    row = load.connection.execute(
        f"select (select count(*) from ({mine} intersect {theirs})), "
        f"least((select count(*) from ({mine})), (select count(*) from ({theirs})))"
    ).fetchone()
    both_n, fewer_n = row or (0, 0)
    return bool(both_n) and both_n >= SAME_SHARE_MIN * fewer_n


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


def forget_held(load: Load) -> None:
    """Drop what is held of sources that were refused."""
    for table in ("derived_rows", "held_records", "held_of_all"):
        load.connection.execute(f"drop table if exists {table}")


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
