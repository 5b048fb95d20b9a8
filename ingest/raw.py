"""The raw database: the canonical tables with keys for people, and nothing that names anybody."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from ingest.accounts import Accounts
from ingest.contract import LINEAGE, TABLES, Column, Table
from ingest.keys import person_key
from ingest.redaction import EMAIL, WITHHELD, Redactor
from mentorship.config import WorkspaceConfig

# Columns that people write in their own words.
FREE_TEXT = {("goals", "category"), ("recognitions", "kind")}
# Longer numbers may be somebody's phone or id, unless the item is known to be a scale.
LONGEST_SCORE = 3


def redact_text(accounts: Accounts) -> None:
    """Take people out of every answer and remark that may name them, once per distinct text."""
    redactor = _redactor(accounts)
    withheld_n = _redact_answers(accounts, redactor)
    for table, column in sorted(FREE_TEXT):
        texts = accounts.connection.execute(
            f"select distinct {column} from rows_{table} where {column} is not null"
        ).fetchall()
        _replace(accounts, table, column, {text: redactor.redact(text) for (text,) in texts})
    if withheld_n:
        comments = "comment is" if withheld_n == 1 else "comments are"
        accounts.warn(
            f"{withheld_n} different {comments} withheld: without names in people nobody can be "
            "taken out of them. Add first_name and last_name to people."
        )


def write_raw(
    accounts: Accounts, config: WorkspaceConfig, path: Path, *, key: bytes, as_of: dt.date
) -> None:
    """Write the raw database: every table of the contract, `settings` and `tables`.

    The file is complete on return: checkpointed, closed, without a log beside it.
    """
    connection = accounts.connection
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    _hide_ids(accounts, key)
    by_path = sorted(accounts.exports, key=lambda export: export.path)
    files = pd.DataFrame(
        [(export.number, export.path, place) for place, export in enumerate(by_path)],
        columns=["_file", "path", "place"],
    )
    connection.register("file_paths", files)
    connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as raw")
    path.chmod(0o600)
    connection.execute("begin")
    for table in TABLES.values():
        columns = ", ".join(_raw_column(column) for column in table.raw_columns)
        connection.execute(
            f"""
            create table raw.{table.name} as
            select
                {columns},
                cast(f.path as {LINEAGE["_source"]}) as _source,
                cast(r._record as {LINEAGE["_record"]}) as _record,
                cast(r._line as {LINEAGE["_line"]}) as _line,
            from rows_{table.name} as r
            inner join file_paths as f on r._file = f._file
            order by f.place, r._record, {_tie(table)}
            """
        )
    _write_settings(accounts, config, as_of)
    connection.unregister("file_paths")
    connection.execute("commit")
    connection.execute("checkpoint raw")
    connection.execute("detach raw")


def _redactor(accounts: Accounts) -> Redactor:
    rows = accounts.connection.execute(
        "select employee_id, first_name, last_name from roster"
    ).fetchall()
    jobs = accounts.connection.execute(
        "select distinct said from said_ids where table_name = 'job_history'"
    ).fetchall()
    return Redactor(
        names=[name for _, first, last in rows for name in (first, last) if name],
        ids={one for one, *_ in [*rows, *jobs] if one and "@" not in one},
    )


def _redact_answers(accounts: Accounts, redactor: Redactor) -> int:
    """Redact the answers that may be words; return how many had to be withheld whole."""
    rows = accounts.connection.execute(
        f"""
        with kinds as (
            select survey_id, item_id, any_value(kind) as kind from rows_survey_items group by all
        )
        select distinct answer, coalesce(k.kind, '') as kind
        from rows_survey_responses as r
        left join kinds as k on r.survey_id = k.survey_id and r.item_id = k.item_id
        where try_cast(answer as double) is null
        or coalesce(k.kind, '') = 'text'
        or (k.kind is null and length(answer) > {LONGEST_SCORE})
        """
    ).fetchall()
    redacted: dict[str, str] = {}
    withheld_n = 0
    for answer, kind in rows:
        if redactor.knows_names or kind == "choice" or redacted.get(answer) == WITHHELD:
            redacted.setdefault(answer, redactor.redact(answer))
        else:
            redacted[answer] = WITHHELD
            withheld_n += 1
    _replace(accounts, "survey_responses", "answer", redacted)
    return withheld_n


def _replace(accounts: Accounts, table: str, column: str, redacted: dict[str, str]) -> None:
    changed = {said: shown for said, shown in redacted.items() if said != shown}
    if not changed:
        return
    frame = pd.DataFrame(
        {
            "said": pd.Series(list(changed), dtype=object),
            "shown": pd.Series(list(changed.values()), dtype=object),
        }
    )
    accounts.connection.register("redacted_texts", frame)
    accounts.connection.execute(
        f"update rows_{table} as r set {column} = cast(t.shown as varchar) "
        f"from redacted_texts as t where r.{column} = cast(t.said as varchar)"
    )
    accounts.connection.unregister("redacted_texts")


def _hide_ids(accounts: Accounts, key: bytes) -> None:
    """Replace ids that are somebody's e-mail by its pseudonym, alike in every table."""
    columns = [(t.name, c.name) for t in accounts.tables for c in t.columns if c.kind == "id"]
    if not columns:
        return
    everywhere = " union ".join(
        f"select '{table}' as table_name, '{column}' as column_name, {column} as said "
        f"from rows_{table} where contains({column}, '@')"
        for table, column in columns
    )
    hidden: dict[tuple[str, str], dict[str, str]] = {}
    for table, column, said in accounts.connection.execute(everywhere).fetchall():
        hidden.setdefault((table, column), {})[said] = person_key(said, key=key)
    for (table, column), pseudonyms in sorted(hidden.items()):
        _replace(accounts, table, column, pseudonyms)


