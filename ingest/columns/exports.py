"""The files of a load: which there are, how each is read, and whether it must be held in memory."""

from __future__ import annotations

import datetime as dt
from bisect import insort
from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import duckdb

from ingest.columns.casts import has_day
from ingest.columns.mapping import Mapping, read_mapping, wanted_headers
from ingest.columns.notation import MILLISECONDS, SERIALS
from ingest.columns.parts import has_parts, take_apart
from ingest.columns.presets import Preset, read_preset
from ingest.columns.presets.soundness import place_in
from ingest.columns.sources import Sources
from ingest.contract import TABLES, Table
from ingest.files.local import SourceFile, place_of
from ingest.files.readers import land_file
from ingest.files.readers.heads import HEADS
from ingest.files.readers.landing import Landing, Options
from workspace.config import SourceConfig
from workspace.errors import ConfigError, Place

# What all others are settled by: who people are and what they are called, and how items are asked.
DIRECTORY = ("job_history", "people", "identifiers", "survey_items")


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


class Exports(Sequence[Export]):
    """The exports of a load, in the order of their numbers.

    Attributes:
        days_described: the days that exports declare to describe.
    """

    def __init__(self) -> None:
        self._exports: list[Export] = []
        self.days_described: list[dt.date] = []

    @overload
    def __getitem__(self, place: int) -> Export: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Export]: ...
    def __getitem__(self, place: int | slice) -> Export | Sequence[Export]:
        return self._exports[place]

    def __len__(self) -> int:
        return len(self._exports)

    def add(self, export: Export) -> None:
        """Take in an export."""
        insort(self._exports, export, key=lambda one: one.number)

    def describe(self, day: dt.date) -> None:
        """Remember that an export declares to describe a day."""
        self.days_described.append(day)

    @property
    def tables(self) -> list[Table]:
        """The tables that some export fills, in the order of the contract."""
        present = {export.mapping.table.name for export in self}
        return [table for name, table in TABLES.items() if name in present]

    def fill(self, *tables: str) -> bool:
        """Return whether each of these tables was declared as a source."""
        return {*tables} <= {table.name for table in self.tables}

    def of_source(self, source_number: int) -> list[Export]:
        """Return the exports of one source."""
        return [export for export in self if export.source_number == source_number]

    def of_table(self, table: str) -> list[Export]:
        """Return the exports that fill a table."""
        return [export for export in self if export.mapping.table.name == table]

    def record_of(self, table: Table) -> str:
        """Return what counts a table's records: its rows, unless one record may have several."""
        mappings = [export.mapping for export in self if export.mapping.table is table]
        has_several = any(m.is_wide or m.preset.turn is not None for m in mappings)
        return "distinct _record" if has_several else "*"


@dataclass(frozen=True)
class Planned:
    """A file that is to be read, unless an earlier load has.

    Attributes:
        number: its place among all files of the load.
        source_number: the place of its source in the configuration.
        source: what the user declared.
        preset: how its vendor lays it out.
        file: where it lies.
    """

    number: int
    source_number: int
    source: SourceConfig
    preset: Preset
    file: SourceFile

    @property
    def is_whole(self) -> bool:
        """Whether it is read whole and into memory, in every load."""
        return self.source.table in DIRECTORY or self.preset.turn is not None

    @property
    def has_siblings(self) -> bool:
        """Whether its source may name other files, now or later."""
        return any(sign in self.source.path for sign in "*?[")

    def export(self, landing: Landing) -> Export:
        """Return the file as it was landed, with what its columns mean."""
        mapping = read_mapping(
            self.source, self.preset, landing.head, file=self.file.shown, stem=self.file.stem
        )
        return Export(
            self.number, self.source_number, self.source, self.file.shown, landing, mapping
        )


def plan(sources: Sources, root: Path) -> list[list[Planned]]:
    """Return the files of each source, in the order in which they count."""
    planned: list[list[Planned]] = []
    number = 0
    for source_number, (source, files) in enumerate(sources.files()):
        preset = read_preset(source.preset, table=source.table, root=root)
        planned.append(
            [Planned(number + n, source_number, source, preset, f) for n, f in enumerate(files)]
        )
        number += len(files)
    return planned


def land(connection: duckdb.DuckDBPyConnection, planned: Planned) -> Landing:
    """Return a file landed as `landed_<number>`, one record of several people made several."""
    source, preset, file = planned.source, planned.preset, planned.file
    name = f"landed_{planned.number}"
    landing = land_file(
        connection,
        file.fetched(),
        name=f"{name}_whole" if has_parts(source) else name,
        shown=file.shown,
        find_head=HEADS[preset.layout],
        options=Options(
            encoding=source.encoding,
            delimiter=source.delimiter,
            sheet=source.sheet or preset.sheet,
            header_row=source.header_row or preset.header_row,
            cell_range=source.cell_range,
            records_path=source.records_path or preset.records_path,
            decimal=source.decimal or ".",
            wanted=wanted_headers(source, preset),
        ),
    )
    if not has_parts(source):
        return landing
    mapping = planned.export(landing).mapping
    return take_apart(connection, landing, source, mapping, name=name, file=file.shown)


