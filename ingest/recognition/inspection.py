"""A file as it was inspected: its headers and what its columns hold, as far as it is asked.

Everything stays in memory; no cell goes further than a draft of the workspace's own configuration,
and there only words that stand for codes, levels and programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import duckdb

from ingest.columns.casts import cast_of, readings
from ingest.columns.mapping import MARKS_OF_NOTHING, Parameters
from ingest.columns.notation import Notation
from ingest.columns.presets import preset_names, read_preset
from ingest.contract import Column
from ingest.files.headers import positions
from ingest.files.readers import land_file
from ingest.files.readers.formats import Format, format_of
from ingest.files.readers.heads import HEADS
from ingest.files.readers.landing import Landing, Options
from workspace.errors import MentorshipError

# Columns with more words than this hold no codes.
WORDS_MAX = 40


@dataclass(frozen=True)
class Texts:
    """The different texts of a column, each with how often it stands there.

    Attributes:
        connection: where they are.
        name: the relation that holds them, as `text` and `n`.
        values_n: cells that hold something.
        different_n: different texts.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    values_n: int
    different_n: int

    def words(self) -> tuple[str, ...] | None:
        """Return the texts; None where they are too many to be words for something."""
        if self.different_n > WORDS_MAX:
            return None
        rows = self.connection.execute(f"select text from {self.name} order by text").fetchall()
        return tuple(text for (text,) in rows)

    def fitting_n(self, pattern: str) -> int:
        """Return how many cells a pattern fits as a whole."""
        return self._sums(["regexp_full_match(text, $pattern)"], {"pattern": pattern})[0]

    def unread_n(self, column: Column, notations: Sequence[Notation]) -> list[int]:
        """Return how many cells each notation leaves unread, if the column is read by it."""
        asked = Parameters()
        ways = [(column, "text", notation) for notation in notations]
        read, unread = readings(ways, self.name, asked)
        return self._sums(unread, asked.values, of=read)

    def is_read_alike(self, column: Column, one: Notation, other: Notation) -> bool:
        """Return whether two notations read every cell as the same value."""
        asked = Parameters()
        first, second = (cast_of(column, "text", asked, notation=way) for way in (one, other))
        return self._sums([f"{first} is distinct from {second}"], asked.values)[0] == 0

    def largest(self, column: Column, notation: Notation) -> float | None:
        """Return the largest number of a column."""
        asked = Parameters()
        value = cast_of(column, "text", asked, notation=notation)
        row = self.connection.execute(
            f"select max({value}) from {self.name}", asked.values
        ).fetchone()
        return None if row is None else row[0]

    def _sums(
        self, conditions: Sequence[str], parameters: Mapping[str, object], *, of: str = ""
    ) -> list[int]:
        sums = ", ".join(f"coalesce(sum(n) filter (where {one}), 0)" for one in conditions)
        row = self.connection.execute(
            f"select {sums} from {of or self.name}", parameters
        ).fetchone()
        return [int(n) for n in row or ()]


@dataclass(frozen=True)
class InspectedFile:
    """One file as it was landed.

    Attributes:
        path: the file.
        folder: the folder of exports it lies in.
        layout: how its header rows were found.
        landing: its texts.
        connection: where they are.
        records_path: the keys that lead to its records, where a preset names them.
    """

    path: Path
    folder: Path
    layout: str
    landing: Landing
    connection: duckdb.DuckDBPyConnection
    records_path: str | None = None
    _known: dict[tuple[str, str, str], Texts] = field(default_factory=dict, compare=False)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """Return the headers that are not blank."""
        return tuple(name for name in self.landing.head.names if name.strip())

    @cached_property
    def different_n(self) -> int:
        """Return how many records there are, each counted once."""
        return self.keys_n([f"c{n}" for n in range(len(self.landing.head.names))], {})

    def position(self, header: str) -> int | None:
        """Return where a header stands; None where it does not, or more than once."""
        places = positions(self.landing.head.names, header)
        return places[0] if len(places) == 1 else None

    def texts(self, text: str, parameters: Mapping[str, object], *, of: str = "") -> Texts:
        """Return the texts of the SQL of a column; each is asked for once.

        Args:
            text: the SQL of the column.
            parameters: what it is given.
            of: the relation it is a column of; the landed records.
        """
        key = (text, of, repr(sorted(parameters.items(), key=str)))
        if key not in self._known:
            name = f"{self.landing.view}_texts_{len(self._known)}"
            marks = ", ".join(f"'{mark}'" for mark in MARKS_OF_NOTHING)
            self.connection.execute(
                f"create table {name} as select text, count(*) as n "
                f"from (select {text} as text from {of or self.landing.view}) "
                f"where lower(text) not in ({marks}) group by text",
                parameters,
            )
            row = self.connection.execute(
                f"select coalesce(sum(n), 0), count(*) from {name}"
            ).fetchone()
            values_n, different_n = row or (0, 0)
            self._known[key] = Texts(self.connection, name, int(values_n), different_n)
        return self._known[key]

    def keys_n(
        self, texts: Sequence[str], parameters: Mapping[str, object], *, of: str = ""
    ) -> int:
        """Return how many different combinations of columns there are; arguments as `texts`."""
        row = self.connection.execute(
            f"select count(distinct hash({', '.join(texts)})) from {of or self.landing.view}",
            parameters,
        ).fetchone()
        return 0 if row is None else int(row[0])

    def pairs(self, first: int, second: int) -> dict[str, str]:
        """Return the values of two columns beside each other: those of the first, of the second."""
        rows = self.connection.execute(
            f"select distinct trim(c{first}), trim(c{second}) from {self.landing.view} "
            f"where c{first} is not null and c{second} is not null limit 1000"
        ).fetchall()
        return dict(rows)

    def forget(self) -> None:
        """Drop what was remembered of its columns."""
        for texts in self._known.values():
            self.connection.execute(f"drop table {texts.name}")
        self._known.clear()


def inspect(
    path: Path,
    *,
    folder: Path,
    number: int,
    connection: duckdb.DuckDBPyConnection,
    root: Path | None = None,
) -> InspectedFile:
    """Return a file as the first reader and layout that fit it land it.

    Args:
        path: the file.
        folder: the folder of exports it lies in.
        number: the file's place in it.
        connection: where it is landed.
        root: the workspace, whose own presets may know a way into a document.

    Raises:
        MentorshipError: nothing reads it.
    """
    options = Options()
    found = format_of(path, shown=path.name, options=options)
    refused: MentorshipError | None = None
    for place, (layout, records_path) in enumerate(_ways(found, root)):
        try:
            landing = land_file(
                connection,
                path,
                name=f"looked_{number}_{place}",
                shown=path.name,
                find_head=HEADS[layout],
                options=replace(options, records_path=records_path),
            )
        except MentorshipError as error:
            refused = error
            continue
        return InspectedFile(path, folder, layout, landing, connection, records_path)
    assert refused is not None  # noqa: S101 - there is always one way
    raise refused


def _ways(found: Format, root: Path | None) -> Iterator[tuple[str, str | None]]:
    """Yield layouts, the particular ones first, or the ways that presets know into a document."""
    if found == "json":
        yield "table", None
        paths = {read_preset(name, root=root).records_path for name in preset_names(root)}
        yield from (("table", path) for path in sorted(path for path in paths if path))
    elif found == "parquet":
        yield "table", None
    else:
        yield from (("qualtrics", None), ("surveymonkey", None), ("table", None))
