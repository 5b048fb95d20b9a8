"""Exports settle: read, linked and redacted in one pass, their rows lie on disk and name nobody.

However many rows a file has, they are never held in memory as they were read: what is written is
what the raw database will hold, with keys for people and without names in words. Only the small
tables that all others are settled by, and sources that rows are derived from as a whole, are read
into memory first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from ingest.columns.casting import Casting
from ingest.columns.casts import is_oversized
from ingest.columns.exports import Export
from ingest.columns.mapping import Parameters, cleaned, meant
from ingest.columns.rows import (
    REFERRED_TO,
    quarantine_unread,
)
from ingest.columns.tables import Load, Part
from ingest.contract import Column, Table
from ingest.files.headers import positions
from ingest.people.crosswalk import (
    IDENTITIES_FILE,
    OPTIONAL_LINKS,
    link_mentions,
    unlinked_reason,
    write_mentions,
)
from ingest.people.keys import person_key
from ingest.people.redaction import EMAIL, WITHHELD
from ingest.records.parquet import quoted, rows_in
from ingest.settled.reference import ReferenceData

# The column of a table that people write in their own words.
WORDS = {"survey_responses": "answer", "goals": "category", "recognitions": "kind"}
# Longer numbers may be somebody's phone or id, unless the item is known to be a scale.
LONGEST_SCORE = 3
# An e-mail, or two words that may be a name.
_MAY_NAME = "(contains({0}, '@') or contains({0}, ' '))"
# Written quickly, and read quickly.
PARQUET = "(format parquet, parquet_version v2, compression lz4_raw)"


@dataclass(frozen=True)
class _Rows:
    """Rows about to be written.

    Attributes:
        table: their table.
        query: their query: `_record`, `_line`, the table's columns, `_problem`.
        values: what the query is given.
        has_identifiers: people are still the identifiers of `links`.
        hidden: columns with texts that name somebody; what is shown instead is in `hidden`.
        has_redacted: some words are others in `redacted_texts`.
    """

    table: Table
    query: str
    values: Mapping[str, object]
    has_identifiers: bool
    hidden: tuple[str, ...]
    has_redacted: bool


def settle(
    load: Load,
    casting: Casting,
    reference: ReferenceData,
    path: Path,
    *,
    quarantine: Callable[[Load, Casting, str], None] = quarantine_unread,
) -> pd.DataFrame:
    """Write the rows of a landed export to a file; return what they leaned on.

    The rows of a record with a problem stay among them, as `_problem`: `column|reason`.

    Args:
        load: the load, in which the export is open.
        casting: how its records are read.
        reference: what it is settled by.
        path: the file: `_record`, `_line`, the table's columns, `_mark`, `_problem`.
        quarantine: quarantines the records with a problem, as `quarantine_unread`.

    Returns:
        The questions it asked and their answers, as `ReferenceData.asked`.
    """
    export, watch = casting.export, load.stopwatch
    table = export.mapping.table
    with watch.stage("typing"):
        query, values = casting.records, casting.values
        if export.mapping.is_wide:
            query, values = _answers(casting)
    with watch.stage("identity"):
        crosswalk = path.with_name(IDENTITIES_FILE)
        identifiers = _link(load, casting, reference, crosswalk)
        hidden = _hide_names_of(load, casting, reference)
    with watch.stage("redaction"):
        items = _create_written_texts_of(load, casting, query, values)
        withheld_n, has_redacted = _redact(load, table, reference)
        words = reference.redactor.asked()
    if withheld_n:
        comments = "comment is" if withheld_n == 1 else "comments are"
        load.remarks.warn(
            f"{export.path}: {withheld_n} different {comments} withheld: without names in people "
            "nobody can be taken out of them. Add first_name and last_name to people."
        )
    with watch.stage("typing"):
        _write(load, _Rows(table, query, values, True, hidden, has_redacted), path)
        quarantine(load, casting, rows_in(path))
        refer_to(load, table, path)
        _warn_of_haste(load, export, path)
    return reference.asked(identifiers=identifiers, words=words, items=items)


def settle_table(load: Load, table: Table, reference: ReferenceData, path: Path) -> None:
    """Write the rows of a table that were read into memory, whose people are keys by now.

    Instead of what only ingest may know (names, e-mails) they hold a keyed hash of it.

    Args:
        load: the load.
        table: the table.
        reference: what it is settled by.
        path: the file: `_file`, `_record`, `_line`, the table's columns, `_mark`, `_problem`.
    """
    query = f"select *, cast(null as varchar) as _problem from rows_{table.name}"
    hidden = _hide_names(load, table, reference)
    _create_written_texts(load, table, query, {})
    _, has_redacted = _redact(load, table, reference)
    # Such a table is read in every load: what it asks need not be remembered.
    reference.redactor.asked()
    _write(load, _Rows(table, query, {}, False, hidden, has_redacted), path)
    load.tables.add(table, Part(path, None))


def hide_known_ids(load: Load, reference: ReferenceData) -> None:
    """Replace the ids that name somebody, among those that others refer to, as rows do."""
    connection = load.connection
    may_name = _MAY_NAME.format("identifier")
    rows = connection.execute(
        "select distinct identifier from known_ids "
        f"where table_name <> 'job_history' and {may_name}"
    ).fetchall()
    shown = {
        identifier: pseudonym
        for (identifier,) in rows
        if (pseudonym := _pseudonym(identifier, reference))
    }
    connection.execute(
        """
        update known_ids set identifier = hidden.shown
        from (select unnest($identifier) as identifier, unnest($shown) as shown) as hidden
        where known_ids.table_name <> 'job_history' and known_ids.identifier = hidden.identifier
        """,
        {"identifier": list(shown), "shown": list(shown.values())},
    )


def create_item_kinds(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Create `item_kinds` from the items that were read, and return it."""
    connection.execute(
        "create or replace table item_kinds as select survey_id, item_id, min(kind) as kind "
        "from rows_survey_items group by all"
    )
    rows = connection.execute("from item_kinds").fetchall()
    return {(survey, item): kind for survey, item, kind in rows}


