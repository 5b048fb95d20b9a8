"""The accounts of a load: what became of every source record, so that nothing is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from ingest.contract import TABLES, Table
from ingest.mapping import Mapping
from ingest.readers.delimited import Landing
from ingest.reasons import REASONS
from mentorship.config import SourceConfig

DUPLICATE = "exact_duplicate"


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


class Accounts:
    """What became of each record: kept, quarantined for one reason, or an exact duplicate.

    A record is named by `_file` (the export's number) and `_record` (its place in the file). A
    row leaves its canonical table the moment one of its kind is quarantined.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.exports: list[Export] = []
        self.notes: list[tuple[int, str, int]] = []
        self.warnings: list[str] = []
        self._gone_n = 0
        connection.execute(
            "create table problems (_file integer, _record bigint, _line bigint, "
            "reason varchar, column_name varchar, found varchar)"
        )
        connection.execute("create table duplicates (_file integer, _record bigint)")

    def open(self, export: Export) -> None:
        """Take in an export; what does not fit its header is quarantined at once."""
        self.exports.append(export)
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

    def sweep(self, table: str) -> None:
        """Remove from a canonical table the rows of records that are not kept.

        It follows the queries about this table; where they found nothing there is nothing to do.
        """
        if not self._gone_n:
            return
        for gone in ("problems", "duplicates"):
            self.connection.execute(
                f"delete from rows_{table} as r using {gone} as g "
                "where r._file = g._file and r._record = g._record"
            )
        self._gone_n = 0

    def note(self, file: int, reason: str, rows_n: int) -> None:
        """Remember that some kept rows of a file have a flaw."""
        self.notes.append((file, reason, rows_n))

    def warn(self, sentence: str) -> None:
        """Remember a sentence for the run's record; it never holds a cell's value."""
        self.warnings.append(sentence)

    def kept_by_file(self) -> dict[int, int]:
        """Return the records of each file that are in the canonical tables, counted there."""
        rows = [
            self.connection.execute(
                f"select _file, count(distinct _record) from rows_{table.name} group by all"
            ).fetchall()
            for table in self.tables
        ]
        return {int(file): int(n) for found in rows for file, n in found}

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
