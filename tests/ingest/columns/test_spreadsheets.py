"""Plain spreadsheets: rows of several people, headers that stand twice, months, wrapped ids."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.ingest.conftest import Workspace
from workspace.errors import ConfigError, DataRefused

PAIRS = {"program_id": "rise", "pairing_id": "{record}", "started_on": "2021-03-01"}


@pytest.fixture
def pairs(company: Workspace) -> Workspace:
    company.write("programs", "program_id\nrise\n")
    return company


def paired(workspace: Workspace) -> list[tuple[Any, ...]]:
    """Return the e-mail-free keys of each pairing as the numbers of its people."""
    rows = workspace.rows("select mentor_key, mentee_key from pairings order by pairing_id")
    keys = workspace.rows("select distinct person_key, _record from people order by _record")
    names = {key: f"E{n}" for n, (key, _) in enumerate(keys, 1)}
    return [(names[mentor], names[mentee]) for mentor, mentee in rows]


def test_mentees_in_columns_are_a_pairing_each(pairs: Workspace) -> None:
    pairs.write(
        "pairings",
        "Mentor,Mentee 1,Mentee 2,Mentee 3\nE3,E1,E2,\nE1,,E2,E4\nE2,,,\n",
        columns={"mentor_id": "Mentor"},
        each_of={"mentee_id": ["Mentee 1", "Mentee 2", "Mentee 3"]},
        constants=PAIRS,
    )
    report = pairs.load()
    assert paired(pairs) == [("E3", "E1"), ("E3", "E2"), ("E1", "E2"), ("E1", "E4")]
    # The last mentor has nobody: no pairing, and no bad record.
    assert pairs.reasons("pairings") == [(5, "set_aside")]
    assert any("2 records hold several entries under mentee_id" in w for w in report.warnings)


def test_columns_side_by_side_go_together(pairs: Workspace) -> None:
    pairs.write(
        "pairings",
        "Mentor,A,A from,B,B from\nE3,E1,2023-01-01,E2,2023-02-01\n",
        columns={"mentor_id": "Mentor"},
        each_of={"mentee_id": ["A", "B"], "started_on": ["A from", "B from"]},
        constants={"program_id": "rise", "pairing_id": "{record}"},
    )
    pairs.load()
    assert paired(pairs) == [("E3", "E1"), ("E3", "E2")]
    assert pairs.rows("select started_on from pairings order by pairing_id") == [
        (dt.date(2023, 1, 1),),
        (dt.date(2023, 2, 1),),
    ]


@pytest.mark.parametrize(("cell", "signs"), [("E1; E2", ";"), ("E1/E2 & E4", ["/", "&"])])
def test_people_in_one_cell_are_a_pairing_each(pairs: Workspace, cell: str, signs: Any) -> None:
    pairs.write(
        "pairings",
        f"Mentor,Mentee\nE3,{cell}\n",
        columns={"mentor_id": "Mentor", "mentee_id": "Mentee"},
        split={"mentee_id": signs},
        constants=PAIRS,
    )
    pairs.load()
    assert paired(pairs) == [("E3", person) for person in ("E1", "E2", "E4") if person in cell]


def test_several_people_in_a_cell_are_told_with_the_line_that_parts_them(pairs: Workspace) -> None:
    pairs.write(
        "pairings",
        "Mentor,Mentee\nE3,E1; E2\n",
        columns={"mentor_id": "Mentor", "mentee_id": "Mentee"},
        constants=PAIRS,
    )
    pairs.load()
    (row,) = pairs.waiting("pairings")
    assert 'split: {mentee_id: ";"}' in row["to_do"]


def test_rows_are_left_out_by_an_empty_cell_or_a_word(pairs: Workspace) -> None:
    pairs.settings["ingest"] = {"maximum_quarantined_share": 0}
    pairs.write(
        "pairings",
        "Mentor,Mentee,Status\nE3,E1,Active\nE3,,Active\nE3,E2,DRAFT\n",
        columns={"mentor_id": "Mentor", "mentee_id": "Mentee"},
        set_aside={"Mentee": "", "Status": ["Draft"]},
        constants=PAIRS,
    )
    pairs.load()
    assert paired(pairs) == [("E3", "E1")]
    assert pairs.reasons("pairings") == [(2, "set_aside"), (3, "set_aside")]


def test_a_column_that_sets_aside_and_is_not_there_is_a_mistake(pairs: Workspace) -> None:
    pairs.write(
        "pairings",
        "Mentor,Mentee\nE3,E1\n",
        columns={"mentor_id": "Mentor", "mentee_id": "Mentee"},
        set_aside={"Mente": ""},
        constants=PAIRS,
    )
    with pytest.raises(ConfigError, match="the nearest is Mentee"):
        pairs.load()


@pytest.mark.parametrize(
    ("mentor", "mentee"), [("Mentor > Id", "Mentee > Id"), ("Id (1)", "Id (2)")]
)
def test_a_header_that_stands_twice_is_told_by_the_one_above_or_its_place(
    pairs: Workspace, mentor: str, mentee: str
) -> None:
    pairs.write(
        "pairings",
        "Mentor,,Mentee,\nName,Id,Name,Id\nx,E3,y,E1\n",
        columns={"mentor_id": mentor, "mentee_id": mentee},
        constants=PAIRS,
    )
    pairs.load()
    assert paired(pairs) == [("E3", "E1")]


def test_a_header_that_stands_twice_is_refused_with_the_line_that_tells_it(
    pairs: Workspace,
) -> None:
    pairs.write(
        "pairings",
        "Id,Id\nE3,E1\n",
        columns={"mentor_id": "Id", "mentee_id": "Id"},
        constants=PAIRS,
    )
    with pytest.raises(DataRefused, match=r'columns: \{mentor_id: "Id \(1\)"\}'):
        pairs.load()


@pytest.mark.parametrize(
    ("written", "way", "first", "last"),
    [
        ("2023-02", "%Y-%m", "2023-02-01", "2023-02-28"),
        ("02/2024", "%m/%Y", "2024-02-01", "2024-02-29"),
        ("Feb 2023", "%b %Y", "2023-02-01", "2023-02-28"),
        ("2023", "%Y", "2023-01-01", "2023-12-31"),
    ],
)
def test_a_month_or_a_year_is_a_date(
    pairs: Workspace, written: str, way: str, first: str, last: str
) -> None:
    pairs.write(
        "programs",
        f"program_id,starts_on,ends_on\np,{written},{written}\n",
        "more.csv",
        date_format=way,
    )
    pairs.load()
    days = "select starts_on, ends_on from programs where program_id = 'p'"
    assert pairs.rows(days) == [(dt.date.fromisoformat(first), dt.date.fromisoformat(last))]
    pairs.sources[-1]["incomplete_dates"] = {"ends_on": "first"}
    pairs.load()
    assert pairs.rows(days) == [(dt.date.fromisoformat(first),) * 2]


def test_ids_wrapped_for_a_spreadsheet_are_the_text_they_keep(workspace: Workspace) -> None:
    said = ('="00123"', "'00124", "'00125'", '"=""00126"""', "00127")
    jobs = "".join(f"{text},2019-02-04,hire,A\n" for text in said)
    workspace.write("job_history", f"employee_id,effective_on,event,department\n{jobs}")
    people = "".join(f"0012{n},x{n}@corp.example,'t Hooft\n" for n in range(3, 8))
    workspace.write("people", f"employee_id,email,last_name\n{people}")
    assert not any("leads to nobody" in w or "lead to" in w for w in workspace.load().warnings)
    assert workspace.rows(
        "select count(distinct person_key) from job_history semi join people using (person_key)"
    ) == [(5,)]