def _answers(casting: Casting) -> tuple[str, Mapping[str, object]]:
    """Return the query that turns each response of a wide export into one row per answer."""
    export, mapping, given = casting.export, casting.export.mapping, Parameters()
    given.values.update(casting.values)
    items = sorted(mapping.items, key=lambda item: item.item_id)
    ids = given.bind([item.item_id for item in items])
    cells = ", ".join(cleaned(item.position, is_prose=True) for item in items)
    meaning = meant("cell", mapping.values.get("answer", {}), given)
    chosen = ", ".join(
        {"item_id": "pair[1] as item_id", "answer": "pair[2] as answer"}.get(name, name)
        for name in (column.name for column in mapping.table.columns)
    )
    query = f"""
        with records as ({casting.records}),
        given as (
            select
                _record,
                list_filter(
                    list_zip(
                        cast({ids} as varchar[]),
                        list_transform(cast([{cells}] as varchar[]), lambda cell: {meaning})
                    ),
                    lambda pair: pair[2] is not null
                ) as answers,
            from {export.landing.view}
        ),
        -- A response without answers, or with a problem, keeps one row, which says so.
        answered as (
            select
                r.* exclude (_problem),
                coalesce(
                    r._problem, case when len(g.answers) = 0 then '|empty_response' end
                ) as _problem,
                unnest(
                    case
                        when r._problem is null and len(g.answers) > 0 then g.answers
                        else [g.answers[len(g.answers) + 1]]
                    end
                ) as pair,
            from records as r
            inner join given as g on r._record = g._record
        )
        select _record, _line, {chosen}, _problem from answered
        """
    return query, given.values


def _link(load: Load, casting: Casting, reference: ReferenceData, path: Path) -> list[str]:
    """Make sure that `links` knows every identifier in an export; return them.

    The crosswalk of the export goes to a file.
    """
    table = casting.export.mapping.table
    if not table.person_columns:
        return []
    texts, values = casting.distinct(table.person_columns)
    identifiers = link_mentions(load, table, texts, values, reference.directory, key=reference.key)
    write_mentions(load, path)
    return identifiers


