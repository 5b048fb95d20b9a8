"""The gate as the build runs it: one process over a sound database, one over a broken one."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from analyses.results import GATES
from expectations.__main__ import main
from expectations.brief import Brief, write_brief
from expectations.gate import critical_failures, read_gates
from expectations.known import Known, SourceLimit
from expectations.values import read_marks
from workspace.config import ExpectationsConfig

ROOT = Path(__file__).parents[2]
SECRET = "Zanzibar-4711"  # noqa: S105 - a cell that must not leave the database


@dataclass(frozen=True)
class Run:
    """What a run of the command left behind."""

    code: int
    printed: str
    text: str
    gates: pd.DataFrame
    files: list[str]
    docs: Path

    def broken(self) -> set[tuple[str, str, str]]:
        rows = self.gates[~self.gates["is_met"]]
        return set(zip(rows["table"], rows["expectation"], rows["column"], strict=True))

    def row(self, table: str, expectation: str, column: str = "") -> dict[str, Any]:
        gates = self.gates
        found = gates[
            (gates["table"] == table)
            & (gates["expectation"] == expectation)
            & (gates["column"] == column)
        ]
        assert len(found) == 1
        return {str(key): value for key, value in found.iloc[0].to_dict().items()}


def run_command(
    folder: Path, *arguments: str | Path, told: str = "begin\n"
) -> subprocess.CompletedProcess[str]:
    home = folder / "home"
    home.mkdir()
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(ROOT)}
    environment.pop("GX_ANALYTICS_ENABLED", None)
    return subprocess.run(
        [sys.executable, "-m", "expectations", *arguments],
        cwd=home,
        env=environment,
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )


def run_gate(raw_path: Path, folder: Path, **told: Any) -> Run:
    out, brief = folder / "gates.json", folder / "brief.json"
    write_brief(Brief(raw_path, out, **({"limits": ExpectationsConfig()} | told)), brief)
    ran = run_command(folder, brief)
    return Run(
        ran.returncode,
        ran.stdout + ran.stderr,
        out.read_text(encoding="utf-8"),
        read_gates(out),
        sorted(path.name for path in [*(folder / "home").rglob("*"), *raw_path.parent.rglob("*")]),
        folder / "gx",
    )


@pytest.fixture(scope="module")
def sound(make_sound: Callable[[], Any], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return the run beside an equal load."""
    raw = make_sound()
    raw.sql(f"update job_history set location = '{SECRET}'")
    raw.count_tables()
    raw.close()
    marks = read_marks(raw.path, {"job_history": ("department", "location", "level")}, "s")
    assert {column: len(found) for column, found in marks["job_history"].items()} == {
        "location": 1,
        "level": 4,
    }
    folder = tmp_path_factory.mktemp("sound")
    known = Known({"job_history": 6, "survey_items": 2}, marks, "s")
    return run_gate(raw.path, folder, known=known, docs_path=folder / "gx")


