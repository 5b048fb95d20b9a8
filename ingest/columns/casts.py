"""Text to values, in SQL, by the kinds of the contract; what cannot be read is never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.columns.mapping import Parameters
from ingest.columns.months import has_month_name, with_number, without_name
from ingest.columns.notation import (
    CLOCKS,
    DATES,
    GROUPED,
    MILLISECONDS,
    SERIALS,
    SIGN,
    Decimal,
    Notation,
)
from ingest.contract import Column
from ingest.files.readers.numerals import ERRORS as SHEET_ERRORS

ISO_DATE = r"\d{4}-\d{2}-\d{2}"
ISO_TIME = r"[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
ISO_OFFSET = r"(Z|[+-]\d{2}(:?\d{2})?)"
INTEGER = r"[+-]?\d+(\.0*)?"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
LARGEST_INTEGER = 2_147_483_647
# Of a year; one that is a number may have a point.
YEAR_DIGITS = 6
# Days that systems write where there is none: the first that .NET, SQL Server, Windows and SAP
# know, a spreadsheet's zero, Oracle's end of time, and that of others.
NO_DAYS = (
    *("0001-01-01", "1753-01-01", "1601-01-01", "1800-01-01", "1899-12-30"),
    *("4712-12-31", "2999-12-31"),
)
# What means "none" in whatever order it is written, with a midnight or without.
NO_DATE = (
    r"(0+([/.-]0+)*|0?1([/.-])0?1[/.-](1900|0001|1753|1601|1800)"
    r"|(31[/.-]12|12[/.-]31)[/.-](9999|4712|2999)|(30[/.-]12|12[/.-]30)[/.-]1899)"
    r"([T ](0?0:00(:00(\.0+)?)?|12:00(:00)? AM))?"
)
SENTINEL = "1900-01-01"
# Words of the commonest languages; none of them means the other thing elsewhere.
TRUE = (
    *("true", "yes", "y", "t", "1", "oui", "vrai", "ja", "j", "wahr", "sí", "si", "sì", "sim"),
    *("verdadero", "verdadeiro", "vero", "waar", "sant", "sann", "да", "tak", "是", "はい"),
)
FALSE = (
    *("false", "no", "n", "f", "0", "non", "faux", "nein", "falsch", "falso", "não", "nao"),
    *("nee", "onwaar", "nej", "nei", "falsk", "usann", "нет", "nie", "否", "いいえ"),
)
# Of 1900 to 2199, alone or before a month and a day without signs between.
BUDDHIST_YEAR = r"(^|\D)(24[4-9]\d|2[5-6]\d\d|27[0-3]\d)(\d{4}$|\D|$)"
BUDDHIST_YEARS_MORE = 543
SERIAL = r"\d{1,7}(\.\d+)?"
EPOCHS = {"excel": "1899-12-30", "excel_1904": "1904-01-01"}
# 29 February 1900 in the system of 1900; the days before it count from a day later.
LEAP_DAY_THAT_NEVER_WAS = 60
# What separates thousands, by the sign that is then left for decimals.
SEPARATORS: dict[Decimal, tuple[str, ...]] = {
    ",": (r"\.", " ", "'", r"\x{2019}"),
    ".": (",", " ", "'", r"\x{2019}"),
}

# More characters than any survey tool takes for one answer.
LONGEST_TEXT = 100_000
# What a spreadsheet shows where a formula failed; `#N/A` stands for a value that was not found.
ERRORS = tuple(error for error in SHEET_ERRORS if error != "#N/A")

UNREADABLE = {
    "date": "unreadable_date",
    "timestamp": "unreadable_date",
    "integer": "unreadable_number",
    "year": "unreadable_number",
    "number": "unreadable_number",
    "boolean": "unreadable_boolean",
    "code": "unknown_code",
}


def cast_of(column: Column, text: str, parameters: Parameters, *, notation: Notation) -> str:
    """Return the SQL that reads a column's text as its kind; null where it cannot be read.

    Args:
        column: the column of the contract.
        text: the SQL of its text, trimmed, null when empty.
        parameters: where values of the configuration are bound.
        notation: how the column's values are written.
    """
    if column.kind == "integer":
        return _integer(text, notation)
    if column.kind == "year":
        day = _date(text, parameters, replace(notation, timezone=notation.timezone or "UTC"))
        year = f"case when {is_plausible(day)} then cast(year({day}) as integer) end"
        number = f"case when strlen({text}) <= {YEAR_DIGITS} then {_integer(text, notation)} end"
        return f"coalesce({number}, {year})"
    if column.kind == "number":
        return _number(text, notation)
    if column.kind == "boolean":
        lowered = f"lower({text})"
        return f"case when {lowered} in {TRUE} then true when {lowered} in {FALSE} then false end"
    if column.kind == "code":
        lowered = f"lower({text})"
        code = f"regexp_replace({lowered}, '[ \\x{{2010}}-\\x{{2015}}-]+', '_', 'g')"
        known = ", ".join(f"'{known}'" for known in column.codes)
        is_known, is_code = f"{lowered} in ({known})", f"{code} in ({known})"
        return f"case when {is_known} then {lowered} when {is_code} then {code} end"
    if column.kind == "date":
        return _unless_none(text, _date(text, parameters, notation))
    if column.kind == "timestamp":
        return _unless_none(text, _timestamp(text, parameters, notation))
    return text


def is_sentinel(value: str) -> str:
    """Return the SQL that tells a date or time which only means "none" in the source system.

    A time may have been moved over midnight by its zone.
    """
    first = f"({value} >= date '1899-12-31' and {value} < date '1900-01-03')"
    other = " or ".join(
        f"({value} >= date '{day}' - 1 and {value} < date '{day}' + 2)" for day in NO_DAYS
    )
    # Most days are plausible, which is quicker to tell.
    return (
        f"({first} or (not {is_plausible(value)} and ({other} or year({value}) in (9999, 10000))))"
    )


def is_plausible(value: str) -> str:
    """Return the SQL that tells a date or time that a person's working life can hold."""
    return f"year({value}) between 1900 and 2199"


