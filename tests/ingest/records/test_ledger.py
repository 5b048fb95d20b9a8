"""A record has one end, and plain text stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingest.records.ledger import Ledger

RECORDS = (
    "select * from (values (0, 1, 2, '{reason}', 'email', 'ann@example.com'), "
    "(0, 2, 3, '{reason}', null, null)) as t(_file, _record, _line, reason, column_name, found)"
)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with duckdb.connect(":memory:") as connection:
        yield Ledger(connection)


def test_a_record_is_quarantined_for_the_first_reason_found(ledger: Ledger) -> None:
    ledger.quarantine(RECORDS.format(reason="unknown_person"))
    ledger.quarantine(RECORDS.format(reason="missing_value"))
    assert ledger.problems_by_file() == {0: {"unknown_person": 2}}


def test_a_quarantined_record_is_no_duplicate_and_not_kept(ledger: Ledger) -> None:
    ledger.quarantine(RECORDS.format(reason="unknown_person"))
    records = "select 0 as _file, unnest([1, 2, 3, 3]) as _record"
    ledger.drop_duplicates(records)
    ledger.keep_without_row(records)
    assert ledger.duplicates_by_file() == {0: 1}
    assert ledger.connection.execute("from used_records").fetchall() == []


def test_entries_are_new_until_they_are_asked_for(ledger: Ledger) -> None:
    assert not ledger.has_new_entries()
    ledger.quarantine(RECORDS.format(reason="unknown_person"))
    assert ledger.has_new_entries()
    ledger.quarantine(RECORDS.format(reason="unknown_person"))
    assert not ledger.has_new_entries()


def test_flaws_that_a_query_finds_are_counted_by_file_and_reason(ledger: Ledger) -> None:
    ledger.note_flaws("select * from (values (1, 'a', 2), (0, 'b', 1), (1, 'a', 3)) as t")
    assert ledger.flaws == [(0, "b", 1), (1, "a", 5)]


def test_no_plain_text_and_nobodys_id_is_carried_to_another_database(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.quarantine(RECORDS.format(reason="unknown_person"))
    ledger.connection.execute(
        "insert into known_ids values ('job_history', 'E1'), ('programs', 'g1')"
    )
    with duckdb.connect(":memory:") as connection:
        carried = ledger.carried_to(connection, tmp_path)
        problems = "select _record, reason, found from problems order by all"
        assert connection.execute(problems).fetchall() == [
            (1, "unknown_person", None),
            (2, "unknown_person", None),
        ]
        assert connection.execute("from known_ids").fetchall() == [("programs", "g1")]
        assert carried.found == {(0, 1): "ann@example.com"}
        assert not carried.has_new_entries()
