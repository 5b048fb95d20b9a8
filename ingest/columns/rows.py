"""The canonical tables in memory, filled export by export with what could be read."""

from __future__ import annotations

from ingest.columns.advice import advise
from ingest.columns.casting import Casting, casting_of
from ingest.columns.casts import (
    FALSE,
    TRUE,
    is_oversized,
)
from ingest.columns.exports import Export
from ingest.columns.histories.derivation import hold
from ingest.columns.mapping import Aside, Parameters, cleaned
from ingest.columns.tables import Load
from ingest.records.schema import ROSTER

# Tables that others refer to, and by what: known even where the record itself is in quarantine.
REFERRED_TO = {"job_history": "employee_id", "programs": "program_id", "pairings": "pairing_id"}


def fill(load: Load, export: Export) -> None:
    """Read an export's records into its canonical table; quarantine what cannot be read."""
    connection = load.connection
    casting = cast_export(load, export)
    connection.execute(f"create or replace table cast_records as {casting.records}", casting.values)
    if export.mapping.table.name == "people":
        connection.execute(
            f"insert into roster select {', '.join(ROSTER.columns)} from cast_records"
        )
    if column := REFERRED_TO.get(export.mapping.table.name):
        connection.execute(
            f"insert into known_ids select distinct '{export.mapping.table.name}', {column} "
            f"from cast_records where {column} is not null"
        )
    if any(column.name == "event" for column in export.mapping.columns):
        connection.execute(
            f"insert into exit_records select {export.number}, _record from cast_records "
            "where event = 'exit'"
        )
    quarantine_unread(load, casting, "cast_records")
    if export.mapping.preset.turn is not None:
        hold(load, export)
    else:
        columns = ", ".join(column.name for column in export.mapping.table.columns)
        connection.execute(
            f"insert into rows_{export.mapping.table.name} "
            f"select {export.number}, _record, _line, {columns} from cast_records "
            "where _problem is null order by _record"
        )
    connection.execute("drop table cast_records")


def cast_export(load: Load, export: Export) -> Casting:
    """Return the queries of an export's records, those set aside that are not meant to count."""
    set_aside(load, export)
    return casting_of(load, export)


def quarantine_unread(load: Load, casting: Casting, records: str) -> None:
    """Quarantine each record with the first problem it has, and say what would read it.

    Args:
        load: the load.
        casting: how the records were read.
        records: the relation of the records that were read by it, with `_problem`.
    """
    advise(load, casting, records)
    quarantine_problems(load, casting, records)


def quarantine_problems(load: Load, casting: Casting, records: str) -> None:
    """Quarantine each record with the first problem it has; arguments as `quarantine_unread`."""
    load.ledger.quarantine(
        f"""
        select
            {casting.export.number} as _file,
            _record,
            _line,
            split_part(_problem, '|', 2) as reason,
            nullif(split_part(_problem, '|', 1), '') as column_name,
            cast(null as varchar) as found,
        from {records}
        where _problem is not null
        """
    )


def set_aside(load: Load, export: Export) -> None:
    """Quarantine blank records and those that the vendor marks as not meant to count."""
    head, view = export.landing.head, export.landing.view
    blank = " and ".join(f"{cleaned(n)} is null" for n in range(len(head.names)))
    found = f"select {export.number} as _file, _record, _line"
    repeated = f"select _record from duplicates where _file = {export.number}"
    unseen = f"{view} anti join ({repeated}) as repeated using (_record)"
    load.ledger.quarantine(
        f"{found}, 'blank_record' as reason, cast(null as varchar) as column_name, "
        f"cast(null as varchar) as found from {unseen} where {blank}"
    )
    if long := " or ".join(is_oversized(f"c{item.position}") for item in export.mapping.items):
        load.ledger.quarantine(
            f"{found}, 'oversized_value' as reason, 'answer' as column_name, "
            f"cast(null as varchar) as found from {unseen} where {long}"
        )
    for aside in export.mapping.set_aside:
        rule, parameters = aside.rule, Parameters()
        words = (*(value.lower() for value in rule.values), *(FALSE if rule.is_no else ()))
        marks = ", ".join(parameters.bind(mark) for mark in words if mark not in aside.meant)
        cell = f"lower(coalesce({cleaned(aside.position)}, ''))"
        if rule.is_no:
            _warn_of_neither(load, export, aside, f"from {unseen} where {cell} <> '' and {cell}")
        if marks:
            load.ledger.quarantine(
                f"{found}, {parameters.bind(rule.reason)} as reason, "
                f"{parameters.bind(rule.header)} as column_name, cast(null as varchar) as found "
                f"from {unseen} where {cell} in ({marks})",
                parameters.values,
            )


def _warn_of_neither(load: Load, export: Export, aside: Aside, cells: str) -> None:
    """Say how many records a rule cannot tell: its column says neither yes nor no."""
    known = (*TRUE, *FALSE, *aside.meant)
    row = load.connection.execute(
        f"select count(*) {cells} not in (select unnest($known))", {"known": list(known)}
    ).fetchone()
    if row is not None and row[0]:
        records = "record says" if row[0] == 1 else "records say"
        load.remarks.warn(
            f"{export.path}, column {aside.rule.header}: {row[0]} {records} neither yes nor no in "
            "a language that is known; they are kept."
        )
