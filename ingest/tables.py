"""The canonical tables in memory, filled export by export with what could be read."""

from __future__ import annotations

import duckdb

from ingest.accounts import Accounts, Export, numbered
from ingest.casts import UNREADABLE, cast_of, is_plausible, is_sentinel
from ingest.contract import TABLES, Column
from ingest.headers import positions
from ingest.mapping import Parameters, cleaned, meaning_of, meant, text_of
from ingest.presets import Preset, read_preset

# Tables that others refer to, and by what: known even where the record itself is in quarantine.
REFERRED_TO = {"job_history": "employee_id", "programs": "program_id", "pairings": "pairing_id"}
ROSTER = ("employee_id", "email", "other_emails", "first_name", "last_name")


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create an empty `rows_<table>` per contract table, and what is known of people."""
    for table in TABLES.values():
        columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
        connection.execute(
            f"create table rows_{table.name} "
            f"(_file integer, _record bigint, _line bigint, {columns})"
        )
    connection.execute(f"create table roster ({', '.join(f'{name} varchar' for name in ROSTER)})")
    connection.execute("create table said_ids (table_name varchar, said varchar)")


def drop_repeated_records(accounts: Accounts, source_number: int) -> None:
    """Keep the first of each set of identical records of a source, across all its files."""
    exports = numbered(accounts.exports, source_number)
    names: list[tuple[str, int]] = []
    for export in exports:
        names.extend(name for name in _numbered_names(export) if name not in names)
    records = " union all ".join(_aligned(export, names) for export in exports)
    cells = ", ".join(f"h{n}" for n in range(len(names)))
    accounts.drop_duplicates(
        f"""
        with records as ({records}),
        hashed as (select *, hash({cells}) as cells_hash from records),
        repeated as (select cells_hash from hashed group by all having count(*) > 1),
        ranked as (
            select
                _file,
                _record,
                row_number() over (partition by {cells} order by _file, _record) as place,
            from hashed
            semi join repeated using (cells_hash)
            where coalesce({cells}) is not null
        )
        select _file, _record from ranked where place > 1
        """
    )


def fill(accounts: Accounts, export: Export) -> None:
    """Read an export's records into its canonical table; quarantine what cannot be read."""
    connection = accounts.connection
    preset = read_preset(export.source.preset)
    _set_aside(accounts, export, preset)
    _cast(accounts, export)
    if export.mapping.table.name == "people":
        connection.execute(f"insert into roster select {', '.join(ROSTER)} from cast_records")
    if column := REFERRED_TO.get(export.mapping.table.name):
        connection.execute(
            f"insert into said_ids select distinct '{export.mapping.table.name}', {column} "
            f"from cast_records where {column} is not null"
        )
    accounts.quarantine(
        f"""
        select
            {export.number} as _file,
            _record,
            _line,
            split_part(_problem, '|', 2) as reason,
            split_part(_problem, '|', 1) as column_name,
            cast(null as varchar) as found,
        from cast_records
        where _problem is not null
        """
    )
    if export.mapping.is_wide:
        _insert_answers(accounts, export)
        _warn_of_haste(accounts, export, preset)
    else:
        columns = ", ".join(column.name for column in export.mapping.table.columns)
        connection.execute(
            f"insert into rows_{export.mapping.table.name} "
            f"select {export.number}, _record, _line, {columns} from cast_records "
            "where _problem is null order by _record"
        )
    connection.execute("drop table cast_records")


def _numbered_names(export: Export) -> list[tuple[str, int]]:
    """Return an export's headers, told apart by how often each has stood before."""
    names = [name.strip() for name in export.landing.head.names]
    return [(name, names[:n].count(name)) for n, name in enumerate(names)]


def _aligned(export: Export, names: list[tuple[str, int]]) -> str:
    """Return the SQL of an export's records under the headers of its whole source."""
    place = {name: n for n, name in enumerate(_numbered_names(export))}
    cells = ", ".join(
        f"c{place[name]} as h{n}" if name in place else f"cast(null as varchar) as h{n}"
        for n, name in enumerate(names)
    )
    return f"select {export.number} as _file, _record, {cells} from {export.landing.view}"


def _set_aside(accounts: Accounts, export: Export, preset: Preset) -> None:
    """Quarantine blank records and those that the vendor marks as not meant to count."""
    head, view = export.landing.head, export.landing.view
    blank = " and ".join(f"{cleaned(n)} is null" for n in range(len(head.names)))
    found = f"select {export.number} as _file, _record, _line"
    repeated = f"select _record from duplicates where _file = {export.number}"
    unseen = f"{view} anti join ({repeated}) as repeated using (_record)"
    accounts.quarantine(
        f"{found}, 'blank_record' as reason, cast(null as varchar) as column_name, "
        f"cast(null as varchar) as found from {unseen} where {blank}"
    )
    for rule in preset.set_aside:
        for position in positions(head.names, rule.header)[:1]:
            parameters = Parameters()
            marks = ", ".join(parameters.bind(value.lower()) for value in rule.values)
            accounts.quarantine(
                f"{found}, {parameters.bind(rule.reason)} as reason, "
                f"{parameters.bind(rule.header)} as column_name, c{position} as found "
                f"from {unseen} where lower({cleaned(position)}) in ({marks})",
                parameters.values,
            )


