"""What Qualtrics marks as no answer of a participant, in words and in the numbers of an export."""

from __future__ import annotations

import json

import pytest

from tests.ingest.conftest import Workspace
from tests.ingest.turns.history import lines

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


def test_columns_that_are_derived_from_a_question_are_no_questions(company: Workspace) -> None:
    company.write("survey_responses", export("0", DERIVED), "p.csv", preset="qualtrics")
    company.load()
    assert company.rows("select item_id from survey_responses order by 1") == [("Q1",), ("Q2",)]
