"""How an export's columns become canonical ones: the user's word first, then the preset's."""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from ingest.columns.histories.columns import columns_read
from ingest.columns.notation import CLOCKS, DATES, SERIALS
from ingest.columns.presets import Preset, Rewrite, SetAside
from ingest.columns.presets.soundness import place_in, words_of
from ingest.contract import TABLES, Column, Table
from ingest.files.headers import folded, lookalikes, positions
from ingest.files.local import place_of
from ingest.files.readers.heads import Head
from workspace.config import SourceConfig
from workspace.errors import ConfigError, DataRefused, Place

# What a reader does not see, or what turns the order of what they see: marks of direction, zero
# width, soft hyphens, byte order marks, tags. Joiners are letters of some words and of emoji.
JOINERS = r"\x{200c}\x{200d}"
INVISIBLE = (
    r"\x{00ad}\x{061c}\x{180e}\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}"
    r"\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e007f}"
)
SPACES = " \t\r\n\v\f"
# A formula that is a text and nothing else; an apostrophe as it stands between quotes of SQL.
CONSTANT = r'= *(?:T\( *)?"((?:[^"]|"")*)" *\)?'
QUOTE = "''"
UNUSUAL_SPACES = r"[\p{Zs}\x{2028}\x{2029}]"
# What exports write where something is missing. A name may be "Null", and an id or a region "NA".
MARKS_IN_TEXTS = ("", "#n/a", "-", "--", "\u2013", "\u2014", "n/a", "null", "none", "nan")
MARKS_OF_NOTHING = (*MARKS_IN_TEXTS, "na")
ANYTHING_ELSE = "*"
# What may stand in a header that a preset describes; of other headers, one.
QUESTION = ("{question}", "(?P<question>.+)")
SHAPES = (("{number}", r"\d+"), ("{any}", ".*"))
# Headers that a remark names.
SHOWN_MAX = 5
# What stands in a record and hardly in a header: an address, JSON, an id, a number or a date.
DATA = re.compile(r"@|[{}]|^\W*[A-Za-z]{0,3}[-_]?\d{3,}\W*$|^\W*\d+([-./:,T ]+\d+)+Z?\W*$")
# The second of two headers that read alike; and one that stands under another.
NUMBERED = re.compile(r"(.*\S) \((\d{1,3})\)", re.DOTALL)
UNDER = " > "
# Stands between a system and its own id of a person.
OF_SYSTEM = "\x1f"
# Hexadecimal digits of an id that is composed of other cells.
ID_DIGITS = 16


@dataclass(frozen=True)
class Item:
    """A question of a wide export: where it stands, what it is called, and by which header."""

    position: int
    item_id: str
    header: str


@dataclass(frozen=True)
class Aside:
    """A rule of the preset for records not meant to count, and where it looks.

    Attributes:
        rule: the rule.
        position: where its header stands.
        meant: words to which the user gives a meaning in that column: they do count.
    """

    rule: SetAside
    position: int
    meant: frozenset[str]


