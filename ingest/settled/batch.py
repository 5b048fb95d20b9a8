"""Small files of one source, settled together: one query about all of them, the account by file.

What a file costs is mostly the planning of its queries, which are long. Files that follow each
other are therefore landed as one, with the `_place` of each and records that are numbered on from
file to file. Until the batch is handed back, the ledger knows their records under the batch's own
number.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import pandas as pd

from ingest.columns.advice import advise
from ingest.columns.casting import Casting, casting_of, notations_by_place
from ingest.columns.exports import Export
from ingest.columns.notation import Notation
from ingest.columns.opening import are_emails, warn_of_emails, warn_of_nothing
from ingest.columns.rows import quarantine_problems, set_aside
from ingest.columns.tables import Load
from ingest.files.readers.delimited import SmallText
from ingest.people.crosswalk import IDENTITIES_FILE
from ingest.records.duplicates import record_hashes
from ingest.records.parquet import PARQUET, quoted, rows_in
from ingest.settled.reference import ReferenceData
from ingest.settled.rows import settle
from ingest.settled.store import ROWS, Store


@dataclass(frozen=True)
class SmallFile:
    """A small file that was read.

    Attributes:
        export: the file, without a relation of its own.
        text: what it holds.
        remarks: what is to be said of where it came from and what it holds.
    """

    export: Export
    text: SmallText
    remarks: tuple[str, ...]


class Batch:
    """Files of one source that follow each other, and were or are settled together.

    Args:
        load: the load.
        exports: the files, in their order.

    Attributes:
        number: what the ledger knows their records by, until they are handed back.
        exports: the files, in their order.
        firsts: how many records of the batch stand before those of each file.
        said: what is said about each file, by its number.
    """

    def __init__(self, load: Load, exports: Sequence[Export]) -> None:
        self._load = load
        self.exports = tuple(exports)
        self.number = -1 - exports[0].number
        counts = (export.landing.records_n for export in exports)
        self.firsts = tuple(accumulate(counts, initial=0))[:-1]
        self.said: dict[int, list[str]] = defaultdict(list)
        self._groups: list[Export] = []

    @contextmanager
    def about(self, place: int) -> Iterator[None]:
        """Keep what is said meanwhile as said about the file at a place."""
        warnings = self._load.remarks.warnings
        said_n = len(warnings)
        yield
        self.said[self.exports[place].number] += warnings[said_n:]
        del warnings[said_n:]

    def land(self, texts: Sequence[SmallText]) -> None:
        """Land the files, in one relation for all whose columns mean the same."""
        places: dict[object, list[int]] = defaultdict(list)
        for place, export in enumerate(self.exports):
            mapping = export.mapping
            told = (export.landing.head, mapping.day, tuple(sorted(mapping.constants.items())))
            places[told].append(place)
        for n, of_group in enumerate(places.values()):
            name = f"together_{self.exports[0].number}_{n}"
            self._create(name, of_group, texts)
            first = self.exports[of_group[0]]
            landing = replace(
                first.landing,
                view=name,
                records_n=sum(self.exports[place].landing.records_n for place in of_group),
            )
            self._groups.append(replace(first, number=self.number, landing=landing))

    def hashes(self, *, key: bytes) -> str:
        """Return the query of the `record_hashes` of all records that were landed."""
        return " union all ".join(
            record_hashes(
                group.landing.view, group.landing.head.names, day=group.mapping.day, key=key
            )
            for group in self._groups
        )

    def settle(self, store: Store, reference: ReferenceData, folder: Path) -> pd.DataFrame:
        """Write the rows of all files, and their crosswalk, into a folder.

        Returns the questions they asked and their answers, as `ReferenceData.asked`.
        """
        for group in self._groups:
            self._warn_of_emails(group)
        for place, export in enumerate(self.exports):
            with self.about(place):
                warn_of_nothing(self._load, export)
        settled: list[Path] = []
        lookups: list[pd.DataFrame] = []
        for group in self._groups:
            for casting in self._castings(group):
                settled.append(store.new_folder() / ROWS)
                lookups.append(
                    settle(self._load, casting, reference, settled[-1], quarantine=self._quarantine)
                )
        self._join(settled, folder)
        for path in settled:
            shutil.rmtree(path.parent)
        return pd.concat(lookups).drop_duplicates("question")

    def landing_of(self, place: int) -> str:
        """Return the relation of a file's records as they were landed, numbered by themselves."""
        export = self.exports[place]
        first = self.firsts[place]
        head, constants = export.landing.head, export.mapping.constants
        group = next(
            group
            for group in self._groups
            if group.landing.head == head
            and group.mapping.constants == constants
            and group.mapping.day == export.mapping.day
        )
        return (
            f"(select * replace (_record - {first} as _record) from {group.landing.view} "
            f"where _place = {place})"
        )

    def drop(self) -> None:
        """Delete what was landed."""
        for group in self._groups:
            self._load.connection.execute(f"drop table {group.landing.view}")
        self._groups.clear()

    def hand_back(self) -> None:
        """Let the ledger know the records by their files and their own numbers."""
        connection = self._load.connection
        for table in ("problems", "duplicates"):
            with self._files_registered():
                connection.execute(
                    f"create or replace table handed_back as "
                    "select p.* replace (f.file as _file, p._record - f.first as _record) "
                    f"from (from {table} where _file = {self.number}) as p "
                    "asof join batch_files as f on p._record > f.first"
                )
            connection.execute(f"delete from {table} where _file = {self.number}")
            connection.execute(f"insert into {table} from handed_back order by all")
            connection.execute("drop table handed_back")

    def _create(self, name: str, places: Sequence[int], texts: Sequence[SmallText]) -> None:
        records = [
            (self.firsts[place] + n, line, place, cells)
            for place in places
            for n, (line, cells) in enumerate(texts[place].records, 1)
        ]
        width = len(texts[places[0]].head.names)
        frame = pd.DataFrame(
            {
                "_record": pd.Series([record for record, *_ in records], dtype="int64"),
                "_line": pd.Series([line for _, line, *_ in records], dtype="int64"),
                "_place": pd.Series([place for _, _, place, _ in records], dtype="int32"),
                **{
                    f"c{n}": pd.Series([cells[n] or None for *_, cells in records], dtype=object)
                    for n in range(width)
                },
            }
        )
        cells = ", ".join(f"cast(c{n} as varchar) as c{n}" for n in range(width))
        connection = self._load.connection
        connection.register("small_records", frame)
        connection.execute(
            f"create or replace table {name} as "
            f"select _record, _line, _place, {cells} from small_records"
        )
        connection.unregister("small_records")

    def _castings(self, group: Export) -> Iterator[Casting]:
        """Yield how records are read, of all files together whose columns are written alike."""
        set_aside(self._load, group)
        view = group.landing.view
        alike: dict[tuple[Notation, ...], list[int]] = defaultdict(list)
        notations: dict[tuple[Notation, ...], Mapping[str, Notation]] = {}
        for place, found in sorted(notations_by_place(self._load, group).items()):
            alike[tuple(found.values())].append(place)
            notations[tuple(found.values())] = found
        if not alike:
            yield casting_of(self._load, group)
        for told, places in alike.items():
            export = group
            if len(alike) > 1:
                listed = ", ".join(map(str, places))
                own = f"(select * from {view} where _place in ({listed}))"
                export = replace(group, landing=replace(group.landing, view=own))
            yield casting_of(self._load, export, notations[told])

    def _warn_of_emails(self, group: Export) -> None:
        if not group.mapping.items:
            return
        rows = self._load.connection.execute(
            f"select _place, {are_emails(group)} from {group.landing.view} group by all"
        ).fetchall()
        for place, *told in rows:
            with self.about(place):
                warn_of_emails(self._load, self.exports[place], told)

    def _quarantine(self, load: Load, casting: Casting, records: str) -> None:
        """Quarantine what could not be read, and say file by file what would read it."""
        view = casting.export.landing.view
        rows = load.connection.execute(
            f"select distinct _place from {view} "
            f"semi join (select _record from {records} where _problem is not null) "
            "as wrong using (_record) order by all"
        ).fetchall()
        for (place,) in rows:
            export = self.exports[place]
            standing = " ".join(
                f"anti join (select _record from {gone} where _file = {self.number}) as {gone} "
                "using (_record)"
                for gone in ("problems", "duplicates")
            )
            own = f"(select * from {view} {standing} where _place = {place})"
            alone = replace(export, landing=replace(export.landing, view=own))
            first = self.firsts[place]
            last = first + export.landing.records_n
            with self.about(place):
                advise(
                    load,
                    casting_of(load, alone, casting.notations),
                    f"(from {records} where _record > {first} and _record <= {last})",
                )
        quarantine_problems(load, casting, records)

    def _join(self, settled: Sequence[Path], folder: Path) -> None:
        """Write the rows of all files as one, and so their crosswalks."""
        connection = self._load.connection
        with self._files_registered():
            connection.execute(
                "copy (select f.place as _place, r.* replace (r._record - f.first as _record) "
                f"from {rows_in(*settled)} as r asof join batch_files as f on r._record > f.first) "
                f"to '{quoted(folder / ROWS)}' {PARQUET}"
            )
        crosswalks = [path.with_name(IDENTITIES_FILE) for path in settled]
        if there := [path for path in crosswalks if path.exists()]:
            connection.execute(
                f"copy (select distinct * from {rows_in(*there)} order by all) "
                f"to '{quoted(folder / IDENTITIES_FILE)}' (format parquet)"
            )

    @contextmanager
    def _files_registered(self) -> Iterator[None]:
        """Let `batch_files` be known: the first record of each file that has any."""
        filled = [n for n, export in enumerate(self.exports) if export.landing.records_n]
        frame = pd.DataFrame(
            {
                "place": pd.Series(filled, dtype="int32"),
                "file": pd.Series([self.exports[n].number for n in filled], dtype="int32"),
                "first": pd.Series([self.firsts[n] for n in filled], dtype="int64"),
            }
        )
        self._load.connection.register("batch_files", frame)
        yield
        self._load.connection.unregister("batch_files")