def is_unread(column: Column, text: str, value: str) -> str:
    """Return the SQL that tells a text which could not be read.

    Args:
        column: the column.
        text: the SQL of its text.
        value: the name under which what was read of the text stands in the query: it is named
            many times, and DuckDB would plan, and may do, a cast that is spelled out each time.
    """
    wrong = f"{value} is null"
    if column.kind in DATES:
        wrong = f"({wrong} or (not {is_plausible(value)} and not {is_sentinel(value)}))"
    return f"{text} is not null and {wrong}"


def readings(
    ways: Sequence[tuple[Column, str, Notation]], relation: str, parameters: Parameters
) -> tuple[str, list[str]]:
    """Return a relation as notations read its texts, and per way the SQL of what it leaves unread.

    Args:
        ways: column, the SQL of its text, and the notation it is read by.
        relation: where the texts are.
        parameters: where values of the configuration are bound.
    """
    values = ", ".join(
        f"{cast_of(column, text, parameters, notation=notation)} as v{number}"
        for number, (column, text, notation) in enumerate(ways)
    )
    unread = [is_unread(column, text, f"v{n}") for n, (column, text, _) in enumerate(ways)]
    return f"(select *, {values} from {relation})", unread


def is_oversized(text: str) -> str:
    """Return the SQL that tells a text which is no answer and no name, but half a file."""
    return f"strlen({text}) > {LONGEST_TEXT}"


def is_error(text: str) -> str:
    """Return the SQL that tells the error of a spreadsheet's formula."""
    # All begin with the same sign, which is quicker to tell.
    return f"({text} >= '#' and {text} < '$' and {text} in {ERRORS})"


def in_common_years(text: str) -> str:
    """Return the SQL of a date's text with a Buddhist year as the common one, 543 less."""
    year = f"regexp_extract({text}, '{BUDDHIST_YEAR}', 2)"
    common = f"cast(cast({year} as integer) - {BUDDHIST_YEARS_MORE} as varchar)"
    becomes = f"concat('\\1', {common}, '\\3')"
    is_there = f"regexp_matches({text}, '{BUDDHIST_YEAR}')"
    return (
        f"case when {is_there} then regexp_replace({text}, '{BUDDHIST_YEAR}', {becomes}) "
        f"else {text} end"
    )


def expected_of(column: Column, *, date_format: str | Sequence[str] | None) -> str:
    """Return what a column's text should have been, in words."""
    if column.kind in DATES:
        given = (date_format,) if isinstance(date_format, str) else tuple(date_format or ())
        return _expected_date(column, given)
    if column.kind == "integer":
        return "a whole number"
    if column.kind == "year":
        return "a year such as 1985"
    if column.kind == "number":
        return "a number such as 3.5"
    if column.kind == "boolean":
        return "true or false, yes or no, 1 or 0"
    if column.kind == "code":
        return "one of " + ", ".join(column.codes)
    return "a value"


def _expected_date(column: Column, date_formats: Sequence[str]) -> str:
    noun = "a date" if column.kind == "date" else "a time"
    shown = "2026-01-31" if column.kind == "date" else "2026-01-31T09:30:00Z"
    if not date_formats:
        return f"{noun} such as {shown}"
    ways = " or ".join(
        "the day's number in a spreadsheet" if way in SERIALS else way for way in date_formats
    )
    return f"{noun} written as {ways}" + ("" if column.kind == "date" else f", or {shown}")


