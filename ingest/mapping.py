"""How an export's columns become canonical ones: the user's word first, then the preset's."""

from __future__ import annotations

import difflib
from collections.abc import Mapping as Mapped
from dataclasses import dataclass
from typing import Any

from ingest.contract import TABLES, Column, Table
from ingest.headers import folded, positions
from ingest.presets import Preset
from ingest.readers.heads import Head
from mentorship.config import SourceConfig
from mentorship.errors import DataRefused, Place

# Spaces that people do not see, among them the no-break space and the byte order mark.
SPACES = " \t\r\n\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff"
# What exports write where a date, a number or a code is missing. A name may be "Null".
MARKS_OF_NOTHING = ("", "na", "n/a", "#n/a", "null", "none", "-", "--")
KINDS_WITH_MARKS = ("integer", "number", "boolean", "date", "timestamp", "code")


@dataclass(frozen=True)
class Item:
    """A question of a wide export: where it stands and what it is called."""

    position: int
    item_id: str


@dataclass(frozen=True)
class Mapping:
    """One export's columns, as canonical ones.

    Attributes:
        table: the canonical table.
        positions: canonical column: where its text stands; the first that is filled counts.
        constants: canonical column: the one value of every record.
        values: canonical column: what the export says (lower case): what it means.
        items: the questions of a wide export; empty for any other.
        is_wide: each record is a response with one column per question.
    """

    table: Table
    positions: Mapped[str, tuple[int, ...]]
    constants: Mapped[str, str]
    values: Mapped[str, Mapped[str, str]]
    items: tuple[Item, ...]
    is_wide: bool


class Parameters:
    """Values bound to a query by name: no text of a user or a cell becomes part of the SQL."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def bind(self, value: object) -> str:
        """Return the placeholder that stands for a value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def read_mapping(
    source: SourceConfig, preset: Preset, head: Head, *, file: str, stem: str
) -> Mapping:
    """Return how a file's columns become those of its table.

    Raises:
        DataRefused: a required column, or one the user names, is not there or is there twice.
    """
    table = TABLES[source.table]
    constants = {
        **{
            name: said.replace("{file_stem}", stem)
            for name, said in preset.constants.items()
            if name not in source.columns
        },
        **source.constants,
    }
    found: dict[str, tuple[int, ...]] = {}
    for column in table.columns:
        if preset.is_wide and column.name in ("item_id", "answer"):
            continue
        if column.name in source.columns:
            found[column.name] = (_named(source.columns[column.name], column, head, file),)
        elif column.name not in constants:
            wanted = preset.columns.get(column.name, () if preset.is_wide else (column.name,))
            found[column.name] = _offered(wanted, column, head, file)
    return Mapping(
        table,
        {name: places for name, places in found.items() if places},
        constants,
        {
            name: {said.strip().lower(): means for said, means in meanings.items()}
            for name, meanings in source.values.items()
        },
        _items(source, preset, head, found, file) if preset.is_wide else (),
        preset.is_wide,
    )


def cleaned(position: int) -> str:
    """Return the SQL of a landed cell without the spaces around it; empty is null."""
    # Trimming a set of characters is slow: only cells with something unusual at an end need it.
    needs_it = f"regexp_matches(c{position}, '^[^!-~]|[^!-~]$')"
    trimmed = f"case when {needs_it} then trim(c{position}, '{SPACES}') else c{position} end"
    return f"nullif({trimmed}, '')"


def text_of(mapping: Mapping, column: Column, parameters: Parameters) -> str:
    """Return the SQL of a canonical column's text, as the export says it."""
    if column.name in mapping.constants:
        text = f"nullif({parameters.bind(mapping.constants[column.name])}, '')"
    elif column.name in mapping.positions:
        cells = [cleaned(position) for position in mapping.positions[column.name]]
        text = cells[0] if len(cells) == 1 else f"coalesce({', '.join(cells)})"
    else:
        return "cast(null as varchar)"
    return text


