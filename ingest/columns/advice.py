"""What would read the dates and numbers that could not be read, told by the column itself.

Nothing here reads anything: it only says what to declare, and says so too when the column cannot
tell. Of cells' values only those are part of an advice that can name nobody
(`ingest.columns.remedies`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from ingest.columns.casting import Casting
from ingest.columns.casts import UNREADABLE, cast_of, expected_of, readings
from ingest.columns.exports import Export
from ingest.columns.mapping import Parameters
from ingest.columns.notation import DATES, Decimal, Notation
from ingest.columns.remedies import TO_FILL, Remedy, as_written, line_of, remedy_of
from ingest.columns.tables import Load
from ingest.contract import Column

# How exports write dates; formats that read the same texts alike stand here once.
IN_DIGITS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m.%d.%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%d-%m", "%Y/%d/%m"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d"),
)
IN_LETTERS = (
    *("%d %B %Y", "%d. %B %Y", "%d-%b-%Y", "%B %d, %Y", "%d de %B de %Y"),
    *("%d-%b-%y", "%d %b %y", "%B %Y", "%b-%Y", "%b-%y", "%b %y"),
)
MONTHS_AND_YEARS = ("%Y-%m", "%m/%Y", "%m.%Y", "%m-%Y", "%Y/%m", "%Y-M%m", "%Y%m", "%Y")
# A month, not the AM or PM of a clock.
WORD = re.compile(r"[^\W\d_]{3}")
DECIMALS: tuple[Decimal, ...] = (".", ",")
# Five digits: from 1927 to 2173.
LOOKS_LIKE_SERIAL = re.compile(r"[1-9]\d{4}(\.\d+)?")
# Enough to tell one way of writing from another; the whole column is asked before it is advised.
SAMPLE_N = 1000
WAYS_MAX = 3
# Several ids or e-mails in a cell, by what stands between them: as it is written, and its pattern.
SIGNS = {
    '";"': ";",
    '"|"': r"\|",
    '","': ",",
    '"/"': "/",
    '"&"': "&",
    '"+"': r"\+",
    '"\\n"': r"\n",
}
SEVERAL = r"\s*[^\s{0}]*[\d@][^\s{0}]*(\s*({0})+\s*[^\s{0}]*[\d@][^\s{0}]*)+\s*"
# Words that do the same.
WORDS = ("and", "und", "et", "en", "y", "e")
SEVERAL_BY_WORD = r"\s*\S*[\d@]\S*(\s+{0}\s+\S*[\d@]\S*)+\s*"
PATTERNS = {
    **{sign: SEVERAL.format(pattern) for sign, pattern in SIGNS.items()},
    **{f'" {word} "': SEVERAL_BY_WORD.format(word) for word in WORDS},
}

DAY_NUMBERS = (
    "the values look like a spreadsheet's numbers of days: say `date_format: excel`, or "
    "`excel_1904` where its workbook counts from 1904, which makes 1,462 days of difference"
)
MOVED_MIDNIGHTS = (
    "every value has the same time of day, as if midnight had been moved into another time zone "
    "and the day with it: export days without a time; or, where these clocks are right, say in "
    "which zone with `timezone:`"
)
OFFSETS = (
    "the values carry an offset from UTC: say with `timezone:` in which zone the days are meant"
)
DECIMALS_OR_THOUSANDS = (
    "the column does not tell whether the sign in its numbers stands before decimals or separates "
    'thousands: say which with `decimal: "."` or `decimal: ","`'
)


@dataclass(frozen=True)
class _Unread:
    """A column with values that cannot be read: what it says, and how to ask it.

    Attributes:
        connection: ingest's own connection.
        texts: the beginning of a query, as `ingest.columns.notation.observed` takes it.
        parameters: what that query is given.
        column: the column.
        notation: how it was read.
        sample: some of the texts that could not be read.
        values_n: its values.
        unread_n: those of them that could not be read.
    """

    connection: duckdb.DuckDBPyConnection
    texts: str
    parameters: Mapping[str, object]
    column: Column
    notation: Notation
    sample: tuple[str, ...]
    values_n: int
    unread_n: int

    @property
    def counts(self) -> dict[str, int]:
        """The texts that could not be read, with the records of each, commonest first."""
        asked = _parameters_after(self.parameters)
        read, (unread,) = _reading([(self.column, self.notation)], asked)
        return self._counted(read, f"where {unread}", asked)

    def every(self) -> dict[str, int]:
        """Return all texts of the column, with the records of each, commonest first."""
        text = f"t_{self.column.name}"
        asked = _parameters_after(self.parameters)
        return self._counted("texts", f"where {text} is not null", asked)

    def _counted(self, relation: str, condition: str, asked: Parameters) -> dict[str, int]:
        text = f"t_{self.column.name}"
        rows = self.connection.execute(
            f"{self.texts} select {text}, count(*) as n from {relation} {condition} "
            f"group by all order by n desc, 1 limit {SAMPLE_N}",
            asked.values,
        ).fetchall()
        return dict(rows)

    def left_by(self, notations: Sequence[Notation]) -> list[int]:
        """Return how many values of the whole column each notation would leave unread."""
        ways = [(self.column, notation) for notation in notations]
        return _unread_ns(self.connection, self.texts, self.parameters, ways)

    def readers(self, notations: Sequence[Notation]) -> list[tuple[bool, ...]]:
        """Return which texts of the sample each notation reads."""
        asked = Parameters()
        sample = asked.bind(list(self.sample))
        name = f"t_{self.column.name}"
        read, unread = _reading([(self.column, notation) for notation in notations], asked)
        reads = ", ".join(f"not coalesce({one}, false)" for one in unread)
        rows = self.connection.execute(
            f"with texts as (select unnest({sample}) as {name}) select {reads} from {read}",
            asked.values,
        ).fetchall()
        return list(zip(*rows, strict=True))


def advise(load: Load, casting: Casting, records: str) -> None:
    """Remember for each column that was not read what would read it.

    A record waits for the first of its problems; here every column is asked, so that all can be
    mended at once.

    Args:
        load: the load.
        casting: how the records were read.
        records: the relation of the records that were read by it, with `_problem`.
    """
    rows = load.connection.execute(
        "select distinct split_part(_problem, '|', 1), split_part(_problem, '|', 2) "
        f"from {records} where _problem is not null order by all"
    ).fetchall()
    if not rows:
        return
    export = casting.export
    for name in {name for name, reason in rows if reason == "missing_value"}:
        load.remarks.advise(export.number, f"{name}|missing_value", _about_gaps(export, name))
    remedies = {
        column: remedy
        for column in _unread_columns(load, casting)
        if (remedy := _remedy(load, casting, column)) is not None
    }
    remedies |= {
        column: remedy
        for column in export.mapping.columns
        if column.kind == "person" and any(name == column.name for name, _ in rows)
        if (remedy := _about_people(load, casting, column)) is not None
    }
    meanings = {c.name: remedy.meanings for c, remedy in remedies.items() if remedy.meanings}
    for column, remedy in remedies.items():
        advice = _with_line(remedy, export, meanings)
        load.remarks.advise(export.number, column.name, advice)
        unread = _unread_n(load, casting, column)
        values = "1 value" if unread == 1 else f"{unread} values"
        load.remarks.warn(
            f"{export.path}, column {_header(export, column.name)}: {values} could not be read; "
            f"{advice}."
        )


def _unread_columns(load: Load, casting: Casting) -> list[Column]:
    """Return the columns some of whose texts cannot be read, all of them and in their order."""
    columns = [c for c in casting.export.mapping.columns if c.kind in UNREADABLE]
    if not columns:
        return []
    ways = [(column, casting.notations[column.name]) for column in columns]
    counts = _unread_ns(load.connection, casting.texts, casting.text_values, ways)
    return [column for column, n in zip(columns, counts, strict=True) if n]


def _remedy(load: Load, casting: Casting, column: Column) -> Remedy | None:
    """Return what would read a column of which some texts cannot be read."""
    notation = casting.notations[column.name]
    unread = _unread(load, casting.texts, casting.text_values, column, notation)
    if column.kind in DATES:
        told = remedy_of(column, unread.counts, {}, "")
        if told is not None:
            return told
        sentence = _about_dates(unread)
    elif column.kind == "year":
        sentence = _about_dates(unread)
        if sentence is not None:
            sentence = f"days stand where a year is due, which is read of them; {sentence}"
    elif column.kind in ("integer", "number"):
        sentence = _about_numbers(unread)
    else:
        sentence = None
    if sentence is not None:
        return Remedy(sentence)
    if column.kind in DATES:
        return as_written(column, unread.counts)
    due = expected_of(column, date_format=None)
    return remedy_of(column, unread.counts, unread.every(), due)


def _with_line(remedy: Remedy, export: Export, meanings: Mapping[str, Mapping[str, object]]) -> str:
    """Return a remedy with the line that is to be pasted: `values:` of all columns together."""
    if remedy.line:
        return f"{remedy.sentence}: write `{remedy.line}` under the source"
    if not remedy.meanings:
        return remedy.sentence
    said = export.source.values
    whole: dict[str, Mapping[str, object]] = {
        **said,
        **{name: {**said.get(name, {}), **new} for name, new in meanings.items()},
    }
    where = "in place of the source's `values:`" if said else "under the source"
    fill = (
        ", each ? replaced by what it means"
        if any(means == TO_FILL for words in meanings.values() for means in words.values())
        else ""
    )
    return f"{remedy.sentence}: write `{line_of(whole)}` {where}{fill}"


def _about_gaps(export: Export, name: str) -> str:
    """Return what to do about records without a value that every record must have."""
    header = _header(export, name)
    return (
        f"fill {header} in the source system and export again; where an empty cell means that "
        f'there is nothing to tell, leave such records out: `set_aside: {{"{header}": ""}}`'
    )


def _about_people(load: Load, casting: Casting, column: Column) -> Remedy | None:
    """Return what to say of cells with several people, if there are any."""
    text = f"t_{column.name}"
    counts = ", ".join(
        f"count(*) filter (where regexp_full_match({text}, '{pattern}'))"
        for pattern in PATTERNS.values()
    )
    row = load.connection.execute(
        f"{casting.texts} select {counts} from texts", casting.text_values
    ).fetchone()
    found = {sign: n for sign, n in zip(PATTERNS, row or (), strict=True) if n}
    if not found or column.name in casting.export.source.split:
        return None
    signs = ", ".join(found)
    shown = f"[{signs}]" if len(found) > 1 else signs
    cells = sum(found.values())
    return Remedy(
        f"several people stand in one cell ({cells} {'cell' if cells == 1 else 'cells'}); each is "
        "a record of its own",
        line=f"split: {{{column.name}: {shown}}}",
    )


def _unread_n(load: Load, casting: Casting, column: Column) -> int:
    """Return how many texts of a column cannot be read, or name several people."""
    if column.kind != "person":
        way = (column, casting.notations[column.name])
        return _unread_ns(load.connection, casting.texts, casting.text_values, [way])[0]
    several = " or ".join(
        f"regexp_full_match(t_{column.name}, '{one}')" for one in PATTERNS.values()
    )
    row = load.connection.execute(
        f"{casting.texts} select count(*) filter (where {several}) from texts",
        casting.text_values,
    ).fetchone()
    return int(row[0]) if row else 0


def _header(export: Export, name: str) -> str:
    places = export.mapping.positions.get(name, ())
    return export.landing.head.names[places[0]] if places else name


def _unread(
    load: Load,
    texts: str,
    parameters: Mapping[str, object],
    column: Column,
    notation: Notation,
) -> _Unread:
    """Return what a column says where it could not be read."""
    asked = _parameters_after(parameters)
    read, (unread,) = _reading([(column, notation)], asked)
    name = f"t_{column.name}"
    row = load.connection.execute(
        f"{texts}, unread as (select {name} as text, _record from {read} where {unread}) "
        f"select (select count({name}) from texts), (select count(*) from unread), "
        "(select list(distinct text order by text) from "
        f"(select text from unread order by _record limit {SAMPLE_N}))",
        asked.values,
    ).fetchone()
    values_n, unread_n, sample = row or (0, 0, [])
    return _Unread(
        load.connection,
        texts,
        parameters,
        column,
        notation,
        tuple(sample or ()),
        values_n,
        unread_n,
    )


def _about_dates(unread: _Unread) -> str | None:
    """Return what would read a column of dates; None where nothing known would."""
    if unread.notation.is_midnight_open:
        return MOVED_MIDNIGHTS
    if unread.sample and all(LOOKS_LIKE_SERIAL.fullmatch(text) for text in unread.sample):
        return DAY_NUMBERS
    offset = replace(unread.notation, timezone="UTC")
    if unread.notation.timezone is None and all(unread.readers([offset])[0]):
        return OFFSETS
    has_words = {WORD.search(text) is not None for text in unread.sample}
    formats = (
        *(IN_LETTERS if True in has_words else ()),
        *((*IN_DIGITS, *MONTHS_AND_YEARS) if False in has_words else ()),
    )
    if unread.column.kind == "year":
        formats = tuple(way for way in formats if "%d" in way)
    ways = [replace(unread.notation, date_formats=(way,)) for way in formats]
    readers = unread.readers(ways)
    fitting = [way for way, reads in zip(ways, readers, strict=True) if all(reads)]
    if fitting:
        left = unread.left_by(fitting)
        whole = [way.date_formats[0] for way, n in zip(fitting, left, strict=True) if n == 0]
        if whole and unread.column.kind == "year":
            whole = whole[:1]
        if whole:
            return _about_formats(whole, unread.notation.date_formats)
    return _about_several(unread, ways, readers)


def _about_formats(whole: Sequence[str], declared: Sequence[str]) -> str:
    """Return what to say of formats each of which reads the whole column."""
    if len(whole) > 1:
        fits = " as well as ".join(f'"{way}"' for way in whole)
        return (
            f"every value fits {fits}, so the export does not tell days from months: ask whoever "
            "made it, and say `date_format:`"
        )
    sentence = f'`date_format: "{whole[0]}"` reads every value of the column'
    return f"{sentence}, and {' and '.join(declared)} does not" if declared else sentence


def _about_several(
    unread: _Unread, ways: Sequence[Notation], readers: Sequence[tuple[bool, ...]]
) -> str | None:
    """Return what to say where no single format reads the column, but a few together may."""
    left = set(range(len(unread.sample)))
    chosen: list[str] = list(unread.notation.date_formats)
    while left and len(chosen) < WAYS_MAX:
        best = max(range(len(ways)), key=lambda n: sum(readers[n][place] for place in left))
        won = {place for place in left if readers[best][place]}
        if not won:
            return None
        chosen.append(ways[best].date_formats[0])
        left -= won
    (left_n,) = unread.left_by([replace(unread.notation, date_formats=tuple(chosen))])
    if left_n >= unread.unread_n:
        return None
    listed = ", ".join(f'"{way}"' for way in chosen)
    shown = f"[{listed}]" if len(chosen) > 1 else listed
    rest = f"all but {left_n}" if left_n else "all"
    return (
        f"the column is written in several ways: `date_format: {shown}` reads {rest} of its values"
    )


def _about_numbers(unread: _Unread) -> str | None:
    """Return what would read a column of numbers; None where nothing known would."""
    ways = [replace(unread.notation, decimal=decimal) for decimal in DECIMALS]
    left = unread.left_by(ways)
    whole = [way for way, n in zip(ways, left, strict=True) if n == 0]
    if len(whole) == len(ways) and _differ(unread, ways):
        return DECIMALS_OR_THOUSANDS
    if not whole:
        return None
    return f'`decimal: "{whole[0].decimal}"` reads every value of the column'


def _differ(unread: _Unread, ways: Sequence[Notation]) -> bool:
    """Return whether two notations read some text as different numbers."""
    asked = _parameters_after(unread.parameters)
    one, other = (
        cast_of(unread.column, f"t_{unread.column.name}", asked, notation=way) for way in ways
    )
    row = unread.connection.execute(
        f"{unread.texts} select count(*) filter (where {one} <> {other}) from texts", asked.values
    ).fetchone()
    return bool(row and row[0])


def _reading(
    ways: Sequence[tuple[Column, Notation]], parameters: Parameters
) -> tuple[str, list[str]]:
    """Return the relation of `texts` as columns are read, and per way the SQL of what is unread."""
    texts = [(column, f"t_{column.name}", notation) for column, notation in ways]
    return readings(texts, "texts", parameters)


def _unread_ns(
    connection: duckdb.DuckDBPyConnection,
    texts: str,
    given: Mapping[str, object],
    ways: Sequence[tuple[Column, Notation]],
) -> list[int]:
    """Return how many texts each way of reading a column leaves unread."""
    asked = _parameters_after(given)
    read, unread = _reading(ways, asked)
    counts = ", ".join(f"count(*) filter (where {one})" for one in unread)
    row = connection.execute(f"{texts} select {counts} from {read}", asked.values).fetchone()
    return [int(n) for n in row or ()]


def _parameters_after(given: Mapping[str, object]) -> Parameters:
    """Return parameters that begin with those of another query."""
    parameters = Parameters()
    parameters.values.update(given)
    return parameters
