"""The reading of files: each settles once, and again only when something about it has changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ingest.columns.exports import Planned, open_export
from ingest.columns.histories.turn import turn_source
from ingest.columns.tables import fill
from ingest.people.crosswalk import IDENTITIES_FILE
from ingest.people.identity import Directory
from ingest.raw import redactor
from ingest.records.accounts import Accounts, Export, Part, quoted, rows_in
from ingest.records.repeats import drop_repeated_records, quick_hashes, record_hashes
from ingest.records.waiting import WaitingRoom
from ingest.settled.lookups import Knowledge
from ingest.settled.settling import (
    PARQUET,
    create_item_kinds,
    hide_said_ids,
    refer_to,
    settle,
    settle_table,
)
from ingest.settled.store import DUPLICATES, LOOKUPS, PROBLEMS, RECORDS, ROWS, Entry, Store
from workspace.config import IngestConfig

# Below this, handing work to several threads costs more than it saves.
SMALL_BYTES = 1 << 26
# Landed files that are kept until the end of the load, where they take no more than this.
LANDED_BYTES = 1 << 26


class Reading:
    """Reads the files of a load, or takes what an earlier load made of them.

    Attributes:
        read: names of the files that were read.
    """

    def __init__(self, accounts: Accounts, store: Store, room: WaitingRoom, key: bytes) -> None:
        self.read: list[str] = []
        self._accounts = accounts
        self._store = store
        self._room = room
        self._key = key
        self._knowledge: Knowledge | None = None
        self._size_bytes = 0
        self._has_answers = False

    def read_whole(self, files: Sequence[Planned], limits: IngestConfig) -> None:
        """Read a source into memory: into its table's rows."""
        accounts = self._accounts
        exports = [self._open(planned) for planned in files]
        with accounts.watch.stage("duplicates"):
            hashes = [f"({record_hashes(export, key=self._key)})" for export in exports]
            for n, export in enumerate(exports):
                drop_repeated_records(accounts, export, hashes[n], earlier=hashes[:n])
        with accounts.watch.stage("typing"):
            for export in exports:
                fill(accounts, export)
            turn_source(accounts, exports, limits)

    def learn(self, directory: Directory) -> None:
        """Take in what is known once every whole source is read and linked; settle them."""
        accounts = self._accounts
        kinds = create_item_kinds(accounts.connection)
        self._knowledge = Knowledge(self._key, directory, redactor(accounts), kinds)
        with accounts.watch.stage("typing"):
            for table in accounts.tables:
                settle_table(accounts, table, self._knowledge, self._store.new_folder() / ROWS)

    def hide_said_ids(self) -> None:
        """Replace the ids that name somebody, among those that others refer to, as rows do."""
        assert self._knowledge is not None, "ids are hidden after all is settled"  # noqa: S101
        with self._accounts.watch.stage("sense"):
            hide_said_ids(self._accounts, self._knowledge)

    def settle(self, files: Sequence[Planned]) -> None:
        """Settle the files of a source, one after the other."""
        earlier: list[str] = []
        for planned in files:
            name = self._store.name_of(planned)
            entry = self._known(name, planned, earlier)
            if entry is None:
                entry = self._settle(planned, earlier)
            self._store.keep(name, entry)
            if planned.has_siblings:
                earlier.append(rows_in(self._store.folder / entry.folder / RECORDS))

    def _open(self, planned: Planned) -> Export:
        with self._accounts.watch.stage("landing"):
            self._size_bytes += planned.file.fetched().stat().st_size
            if self._size_bytes >= SMALL_BYTES:
                self._accounts.connection.execute("reset threads")
            export = open_export(self._accounts, planned)
        self._room.hold(export)
        self.read.append(export.path)
        return export

    def _known(self, name: str, planned: Planned, earlier: Sequence[str]) -> Entry | None:
        """Take what an earlier load made of a file, where it would be the same again."""
        accounts, knowledge = self._accounts, self._knowledge
        with accounts.watch.stage("store"):
            entry = self._store.find(name, planned.file)
        if entry is None or knowledge is None:
            return None
        folder = self._store.folder / entry.folder
        with accounts.watch.stage("store"):
            if LOOKUPS in entry.parts and not self._is_answered(knowledge, folder / LOOKUPS):
                return None
        export = planned.export(entry.landing)
        if planned.has_siblings:
            with accounts.watch.stage("duplicates"):
                drop_repeated_records(accounts, export, rows_in(folder / RECORDS), earlier=earlier)
            if not self._has_same_duplicates(export, entry):
                return None
        with accounts.watch.stage("store"):
            self._take(export, entry)
        return entry

    def _is_answered(self, knowledge: Knowledge, path: Path) -> bool:
        """Return whether all that a file leaned on is answered as it was."""
        if not self._has_answers:
            knowledge.create_answers(self._accounts.connection)
            self._has_answers = True
        return knowledge.holds(self._accounts.connection, path)

    def _take(self, export: Export, entry: Entry) -> None:
        accounts, folder = self._accounts, self._store.folder / entry.folder
        connection = accounts.connection
        accounts.open(export)
        for column, to_do in entry.advice.items():
            accounts.advise(export.number, column, to_do)
        for sentence in entry.warnings:
            accounts.warn(sentence)
        if PROBLEMS in entry.parts:
            connection.execute(
                f"insert into problems select {export.number}, _record, _line, reason, "
                f"column_name, null from {rows_in(folder / PROBLEMS)}"
            )
        if DUPLICATES in entry.parts:
            connection.execute(
                f"insert into duplicates select {export.number}, _record "
                f"from {rows_in(folder / DUPLICATES)} "
                f"anti join (from duplicates where _file = {export.number}) as known "
                "using (_record)"
            )
        if IDENTITIES_FILE in entry.parts:
            accounts.identities.append(folder / IDENTITIES_FILE)
        refer_to(accounts, export.mapping.table, folder / ROWS)
        accounts.settle(export.mapping.table, Part(folder / ROWS, export.number))

    def _has_same_duplicates(self, export: Export, entry: Entry) -> bool:
        """Return whether the same records are duplicates as when the entry was made."""
        now = f"(select _record from duplicates where _file = {export.number})"
        then = rows_in(self._store.folder / entry.folder / DUPLICATES)
        if DUPLICATES not in entry.parts:
            then = f"(select _record from {now} limit 0)"
        row = self._accounts.connection.execute(
            f"select count(*) from ((from {now} except from {then}) "
            f"union all (from {then} except from {now}))"
        ).fetchone()
        return row == (0,)

    def _settle(self, planned: Planned, earlier: Sequence[str]) -> Entry:
        accounts, folder = self._accounts, self._store.new_folder()
        connection = accounts.connection
        warned_n = len(accounts.warnings)
        export = self._open(planned)
        with accounts.watch.stage("duplicates"):
            hashes = f"({record_hashes(export, key=self._key)})"
            alike = None if planned.has_siblings else quick_hashes(export)
            if planned.has_siblings:
                connection.execute(f"copy {hashes} to '{quoted(folder / RECORDS)}' {PARQUET}")
                hashes = rows_in(folder / RECORDS)
            drop_repeated_records(accounts, export, hashes, earlier=earlier, alike=alike)
        assert self._knowledge is not None, "files settle after the directory"  # noqa: S101
        lookups = settle(accounts, export, self._knowledge, folder / ROWS)
        with accounts.watch.stage("store"):
            self._remember(export, folder, lookups)
            if self._size_bytes > LANDED_BYTES:
                self._room.leave(export)
            return self._store.entry_of(
                export,
                folder,
                warnings=accounts.warnings[warned_n:],
                advice={
                    column: to_do
                    for (file, column), to_do in accounts.advice.items()
                    if file == export.number
                },
            )

    def _remember(self, export: Export, folder: Path, lookups: pd.DataFrame) -> None:
        """Write what the next load needs besides the rows, as far as there is any."""
        connection = self._accounts.connection
        found = {
            PROBLEMS: "select _record, _line, reason, column_name from problems "
            f"where _file = {export.number} order by _record",
            DUPLICATES: f"select _record from duplicates where _file = {export.number} "
            "order by _record",
        }
        for name, query in found.items():
            if connection.execute(f"select 1 from ({query}) limit 1").fetchone():
                connection.execute(f"copy ({query}) to '{quoted(folder / name)}' {PARQUET}")
        if len(lookups):
            connection.register("lookups", lookups)
            connection.execute(
                "copy (select cast(question as varchar) as question, "
                "cast(answer as varchar) as answer from lookups) "
                f"to '{quoted(folder / LOOKUPS)}' {PARQUET}"
            )
            connection.unregister("lookups")