@pytest.mark.parametrize(
    "day",
    [
        *("4712-12-31", "2999-12-31", "0001-01-01", "1753-01-01", "1899-12-30", "31/12/4712"),
        *("9999-12-31", "1/1/0001 12:00:00 AM", "1800-01-01", "1601-01-01"),
    ],
)
def test_days_that_mean_none_are_none(company: Workspace, day: str) -> None:
    company.write("programs", f"program_id,ends_on\np,{day}\nq,2024-05-31\n")
    company.load()
    assert company.rows("select ends_on from programs order by program_id") == [
        (None,),
        (dt.date(2024, 5, 31),),
    ]


def test_the_years_of_the_buddhist_calendar_are_said_and_read(company: Workspace) -> None:
    company.write("programs", "program_id,starts_on\np,2562-02-04\nq,2563-02-29\n")
    company.load()
    assert {"calendar: buddhist" in row["to_do"] for row in company.waiting("programs")} == {True}
    company.sources[-1]["calendar"] = "buddhist"
    company.load()
    assert company.rows("select starts_on from programs order by program_id") == [
        (dt.date(2019, 2, 4),),
        (dt.date(2020, 2, 29),),
    ]


def test_every_file_that_is_not_there_is_told_at_once(company: Workspace) -> None:
    company.sources += [
        {"table": "programs", "path": "exports/one.csv"},
        {"table": "pairings", "path": "exports/two.csv"},
    ]
    with pytest.raises(ConfigError, match=r"2 files .*(?s:.)*one\.csv; no file exports/two\.csv"):
        company.load()


