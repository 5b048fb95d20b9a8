"""Only what is new or changed is read, and nobody can tell from the outcome."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ingest import load as loading
from ingest.load import LoadReport
from ingest.people.identity import Directory, Person
from ingest.settled import store as stores
from tests.ingest.conftest import JOBS, PEOPLE, Workspace, raw_of, total
from workspace.errors import DataRefused

ALWAYS = ["exports/job_history.csv", "exports/people.csv"]
PAIRINGS = "pairing_id,program_id,mentor_id,mentee_id,started_on\n"
MEETINGS = "meeting_id,pairing_id,scheduled_at,status\n"
AWARDS = "employee_id,awarded_on,kind\n"
REVIEWS = "performance_reviews"
ANSWERS = "survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer\n"


@pytest.fixture
def kept(company: Workspace) -> Workspace:
    """The company of four people, whose loads remember what they read."""
    company.remembers = True
    return company


def outcome(workspace: Workspace, report: LoadReport) -> dict[str, Any]:
    """Return everything that a load leaves: raw tables row by row, quality, quarantine, words."""
    with duckdb.connect(str(workspace.raw_path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("show tables").fetchall()]
        tables = {name: connection.execute(f"from {name}").fetchall() for name in names}
    return {
        "tables": tables,
        "quality": report.quality.to_csv(index=False),
        "quarantine": {p.name: p.read_bytes() for p in sorted(workspace.quarantine.iterdir())},
        "warnings": report.warnings,
        "inputs": report.inputs,
        "as_of": report.as_of,
    }


def load_both_ways(workspace: Workspace) -> LoadReport:
    """Load with what is remembered, and check that a load without gives the very same."""
    report = workspace.load()
    incremental = outcome(workspace, report)
    workspace.remembers = False
    whole = outcome(workspace, workspace.load())
    workspace.remembers = True
    assert incremental == whole
    return report


def rewrite(workspace: Workspace, name: str, text: str) -> None:
    """Change an export in place."""
    (workspace.root / "exports" / name).write_text(text)


def some_of_everything(workspace: Workspace) -> None:
    """Write exports of every kind, with records that stay, wait and repeat."""
    workspace.write(
        "pairings",
        PAIRINGS + "p1,g,E1,E2,2020-02-01\np2,g,e3,bea@corp.example,2020-02-01\n"
        "p3,g,E1,E1,2020-02-01\np4,g,E9,E2,2020-02-01\np1,g,E1,E2,2020-02-01\n",
    )
    workspace.write(
        "meetings",
        MEETINGS + "m1,p1,2020-03-01,held\nm2,p3,2020-03-01,held\nm3,p7,2020-03-01,held\n"
        "m4,p2,soon,held\n,,,\nm5,p2\n",
    )
    workspace.write("recognitions", AWARDS + "E1,2020-01-01,thanks to Deewanda\n", "awards_1.csv")
    workspace.write("recognitions", AWARDS + "E2,2020-01-01,a book\n", "awards_2.csv")
    workspace.sources[-2:] = [{"table": "recognitions", "path": "exports/awards_*.csv"}]
    workspace.write(
        "survey_items", "survey_id,item_id,kind,scale_min,scale_max\ns,q,likert,1,5\ns,t,text,,\n"
    )
    workspace.write(
        "survey_responses",
        ANSWERS + "s,1,r1,E1,2020-06-01,q,4\ns,1,r1,E1,2020-06-01,t,Beatrixa helped me\n"
        "s,1,r2,,2020-06-01,q,9\n",
    )


# What is read


def test_nothing_that_is_unchanged_is_read_again_but_whom_all_others_are_linked_by(
    kept: Workspace,
) -> None:
    some_of_everything(kept)
    first = kept.load()
    assert len(first.read) == 8
    second = load_both_ways(kept)
    assert sorted(second.read) == [*ALWAYS, "exports/survey_items.csv"]
    assert second.warnings == first.warnings
    assert [file.path for file in second.inputs] == [file.path for file in first.inputs]


def test_a_changed_file_is_read_and_replaces_what_it_said_before(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    rewrite(kept, "meetings.csv", MEETINGS + "m1,p1,2020-03-02,held\n")
    report = load_both_ways(kept)
    assert "exports/meetings.csv" in report.read
    assert "exports/pairings.csv" not in report.read
    assert total(report, "meetings") == (1, 1, 0, 0)
    assert kept.rows("select meeting_id, cast(scheduled_at as date)::varchar from meetings") == [
        ("m1", "2020-03-02")
    ]
    assert kept.waiting("meetings") == []


def test_a_file_changed_back_is_what_it_was(kept: Workspace) -> None:
    some_of_everything(kept)
    first = outcome(kept, kept.load())
    text = (kept.root / "exports" / "meetings.csv").read_text()
    rewrite(kept, "meetings.csv", MEETINGS)
    kept.load()
    rewrite(kept, "meetings.csv", text)
    assert outcome(kept, kept.load()) == first


def test_a_new_file_of_a_source_is_read_alone(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    rewrite(kept, "awards_3.csv", AWARDS + "E3,2020-01-01,a pen\nE2,2020-01-01,a book\n")
    report = load_both_ways(kept)
    assert [path for path in report.read if "awards" in path] == ["exports/awards_3.csv"]
    # The book stands in the second file already.
    assert total(report, "recognitions") == (4, 3, 0, 1)


def test_a_record_that_now_stands_in_an_earlier_file_counts_there(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    rewrite(kept, "awards_0.csv", AWARDS + "E2,2020-01-01,a book\n")
    report = load_both_ways(kept)
    assert [path for path in report.read if "awards" in path] == [
        "exports/awards_0.csv",
        "exports/awards_2.csv",
    ]
    found = kept.rows("select _source from recognitions where kind = 'a book'")
    assert found == [("exports/awards_0.csv",)]
    # And back again, when the earlier file says something else.
    rewrite(kept, "awards_0.csv", AWARDS + "E2,2020-01-02,a book\n")
    load_both_ways(kept)
    found = kept.rows("select _source from recognitions where kind = 'a book' order by all")
    assert found == [("exports/awards_0.csv",), ("exports/awards_2.csv",)]


def test_what_a_source_says_of_its_file_is_part_of_it(kept: Workspace) -> None:
    kept.write("recognitions", AWARDS + "E1,01/02/2020,a\n", date_format="%m/%d/%Y")
    kept.load()
    kept.sources[-1]["date_format"] = "%d/%m/%Y"
    report = load_both_ways(kept)
    assert "exports/recognitions.csv" in report.read
    assert kept.rows("select cast(awarded_on as varchar) from recognitions") == [("2020-02-01",)]


def test_a_limit_decides_only_whether_a_file_is_taken(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    kept.settings["ingest"]["maximum_age_days"] = 36500
    assert "exports/meetings.csv" not in kept.load().read


def test_one_file_in_two_sources_counts_once(kept: Workspace) -> None:
    kept.write("recognitions", AWARDS + "E1,2020-01-01,a\n")
    kept.write("talent_plans", "employee_id,planned_on,plan_type\nE1,2020-01-01,succession\n")
    kept.sources.append(dict(kept.sources[-1]))
    kept.load()
    report = load_both_ways(kept)
    assert total(report, "talent_plans") == (2, 1, 0, 1)


def test_other_code_reads_everything_again(
    kept: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_of_everything(kept)
    kept.load()
    monkeypatch.setattr(stores, "_code", lambda: "another version")
    assert len(kept.load().read) == 8


def test_a_wide_export_is_remembered_with_what_was_set_aside_and_warned_of(
    kept: Workspace,
) -> None:
    export = (
        "ResponseId,RecordedDate,Status,Finished,Duration (in seconds),RecipientEmail,Q1,Q2\n"
        "Response ID,Recorded Date,Status,Finished,Duration,Email,How?,Why?\n"
        + ",".join('"{""ImportId"":""' + name + '""}"' for name in "abcdefgh")
        + "\nR_1,2020-06-01 10:00:00,IP Address,True,1,bea@corp.example,4,Because of Quillon\n"
        "R_2,2020-06-01 10:00:00,Survey Preview,True,90,,4,\n"
        "R_3,2020-06-01 10:00:00,IP Address,True,90,,,\n"
        "R_4,2020-06-01 10:00:00,IP Address,True,90,who@corp.example,5,\n"
    )
    kept.write("survey_responses", export, "pulse.csv", preset="qualtrics")
    first = kept.load()
    report = load_both_ways(kept)
    assert "exports/pulse.csv" not in report.read
    assert report.warnings == first.warnings
    assert any("1 response was given in less than" in sentence for sentence in report.warnings)
    assert kept.reasons("survey_responses") == [
        (2, "preview_response"),
        (3, "empty_response"),
        (4, "unknown_person"),
    ]
    assert kept.rows("select item_id, answer from survey_responses order by item_id") == [
        ("Q1", "4"),
        ("Q2", "Because of [name]"),
    ]


# What a file leans on


def test_a_person_who_becomes_known_brings_their_records_back(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    rewrite(kept, "job_history.csv", JOBS + "E9,2019-01-01,hire,Sales,1,\n")
    report = load_both_ways(kept)
    assert "exports/pairings.csv" in report.read
    assert "exports/meetings.csv" not in report.read
    assert ("p4",) in kept.rows("select pairing_id from pairings")


def test_a_new_colleague_nobody_speaks_of_changes_nothing(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    rewrite(kept, "job_history.csv", JOBS + "E7,2019-01-01,hire,Sales,1,\n")
    rewrite(kept, "people.csv", PEOPLE + "E7,gil@corp.example,,Gilbertina,Ohnename\n")
    report = load_both_ways(kept)
    assert sorted(report.read) == [*ALWAYS, "exports/survey_items.csv"]


def test_an_email_that_passes_to_somebody_else_links_nobody(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    rewrite(kept, "people.csv", PEOPLE + "E7,,bea@corp.example,,\n")
    report = load_both_ways(kept)
    assert "exports/pairings.csv" in report.read
    assert (2, "ambiguous_person") in kept.reasons("pairings")


def test_a_name_that_a_comment_holds_is_taken_out_once_it_is_known(kept: Workspace) -> None:
    some_of_everything(kept)
    rewrite(kept, "awards_2.csv", AWARDS + "E2,2020-01-01,a book for Gilbertina\n")
    kept.load()
    assert ("a book for Gilbertina",) in kept.rows("select kind from recognitions")
    rewrite(kept, "people.csv", PEOPLE + "E7,gil@corp.example,,Gilbertina,\n")
    report = load_both_ways(kept)
    assert [path for path in report.read if "awards" in path] == ["exports/awards_2.csv"]
    assert ("a book for [name]",) in kept.rows("select kind from recognitions")
    rewrite(kept, "people.csv", PEOPLE)
    load_both_ways(kept)
    assert ("a book for Gilbertina",) in kept.rows("select kind from recognitions")


def test_an_employee_id_in_a_comment_goes_once_it_is_somebodys(kept: Workspace) -> None:
    kept.write("recognitions", AWARDS + "E1,2020-01-01,see E-77\n")
    kept.load()
    rewrite(kept, "job_history.csv", JOBS + "E-77,2019-01-01,hire,Sales,1,\n")
    load_both_ways(kept)
    assert kept.rows("select kind from recognitions") == [("see [id]",)]


def test_without_any_names_comments_are_withheld_until_there_are_some(kept: Workspace) -> None:
    some_of_everything(kept)
    rewrite(kept, "people.csv", "employee_id,email\nE2,bea@corp.example\n")
    report = load_both_ways(kept)
    assert ("[withheld]",) in kept.rows("select answer from survey_responses")
    assert any("1 different comment is withheld" in sentence for sentence in report.warnings)
    rewrite(kept, "people.csv", PEOPLE)
    report = load_both_ways(kept)
    assert ("[name] helped me",) in kept.rows("select answer from survey_responses")
    assert not any("withheld" in sentence for sentence in report.warnings)


def test_an_item_that_turns_out_to_be_text_is_redacted_as_such(kept: Workspace) -> None:
    items = "survey_id,item_id,kind,scale_min,scale_max\n"
    kept.write("survey_items", items + "s,q,likert,1,2000000000\n")
    kept.write("survey_responses", ANSWERS + "s,1,r1,,2020-06-01,q,1551234567\n")
    kept.load()
    assert kept.rows("select answer from survey_responses") == [("1551234567",)]
    rewrite(kept, "survey_items.csv", items + "s,q,text,,\n")
    load_both_ways(kept)
    assert kept.rows("select answer from survey_responses") == [("[phone]",)]


def test_another_key_gives_everybody_another_key(
    kept: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_of_everything(kept)
    kept.load()
    before = set(kept.rows("select mentor_key from pairings"))
    monkeypatch.setattr("tests.ingest.conftest.KEY", bytes(reversed(range(32))))
    report = kept.load()
    assert len(report.read) == 8
    assert before.isdisjoint(kept.rows("select mentor_key from pairings"))


# Quarantine of what was not read


def test_a_record_of_an_unchanged_file_waits_whole_when_another_export_drops_what_it_needs(
    kept: Workspace,
) -> None:
    some_of_everything(kept)
    kept.load()
    rewrite(kept, "pairings.csv", PAIRINGS + "p2,g,E3,E2,2020-02-01\n")
    report = load_both_ways(kept)
    assert "exports/meetings.csv" not in report.read
    waiting = {row["record"]: row for row in kept.waiting("meetings")}
    assert waiting["1"]["reason"] == "unknown_pairing"
    assert raw_of(waiting["1"]) == {
        "meeting_id": "m1",
        "pairing_id": "p1",
        "scheduled_at": "2020-03-01",
        "status": "held",
    }


def test_a_workspace_may_lie_in_a_folder_named_like_a_value(kept: Workspace) -> None:
    some_of_everything(kept)
    there = Workspace(kept.root / "level=9" / "event=exit", remembers=True)
    shutil.copytree(kept.root / "exports", there.root / "exports")
    there.sources, there.settings = kept.sources, kept.settings
    kept.load()
    for _ in range(2):
        there.load()
        for table in ("job_history", "meetings", "identities"):
            assert there.rows(f"from {table}") == kept.rows(f"from {table}")


def test_a_file_that_is_read_again_waits_as_it_is_now(
    kept: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where the landed files are too large to be kept until the end of the load.
    monkeypatch.setattr("ingest.settled.settlement.LANDED_BYTES", 0)
    kept.write("pairings", PAIRINGS + "p1,g,E1,E1,2020-02-01\n")
    kept.load()
    rewrite(kept, "pairings.csv", PAIRINGS + "p9,h,E2,E2,2021-02-01\n")
    kept.load()
    (waiting,) = kept.waiting("pairings")
    assert json.loads(waiting["raw"]) == {
        "pairing_id": "p9",
        "program_id": "h",
        "mentor_id": "E2",
        "mentee_id": "E2",
        "started_on": "2021-02-01",
    }


def test_a_quarantine_that_somebody_deleted_is_written_again(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    shutil.rmtree(kept.quarantine)
    load_both_ways(kept)
    assert len(kept.waiting("meetings")) == 5


def test_a_quarantine_that_somebody_edited_is_not_believed(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    path = kept.quarantine / "meetings.csv"
    path.write_text(path.read_text().replace("soon", "later"))
    load_both_ways(kept)
    assert "later" not in path.read_text()


def two_sheets(kept: Workspace) -> None:
    """Declare two sheets of one workbook, whose second and third records wait in each."""
    book = Workbook()
    for year in ("2024", "2025"):
        sheet = book.create_sheet(year)
        sheet.append(["employee_id", "reviewed_on", "rating", "rating_scale_max"])
        sheet.append(["E1", f"{year}-01-15", "3", "5"])
        sheet.append([f"NOBODY{year}", f"{year}-01-15", "3", "5"])
        sheet.append(["E2", f"{year}-99-99", "3", "5"])
    del book["Sheet"]
    content = BytesIO()
    book.save(content)
    for year in ("2024", "2025"):
        kept.write(REVIEWS, content.getvalue(), "reviews.xlsx", sheet=year)


def two_columns(kept: Workspace) -> None:
    """Declare one file twice: each time another of its columns says when."""
    text = "employee_id,kind,started,ended\nE1,course,soon,later\nE2,course,2020-01-01,2020-02-01\n"
    for name in ("started", "ended"):
        kept.write("learning", text, "courses.csv", columns={"completed_on": name})


@pytest.mark.parametrize("declare", [two_sheets, two_columns])
def test_records_of_one_file_that_two_sources_read_wait_as_each_of_them_says(
    kept: Workspace, declare: Callable[[Workspace], None]
) -> None:
    declare(kept)
    kept.load()
    load_both_ways(kept)
    rewrite(kept, "people.csv", PEOPLE + "E5,eve@corp.example,,Evelina,Smithereen\n")
    load_both_ways(kept)
    del kept.sources[-1]
    load_both_ways(kept)


def test_a_record_in_quarantine_says_from_which_sheet_it_is(kept: Workspace) -> None:
    two_sheets(kept)
    for _ in range(2):
        kept.load()
        waiting = [(r["sheet"], r["record"], r["found"]) for r in kept.waiting(REVIEWS)]
        assert waiting == [
            ("2024", "2", "NOBODY2024"),
            ("2024", "3", "2024-99-99"),
            ("2025", "2", "NOBODY2025"),
            ("2025", "3", "2025-99-99"),
        ]


# Privacy


def test_nothing_that_is_kept_names_anybody(kept: Workspace) -> None:
    some_of_everything(kept)
    rewrite(
        kept, "meetings.csv", MEETINGS + "bea@corp.example,p1,2020-03-01,held\nx,Uzbekov,soon,\n"
    )
    kept.load()
    kept.load()
    planted = [
        *("zyxwarth", "quillon", "vandermuggle", "beatrixa", "ostrogoth", "deewanda", "uzbekov"),
        *("corp.example", "bea@", "helped quillon"),
    ]
    said: list[str] = []
    for path in sorted(kept.store.rglob("*")):
        if path.suffix == ".parquet":
            rows = duckdb.execute("from read_parquet($path)", {"path": str(path)}).fetchall()
            said.extend(str(cell).lower() for row in rows for cell in row)
        elif path.is_file():
            said.append(path.read_text(encoding="utf-8").lower())
    assert said
    text = "\n".join(said)
    assert [name for name in planted if name in text] == []
    assert {"e1", "e2", "e3", "e9"}.isdisjoint(said)


def test_what_is_kept_belongs_to_its_owner(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    for path in [kept.store, *kept.store.rglob("*")]:
        wanted = 0o700 if path.is_dir() else 0o600
        assert path.stat().st_mode & 0o777 == wanted, path


# A file that is gone


def test_a_file_that_is_gone_is_refused_until_it_is_confirmed(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    (kept.root / "exports" / "awards_1.csv").unlink()
    for _ in range(2):
        with pytest.raises(DataRefused) as refusal:
            kept.load()
        assert str(refusal.value.place) == "exports/awards_1.csv"
        assert "--full-refresh" in str(refusal.value)
        assert "1 of the 2 files" in str(refusal.value)
    assert len(kept.load(forget=True).read) == 7
    report = load_both_ways(kept)
    assert total(report, "recognitions") == (1, 1, 0, 0)


def test_a_file_that_is_back_is_as_if_it_had_never_been_gone(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    path = kept.root / "exports" / "awards_1.csv"
    text = path.read_text()
    path.unlink()
    with pytest.raises(DataRefused):
        kept.load()
    path.write_text(text)
    assert sorted(kept.load().read) == [*ALWAYS, "exports/survey_items.csv"]


def test_a_source_that_the_configuration_drops_is_dropped(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    kept.sources = [s for s in kept.sources if s["table"] != "meetings"]
    report = load_both_ways(kept)
    assert kept.rows("select * from meetings") == []
    assert sorted(report.read) == [*ALWAYS, "exports/survey_items.csv"]


# What goes wrong


def test_a_full_refresh_gives_the_same_and_reads_everything(kept: Workspace) -> None:
    some_of_everything(kept)
    first = outcome(kept, kept.load())
    report = kept.load(forget=True)
    assert len(report.read) == 8
    assert outcome(kept, report) == first


@pytest.mark.parametrize("harm", ["cut", "changed", "deleted", "no_folder", "pipe"])
def test_what_is_damaged_is_read_again(kept: Workspace, harm: str) -> None:
    some_of_everything(kept)
    first = outcome(kept, kept.load())
    for path in sorted(kept.store.glob("*/rows.parquet")):
        content = path.read_bytes()
        if harm == "cut":
            path.write_bytes(content[:-20])
        elif harm == "changed":
            middle = len(content) // 2
            flipped = bytes([content[middle] ^ 1])
            path.write_bytes(content[:middle] + flipped + content[middle + 1 :])
        elif harm == "deleted":
            path.unlink()
        elif harm == "pipe":
            path.unlink()
            os.mkfifo(path)
        else:
            shutil.rmtree(path.parent)
    report = kept.load()
    assert len(report.read) == 8
    assert outcome(kept, report) == first


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "[]", '{"version": 3}', '{"version": 99, "files": {}}']
)
def test_a_damaged_memory_is_no_memory(kept: Workspace, text: str) -> None:
    some_of_everything(kept)
    kept.load()
    (kept.store / "manifest.json").write_text(text)
    report = kept.load()
    assert len(report.read) == 8
    assert any("not remembered" in sentence for sentence in report.warnings) == ("99" not in text)
    assert sorted(load_both_ways(kept).read) == [*ALWAYS, "exports/survey_items.csv"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_memory_that_is_no_file_is_no_memory_and_not_waited_for(
    kept: Workspace, make: Callable[[Path], None]
) -> None:
    some_of_everything(kept)
    kept.load()
    (kept.store / "manifest.json").unlink()
    make(kept.store / "manifest.json")
    assert any("not remembered" in sentence for sentence in kept.load().warnings)
    assert (kept.store / "manifest.json").is_file()


@pytest.mark.parametrize(
    ("where", "what"),
    [
        pytest.param(("files", 0, "parts"), None, id="no parts"),
        pytest.param(("files", 0, "head"), {}, id="no columns"),
        pytest.param(("files", 0, "records_n"), 100, id="other records"),
        pytest.param(("files", 0, "folder"), "../../exports", id="another folder"),
        pytest.param(("files", 0, "warnings"), "text", id="one warning"),
        pytest.param(("sources",), None, id="no sources"),
        pytest.param(("sources", 0, "files"), [], id="no files"),
        pytest.param(("quarantine",), None, id="no quarantine"),
        pytest.param(("checksum",), "0" * 64, id="another sum"),
    ],
)
def test_a_memory_that_was_changed_by_hand_is_no_memory(
    kept: Workspace, where: tuple[str | int, ...], what: Any
) -> None:
    some_of_everything(kept)
    first = outcome(kept, kept.load())
    path = kept.store / "manifest.json"
    manifest = within = json.loads(path.read_text())
    *above, last = where
    for step in above:
        within = (
            list(within.values())[step] if isinstance(within, dict) and step == 0 else within[step]
        )
    within[last] = what
    path.write_text(json.dumps(manifest))
    report = kept.load()
    assert len(report.read) == 8
    assert any("not remembered" in sentence for sentence in report.warnings)
    second = outcome(kept, report)
    assert {**second, "warnings": first["warnings"]} == first


def test_a_folder_in_the_place_of_the_memory_is_replaced(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    path = kept.store / "manifest.json"
    path.unlink()
    (path / "deep").mkdir(parents=True)
    assert len(kept.load().read) == 8
    assert path.is_file()
    assert sorted(load_both_ways(kept).read) == [*ALWAYS, "exports/survey_items.csv"]


def test_a_load_that_is_cut_short_changes_nothing(
    kept: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_of_everything(kept)
    kept.load()
    manifest = (kept.store / "manifest.json").read_text()
    rewrite(kept, "meetings.csv", MEETINGS + "m1,p1,2020-03-02,held\n")
    for name in ("write_quarantine", "write_raw"):
        with monkeypatch.context() as patch:

            def fail(*_: object, **__: object) -> None:
                raise KeyboardInterrupt

            patch.setattr(loading, name, fail)
            with pytest.raises(KeyboardInterrupt):
                kept.load()
    assert (kept.store / "manifest.json").read_text() == manifest
    report = load_both_ways(kept)
    assert "exports/meetings.csv" in report.read
    known = json.loads((kept.store / "manifest.json").read_text())
    folders = {entry["folder"] for entry in known["files"].values()}
    assert {path.name for path in kept.store.iterdir()} == {"manifest.json", *folders}


def test_what_a_killed_load_left_is_swept_away(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    stray = kept.store / "0123456789abcdef"
    stray.mkdir()
    (stray / "rows.parquet").write_bytes(b"half a file")
    (kept.store / "manifest.partial").write_text("{")
    load_both_ways(kept)
    assert not stray.exists()
    assert not (kept.store / "manifest.partial").exists()


def test_a_refused_load_is_not_remembered(kept: Workspace) -> None:
    some_of_everything(kept)
    kept.load()
    manifest = (kept.store / "manifest.json").read_text()
    kept.settings["ingest"]["maximum_quarantined_share"] = 0.1
    rewrite(kept, "awards_3.csv", AWARDS + "E8,2020-01-01,a\nE9,2020-01-01,b\nE9,soon,c\n")
    with pytest.raises(DataRefused):
        kept.load()
    assert (kept.store / "manifest.json").read_text() == manifest


# Whatever changes, in whatever order

JOB = st.sampled_from(
    ["E1,2019-01-01,hire", "E2,2019-01-01,hire", "E3,2018-01-01,hire", "E5,2018-01-01,hire"]
)
PERSON = st.sampled_from(
    [
        "E1,a@x.example,,Anna",
        "E2,b@x.example,,Berta",
        "E2,b@x.example,a@x.example,Berta",
        "E4,d@x.example,c@x.example,Dora",
        "e3,c@x.example,,Carla",
    ]
)
AWARD = st.builds(
    lambda who, day, kind: f"{who},{day},{kind}",
    st.sampled_from(["E1", "e1", "E2", "E5", "a@x.example", "C@x.example", "nobody", ""]),
    st.sampled_from(["2020-01-01", "2020-01-02", "soon"]),
    st.sampled_from(["a book", "Anna and Dora", "Berta", "E5"]),
)


def lines(record: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(record, max_size=4)


EDIT = st.one_of(
    st.tuples(st.just("job_history.csv"), lines(JOB)),
    st.tuples(st.just("people.csv"), lines(PERSON)),
    st.tuples(st.sampled_from([f"awards_{n}.csv" for n in range(3)]), lines(AWARD)),
)
HEADERS = {
    "job_history.csv": "employee_id,effective_on,event\nE0,2018-01-01,hire\n",
    "people.csv": "employee_id,email,other_emails,first_name\n",
}


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=st.lists(EDIT, min_size=2, max_size=5))
def test_no_history_of_changes_can_be_told_from_the_outcome(
    workspace: Workspace, edits: list[tuple[str, list[str]]]
) -> None:
    shutil.rmtree(workspace.root / "exports", ignore_errors=True)
    shutil.rmtree(workspace.store, ignore_errors=True)
    workspace.sources.clear()
    workspace.remembers = True
    for name, header in HEADERS.items():
        workspace.write(name.removesuffix(".csv"), header)
    workspace.write("recognitions", AWARDS, "awards_0.csv")
    workspace.sources[-1] = {"table": "recognitions", "path": "exports/awards_*.csv"}
    for name, records in edits:
        header = HEADERS.get(name, AWARDS)
        rewrite(workspace, name, header + "".join(f"{record}\n" for record in records))
        load_both_ways(workspace)


IDS = st.sampled_from(["E1", "e1", "E 1", "E2", "1.0", "1", "x@a.example", "X@b.example", "\u0435"])


@given(
    one=st.tuples(st.sets(IDS), st.lists(st.tuples(IDS, IDS | st.none(), st.lists(IDS)))),
    other=st.tuples(st.sets(IDS), st.lists(st.tuples(IDS, IDS | st.none(), st.lists(IDS)))),
    said=IDS,
)
def test_the_same_answers_to_all_questions_give_the_same_link(
    one: tuple[set[str], list[tuple[str, str | None, list[str]]]],
    other: tuple[set[str], list[tuple[str, str | None, list[str]]]],
    said: str,
) -> None:
    first, second = (
        Directory(
            jobs,
            [Person(who, email, tuple(others)) for who, email, others in people],
            domain_aliases={"b.example": "a.example"},
        )
        for jobs, people in (one, other)
    )
    assert first.questions(said) == second.questions(said)
    answers, others = dict(first.answers()), dict(second.answers())
    if all(answers.get(question) == others.get(question) for question in first.questions(said)):
        assert first.find(said) == second.find(said)