@dataclass(frozen=True)
class Mapping:
    """One export's columns, as canonical ones.

    Attributes:
        table: the canonical table.
        preset: how the vendor lays the export out.
        columns: what is read from each record; where rows are derived, more than the table's.
        positions: column: where its text stands; the first that is filled counts.
        constants: column: the one value of every record; `{record}` is the record's number.
        values: column: what the export says (lower case): what it means; `*` is anything else.
        rewrites: column: how the preset rewrites its texts before they are read.
        date_formats: column: how its dates may be written besides ISO 8601, tried in order.
        source_formats: how dates are written as the user says it, whatever the column.
        items: the questions of a wide export; empty for any other.
        set_aside: which records are not meant to count.
        remarks: what the reader should know of it, in sentences without any cell's value.
        day: the day the file's name says it describes; equal records of two days are two.
    """

    table: Table
    preset: Preset
    columns: tuple[Column, ...]
    positions: Mapped[str, tuple[int, ...]]
    constants: Mapped[str, str]
    values: Mapped[str, Mapped[str, str]]
    rewrites: Mapped[str, tuple[Rewrite, ...]]
    date_formats: Mapped[str, tuple[str, ...]]
    source_formats: tuple[str, ...]
    items: tuple[Item, ...]
    set_aside: tuple[Aside, ...]
    remarks: tuple[str, ...]
    day: dt.date | None

    @property
    def is_wide(self) -> bool:
        """Whether each record is a response with one column per question."""
        return self.preset.is_wide

    def column(self, name: str) -> Column:
        """Return a column that is read, or that the table has."""
        read = (column for column in self.columns if column.name == name)
        return next(read, None) or self.table.column(name)


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
        ConfigError: a preset of the workspace sets records aside by a column that is not there.
    """
    table = TABLES[source.table]
    names = head.names
    if preset.is_wide:
        head = _told_apart(head)
    columns = columns_read(table, preset)
    day = None if source.file_date is None else _file_date(source.file_date, file)
    constants = _constants(source, preset, stem=stem, day=day)
    found: dict[str, tuple[int, ...]] = {}
    for column in columns:
        if column.name in source.each_of:
            header = source.each_of[column.name][0]
            found[column.name] = (place_of_header(header, column.name, head, file),)
        elif column.name in source.columns:
            header = source.columns[column.name]
            found[column.name] = (place_of_header(header, column.name, head, file),)
        elif column.name not in constants and column.name not in preset.composed:
            found[column.name] = _offered(_wanted(preset, column), column, head, file)
    found = {name: places for name, places in found.items() if places}
    items = _items(source, preset, head, found, file) if preset.is_wide else ()
    asides = (*_own_asides(source, head, file), *_asides(source, preset, head, found, file))
    return Mapping(
        table,
        preset,
        columns,
        found,
        constants,
        _values(source, preset, columns),
        {name: ways for name, ways in preset.rewrites.items() if name not in source.constants},
        _date_formats(source, preset, columns, found, head),
        source.date_formats,
        items,
        asides,
        (
            *_remarks_on_zones(source, head),
            *_remarks_on_rules(preset, asides),
            *_remarks_on_items(names, head, items),
        ),
        day,
    )


def headers_of(source: SourceConfig, preset: Preset) -> dict[str, tuple[str, ...]]:
    """Return by column of the table the headers that may hold it, the user's own before any."""
    found = {
        column.name: _wanted(preset, column)
        for column in columns_read(TABLES[source.table], preset)
    }
    named = {name: (header,) for name, header in source.columns.items()} | source.each_of
    return {name: headers for name, headers in (found | named).items() if headers}


def wanted_headers(source: SourceConfig, preset: Preset) -> tuple[str, ...]:
    """Return the headers that a source looks for; they tell its header row from a title."""
    columns = columns_read(TABLES[source.table], preset)
    offered = [header for column in columns for header in _wanted(preset, column)]
    each = [header for headers in source.each_of.values() for header in headers]
    said = [*source.columns.values(), *each, *source.set_aside, *source.items]
    # Of a header under another, the lower stands among the headers.
    return tuple(dict.fromkeys([*map(_lower_header, said), *offered]))


def cleaned(position: int, *, is_prose: bool = False) -> str:
    """Return the SQL of a landed cell as a reader sees it; empty is null.

    Without the spaces around it and the marks that nobody sees, with ordinary spaces, in one
    Unicode form. Prose keeps the joiners that belong to its words.
    """
    cell = f"c{position}"
    unseen = INVISIBLE if is_prose else INVISIBLE + JOINERS
    bare = f"regexp_replace({cell}, '[{unseen}]', '', 'g')"
    seen = f"regexp_replace({bare}, '{UNUSUAL_SPACES}', ' ', 'g')"
    # Patterns are slow, and most cells are plain: only what is not ASCII needs them.
    ends = " or ".join(f"suffix({cell}, '{space}')" for space in SPACES)
    return (
        f"nullif(case when strlen({cell}) <> length({cell}) "
        f"then trim(nfc_normalize({seen}), '{SPACES}') "
        f"when {cell} < '!' or {ends} then trim({cell}, '{SPACES}') "
        f"else {cell} end, '')"
    )


