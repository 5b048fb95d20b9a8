"""Google Forms and Microsoft Forms: a question per column, times as each of them writes them."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from tests.ingest.conftest import Workspace, total
from workspace.errors import DataRefused

NARROW = "\u202f"


def moments(workspace: Workspace) -> list[str]:
    rows = workspace.rows(
        "select distinct _record, cast(submitted_at as varchar) from survey_responses order by 1"
    )
    return [moment for _, moment in rows]


@pytest.mark.parametrize(
    ("header", "email", "said", "moment"),
    [
        # The download of the form itself, at 22:26 in a zone three hours behind UTC.
        ("Marca temporal", "", "2022/02/13 10:26:52 p. m. GMT-3", "2022-02-14 01:26:52"),
        (
            "Marca temporal",
            "",
            f"2022/02/13 10:26:52{NARROW}a.\u00a0m. GMT-3",
            "2022-02-13 13:26:52",
        ),
        ("Timestamp", "", "2022/02/13 12:05:00 AM GMT+10", "2022-02-12 14:05:00"),
        ("Timestamp", "", "2022/02/13 9:05:00 PM GMT+5:30", "2022-02-13 15:35:00"),
        ("Timestamp", "", "2022/02/13 9:05:00 PM GMT", "2022-02-13 21:05:00"),
        ("Horodateur", "", "2022/02/13 9:05:00 PM UTC+1", "2022-02-13 20:05:00"),
        # The sheet, in the way of its country.
        (
            "Carimbo de data/hora",
            "Endereço de e-mail",
            "14/07/2025 22:25:41",
            "2025-07-14 22:25:41",
        ),
        ("Horodateur", "Adresse e-mail", "01/10/2026 18:12:05", "2026-10-01 18:12:05"),
        ("Zeitstempel", "E-Mail-Adresse", "07.02.2025 00:13:31", "2025-02-07 00:13:31"),
        (
            "Marca temporal",
            "Dirección de correo electrónico",
            "3/4/2025 9:05:00",
            "2025-04-03 09:05:00",
        ),
        ("Timestamp", "Email address", "2025-04-03 09:05:00", "2025-04-03 09:05:00"),
    ],
)
def test_google_writes_the_time_in_the_language_of_the_form(
    company: Workspace, header: str, email: str, said: str, moment: str
) -> None:
    who = email or "Username"
    company.write(
        "survey_responses",
        f'{header},{who},Was it useful?\n"{said}",bea@corp.example,Yes\n',
        "pulse.csv",
        preset="google_forms",
    )
    report = company.load()
    assert total(report, "survey_responses") == (1, 1, 0, 0)
    assert moments(company) == [moment]
    assert company.rows(
        "select survey_id, response_id, respondent_key is null, item_id, answer "
        "from survey_responses"
    ) == [("pulse", "pulse-1", False, "Was it useful?", "Yes")]


@pytest.mark.parametrize("said", ["3/4/2025 9:05:00", "2026/10/04 4:59:22 p. m. CET"])
def test_google_s_time_is_not_guessed(company: Workspace, said: str) -> None:
    text = f'Timestamp,Was it useful?\n"{said}",Yes\n'
    company.write("survey_responses", text, "pulse.csv", preset="google_forms")
    company.load()
    assert company.reasons("survey_responses") == [(1, "unreadable_date")]


@pytest.mark.parametrize(
    ("said", "date_format", "moment"),
    [
        ("3/4/2025 9:05:00", "%m/%d/%Y %H:%M:%S", "2025-03-04 08:05:00"),
        ("2026/10/04 4:59:22 p. m. CET", "%Y/%m/%d %I:%M:%S %p CET", "2026-10-04 14:59:22"),
    ],
)
def test_the_workspace_says_how_google_s_time_is_written(
    company: Workspace, said: str, date_format: str, moment: str
) -> None:
    company.write(
        "survey_responses",
        f'Timestamp,Score,Was it useful?\n"{said}",3,Yes\n',
        "pulse.csv",
        preset="google_forms",
        date_format=date_format,
        timezone="Europe/Berlin",
    )
    company.load()
    assert moments(company) == [moment]
    assert company.rows("select item_id from survey_responses") == [("Was it useful?",)]


def test_google_s_responses_are_named_by_their_place(company: Workspace) -> None:
    text = "Timestamp,Useful?\n" + "".join(f"2025-04-03 09:0{n}:00,Yes\n" for n in range(3))
    company.write("survey_responses", text, "pulse.csv", preset="google_forms")
    company.load()
    assert company.rows("select response_id from survey_responses order by 1") == [
        ("pulse-1",),
        ("pulse-2",),
        ("pulse-3",),
    ]


MICROSOFT = [
    "ID",
    "Start time",
    "Completion time",
    "Email",
    "Name",
    "Total points",
    "Quiz feedback",
    "Last modified time",
    "How useful was it?",
    "Points - How useful was it?",
    "Feedback - How useful was it?",
]


def workbook(*rows: list[object]) -> bytes:
    """Return an XLSX as Microsoft Forms makes it: times are cells with a format of the US."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    sheet.append(MICROSOFT)
    for row in rows:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, dt.datetime):
                cell.number_format = "m/d/yy h:mm:ss"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_microsoft_forms_in_a_workbook(company: Workspace) -> None:
    start, end = dt.datetime(2026, 3, 27, 19, 6, 23), dt.datetime(2026, 3, 27, 19, 17, 10)
    data = workbook(
        [1, start, end, "anonymous", None, 4, None, None, "Very", 1, None],
        [2, start, end, "BEA@corp.example", "Bea", 4, None, None, "Not", 0, "Oh"],
    )
    company.write(
        "survey_responses",
        data,
        "pulse.xlsx",
        preset="microsoft_forms",
        timezone="Europe/Berlin",
    )
    report = company.load()
    assert total(report, "survey_responses") == (2, 2, 0, 0)
    assert company.rows(
        "select response_id, respondent_key is null, item_id, answer, "
        "cast(submitted_at as varchar) from survey_responses order by 1"
    ) == [
        ("1", True, "How useful was it?", "Very", "2026-03-27 18:17:10"),
        ("2", False, "How useful was it?", "Not", "2026-03-27 18:17:10"),
    ]