def _raw_column(column: Column) -> str:
    value = f"r.{column.name}"
    if column.kind == "text":
        pattern = r"[^\s<>(),;:|]+@[^\s<>(),;:|]+"
        value = (
            f"case when contains({value}, '@') "
            f"then regexp_replace({value}, '{pattern}', '{EMAIL}', 'g') else {value} end"
        )
    return f"cast({value} as {column.sql_type}) as {column.raw_name}"


def _tie(table: Table) -> str:
    """Return what orders the several rows of one record."""
    return "r.item_id" if table.name == "survey_responses" else "r._line"


def _write_settings(accounts: Accounts, config: WorkspaceConfig, as_of: dt.date) -> None:
    workforce = config.workforce
    accounts.connection.execute(
        """
        create table raw.settings as select
            cast($organization as varchar) as organization,
            cast($as_of as date) as as_of,
            cast($leadership_level_min as integer) as leadership_level_min,
            cast($leadership_positions_n as integer) as leadership_positions_n,
            cast($middle_level_min as integer) as middle_level_min,
            cast($senior_level_min as integer) as senior_level_min,
            cast($has_gender_dimension as boolean) as has_gender_dimension
        """,
        {
            "organization": config.organization,
            "as_of": as_of,
            "leadership_level_min": workforce.leadership_level_min,
            "leadership_positions_n": workforce.leadership_positions_n,
            "middle_level_min": workforce.middle_level_min,
            "senior_level_min": workforce.senior_level_min,
            "has_gender_dimension": "gender" in config.privacy.protected_dimensions,
        },
    )
    present = {export.mapping.table.name for export in accounts.exports}
    counts = " union all ".join(
        f"select {place} as place, '{name}' as table_name, count(*) as rows_n from raw.{name}"
        for place, name in enumerate(TABLES)
    )
    accounts.connection.execute(
        "create table raw.tables as select table_name, "
        f"list_contains($present, table_name) as is_present, rows_n from ({counts}) order by place",
        {"present": sorted(present)},
    )