def unwrapped(text: str, *, is_prose: bool) -> str:
    """Return the SQL of a text without what keeps a spreadsheet from taking it for a number.

    `="00123"` is a constant, and `'00123` a text: both are 00123, and nothing is evaluated. In
    prose and names an apostrophe is a letter's.
    """
    inner = f"regexp_extract({text}, '{CONSTANT}', 1)"
    cases = f"when prefix({text}, '=\"') or prefix({text}, '=T(') or prefix({text}, '= ') then "
    cases += f"case when regexp_full_match({text}, '{CONSTANT}') "
    cases += f"then nullif(replace({inner}, '\"\"', '\"'), '') else {text} end"
    if not is_prose:
        cases += f" when prefix({text}, '{QUOTE}') then nullif(trim({text}, '{QUOTE} '), '')"
    return f"case {cases} else {text} end"


def written_of(
    mapping: Mapping,
    columns: Iterable[Column],
    records: str,
    parameters: Parameters,
    *,
    secret: str = "",
) -> str:
    """Return the relation of records with `s_<column>`, the text of each as the export says it.

    What is said of a cell names it many times, and DuckDB takes its time for each: so a cell is
    cleaned under a name of its own first.

    Args:
        mapping: the export's columns.
        columns: those of them that are asked for.
        records: the landed records.
        parameters: where values are bound.
        secret: what makes the digest of a composed id one that nobody can guess.
    """
    cells: dict[str, str] = {}
    texts = "".join(
        f", {_text_of(mapping, column, parameters, secret=secret, cells=cells)} as s_{column.name}"
        for column in columns
    )
    seen = "".join(f", {sql} as {name}" for name, sql in cells.items())
    return f"(select _record, _line{texts} from (select _record, _line{seen} from {records}))"


def _text_of(
    mapping: Mapping,
    column: Column,
    parameters: Parameters,
    *,
    secret: str,
    cells: dict[str, str],
) -> str:
    """Return the SQL of a canonical column's text, of cells by the names that `cells` takes in."""
    if column.name in mapping.constants:
        before, record, after = mapping.constants[column.name].partition("{record}")
        if record:
            return f"concat({parameters.bind(before)}, _record, {parameters.bind(after)})"
        text = f"nullif({parameters.bind(before)}, '')"
    elif column.name in mapping.positions:
        is_prose = column.kind == "text"
        seen = [
            unwrapped(_seen(n, is_prose=is_prose, cells=cells), is_prose=is_prose)
            for n in mapping.positions[column.name]
        ]
        text = seen[0] if len(seen) == 1 else f"coalesce({', '.join(seen)})"
    elif column.name in mapping.preset.composed:
        names = mapping.preset.composed[column.name]
        parts = [
            _text_of(mapping, mapping.column(n), parameters, secret=secret, cells=cells)
            for n in names
        ]
        joined = ", ".join(f"chr(31), lower(coalesce({part}, ''))" for part in parts)
        digest = f"substr(sha256(concat({parameters.bind(secret)}, {joined})), 1, {ID_DIGITS})"
        return f"case when coalesce({', '.join(parts)}) is not null then {digest} end"
    else:
        return "cast(null as varchar)"
    return _rewritten(mapping, column, text, parameters)


def _seen(position: int, *, is_prose: bool, cells: dict[str, str]) -> str:
    """Return the name of a cell as a reader sees it."""
    name = f"{'prose' if is_prose else 'cell'}_{position}"
    cells[name] = cleaned(position, is_prose=is_prose)
    return name


def _rewritten(mapping: Mapping, column: Column, text: str, parameters: Parameters) -> str:
    """Return the SQL of a text as the preset rewrites it.

    A date that the user's own format reads as it stands is left as it stands.
    """
    rewritten = text
    for rewrite in mapping.rewrites.get(column.name, ()):
        pattern, becomes = parameters.bind(rewrite.pattern), parameters.bind(rewrite.replacement)
        rewritten = f"regexp_replace({rewritten}, {pattern}, {becomes}, 'g')"
    formats = mapping.source_formats if column.kind in DATES else ()
    ways = [way + clock for way in formats if way not in SERIALS for clock in CLOCKS]
    if rewritten == text or not ways:
        return rewritten
    listed = ", ".join(parameters.bind(way) for way in ways)
    return (
        f"case when try_strptime({text}, [{listed}]) is not null then {text} else {rewritten} end"
    )


