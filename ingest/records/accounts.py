"""The accounts of a load: what became of every source record, so that nothing is ever lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ingest.columns.mapping import Mapping
from ingest.contract import TABLES, Table
from ingest.files.readers.landing import Landing
from ingest.reasons import REASONS
from ingest.records.stopwatch import Stopwatch
from workspace.config import SourceConfig

DUPLICATE = "exact_duplicate"
# Rows that are sorted at a time.
BATCH_ROWS = 2_000_000
# The tables in which the accounts are kept.
LEDGERS = {
    "problems": "_file integer, _record bigint, _line bigint, reason varchar, "
    "column_name varchar, found varchar",
    "duplicates": "_file integer, _record bigint",
    "used_records": "_file integer, _record bigint",
    "said_ids": "table_name varchar, said varchar",
    "told_exits": "_file integer, _record bigint",
}


@dataclass(frozen=True)
class Export:
    """One file of one source: how it was read and what its columns mean.

    Attributes:
        number: its place among all files of the load.
        source_number: the place of its source in the configuration.
        source: what the user declared.
        path: relative to the workspace.
        landing: the file as landed text.
        mapping: its columns as canonical ones.
    """

    number: int
    source_number: int
    source: SourceConfig
    path: str
    landing: Landing
    mapping: Mapping


@dataclass(frozen=True)
class Unmatched:
    """An identifier that links nobody, where it stands first in an export, and how often.

    Attributes:
        identifier: as the export says it.
        table: the canonical table.
        column: the canonical column.
        source: the export, relative to the workspace.
        line: the line of the first of them, where it is known.
        rows_n: the records in which it stands.
        reason: why it links nobody.
        is_own: it is meant as an employee id or an e-mail, not as another system's id.
    """

    identifier: str
    table: str
    column: str
    source: str
    line: int | None
    rows_n: int
    reason: str
    is_own: bool


@dataclass(frozen=True)
class Part:
    """Settled rows in a Parquet file.

    Attributes:
        path: the file.
        file: the number of the export they come from; None where each row says so itself.
    """

    path: Path
    file: int | None


class Accounts:
    """What became of each record: kept, quarantined for one reason, or an exact duplicate.

    A record is named by `_file` (the export's number) and `_record` (its place in the file). A
    row leaves its canonical table the moment one of its kind is quarantined.

    Attributes:
        connection: ingest's own connection. First the one that holds plain text and may not spill
            to disk; from `continue_in` on one that knows settled rows only, and may.
        exports: the files, in the order of their numbers.
        watch: how long each part of the load took.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.exports: list[Export] = []
        self.watch = Stopwatch()
        # The text that a record was quarantined for, where it is not simply its cell.
        self.found: dict[tuple[int, int], str] = {}
        self._parts: dict[str, list[Part]] = {}
        self._swept: set[str] = set()
        self.notes: list[tuple[int, str, int]] = []
        self.warnings: list[str] = []
        # What would read the unreadable values of a file's column.
        self.advice: dict[tuple[int, str], str] = {}
        # The crosswalk of what was linked, as files in the form of `ingest.people.crosswalk`.
        self.identities: list[Path] = []
        # Identifiers of nobody that stand in rows which are kept.
        self.unmatched: list[Unmatched] = []
        # Per file: records that name somebody, and those of them that lead to nobody.
        self.linked: dict[int, tuple[int, int]] = {}
        # What makes a composed id one that nobody can guess; the load sets it.
        self.id_secret = ""
        self.days_described: list[dt.date] = []
        self._gone_n = 0
        for name, columns in LEDGERS.items():
            connection.execute(f"create table {name} ({columns})")

    def open(self, export: Export) -> None:
        """Take in an export; what does not fit its header is quarantined at once."""
        self.exports.append(export)
        self.exports.sort(key=lambda opened: opened.number)
        if misfits := export.landing.misfits:
            frame = pd.DataFrame(
                [(m.record, m.line, m.reason, m.found) for m in misfits],
                columns=["_record", "_line", "reason", "found"],
            )
            self.connection.register("misfits", frame)
            self.connection.execute(
                "insert into problems select ?, _record, _line, reason, null, found from misfits",
                [export.number],
            )
            self.connection.unregister("misfits")

    def quarantine(self, records: str, parameters: dict[str, Any] | None = None) -> None:
        """Quarantine what a query finds, once per record and for the first reason found.

        Args:
            records: a query of `_file, _record, _line, reason, column_name, found`.
            parameters: its parameters.
        """
        self._insert(
            f"""
            insert into problems
            select distinct on (_file, _record) * from ({records}) as found_now
            anti join problems using (_file, _record)
            order by all
            """,
            parameters or {},
        )

    def drop_duplicates(self, records: str) -> None:
        """Count the records of a query (`_file, _record`) as duplicates."""
        self._insert(
            f"""
            insert into duplicates
            select distinct _file, _record from ({records}) as found_now
            anti join duplicates using (_file, _record)
            anti join problems using (_file, _record)
            order by all
            """,
            {},
        )

    def settle(self, table: Table, part: Part) -> None:
        """Take in settled rows of a table."""
        self._parts.setdefault(table.name, []).append(part)

    def continue_in(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Go on in another database, in which `rows_<table>` are the settled rows.

        What was found in a record stays behind in `found`: it may be plain text. So do the
        identifiers of people.

        Args:
            connection: the other database.
            folder: where what is carried over may lie.
        """
        rows = self.connection.execute(
            "select _file, _record, found from problems where found is not null"
        ).fetchall()
        self.found |= {(file, record): found for file, record, found in rows}
        for name, columns in LEDGERS.items():
            path = folder / f"{name}.parquet"
            kept = {
                "problems": "select * replace (cast(null as varchar) as found) from problems",
                "said_ids": "select * from said_ids where table_name <> 'job_history'",
            }.get(name, f"from {name}")
            self.connection.execute(f"copy ({kept}) to '{quoted(path)}' (format parquet)")
            connection.execute(f"create table {name} ({columns})")
            connection.execute(f"insert into {name} from {rows_in(path)}")
        self.connection = connection
        self._gone_n = 0
        for table in self.tables:
            connection.execute(f"drop table rows_{table.name}")
            self._show(table.name, is_swept=False)

    def in_batches(self, table: Table) -> Iterator[str]:
        """Yield queries that together give the settled rows of a table, files in order of path.

        Each gives the rows of some files, or of some records of one: few enough to sort.
        """
        parts = {part.file: part for part in self._parts.get(table.name, ())}
        if not parts or None in parts:
            yield f"from rows_{table.name}"
            return
        waiting: list[Part] = []
        rows_n = 0
        exports = (export for export in self.exports if export.number in parts)
        for export in sorted(exports, key=lambda one: one.path):
            part, rows_of_record_n = parts[export.number], max(1, len(export.mapping.items))
            records_n = export.landing.records_n
            rows_n += records_n * rows_of_record_n
            if waiting and rows_n > BATCH_ROWS:
                yield self._rows(table.name, waiting)
                waiting, rows_n = [], records_n * rows_of_record_n
            if rows_n <= BATCH_ROWS:
                waiting.append(part)
                continue
            step = max(1, BATCH_ROWS // rows_of_record_n)
            for first in range(0, records_n, step):
                records = f"_record > {first} and _record <= {first + step}"
                yield self._rows(table.name, [part], records)
            rows_n = 0
        if waiting:
            yield self._rows(table.name, waiting)

    def sweep(self, table: str) -> None:
        """Remove from a canonical table the rows of records that are not kept.

        It follows the queries about this table; where they found nothing there is nothing to do.
        """
        if not self._gone_n:
            return
        if table in self._parts:
            self._show(table, is_swept=True)
            self._gone_n = 0
            return
        for gone in ("problems", "duplicates"):
            self.connection.execute(
                f"delete from rows_{table} as r using {gone} as g "
                "where r._file = g._file and r._record = g._record"
            )
        self._gone_n = 0

    def use(self, records: str) -> None:
        """Count the records of a query (`_file, _record`) as kept, though they have no row."""
        self.connection.execute(
            f"""
            insert into used_records
            select distinct _file, _record from ({records}) as found_now
            anti join used_records using (_file, _record)
            anti join problems using (_file, _record)
            anti join duplicates using (_file, _record)
            """
        )

    def describe(self, day: dt.date) -> None:
        """Remember that an export declares to describe a day."""
        self.days_described.append(day)

    def note(self, file: int, reason: str, rows_n: int) -> None:
        """Remember that some kept rows of a file have a flaw."""
        self.notes.append((file, reason, rows_n))

    def note_found(self, query: str) -> None:
        """Remember the flaws of kept rows that a query finds (`_file, reason, rows_n`)."""
        counts: dict[tuple[int, str], int] = {}
        for file, reason, rows_n in self.connection.execute(query).fetchall():
            counts[int(file), reason] = counts.get((int(file), reason), 0) + int(rows_n)
        for (file, reason), rows_n in sorted(counts.items()):
            self.note(file, reason, rows_n)

    def advise(self, file: int, column: str, to_do: str) -> None:
        """Remember what would read the unreadable values of a file's column."""
        self.advice[file, column] = to_do

    def to_do(self, file: int, column: str | None, reason: str) -> str:
        """Return what to do about a record in quarantine, in the light of its whole column."""
        is_unread = reason in ("unreadable_date", "unreadable_number")
        told = self.advice.get((file, column or "")) if is_unread else None
        return told or REASONS[reason].to_do

    def warn(self, sentence: str) -> None:
        """Remember a sentence for the run's record; it never holds a cell's value."""
        self.warnings.append(sentence)

    def kept_by_file(self) -> dict[int, int]:
        """Return the records of each file that are in the canonical tables, counted there.

        A record that a turn has read, and that has no row of its own, is kept too.
        """
        kept: dict[int, int] = {}
        counted = [
            f"select _file, count({self.record_of(table)}) from rows_{table.name} group by all"
            for table in self.tables
        ]
        for query in (*counted, "select _file, count(*) from used_records group by all"):
            for file, n in self.connection.execute(query).fetchall():
                kept[int(file)] = kept.get(int(file), 0) + int(n)
        return kept

    def problems_by_file(self) -> dict[int, dict[str, int]]:
        """Return how many records of each file are quarantined, by reason."""
        return self._counts("select _file, reason, count(*) from problems group by all")

    def duplicates_by_file(self) -> dict[int, int]:
        """Return how many records of each file are exact duplicates."""
        found = self._counts(f"select _file, '{DUPLICATE}', count(*) from duplicates group by all")
        return {file: reasons[DUPLICATE] for file, reasons in found.items()}

    @property
    def tables(self) -> list[Table]:
        """The tables that some export fills, in the order of the contract."""
        present = {export.mapping.table.name for export in self.exports}
        return [table for name, table in TABLES.items() if name in present]

    def has(self, *tables: str) -> bool:
        """Return whether each of these tables was declared as a source."""
        return {*tables} <= {table.name for table in self.tables}

    def record_of(self, table: Table) -> str:
        """Return what counts a table's records: its rows, unless one record may have several."""
        mappings = [export.mapping for export in self.exports if export.mapping.table is table]
        has_several = any(m.is_wide or m.preset.turn is not None for m in mappings)
        return "distinct _record" if has_several else "*"

    def _show(self, table: str, *, is_swept: bool) -> None:
        """Create `rows_<table>` as a view of the settled rows."""
        if is_swept:
            self._swept.add(table)
        self.connection.execute(
            f"create or replace view rows_{table} as {self._rows(table, self._parts[table])}"
        )

    def _rows(self, table: str, parts: Sequence[Part], records: str = "true") -> str:
        """Return the query of settled rows that are kept, of some records only."""
        selects = [f"select * from {rows_in(part.path)}" for part in parts if part.file is None]
        if files := [part for part in parts if part.file is not None]:
            numbers = ", ".join(str(part.file) for part in files)
            selects.append(
                f"select ([{numbers}])[cast(file_index as bigint) + 1] as _file, * "
                f"from {rows_in(*(part.path for part in files))}"
            )
        rows = " union all by name ".join(selects)
        gone = ("problems", "duplicates") if table in self._swept else ()
        kept = " ".join(f"anti join {name} using (_file, _record)" for name in gone)
        return (
            f"select * exclude (_problem) from ({rows}) {kept} where _problem is null and {records}"
        )

    def _insert(self, statement: str, parameters: dict[str, Any]) -> None:
        inserted = self.connection.execute(statement, parameters).fetchone()
        self._gone_n += 0 if inserted is None else int(inserted[0])

    def _counts(self, query: str) -> dict[int, dict[str, int]]:
        counts: dict[int, dict[str, int]] = {}
        for file, reason, n in sorted(self.connection.execute(query).fetchall()):
            counts.setdefault(int(file), {})[str(reason)] = int(n)
        return counts


def is_problem(reason: str) -> bool:
    """Return whether a reason counts toward the share above which a source is refused."""
    return REASONS[reason].is_problem


def numbered(exports: Sequence[Export], source_number: int) -> list[Export]:
    """Return the exports of one source."""
    return [export for export in exports if export.source_number == source_number]


def quoted(path: Path) -> str:
    """Return a path of ours as it stands between the quotes of SQL."""
    return str(path).replace("'", "''")


def rows_in(*paths: Path) -> str:
    """Return the relation of the rows in Parquet files of ours, wherever they lie."""
    listed = ", ".join(f"'{quoted(path)}'" for path in paths)
    # A folder named like level=2 would add a column.
    return f"read_parquet([{listed}], hive_partitioning = false)"
