"""The canonical tables in memory, filled export by export with what could be read."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.columns.advice import advise
from ingest.columns.casts import (
    FALSE,
    TRUE,
    UNREADABLE,
    cast_of,
    is_error,
    is_oversized,
    is_plausible,
    is_sentinel,
)
from ingest.columns.exports import Export
from ingest.columns.histories.derivation import hold
from ingest.columns.mapping import Aside, Parameters, cleaned, ids_of, meaning_of, text_of
from ingest.columns.notation import DATES, SERIALS, Notation, observed
from ingest.columns.tables import Load
from ingest.contract import Column
from ingest.records.schema import ROSTER

# Tables that others refer to, and by what: known even where the record itself is in quarantine.
REFERRED_TO = {"job_history": "employee_id", "programs": "program_id", "pairings": "pairing_id"}


def fill(load: Load, export: Export) -> None:
    """Read an export's records into its canonical table; quarantine what cannot be read."""
    connection = load.connection
    set_aside(load, export)
    _cast(load, export)
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
    quarantine_unread(load, export)
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


def quarantine_unread(load: Load, export: Export) -> None:
    """Quarantine each record of `cast_records` with the first problem it has."""
    load.ledger.quarantine(
        f"""
        select
            {export.number} as _file,
            _record,
            _line,
            split_part(_problem, '|', 2) as reason,
            nullif(split_part(_problem, '|', 1), '') as column_name,
            cast(null as varchar) as found,
        from cast_records
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
        cell = f"lower({cleaned(aside.position)})"
        if rule.is_no:
            _warn_of_neither(load, export, aside, f"from {unseen} where {cell}")
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


def _cast(load: Load, export: Export) -> None:
    """Create `cast_records`: each record's values, and the first problem of each."""
    query, parameters = cast_query(load, export)
    load.connection.execute(f"create or replace table cast_records as {query}", parameters.values)
    texts, parameters = texts_of(load, export)
    advise(load, export, texts, parameters.values, notations_of(export))


def cast_query(load: Load, export: Export) -> tuple[str, Parameters]:
    """Return the query of each record's values with its first problem, and what it is given.

    Columns `_record`, `_line`, each column that is read, and `_problem`: `column|reason`, or null.
    """
    texts, parameters = texts_of(load, export)
    columns = export.mapping.columns
    declared = notations_of(export)
    notations = observed(load.connection, export, texts, parameters.values, declared)
    values = ", ".join(
        cast_of(column, f"t_{column.name}", parameters, notation=notations[column.name])
        + f" as v_{column.name}"
        for column in columns
    )
    finals = ", ".join(f"{_final(column)} as {column.name}" for column in columns)
    problems = " ".join(problem for column in columns for problem in _problems(column))
    query = f"""
        {texts},
        readings as (select *, {values} from texts)
        select _record, _line, {finals}, case {problems} end as _problem
        from readings
        """
    return query, parameters


def texts_of(load: Load, export: Export) -> tuple[str, Parameters]:
    """Return the beginning of a query of an export's records as texts, and what it is given.

    Its last common table expression, `texts`, has `t_<column>` per column that is read.
    """
    return _texts_of(load, export, export.mapping.columns, _standing(export))


def distinct_texts(load: Load, export: Export, columns: Sequence[Column]) -> tuple[str, Parameters]:
    """Return the query of the distinct texts in some columns, and what it is given.

    Cells that are written alike are cleaned once. The columns are of kinds that keep their text.
    """
    mapping = export.mapping
    names = [column.name for column in columns]
    parts = [part for name in names for part in mapping.preset.composed.get(name, ())]
    places = {place for name in (*names, *parts) for place in mapping.positions.get(name, ())}
    counted = any("{record}" in mapping.constants.get(name, "") for name in names)
    cells = ["_record" if counted else "0 as _record", "0 as _line"]
    cells += [f"c{place}" for place in sorted(places)]
    records = f"(select distinct {', '.join(cells)} from {_standing(export)})"
    texts, parameters = _texts_of(load, export, columns, records)
    chosen = ", ".join(f"t_{name} as {name}" for name in names)
    return f"{texts} select distinct {chosen} from texts", parameters


def _standing(export: Export) -> str:
    """Return the relation of the records that are neither quarantined nor repeated so far."""
    kept = " ".join(
        f"anti join (select _record from {gone} where _file = {export.number}) as {gone} "
        "using (_record)"
        for gone in ("problems", "duplicates")
    )
    return f"{export.landing.view} {kept}"


def _texts_of(
    load: Load, export: Export, columns: Sequence[Column], records: str
) -> tuple[str, Parameters]:
    mapping, parameters = export.mapping, Parameters()
    written, texts = [], []
    for column in columns:
        text = text_of(mapping, column, parameters, secret=load.secret)
        written.append(f"{text} as s_{column.name}")
        meaning = meaning_of(mapping, column, f"s_{column.name}", parameters)
        if column.kind == "person" and export.source.ids_of is not None:
            system = parameters.bind(ids_of(export.source.ids_of))
            meaning = (
                f"case when contains({meaning}, '@') then {meaning} else {system} || {meaning} end"
            )
        texts.append(f"{meaning} as t_{column.name}")
    beginning = f"""
        with written as (select _record, _line, {", ".join(written)} from {records}),
        texts as (select _record, _line, {", ".join(texts)} from written)"""
    return beginning, parameters


def notations_of(export: Export) -> dict[str, Notation]:
    """Return how each column of an export is written, as far as it is declared."""
    zone = export.source.timezone or export.landing.head.timezone
    return {
        column.name: Notation(
            date_formats=tuple(
                # The workbook knows better which of the two it is.
                "excel_1904" if export.landing.is_1904 and way in SERIALS else way
                for way in export.mapping.date_formats.get(column.name, ())
            ),
            timezone=zone,
            decimal=export.source.decimal,
        )
        for column in export.mapping.columns
    }


def _final(column: Column) -> str:
    value = f"v_{column.name}"
    if column.kind in DATES and not column.is_required:
        return f"case when not {is_sentinel(value)} then {value} end"
    return value


def _problems(column: Column) -> list[str]:
    """Return the SQL cases that find what is wrong with a column of a record."""
    text, value = f"t_{column.name}", f"v_{column.name}"
    cases = []
    if column.is_required:
        missing = f"{text} is null"
        if column.kind in DATES:
            missing = f"({missing} or {is_sentinel(value)})"
        cases.append(f"when {missing} then '{column.name}|missing_value'")
    if column.kind in UNREADABLE:
        wrong = f"{text} is not null and {value} is null"
        if column.kind in DATES:
            wrong = f"({wrong} or (not {is_plausible(value)} and not {is_sentinel(value)}))"
        cases.append(f"when {wrong} then '{column.name}|{UNREADABLE[column.kind]}'")
    else:
        cases.append(f"when {is_oversized(text)} then '{column.name}|oversized_value'")
        if not column.is_identifying:
            cases.append(f"when {is_error(text)} then '{column.name}|spreadsheet_error'")
    return cases