def meaning_of(mapping: Mapping, column: Column, text: str, parameters: Parameters) -> str:
    """Return the SQL of what a column's text means: `values:` applied, marks of nothing null."""
    meaning = meant(text, mapping.values.get(column.name, {}), parameters)
    if column.kind not in KINDS_WITH_MARKS:
        return meaning
    marks = ", ".join(f"'{mark}'" for mark in MARKS_OF_NOTHING)
    if meaning == text:
        return f"case when lower({text}) not in ({marks}) then {text} end"
    return f"case when lower({meaning}) not in ({marks}) then {meaning} end"


def meant(text: str, meanings: Mapped[str, str], parameters: Parameters) -> str:
    """Return the SQL of a text after the user's `values:`; case is ignored."""
    if not meanings:
        return text
    cases = " ".join(
        f"when {parameters.bind(said)} then nullif({parameters.bind(means)}, '')"
        for said, means in meanings.items()
    )
    return f"case lower(coalesce({text}, '')) {cases} else {text} end"


def _named(header: str, column: Column, head: Head, file: str) -> int:
    """Return where a header that the user names stands."""
    places = positions(head.names, header)
    if not places:
        raise _absent(header, column, head, file)
    if len(places) > 1:
        raise _twice(header, head, file)
    return places[0]


def _offered(wanted: tuple[str, ...], column: Column, head: Head, file: str) -> tuple[int, ...]:
    """Return where the headers of a preset stand; none is fine for an optional column."""
    places: list[int] = []
    for header in wanted:
        there = [place for place in positions(head.names, header) if place not in places]
        if len(there) > 1:
            raise _twice(header, head, file)
        places.extend(there)
    if not places and column.is_required:
        raise _absent(wanted[0] if wanted else column.name, column, head, file)
    return tuple(places)


def _items(
    source: SourceConfig,
    preset: Preset,
    head: Head,
    found: Mapped[str, tuple[int, ...]],
    file: str,
) -> tuple[Item, ...]:
    """Return the questions: those the user names, else every header that is nothing else."""
    if source.items:
        answer = TABLES[source.table].column("answer")
        by_label = Head(head.labels, head.names, head.last_line, head.records_n)
        return tuple(
            Item(
                _named(
                    header,
                    answer,
                    head
                    if positions(head.names, header) or not positions(head.labels, header)
                    else by_label,
                    file,
                ),
                item_id,
            )
            for header, item_id in source.items.items()
        )
    used = {place for places in found.values() for place in places}
    never = {folded(header) for header in preset.not_items}
    items = [
        Item(place, header.strip())
        for place, header in enumerate(head.names)
        if header.strip()
        and place not in used
        and folded(header) not in never
        and not any(part in header for part in preset.not_item_parts)
    ]
    repeated = next((i for i in items if sum(i.item_id == o.item_id for o in items) > 1), None)
    if repeated is not None:
        raise _twice(repeated.item_id, head, file)
    return tuple(items)


def _absent(header: str, column: Column, head: Head, file: str) -> DataRefused:
    near = _nearest(header, head.names) or _nearest(column.name, head.names)
    return DataRefused(
        f"The column {column.name} is missing.",
        place=Place(file, head.last_line, header),
        found="the headers " + ", ".join(name or "(blank)" for name in head.names[:60]),
        expected=f"the header {header}" + (f"; the nearest is {near}" if near else ""),
        to_do="add it to the export, or map it: "
        f'`columns: {{{column.name}: "{near or "HEADER"}"}}`',
    )


def _nearest(header: str, names: tuple[str, ...]) -> str | None:
    by_fold = {folded(name): name for name in names if name.strip()}
    close = difflib.get_close_matches(folded(header), list(by_fold), n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def _twice(header: str, head: Head, file: str) -> DataRefused:
    return DataRefused(
        "A header stands over two columns.",
        place=Place(file, head.last_line, header),
        found=f"{header} more than once",
        expected="one column of that name",
        to_do="rename one of the two in the export",
    )