@pytest.fixture(scope="module")
def broken(make_sound: Callable[[], Any], tmp_path_factory: pytest.TempPathFactory) -> Run:
    raw = make_sound()
    raw.sql("delete from job_history where event in ('exit', 'rehire')")
    raw.insert("job_history", person_key="bea", event="change", effective_on=None)
    raw.insert(
        "job_history",
        person_key="bea",
        event="change",
        effective_on="2025-06-01",
        work_arrangement=SECRET,
        department=SECRET,
    )
    raw.insert("people", person_key=SECRET)
    raw.insert("people", person_key=SECRET)
    raw.sql("alter table enrollments add column email varchar")
    raw.sql(f"update enrollments set email = '{SECRET}'")
    raw.insert(
        "survey_responses",
        survey_id="s1",
        wave=SECRET,
        response_id="r9",
        submitted_at="2025-06-01",
        item_id="q1",
        answer="9",
    )
    raw.insert(
        "survey_responses",
        survey_id="s1",
        wave=SECRET,
        response_id="r9",
        submitted_at="2025-06-01",
        item_id="q1",
        answer=SECRET,
    )
    raw.insert("pairings", pairing_id=SECRET, program_id=SECRET, started_on="2025-06-01")
    raw.sql("delete from learning")
    raw.count_tables()
    raw.sql("delete from recognitions")
    raw.sql("alter table meetings drop column scheduled_at")
    raw.sql("drop table feedback")
    raw.close()
    # The last load had twelve rows of job_history, a department that is gone, and no SECRET.
    marks = {"department": {"0" * 32: 5, "1" * 32: 4}, "level": {"2" * 32: 0}}
    known = Known(
        {"job_history": 12, "people": 5, "feedback": 1},
        {"job_history": marks},
        "s",
        is_confirmed=True,
        sources=(SourceLimit("pairings", ("exports/pairings.csv",), 29),),
    )
    limits = ExpectationsConfig(
        watched_columns={"job_history": ("department",)}, critical=("people.keeps_its_volume",)
    )
    folder = tmp_path_factory.mktemp("broken")
    return run_gate(raw.path, folder, known=known, limits=limits, docs_path=folder / "gx")


def test_a_sound_database_keeps_every_promise(sound: Run) -> None:
    assert sound.code == 0
    assert sound.broken() == set()
    assert critical_failures(sound.gates).empty
    assert set(sound.gates["unexpected_n"]) == {0}
    assert len(sound.gates) > 150


def test_records_have_the_columns_of_the_results(sound: Run) -> None:
    assert [list(record) for record in json.loads(sound.text)] == [list(GATES)] * len(sound.gates)
    assert sound.gates.dtypes.astype(str).to_dict() == {
        "table": "str",
        "expectation": "str",
        "column": "str",
        "severity": "str",
        "is_met": "bool",
        "unexpected_n": "Int64",
        "rows_n": "Int64",
        "sentence": "str",
        "to_do": "str",
        "found": "str",
    }
    assert set(sound.gates["found"]) == {""}
    assert set(sound.gates["severity"]) == {"critical", "warning"}
    assert (sound.gates["sentence"].str.endswith(".")).all()
    assert (sound.gates["to_do"].str.endswith(".")).all()
    assert not sound.gates.duplicated(["table", "expectation", "column"]).any()
    assert sound.row("job_history", "has_exits", "event")["rows_n"] == 6


def test_a_run_prints_nothing_and_leaves_no_file(sound: Run, broken: Run) -> None:
    assert (sound.printed, broken.printed) == ("", "")
    assert (sound.files, broken.files) == (["raw.duckdb"], ["raw.duckdb"])


def test_broken_promises_are_found_and_no_other(broken: Run) -> None:
    assert broken.code == 0
    unreadable = {
        (row["table"], row["expectation"], row["column"])
        for row in broken.gates.to_dict("records")
        if row["table"] == "feedback"
    }
    assert len(unreadable) > 8
    assert broken.broken() - unreadable == {
        ("job_history", "has_exits", "event"),
        ("job_history", "has_recent_exits", "event"),
        ("job_history", "is_filled", "effective_on"),
        ("job_history", "is_a_known_code", "work_arrangement"),
        ("people", "key_is_unique", "person_key"),
        ("enrollments", "columns_match_the_contract", ""),
        ("survey_responses", "key_is_unique", "survey_id, wave, response_id, item_id"),
        ("survey_responses", "answers_are_on_their_scale", "answer"),
        ("survey_responses", "program_is_named", "program_id"),
        ("meetings", "begins_with_the_first_hire", "scheduled_at"),
        ("survey_responses", "scaled_answers_are_numbers", "answer"),
        ("pairings", "is_filled", "mentor_key"),
        ("pairings", "is_filled", "mentee_key"),
        ("pairings", "program_is_known", "program_id"),
        ("pairings", "mentor_is_employed_at_the_start", "mentor_key"),
        ("pairings", "mentee_is_employed_at_the_start", "mentee_key"),
        ("job_history", "has_no_new_value", "department"),
        ("job_history", "keeps_its_values", "department"),
        ("job_history", "keeps_its_volume", ""),
        ("job_history", "department_is_mostly_filled", "department"),
        ("job_history", "level_is_mostly_filled", "level"),
        ("pairings", "each_source_reaches_as_of", "started_on"),
        ("recognitions", "has_rows", ""),
        ("recognitions", "holds_every_row_kept", ""),
        ("meetings", "columns_match_the_contract", ""),
        ("meetings", "is_filled", "scheduled_at"),
        ("meetings", "lies_within_its_pairing", "scheduled_at"),
        ("meetings", "reaches_as_of", "scheduled_at"),
        ("meetings", "scheduled_at_is_not_in_the_future", "scheduled_at"),
    }