def drop_landing(connection: duckdb.DuckDBPyConnection, landing: Landing) -> None:
    """Delete a landing, with everything that was made for it."""
    made = connection.execute(
        "select table_name, table_type from information_schema.tables "
        "where table_name = $name or starts_with(table_name, $name || '_') "
        "order by table_type desc",
        {"name": landing.view},
    ).fetchall()
    for name, kind in made:
        connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name}")


def hide_records(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    gone: str,
    blank: Mapped[str, str],
    values: Mapped[str, object] | None = None,
) -> int:
    """Take records out of a landed export, and cells out of others; return how many records went.

    Args:
        connection: where it is landed.
        export: the export.
        gone: the query of the records that go.
        blank: column: the query of the records in which its cells become empty.
        values: what the first query is given.
    """
    view = export.landing.view
    number = len(
        connection.execute(
            "select 1 from information_schema.tables where starts_with(table_name, $prefix)",
            {"prefix": f"{view}_gone_"},
        ).fetchall()
    )
    connection.execute(f"create table {view}_gone_{number} as {gone}", dict(values or {}))
    row = connection.execute(f"select count(*) from {view}_gone_{number}").fetchone()
    gone_n = 0 if row is None else int(row[0])
    places: dict[str, int] = {
        f"{view}_blank_{column}": place
        for column in blank
        for place in export.mapping.positions.get(column, ())
    }
    for column, query in blank.items():
        connection.execute(f"create or replace table {view}_blank_{column} as {query}")
    if not gone_n and not places:
        return 0
    kind = connection.execute(
        "select table_type from information_schema.tables where table_name = $name", {"name": view}
    ).fetchone()
    whole = f"{view}_before_{number}"
    connection.execute(f"alter {'view' if kind == ('VIEW',) else 'table'} {view} rename to {whole}")
    cells = ", ".join(
        f"case when _record not in (from {records}) then c{place} end as c{place}"
        for records, place in places.items()
    )
    connection.execute(
        f"create view {view} as select * {f'replace ({cells})' if cells else ''} from {whole} "
        f"anti join {view}_gone_{number} using (_record)"
    )
    return gone_n


def check_date_formats(
    connection: duckdb.DuckDBPyConnection, planned: Sequence[Sequence[Planned]]
) -> None:
    """Refuse a source whose date format cannot be followed, or that of the workspace's preset.

    A pattern that such a preset rewrites texts by is tried out with it.
    """
    for source, preset in ((files[0].source, files[0].preset) for files in planned if files):
        place = place_of(source)
        _check_date_format(connection, source.date_formats, place)
        if preset.is_own:
            for header, formats in preset.date_formats.items():
                _check_date_format(connection, formats, place_in(preset, f"date_formats.{header}"))
            _check_rewrites(connection, preset)


def _check_date_format(
    connection: duckdb.DuckDBPyConnection, date_formats: Sequence[str], place: Place
) -> None:
    for date_format in date_formats:
        if date_format in (*SERIALS, MILLISECONDS):
            continue
        error = None
        try:
            row = connection.execute(
                "select cast(try_strptime(strftime($day, $format), $format) as date) = $day",
                # A month or a year is its first day.
                {"day": dt.date(2026, 1, 31 if has_day(date_format) else 1), "format": date_format},
            ).fetchone()
        except duckdb.Error as raised:
            row, error = None, raised
        if row != (True,):
            raise ConfigError(
                "The date format cannot be followed.",
                place=place,
                found=date_format,
                expected="a format such as %Y-%m-%d or %m/%d/%Y, of a month such as %Y-%m or of a "
                "year, %Y; or excel",
            ) from error


def _check_rewrites(connection: duckdb.DuckDBPyConnection, preset: Preset) -> None:
    for column, rewrites in preset.rewrites.items():
        for rewrite in rewrites:
            try:
                connection.execute(
                    "select regexp_replace('', $pattern, $replacement, 'g')",
                    {"pattern": rewrite.pattern, "replacement": rewrite.replacement},
                )
            except duckdb.Error as error:
                raise ConfigError(
                    "The pattern is no regular expression that can be followed.",
                    place=place_in(preset, f"rewrites.{column}"),
                    found=rewrite.pattern,
                    expected="a regular expression of RE2, as in '^(\\d+)/(\\d+)'",
                    to_do="correct `pattern:`; signs that are meant as they are need a \\ before",
                ) from error
