"""A file looked at: its headers, and what its columns hold, as far as recognizing it asks.

Everything stays in memory; no cell goes further than a draft of the workspace's own configuration,
and there only words that stand for codes, levels and programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import duckdb

from ingest.advice import IN_DIGITS
from ingest.casts import ISO_DATE, ISO_OFFSET, ISO_TIME
from ingest.headers import positions
from ingest.mapping import MARKS_OF_NOTHING
from ingest.notation import CLOCKS
from ingest.presets import preset_names, read_preset
from ingest.readers import land_file
from ingest.readers.formats import Format, format_of
from ingest.readers.heads import HEADS
from ingest.readers.landing import Landing, Options
from mentorship.errors import MentorshipError

# Columns with more words than this hold no codes.
WORDS_MAX = 40
NUMBER = r"[+-]?\d+([.,]\d+)?"


@dataclass(frozen=True)
class Look:
    """One file as it was landed.

    Attributes:
        path: the file.
        layout: how its header rows were found.
        landing: its texts.
        connection: where they are.
        records_path: the keys that lead to its records, where a preset names them.
    """

    path: Path
    layout: str
    landing: Landing
    connection: duckdb.DuckDBPyConnection
    records_path: str | None = None

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """Return the headers that are not blank."""
        return tuple(name for name in self.landing.head.names if name.strip())

    def position(self, header: str) -> int | None:
        """Return where a header stands; None where it does not, or more than once."""
        places = positions(self.landing.head.names, header)
        return places[0] if len(places) == 1 else None

    def values_n(self, position: int) -> int:
        """Return how many cells of a column hold something."""
        return self._count(position, "true")

    def words(self, position: int) -> tuple[str, ...] | None:
        """Return the different values of a column; None where there are many."""
        rows = self.connection.execute(
            f"select distinct text from ({self._texts(position)}) order by text "
            f"limit {WORDS_MAX + 1}"
        ).fetchall()
        return None if len(rows) > WORDS_MAX else tuple(text for (text,) in rows)

    def is_date(self, position: int) -> bool:
        """Return whether a column reads as dates without a format."""
        pattern = f"{ISO_DATE}({ISO_TIME})?({ISO_OFFSET})?"
        return self._all(position, f"regexp_full_match(text, '{pattern}')")

    def date_formats(self, position: int) -> tuple[str, ...]:
        """Return the formats each of which reads every value of a column as a day."""
        return tuple(
            date_format
            for date_format in IN_DIGITS
            if self._all(position, "try_strptime(text, $formats) is not null", date_format)
        )

    def is_number(self, position: int) -> bool:
        """Return whether a column holds numbers only."""
        return self._all(position, f"regexp_full_match(text, '{NUMBER}')")

    def is_one_word(self, position: int) -> bool:
        """Return whether no value has a space inside, as ids and e-mails have none."""
        return self._all(position, "not regexp_matches(text, '\\S\\s+\\S')")

    def largest(self, position: int) -> float | None:
        """Return the largest number of a column."""
        row = self.connection.execute(
            f"select max(try_cast(text as double)) from ({self._texts(position)})"
        ).fetchone()
        return None if row is None else row[0]

    def pairs(self, first: int, second: int) -> dict[str, str]:
        """Return the values of two columns beside each other: those of the first, of the second."""
        rows = self.connection.execute(
            f"select distinct trim(c{first}), trim(c{second}) from {self.landing.view} "
            f"where c{first} is not null and c{second} is not null limit 1000"
        ).fetchall()
        return dict(rows)

    def _texts(self, position: int) -> str:
        marks = ", ".join(f"'{mark}'" for mark in MARKS_OF_NOTHING)
        return (
            f"select trim(c{position}) as text from {self.landing.view} "
            f"where lower(trim(coalesce(c{position}, ''))) not in ({marks})"
        )

    def _count(self, position: int, condition: str, date_format: str | None = None) -> int:
        parameters = {}
        if date_format is not None:
            parameters = {"formats": [date_format + clock for clock in CLOCKS]}
        row = self.connection.execute(
            f"select count(*) filter (where {condition}) from ({self._texts(position)})", parameters
        ).fetchone()
        return 0 if row is None else int(row[0])

    def _all(self, position: int, condition: str, date_format: str | None = None) -> bool:
        values_n = self.values_n(position)
        return values_n > 0 and self._count(position, condition, date_format) == values_n


def look(path: Path, *, number: int, connection: duckdb.DuckDBPyConnection) -> Look:
    """Return a file as the first reader and layout that fit it land it.

    Raises:
        MentorshipError: nothing reads it.
    """
    options = Options()
    found = format_of(path, shown=path.name, options=options)
    refused: MentorshipError | None = None
    for place, (layout, records_path) in enumerate(_ways(found)):
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
        return Look(path, layout, landing, connection, records_path)
    assert refused is not None  # noqa: S101 - there is always one way
    raise refused


def _ways(found: Format) -> Iterator[tuple[str, str | None]]:
    """Yield layouts, the particular ones first, or the ways that presets know into a document."""
    if found == "json":
        yield "table", None
        paths = {read_preset(name).records_path for name in preset_names()}
        yield from (("table", path) for path in sorted(path for path in paths if path))
    elif found == "parquet":
        yield "table", None
    else:
        yield from (("qualtrics", None), ("surveymonkey", None), ("table", None))
