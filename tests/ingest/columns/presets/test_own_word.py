"""The user's word comes before a preset's: constants, words, formats, and what is set aside."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.ingest.columns.histories.history import history_of, lines
from tests.ingest.columns.presets.test_presets import own_preset
from tests.ingest.conftest import Workspace, total


def test_a_constant_of_the_user_is_not_translated_by_the_preset(company: Workspace) -> None:
    # Qooper's preset takes any word but "Not Registered" for `selected`.
    company.write(
        "enrollments",
        "Program,Mentor Email\ng,bea@corp.example\n",
        preset="qooper",
        constants={"status": "withdrawn"},
    )
    company.load()
    assert company.rows("select status from enrollments") == [("withdrawn",)]


def test_a_constant_of_the_user_is_not_rewritten_by_the_preset(company: Workspace) -> None:
    # Together's preset takes spaces and brackets out of its lists of other addresses.
    company.sources.pop()
    company.write(
        "people",
        "employeeId,email,firstName,lastName\nE1,e1@corp.example,Ann,Other\n",
        preset="together",
        constants={"other_emails": "a,b@corp.example"},
    )
    company.write(
        "pairings",
        lines(
            "pairing_id,program_id,mentor_id,mentee_id,started_on",
            "1,g,E2,b@corp.example,2021-01-01",
        ),
    )
    company.load()
    assert company.reasons("pairings") == [(1, "unknown_person")]


def test_a_constant_of_the_user_is_translated_by_the_user_s_own_words(company: Workspace) -> None:
    company.write(
        "enrollments",
        "Program,Mentor Email\ng,bea@corp.example\n",
        preset="qooper",
        constants={"status": "Not Registered"},
        values={"status": {"not registered": "declined"}},
    )
    company.load()
    assert company.rows("select status from enrollments") == [("declined",)]


STATES = lines("employeeId,date,state", "7,2019-05-01,active", "7,2022-03-31,left")


def test_a_word_of_the_table_in_a_column_the_user_maps_is_that_word(workspace: Workspace) -> None:
    # BambooHR's preset takes anything but Terminated for `active`.
    workspace.write(
        "job_history",
        STATES,
        preset="bamboohr_employment_status",
        columns={"standing": "state"},
    )
    workspace.load()
    assert history_of(workspace, "7") == [("2019-05-01", "hire"), ("2022-04-01", "exit")]


def test_the_preset_s_words_hold_in_a_column_the_user_maps(workspace: Workspace) -> None:
    # Customers rename headers, not words.
    workspace.write(
        "job_history",
        STATES.replace("left", "TERMINATED"),
        preset="bamboohr_employment_status",
        columns={"standing": "state"},
    )
    workspace.load()
    assert history_of(workspace, "7") == [("2019-05-01", "hire"), ("2022-04-01", "exit")]


def test_what_nobody_knows_in_a_column_the_user_maps_is_not_guessed(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        lines("employeeId,date,state", "7,2019-05-01,active", "7,2022-03-31,gone"),
        preset="bamboohr_employment_status",
        columns={"standing": "state"},
    )
    workspace.load()
    assert workspace.reasons("job_history") == [(2, "unknown_code")]


@pytest.mark.parametrize(
    ("values", "events"),
    [
        ({"gone": "left"}, [("2019-05-01", "hire"), ("2022-04-01", "exit")]),
        # The user's own catch-all and own words hold for every word.
        ({"active": "active", "*": "left"}, [("2019-05-01", "hire"), ("2022-04-01", "exit")]),
        ({"*": "active"}, [("2019-05-01", "hire")]),
        (
            {"gone": "active", "active": "left"},
            [("2019-05-02", "exit"), ("2022-03-31", "rehire")],
        ),
    ],
)
def test_the_user_s_own_words_hold_in_a_column_the_user_maps(
    workspace: Workspace, values: dict[str, str], events: list[tuple[str, str]]
) -> None:
    workspace.write("job_history", "employee_id,effective_on,event\nE1,2018-01-01,hire\n", "o.csv")
    workspace.write(
        "job_history",
        lines("employeeId,date,state", "7,2019-05-01,active", "7,2022-03-31,gone"),
        preset="bamboohr_employment_status",
        columns={"standing": "state"},
        values={"standing": values},
    )
    workspace.load()
    assert history_of(workspace, "7") == events


WORDY = """\
vendor: MentorHub
evidence: ["its export wizard"]
table: pairings
columns:
  end_reason: [Closed Because]
values:
  end_reason: {Completed: participant, left company: completed, "*": inactivity}