def _integer(text: str, notation: Notation) -> str:
    if notation.decimal is None:
        closed = f" and not {_is_grouped(text)}" if notation.is_grouping_open else ""
        return (
            f"case when regexp_full_match({text}, '{INTEGER}'){closed} "
            f"then try_cast({text} as integer) end"
        )
    number = _number(text, notation)
    whole = f"{number} = trunc({number}) and abs({number}) <= {LARGEST_INTEGER}"
    return f"case when {whole} then try_cast({number} as integer) end"


def _number(text: str, notation: Notation) -> str:
    if notation.decimal is None:
        number = f"try_cast({text} as double)"
        is_number = f"regexp_full_match({text}, '{NUMBER}') and isfinite({number})"
        closed = f" and not {_is_grouped(text)}" if notation.is_grouping_open else ""
        return f"case when {is_number}{closed} then {number} end"
    point = "," if notation.decimal == "," else r"\."
    grouped = "|".join(rf"\d{{1,3}}({s}\d{{3}})+" for s in SEPARATORS[notation.decimal])
    digits = rf"(({grouped}|\d+)({point}\d*)?|{point}\d+)([eE][+-]?\d+)?"
    shape = rf"[+-]?{digits}"
    if notation.has_one_sign:
        shape = rf"[+-]?(({SIGN}) ?)?{shape}( ?({SIGN}))?"
    bare = f"regexp_replace({text}, '{SIGN}', '', 'g')"
    kept = f"regexp_replace({bare}, '[^0-9eE{notation.decimal}+-]', '', 'g')"
    number = f"try_cast(replace({kept}, '{notation.decimal}', '.') as double)"
    return (
        f"case when regexp_full_match({text}, '\\d+') then try_cast({text} as double) "
        f"when regexp_full_match({text}, '{_quoted(shape)}') and isfinite({number}) "
        f"then {number} end"
    )


def _is_grouped(text: str) -> str:
    return f"regexp_full_match({text}, '{GROUPED}')"


def _unless_none(text: str, read: str) -> str:
    """Return the SQL of a date or time; where a text means "none" and is not read, a sentinel."""
    none = f"case when regexp_full_match({text}, '{NO_DATE}') then date '{SENTINEL}' end"
    return f"coalesce({read}, {none})"


def _date(text: str, parameters: Parameters, notation: Notation) -> str:
    """Return the SQL of a date; a time in another zone is a date only when the zone is known."""
    readings = [
        _day(_moment(text, date_format, parameters), date_format, parameters, notation)
        for date_format in notation.date_formats
    ]
    read = _agreed(readings)
    if _reads_iso(notation):
        whole = f"left({text}, 10)"
        if notation.timezone is None:
            at_offset = (
                f"case when regexp_matches({text}, '[T ]00:00(:00(\\.0+)?)?[^:0-9.]') "
                f"then try_cast({whole} as date) end"
            )
        else:
            zone = parameters.bind(notation.timezone)
            at_offset = f"cast(timezone({zone}, {_instant(text)}) as date)"
        # Most dates are written just so, and comparing is quicker than a pattern.
        day = f"try_cast({text} as date)"
        iso = (
            f"case when cast({day} as varchar) = {text} and isfinite({day}) then {day} "
            f"when regexp_full_match({text}, '{ISO_DATE}({ISO_TIME})?') "
            f"then try_cast({whole} as date) "
            f"when regexp_full_match({text}, '{ISO_DATE}{ISO_TIME}{ISO_OFFSET}') "
            f"then {at_offset} end"
        )
        read = f"coalesce({read}, {iso})" if readings else iso
    return f"case when strlen({text}) <= 10 then {read} end" if notation.is_midnight_open else read


def _timestamp(text: str, parameters: Parameters, notation: Notation) -> str:
    """Return the SQL of a moment in UTC."""

    def in_utc(naive: str, clock: str = ":") -> str:
        if notation.timezone is None:
            return naive
        # A day without a clock is that day everywhere.
        moved = f"timezone('UTC', timezone({parameters.bind(notation.timezone)}, {naive}))"
        return f"case when contains({text}, '{clock}') then {moved} else {naive} end"

    readings = [
        f"timezone('UTC', {moment})"
        if _has_offset(date_format)
        else in_utc(moment, "." if date_format in SERIALS else ":")
        for date_format in notation.date_formats
        for moment in [_moment(text, date_format, parameters)]
    ]
    read = _agreed(readings)
    if not _reads_iso(notation):
        return read
    iso = (
        f"case when regexp_full_match({text}, '{ISO_DATE}({ISO_TIME})?') "
        f"then {in_utc(f'try_cast({text} as timestamp)')} "
        f"when regexp_full_match({text}, '{ISO_DATE}{ISO_TIME}{ISO_OFFSET}') "
        f"then timezone('UTC', {_instant(text)}) end"
    )
    return f"coalesce({read}, {iso})" if readings else iso