def meaning_of(mapping: Mapping, column: Column, text: str, parameters: Parameters) -> str:
    """Return the SQL of what a column's text means: `values:` applied, marks of nothing null."""
    meaning = meant(text, mapping.values.get(column.name, {}), parameters)
    nothing = _marks_of_nothing(column)
    if not nothing:
        return meaning
    marks = ", ".join(f"'{mark}'" for mark in nothing)
    if meaning == text:
        # Most texts are longer than any mark, which is quicker to tell.
        longest = max(len(mark.encode()) for mark in nothing)
        is_something = f"strlen({text}) > {longest} or lower({text}) not in ({marks})"
        return f"case when {is_something} then {text} end"
    return f"case when lower({meaning}) not in ({marks}) then {meaning} end"


def meant(text: str, meanings: Mapped[str, str], parameters: Parameters) -> str:
    """Return the SQL of a text after `values:`; case is ignored, `*` is any other text."""
    if not meanings:
        return text
    cases = " ".join(
        f"when {parameters.bind(word)} then nullif({parameters.bind(means)}, '')"
        for word, means in meanings.items()
        if word != ANYTHING_ELSE
    )
    other = text
    if ANYTHING_ELSE in meanings:
        otherwise = f"nullif({parameters.bind(meanings[ANYTHING_ELSE])}, '')"
        other = f"case when {text} is not null then {otherwise} end"
    return f"case lower(coalesce({text}, '')) {cases} else {other} end" if cases else other


def ids_of(system: str) -> str:
    """Return what stands before an id to say whose it is."""
    return f"{system}{OF_SYSTEM}"


def _marks_of_nothing(column: Column) -> tuple[str, ...]:
    """Return what stands for nothing in a column: a name and an answer are what they say."""
    if column.is_identifying or column.name == "answer":
        return ()
    return MARKS_IN_TEXTS if column.kind in ("text", "id", "person") else MARKS_OF_NOTHING


def _wanted(preset: Preset, column: Column) -> tuple[str, ...]:
    """Return the headers that may hold a column.

    Where the preset names none, that is the column's own name: for every column of a preset
    without columns, and for what must be there in any other.
    """
    if column.name in preset.columns:
        return preset.columns[column.name]
    is_looked_for = not preset.is_wide and (column.is_required or not preset.columns)
    return (column.name,) if is_looked_for else ()


def _constants(
    source: SourceConfig, preset: Preset, *, stem: str, day: dt.date | None
) -> dict[str, str]:
    """Return the one value of each constant column in this file: the user's, then the preset's."""
    values = {
        **{name: text for name, text in preset.constants.items() if name not in source.columns},
        **source.constants,
    }
    marks = {"{file_stem}": stem}
    if day is not None:
        marks["{file_date}"] = day.isoformat()
    for mark, text in marks.items():
        values = {name: value.replace(mark, text) for name, value in values.items()}
    return {name: text for name, text in values.items() if "{file_date}" not in text}


def _file_date(pattern: str, file: str) -> dt.date:
    """Return the day a file's name says it describes; a month or a year means its last day."""
    path = PurePosixPath(file)
    for name in (path.name, path.stem):
        try:
            day = dt.datetime.strptime(name, pattern).date()
        except ValueError:
            continue
        has = {part for part in ("%d", "%j", "%m", "%b", "%B") if part in pattern}
        if has & {"%d", "%j"}:
            return day
        month = day.month if has else 12
        return dt.date(day.year, month, calendar.monthrange(day.year, month)[1])
    raise DataRefused(
        "The name of the export does not say which day it describes.",
        place=Place(file),
        found=path.name,
        expected=f"a name such as {pattern} (file_date)",
        to_do="rename the file, or correct `file_date:`",
    )