def test_an_export_without_leavers_is_refused_and_says_what_to_change(broken: Run) -> None:
    row = broken.row("job_history", "has_exits", "event")
    assert row["severity"] == "critical"
    assert "retention 100 %" in row["sentence"]
    assert "terminated workers" in row["to_do"]
    assert row["found"].startswith("The job history has no exit on or before as_of")
    assert (pd.isna(row["unexpected_n"]), row["rows_n"]) == (True, 6)
    assert "has_exits" in set(critical_failures(broken.gates)["expectation"])


@pytest.mark.parametrize(
    ("table", "expectation", "column", "unexpected_n", "rows_n"),
    [
        ("job_history", "is_filled", "effective_on", 1, 6),
        ("job_history", "is_a_known_code", "work_arrangement", 1, 6),
        ("people", "key_is_unique", "person_key", 2, 5),
        ("survey_responses", "key_is_unique", "survey_id, wave, response_id, item_id", 2, 4),
        ("survey_responses", "answers_are_on_their_scale", "answer", 1, 4),
        ("job_history", "has_no_new_value", "department", 1, 6),
    ],
)
def test_broken_rows_are_counted(
    broken: Run, table: str, expectation: str, column: str, unexpected_n: int, rows_n: int
) -> None:
    row = broken.row(table, expectation, column)
    assert (row["unexpected_n"], row["rows_n"]) == (unexpected_n, rows_n)


@pytest.mark.parametrize(
    ("table", "expectation", "column", "found"),
    [
        (
            "job_history",
            *("keeps_its_volume", ""),
            "job_history has 6 rows, 50 % fewer than the last load's 12.",
        ),
        (
            "job_history",
            *("keeps_its_values", "department"),
            "Values of department that 5 or more rows of job_history had in the last load and none "
            "has now: 1.",
        ),
        (
            "pairings",
            *("each_source_reaches_as_of", "started_on"),
            "Sources of pairings without a row within the days before as_of that they must reach "
            "(stale_after_days): 1.",
        ),
        ("recognitions", "has_rows", "", "recognitions is declared as a source and has no row."),
        (
            "recognitions",
            *("holds_every_row_kept", ""),
            "Ingest kept 1 rows of recognitions, and the raw database has 0.",
        ),
        (
            "enrollments",
            *("columns_match_the_contract", ""),
            "enrollments in the raw database has other columns than its contract.",
        ),
    ],
)
def test_what_no_row_breaks_counts_none_and_says_what_was_found(
    broken: Run, table: str, expectation: str, column: str, found: str
) -> None:
    row = broken.row(table, expectation, column)
    assert (pd.isna(row["unexpected_n"]), row["found"]) == (True, found)


def test_the_configuration_says_what_is_critical(broken: Run) -> None:
    assert broken.row("people", "keeps_its_volume")["severity"] == "critical"
    assert broken.row("survey_responses", "one_response_a_wave", "respondent_key")["severity"] == (
        "warning"
    )