def _agreed(readings: Sequence[str]) -> str:
    """Return the SQL of what all formats that can read a text agree upon."""
    if len(readings) < 2:
        return "".join(readings)
    every = ", ".join(readings)
    return f"case when least({every}) = greatest({every}) then least({every}) end"


def _reads_iso(notation: Notation) -> bool:
    """Return whether ISO 8601 is read too: not where the day stands after the year."""
    return not any(date_format.startswith("%Y-%d") for date_format in notation.date_formats)


def _moment(text: str, date_format: str, parameters: Parameters) -> str:
    """Return the SQL of a text as one format reads it: a time without zone, or at its offset."""
    if date_format in SERIALS:
        return _serial(text, date_format)
    if date_format == MILLISECONDS:
        return f"make_timestamp_ms(try_cast({text} as bigint))"
    clocks = ("",) if _has_clock(date_format) else CLOCKS
    read = _strptime(text, [date_format + clock for clock in clocks], parameters)
    if not has_month_name(date_format):
        return read
    numbered = [without_name(date_format) + clock for clock in clocks]
    return f"coalesce({read}, {_strptime(with_number(text), numbered, parameters)})"


def _strptime(text: str, date_formats: Sequence[str], parameters: Parameters) -> str:
    formats = ", ".join(parameters.bind(date_format) for date_format in date_formats)
    return f"try_strptime({text}, {formats if len(date_formats) == 1 else f'[{formats}]'})"


def _serial(text: str, system: str) -> str:
    """Return the SQL of the moment that a spreadsheet's day number stands for.

    Source: ECMA-376 Part 1, 18.17.4.1, date conversion for serial values.
    """
    number = f"try_cast({text} as double)"
    exists = f"regexp_full_match({text}, '{SERIAL}') and {number} >= 1"
    seconds = f"cast(round({number} * 86400) as bigint)"
    if system == "excel":
        exists = f"{exists} and trunc({number}) <> {LEAP_DAY_THAT_NEVER_WAS}"
        early = f"case when {number} < {LEAP_DAY_THAT_NEVER_WAS} then 86400 else 0 end"
        seconds = f"({seconds} + {early})"
    moment = f"timestamp '{EPOCHS[system]}' + to_microseconds({seconds} * 1000000)"
    return f"case when {exists} then {moment} end"


def _day(moment: str, date_format: str, parameters: Parameters, notation: Notation) -> str:
    """Return the SQL of a moment's day; that of an instant is known only in a zone."""
    if not _has_offset(date_format):
        if notation.is_end and not has_day(date_format):
            return _last_day(f"cast({moment} as date)", date_format)
        return f"cast({moment} as date)"
    if notation.timezone is None:
        return f"case when {moment} is null then cast(null as date) end"
    return f"cast(timezone({parameters.bind(notation.timezone)}, {moment}) as date)"


def has_day(date_format: str) -> bool:
    """Return whether a format says a day, and not a month or a year alone."""
    whole = ("%d", "%-d", "%j", "%-j", "%x", "%c", "%D", "%F", *SERIALS, MILLISECONDS)
    return any(part in date_format for part in whole)


def has_month(date_format: str) -> bool:
    """Return whether a format says a month."""
    return has_month_name(date_format) or "%m" in date_format or "%-m" in date_format


def _last_day(day: str, date_format: str) -> str:
    """Return the SQL of the last day of a month or a year, of which the first day is given."""
    if has_month(date_format):
        return f"last_day({day})"
    return f"make_date(year({day}), 12, 31)"


def _instant(text: str) -> str:
    """Return the SQL of an ISO time with its offset; DuckDB wants the seconds spelled out."""
    whole = f"regexp_replace({text}, '^(.{{16}})([Z+-].*)$', '\\1:00\\2')"
    return f"try_cast({whole} as timestamptz)"


def _has_clock(date_format: str) -> bool:
    return any(part in date_format for part in ("%H", "%I", "%-H", "%-I", "%T", "%X", "%c"))


def _has_offset(date_format: str) -> bool:
    return "%z" in date_format or "%Z" in date_format


def _quoted(pattern: str) -> str:
    """Return a pattern of ours as it stands between the quotes of SQL."""
    return pattern.replace("'", "''")