def test_a_question_that_begins_like_a_quiz_s_column_is_a_question(company: Workspace) -> None:
    # "Feedback - Q" belongs to a question Q; here there is none of that name.
    questions = ["Useful?", "Points - Useful?", "Feedback - what would help?", "My Points - why"]
    header = ",".join(["ID", "Start time", "Completion time", "Email", "Name", *questions])
    company.write(
        "survey_responses",
        f"{header}\n1,x,7/27/26 19:17:10,anonymous,,Yes,1,Time,Few\n",
        "pulse.csv",
        preset="microsoft_forms",
    )
    company.load()
    assert company.rows("select item_id, answer from survey_responses order by 1") == [
        ("Feedback - what would help?", "Time"),
        ("My Points - why", "Few"),
        ("Useful?", "Yes"),
    ]


def test_questions_with_one_text_are_told_apart(company: Workspace) -> None:
    company.write(
        "survey_responses",
        "Timestamp,Why?,Useful?,Why?,Why? (2),Why?\n2025-04-03 09:05:00,a,b,c,d,e\n",
        "pulse.csv",
        preset="google_forms",
        columns={"program_id": "Useful?"},
    )
    report = company.load()
    assert company.rows("select item_id, answer from survey_responses order by 1") == [
        ("Why?", "a"),
        ("Why? (2)", "d"),
        ("Why? (3)", "c"),
        ("Why? (4)", "e"),
    ]
    (warning,) = [warning for warning in report.warnings if "one header" in warning]
    assert "the later ones are called Why? (3), Why? (4), in the order of the file" in warning


@pytest.mark.parametrize(
    ("time", "email", "said", "moment"),
    [
        # github.com/Pontoriero/desiderata2 and github.com/Lit-innosence/locker-manage-system
        (
            "Informazioni cronologiche",
            "Indirizzo email",
            "08/07/2026 13.49.22",
            "2026-07-08 13:49:22",
        ),
        (
            "\u30bf\u30a4\u30e0\u30b9\u30bf\u30f3\u30d7",
            "\u30e1\u30fc\u30eb\u30a2\u30c9\u30ec\u30b9",
            "2026-04-01 00:30:00",
            "2026-04-01 00:30:00",
        ),
    ],
)
def test_google_names_the_respondent_in_the_language_of_the_form(
    company: Workspace, time: str, email: str, said: str, moment: str
) -> None:
    text = f"{time},{email},Useful?\n{said},bea@corp.example,Yes\n"
    company.write("survey_responses", text, "pulse.csv", preset="google_forms")
    company.load()
    assert moments(company) == [moment]
    assert company.rows("select respondent_key is null, item_id from survey_responses") == [
        (False, "Useful?")
    ]


@pytest.mark.parametrize(
    ("answers", "is_warned"),
    [
        (("bea@corp.example", "", " Cy@corp.example "), True),
        (("bea@corp.example", "none"), False),
        (("write to bea@corp.example",), False),
        (("", ""), False),
    ],
)
def test_a_question_answered_with_addresses_only_is_worth_a_warning(
    company: Workspace, answers: tuple[str, ...], is_warned: bool
) -> None:
    rows = "".join(f"2025-04-03 09:0{n}:00,{one},Yes\n" for n, one in enumerate(answers))
    company.write(
        "survey_responses",
        "Timestamp,Sähköpostiosoite,Useful?\n" + rows,
        "pulse.csv",
        preset="google_forms",
    )
    warnings = company.load().warnings
    assert [w for w in warnings if "respondent_id" in w] == (
        [
            "exports/pulse.csv, column Sähköpostiosoite: every answer is an e-mail address. If it "
            "says who answered, map it: `columns: {respondent_id: HEADER}`."
        ]
        if is_warned
        else []
    )


@pytest.mark.parametrize(
    ("said", "moment"),
    [("7/27/26 19:17:10", "2026-07-27 19:17:10"), ("7/2/20 11:01", "2020-07-02 11:01:00")],
)
def test_microsoft_forms_saved_as_csv(company: Workspace, said: str, moment: str) -> None:
    company.write(
        "survey_responses",
        f"Id,Start time,Completion\u00a0time,Email,Name,Useful?\n1,{said},{said},anonymous,,Yes\n",
        "pulse.csv",
        preset="microsoft_forms",
    )
    company.load()
    assert moments(company) == [moment]


def test_years_of_four_digits_are_asked_for(company: Workspace) -> None:
    text = "ID,Start time,Completion time,Email,Name,Useful?\n1,x,10/9/2024 11:03,anonymous,,Yes\n"
    company.settings["ingest"] = {"maximum_quarantined_share": 0}
    company.write("survey_responses", text, "pulse.csv", preset="microsoft_forms")
    with pytest.raises(DataRefused, match="date_format"):
        company.load()