def _hide_names_of(load: Load, casting: Casting, reference: ReferenceData) -> tuple[str, ...]:
    """Create `hidden` of an export; return the columns in which something is hidden."""
    export = casting.export
    found: list[tuple[Column, str]] = []
    for column in filter(_may_be_named_after, export.mapping.columns):
        if _may_name_somebody(load, export, column):
            texts, values = casting.distinct([column])
            found += _naming(load, column, texts, values)
    item_id = next((c for c in export.mapping.columns if c.name == "item_id"), None)
    if item_id is not None:
        found += [(item_id, item.item_id) for item in export.mapping.items]
    return _create_hidden(load, found, reference)


def _hide_names(load: Load, table: Table, reference: ReferenceData) -> tuple[str, ...]:
    """Create `hidden` of a table in memory; return the columns in which something is hidden."""
    found: list[tuple[Column, str]] = []
    for column in filter(_may_be_named_after, table.raw_columns):
        found += _naming(load, column, f"select {column.name} from rows_{table.name}", {})
    return _create_hidden(load, found, reference)


def _may_be_named_after(column: Column) -> bool:
    """Return whether a column's texts are no words of anybody, but may still hold a name."""
    return column.kind in ("id", "text") and column.name not in WORDS.values()


def _may_name_somebody(load: Load, export: Export, column: Column) -> bool:
    """Return whether a column may hold an e-mail or a name, told by its cells and what is declared.

    A name is at least two words.
    """
    mapping = export.mapping
    declared = (
        mapping.constants.get(column.name, ""),
        *mapping.values.get(column.name, {}).values(),
        *(rewrite.replacement for rewrite in mapping.preset.rewrites.get(column.name, ())),
    )
    if any("@" in text or " " in text for text in declared):
        return True
    places = mapping.positions.get(column.name, ())
    if not places:
        return False
    may_name = " or ".join(_MAY_NAME.format(f"c{place}") for place in places)
    row = load.connection.execute(
        f"select 1 from {export.landing.view} where {may_name} limit 1"
    ).fetchone()
    return row is not None


def _naming(
    load: Load, column: Column, texts: str, values: Mapping[str, object]
) -> list[tuple[Column, str]]:
    """Return the texts of a column in a query that may hold an e-mail or a name."""
    may_name = _MAY_NAME.format(column.name)
    rows = load.connection.execute(
        f"select distinct {column.name} from ({texts}) as texts where {may_name}", values
    ).fetchall()
    return [(column, text) for (text,) in rows]


def _create_hidden(
    load: Load, found: Sequence[tuple[Column, str]], reference: ReferenceData
) -> tuple[str, ...]:
    """Create `hidden`: what is shown instead of texts that name somebody.

    An id becomes a pseudonym, which stands for it everywhere; of any other text the name goes.

    Returns:
        The columns that hold such texts.
    """
    shown: dict[tuple[str, str], str] = {}
    columns: set[str] = set()
    for column, text in found:
        if column.kind == "id":
            instead = _pseudonym(text, reference)
        else:
            bare = reference.redactor.redact_full_names(text)
            instead = None if bare == text else bare
        if instead is not None:
            shown[column.kind, text] = instead
            columns.add(column.name)
    if shown:
        _create_texts(
            load.connection,
            "hidden",
            {
                "kind": [kind for kind, _ in shown],
                "text": [text for _, text in shown],
                "shown": list(shown.values()),
            },
        )
    return tuple(sorted(columns))


def _pseudonym(text: str, reference: ReferenceData) -> str | None:
    """Return what stands for an id that is an e-mail or holds a full name; None for any other."""
    if "@" in text or reference.redactor.redact_full_names(text) != text:
        return person_key(text, key=reference.key)
    return None


def _create_written_texts_of(
    load: Load, casting: Casting, query: str, values: Mapping[str, object]
) -> list[tuple[str, str]]:
    """Create `written_texts` of an export; return survey and item of each answer."""
    mapping = casting.export.mapping
    if not mapping.is_wide and (word := WORDS.get(mapping.table.name)):
        is_answer = mapping.table.name == "survey_responses"
        names = ("survey_id", "item_id", word) if is_answer else (word,)
        columns = [mapping.column(name) for name in names]
        query, values = casting.distinct(columns)
    return _create_written_texts(load, mapping.table, query, values)


