"""How dates, numbers and levels are written: drafted where the column tells, asked where not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ingest.recognition import Draft, recognize
from mentorship.drafting import draft_configuration

HISTORY = "Employee ID,Effective Date,Action,Department\n"
PAIRINGS = "Match ID,Program ID,Mentor Email,Mentee Email,Matched On,Closed On\n"


def only(folder: Path, name: str, text: str) -> Draft:
    (folder / name).write_text(text, encoding="utf-8")
    (draft,) = recognize(folder).drafts
    return draft


def history(*days: str) -> str:
    actions = ("Hire", "Promotion")
    return HISTORY + "".join(f"E1,{day},{actions[n % 2]},S\n" for n, day in enumerate(days))


def pairings(*days: tuple[str, str]) -> str:
    return PAIRINGS + "".join(
        f"M{n},P1,a{n}@x.example,b{n}@x.example,{started},{ended}\n"
        for n, (started, ended) in enumerate(days)
    )


@pytest.mark.parametrize(
    ("days", "date_format"),
    [
        (("31/12/22", "01/02/23"), "%d/%m/%y"),
        (("12/31/22", "01/02/23"), "%m/%d/%y"),
        (("31/12/2022", "01/02/2023"), "%d/%m/%Y"),
        (("15-Jan-2022", "1-Feb-2023"), "%d-%b-%Y"),
        (("2022-01-15", "15/02/2023"), "%d/%m/%Y"),
        (("2022-01-15", "2023-02-01"), None),
    ],
)
def test_a_format_that_the_column_tells_is_drafted(
    tmp_path: Path, days: tuple[str, ...], date_format: str | None
) -> None:
    draft = only(tmp_path, "job_history.csv", history(*days))
    assert draft.date_format == date_format
    assert draft.questions == ()


def test_numbers_of_days_are_asked_about(tmp_path: Path) -> None:
    draft = only(tmp_path, "job_history.csv", history("44562", "44900"))
    assert draft.date_format == "excel"
    assert draft.questions == (
        "are the numbers of Effective Date the days of a spreadsheet? Say `excel_1904` where its "
        "workbook counts from 1904",
    )


def test_a_column_that_decides_for_another_is_named(tmp_path: Path) -> None:
    draft = only(
        tmp_path, "matches.csv", pairings(("03/04/2024", "31/12/2024"), ("05/06/2024", ""))
    )
    assert draft.date_format == "%d/%m/%Y"
    assert draft.questions == (
        "Matched On does not tell days from months: is it written as Closed On is, %d/%m/%Y?",
    )


def test_columns_written_in_two_ways_share_a_list_only_if_nothing_reads_twice(
    tmp_path: Path,
) -> None:
    dotted = only(tmp_path, "matches.csv", pairings(("31.01.2024", "12/31/2024")))
    assert dotted.date_format == ("%d.%m.%Y", "%m/%d/%Y")
    crossed = pairings(("01/31/2024", "31/12/2024"), ("01/02/2024", "01/03/2025"))
    asked = only(tmp_path, "matches.csv", crossed)
    assert asked.date_format is None
    assert asked.questions == (
        "its dates are written in several ways (Matched On: %m/%d/%Y; Closed On: %d/%m/%Y): say "
        "date_format, which holds for all of them",
    )


def scores(*numbers: str) -> str:
    return "Match ID;Program ID;Mentor Email;Mentee Email;Matched On;Fit\n" + "".join(
        f"M{n};P1;a{n}@x.example;b{n}@x.example;2024-01-01;{number}\n"
        for n, number in enumerate(numbers)
    )


@pytest.mark.parametrize(
    ("numbers", "decimal", "questions_n"),
    [
        (("0,85", "1"), ",", 0),
        (("0.85", "1"), None, 0),
        (("85 %", "90 %"), ".", 0),
        (("1.234", "5.678"), None, 1),
    ],
)
def test_the_sign_before_decimals_is_drafted_or_asked(
    tmp_path: Path, numbers: tuple[str, ...], decimal: str | None, questions_n: int
) -> None:
    draft = only(tmp_path, "matches.csv", scores(*numbers))
    assert (draft.decimal, len(draft.questions)) == (decimal, questions_n)
    text = draft_configuration(recognize(tmp_path), root=tmp_path)
    assert yaml.safe_load(text)["sources"][0].get("decimal") == decimal


def test_numbered_levels_are_asked_about(tmp_path: Path) -> None:
    text = (
        "Employee ID,Effective Date,Action,Band\nE1,2024-01-01,Hire,3\nE1,2025-01-01,Promotion,2\n"
    )
    draft = only(tmp_path, "job_history.csv", text)
    assert draft.questions == ("is 1 the most junior Band, and the highest the most senior?",)


@pytest.mark.parametrize("word", ["Termination", "Terminate Employee", "Exit"])
def test_the_meaning_of_the_day_of_an_exit_is_asked(tmp_path: Path, word: str) -> None:
    text = f"{HISTORY}E1,2024-01-01,Hire,S\nE1,2024-12-31,{word},S\n"
    draft = only(tmp_path, "job_history.csv", text)
    assert draft.questions == (
        "is the date of an exit the first day out, as it is read here? Where it is the last day "
        "worked, say `preset: workday_worker_history`, and `reason` in place of `event`",
    )


def test_our_own_headers_say_what_the_day_of_an_exit_means(tmp_path: Path) -> None:
    text = "employee_id,effective_on,event\nE1,2024-01-01,hire\nE1,2024-12-31,exit\n"
    draft = only(tmp_path, "job_history.csv", text)
    assert (draft.is_sure, draft.questions) == (True, ())
