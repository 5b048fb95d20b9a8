"""The working schema: every table a load makes in memory, its columns, its grain, who writes it.

They live in one of two databases in memory: the one that sees plain text and may not spill to disk,
and the one that sees settled rows only. `raw` is another database, and its tables are the
contract's (`ingest.contract`). Frames that are registered for one statement are not listed.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

RECORD = {"_file": "integer", "_record": "bigint"}
LINE = {"_line": "bigint"}


@dataclass(frozen=True)
class WorkTable:
    """A table of the working schema.

    Attributes:
        name: its name; what stands in `<>` differs.
        grain: what one row is.
        columns: name and type of each column that is there always; others follow the export.
        writer: the module that writes it.
        others: which other columns there are.
    """

    name: str
    grain: str
    columns: dict[str, str]
    writer: str
    others: str = ""


# What became of each record, and what others may refer to.
LEDGER = (
    WorkTable(
        "problems",
        "one row per record in quarantine",
        RECORD | LINE | dict.fromkeys(("reason", "column_name", "found"), "varchar"),
        "records.ledger",
    ),
    WorkTable("duplicates", "one row per exact duplicate", RECORD, "records.ledger"),
    WorkTable(
        "used_records",
        "one row per record that is kept though no row is its own",
        RECORD,
        "records.ledger",
    ),
    WorkTable(
        "known_ids",
        "one row per id that other tables may refer to, be its record in quarantine or not",
        {"table_name": "varchar", "identifier": "varchar"},
        "columns.rows, settled.rows",
    ),
    WorkTable(
        "exit_records",
        "one row per record of the job history that tells an exit",
        RECORD,
        "columns.rows",
    ),
)
ROSTER = WorkTable(
    "roster",
    "one row per record of people, in plain text",
    dict.fromkeys(
        ("employee_id", "email", "other_emails", "first_name", "last_name", "birth_year"), "varchar"
    ),
    "columns.rows",
)
MENTIONS = WorkTable(
    "mentions",
    "one row per table, column and identifier of a person that stands in it",
    dict.fromkeys(("table_name", "column_name", "identifier"), "varchar"),
    "people.crosswalk",
)
LINKS = WorkTable(
    "links",
    "one row per identifier: the key of its person, or none, and the rule that says so",
    dict.fromkeys(("identifier", "key", "rule", "kind", "identifier_key"), "varchar"),
    "people.crosswalk",
)
_HELD = "the columns that are read from each record, and `_problem`"
_HISTORY = "the columns of job_history that the source can tell"
WORKING_SCHEMA = (
    *LEDGER,
    WorkTable(
        "landed_<number>",
        "one row per record of a file, every cell as text",
        {"_record": "bigint", "_line": "bigint"},
        "files.readers",
        "`c0`, `c1`, ..., one per column of the file",
    ),
    WorkTable(
        "landed_<number>_<part>",
        "what a landing rests on: its cells, lines, or the numbers of records it leaves out",
        {},
        "files.readers",
        "as the reader of the format needs them",
    ),
    WorkTable(
        "together_<number>_<n>",
        "one row per record of small files that settle together, numbered on from file to file",
        {"_record": "bigint", "_line": "bigint", "_place": "integer"},
        "settled.batch",
        "`c0`, `c1`, ..., one per column of the files",
    ),
    WorkTable(
        "handed_back",
        "one row per entry of the ledger about files that settled together, by their own numbers",
        RECORD,
        "settled.batch",
        "those of the table they go to",
    ),
    WorkTable(
        "rows_<table>",
        "one row per row of a canonical table that is kept so far",
        RECORD | LINE,
        "columns.rows, columns.tables",
        "the columns of the table; once settled, `_mark`",
    ),
    ROSTER,
    WorkTable(
        "cast_records",
        "one row per record of the export that is being read, with its first problem",
        {"_record": "bigint", "_line": "bigint", "_problem": "varchar"},
        "columns.rows, settled.rows",
        "the columns that are read",
    ),
    WorkTable(
        "held_records",
        "one row per record of a source that is read to its end before rows are derived",
        RECORD | LINE,
        "columns.histories.derivation",
        _HELD,
    ),
    WorkTable(
        "held_of_all",
        "one row per record of several sources of snapshots, of which some tell of one history",
        RECORD | LINE,
        "columns.histories.derivation",
        _HELD,
    ),
    WorkTable(
        "derived_rows",
        "one row per row that a source's records show together",
        RECORD | LINE,
        "columns.histories",
        "the columns of the table that the source can tell",
    ),
    WorkTable(
        "snapshot_days",
        "one row per snapshot, in order",
        {"snapshot_on": "date", "n": "bigint"},
        "columns.histories.snapshots",
        "the days before and after it, the newest, and how many there are",
    ),
    *(
        WorkTable(name, grain, {}, "columns.histories.snapshots", others)
        for name, grain, others in (
            ("states", "one row per person and snapshot", _HELD + ", and where the person stood"),
            ("vanished", "one row per person missed in a crowd, and snapshot", "their department"),
            ("seen", "one row per person and snapshot", "the state, and the one before it"),
            ("steps", "one row per person and snapshot", "whether they left or came in between"),
            ("starts", "one row per hire or rehire", _HISTORY),
            ("exits", "one row per exit", _HISTORY),
        )
    ),
    *(
        WorkTable(name, grain, {}, "columns.histories.changes", others)
        for name, grain, others in (
            ("ordered_changes", "one row per effective-dated record, in order", _HELD),
            ("changed_days", "one row per person and day", "what held before and after it"),
            ("named_changes", "one row per record", "the event it tells or shows, if any"),
            ("arrivals", "one row per person of a crowd that came, hired long before", "none"),
        )
    ),
    WorkTable(
        "employments",
        "one row per employment that a record speaks of",
        RECORD | LINE,
        "columns.histories.spells",
        _HISTORY,
    ),
    MENTIONS,
    LINKS,
    WorkTable(
        "item_kinds",
        "one row per survey and item",
        dict.fromkeys(("survey_id", "item_id", "kind"), "varchar"),
        "settled.rows",
    ),
    WorkTable(
        "hidden",
        "one row per kind of column and text that names somebody",
        dict.fromkeys(("kind", "text", "shown"), "varchar"),
        "settled.rows",
    ),
    WorkTable(
        "answers",
        "one row per survey, item and distinct answer of an export",
        dict.fromkeys(("survey_id", "item_id", "answer"), "varchar"),
        "settled.rows",
    ),
    WorkTable(
        "written_texts",
        "one row per distinct text that people wrote, and kind of its item",
        dict.fromkeys(("text", "kind"), "varchar"),
        "settled.rows",
    ),
    WorkTable(
        "redacted_texts",
        "one row per written text that names somebody, and what is shown instead",
        dict.fromkeys(("text", "kind", "shown", "mark"), "varchar"),
        "settled.rows",
    ),
    WorkTable(
        "answers_now",
        "one row per question that a settled file may have asked of reference data, hashed",
        dict.fromkeys(("question", "answer"), "varchar"),
        "settled.reference",
    ),
    WorkTable(
        "people_in_conflict",
        "one row per person whose records are put aside",
        dict.fromkeys(("key", "reason"), "varchar"),
        "people.conflicts",
    ),
    WorkTable(
        "repeated_keys",
        "one row per record whose key an earlier record has",
        RECORD | LINE | {"same_n": "bigint", "rows_n": "bigint"},
        "checks.keys",
    ),
    *(
        WorkTable(name, grain, {}, "checks.employment", others)
        for name, grain, others in (
            ("managers", "one row per person who has a manager", "who that is"),
            ("leaders", "one row per person and leader so many steps above", "who that is"),
        )
    ),
    WorkTable(
        "seen_records",
        "one row per different record of a source's files so far",
        {"low": "ubigint", "high": "ubigint"},
        "records.duplicates",
    ),
    WorkTable(
        "rewritten_rows",
        "one row per row of a canonical table, while its rows are rewritten",
        {},
        "columns.tables",
        "the columns of `rows_<table>`",
    ),
    WorkTable(
        "known_records",
        "one row per record with a row before rows are rewritten",
        RECORD,
        "checks.crowds",
    ),
    WorkTable(
        "<view>_texts_<number>",
        "one row per distinct text of a column that `init` looks at, and how often it stands there",
        {"text": "varchar", "n": "bigint"},
        "recognition",
    ),
)


def create(
    connection: duckdb.DuckDBPyConnection, table: WorkTable, *, unless_there: bool = False
) -> None:
    """Create a table of the working schema, empty.

    Args:
        connection: where.
        table: the table.
        unless_there: leave it alone where it is there.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    made = "table if not exists" if unless_there else "table"
    connection.execute(f"create {made} {table.name} ({columns})")