def _create_written_texts(
    load: Load, table: Table, query: str, values: Mapping[str, object]
) -> list[tuple[str, str]]:
    """Create `written_texts`: the distinct texts that people wrote, each with its kind.

    Returns survey and item of each answer.
    """
    connection, word = load.connection, WORDS.get(table.name)
    if word is None:
        return []
    # What is longer is in quarantine.
    readable = f"{word} is not null and not {is_oversized(word)}"
    if table.name != "survey_responses":
        connection.execute(
            f"create or replace table written_texts as select distinct {word} as text, "
            f"cast(null as varchar) as kind from ({query}) as rows where {readable}",
            values,
        )
        return []
    connection.execute(
        f"create or replace table answers as select distinct survey_id, item_id, answer "
        f"from ({query}) as rows where {readable}",
        values,
    )
    connection.execute(
        """
        create or replace table written_texts as
        select distinct a.answer as text, coalesce(k.kind, '') as kind
        from answers as a
        left join item_kinds as k on a.survey_id = k.survey_id and a.item_id = k.item_id
        """
    )
    rows = connection.execute(
        "select distinct survey_id, item_id from answers "
        "where survey_id is not null and item_id is not null"
    ).fetchall()
    connection.execute("drop table answers")
    return [(survey, item) for survey, item in rows]


def _redact(load: Load, table: Table, reference: ReferenceData) -> tuple[int, bool]:
    """Create `redacted_texts`: the written texts that name somebody, and what is shown instead.

    Returns how many texts had to be withheld whole, and whether there is any such text.
    """
    if table.name not in WORDS:
        return 0, False
    # A number on a scale is no word; a long one may be somebody's phone or id.
    rows = load.connection.execute(
        f"""
        select text, kind from written_texts
        where kind is null
        or kind = 'text'
        or try_cast(text as double) is null
        or (kind = '' and length(text) > {LONGEST_SCORE})
        """
    ).fetchall()
    load.connection.execute("drop table written_texts")
    redactions: list[tuple[str, str, str]] = []
    withheld: set[str] = set()
    redactor = reference.redactor
    for text, kind in rows:
        is_withheld = kind is not None and kind != "choice" and not redactor.knows_names
        shown = WITHHELD if is_withheld else redactor.redact(text)
        if shown != text:
            redactions.append((text, kind or "", shown))
        if is_withheld:
            withheld.add(text)
    if redactions:
        _create_texts(
            load.connection,
            "redacted_texts",
            {
                "text": [text for text, _, _ in redactions],
                "kind": [kind for _, kind, _ in redactions],
                "shown": [shown for _, _, shown in redactions],
                "mark": [reference.mark(text) for text, _, _ in redactions],
            },
        )
    return len(withheld), bool(redactions)


def _create_texts(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, list[str]]
) -> None:
    """Create a small table of texts."""
    frame = pd.DataFrame({key: pd.Series(texts, dtype=object) for key, texts in columns.items()})
    casts = ", ".join(f"cast({key} as varchar) as {key}" for key in columns)
    connection.register("texts_given", frame)
    connection.execute(f"create or replace table {name} as select {casts} from texts_given")
    connection.unregister("texts_given")


def _write(load: Load, rows: _Rows, path: Path) -> None:
    """Write rows, in whatever order they come."""
    connection, table = load.connection, rows.table
    columns = ", ".join(_settled(column, rows) for column in table.raw_columns)
    file = "" if rows.has_identifiers else "r._file, "
    known = [
        f"coalesce(cast(r.{c.name} as varchar), chr(30))" for c in table.columns if c.is_identifying
    ]
    mark = "cast(null as varchar)"
    if rows.has_redacted:
        mark = "w.mark"
    elif known:
        mark = f"sha256(concat_ws(chr(31), '{load.secret}', {', '.join(known)}))"
    # Of a record with a problem nothing is needed but what others refer to.
    needed = REFERRED_TO.get(table.name)
    texts = [c.name for c in table.raw_columns if c.kind in ("text", "id") and c.name != needed]
    unshown = ", ".join(f"case when _problem is null then {name} end as {name}" for name in texts)
    connection.execute(
        f"""
        copy (
            with linked as (
                select {file}r._record, r._line, {columns}, {mark} as _mark,
                    {_problem(rows)} as _problem,
                from ({rows.query}) as r {_joins(rows)}
            )
            select * {f"replace ({unshown})" if unshown else ""} from linked
        ) to '{quoted(path)}' {PARQUET}
        """,
        rows.values,
    )


