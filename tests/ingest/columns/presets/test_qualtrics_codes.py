"""What Qualtrics marks as no answer of a participant, in words and in the numbers of an export."""

from __future__ import annotations

import json

import pytest

from tests.ingest.columns.histories.history import lines
from tests.ingest.conftest import Workspace

# The value labels of the vendor's own export for SPSS.
STATUSES = [
    ("0", "IP Address", None),
    ("1", "Survey Preview", "preview_response"),
    ("2", "Survey Test", "preview_response"),
    ("4", "Imported", None),
    ("8", "Spam", "spam_response"),
    ("9", "Survey Preview Spam", "preview_response"),
    ("12", "Imported Spam", "spam_response"),
    ("16", "Offline", None),
    ("17", "Offline Survey Preview", "preview_response"),
    ("32", "EX", None),
    ("40", "EX Spam", "spam_response"),
    ("48", "EX Offline", None),
]
# What Text iQ and a question of recommendation add to a question's column.
DERIVED = [
    "Q2 - Topics",
    "Q2 - Parent Topics",
    "Q2 - Sentiment",
    "Q2 - Sentiment Score",
    "Q2 - Sentiment Polarity",
    "Q2 - Topic Sentiment Label",
    "Q2 - Topic Sentiment Score",
    "Q2 - Topic Hierarchy Level 1",
    "Q2 - Effort Numeric",
    "Q2 - Emotion Intensity",
    "Q1_NPS_GROUP",
]


def export(status: str, derived: list[str]) -> str:
    names = ["Status", "Finished", "RecordedDate", "ResponseId", "Q1", "Q2", *derived]
    ids = ['"' + json.dumps({"ImportId": name}).replace('"', '""') + '"' for name in names]
    answers = ["10", "fine", *("x" for _ in derived)]
    response = [status, "1", "2025-03-01 10:05:00", "R_1", *answers]
    return lines(",".join(names), ",".join(names), ",".join(ids), ",".join(response))


@pytest.mark.parametrize("form", [0, 1])
@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status[1])
def test_every_status_is_kept_or_set_aside(
    company: Workspace, status: tuple[str, str, str | None], form: int
) -> None:
    company.write("survey_responses", export(str(status[form]), []), "p.csv", preset="qualtrics")
    company.load()
    reason = status[2]
    assert company.reasons("survey_responses") == ([] if reason is None else [(1, reason)])


# What is no answer, by its header and by the vendor's own id of the column.
TECHNICAL = [
    ("Q_RecaptchaScore", "Q_RecaptchaScore"),
    ("Q_RelevantIDFraudScore", "Q_RelevantIDFraudScore"),
    ("Q1_DO", "QID1_DO"),
    ("Q1_DO_2", "QID1_DO"),
    ("Order of choices", "QID7_DO"),
    ("FL_5_DO", "FL_5_DO"),
    ("Wait_First Click", "QID3_FIRST_CLICK"),
    ("Wait_Last Click", "QID3_LAST_CLICK"),
    ("Wait_Page Submit", "QID3_PAGE_SUBMIT"),
    ("Wait_Click Count", "1_QID3_CLICK_COUNT"),
    ("Q9_Operating System", "QID9_OS"),
]
# What a questionnaire may well be called, though it looks like them.
ASKED = [
    ("Q_1", "QID11"),
    ("WHAT_TO_DO", "QID12"),
    ("Feelings - Topics", "QID13"),
    ("The browser", "QID14_TEXT"),
]


def test_technical_columns_are_no_questions_and_others_are(company: Workspace) -> None:
    columns = [*TECHNICAL, *ASKED]
    text = export("0", [header for header, _ in columns])
    for header, code in columns:
        text = text.replace(f'""ImportId"": ""{header}""', f'""ImportId"": ""{code}""')
    company.write("survey_responses", text, "p.csv", preset="qualtrics")
    company.load()
    assert company.rows("select item_id from survey_responses order by 1") == [
        (item,) for item in sorted(["Q1", "Q2", *(header for header, _ in ASKED)])
    ]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *[(word, "unfinished_response") for word in ("False", "FALSCH", "Falso", "Faux", "0")],
        *[(word, None) for word in ("True", "WAHR", "Verdadero", "Vrai", "1", "")],
    ],
)
def test_finished_is_told_in_the_commonest_languages(
    company: Workspace, said: str, reason: str | None
) -> None:
    text = export("0", []).replace("0,1,2025", f"0,{said},2025")
    company.write("survey_responses", text, "p.csv", preset="qualtrics")
    report = company.load()
    assert company.reasons("survey_responses") == ([] if reason is None else [(1, reason)])
    assert report.warnings == ()


def test_a_word_that_is_neither_finished_nor_unfinished_is_said(company: Workspace) -> None:
    text = export("0", []).replace("0,1,2025", "0,Ep\u00e4tosi,2025")
    company.write("survey_responses", text, "p.csv", preset="qualtrics")
    assert company.load().warnings == (
        "exports/p.csv, column Finished: 1 record says neither yes nor no in a language that is "
        "known; they are kept.",
    )


def test_columns_that_are_derived_from_a_question_are_no_questions(company: Workspace) -> None:
    company.write("survey_responses", export("0", DERIVED), "p.csv", preset="qualtrics")
    company.load()
    assert company.rows("select item_id from survey_responses order by 1") == [("Q1",), ("Q2",)]
