"""The gate: every promise of a raw database, kept or broken, as records that a report may show.

Reading the records needs neither Great Expectations nor the raw database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from expectations.brief import Brief
from expectations.catalog import promised
from expectations.promise import Promise, Severity
from workspace.database import connect
from workspace.errors import EnvironmentFailed, Place

if TYPE_CHECKING:
    from expectations.validation import Answer

NOT_CHECKED = (
    "Look whether the raw table has the column; if it does, this is a defect of "
    "mentorship-impact: report it with the name of the expectation."
)

# Columns that are no text.
_TYPES = {"is_met": "bool", "unexpected_n": "Int64", "rows_n": "Int64"}


@dataclass(frozen=True)
class Verdict:
    """One row of the gate's result.

    Attributes:
        table: the raw table.
        expectation: the promise's name.
        column: the columns it is about, separated by commas; empty for the whole table.
        severity: critical or warning.
        is_met: whether it was kept; false, too, when it could not be checked.
        unexpected_n: rows that broke it; none where the table as a whole did or where nobody
            could check.
        rows_n: rows of the table.
        sentence: what was promised, or that it could not be checked.
        to_do: what to do when it is broken.
        found: what is the case instead, in a sentence; empty when it was kept.
    """

    table: str
    expectation: str
    column: str
    severity: Severity
    is_met: bool
    unexpected_n: int | None
    rows_n: int
    sentence: str
    to_do: str
    found: str


def check(brief: Brief) -> tuple[Verdict, ...]:
    """Return a verdict on every promise of the tables present, in the order of the contract.

    Args:
        brief: which raw database, by which thresholds.

    Raises:
        EnvironmentFailed: the raw database cannot be opened or lacks what ingest writes into it.
    """
    rows_kept, rows_n = _tables(brief.raw_path)
    promises = promised(rows_kept, brief.limits, brief.known)
    readable = {table: promises[table] for table in promises if table in rows_n}
    from expectations.validation import Answer, validate

    answers = validate(brief.raw_path.resolve(), readable, brief.known, docs=brief.docs_path)
    missing = Answer(is_met=False, obstacle="missing table")
    return tuple(
        _verdict(promise, answer, rows_n.get(table, 0), is_confirmed=brief.known.is_confirmed)
        for table in promises
        for promise, answer in zip(
            promises[table], answers.get(table, (missing,) * len(promises[table])), strict=True
        )
    )


def write_gates(verdicts: tuple[Verdict, ...], path: Path) -> None:
    """Write the verdicts as the JSON records that `read_gates` reads."""
    records = [asdict(verdict) for verdict in verdicts]
    path.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_gates(path: Path) -> pd.DataFrame:
    """Return one row per promise, with the columns of `Verdict`, typed."""
    records = json.loads(path.read_text(encoding="utf-8"))
    columns = [field.name for field in fields(Verdict)]
    return pd.DataFrame(records, columns=columns).astype(
        {column: _TYPES.get(column, "str") for column in columns}
    )


def critical_failures(gates: pd.DataFrame) -> pd.DataFrame:
    """Return the broken critical promises: with a single one, nothing is published."""
    return gates[(gates["severity"] == "critical") & ~gates["is_met"]].reset_index(drop=True)


def _tables(raw_path: Path) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return the rows that ingest says it kept of each table present, and those that are there."""
    try:
        with connect(raw_path, read_only=True) as connection:
            settings_n = connection.sql("select as_of from settings").fetchall()
            kept = connection.sql("select table_name, rows_n from tables where is_present")
            rows_kept = dict(kept.fetchall())
            there = connection.sql(
                "select table_name from information_schema.tables where table_schema = 'main'"
            ).fetchall()
            rows_n = {
                name: connection.table(name).count("*").fetchall()[0][0]
                for (name,) in there
                if name in rows_kept
            }
    except (duckdb.Error, OSError) as error:
        raise EnvironmentFailed(
            f"the raw database cannot be read ({type(error).__name__})",
            place=Place(raw_path),
            to_do="build again: every build writes it anew",
        ) from error
    if len(settings_n) != 1 or settings_n[0][0] is None:
        raise EnvironmentFailed(
            "the raw database does not say up to which date it is known",
            place=Place(raw_path),
            expected="one row in settings, with as_of",
            to_do="build again: every build writes it anew",
        )
    return rows_kept, rows_n


def _verdict(promise: Promise, answer: Answer, rows_n: int, *, is_confirmed: bool) -> Verdict:
    """Return what becomes of a promise; one whose breach is confirmed only warns."""
    is_checked = not answer.obstacle
    is_excused = is_confirmed and promise.can_be_confirmed and is_checked and not answer.is_met
    is_counted = promise.counts_rows or answer.is_met
    sentence, to_do = promise.sentence, promise.to_do
    found = "" if answer.is_met else promise.found(answer.broken_n, rows_n)
    if answer.obstacle:
        found = sentence = f"This could not be checked ({answer.obstacle}): {promise.sentence}"
        to_do = NOT_CHECKED
    return Verdict(
        promise.table,
        promise.name,
        promise.column,
        "warning" if is_excused else promise.severity,
        answer.is_met,
        answer.broken_n if is_checked and is_counted else None,
        rows_n,
        sentence,
        to_do,
        found,
    )