def test_a_check_that_cannot_run_is_not_a_pass(broken: Run) -> None:
    filled = broken.row("meetings", "is_filled", "scheduled_at")
    within = broken.row("meetings", "lies_within_its_pairing", "scheduled_at")
    table = broken.row("feedback", "has_rows")
    for row in (filled, within, table):
        assert not row["is_met"]
        assert row["found"] == row["sentence"]
        assert row["found"].startswith("This could not be checked (")
        assert "report it" in row["to_do"]
    assert broken.row("meetings", "is_filled", "meeting_id")["is_met"]


def test_absent_tables_promise_nothing(broken: Run) -> None:
    assert "learning" not in set(broken.gates["table"])


def test_no_cell_reaches_the_output(broken: Run) -> None:
    assert SECRET not in broken.text
    assert SECRET not in broken.printed
    pages = [path for path in broken.docs.rglob("*") if path.is_file()]
    assert len(pages) > 50
    assert not any(SECRET.encode() in path.read_bytes() for path in pages)
    assert str(ROOT) not in broken.text


def test_a_database_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    brief = tmp_path / "brief.json"
    missing, out = tmp_path / "missing.duckdb", tmp_path / "gates.json"
    write_brief(Brief(missing, out, ExpectationsConfig()), brief)
    tell(monkeypatch, b"begin\n")
    assert main([str(brief)]) == 4
    said = capsys.readouterr().err
    assert said.startswith("expectations: the raw database cannot be read")
    assert said.count("\n") == 1
    assert not out.exists()


def test_wrong_arguments_are_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["raw.duckdb", "gates.json"]) == 2
    assert "usage" in capsys.readouterr().err


def test_nothing_is_checked_when_nobody_says_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(monkeypatch, b"")
    assert main([str(tmp_path / "brief.json")]) == 0
    assert capsys.readouterr() == ("", "")


def tell(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """Tell the command something, and spare it Great Expectations, which it imports to wait."""
    monkeypatch.setitem(sys.modules, "expectations.validation", ModuleType("validation"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(said)))


def test_beside_an_equal_load_every_promise_is_kept_and_data_docs_say_so(sound: Run) -> None:
    ran, docs = sound, sound.docs
    beside = ran.gates[ran.gates["expectation"].str.match("keeps_its|has_no_new|does_not")]
    assert list(zip(beside["table"], beside["expectation"], beside["column"], strict=True)) == [
        ("job_history", "keeps_its_volume", ""),
        ("job_history", "has_no_new_value", "location"),
        ("job_history", "keeps_its_values", "location"),
        ("job_history", "has_no_new_value", "level"),
        ("job_history", "keeps_its_values", "level"),
        ("survey_items", "keeps_its_volume", ""),
    ]
    index = (docs / "site" / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(validations/[^"]+)"', index)
    assert len(links) == len(set(ran.gates["table"])) == 15
    assert all((docs / "site" / link).is_file() for link in links)
    for page in (docs / "site").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "img-src data:" in text
        assert text.index("Content-Security-Policy") < text.index("<title>")
    texts = [path.read_bytes() for path in docs.rglob("*") if path.is_file()]
    assert any(b"Somebody left in the 12 months before as_of." in text for text in texts)
    assert not any(SECRET.encode() in text or str(ROOT).encode() in text for text in texts)


def test_what_a_confirmed_load_changes_is_a_warning(broken: Run) -> None:
    # Half of the rows are gone, which somebody accepted; no exit nobody can accept.
    volume = broken.row("job_history", "keeps_its_volume")
    assert (volume["is_met"], volume["severity"]) == (False, "warning")
    assert broken.row("job_history", "has_exits", "event")["severity"] == "critical"
    refusing = set(critical_failures(broken.gates)["expectation"])
    assert "has_exits" in refusing
    assert "keeps_its_volume" not in refusing


def test_reading_the_gates_does_not_import_great_expectations() -> None:
    code = "import sys, expectations.gate; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
