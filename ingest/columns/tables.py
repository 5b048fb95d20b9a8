"""The canonical tables of a load: who fills them, and where their rows are by now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ingest.columns.exports import Exports
from ingest.contract import TABLES, Table
from ingest.records.ledger import Ledger
from ingest.records.parquet import PARQUET, quoted, rows_in
from ingest.records.remarks import Remarks
from ingest.records.schema import ROSTER, create
from ingest.records.stopwatch import Stopwatch

# Rows that are sorted at a time.
BATCH_ROWS = 2_000_000
# Files of settled rows of a table that every query opens; more of them become one.
PARTS_MAX = 100


@dataclass(frozen=True)
class Part:
    """Settled rows in a Parquet file.

    Attributes:
        path: the file.
        file: the number of the export they come from, or of the first of several; None where each
            row says so itself.
        files_n: how many exports follow each other in it, where each row says by `_place` from
            which it comes; None where it is one.
    """

    path: Path
    file: int | None
    files_n: int | None = None

    @property
    def files(self) -> range:
        """The numbers of the exports, where they are known."""
        return range(0) if self.file is None else range(self.file, self.file + (self.files_n or 1))


class Tables:
    """The rows of the canonical tables, as `rows_<table>`.

    A row leaves its table the moment one of its record's kind is quarantined.

    Args:
        ledger: what became of each record.
        exports: the files that fill the tables.
        parts: settled rows, by table.
    """

    def __init__(
        self, ledger: Ledger, exports: Exports, parts: dict[str, list[Part]] | None = None
    ) -> None:
        self._ledger = ledger
        self._exports = exports
        self._parts = {} if parts is None else parts
        self._swept: set[str] = set()

    def add(self, table: Table, part: Part) -> None:
        """Take in settled rows of a table."""
        self._parts.setdefault(table.name, []).append(part)

    def shown_in(self, ledger: Ledger, folder: Path) -> Tables:
        """Return the same tables in the database of another ledger: views of the settled rows.

        Args:
            ledger: the other ledger.
            folder: where settled rows of many files may lie as one.
        """
        tables = Tables(ledger, self._exports, self._parts)
        for table in self._exports.tables:
            ledger.connection.execute(f"drop table rows_{table.name}")
            tables._join_parts(table, folder / f"{table.name}.parquet")
            tables._show(table.name, is_swept=False)
        return tables

    def in_batches(self, table: Table) -> Iterator[str]:
        """Yield queries that together give the settled rows of a table, files in order of path.

        Each gives the rows of some files, or of some records of one: few enough to sort.
        """
        every = self._parts.get(table.name, ())
        if not every or any(part.file is None for part in every):
            yield f"from rows_{table.name}"
            return
        parts = {number: part for part in every for number in part.files}
        waiting: list[int] = []
        rows_n = 0
        exports = (export for export in self._exports if export.number in parts)
        for export in sorted(exports, key=lambda one: one.path):
            rows_of_record_n = max(1, len(export.mapping.items))
            records_n = export.landing.records_n
            rows_n += records_n * rows_of_record_n
            if waiting and rows_n > BATCH_ROWS:
                yield self._rows_of(table.name, waiting, parts)
                waiting, rows_n = [], records_n * rows_of_record_n
            if rows_n <= BATCH_ROWS:
                waiting.append(export.number)
                continue
            step = max(1, BATCH_ROWS // rows_of_record_n)
            for first in range(0, records_n, step):
                records = f"_record > {first} and _record <= {first + step}"
                yield self._rows(table.name, [parts[export.number]], records)
            rows_n = 0
        if waiting:
            yield self._rows_of(table.name, waiting, parts)

    def sweep(self, table: str) -> None:
        """Remove from a canonical table the rows of records that are not kept.

        It follows the queries about this table; where they found nothing there is nothing to do.
        """
        if not self._ledger.has_new_entries():
            return
        if table in self._parts:
            self._show(table, is_swept=True)
            return
        for gone in ("problems", "duplicates"):
            self._ledger.connection.execute(
                f"delete from rows_{table} as r using {gone} as g "
                "where r._file = g._file and r._record = g._record"
            )

    def rewrite(self, table: str, query: str, parameters: Mapping[str, object]) -> None:
        """Put the rows of a query in the place of a canonical table's."""
        connection = self._ledger.connection
        connection.execute(f"create or replace table rewritten_rows as {query}", dict(parameters))
        connection.execute(f"drop {'view' if table in self._parts else 'table'} rows_{table}")
        connection.execute(f"create table rows_{table} as from rewritten_rows")
        connection.execute("drop table rewritten_rows")
        self._parts.pop(table, None)

    def kept_by_file(self) -> dict[int, int]:
        """Return the records of each file that are in the canonical tables, counted there.

        A record from which rows were derived, and that has no row of its own, is kept too.
        """
        kept: dict[int, int] = {}
        counted = [
            f"select _file, count({self._exports.record_of(table)}) from rows_{table.name} "
            "group by all"
            for table in self._exports.tables
        ]
        for query in (*counted, "select _file, count(*) from used_records group by all"):
            for file, n in self._ledger.connection.execute(query).fetchall():
                kept[int(file)] = kept.get(int(file), 0) + int(n)
        return kept

    def _join_parts(self, table: Table, path: Path) -> None:
        """Make many files of few rows one, so that no query opens them all."""
        parts = self._parts.get(table.name, [])
        rows_n = sum(
            export.landing.records_n * max(1, len(export.mapping.items))
            for export in self._exports.of_table(table.name)
        )
        if len(parts) > PARTS_MAX and rows_n <= BATCH_ROWS:
            self._ledger.connection.execute(
                f"copy ({self._every_row(parts)}) to '{quoted(path)}' {PARQUET}"
            )
            self._parts[table.name] = [Part(path, None)]

    def _show(self, table: str, *, is_swept: bool) -> None:
        """Create `rows_<table>` as a view of the settled rows."""
        if is_swept:
            self._swept.add(table)
        self._ledger.connection.execute(
            f"create or replace view rows_{table} as {self._rows(table, self._parts[table])}"
        )

    def _rows_of(self, table: str, files: Sequence[int], parts: Mapping[int, Part]) -> str:
        """Return the query of settled rows that are kept, of some files only."""
        asked = list(dict.fromkeys(parts[number] for number in files))
        is_whole = sum(len(part.files) for part in asked) == len(files)
        listed = ", ".join(map(str, files))
        return self._rows(table, asked, "true" if is_whole else f"_file in ({listed})")

    def _rows(self, table: str, parts: Sequence[Part], records: str = "true") -> str:
        """Return the query of settled rows that are kept, of some records only."""
        gone = ("problems", "duplicates") if table in self._swept else ()
        kept = " ".join(f"anti join {name} using (_file, _record)" for name in gone)
        return (
            f"select * exclude (_problem) from ({self._every_row(parts)}) {kept} "
            f"where _problem is null and {records}"
        )

    def _every_row(self, parts: Sequence[Part]) -> str:
        """Return the query of settled rows, those with a problem among them."""
        selects = [f"select * from {rows_in(part.path)}" for part in parts if part.file is None]
        known = [part for part in parts if part.file is not None]
        single = [part for part in known if part.files_n is None]
        several = [part for part in known if part.files_n is not None]
        for files, place, but in ((single, "", ""), (several, " + _place", " exclude (_place)")):
            if files:
                numbers = ", ".join(str(part.file) for part in files)
                selects.append(
                    f"select ([{numbers}])[cast(file_index as bigint) + 1]{place} as _file, "
                    f"*{but} from {rows_in(*(part.path for part in files))}"
                )
        return " union all by name ".join(selects)


