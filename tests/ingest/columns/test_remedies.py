"""What stands in a column that cannot be read, and the line that mends it."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from ingest.columns.remedies import as_written, line_of, remedy_of
from ingest.contract import Column
from tests.ingest.conftest import JOBS, Workspace
from workspace.errors import DataRefused

LEVEL = Column("level", "integer", "")
MINUTES = Column("duration_minutes", "integer", "")


def meanings(column: Column, *texts: str, others: tuple[str, ...] = ()) -> dict[str, object]:
    unread = dict.fromkeys(texts, 1)
    remedy = remedy_of(column, unread, {**unread, **dict.fromkeys(others, 1)}, "a whole number")
    return {} if remedy is None else dict(remedy.meanings)


def test_a_grade_is_its_number_where_that_is_certain() -> None:
    assert meanings(LEVEL, "L3", "Band 4", "M1") == {"L3": 3, "Band 4": 4, "M1": "?"}
    assert meanings(LEVEL, "P1", "P02") == {"P1": 1, "P02": 2}
    assert meanings(LEVEL, "Junior", "Senior") == {"Junior": "?", "Senior": "?"}


def test_minutes_are_what_a_clock_a_word_or_part_of_an_hour_says() -> None:
    assert meanings(MINUTES, "0:45", "1:30") == {"0:45": 45, "1:30": 90}
    assert meanings(MINUTES, "45 min", "1 h", "1 h 30", "1h15m") == {
        "45 min": 45,
        "1 h": 60,
        "1 h 30": 90,
        "1h15m": 75,
    }
    # Beside 0.75 a 1 is an hour, too.
    assert meanings(MINUTES, "0.75", others=("1",)) == {"0.75": 45, "1": 60}
    assert meanings(Column("hours", "number", ""), "0:45", "1 h 30") == {
        "0:45": 0.75,
        "1 h 30": 1.5,
    }


@pytest.mark.parametrize("text", ["Zyxwarth", "Quillon Zyxwarth", "zyx@corp.example", "E1234567"])
def test_what_may_be_a_person_is_not_shown(text: str) -> None:
    remedy = remedy_of(LEVEL, {text: 1}, {text: 1}, "a whole number")
    assert remedy is not None
    assert text not in remedy.sentence
    assert not remedy.meanings


def test_the_line_can_be_pasted() -> None:
    line = line_of({"left_on": {"5999-12-31": ""}, "level": {"M1": "?", "L3": 3}})
    assert yaml.safe_load(line) == {
        "values": {"left_on": {"5999-12-31": ""}, "level": {"M1": "?", "L3": 3}}
    }


def test_all_columns_of_a_file_are_told_in_one_run(workspace: Workspace) -> None:
    workspace.settings["ingest"] = {"maximum_quarantined_share": 0}
    workspace.write(
        "job_history",
        "id,start,end,grade\nA1,04.02.2019,,L3\nA2,24.02.2019,,L4\n",
        preset="spells",
        columns={"employee_id": "id", "hired_on": "start", "left_on": "end", "level": "grade"},
    )
    with pytest.raises(DataRefused) as refused:
        workspace.load()
    to_do = str(refused.value.to_do)
    assert '`date_format: "%d.%m.%Y"` reads every value' in to_do
    assert "Column grade: a whole number is due, and there stands: L3 (1), L4 (1)" in to_do
    assert "`values: {level: {L3: 3, L4: 4}}`" in to_do


def test_a_day_of_a_year_nobody_works_in_is_told_with_the_line(workspace: Workspace) -> None:
    workspace.write("job_history", JOBS)
    workspace.write("programs", "program_id,ends_on\np,5999-12-31\nq,2024-05-31\n")
    workspace.load()
    (row,) = workspace.waiting("programs")
    assert "years are read from 1900 to 2199, and there stands: 5999-12-31 (1)" in row["to_do"]
    assert "`values: {ends_on: {'5999-12-31': ''}}`" in row["to_do"]
    workspace.sources[-1]["values"] = {"ends_on": {"5999-12-31": ""}}
    workspace.load()
    assert workspace.rows("select ends_on from programs order by program_id") == [
        (None,),
        (dt.date(2024, 5, 31),),
    ]


def test_of_a_birth_date_the_year_is_read(company: Workspace) -> None:
    company.sources = [s for s in company.sources if s["table"] != "people"]
    company.write("people", "employee_id,birth_year\nE1,1985-04-30\nE2,1990\nE3,31/12/1970\n")
    company.load()
    assert company.rows("select birth_year from people order by birth_year") == [(1985,), (1990,)]
    (row,) = company.waiting("people")
    assert 'date_format: "%d/%m/%Y"' in row["to_do"]
    company.sources[-1]["date_format"] = "%d/%m/%Y"
    company.load()
    assert company.rows("select min(birth_year) from people") == [(1970,)]


def test_no_birth_date_is_ever_shown(company: Workspace) -> None:
    company.sources = [s for s in company.sources if s["table"] != "people"]
    company.write("people", "employee_id,birth_year\nE1,30.04.85\nE2,12.11.79\n")
    company.load()
    to_do = " ".join(row["to_do"] for row in company.waiting("people"))
    assert 'date_format: "%d.%m.%y"' in to_do
    company.write("people", "employee_id,birth_year\nE1,S60-04-30\nE2,S60-04-30\n", "more.csv")
    report = company.load()
    said = " ".join((*report.warnings, *(row["to_do"] for row in company.waiting("people"))))
    assert "S60" not in said


def test_a_code_that_is_not_known_is_told_with_the_nearest(company: Workspace) -> None:
    company.write(
        "job_history", "employee_id,effective_on,event\nE1,2020-01-01,promoton\n", "x.csv"
    )
    company.load()
    (row,) = company.waiting("job_history")
    assert "`values: {event: {promoton: promotion}}`" in row["to_do"]


def test_grades_are_told_beside_a_text_that_may_be_a_name(workspace: Workspace) -> None:
    records = (f"A{n},2019-02-04,Band {n % 2 + 1}" for n in range(6))
    text = "\n".join(("employee_id,hired_on,level", *records, "A9,2019-02-04,Rosa")) + "\n"
    workspace.settings["ingest"] = {"maximum_quarantined_share": 0}
    workspace.write("job_history", text, preset="spells")
    with pytest.raises(DataRefused) as refused:
        workspace.load()
    to_do = str(refused.value.to_do)
    assert "Band 1 (3), Band 2 (3); and 1 other text, which the quarantine has" in to_do
    assert "`values: {level: {Band 1: 1, Band 2: 2}}`" in to_do
    assert "Rosa" not in to_do


@pytest.mark.parametrize(("ends_n", "is_told"), [(2, False), (3, True), (4, True)])
def test_a_day_before_the_start_that_stands_for_none_is_told_as_it_is_written(
    workspace: Workspace, ends_n: int, is_told: bool
) -> None:
    records = (f"A{n},04.02.2019,{'01.01.1901' if n < ends_n else ''}" for n in range(6))
    text = "\n".join(("employee_id,hired_on,left_on", *records)) + "\n"
    workspace.settings["ingest"] = {"maximum_quarantined_share": 0}
    workspace.write("job_history", text, preset="spells", date_format="%d.%m.%Y")
    with pytest.raises(DataRefused) as refused:
        workspace.load()
    assert ("{left_on: {'01.01.1901': ''}}" in str(refused.value.to_do)) is is_told


@pytest.mark.parametrize(
    ("column", "days"),
    [
        (
            "snapshot_on",
            {"2022 Q1": "2022-03-31", "Q4/2022": "2022-12-31", "2024-H1": "2024-06-30"},
        ),
        ("hired_on", {"2022 Q1": "2022-01-01", "T4 2022": "2022-10-01", "2S2024": "?"}),
        ("hired_on", {"2022 H2": "2022-07-01", "2022 H3": "?"}),
    ],
)
def test_a_part_of_a_year_is_its_last_day_or_its_first(column: str, days: dict[str, str]) -> None:
    given = Column(column, "date", "any")
    told = as_written(given, dict.fromkeys(days, 3)).meanings
    is_sure = "?" not in days.values()
    assert told == (days if is_sure else dict.fromkeys(days, "?"))


def test_days_that_hardly_repeat_are_told_as_they_are_written() -> None:
    told = as_written(Column("hired_on", "date", "any"), {"R1-05-01": 3, "R2-06-01": 2})
    assert told.meanings == {}
    assert "a9-99-99 (5)" in told.sentence


def test_months_by_name_are_one_format(workspace: Workspace) -> None:
    workspace.settings["ingest"] = {"maximum_quarantined_share": 0}
    workspace.write(
        "job_history", "employee_id,hired_on\nE1,M\u00e4rz 2018\nE2,Mai 2019\n", preset="spells"
    )
    with pytest.raises(DataRefused, match='`date_format: "%B %Y"` reads every value'):
        workspace.load()
