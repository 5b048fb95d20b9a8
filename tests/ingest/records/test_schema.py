"""The working schema holds every table that ingest makes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from ingest.records.schema import LEDGER, LINKS, MENTIONS, ROSTER, WORKING_SCHEMA, WorkTable, create

INGEST = Path(__file__).parents[3] / "ingest"
CREATED = re.compile(
    r"create (?:or replace )?(?:temp(?:orary)? )?(?:table|view) (?:if not exists )?([\w.{}]+)"
)
# What is made under a name that is put together, and the entry of the schema that stands for it.
COMPOSED = {
    "rows_{table}": "rows_<table>",
    "rows_{table.name}": "rows_<table>",
    "{name}_cells": "landed_<number>_<part>",
    "{name}_lines": "landed_<number>_<part>",
    "{name}_{why}": "landed_<number>_<part>",
    "{self.name}_lines": "landed_<number>_<part>",
    "{name}_parts": "landed_<number>_<part>",
    "{name}_more": "landed_<number>_<part>",
    "{self.name}": "landed_<number>",
    "{view}": "landed_<number>",
    "{view}_gone_{number}": "landed_<number>_<part>",
    "{view}_blank_{column}": "landed_<number>_<part>",
    "{view}_named": "landed_<number>_<part>",
    "{name}": "",
    "{table.name}": "",
}


def created() -> dict[str, str]:
    """Return each name under which something is made in memory, and a module that does so."""
    return {
        name: path.relative_to(INGEST).as_posix()
        for path in sorted(INGEST.rglob("*.py"))
        for name in CREATED.findall(path.read_text(encoding="utf-8"))
        if not name.startswith(("raw.", "`"))
    }


def test_every_table_that_is_made_is_in_the_working_schema() -> None:
    known = {table.name for table in WORKING_SCHEMA} | {""}
    assert {n: by for n, by in created().items() if COMPOSED.get(n, n) not in known} == {}


def test_no_table_of_the_working_schema_is_made_by_nobody() -> None:
    made = {COMPOSED.get(name, name) for name in created()}
    made |= {table.name for table in (*LEDGER, LINKS, MENTIONS, ROSTER)}
    # Made by a function that is given the name.
    made |= {"hidden", "redacted_texts", "<view>_texts_<number>", "together_<number>_<n>"}
    assert {table.name for table in WORKING_SCHEMA} - made == set()


def test_names_are_given_once_and_writers_exist() -> None:
    counts = Counter(table.name for table in WORKING_SCHEMA)
    assert max(counts.values()) == 1
    for table in WORKING_SCHEMA:
        assert table.grain.startswith(("one row per", "what a landing")), table.name
        for writer in table.writer.split(", "):
            path = INGEST / writer.replace(".", "/")
            assert path.is_dir() or path.with_suffix(".py").is_file(), writer


@pytest.mark.parametrize("table", [*LEDGER, LINKS, MENTIONS, ROSTER], ids=lambda table: table.name)
def test_a_table_is_made_with_the_columns_it_is_said_to_have(table: WorkTable) -> None:
    with duckdb.connect(":memory:") as connection:
        create(connection, table)
        made = connection.execute(f"describe {table.name}").fetchall()
    assert {name: kind.lower() for name, kind, *_ in made} == table.columns
