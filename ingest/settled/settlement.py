"""Each file settles once, and again only when something about it has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Mapping as Mapped
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from ingest.columns.exports import Export, Planned, check_date_formats, land, read_small
from ingest.columns.histories.derivation import derive_from_sources, forget_held, read_together
from ingest.columns.mapping import Mapping
from ingest.columns.opening import LOOK_AT_N, open_export, take_in
from ingest.columns.parts import has_parts
from ingest.columns.retention import hide_expired
from ingest.columns.rows import cast_export, fill
from ingest.columns.tables import Load, Part
from ingest.contract import Table
from ingest.files.readers.heads import Head
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
from ingest.settled.batch import Batch, SmallFile
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
from ingest.settled.store import (
    DUPLICATES,
    LOOKUPS,
    PROBLEMS,
    RECORDS,
    ROWS,
    Entry,
    Shard,
    Store,
)
from workspace.config import IngestConfig
from workspace.errors import DataRefused, Place, refuse_together

# Below this, handing work to several threads costs more than it saves.
SMALL_BYTES = 1 << 26
# Landed files that are kept until the end of the load, where they are no more than this.
LANDED_BYTES = 1 << 26
LANDED_FILES = 50
# Fewer small files that follow each other settle one by one, and are known one by one.
TOGETHER_MIN = 16
# More settle in several batches: a file that changes takes those of its batch with it.
TOGETHER_MAX = 250

_T = TypeVar("_T")


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
        kept_from: Mapped[str, dt.date],
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
        self._mappings: dict[tuple[int, Head], Mapping] = {}

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
        whole = read_together([files for files in planned if files[0].is_whole])
        others = [files for files in planned if not files[0].is_whole]
        refused = list(_refusals(self._read_or_forget, whole))
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

    def _read_whole(self, sources: Sequence[Sequence[Planned]]) -> None:
        """Read a source, or several that may tell of one history, into its table's rows."""
        load = self._load
        read: list[list[Export]] = []
        for files in sources:
            exports = [self._open(planned) for planned in files]
            with load.stopwatch.stage("duplicates"):
                seen = SeenRecords(load.ledger)
                for export in exports:
                    seen.drop_repeated(export.number, self._hashes_of(export))
            with load.stopwatch.stage("typing"):
                for export in exports:
                    fill(load, export)
            read.append(exports)
        with load.stopwatch.stage("typing"):
            derive_from_sources(load, read, self._settings)

    def _read_or_forget(self, sources: Sequence[Sequence[Planned]]) -> None:
        """Read sources; where they are refused, the next ones find nothing held of them."""
        try:
            self._read_whole(sources)
        except DataRefused:
            forget_held(self._load)
            raise

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
        names = [self._store.name_of(planned) for planned in files]
        at = 0
        while at < len(files):
            together_n = self._take_together(files[at:], names[at:], seen)
            if together_n == 0:
                entry = self._known(names[at], files[at], seen)
                if entry is None:
                    entry = self._settle(files[at], seen)
                self._store.keep(names[at], entry)
            at += together_n or 1

    def _take_together(
        self, files: Sequence[Planned], names: Sequence[str], seen: SeenRecords
    ) -> int:
        """Settle or take over together the first of a source's files; return how many these are."""
        load, store = self._load, self._store
        with load.stopwatch.stage("store"):
            known = store.find_shard(names, [planned.file for planned in files])
        if known is not None:
            shard, entries = known
            files = files[: len(entries)]
            if not self._is_answered(store.folder / shard.folder, shard.parts):
                known = None
            elif self._take_batch(files, shard, entries, seen):
                return len(entries)
        with load.stopwatch.stage("landing"):
            small = self._small_files(files, names)
        if known is not None and len(small) < len(files):
            # The files before it have been looked for among the others of the same shard.
            raise DataRefused(
                "The export changed while it was read.",
                place=Place(files[len(small)].file.shown),
                to_do="wait until it is written, then build again",
            )
        if known is not None or len(small) >= TOGETHER_MIN:
            store.keep_shard(*self._settle_batch(small, names[: len(small)], seen))
        else:
            for planned, name in zip(files[: len(small)], names, strict=False):
                store.keep(name, self._settle(planned, seen))
        return len(small)

    def _small_files(self, files: Sequence[Planned], names: Sequence[str]) -> list[SmallFile]:
        """Return the first of a source's files, as long as they are small and none is known."""
        store, found = self._store, list[SmallFile]()
        if not self._can_settle_together(files[0]):
            return found
        # Many that came one by one settle together once, rather than be asked one by one for ever.
        are_single = [store.is_single(name) for name in names[:TOGETHER_MAX]]
        is_known_asked = not (len(are_single) == TOGETHER_MAX and all(are_single))
        for n, planned in enumerate(files[:TOGETHER_MAX]):
            if is_known_asked and store.find(names[n], planned.file) is not None:
                break
            if (
                n
                and store.begins_shard(names[n])
                and store.find_shard(names[n:], [one.file for one in files[n:]])
            ):
                break
            text = read_small(planned)
            if text is None or len(text.records) > LOOK_AT_N:
                break
            landing = Landing("", text.head, len(text.records), (), text.sha256, text.size_bytes)
            export = self._export(planned, landing)
            mapping = export.mapping
            if (
                any(aside.rule.is_no for aside in mapping.set_aside)
                or any("{record}" in text for text in mapping.constants.values())
                or (mapping.is_wide and mapping.preset.duration is not None)
            ):
                break
            found.append(SmallFile(export, text, (*planned.file.remarks, *text.remarks)))
        return found

    def _can_settle_together(self, planned: Planned) -> bool:
        """Return whether nothing is asked of a source's files that must be asked file by file."""
        table, reference = planned.source.table, self._reference
        return (
            planned.has_siblings
            and not has_parts(planned.source)
            and self._erasure.is_idle
            and table not in self._kept_from
            and reference is not None
            and (table not in WORDS or reference.redactor.knows_names)
        )

    def _export(self, planned: Planned, landing: Landing) -> Export:
        """Return a file as it was landed; what its columns mean is read once for all alike."""
        source, preset = planned.source, planned.preset
        constants = (*preset.constants.values(), *source.constants.values())
        if source.file_date is not None or any("{file_stem}" in text for text in constants):
            return planned.export(landing)
        alike = (planned.source_number, landing.head)
        if alike not in self._mappings:
            self._mappings[alike] = planned.export(landing).mapping
        return Export(
            planned.number,
            planned.source_number,
            source,
            planned.file.shown,
            landing,
            self._mappings[alike],
        )

    def _settle_batch(
        self, small: Sequence[SmallFile], names: Sequence[str], seen: SeenRecords
    ) -> tuple[Shard, list[Entry]]:
        """Settle small files together."""
        load, store, reference = self._load, self._store, self._reference
        assert reference is not None, "files settle after the directory"  # noqa: S101
        batch, folder = Batch(load, [one.export for one in small]), store.new_folder()
        with load.stopwatch.stage("landing"):
            for place, one in enumerate(small):
                self.read.append(one.export.path)
                self._size_bytes += one.text.size_bytes
                with batch.about(place):
                    for remark in one.remarks:
                        load.remarks.warn(f"{one.export.path}: {remark}")
                    take_in(load, one.export, gone_n=0)
            batch.land([one.text for one in small])
        with load.stopwatch.stage("duplicates"):
            load.connection.execute(
                f"copy ({batch.hashes(key=self._key)}) to '{quoted(folder / RECORDS)}' {PARQUET}"
            )
            seen.drop_repeated(batch.number, rows_in(folder / RECORDS))
        lookups = batch.settle(store, reference, folder)
        if (folder / IDENTITIES_FILE).exists():
            self._identifiers.crosswalks.append(folder / IDENTITIES_FILE)
        with load.stopwatch.stage("store"):
            self._remember(batch.number, folder, lookups)
            batch.hand_back()
            self.cells.keep_together(batch)
            if self._size_bytes > LANDED_BYTES:
                self.cells.release_together(batch)
            first = batch.exports[0]
            load.tables.add(first.mapping.table, Part(folder / ROWS, first.number, len(small)))
            entries = [
                store.entry_of(
                    export,
                    folder,
                    warnings=batch.said[export.number],
                    advice=load.remarks.advice_about(export.number),
                    gone_n=0,
                    is_shared=True,
                )
                for export in batch.exports
            ]
            for entry in entries:
                load.remarks.warnings += entry.warnings
            return store.shard_of(names, folder), entries

    def _take_batch(
        self, files: Sequence[Planned], shard: Shard, entries: Sequence[Entry], seen: SeenRecords
    ) -> bool:
        """Take what an earlier load made of files together, where it would be the same again."""
        load, folder = self._load, self._store.folder / shard.folder
        exports = [self._export(p, e.landing) for p, e in zip(files, entries, strict=True)]
        batch = Batch(load, exports)
        with load.stopwatch.stage("duplicates"):
            seen.drop_repeated(batch.number, rows_in(folder / RECORDS))
        if not self._has_same_duplicates(batch.number, folder, shard.parts):
            return False
        with load.stopwatch.stage("store"):
            for export, entry in zip(exports, entries, strict=True):
                self._take_in(export, entry)
            self._take_ledger(batch.number, exports[0].mapping.table, folder, shard.parts)
            batch.hand_back()
            table, first = exports[0].mapping.table, exports[0].number
            load.tables.add(table, Part(folder / ROWS, first, len(exports)))
            self._store.keep_shard(shard, entries)
        return True

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
        load = self._load
        with load.stopwatch.stage("store"):
            entry = self._store.find(name, planned.file)
        if entry is None:
            return None
        folder = self._store.folder / entry.folder
        if not self._is_answered(folder, entry.parts):
            return None
        export = self._export(planned, entry.landing)
        if planned.has_siblings:
            with load.stopwatch.stage("duplicates"):
                seen.drop_repeated(export.number, rows_in(folder / RECORDS))
            if not self._has_same_duplicates(export.number, folder, entry.parts):
                return None
        with load.stopwatch.stage("store"):
            self._take_in(export, entry)
            self._take_ledger(export.number, export.mapping.table, folder, entry.parts)
            load.tables.add(export.mapping.table, Part(folder / ROWS, export.number))
        return entry

    def _is_answered(self, folder: Path, parts: Collection[str]) -> bool:
        """Return whether all that files leaned on is answered as it was."""
        load, reference = self._load, self._reference
        assert reference is not None, "files settle after the directory"  # noqa: S101
        with load.stopwatch.stage("store"):
            if LOOKUPS not in parts:
                return True
            if not self._has_answers:
                reference.create_answers(load.connection)
                self._has_answers = True
            return reference.holds(load.connection, folder / LOOKUPS)

    def _take_in(self, export: Export, entry: Entry) -> None:
        """Take in a file, and what was said about it."""
        load = self._load
        load.exports.add(export)
        load.ledger.note_gone(export.number, entry.gone_n)
        for column, to_do in entry.advice.items():
            load.remarks.advise(export.number, column, to_do)
        for sentence in entry.warnings:
            load.remarks.warn(sentence)

    def _take_ledger(self, number: int, table: Table, folder: Path, parts: Collection[str]) -> None:
        """Take in what became of the records in a folder, and the ids they may be referred to by.

        Args:
            number: what the ledger is to know them by.
            table: their table.
            folder: the folder.
            parts: the names of its files.
        """
        load, connection = self._load, self._load.connection
        if PROBLEMS in parts:
            connection.execute(
                f"insert into problems select {number}, _record, _line, reason, "
                f"column_name, null from {rows_in(folder / PROBLEMS)}"
            )
        if DUPLICATES in parts:
            connection.execute(
                f"insert into duplicates select {number}, _record "
                f"from {rows_in(folder / DUPLICATES)} "
                f"anti join (from duplicates where _file = {number}) as known "
                "using (_record)"
            )
        if IDENTITIES_FILE in parts:
            self._identifiers.crosswalks.append(folder / IDENTITIES_FILE)
        refer_to(load, table, folder / ROWS)

    def _has_same_duplicates(self, number: int, folder: Path, parts: Collection[str]) -> bool:
        """Return whether the same records are duplicates as when the folder was written."""
        now = f"(select _record from duplicates where _file = {number})"
        then = rows_in(folder / DUPLICATES)
        if DUPLICATES not in parts:
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
        with load.stopwatch.stage("typing"):
            casting = cast_export(load, export)
        lookups = settle(load, casting, self._reference, folder / ROWS)
        load.tables.add(export.mapping.table, Part(folder / ROWS, export.number))
        if (folder / IDENTITIES_FILE).exists():
            self._identifiers.crosswalks.append(folder / IDENTITIES_FILE)
        with load.stopwatch.stage("store"):
            self._remember(export.number, folder, lookups)
            if self._size_bytes > LANDED_BYTES or len(load.exports) > LANDED_FILES:
                self.cells.release(export)
            return self._store.entry_of(
                export,
                folder,
                warnings=load.remarks.warnings[warned_n:],
                advice=load.remarks.advice_about(export.number),
                gone_n=load.ledger.gone[export.number],
            )

    def _remember(self, number: int, folder: Path, lookups: pd.DataFrame) -> None:
        """Write what the next load needs besides the rows, as far as there is any."""
        connection = self._load.connection
        found = {
            PROBLEMS: "select _record, _line, reason, column_name from problems "
            f"where _file = {number} order by _record",
            DUPLICATES: f"select _record from duplicates where _file = {number} order by _record",
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


def _refusals(read: Callable[[_T], None], sources: Sequence[_T]) -> Iterator[DataRefused]:
    """Yield why each source that cannot be read is refused, having read the others."""
    for files in sources:
        try:
            read(files)
        except DataRefused as refusal:
            yield refusal
