"""Great Expectations over the raw database: which promises were kept, and how many rows broke them.

Importing this takes seconds: `expectations.gate` does it only when a raw database is checked.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Read when the library is imported: no telemetry.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import great_expectations.expectations as gxe
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from expectations.known import Known, attach
from expectations.promise import ROWS_QUERY, Promise
from expectations.site import new_site, write_site

# Counts only: no example of a value that broke a promise may leave the raw database.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}


@dataclass(frozen=True)
class Answer:
    """Whether a promise was kept.

    Attributes:
        is_met: whether nothing broke it.
        broken_n: rows that broke it, or whatever else it counts; 0 where it counts nothing.
        obstacle: the kind of error that kept it from being checked; empty when it was checked.
    """

    is_met: bool
    broken_n: int = 0
    obstacle: str = ""


def validate(
    raw_path: Path,
    promises: Mapping[str, tuple[Promise, ...]],
    known: Known,
    *,
    docs: Path | None = None,
) -> dict[str, tuple[Answer, ...]]:
    """Return the answer to each promise, table by table and in the order given.

    The database is opened read-only, and nothing is written anywhere but the Data Docs.

    Args:
        raw_path: the database.
        promises: the promises of each table.
        known: what they ask besides the database.
        docs: the folder of Data Docs, written anew; without it there are none.
    """

    def attach_known(connection: Any, _record: Any) -> None:
        attach(connection, known)

    # A connection string cannot hold every character that a folder's name can.
    with contextlib.chdir(raw_path.parent):
        context = gx.get_context(mode="ephemeral") if docs is None else new_site(docs)
        context.variables.progress_bars = {"globally": False}
        event.listen(Engine, "connect", attach_known)
        event.listen(Engine, "after_cursor_execute", _fetch_all)
        database = context.data_sources.add_sql(
            name="raw",
            connection_string=f"duckdb:///{raw_path.name}",
            kwargs={"connect_args": {"read_only": True}},
        )
        try:
            answers = {
                table: _answers(context, database, table, promises[table], is_kept=docs is not None)
                for table in promises
            }
            if docs is not None:
                write_site(context, docs)
            return answers
        finally:
            event.remove(Engine, "after_cursor_execute", _fetch_all)
            event.remove(Engine, "connect", attach_known)
            database.get_engine().dispose()
            database.get_execution_engine().engine.dispose()


def _fetch_all(
    _connection: Any, cursor: Any, _statement: Any, _parameters: Any, context: Any, _many: Any
) -> None:
    """Keep a result's rows: Great Expectations reads them after the connection is closed."""
    if cursor.description is not None:
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
            cursor, alternate_description=cursor.description, initial_buffer=cursor.fetchall()
        )


def _answers(
    context: Any, database: Any, table: str, promises: tuple[Promise, ...], *, is_kept: bool
) -> tuple[Answer, ...]:
    """Return the answers of one table; its suite runs at once, so that its queries are shared.

    What is kept is what Data Docs show.
    """
    asset = database.add_table_asset(name=table, table_name=table)
    rows = asset.add_batch_definition_whole_table("whole table")
    suite = gx.ExpectationSuite(
        name=table,
        expectations=[_expectation(place, promise) for place, promise in enumerate(promises)],
    )
    if is_kept:
        kept = gx.ValidationDefinition(name=table, data=rows, suite=context.suites.add(suite))
        kept = context.validation_definitions.add(kept)
        results = kept.run(result_format=RESULT_FORMAT).results
    else:
        results = rows.get_batch().validate(suite, result_format=RESULT_FORMAT).results
    given = {result.expectation_config.meta["place"]: result for result in results}
    return tuple(_answer(promise, given.get(place)) for place, promise in enumerate(promises))


def _expectation(place: int, promise: Promise) -> Any:
    return getattr(gxe, promise.expectation)(
        **promise.arguments,
        severity=promise.severity,
        description=promise.sentence,
        notes=promise.to_do,
        meta={"place": place},
    )


def _answer(promise: Promise, result: Any) -> Answer:
    """Return what one result says; a check that did not run is not a pass."""
    if result is None:
        return Answer(is_met=False, obstacle="no result")
    obstacle = _obstacle(result.exception_info)
    if obstacle:
        return Answer(is_met=False, obstacle=obstacle)
    if result.success:
        return Answer(is_met=True)
    if promise.expectation == ROWS_QUERY:
        return Answer(is_met=False, broken_n=int(result.result["observed_value"]))
    if not promise.counts_rows:
        return Answer(is_met=False)
    return Answer(is_met=False, broken_n=int(result.result["unexpected_count"]))


def _obstacle(exception_info: Mapping[str, Any]) -> str:
    """Return the kind of error in a result, never its message, which may quote a value.

    A result tells of one error, or of one for each query that it needed.
    """
    nested = [part for part in exception_info.values() if isinstance(part, Mapping)]
    for part in nested or [exception_info]:
        if part.get("raised_exception"):
            kind = re.match(r"\((?:\w+\.)*(\w+)\)", str(part.get("exception_message")))
            return kind[1] if kind else "error in the check"
    return ""
