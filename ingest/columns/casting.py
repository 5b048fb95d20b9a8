"""An export's records on their way from texts to values, as queries that are written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.columns.casts import (
    UNREADABLE,
    cast_of,
    in_common_years,
    is_error,
    is_oversized,
    is_sentinel,
    is_unread,
)
from ingest.columns.exports import Export
from ingest.columns.mapping import Parameters, ids_of, meaning_of, written_of
from ingest.columns.notation import DATES, ENDS, SERIALS, Notation, observed, observed_by_place
from ingest.columns.tables import Load
from ingest.contract import Column


@dataclass(frozen=True)
class Casting:
    """How an export's records are read.

    Attributes:
        export: the export.
        secret: as `Load.secret`.
        texts: the beginning of a query, whose last common table expression, `texts`, has
            `t_<column>` per column that is read.
        text_values: what that query is given.
        notations: how each column is written, as its source declares it and the column shows.
        records: the query of each record's values: `_record`, `_line`, each column that is read,
            and `_problem`: `column|reason` of the first problem, or null.
        values: what that query is given.
    """

    export: Export
    secret: str
    texts: str
    text_values: Mapping[str, object]
    notations: Mapping[str, Notation]
    records: str
    values: Mapping[str, object]

    def distinct(self, columns: Sequence[Column]) -> tuple[str, Mapping[str, object]]:
        """Return the query of the distinct texts in some columns, and what it is given.

        Cells that are written alike are cleaned once. The columns are of kinds that keep their
        text.
        """
        mapping = self.export.mapping
        names = [column.name for column in columns]
        parts = [part for name in names for part in mapping.preset.composed.get(name, ())]
        places = {place for name in (*names, *parts) for place in mapping.positions.get(name, ())}
        counted = any("{record}" in mapping.constants.get(name, "") for name in names)
        cells = ["_record" if counted else "0 as _record", "0 as _line"]
        cells += [f"c{place}" for place in sorted(places)]
        records = f"(select distinct {', '.join(cells)} from {_standing(self.export)})"
        texts, parameters = _texts_of(self.export, columns, records, secret=self.secret)
        chosen = ", ".join(f"t_{name} as {name}" for name in names)
        return f"{texts} select distinct {chosen} from texts", parameters.values


def texts_of(
    export: Export, names: Sequence[str], *, secret: str
) -> tuple[str, Mapping[str, object]]:
    """Return the query of each landed record's texts, and what it is given.

    Args:
        export: the export, landed.
        names: the columns; one that the export cannot have is null.
        secret: as `Load.secret`.
    """
    columns = [column for column in export.mapping.columns if column.name in names]
    texts, parameters = _texts_of(export, columns, export.landing.view, secret=secret)
    there = {column.name for column in columns}
    chosen = ", ".join(
        f"t_{name} as {name}" if name in there else f"cast(null as varchar) as {name}"
        for name in names
    )
    return f"{texts} select _record, {chosen} from texts", parameters.values


def casting_of(
    load: Load, export: Export, notations: Mapping[str, Notation] | None = None
) -> Casting:
    """Return how an export's records are read, those that are neither quarantined nor repeated.

    Args:
        load: the load.
        export: the export.
        notations: how each column is written, where that is known.
    """
    columns = export.mapping.columns
    texts, parameters = _texts_of(export, columns, _standing(export), secret=load.secret)
    text_values = dict(parameters.values)
    if notations is None:
        declared = _notations_of(export)
        notations = observed(load.connection, export, texts, text_values, declared)
    values = ", ".join(
        cast_of(column, f"t_{column.name}", parameters, notation=notations[column.name])
        + f" as v_{column.name}"
        for column in columns
    )
    finals = ", ".join(f"{_final(column)} as {column.name}" for column in columns)
    problems = " ".join(problem for column in columns for problem in _problems(column))
    query = f"""
        {texts},
        readings as (select *, {values} from texts)
        select _record, _line, {finals}, case {problems} end as _problem
        from readings
        """
    return Casting(export, load.secret, texts, text_values, notations, query, parameters.values)


def notations_by_place(load: Load, export: Export) -> dict[int, dict[str, Notation]]:
    """Return how each column is written in each of several files that are landed as one.

    Args:
        load: the load.
        export: the files together, each record with the `_place` of its file.
    """
    texts, parameters = _texts_of(
        export, export.mapping.columns, _standing(export), secret=load.secret
    )
    declared = _notations_of(export)
    return observed_by_place(load.connection, export, texts, parameters.values, declared)


def _standing(export: Export) -> str:
    """Return the relation of the records that are neither quarantined nor repeated so far."""
    kept = " ".join(
        f"anti join (select _record from {gone} where _file = {export.number}) as {gone} "
        "using (_record)"
        for gone in ("problems", "duplicates")
    )
    return f"{export.landing.view} {kept}"


def _texts_of(
    export: Export, columns: Sequence[Column], records: str, *, secret: str
) -> tuple[str, Parameters]:
    """Return the beginning of a query of records as texts, and what it is given.

    Its last common table expression, `texts`, has `t_<column>` per column.
    """
    mapping, parameters = export.mapping, Parameters()
    written = written_of(mapping, columns, records, parameters, secret=secret)
    texts = []
    for column in columns:
        meaning = meaning_of(mapping, column, f"s_{column.name}", parameters)
        if export.source.calendar == "buddhist" and column.kind in (*DATES, "year"):
            meaning = in_common_years(meaning)
        if column.kind == "person" and export.source.ids_of is not None:
            system = parameters.bind(ids_of(export.source.ids_of))
            meaning = (
                f"case when contains({meaning}, '@') then {meaning} else {system} || {meaning} end"
            )
        texts.append(f"{meaning} as t_{column.name}")
    beginning = f"""
        with texts as (select _record, _line, {", ".join(texts)} from {written})"""
    return beginning, parameters


def _notations_of(export: Export) -> dict[str, Notation]:
    """Return how each column of an export is written, as far as it is declared."""
    zone = export.source.timezone or export.landing.head.timezone
    return {
        column.name: Notation(
            date_formats=tuple(
                # The workbook knows better which of the two it is.
                "excel_1904" if export.landing.is_1904 and way in SERIALS else way
                for way in export.mapping.date_formats.get(column.name, ())
            ),
            timezone=zone,
            decimal=export.source.decimal,
            is_end=_stands_for_last_day(export, column),
        )
        for column in export.mapping.columns
    }


def _stands_for_last_day(export: Export, column: Column) -> bool:
    """Return whether a month or a year means its last day in a column."""
    usual = "last" if column.name in ENDS else "first"
    return export.source.incomplete_dates.get(column.name, usual) == "last"


def _final(column: Column) -> str:
    value = f"v_{column.name}"
    if column.kind in DATES and not column.is_required:
        return f"case when not {is_sentinel(value)} then {value} end"
    return value


def _problems(column: Column) -> list[str]:
    """Return the SQL cases that find what is wrong with a column of a record."""
    text, value = f"t_{column.name}", f"v_{column.name}"
    cases = []
    if column.is_required:
        missing = f"{text} is null"
        if column.kind in DATES:
            missing = f"({missing} or {is_sentinel(value)})"
        cases.append(f"when {missing} then '{column.name}|missing_value'")
    if column.kind in UNREADABLE:
        wrong = is_unread(column, text, value)
        cases.append(f"when {wrong} then '{column.name}|{UNREADABLE[column.kind]}'")
    else:
        cases.append(f"when {is_oversized(text)} then '{column.name}|oversized_value'")
        if not column.is_identifying:
            cases.append(f"when {is_error(text)} then '{column.name}|spreadsheet_error'")
    return cases