def _values(
    source: SourceConfig, preset: Preset, columns: tuple[Column, ...]
) -> dict[str, dict[str, str]]:
    """Return what each column's words mean: the user's words, then the preset's others.

    A preset knows the words of its vendor. Of what the user puts in the place of its columns it
    translates those words only: no constant, no word of the table itself, not anything else.
    """
    by_name = {column.name: column for column in columns}
    merged: dict[str, dict[str, str]] = {}
    for name, meanings in preset.values.items():
        if name in source.constants:
            continue
        words = _lowered(meanings)
        if name in source.columns:
            own = words_of(by_name[name]) if name in by_name else ()
            words = {
                word: means
                for word, means in words.items()
                if word != ANYTHING_ELSE and re.sub(r"[\s\u2010-\u2015-]+", "_", word) not in own
            }
        merged[name] = words
    for name, meanings in source.values.items():
        merged[name] = merged.get(name, {}) | _lowered(meanings)
    return merged


def _lowered(meanings: Mapped[str, str]) -> dict[str, str]:
    return {word.strip().lower(): means for word, means in meanings.items()}


def _date_formats(
    source: SourceConfig,
    preset: Preset,
    columns: tuple[Column, ...],
    found: Mapped[str, tuple[int, ...]],
    head: Head,
) -> dict[str, tuple[str, ...]]:
    """Return how each date may be written: as the user says, else as the preset says."""
    formats: dict[str, tuple[str, ...]] = {}
    by_header = {folded(header): declared for header, declared in preset.date_formats.items()}
    anywhere = preset.date_formats.get(ANYTHING_ELSE, ())
    for column in columns:
        if column.kind not in (*DATES, "year"):
            continue
        if source.date_formats:
            formats[column.name] = source.date_formats
        elif places := found.get(column.name):
            declared = by_header.get(folded(head.names[places[0]]), anywhere)
            if declared:
                formats[column.name] = declared
    return formats


def place_of_header(header: str, column: str, head: Head, file: str) -> int:
    """Return where a header that the user names stands.

    Where it stands twice, `Name (2)` is the second of them, and `Mentor > Name` the one under the
    header `Mentor` of the row above.

    Raises:
        DataRefused: it is not there, or it is there twice.
    """
    places = _places_of(header, head)
    if not places:
        raise _absent(header, column, head, file)
    if len(places) > 1:
        raise _twice(header, column, head, file)
    return places[0]


def _places_of(header: str, head: Head) -> list[int]:
    return positions(head.names, header) or _told_apart_by(header, head)


def _told_apart_by(header: str, head: Head) -> list[int]:
    """Return where a header stands that is told from others by its place or the one above it."""
    if numbered := NUMBERED.fullmatch(header):
        alike = positions(head.names, numbered[1])
        place = int(numbered[2]) - 1
        return alike[place : place + 1] if place >= 0 else []
    above, sign, lower = header.rpartition(UNDER)
    if not sign or not head.above:
        return []
    under = {*positions(head.above, above)}
    return [place for place in positions(head.names, lower) if place in under]


def _lower_header(header: str) -> str:
    """Return what stands in the row of headers where a header is told apart from others."""
    lower = header.rpartition(UNDER)[2]
    numbered = NUMBERED.fullmatch(lower)
    return numbered[1] if numbered else lower


def _offered(wanted: tuple[str, ...], column: Column, head: Head, file: str) -> tuple[int, ...]:
    """Return where the headers of a preset stand; none is fine for an optional column."""
    places: list[int] = []
    for header in wanted:
        there = [
            place
            for place in lookalikes(head.names, header)
            # What is wanted under its own name is no other spelling of this one.
            if place not in places and head.names[place] not in {*wanted} - {header}
        ]
        if len(there) > 1:
            raise _twice(header, column.name, head, file)
        places.extend(there)
    if not places and column.is_required:
        raise _absent(wanted[0] if wanted else column.name, column.name, head, file)
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
        by_label = Head(head.labels, head.names, head.last_line, head.records_n)
        return tuple(
            Item(
                place_of_header(
                    header,
                    "answer",
                    head
                    if positions(head.names, header) or not positions(head.labels, header)
                    else by_label,
                    file,
                ),
                item_id,
                header,
            )
            for header, item_id in source.items.items()
        )
    used = {place for places in found.values() for place in places}
    others = {folded(text) for text in (*head.names, *head.labels)}
    return tuple(
        Item(place, header.strip(), header.strip())
        for place, header in enumerate(head.names)
        if header.strip()
        and place not in used
        and not _has_shape(header, preset.not_items, others)
        and not (head.ids and _has_shape(head.ids[place], preset.not_item_ids, others))
    )