def _cast(accounts: Accounts, export: Export) -> None:
    """Create `cast_records`: each record's values, and the first problem of each."""
    mapping, parameters = export.mapping, Parameters()
    columns = [
        column
        for column in mapping.table.columns
        if not (mapping.is_wide and column.name in ("item_id", "answer"))
    ]
    said, texts, values, finals, problems = [], [], [], [], []
    for column in columns:
        said.append(f"{text_of(mapping, column, parameters)} as s_{column.name}")
        meaning = meaning_of(mapping, column, f"s_{column.name}", parameters)
        texts.append(f"{meaning} as t_{column.name}")
        value = cast_of(
            column,
            f"t_{column.name}",
            parameters,
            date_format=export.source.date_format,
            timezone=export.source.timezone or export.landing.head.timezone,
        )
        values.append(f"{value} as v_{column.name}")
        finals.append(f"{_final(column)} as {column.name}")
        problems.extend(_problems(column))
    kept = " ".join(
        f"anti join (select _record from {gone} where _file = {export.number}) as {gone} "
        "using (_record)"
        for gone in ("problems", "duplicates")
    )
    accounts.connection.execute(
        f"""
        create or replace table cast_records as
        with said as (
            select _record, _line, {", ".join(said)} from {export.landing.view} {kept}
        ),
        texts as (select _record, _line, {", ".join(texts)} from said),
        readings as (select *, {", ".join(values)} from texts)
        select _record, _line, {", ".join(finals)}, case {" ".join(problems)} end as _problem
        from readings
        """,
        parameters.values,
    )


def _final(column: Column) -> str:
    value = f"v_{column.name}"
    if column.kind == "date" and not column.is_required:
        return f"case when not {is_sentinel(value)} then {value} end"
    return value


def _problems(column: Column) -> list[str]:
    """Return the SQL cases that find what is wrong with a column of a record."""
    text, value = f"t_{column.name}", f"v_{column.name}"
    cases = []
    if column.is_required:
        missing = f"{text} is null"
        if column.kind == "date":
            missing = f"({missing} or {is_sentinel(value)})"
        cases.append(f"when {missing} then '{column.name}|missing_value'")
    if column.kind in UNREADABLE:
        wrong = f"{text} is not null and {value} is null"
        if column.kind in ("date", "timestamp"):
            odd = f"not {is_plausible(value)}"
            if column.kind == "date":
                odd = f"{odd} and not {is_sentinel(value)}"
            wrong = f"({wrong} or {odd})"
        cases.append(f"when {wrong} then '{column.name}|{UNREADABLE[column.kind]}'")
    return cases


def _insert_answers(accounts: Accounts, export: Export) -> None:
    """Turn each response of a wide export into one row per question answered."""
    mapping, view, parameters = export.mapping, export.landing.view, Parameters()
    ids = parameters.bind([item.item_id for item in mapping.items])
    cells = ", ".join(cleaned(item.position) for item in mapping.items)
    answer = meant("answer", mapping.values.get("answer", {}), parameters)
    columns = [column.name for column in mapping.table.columns]
    chosen = ", ".join(
        {"item_id": "a.item_id", "answer": "a.meaning"}.get(name, f"r.{name}") for name in columns
    )
    if mapping.items:
        accounts.connection.execute(
            f"""
            insert into rows_{mapping.table.name}
            with answers as (
                select _record, unnest({ids}) as item_id, unnest([{cells}]) as answer from {view}
            ),
            meant as (select _record, item_id, {answer} as meaning from answers)
            select {export.number}, r._record, r._line, {chosen}
            from cast_records as r
            inner join meant as a on r._record = a._record and a.meaning is not null
            where r._problem is null
            order by r._record, a.item_id
            """,
            parameters.values,
        )
    accounts.quarantine(
        f"""
        select
            {export.number} as _file,
            _record,
            _line,
            'empty_response' as reason,
            cast(null as varchar) as column_name,
            cast(null as varchar) as found,
        from cast_records
        where _problem is null
        and _record not in (
            select _record from rows_{mapping.table.name} where _file = {export.number}
        )
        """
    )


def _warn_of_haste(accounts: Accounts, export: Export, preset: Preset) -> None:
    """Say how many responses came faster than anybody reads; they stay."""
    if preset.duration is None:
        return
    fewest = preset.duration.seconds_per_item_min
    for position in positions(export.landing.head.names, preset.duration.header)[:1]:
        row = accounts.connection.execute(
            f"""
            with answered as (
                select _record, count(*) as items_n
                from rows_{export.mapping.table.name}
                where _file = {export.number}
                group by all
            )
            select count(*)
            from {export.landing.view}
            inner join answered using (_record)
            where try_cast({cleaned(position)} as double) < items_n * $fewest
            """,
            {"fewest": fewest},
        ).fetchone()
        if row is not None and row[0]:
            responses = "response was" if row[0] == 1 else "responses were"
            seconds = "second" if fewest == 1 else "seconds"
            accounts.warn(
                f"{export.path}: {row[0]} {responses} given in less than {fewest:g} {seconds} a "
                "question; they are kept."
            )
