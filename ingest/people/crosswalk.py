"""The crosswalk: every identifier that stands in a row, the person it leads to, and by which rule.

`links` holds the identifiers as exports write them, and lives in the database of plain text alone.
What is kept is `raw.identities`, in which an identifier is a keyed hash like the person it leads
to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from ingest.columns.tables import Load
from ingest.contract import Column, Table
from ingest.files.local import place_of
from ingest.people.identifiers import Identifiers, Unlinked
from ingest.people.identity import Directory, Listed, Person, kind_of
from ingest.people.keys import person_key
from ingest.records.parquet import quoted, rows_in
from ingest.records.schema import LINKS, MENTIONS, create
from workspace.config import SourceConfig
from workspace.errors import ConfigError, DataRefused, Place

# A row whose person is nobody is kept without the person.
OPTIONAL_LINKS = ("manager_id",)
# Why an identifier links nobody, by the rule that says so; any other is unknown.
UNLINKED = {
    "ambiguous": "ambiguous_person",
    "damaged": "damaged_id",
    "unknown": "unknown_person",
}
# The columns of `raw.identities`: one row per identifier, table and column in which it stands. The
# identifier's key is that of an e-mail as it is compared, and of any other as it is written.
IDENTITIES = {
    "person_key": "varchar",
    "identifier_key": "varchar",
    "identifier_kind": "varchar",
    "rule": "varchar",
    "table_name": "varchar",
    "column_name": "varchar",
}
# Its file in the folder of an export that has settled.
IDENTITIES_FILE = "identities.parquet"


def link_people(
    load: Load,
    identifiers: Identifiers,
    *,
    key: bytes,
    domain_aliases: Mapping[str, str],
    path: Path,
) -> Directory:
    """Replace every identifier of a person by the person's key; quarantine what links nobody.

    A manager who is nobody leaves the row without one, which is noted; a required person, and a
    respondent who is named, must be somebody.

    Args:
        load: the load, with the tables that were read into memory.
        identifiers: where it is remembered what was linked and what was not.
        key: the workspace's key.
        domain_aliases: other e-mail domain: the domain it stands for.
        path: where the crosswalk of these tables goes, as a Parquet file.

    Returns:
        Everybody, for what is linked later.
    """
    directory = read_directory(load, domain_aliases)
    tables = [table for table in load.exports.tables if table.person_columns]
    for table in tables:
        link_mentions(load, table, f"from rows_{table.name}", {}, directory, key=key)
    write_mentions(load, path)
    identifiers.crosswalks.append(path)
    for table in tables:
        for column in table.person_columns:
            if column.name in OPTIONAL_LINKS:
                _note_unlinked(load, identifiers, table, column)
            else:
                _quarantine_unlinked(load, table, column)
        load.tables.sweep(table.name)
        _replace(load, table)
    return directory


def read_directory(load: Load, domain_aliases: Mapping[str, str]) -> Directory:
    """Return everybody whom job_history, people and identifiers name.

    Raises:
        DataRefused: an id that identifiers gives somebody is another's employee id.
    """
    connection = load.connection
    rows = connection.execute(
        "select employee_id, email, other_emails, first_name, last_name, "
        "try_cast(birth_year as integer) from roster where employee_id is not null"
    ).fetchall()
    people = [
        Person(who, email, tuple(e for e in (others or "").split(";") if e.strip()), *rest)
        for who, email, others, *rest in rows
    ]
    listed = connection.execute(
        "select identifier, employee_id, system, first_name, last_name, "
        "strftime(hired_on, '%Y-%m') from rows_identifiers order by all"
    ).fetchall()
    job_ids = connection.execute(
        "select distinct identifier from known_ids where table_name = 'job_history'"
    ).fetchall()
    directory = Directory(
        (job_id for (job_id,) in job_ids),
        people,
        domain_aliases=domain_aliases,
        listed=[Listed(*row) for row in listed],
    )
    _refuse_claimed_ids(load, directory)
    return directory


def link_mentions(
    load: Load,
    table: Table,
    rows: str,
    values: Mapping[str, object],
    directory: Directory,
    *,
    key: bytes,
) -> list[str]:
    """Add a table's identifiers to `mentions`, and the new ones among them to `links`.

    Args:
        load: the load.
        table: the table.
        rows: the query of rows with its columns of people.
        values: what the query is given.
        directory: everybody.
        key: the workspace's key.

    Returns:
        The identifiers.
    """
    connection = load.connection
    create(connection, MENTIONS, unless_there=True)
    connection.execute(
        f"insert into mentions select distinct '{table.name}', column_name, identifier "
        f"from ({_mentions(table, rows)}) where identifier is not null",
        dict(values),
    )
    create_links(load, directory, key=key)
    found = connection.execute(
        "select distinct identifier from mentions where table_name = $table", {"table": table.name}
    ).fetchall()
    return [one for (one,) in found]


def create_links(load: Load, directory: Directory, *, key: bytes) -> None:
    """Add to `links` each identifier of `mentions` that is not there: its person, and the rule."""
    connection = load.connection
    create(connection, LINKS, unless_there=True)
    rows = connection.execute(
        "select distinct identifier from mentions anti join links using (identifier)"
    ).fetchall()
    new = [one for (one,) in rows]
    found = [directory.find(one) for one in new]
    keys = {
        who: person_key(who, key=key)
        for who in {link.employee_id for link in found}
        if who is not None
    }
    frame = pd.DataFrame(
        {
            "identifier": pd.Series(new, dtype=object),
            "key": pd.Series([keys.get(link.employee_id or "") for link in found], dtype=object),
            "rule": pd.Series([link.rule for link in found], dtype=object),
            "kind": pd.Series([kind_of(one) for one in new], dtype=object),
            "identifier_key": pd.Series(
                [person_key(directory.compared(one), key=key) for one in new], dtype=object
            ),
        }
    )
    connection.register("found_links", frame)
    casts = ", ".join(f"cast({name} as {kind})" for name, kind in LINKS.columns.items())
    connection.execute(f"insert into links select {casts} from found_links")
    connection.unregister("found_links")


def write_mentions(load: Load, path: Path) -> None:
    """Write the crosswalk of all `mentions` to a Parquet file; forget them."""
    connection = load.connection
    connection.execute(
        f"""
        copy (
            select distinct
                l.key as person_key,
                l.identifier_key,
                l.kind as identifier_kind,
                l.rule,
                m.table_name,
                m.column_name,
            from mentions as m
            inner join links as l on m.identifier = l.identifier
            order by all
        ) to '{quoted(path)}' (format parquet)
        """
    )
    connection.execute("drop table mentions")


def write_identities(load: Load, identifiers: Identifiers) -> None:
    """Write `raw.identities`, in the attached raw database."""
    columns = ", ".join(f"{name} {kind}" for name, kind in IDENTITIES.items())
    load.connection.execute(f"create table raw.identities ({columns})")
    if identifiers.crosswalks:
        names = ", ".join(IDENTITIES)
        load.connection.execute(
            f"insert into raw.identities select distinct {names} "
            f"from {rows_in(*identifiers.crosswalks)} "
            "order by identifier_key, table_name, column_name, rule, person_key"
        )


def count_linked(load: Load, identifiers: Identifiers) -> None:
    """Count per file the records that name somebody, and those of them that lead to nobody.

    It is asked before any other check sets records aside. A record that names nobody, such as an
    anonymous response, is none of them.
    """
    for table in load.exports.tables:
        if table.name != "job_history" and table.person_columns:
            load.ledger.note_flaws(_without_history(load, table))
    reasons = tuple(UNLINKED.values())
    unlinked = {
        file: sum(n for reason, n in found.items() if reason in reasons)
        for file, found in load.ledger.problems_by_file().items()
    }
    for table in load.exports.tables:
        if table.person_columns:
            for file, rows_n in _named_by_file(load, table).items():
                identifiers.linked[file] = (rows_n + unlinked.get(file, 0), unlinked.get(file, 0))
    for file, reason, rows_n in load.ledger.flaws:
        if reason in ("unlinked_manager", "not_in_job_history"):
            named_n, unlinked_n = identifiers.linked[file]
            identifiers.linked[file] = (named_n, unlinked_n + rows_n)


def unlinked_reason(rule: str) -> str:
    """Return the SQL of the reason why a link, of whose rule the SQL is given, leads to nobody."""
    cases = " ".join(
        f"when '{link_rule}' then '{reason}'" for link_rule, reason in UNLINKED.items()
    )
    return f"case {rule} {cases} end"


def check_systems(
    directory: Directory, sources: Iterable[SourceConfig], *, others: Collection[str]
) -> None:
    """Refuse a source whose ids are those of a system that identifiers does not know.

    Args:
        directory: everybody.
        sources: the sources.
        others: systems of which identifiers had nobody but people who were erased.
    """
    for source in sources:
        system = source.ids_of
        if system is None or system in others:
            continue
        if not directory.knows_system(system):
            raise ConfigError(
                "Nothing says whose ids these are.",
                place=place_of(source),
                found=f"ids_of: {system}",
                expected="a system that a record of identifiers names",
                to_do="add the system's list of its participants as a source of the table "
                "identifiers, with its name as `system`",
            )


def _refuse_claimed_ids(load: Load, directory: Directory) -> None:
    if clashes := directory.claimed_twice_n:
        paths = [export.path for export in load.exports.of_table("identifiers")]
        ids = "id" if clashes == 1 else "ids"
        raise DataRefused(
            "identifiers gives somebody an id that is another's employee id.",
            place=Place(paths[0]),
            found=f"{clashes} such {ids}",
            expected="ids that cannot be taken for an employee's",
            to_do="say whose ids they are with the column `system`, and `ids_of:` at every source "
            "that holds them",
        )


def _mentions(table: Table, rows: str) -> str:
    """Return the query of each identifier in a query of rows, which is read once only."""
    if len(table.person_columns) == 1:
        name = table.person_columns[0].name
        return f"select '{name}' as column_name, {name} as identifier from ({rows}) as rows"
    structs = ", ".join(
        f"{{'column_name': '{column.name}', 'identifier': {column.name}}}"
        for column in table.person_columns
    )
    return (
        "select mention.column_name, mention.identifier "
        f"from (select unnest([{structs}]) as mention from ({rows}) as rows)"
    )


def _without_history(load: Load, table: Table) -> str:
    """Return the query of the records of each file with somebody who is not in the job history.

    They are kept, and count in no measure that follows people.
    """
    unknown = " or ".join(
        f"({column.name} is not null and {column.name} not in (select employee_id from employed))"
        for column in table.person_columns
    )
    return f"""
        with employed as (select distinct employee_id from rows_job_history)
        select
            _file,
            'not_in_job_history' as reason,
            count({load.exports.record_of(table)}) as rows_n,
        from rows_{table.name}
        where {unknown}
        group by all
    """


def _named_by_file(load: Load, table: Table) -> dict[int, int]:
    """Return the records of each file of a table that name somebody who is known."""
    named = " or ".join(f"{column.name} is not null" for column in table.person_columns)
    rows = load.connection.execute(
        f"select _file, count({load.exports.record_of(table)}) from rows_{table.name} "
        f"where {named} group by all"
    ).fetchall()
    files = {export.number: 0 for export in load.exports.of_table(table.name)}
    return files | {int(file): int(rows_n) for file, rows_n in rows}


def _quarantine_unlinked(load: Load, table: Table, column: Column) -> None:
    load.ledger.quarantine(
        f"""
        select
            r._file,
            r._record,
            r._line,
            {unlinked_reason("l.rule")} as reason,
            '{column.name}' as column_name,
            cast(null as varchar) as found,
        from rows_{table.name} as r
        inner join links as l on r.{column.name} = l.identifier
        where l.key is null
        """
    )


def _note_unlinked(load: Load, identifiers: Identifiers, table: Table, column: Column) -> None:
    rows = load.connection.execute(
        f"""
        select r._file, l.identifier, min(r._line), count(distinct r._record) as records_n
        from rows_{table.name} as r
        inner join links as l on r.{column.name} = l.identifier
        anti join problems as p on r._file = p._file and r._record = p._record
        where l.key is null
        group by grouping sets ((r._file, l.identifier), (r._file))
        order by all
        """
    ).fetchall()
    exports = {export.number: export for export in load.exports}
    for file, identifier, line, records_n in rows:
        if identifier is None:
            load.ledger.note_flaw(file, "unlinked_manager", records_n)
        else:
            where = (table.name, column.name, exports[file].path, line, records_n)
            identifiers.unlinked.append(
                Unlinked(identifier, *where, "unlinked_manager", is_own=True)
            )


def _replace(load: Load, table: Table) -> None:
    """Rewrite a table with keys in place of identifiers."""
    joins = " ".join(
        f"left join links as l_{column.name} on r.{column.name} = l_{column.name}.identifier"
        for column in table.person_columns
    )
    keys = ", ".join(f"l_{column.name}.key as {column.name}" for column in table.person_columns)
    load.connection.execute(
        f"create or replace table rows_{table.name} as "
        f"select r.* replace ({keys}) from rows_{table.name} as r {joins}"
    )
