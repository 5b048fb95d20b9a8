"""Text to values, in SQL, by the kinds of the contract; what cannot be read is never a guess."""

from __future__ import annotations

from ingest.contract import Column
from ingest.mapping import Parameters

ISO_DATE = r"\d{4}-\d{2}-\d{2}"
ISO_TIME = r"[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
ISO_OFFSET = r"(Z|[+-]\d{2}(:?\d{2})?)"
INTEGER = r"[+-]?\d+(\.0*)?"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
TRUE, FALSE = ("true", "yes", "y", "1"), ("false", "no", "n", "0")

UNREADABLE = {
    "date": "unreadable_date",
    "timestamp": "unreadable_date",
    "integer": "unreadable_number",
    "number": "unreadable_number",
    "boolean": "unreadable_boolean",
    "code": "unknown_code",
}


def cast_of(
    column: Column,
    text: str,
    parameters: Parameters,
    *,
    date_format: str | None,
    timezone: str | None,
) -> str:
    """Return the SQL that reads a column's text as its kind; null where it cannot be read.

    Args:
        column: the column of the contract.
        text: the SQL of its text, trimmed, null when empty.
        parameters: where values of the configuration are bound.
        date_format: how the source writes dates; ISO 8601 without it.
        timezone: the zone of timestamps that carry none; UTC without it.
    """
    if column.kind == "integer":
        return (
            f"case when regexp_full_match({text}, '{INTEGER}') then try_cast({text} as integer) end"
        )
    if column.kind == "number":
        number = f"try_cast({text} as double)"
        is_number = f"regexp_full_match({text}, '{NUMBER}') and isfinite({number})"
        return f"case when {is_number} then {number} end"
    if column.kind == "boolean":
        said = f"lower({text})"
        return f"case when {said} in {TRUE} then true when {said} in {FALSE} then false end"
    if column.kind == "code":
        code = f"regexp_replace(lower({text}), '[ -]+', '_', 'g')"
        known = ", ".join(f"'{known}'" for known in column.codes)
        return f"case when {code} in ({known}) then {code} end"
    if column.kind == "date":
        return _date(text, parameters, date_format=date_format, timezone=timezone)
    if column.kind == "timestamp":
        return _timestamp(text, parameters, date_format=date_format, timezone=timezone)
    return text


def is_sentinel(value: str) -> str:
    """Return the SQL that tells a date which only means "none" in the source system."""
    return f"({value} = date '1900-01-01' or year({value}) = 9999)"


def is_plausible(value: str) -> str:
    """Return the SQL that tells a date or time that a person's working life can hold."""
    return f"year({value}) between 1900 and 2199"


def expected_of(column: Column, *, date_format: str | None) -> str:
    """Return what a column's text should have been, in words."""
    if column.kind == "date":
        return f"a date written as {date_format}" if date_format else "a date such as 2026-01-31"
    if column.kind == "timestamp":
        shown = "2026-01-31T09:30:00Z"
        return (
            f"a time written as {date_format}, or {shown}"
            if date_format
            else f"a time such as {shown}"
        )
    if column.kind == "integer":
        return "a whole number"
    if column.kind == "number":
        return "a number such as 3.5"
    if column.kind == "boolean":
        return "true or false, yes or no, 1 or 0"
    if column.kind == "code":
        return "one of " + ", ".join(column.codes)
    return "a value"


def _date(
    text: str, parameters: Parameters, *, date_format: str | None, timezone: str | None
) -> str:
    """Return the SQL of a date; a time in another zone is a date only when the zone is known."""
    whole = f"left({text}, 10)"
    if timezone is None:
        at_offset = (
            f"case when regexp_matches({text}, '[T ]00:00(:00(\\.0+)?)?[^:0-9.]') "
            f"then try_cast({whole} as date) end"
        )
    else:
        zone = parameters.bind(timezone)
        at_offset = f"cast(timezone({zone}, {_instant(text)}) as date)"
    iso = (
        f"when regexp_full_match({text}, '{ISO_DATE}({ISO_TIME})?') then try_cast({whole} as date) "
        f"when regexp_full_match({text}, '{ISO_DATE}{ISO_TIME}{ISO_OFFSET}') then {at_offset} "
    )
    if date_format is None:
        return f"case {iso} end"
    given = f"cast(try_strptime({text}, {parameters.bind(date_format)}) as date)"
    # A format that begins with the year could be misread as ISO: then only the format is read.
    return f"coalesce({given}, case {iso} end)" if not date_format.startswith("%Y") else given


def _timestamp(
    text: str, parameters: Parameters, *, date_format: str | None, timezone: str | None
) -> str:
    """Return the SQL of a moment in UTC."""

    def in_utc(naive: str) -> str:
        if timezone is None:
            return naive
        return f"timezone('UTC', timezone({parameters.bind(timezone)}, {naive}))"

    iso = (
        f"case when regexp_full_match({text}, '{ISO_DATE}({ISO_TIME})?') "
        f"then {in_utc(f'try_cast({text} as timestamp)')} "
        f"when regexp_full_match({text}, '{ISO_DATE}{ISO_TIME}{ISO_OFFSET}') "
        f"then timezone('UTC', {_instant(text)}) end"
    )
    if date_format is None:
        return iso
    clocks = ("",) if _has_clock(date_format) else ("", " %H:%M", " %H:%M:%S", " %I:%M %p")
    formats = [parameters.bind(date_format + clock) for clock in clocks]
    given = in_utc(f"try_strptime({text}, [{', '.join(formats)}])")
    return given if date_format.startswith("%Y") else f"coalesce({given}, {iso})"


def _instant(text: str) -> str:
    """Return the SQL of an ISO time with its offset; DuckDB wants the seconds spelled out."""
    whole = f"regexp_replace({text}, '^(.{{16}})([Z+-].*)$', '\\1:00\\2')"
    return f"try_cast({whole} as timestamptz)"


def _has_clock(date_format: str) -> bool:
    return any(part in date_format for part in ("%H", "%I", "%-H", "%-I", "%T", "%X", "%c"))