@pytest.mark.parametrize(
    ("cell", "split", "line"),
    [
        ("E1;E2", ";", 'split: {mentee_id: ";"}'),
        ('"E1\nE2"', "\n", 'split: {mentee_id: "\\n"}'),
        ("E1 and E2", " and ", 'split: {mentee_id: " and "}'),
        ("E1 und E2", " und ", 'split: {mentee_id: " und "}'),
        ('"E1, E2"', ",", 'split: {mentee_id: ","}'),
    ],
)
def test_several_people_in_a_cell_are_advised_of_and_read(
    pairs: Workspace, cell: str, split: str, line: str
) -> None:
    columns = {"mentor_id": "Mentor", "mentee_id": "Mentees"}
    text = f"Mentor,Mentees\nE3,{cell}\nE4,E1\n"
    pairs.write("pairings", text, columns=columns, constants=PAIRS)
    pairs.load()
    assert line in pairs.waiting("pairings")[0]["to_do"]
    pairs.sources[-1]["split"] = {"mentee_id": split}
    pairs.load()
    assert paired(pairs) == [("E3", "E1"), ("E3", "E2"), ("E4", "E1")]


def test_mentors_in_columns_with_holes_are_a_pairing_each(pairs: Workspace) -> None:
    pairs.write(
        "pairings",
        "Mentor 1,Mentor 2,Mentor 3,Mentee\nE3,,E2,E1\n,E3,,E2\n,,,E4\n",
        columns={"mentee_id": "Mentee"},
        each_of={"mentor_id": ["Mentor 1", "Mentor 2", "Mentor 3"]},
        constants=PAIRS,
    )
    pairs.load()
    assert paired(pairs) == [("E3", "E1"), ("E2", "E1"), ("E3", "E2")]
    assert pairs.reasons("pairings") == [(4, "set_aside")]


def test_records_taken_apart_are_the_same_when_nothing_has_changed(pairs: Workspace) -> None:
    pairs.remembers = True
    pairs.write(
        "pairings",
        "Mentor,Mentee 1,Mentee 2\nE3,E1; E4,\nE1,,E2\n",
        columns={"mentor_id": "Mentor"},
        each_of={"mentee_id": ["Mentee 1", "Mentee 2"]},
        split={"mentee_id": ";"},
        constants=PAIRS,
    )
    first = pairs.load()
    rows = pairs.rows("select pairing_id, mentor_key, mentee_key, _record from pairings order by 1")
    second = pairs.load()
    assert "exports/pairings.csv" not in second.read
    assert second.warnings == first.warnings
    assert second.quality.equals(first.quality)
    assert (
        pairs.rows("select pairing_id, mentor_key, mentee_key, _record from pairings order by 1")
        == rows
    )


@pytest.mark.parametrize(
    ("text", "date_format", "day"),
    [
        ("2024-M03", "%Y-M%m", dt.date(2024, 3, 31)),
        ("Mar-24", "%b-%y", dt.date(2024, 3, 31)),
        ("03/2024", "%m/%Y", dt.date(2024, 3, 31)),
        ("202403", "%Y%m", dt.date(2024, 3, 31)),
        ("2024", "%Y", dt.date(2024, 12, 31)),
    ],
)
def test_a_month_or_a_year_is_advised_of_and_read(
    workspace: Workspace, text: str, date_format: str, day: dt.date
) -> None:
    lines = f"employee_id,snapshot_on,hired_on,left_on\nE1,{text},2019-01-01,\n"
    workspace.settings["ingest"]["maximum_quarantined_share"] = 0.1
    workspace.write("job_history", lines + f"E2,{text},2019-01-01,2023-01-01\n", preset="snapshots")
    with pytest.raises(DataRefused) as refusal:
        workspace.load()
    assert f'"{date_format}"' in str(refusal.value)
    workspace.sources[-1]["date_format"] = [date_format, "%Y-%m-%d"]
    assert workspace.load().as_of == day