def _has_shape(header: str, shapes: tuple[str, ...], others: set[str]) -> bool:
    """Return whether a header is one that a preset describes; `others` are those there are."""
    fold = folded(header)
    for shape in shapes:
        found = _pattern(shape).fullmatch(fold)
        question = found and found.groupdict().get("question")
        if found and (question is None or question in others):
            return True
    return False


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    """Return the pattern of folded headers that have a shape."""
    mark, stands_for = QUESTION
    pattern = re.escape(folded(shape)).replace(re.escape(mark), stands_for, 1)
    for mark, stands_for in SHAPES:
        pattern = pattern.replace(re.escape(mark), stands_for)
    return re.compile(pattern)


def _told_apart(head: Head) -> Head:
    """Return a wide export's head in which no two columns have one name.

    The first keeps it: what the vendor adds stands before the questions.
    """
    names: dict[str, None] = {}
    taken = {name.strip() for name in head.names}
    given = []
    for name in head.names:
        header, number = name.strip(), 1
        while header and header in names:
            number += 1
            numbered = f"{name.strip()} ({number})"
            header = header if numbered in taken else numbered
        names[header] = None
        given.append(name if number == 1 else header)
    return replace(head, names=tuple(given))


def _own_asides(source: SourceConfig, head: Head, file: str) -> list[Aside]:
    """Return the rules by which the user, and not a vendor, leaves records out.

    A record of which the people are each a record of its own, and that names none, is none.
    """
    said = [
        (header, (words,) if isinstance(words, str) else words)
        for header, words in source.set_aside.items()
    ]
    said += [(headers[0], ("",)) for headers in source.each_of.values()][:1]
    asides = []
    for header, words in said:
        rule = SetAside(header=header, values=tuple(words), reason="set_aside")
        places = _places_of(header, head)
        if len(places) > 1:
            raise _twice(header, "set_aside", head, file)
        if not places:
            near = _nearest(header, head.names)
            raise ConfigError(
                f"The source sets records aside by a column that {file} does not have.",
                place=place_of(source, header),
                found=header,
                expected="a header of the export" + (f"; the nearest is {near}" if near else ""),
                to_do="correct `set_aside:`",
            )
        asides.append(Aside(rule, places[0], frozenset()))
    return asides


def _asides(
    source: SourceConfig,
    preset: Preset,
    head: Head,
    found: Mapped[str, tuple[int, ...]],
    file: str,
) -> tuple[Aside, ...]:
    """Return the rules for records not meant to count that find their column.

    Where the user maps a column of the preset, its rules go along. A word to which the user gives
    a meaning in that column counts.
    """
    asides = []
    for rule in preset.set_aside:
        moved = [
            found[name][0]
            for name, headers in preset.columns.items()
            if name in source.columns
            and name in found
            and folded(rule.header) in {folded(one) for one in headers}
        ]
        places = [*positions(head.names, rule.header), *moved]
        if places:
            meant_words = [
                word
                for name, meanings in source.values.items()
                if places[0] in found.get(name, ())
                for word in _lowered(meanings)
            ]
            asides.append(Aside(rule, places[0], frozenset(meant_words)))
        elif preset.is_own:
            raise _no_rule(preset, rule, head, file)
    return tuple(asides)


