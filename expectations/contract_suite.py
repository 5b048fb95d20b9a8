"""The promises that follow from the contract alone: columns, filled cells, codes, keys.

Ingest has already sent rows that break them to quarantine, so these check ingest itself.
"""

from __future__ import annotations

from expectations.promise import Promise
from ingest.contract import LINEAGE, Column, Table

REPORT_DEFECT = (
    "Such rows belong in quarantine, so the build itself went wrong: nothing in your export needs "
    "to change; report it as a defect of mentorship-impact."
)


def contract_promises(table: Table, rows_n: int) -> tuple[Promise, ...]:
    """Return what a table's contract promises, given how many rows ingest says it kept."""
    return (
        _has_the_columns(table),
        _has_rows(table),
        _lost_no_row(table, rows_n),
        *(_is_filled(table, column) for column in table.raw_columns if column.is_required),
        *(_is_a_known_code(table, column) for column in table.raw_columns if column.codes),
        *(() if table.may_repeat_key else (_has_one_row_a_key(table),)),
    )


def _has_the_columns(table: Table) -> Promise:
    columns = [*(column.raw_name for column in table.raw_columns), *LINEAGE]
    return Promise(
        table.name,
        "columns_match_the_contract",
        "critical",
        f"{table.name} has the columns of its contract and no other, above all none that names "
        "a person.",
        "The raw database was not written by this version's ingest: build again, and report it as "
        "a defect of mentorship-impact if it stays.",
        "ExpectTableColumnsToMatchSet",
        {"column_set": columns, "exact_match": True},
        counts_rows=False,
        broken=f"{table.name} in the raw database has other columns than its contract.",
    )


def _has_rows(table: Table) -> Promise:
    return Promise(
        table.name,
        "has_rows",
        "critical" if table.is_required else "warning",
        f"{table.name} is declared as a source, so it has at least one row.",
        "Look whether the export holds more than its header and whether a filter or a date range "
        "emptied it; take the source out of mentorship.yml if there is nothing to export.",
        "ExpectTableRowCountToBeBetween",
        {"min_value": 1},
        counts_rows=False,
        broken=f"{table.name} is declared as a source and has no row.",
    )


def _lost_no_row(table: Table, rows_n: int) -> Promise:
    return Promise(
        table.name,
        "holds_every_row_kept",
        "critical",
        f"Every row of {table.name} that ingest kept is in the raw database.",
        "Build again; if it stays, report it as a defect of mentorship-impact.",
        "ExpectTableRowCountToEqual",
        {"value": rows_n},
        counts_rows=False,
        broken=f"Ingest kept {rows_n:,} rows of {table.name}, and the raw database has {{rows}}.",
    )


def _is_filled(table: Table, column: Column) -> Promise:
    return Promise(
        table.name,
        "is_filled",
        "critical",
        f"Every row of {table.name} says {column.raw_name} ({column.meaning}).",
        REPORT_DEFECT,
        "ExpectColumnValuesToNotBeNull",
        {"column": column.raw_name},
        column.raw_name,
    )


def _is_a_known_code(table: Table, column: Column) -> Promise:
    return Promise(
        table.name,
        "is_a_known_code",
        "critical",
        f"{column.raw_name} of {table.name} is empty or one of: {', '.join(column.codes)}.",
        REPORT_DEFECT,
        "ExpectColumnValuesToBeInSet",
        {"column": column.raw_name, "value_set": list(column.codes)},
        column.raw_name,
    )


def _has_one_row_a_key(table: Table) -> Promise:
    key = [table.column(name).raw_name for name in table.key]
    single = len(key) == 1
    return Promise(
        table.name,
        "key_is_unique",
        "critical",
        f"No two rows of {table.name} share the same {', '.join(key)}.",
        "Look for the same export read twice under two sources and for rows that differ only in a "
        "detail; keep one of each.",
        "ExpectColumnValuesToBeUnique" if single else "ExpectCompoundColumnsToBeUnique",
        {"column": key[0]} if single else {"column_list": key},
        ", ".join(key),
    )
