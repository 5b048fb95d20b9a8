"""The ledger of a load: what became of every source record, so that nothing is ever lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from ingest.records.parquet import quoted, rows_in
from ingest.records.reasons import DUPLICATE
from ingest.records.schema import LEDGER, create


class Ledger:
    """What became of each record: kept, quarantined for one reason, or an exact duplicate.

    A record is named by `_file` (the export's number) and `_record` (its place in the file).

    Args:
        connection: where its tables are, as `ingest.records.schema` lists them.

    Attributes:
        connection: the same.
        found: the text that a record was quarantined for, where it is not simply its cell and may
            not be in the connection.
        flaws: file, reason and number of kept rows that have a flaw.
        gone: per file: records that were taken out before anything was read.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.found: dict[tuple[int, int], str] = {}
        self.flaws: list[tuple[int, str, int]] = []
        self.gone: dict[int, int] = {}
        self._gone_n = 0
        for table in LEDGER:
            create(connection, table)

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

    def keep_without_row(self, records: str) -> None:
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

    def note_gone(self, file: int, records_n: int) -> None:
        """Remember that records of a file were taken out before anything was read."""
        self.gone[file] = records_n

    def note_flaw(self, file: int, reason: str, rows_n: int) -> None:
        """Remember that some kept rows of a file have a flaw."""
        self.flaws.append((file, reason, rows_n))

    def note_flaws(self, query: str) -> None:
        """Remember the flaws of kept rows that a query finds (`_file, reason, rows_n`)."""
        counts: dict[tuple[int, str], int] = {}
        for file, reason, rows_n in self.connection.execute(query).fetchall():
            counts[int(file), reason] = counts.get((int(file), reason), 0) + int(rows_n)
        for (file, reason), rows_n in sorted(counts.items()):
            self.note_flaw(file, reason, rows_n)

    def has_new_entries(self) -> bool:
        """Return whether a record was quarantined or dropped since this was asked last."""
        gone_n, self._gone_n = self._gone_n, 0
        return gone_n > 0

    def problems_by_file(self) -> dict[int, dict[str, int]]:
        """Return how many records of each file are quarantined, by reason."""
        return self._counts("select _file, reason, count(*) from problems group by all")

    def duplicates_by_file(self) -> dict[int, int]:
        """Return how many records of each file are exact duplicates."""
        found = self._counts(f"select _file, '{DUPLICATE}', count(*) from duplicates group by all")
        return {file: reasons[DUPLICATE] for file, reasons in found.items()}

    def carried_to(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> Ledger:
        """Return the same ledger in another database, which may not hold plain text.

        What was found in a record goes into `found`: it may be plain text. The identifiers of
        people stay behind.

        Args:
            connection: the other database.
            folder: where what is carried over may lie.
        """
        carried = Ledger(connection)
        rows = self.connection.execute(
            "select _file, _record, found from problems where found is not null"
        ).fetchall()
        carried.found = {(file, record): found for file, record, found in rows}
        carried.flaws, carried.gone = self.flaws, self.gone
        for table in LEDGER:
            path = folder / f"{table.name}.parquet"
            rows_carried = {
                "problems": "select * replace (cast(null as varchar) as found) from problems",
                "known_ids": "select * from known_ids where table_name <> 'job_history'",
            }.get(table.name, f"from {table.name}")
            self.connection.execute(f"copy ({rows_carried}) to '{quoted(path)}' (format parquet)")
            connection.execute(f"insert into {table.name} from {rows_in(path)}")
        return carried

    def _insert(self, statement: str, parameters: dict[str, Any]) -> None:
        inserted = self.connection.execute(statement, parameters).fetchone()
        self._gone_n += 0 if inserted is None else int(inserted[0])

    def _counts(self, query: str) -> dict[int, dict[str, int]]:
        counts: dict[int, dict[str, int]] = {}
        for file, reason, n in sorted(self.connection.execute(query).fetchall()):
            counts.setdefault(int(file), {})[str(reason)] = int(n)
        return counts