def _no_rule(preset: Preset, rule: SetAside, head: Head, file: str) -> ConfigError:
    near = _nearest(rule.header, head.names)
    return ConfigError(
        f"The preset sets records aside by a column that {file} does not have.",
        place=place_in(preset, "set_aside"),
        found=rule.header,
        expected="a header of the export" + (f"; the nearest is {near}" if near else ""),
        to_do="correct `header:`, or remove the rule",
    )


def _remarks_on_rules(preset: Preset, asides: tuple[Aside, ...]) -> list[str]:
    """Return what to say of rules whose column is not there."""
    kept = {aside.rule.header for aside in asides}
    missing = dict.fromkeys(r.header for r in preset.set_aside if r.header not in kept)
    return [
        f"without the column {header}, which the vendor writes, no record is set aside by it."
        for header in missing
    ]


def _remarks_on_zones(source: SourceConfig, head: Head) -> list[str]:
    """Return what to say where an export's time zone cannot be followed."""
    if not head.unread_zones or source.timezone is not None:
        return []
    zones = " and ".join(head.unread_zones)
    return [
        f"its times are said to be in {zones}, which cannot be followed, so they are taken for "
        "UTC; say which zone with `timezone:`."
    ]


def _remarks_on_items(names: Sequence[str], head: Head, items: Sequence[Item]) -> list[str]:
    """Return what to say of columns with one header, where a question is among them."""
    read = {item.header for item in items}
    told = [
        now
        for before, now in zip(names, head.names, strict=True)
        if before != now and {before.strip(), now} & read
    ]
    if not told:
        return []
    rest = f" and {len(told) - SHOWN_MAX} more" if len(told) > SHOWN_MAX else ""
    return [
        f"several columns have one header; the later ones are called {', '.join(told[:SHOWN_MAX])}"
        f"{rest}, in the order of the file. Name each under `items`, or keep that order from round "
        "to round."
    ]


def _absent(header: str, column: str, head: Head, file: str) -> DataRefused:
    if _look_like_data(head.names):
        # What they say may be anybody's name.
        return DataRefused(
            f"The column {column} is missing.",
            place=Place(file, head.last_line or None, header),
            found=f"{len(head.names)} cells that look like a record, where headers should stand",
            expected=f"the header {header}",
            to_do="export with a row of headers; or say with `header_row:` where they stand",
        )
    near = _nearest(header, head.names) or _nearest(column, head.names)
    return DataRefused(
        f"The column {column} is missing.",
        place=Place(file, head.last_line or None, header),
        found="the headers " + ", ".join(name or "(blank)" for name in head.names[:60]),
        expected=f"the header {header}" + (f"; the nearest is {near}" if near else ""),
        to_do="add it to the export, or map it: "
        f'`columns: {{{column}: "{near or "HEADER"}"}}`; or give every record one: '
        f'`constants: {{{column}: "VALUE"}}`',
    )


def _look_like_data(names: tuple[str, ...]) -> bool:
    """Return whether a row is a record: no header of ours, and a number, an address or JSON."""
    ours = {folded(column.name) for table in TABLES.values() for column in table.columns}
    is_known = any(folded(name) in ours for name in names)
    return not is_known and any(DATA.search(name) for name in names)


def _nearest(header: str, names: tuple[str, ...]) -> str | None:
    by_fold = {folded(name): name for name in names if name.strip()}
    close = difflib.get_close_matches(folded(header), list(by_fold), n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def _twice(header: str, column: str, head: Head, file: str) -> DataRefused:
    spelled = dict.fromkeys(head.names[place].strip() for place in lookalikes(head.names, header))
    return DataRefused(
        "A header stands over two columns.",
        place=Place(file, head.last_line or None, header),
        found=" and ".join(spelled) if len(spelled) > 1 else f"{header} more than once",
        expected="one column of that name",
        to_do=f'say which of them is meant: `columns: {{{column}: "{header.strip()} (1)"}}` is the '
        f'first, `"{header.strip()} (2)"` the second'
        + "".join(
            f', `columns: {{{column}: "{above}{UNDER}{header.strip()}"}}` that under {above}'
            for above in dict.fromkeys(
                head.above[place].strip() for place in lookalikes(head.names, header) if head.above
            )
            if above
        ),
    )
