"""Each file settles once, and again only when something about it has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ingest.columns.exports import Export, Planned, check_date_formats, land
from ingest.columns.histories.derivation import derive_rows
from ingest.columns.opening import open_export
from ingest.columns.retention import hide_expired
from ingest.columns.rows import fill
from ingest.columns.tables import Load, Part
from ingest.files.readers.landing import Landing
from ingest.people.crosswalk import IDENTITIES_FILE, check_systems, link_people
from ingest.people.erasure import Erasure
from ingest.people.identifiers import Identifiers
from ingest.people.identity import Directory
from ingest.people.redaction import redactor_of
from ingest.records.duplicates import (
    SeenRecords,
    drop_repeated_records,
    quick_hashes,
    record_hashes,
)
from ingest.records.parquet import quoted, rows_in
from ingest.review.cells import QuarantinedCells, QuarantinedRecord
from ingest.settled.reference import ReferenceData
from ingest.settled.rows import (
    PARQUET,
    WORDS,
    create_item_kinds,
    hide_known_ids,
    refer_to,
    settle,
    settle_table,
)
from ingest.settled.store import DUPLICATES, LOOKUPS, PROBLEMS, RECORDS, ROWS, Entry, Store
from workspace.config import IngestConfig
from workspace.errors import DataRefused, refuse_together

# Below this, handing work to several threads costs more than it saves.
SMALL_BYTES = 1 << 26
# Landed files that are kept until the end of the load, where they are no more than this.
LANDED_BYTES = 1 << 26
LANDED_FILES = 50


class Settlement:
    """Settles the files of a load, or takes what an earlier load made of them.

    Args:
        load: the load, in the database that holds plain text.
        identifiers: what it learns of identifiers.
        store: what earlier loads settled, and what this one does.
        quarantine: the folder of the last load's quarantine.
        settings: the settings of ingest.
        key: the workspace's key.
        erasure: takes people out who were erased.
        kept_from: table: the first day whose records are kept.

    Attributes:
        read: names of the files that were read.
        cells: the cells of quarantined records.
    """

    def __init__(
        self,
        load: Load,
        identifiers: Identifiers,
        store: Store,
        quarantine: Path,
        settings: IngestConfig,
        key: bytes,
        erasure: Erasure,
        kept_from: Mapping[str, dt.date],
    ) -> None:
        self.read: list[str] = []
        self.cells = QuarantinedCells(
            load.connection,
            land=self._land_again,
            quarantine=self._quarantine_left_there,
            masked=self._masked,
        )
        self._load = load
        self._identifiers = identifiers
        self._store = store
        self._quarantine = quarantine
        self._settings = settings
        self._key = key
        self._erasure = erasure
        self._kept_from = kept_from
        self._planned: dict[int, Planned] = {}
        self._reference: ReferenceData | None = None
        self._size_bytes = 0
        self._has_answers = False

    def settle_all(self, planned: Sequence[Sequence[Planned]]) -> Directory:
        """Settle every file; return everybody.

        Whole sources come first, for all others are settled by what they say. All sources that
        cannot be read are told at once.

        Raises:
            DataRefused: a source cannot be read.
        """
        load = self._load
        self._planned = {one.number: one for files in planned for one in files}
        for sentence in self._store.warnings:
            load.remarks.warn(sentence)
        check_date_formats(load.connection, planned)
        whole = [files for files in planned if files[0].is_whole]
        others = [files for files in planned if not files[0].is_whole]
        refused = list(_refusals(self._read_whole, whole))
        if refused:
            refuse_together([*refused, *_refusals(self._open_each, others)])
        with load.stopwatch.stage("identity"):
            directory = link_people(
                load,
                self._identifiers,
                key=self._key,
                domain_aliases=self._settings.email_domain_aliases,
                path=self._store.new_folder() / IDENTITIES_FILE,
            )
        known = self._erasure.systems
        check_systems(directory, (files[0].source for files in planned if files), others=known)
        self._reference = self._settle_whole(directory)
        refuse_together(list(_refusals(self._settle_source, others)))
        with load.stopwatch.stage("sense"):
            hide_known_ids(load, self._reference)
        return directory

    def _land_again(self, export: Export) -> Landing:
        planned = self._planned[export.number]
        again = planned.export(land(self._load.connection, planned))
        kept, _ = self._erasure.without(self._load.connection, again)
        hide_expired(self._load, kept, self._kept_from.get(kept.mapping.table.name))
        return kept.landing

    def _without(self, export: Export) -> tuple[Export, int]:
        """Return an export without the records that may not be read, and how many these were."""
        kept, erased_n = self._erasure.without(self._load.connection, export)
        first_day = self._kept_from.get(kept.mapping.table.name)
        expired_n = hide_expired(self._load, kept, first_day)
        if expired_n:
            records = "record is" if expired_n == 1 else "records are"
            self._load.remarks.warn(
                f"{export.path}: {expired_n} {records} older than {first_day} and left out "
                "(privacy.retention_months)."
            )
        return kept, erased_n + expired_n

    def _masked(self, export: Export, record: QuarantinedRecord) -> QuarantinedRecord:
        """Return a record of somebody else without people who were erased."""
        if self._erasure.is_idle:
            return record
        word = WORDS.get(export.mapping.table.name, "")
        prose = {
            *export.mapping.positions.get(word, ()),
            *(item.position for item in export.mapping.items),
        }
        cells = (
            self._erasure.masked(cell, is_prose=place in prose)
            for place, cell in enumerate(record.cells)
        )
        return replace(record, cells=tuple(cells), found=self._erasure.masked(record.found))

    def _quarantine_left_there(self, table: str) -> Path | None:
        path = self._quarantine / f"{table}.csv"
        return path if self._store.is_quarantine_known(path) else None

    def _read_whole(self, files: Sequence[Planned]) -> None:
        """Read a source into memory: into its table's rows."""
        load = self._load
        exports = [self._open(planned) for planned in files]
        with load.stopwatch.stage("duplicates"):
            seen = SeenRecords(load.ledger)
            for export in exports:
                seen.drop_repeated(export.number, self._hashes_of(export))
        with load.stopwatch.stage("typing"):
            for export in exports:
                fill(load, export)
            derive_rows(load, exports, self._settings)

    def _open_each(self, files: Sequence[Planned]) -> None:
        """Open the files of a source only to see whether they can be."""
        for planned in files:
            self._open(planned)

    def _hashes_of(self, export: Export) -> str:
        """Return the relation of the hashes of an export's records."""
        landing, day = export.landing, export.mapping.day
        query = record_hashes(landing.view, landing.head.names, day=day, key=self._key)
        return f"({query})"

    def _settle_whole(self, directory: Directory) -> ReferenceData:
        """Settle the sources that were read whole; return what all others are settled by."""
        load = self._load
        kinds = create_item_kinds(load.connection)
        reference = ReferenceData(
            self._key, directory, redactor_of(load, is_erased=self._erasure.knows), kinds
        )
        with load.stopwatch.stage("typing"):
            for table in load.exports.tables:
                settle_table(load, table, reference, self._store.new_folder() / ROWS)
        return reference

    def _settle_source(self, files: Sequence[Planned]) -> None:
        """Settle the files of a source, one after the other."""
        seen = SeenRecords(self._load.ledger)
        for planned in files:
            name = self._store.name_of(planned)
            entry = self._known(name, planned, seen)
            self._store.keep(name, self._settle(planned, seen) if entry is None else entry)

    def _open(self, planned: Planned) -> Export:
        with self._load.stopwatch.stage("landing"):
            self._size_bytes += planned.file.fetched().stat().st_size
            if self._size_bytes >= SMALL_BYTES:
                self._load.connection.execute("reset threads")
            export = open_export(self._load, planned, without=self._without)
        self.cells.keep(export)
        self.read.append(export.path)
        return export

    def _known(self, name: str, planned: Planned, seen: SeenRecords) -> Entry | None:
        """Take what an earlier load made of a file, where it would be the same again."""
        load, reference = self._load, self._reference
        with load.stopwatch.stage("store"):
            entry = self._store.find(name, planned.file)
        if entry is None or reference is None:
            return None
        folder = self._store.folder / entry.folder
        with load.stopwatch.stage("store"):
            if LOOKUPS in entry.parts and not self._is_answered(reference, folder / LOOKUPS):
                return None
        export = planned.export(entry.landing)
        if planned.has_siblings:
            with load.stopwatch.stage("duplicates"):
                seen.drop_repeated(export.number, rows_in(folder / RECORDS))
            if not self._has_same_duplicates(export, entry):
                return None
        with load.stopwatch.stage("store"):
            self._take(export, entry)
        return entry

    def _is_answered(self, reference: ReferenceData, path: Path) -> bool:
        """Return whether all that a file leaned on is answered as it was."""
        if not self._has_answers:
            reference.create_answers(self._load.connection)
            self._has_answers = True
        return reference.holds(self._load.connection, path)

    def _take(self, export: Export, entry: Entry) -> None:
        load, folder = self._load, self._store.folder / entry.folder
        connection = load.connection
        load.exports.add(export)
        load.ledger.note_gone(export.number, entry.gone_n)
        for column, to_do in entry.advice.items():
            load.remarks.advise(export.number, column, to_do)
        for sentence in entry.warnings:
            load.remarks.warn(sentence)
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
            self._identifiers.crosswalks.append(folder / IDENTITIES_FILE)
        refer_to(load, export.mapping.table, folder / ROWS)
        load.tables.add(export.mapping.table, Part(folder / ROWS, export.number))

    def _has_same_duplicates(self, export: Export, entry: Entry) -> bool:
        """Return whether the same records are duplicates as when the entry was made."""
        now = f"(select _record from duplicates where _file = {export.number})"
        then = rows_in(self._store.folder / entry.folder / DUPLICATES)
        if DUPLICATES not in entry.parts:
            then = f"(select _record from {now} limit 0)"
        row = self._load.connection.execute(
            f"select count(*) from ((from {now} except from {then}) "
            f"union all (from {then} except from {now}))"
        ).fetchone()
        return row == (0,)

    def _settle(self, planned: Planned, seen: SeenRecords) -> Entry:
        load, folder = self._load, self._store.new_folder()
        connection = load.connection
        warned_n = len(load.remarks.warnings)
        export = self._open(planned)
        with load.stopwatch.stage("duplicates"):
            hashes = self._hashes_of(export)
            if planned.has_siblings:
                connection.execute(f"copy {hashes} to '{quoted(folder / RECORDS)}' {PARQUET}")
                seen.drop_repeated(export.number, rows_in(folder / RECORDS))
            else:
                alike = quick_hashes(export.landing.view, export.landing.head.names)
                drop_repeated_records(load.ledger, export.number, hashes, alike=alike)
        assert self._reference is not None, "files settle after the directory"  # noqa: S101
        lookups = settle(load, export, self._reference, folder / ROWS)
        if (folder / IDENTITIES_FILE).exists():
            self._identifiers.crosswalks.append(folder / IDENTITIES_FILE)
        with load.stopwatch.stage("store"):
            self._remember(export, folder, lookups)
            if self._size_bytes > LANDED_BYTES or len(load.exports) > LANDED_FILES:
                self.cells.release(export)
            return self._store.entry_of(
                export,
                folder,
                warnings=load.remarks.warnings[warned_n:],
                advice=load.remarks.advice_about(export.number),
                gone_n=load.ledger.gone[export.number],
            )

    def _remember(self, export: Export, folder: Path, lookups: pd.DataFrame) -> None:
        """Write what the next load needs besides the rows, as far as there is any."""
        connection = self._load.connection
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


def _refusals(
    read: Callable[[Sequence[Planned]], None], sources: Sequence[Sequence[Planned]]
) -> Iterator[DataRefused]:
    """Yield why each source that cannot be read is refused, having read the others."""
    for files in sources:
        try:
            read(files)
        except DataRefused as refusal:
            yield refusal
