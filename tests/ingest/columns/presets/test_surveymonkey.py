"""SurveyMonkey exports: questions in one row, options in the next, one item per column."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from ingest.files.readers.heads import Record, surveymonkey_head
from tests.ingest.conftest import Workspace, total
from workspace.errors import DataRefused

# As the connector of the vendor's own platform and a published export lay them out.
QUESTIONS = [
    "Respondent ID",
    "Collector ID",
    "Start Date",
    "End Date",
    "IP Address",
    "Email Address",
    "First Name",
    "Last Name",
    "Custom Data 1",
    "How satisfied are you?",
    "Which formats suit you?",
    "",
    "",
    "How often did you ...",
    "",
    "Anything else?",
]
OPTIONS = [
    *[""] * 9,
    "Response",
    "Video",
    "Phone",
    "Other (please specify)",
    "meet",
    "write",
    "Open-Ended Response",
]


def export(*responses: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([QUESTIONS, OPTIONS, *responses])
    return out.getvalue()


def response(number: str, *answers: str, email: str = "") -> list[str]:
    base = [number, "77", "2025-03-01 10:00:00", "2025-03-01 10:05:00", "192.0.2.1", email]
    return [*base, "Ann", "Other", "", *answers]


def test_each_column_of_a_question_is_an_item_of_its_own(company: Workspace) -> None:
    text = export(
        response(
            "1", "Very", "Video", "", "By letter", "Weekly", "Never", "No", email="bea@corp.example"
        ),
        response("2", "Not", "", "Phone", "", "", "", ""),
        response("3", "", "", "", "", "", "", ""),
    )
    company.write("survey_responses", text, "pulse.csv", preset="surveymonkey")
    report = company.load()
    rows = company.rows(
        "select response_id, item_id, answer from survey_responses order by response_id, item_id"
    )
    assert rows == [
        ("1", "Anything else?", "No"),
        ("1", "How often did you ...: meet", "Weekly"),
        ("1", "How often did you ...: write", "Never"),
        ("1", "How satisfied are you?", "Very"),
        ("1", "Which formats suit you?: Other (please specify)", "By letter"),
        ("1", "Which formats suit you?: Video", "Video"),
        ("2", "How satisfied are you?", "Not"),
        ("2", "Which formats suit you?: Phone", "Phone"),
    ]
    assert total(report, "survey_responses") == (3, 2, 1, 0)
    assert company.reasons("survey_responses") == [(3, "empty_response")]
    assert company.rows(
        "select distinct survey_id, cast(submitted_at as varchar), respondent_key is null, _line "
        "from survey_responses order by _line"
    ) == [("pulse", "2025-03-01 10:05:00", False, 3), ("pulse", "2025-03-01 10:05:00", True, 4)]


def test_items_are_renamed_by_question_and_option(company: Workspace) -> None:
    company.write(
        "survey_responses",
        export(response("1", "Very", "Video", "", "", "Weekly", "", "")),
        "pulse.csv",
        preset="surveymonkey",
        items={"How satisfied are you?": "q1", "How often did you ...: meet": "q3_meet"},
    )
    company.load()
    assert company.rows("select item_id, answer from survey_responses order by 1") == [
        ("q1", "Very"),
        ("q3_meet", "Weekly"),
    ]


REPEATED = [
    ["Respondent ID", "End Date", "Email Address", "Custom Data 1", "Custom Data 12"],
    ["", "", "", "", ""],
    ["1", "2025-03-01 10:05:00", "", "x", "y"],
]
ASKED = [
    ["How was it?", "Email Address", "How was it?", "Custom Data you need?"],
    ["Response", "Open-Ended Response", "Response", "Response"],
    ["Good", "bea@corp.example", "Bad", "None"],
]


def repeated() -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([*a, *b] for a, b in zip(REPEATED, ASKED, strict=True))
    return out.getvalue()


def test_questions_with_one_text_are_numbered_and_said(company: Workspace) -> None:
    company.write("survey_responses", repeated(), "pulse.csv", preset="surveymonkey")
    report = company.load()
    assert company.rows(
        "select item_id, answer, respondent_key is null from survey_responses order by 1"
    ) == [
        ("Custom Data you need?", "None", True),
        ("Email Address (2)", "[email]", True),
        ("How was it?", "Good", True),
        ("How was it? (2)", "Bad", True),
    ]
    assert any("are called Email Address (2), How was it? (2)" in w for w in report.warnings)
    assert any("column Email Address (2): every answer is an e-mail" in w for w in report.warnings)


def test_questions_with_one_text_are_named_by_their_numbers(company: Workspace) -> None:
    company.write(
        "survey_responses",
        repeated(),
        "pulse.csv",
        preset="surveymonkey",
        columns={"respondent_id": "Email Address (2)"},
        items={"How was it?": "before", "How was it? (2)": "after"},
    )
    company.load()
    assert company.rows(
        "select item_id, answer, respondent_key is null from survey_responses order by 1"
    ) == [("after", "Bad", False), ("before", "Good", False)]


def test_a_title_above_the_header_rows_is_passed_over() -> None:
    opening = [
        Record(("Our pulse",), 1, 1),
        Record(("Respondent ID", "End Date", "Well?"), 2, 2),
        Record(("", "", "Response"), 3, 3),
    ]
    head = surveymonkey_head(opening, "p.csv")
    assert (head.names, head.last_line, head.records_n) == (
        ("Respondent ID", "End Date", "Well?"),
        3,
        3,
    )


def test_an_export_with_one_header_row_is_refused() -> None:
    opening = [Record(("Respondent ID", "Well?"), 1, 1), Record(("17", "Yes"), 2, 2)]
    with pytest.raises(DataRefused, match="no row of questions over a row of options"):
        surveymonkey_head(opening, "p.csv")


@pytest.mark.shared_data
def test_a_real_export_keeps_every_respondent(company: Workspace, shared_exports: Path) -> None:
    company.write(
        "survey_responses",
        (shared_exports / "surveymonkey_StarWars.csv").read_bytes(),
        "films.csv",
        preset="surveymonkey",
        constants={"submitted_at": "2014-06-03"},
    )
    report = company.load()
    assert total(report, "survey_responses") == (1186, 1186, 0, 0)
    # The figures its publishers give: 936 have seen a film, 250 none, 835 chose at least one.
    seen = "Have you seen any of the 6 films in the Star Wars franchise?"
    assert company.rows(
        f"select answer, count(*) from survey_responses where item_id = '{seen}' "
        "group by answer order by answer"
    ) == [("No", 250), ("Yes", 936)]
    assert company.rows(
        "select count(distinct response_id), count(distinct item_id) from survey_responses "
        "where item_id like 'Which of the following Star Wars films have you seen?%: Star Wars: %'"
    ) == [(835, 6)]
