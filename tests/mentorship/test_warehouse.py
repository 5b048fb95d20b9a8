"""The warehouse: what dbt reports becomes a refusal or a defect, and the file can be moved."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import duckdb
import pytest
import yaml

from mentorship.checkout import CHECKOUT
from mentorship.warehouse import (
    DuckDb,
    _Node,
    _refuse_failed,
    build_warehouse,
    model_variables,
)
from workspace.config import SourceConfig, WorkspaceConfig
from workspace.errors import DataRefused, EnvironmentFailed, MentorshipError


def node(name: str, kind: str, status: str, rows: int = 0, message: str = "") -> _Node:
    return _Node(name, kind, status, rows, message)


def test_the_configuration_and_the_dbt_project_have_the_same_variables_and_defaults() -> None:
    tables = ("job_history", "performance_reviews")
    sources = tuple(SourceConfig(table=table, path=f"{table}.csv") for table in tables)
    config = WorkspaceConfig(organization="Example Corp", sources=sources)
    project = yaml.safe_load((CHECKOUT / "dbt_project.yml").read_text(encoding="utf-8"))
    # What no configuration changes: where raw tables stand, and what is declared of measuring.
    fixed = {
        *("raw_database", "raw_schema", "outcomes", "outcome_themes", "drivers"),
        *("driver_outcomes", "driver_strata", "warnings", "warning_days", "low_score_share"),
        *("comment_themes", "redaction_signs", "topics_above_n", "topic_word_people_n"),
    }
    told = model_variables(config, today=dt.date(2026, 6, 30))
    assert told == {k: v for k, v in project["vars"].items() if k not in fixed}


def test_a_failed_test_refuses_the_data_with_its_rows(tmp_path: Path) -> None:
    nodes = [
        node("dim_programs", "model", "success"),
        node("unique_program", "test", "fail", 3),
        node("not_null_program", "test", "pass"),
    ]
    with pytest.raises(DataRefused) as caught:
        _refuse_failed(nodes, tmp_path)
    assert caught.value.found == "unique_program (3 rows)"


def test_many_failed_tests_are_counted_and_the_first_named(tmp_path: Path) -> None:
    nodes = [node(f"test_{n}", "test", "fail", n) for n in range(1, 9)]
    with pytest.raises(DataRefused, match=r"test_5 \(5 rows\) and 3 more"):
        _refuse_failed(nodes, tmp_path)


def test_a_failed_model_is_a_defect_even_beside_failed_tests(tmp_path: Path) -> None:
    nodes = [
        node("unique_program", "test", "fail", 3),
        node("dim_programs", "model", "error", message="Binder Error:\n  no column x"),
    ]
    with pytest.raises(MentorshipError, match="dim_programs failed: Binder Error: no column x"):
        _refuse_failed(nodes, tmp_path)


def test_a_full_disk_is_no_defect(tmp_path: Path) -> None:
    words = "IO Error: Could not write file: No space left on device"
    with pytest.raises(EnvironmentFailed, match="No space left on device"):
        _refuse_failed([node("dim_programs", "model", "error", message=words)], tmp_path)


def test_nothing_failed_refuses_nothing(tmp_path: Path) -> None:
    _refuse_failed([node("a", "model", "success"), node("b", "test", "warn", 2)], tmp_path)


def open_files() -> set[str]:
    """Return the paths this process holds open."""
    folder = Path("/proc/self/fd")
    return {os.readlink(link) for link in folder.iterdir() if link.is_symlink()}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_a_failed_build_is_a_defect_of_ours_and_holds_no_file_open(tmp_path: Path) -> None:
    raw, warehouse = tmp_path / "raw.duckdb", tmp_path / "warehouse.duckdb"
    duckdb.connect(str(raw)).close()
    before = dict(os.environ)
    with pytest.raises(MentorshipError) as caught:
        build_warehouse(raw, warehouse, tmp_path, variables={}, engine=DuckDb())
    assert caught.value.exit_code == 5
    assert dict(os.environ) == before
    assert not {str(raw), str(warehouse)} & open_files()
    assert not warehouse.with_name("warehouse.duckdb.wal").exists()
