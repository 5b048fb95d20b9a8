"""Qualtrics exports: the head is recognized, a response is one record, an answer is one row."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest

from ingest.files.readers.heads import Record, qualtrics_head
from tests.ingest.conftest import Workspace, raw_of, total
from workspace.errors import DataRefused

FIELDS = [
    "StartDate",
    "EndDate",
    "Status",
    "Progress",
    "Duration (in seconds)",
    "Finished",
    "RecordedDate",
    "ResponseId",
    "RecipientEmail",
    "Q1",
    "Q2",
    "Q2 - Topics",
    "Program",
]
TEXTS = [
    "Startdatum",
    "Enddatum",
    "Antworttyp",
    "Fortschritt",
    "Dauer (in Sekunden)",
    "Beendet",
    "Aufgezeichnet",
    "Antwort-ID",
    "E-Mail",
    "Wie war es?\nEhrlich.",
    "Warum?",
    "Q2 - Topics",
    "Program",
]
FINISHED = [
    "2025-03-01 10:00:00",
    "2025-03-01 10:05:00",
    "IP Address",
    "100",
    "300",
    "True",
    "2025-03-01 10:05:00",
]


def export(*responses: list[str], zone: str = "America/Denver", lead: int = 0) -> str:
    """Return a Qualtrics CSV with its three header rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for _ in range(lead):
        writer.writerow(["Report of March"])
    writer.writerows([FIELDS, TEXTS])
    ids = [{"ImportId": name, **({"timeZone": zone} if "Date" in name else {})} for name in FIELDS]
    writer.writerow([json.dumps(said, separators=(",", ":")) for said in ids])
    writer.writerows(responses)
    return "\ufeff" + out.getvalue()


def response(
    number: int, *answers: str, email: str = "", program: str = "g", **base: str
) -> list[str]:
    meta = dict(zip(FIELDS, FINISHED, strict=False)) | {
        k.replace("_", " "): v for k, v in base.items()
    }
    return [*(meta[name] for name in FIELDS[:7]), f"R_{number}", email, *answers, "", program]


def test_each_answer_of_a_response_is_one_row(company: Workspace) -> None:
    text = export(
        response(1, "4", "Because", email="BEA@corp.example"), response(2, "", "Only words")
    )
    company.write(
        "survey_responses", text, "pulse.csv", preset="qualtrics", columns={"program_id": "Program"}
    )
    report = company.load()
    assert total(report, "survey_responses") == (2, 2, 0, 0)
    rows = company.rows(
        "select survey_id, wave, response_id, respondent_key is null, program_id, submitted_at, "
        "item_id, answer, _record, _line from survey_responses"
    )
    # 10:05 in Denver on 1 March is 17:05 UTC; the question's text spans a line of its own.
    at = dt.datetime(2025, 3, 1, 17, 5)
    assert rows == [
        ("pulse", "pulse", "R_1", False, "g", at, "Q1", "4", 1, 5),
        ("pulse", "pulse", "R_1", False, "g", at, "Q2", "Because", 1, 5),
        ("pulse", "pulse", "R_2", True, "g", at, "Q2", "Only words", 2, 6),
    ]


def test_previews_unfinished_and_empty_responses_are_set_aside_and_refuse_nothing(
    company: Workspace,
) -> None:
    company.settings["ingest"] = {"maximum_quarantined_share": 0}
    text = export(
        response(1, "4", ""),
        response(2, "4", "", Status="Survey Preview"),
        response(3, "4", "", Status="1"),
        response(4, "4", "", Finished="False"),
        response(5, "4", "", Finished="0"),
        response(6, "", ""),
        response(7, "4", "", Status="Spam"),
        response(1, "4", ""),
    )
    company.write(
        "survey_responses", text, "pulse.csv", preset="qualtrics", items={"Q1": "q", "Q2": "w"}
    )
    report = company.load()
    assert total(report, "survey_responses") == (8, 1, 6, 1)
    assert company.reasons("survey_responses") == [
        (2, "preview_response"),
        (3, "preview_response"),
        (4, "unfinished_response"),
        (5, "unfinished_response"),
        (6, "empty_response"),
        (7, "spam_response"),
    ]


def test_a_single_answer_outside_its_scale_holds_the_whole_response(company: Workspace) -> None:
    company.write("survey_items", "survey_id,item_id,kind,scale_min,scale_max\ns,q,likert,1,5\n")
    text = export(response(1, "6", "fine"), response(2, "5", "fine"))
    company.write(
        "survey_responses",
        text,
        "p.csv",
        preset="qualtrics",
        items={"q1": "q", "Warum?": "why"},
        constants={"survey_id": "s", "wave": "2025"},
    )
    report = company.load()
    assert total(report, "survey_responses") == (2, 1, 1, 0)
    (row,) = company.waiting("survey_responses")
    assert (row["reason"], row["found"]) == ("outside_scale", "q: 6, on a scale of 1 to 5")
    assert raw_of(row)["Q2"] == "fine"
    assert company.rows("select distinct survey_id, wave from survey_responses") == [("s", "2025")]


def test_words_of_a_scale_are_mapped_by_values(company: Workspace) -> None:
    company.write(
        "survey_responses",
        export(response(1, " Very GOOD", "")),
        "p.csv",
        preset="qualtrics",
        values={"answer": {"very good": "5"}},
    )
    company.load()
    assert company.rows("select item_id, answer from survey_responses where item_id = 'Q1'") == [
        ("Q1", "5")
    ]


