"""The values that are new or gone, listed for the analyst and nowhere else."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from expectations.brief import Brief, read_brief, write_brief
from expectations.changes import COLUMNS, NOT_NAMED, write_changes
from expectations.known import Known, SourceLimit
from expectations.values import MOST_VALUES, WATCHABLE, mark_salt, read_marks
from ingest.contract import TABLES
from workspace.config import ExpectationsConfig

WATCHED = {"job_history": ("department", "level")}
SALT = mark_salt(bytes(32))


@pytest.fixture
def databases(make_sound: Callable[[], Any]) -> tuple[Path, Path]:
    """Return the raw databases of a load and of the next one."""
    before, now = make_sound(), make_sound()
    before.sql("update job_history set department = 'Sales'")
    before.sql("insert into job_history (department) select 'Legal' from range(5)")
    before.sql("insert into job_history (department) values ('Art')")
    now.sql("update job_history set department = '=Sales' where person_key = 'ann'")
    now.sql("update job_history set department = 'Sales' where person_key = 'bea'")
    before.close()
    now.close()
    return before.path, now.path


def brief(raw_path: Path, known: Known, folder: Path, published: Path | None = None) -> Brief:
    return Brief(
        raw_path,
        folder / "gates.json",
        ExpectationsConfig(watched_columns=WATCHED),
        known,
        folder / "changed_values.csv",
        published,
    )


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_new_and_gone_values_are_listed_with_their_rows(
    databases: tuple[Path, Path], tmp_path: Path
) -> None:
    before, now = databases
    known = Known({"job_history": 12}, read_marks(before, WATCHED, SALT), SALT)
    told = brief(now, known, tmp_path, before)
    write_changes(told)
    assert told.changes_path is not None
    assert rows(told.changes_path) == [
        list(COLUMNS),
        # A spreadsheet must not run it; Art was one row, which may come and go.
        ["job_history", "department", "new", "'=Sales", "1"],
        ["job_history", "department", "gone", "Legal", "5"],
    ]
    assert stat.S_IMODE(told.changes_path.stat().st_mode) == 0o600


def test_without_the_last_database_what_is_gone_has_no_name(
    databases: tuple[Path, Path], tmp_path: Path
) -> None:
    before, now = databases
    known = Known({"job_history": 12}, read_marks(before, WATCHED, SALT), SALT)
    (tmp_path / "damaged.duckdb").write_text("no database")
    for published in (None, tmp_path / "missing.duckdb", tmp_path / "damaged.duckdb", now):
        told = brief(now, known, tmp_path, published)
        write_changes(told)
        assert told.changes_path is not None
        assert rows(told.changes_path)[2] == ["job_history", "department", "gone", NOT_NAMED, "5"]


def test_a_list_of_an_earlier_load_does_not_stay(
    databases: tuple[Path, Path], tmp_path: Path
) -> None:
    before, _ = databases
    told = brief(before, Known({}, read_marks(before, WATCHED, SALT), SALT), tmp_path)
    assert told.changes_path is not None
    told.changes_path.write_text("of an earlier load")
    write_changes(told)
    assert not told.changes_path.exists()


def test_marks_hold_no_value_and_differ_by_salt(databases: tuple[Path, Path]) -> None:
    before, _ = databases
    marks = read_marks(before, WATCHED, SALT)
    assert sorted(marks["job_history"]["department"].values()) == [1, 5, 6]
    assert all(len(mark) == 32 for mark in marks["job_history"]["department"])
    assert "Sales" not in str(marks)
    others = read_marks(before, WATCHED, mark_salt(b"1" * 32))
    assert not set(marks["job_history"]["department"]) & set(others["job_history"]["department"])


def test_a_column_that_is_empty_or_no_code_has_no_marks(make_sound: Callable[[], Any]) -> None:
    raw = make_sound()
    raw.sql(f"insert into job_history (location) select 'at ' || i from range({MOST_VALUES}) t(i)")
    watched = {"job_history": ("department", "location")}
    raw.sql("checkpoint")
    raw.close()
    assert set(read_marks(raw.path, watched, SALT)["job_history"]) == {"location"}
    import duckdb

    with duckdb.connect(str(raw.path)) as connection:
        connection.sql("insert into job_history (location) values ('one more')")
    assert read_marks(raw.path, watched, SALT) == {}


def test_nothing_that_names_a_person_or_says_an_answer_can_be_watched() -> None:
    for name, columns in WATCHABLE.items():
        table = TABLES[name]
        assert not any(table.column(column).is_identifying for column in columns)
        assert not any(table.column(column).kind == "person" for column in columns)
    assert "survey_responses" not in WATCHABLE
    assert "birth_year" not in WATCHABLE["people"]
    assert set(WATCHABLE["job_history"]) == {
        *("event", "department", "level", "job_title", "location", "work_arrangement"),
        *("employment_type", "exit_reason"),
    }


def test_a_brief_survives_the_way_to_another_process(tmp_path: Path) -> None:
    told = Brief(
        tmp_path / "a folder" / "raw.duckdb",
        tmp_path / "gates.json",
        ExpectationsConfig.model_validate({"stale_after_days": {"goals": 7, "meetings": None}}),
        Known(
            {"people": 3},
            {"job_history": {"level": {"0f": 2}}},
            "s",
            True,
            (SourceLimit("people", ("exports/ä.csv",), 31),),
        ),
        docs_path=tmp_path / "gx",
    )
    write_brief(told, tmp_path / "brief.json")
    assert read_brief(tmp_path / "brief.json") == told