@dataclass(frozen=True)
class Load:
    """What the steps of a load work with, each part for one purpose.

    Attributes:
        connection: the database: first the one that holds plain text and may not spill to disk,
            then one that knows settled rows only, and may.
        exports: the files that were read, or taken over.
        tables: the rows of the canonical tables.
        ledger: what became of each record.
        remarks: what is said to the analyst.
        stopwatch: how long each part of the load took.
        secret: what makes a composed id one that nobody can guess.
        latest_on: the day after which nothing can have happened yet, if one is known.
    """

    connection: duckdb.DuckDBPyConnection
    exports: Exports
    tables: Tables
    ledger: Ledger
    remarks: Remarks
    stopwatch: Stopwatch
    secret: str
    latest_on: dt.date | None = None


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create an empty `rows_<table>` per contract table, and what is known of people."""
    for table in TABLES.values():
        columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
        connection.execute(
            f"create table rows_{table.name} "
            f"(_file integer, _record bigint, _line bigint, {columns})"
        )
    create(connection, ROSTER)


def begin(
    connection: duckdb.DuckDBPyConnection, *, secret: str, latest_on: dt.date | None = None
) -> Load:
    """Return a load that has read nothing yet.

    Args:
        connection: the database that holds plain text.
        secret: as `Load.secret`.
        latest_on: as `Load.latest_on`.
    """
    create_tables(connection)
    exports, ledger = Exports(), Ledger(connection)
    return Load(
        *(connection, exports, Tables(ledger, exports), ledger, Remarks(), Stopwatch(), secret),
        latest_on=latest_on,
    )


def continue_in(connection: duckdb.DuckDBPyConnection, load: Load, folder: Path) -> Load:
    """Return a load that goes on in another database, in which `rows_<table>` are settled rows.

    Args:
        connection: the other database.
        load: the load so far.
        folder: where what is carried over may lie.
    """
    create_tables(connection)
    ledger = load.ledger.carried_to(connection, folder)
    return replace(
        load, connection=connection, ledger=ledger, tables=load.tables.shown_in(ledger, folder)
    )
