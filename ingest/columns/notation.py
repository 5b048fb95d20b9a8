"""How a source writes dates and numbers: what it declares, and what a column as a whole tells.

A single cell cannot say whether `1.234` is a bit more than one or more than a thousand, or whether
23:00 is a time of day or a midnight of another time zone. All cells of a column together can, or
they show that nobody can: then the doubtful ones are not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from ingest.contract import Column

if TYPE_CHECKING:
    from ingest.columns.exports import Export

DATES = ("date", "timestamp")
# In these columns a month or a year stands for its last day; in any other for its first.
ENDS = ("snapshot_on", "left_on", "ended_on", "ends_on")
# Clocks that may follow a date whose format names none.
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
Decimal = Literal[",", "."]
# What counts days where a spreadsheet wrote numbers in place of dates.
SERIALS = ("excel", "excel_1904")
# What an interface writes that counts milliseconds since 1970 in UTC.
MILLISECONDS = "milliseconds"

# 1.234 or 12.345.678: the point may separate thousands.
GROUPED = r"[+-]?[1-9]\d{0,2}(\.\d{3})+"
# A sign of currency or a percent sign, before or after a number.
SIGN = r"\p{Sc}|[A-Z]{3}|%"
CLOCK = r"[T ](\d{1,2}:\d{2}.*)$"
# Midnight moved westward lies between noon, or nearly, and the evening of the day before.
MOVED_MIDNIGHT = (
    r"(1[1-9]|2[0-3]):(00|15|30|45)(:00(\.0+)?)?"
    r"|(0?[1-9]|1[0-2]):(00|15|30|45)(:00)? ?(?i)p\.?m\.?"
)
AT_MIDNIGHT = r".*[T ]0?0:00(:00(\.0+)?)?"
# Fewer clock times than this prove no habit.
CLOCKS_MIN = 3
# Summer and winter time.
MIDNIGHTS_MAX = 2


@dataclass(frozen=True)
class Notation:
    """How the values of a column are written.

    Attributes:
        date_formats: how dates are written besides ISO 8601; or `excel`, `excel_1904`. What two of
            them read as different days is not read.
        timezone: the zone of timestamps that carry none; UTC without it.
        decimal: the sign before decimals, where it is declared; then thousands may be separated
            and a sign of currency or percent may stand there. Without it a plain number is read.
        is_grouping_open: a point may separate thousands as well as decimals, as far as the
            column tells.
        has_one_sign: all signs of currency and percent in the column are the same.
        is_midnight_open: the column's clock times may be midnights of another zone.
        is_end: a month or a year stands for its last day, not for its first.
    """

    date_formats: tuple[str, ...] = ()
    timezone: str | None = None
    decimal: Decimal | None = None
    is_grouping_open: bool = False
    has_one_sign: bool = True
    is_midnight_open: bool = False
    is_end: bool = False


def observed(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    texts: str,
    parameters: Mapping[str, object],
    declared: Mapping[str, Notation],
) -> dict[str, Notation]:
    """Return each column's notation, with what the column as a whole tells.

    Args:
        connection: ingest's own connection.
        export: the file.
        texts: the beginning of a query, with `texts` as its last common table expression: one row
            per record, the text of each column as `t_<name>`.
        parameters: what that query is given.
        declared: column: its notation, as the source declares it.
    """
    found = dict(declared)
    hinted = _hinted(connection, export, declared)
    if not hinted:
        return found
    asked = [(column.name, *_question(column, declared[column.name])) for column in hinted]
    aggregates = ", ".join(aggregate for _, aggregate, _ in asked)
    answers = connection.execute(f"{texts} select {aggregates} from texts", parameters).fetchone()
    for (name, _, attribute), answer in zip(asked, answers or (), strict=True):
        told: dict[str, Any] = {attribute: bool(answer)}
        found[name] = replace(found[name], **told)
    return found


def observed_by_place(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    texts: str,
    parameters: Mapping[str, object],
    declared: Mapping[str, Notation],
) -> dict[int, dict[str, Notation]]:
    """Return `observed` for each of several files that are landed as one, by their `_place`.

    Arguments are those of `observed`.
    """
    view, hints = export.landing.view, _hints(export, declared)
    rows = connection.execute(
        f"select _place{''.join(f', {hint}' for hint in hints.values())} from {view} group by all"
    ).fetchall()
    hinted = {
        place: [column for column, is_there in zip(hints, told, strict=True) if is_there]
        for place, *told in rows
    }
    found = {place: dict(declared) for place in hinted}
    asked = [
        (column, *_question(column, declared[column.name]))
        for column in hints
        if any(column in columns for columns in hinted.values())
    ]
    if not asked:
        return found
    aggregates = ", ".join(aggregate for _, aggregate, _ in asked)
    answers = connection.execute(
        f"{texts} select _place, {aggregates} from (select _record, _place from {view}) "
        "left join texts using (_record) group by _place",
        parameters,
    ).fetchall()
    answered = {place: told for place, *told in answers}
    for place, columns in hinted.items():
        for (column, _, attribute), answer in zip(asked, answered[place], strict=True):
            if column in columns:
                shown: dict[str, Any] = {attribute: bool(answer)}
                found[place][column.name] = replace(found[place][column.name], **shown)
    return found


def _hinted(
    connection: duckdb.DuckDBPyConnection, export: Export, declared: Mapping[str, Notation]
) -> list[Column]:
    """Return the columns that hold anything doubtful, told quickly by their landed cells."""
    hints = _hints(export, declared)
    if not hints:
        return []
    row = connection.execute(
        f"select {', '.join(hints.values())} from {export.landing.view}"
    ).fetchone()
    return [column for column, is_there in zip(hints, row or (), strict=True) if is_there]


def _hints(export: Export, declared: Mapping[str, Notation]) -> dict[Column, str]:
    """Return the aggregate that tells whether a column holds anything doubtful, where any does."""
    return {
        column: " or ".join(f"coalesce(bool_or({hint(f'c{n}')}), false)" for n in places)
        for column in export.mapping.columns
        if (hint := _hint(column, declared[column.name]))
        and (places := export.mapping.positions.get(column.name, ()))
    }


def _hint(column: Column, notation: Notation) -> Callable[[str], str] | None:
    """Return what tells a cell that makes a column doubtful; None where no cell does."""
    if column.kind in ("integer", "number"):
        if notation.decimal is None:
            return lambda cell: f"contains({cell}, '.')"
        return lambda cell: f"not regexp_full_match({cell}, '[\\d.,+ -]*')"
    if column.kind == "date" and notation.timezone is None:
        return lambda cell: f"strlen({cell}) > 10"
    return None


def _question(column: Column, notation: Notation) -> tuple[str, str]:
    """Return the aggregate that a doubtful column has to answer, and which attribute it tells."""
    text = f"t_{column.name}"
    if column.kind == "date":
        return _midnight(text), "is_midnight_open"
    if notation.decimal is None:
        return _grouping(text), "is_grouping_open"
    return f"count(distinct nullif(regexp_extract({text}, '{SIGN}'), '')) < 2", "has_one_sign"


def _grouping(text: str) -> str:
    """Return whether points may separate thousands: no number shows that they are decimal."""
    pointed = f"contains({text}, '.')"
    grouped = f"regexp_full_match({text}, '{GROUPED}')"
    decimal = rf"regexp_full_match({text}, '[+-]?\d*\.\d*')"
    return (
        f"coalesce(bool_or({grouped}) filter (where {pointed}), false) "
        f"and not bool_or({decimal} and not {grouped}) filter (where {pointed})"
    )


def _midnight(text: str) -> str:
    """Return whether every text carries one of two clock times that midnight may have become.

    One of them may be midnight itself.
    """
    # A day alone is midnight, which a zone without summer time in winter leaves where it was.
    timed = f"strlen({text}) > 10 and not regexp_full_match({text}, '{AT_MIDNIGHT}')"
    clock = f"case when {timed} then regexp_extract({text}, '{CLOCK}', 1) else '' end"
    return (
        f"count(*) filter (where {timed}) >= {CLOCKS_MIN} "
        f"and count(distinct {clock}) filter (where {text} is not null) <= {MIDNIGHTS_MAX} "
        f"and bool_and(regexp_full_match({clock}, '{MOVED_MIDNIGHT}')) filter (where {timed})"
    )