"""


@pytest.mark.parametrize(
    ("columns", "reasons"),
    [
        ({}, ["participant", "inactivity", "inactivity"]),
        ({"end_reason": "Closed Because"}, ["completed", "left_company", "administrator"]),
    ],
)
def test_a_preset_s_other_meaning_of_the_table_s_own_word_is_its_own_column_s(
    company: Workspace, columns: dict[str, str], reasons: list[str]
) -> None:
    own_preset(company, "mentorhub", WORDY)
    start = "g,E2,E1,2021-01-01,2021-06-01"
    company.write(
        "pairings",
        lines(
            "pairing_id,program_id,mentor_id,mentee_id,started_on,ended_on,Closed Because",
            f"1,{start},completed",
            f"2,{start},Left-Company",
            f"3,{start},administrator",
        ),
        preset="mentorhub",
        columns={name: name for name in ("ended_on",)} | columns,
    )
    company.load()
    assert company.rows("select end_reason from pairings order by pairing_id") == [
        (reason,) for reason in reasons
    ]


@pytest.mark.parametrize(
    ("said", "date_format"),
    [
        # The preset makes an offset of GMT and PM of p. m.: both ways are read.
        ("2022/02/13 10:26:52 AM GMT", "%Y/%m/%d %I:%M:%S %p GMT"),
        ("2022/02/13 10:26:52 a. m. GMT", "%Y/%m/%d %I:%M:%S %p %z"),
        ("2022/02/13 10:26:52 a. m. CET", "%Y/%m/%d %I:%M:%S %p CET"),
    ],
)
def test_what_the_user_s_date_format_reads_is_not_rewritten(
    company: Workspace, said: str, date_format: str
) -> None:
    company.write(
        "survey_responses",
        f'Timestamp,Useful?\n"{said}",Yes\n',
        "pulse.csv",
        preset="google_forms",
        date_format=date_format,
    )
    company.load()
    assert company.rows("select cast(submitted_at as varchar) from survey_responses") == [
        ("2022-02-13 10:26:52",)
    ]


def test_a_date_the_user_s_format_reads_with_a_clock_is_not_rewritten(company: Workspace) -> None:
    turned = """\
vendor: MentorHub
evidence: ["its export wizard"]
table: programs
rewrites:
  starts_on: [{pattern: '^(\\d\\d)/(\\d\\d)', replacement: '\\2/\\1'}]
"""
    own_preset(company, "mentorhub", turned)
    company.write(
        "programs",
        "program_id,starts_on\ng,03/04/2024 10:00\n",
        preset="mentorhub",
        date_format="%d/%m/%Y",
    )
    company.load()
    assert company.rows("select cast(starts_on as varchar) from programs") == [("2024-04-03",)]


MATCHES = """\
Pair,Program,Mentor Email,Mentee Email,Start,State
1,g,bea@corp.example,e1,2021-01-01,Unmatched
2,g,bea@corp.example,e3,2021-01-01,Not Registered
3,g,bea@corp.example,e3,2022-01-01,Concluded
"""
QOOPER = {"pairing_id": "Pair", "mentee_id": "Mentee Email", "started_on": "Start"}


def test_records_are_set_aside_by_the_column_the_user_maps(company: Workspace) -> None:
    columns = {**QOOPER, "end_reason": "State"}
    company.write("pairings", MATCHES, preset="qooper", columns=columns)
    report = company.load()
    assert company.reasons("pairings") == [(1, "not_a_pairing"), (2, "not_a_pairing")]
    assert not [warning for warning in report.warnings if "Matching Status" in warning]


def test_a_record_with_a_word_the_user_gives_a_meaning_counts(company: Workspace) -> None:
    company.write(
        "pairings",
        MATCHES,
        preset="qooper",
        columns={**QOOPER, "end_reason": "State"},
        values={"end_reason": {"unmatched": "inactivity"}},
    )
    company.load()
    assert company.reasons("pairings") == [(2, "not_a_pairing")]
    assert company.rows("select pairing_id, end_reason from pairings order by 1") == [
        ("1", "inactivity"),
        ("3", None),
    ]


def test_a_rule_of_ours_without_its_column_is_said(company: Workspace) -> None:
    company.write("pairings", MATCHES, preset="qooper", columns=QOOPER)
    report = company.load()
    assert total(report, "pairings") == (3, 3, 0, 0)
    (warning,) = [warning for warning in report.warnings if "set aside" in warning]
    assert "Matching Status" in warning


# What the workspace says of the file's form


SHEETED = """\
vendor: MentorHub
evidence: ["its export wizard"]
table: programs
sheet: Theirs
header_row: 3
"""


def test_the_user_s_sheet_and_header_row_come_before_the_preset_s(company: Workspace) -> None:
    book = openpyxl.Workbook()
    for name in ("Mine", "Theirs"):
        sheet = book.create_sheet(name)
        for row in (["A report"], ["program_id"], ["g" if name == "Mine" else "h"], ["i"]):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    own_preset(company, "mentorhub", SHEETED)
    company.write(
        "programs", out.getvalue(), "p.xlsx", preset="mentorhub", sheet="Mine", header_row=2
    )
    company.load()
    assert company.rows("select program_id from programs order by 1") == [("g",), ("i",)]


def test_ids_composed_of_other_cells_never_meet(company: Workspace) -> None:
    pairs = """\
vendor: MentorHub
evidence: ["its export wizard"]
table: exposures
columns:
  mentee_id: [Mentee]
composed:
  exposure_id: [pairing_id, kind]
"""
    own_preset(company, "mentorhub", pairs)
    company.write(
        "exposures",
        lines("Mentee,Pair,Kind,On", "E1,a,b|shadowing,2021-01-01", "E1,a|b,shadowing,2021-01-01"),
        preset="mentorhub",
        columns={"pairing_id": "Pair", "kind": "Kind", "occurred_on": "On"},
        values={"kind": {"b|shadowing": "shadowing"}},
    )
    report = company.load()
    assert total(report, "exposures") == (2, 2, 0, 0)
    assert company.rows("select count(distinct exposure_id) from exposures") == [(2,)]