def _settled(column: Column, rows: _Rows) -> str:
    """Return the SQL of a column as it is kept."""
    value = f"r.{column.name}"
    if column.kind == "person" and rows.has_identifiers:
        value = f"l_{column.name}.key"
    elif rows.has_redacted and column.name == WORDS[rows.table.name]:
        value = f"coalesce(w.shown, {value})"
    elif column.name in rows.hidden:
        value = f"coalesce(h_{column.name}.shown, {value})"
    if column.kind == "text":
        pattern = r"[^\s<>(),;:|]+@[^\s<>(),;:|]+"
        value = (
            f"case when contains({value}, '@') "
            f"then regexp_replace({value}, '{pattern}', '{EMAIL}', 'g') else {value} end"
        )
    return f"cast({value} as {column.sql_type}) as {column.name}"


def _problem(rows: _Rows) -> str:
    """Return the SQL of what is wrong with a row: what was found before, else who is nobody."""
    if not rows.has_identifiers:
        return "r._problem"
    unlinked = " ".join(
        f"when r.{name} is not null and l_{name}.key is null "
        f"then concat('{name}|', {unlinked_reason(f'l_{name}.rule')})"
        for name in (column.name for column in rows.table.person_columns)
        if name not in OPTIONAL_LINKS
    )
    return f"coalesce(r._problem, case {unlinked} end)" if unlinked else "r._problem"


def _joins(rows: _Rows) -> str:
    """Return the SQL of what rows are joined with; each join finds at most one row."""
    joins = []
    if rows.has_identifiers:
        joins = [
            f"left join links as l_{column.name} on r.{column.name} = l_{column.name}.identifier"
            for column in rows.table.person_columns
        ]
    joins += [
        f"left join hidden as h_{name} "
        f"on r.{name} = h_{name}.text and h_{name}.kind = '{rows.table.column(name).kind}'"
        for name in rows.hidden
    ]
    if rows.has_redacted:
        word = WORDS[rows.table.name]
        kind = "''"
        if rows.table.name == "survey_responses":
            kind = "coalesce(k.kind, '')"
            joins.append(
                "left join item_kinds as k on r.survey_id = k.survey_id and r.item_id = k.item_id"
            )
        joins.append(f"left join redacted_texts as w on r.{word} = w.text and w.kind = {kind}")
    return " ".join(joins)


def _warn_of_haste(load: Load, export: Export, path: Path) -> None:
    """Say how many responses came faster than anybody reads; they stay."""
    duration = export.mapping.preset.duration
    if duration is None or not export.mapping.is_wide:
        return
    fewest = duration.seconds_per_item_min
    for position in positions(export.landing.head.names, duration.header)[:1]:
        row = load.connection.execute(
            f"""
            with answered as (
                select _record, count(*) as items_n
                from {rows_in(path)}
                where _problem is null
                group by all
            )
            select count(*)
            from {export.landing.view}
            inner join answered using (_record)
            where try_cast({cleaned(position)} as double) < items_n * $fewest
            """,
            {"fewest": fewest},
        ).fetchone()
        if row is not None and row[0]:
            responses = "response was" if row[0] == 1 else "responses were"
            seconds = "second" if fewest == 1 else "seconds"
            load.remarks.warn(
                f"{export.path}: {row[0]} {responses} given in less than {fewest:g} {seconds} a "
                "question; they are kept."
            )


def refer_to(load: Load, table: Table, path: Path) -> None:
    """Remember the ids in a file of settled rows that other tables refer to."""
    if column := REFERRED_TO.get(table.name):
        load.connection.execute(
            f"insert into known_ids select distinct '{table.name}', {column} "
            f"from {rows_in(path)} where {column} is not null"
        )