def test_the_head_is_told_by_its_import_ids_and_not_by_its_place(company: Workspace) -> None:
    company.write(
        "survey_responses",
        export(response(1, "4", ""), lead=2),
        "p.csv",
        preset="qualtrics",
        items={"Q1": "q"},
    )
    assert total(company.load(), "survey_responses") == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Z", "2025-03-01 10:05:00"),
        ("+00:00", "2025-03-01 10:05:00"),
        ("+01:00", "2025-03-01 09:05:00"),
        ("-0700", "2025-03-01 17:05:00"),
        ("UTC+8", "2025-03-01 02:05:00"),
        ("CET", "2025-03-01 09:05:00"),
    ],
)
def test_the_zone_that_the_head_declares_is_that_of_its_times(
    company: Workspace, zone: str, moment: str
) -> None:
    text = export(response(1, "4", ""), zone=zone)
    company.write("survey_responses", text, "p.csv", preset="qualtrics", items={"Q1": "q"})
    report = company.load()
    assert company.rows("select cast(submitted_at as varchar) from survey_responses") == [(moment,)]
    assert report.warnings == ()


@pytest.mark.parametrize("zone", ["+05:30", "Atlantis/Capital", "+99:00"])
def test_a_zone_that_cannot_be_followed_is_said_unless_the_user_says_one(
    company: Workspace, zone: str
) -> None:
    text = export(response(1, "4", ""), zone=zone)
    company.write("survey_responses", text, "p.csv", preset="qualtrics", items={"Q1": "q"})
    (warning,) = company.load().warnings
    assert warning == (
        f"exports/p.csv: its times are said to be in {zone}, which cannot be followed, so they are "
        "taken for UTC; say which zone with `timezone:`."
    )
    company.sources[-1]["timezone"] = "Asia/Kolkata"
    assert company.load().warnings == ()
    assert company.rows("select cast(submitted_at as varchar) from survey_responses") == [
        ("2025-03-01 04:35:00",)
    ]


def test_two_zones_in_one_head_are_said(company: Workspace) -> None:
    text = export(response(1, "4", "")).replace("America/Denver", "Europe/Paris", 1)
    company.write("survey_responses", text, "p.csv", preset="qualtrics", items={"Q1": "q"})
    (warning,) = company.load().warnings
    assert "in America/Denver and Europe/Paris, which cannot be followed" in warning


@pytest.mark.parametrize(
    ("labels", "is_legacy"),
    [(("ResponseID", "ResponseSet", "Fine?"), True), (("R_1", "Default", "4"), False)],
)
def test_columns_called_v1_are_an_old_export_only_over_its_labels(
    labels: tuple[str, ...], is_legacy: bool
) -> None:
    opening = [Record(("V1", "V2", "Q1"), 1, 1), Record(labels, 2, 2)]
    if is_legacy:
        assert qualtrics_head(opening, "p.csv").names == ("ResponseID", "ResponseSet", "Q1")
        return
    with pytest.raises(DataRefused, match="not an export of Qualtrics"):
        qualtrics_head(opening, "p.csv")


def test_an_export_whose_header_rows_were_removed_is_refused() -> None:
    opening = [Record(("StartDate", "ResponseId"), 1, 1), Record(("2025-01-01", "R_1"), 2, 2)]
    with pytest.raises(DataRefused, match="no row of ImportIds in the first 2 records"):
        qualtrics_head(opening, "p.csv")


def test_a_question_the_user_names_must_be_there(company: Workspace) -> None:
    company.write(
        "survey_responses",
        export(response(1, "4", "")),
        "p.csv",
        preset="qualtrics",
        items={"Q9": "q"},
    )
    with pytest.raises(DataRefused, match="Q9"):
        company.load()


def test_very_fast_responses_are_worth_a_warning(company: Workspace) -> None:
    fast = {"Duration_(in_seconds)": "1"}
    text = export(response(1, "4", "x", **fast), response(2, "4", "x"))
    company.write(
        "survey_responses", text, "p.csv", preset="qualtrics", items={"Q1": "q", "Q2": "w"}
    )
    report = company.load()
    assert total(report, "survey_responses") == (2, 2, 0, 0)
    assert any(
        "1 response was given in less than 1 second a question" in w for w in report.warnings
    )


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "line", "items"),
    [
        ("qualtrics_sample_scrubbed.csv", 4, ["Q1", "Q2"]),
        ("qualtrics_sample_legacy_scrubbed.csv", 3, ["Q1", "Q2"]),
    ],
)
def test_a_real_export_keeps_its_one_response(
    company: Workspace, shared_exports: Path, name: str, line: int, items: list[str]
) -> None:
    company.write(
        "survey_responses", (shared_exports / name).read_bytes(), name, preset="qualtrics"
    )
    report = company.load()
    assert total(report, "survey_responses") == (1, 1, 0, 0)
    rows = company.rows(
        "select item_id, response_id, _line, cast(submitted_at as varchar) from survey_responses"
    )
    moment = "2017-07-18 08:28:48"
    assert rows == [(item, "R_2YPOQ602ER1jkf1", line, moment) for item in items]
