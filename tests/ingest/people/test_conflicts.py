"""One id for two people, two ids for one: what is an error, and what is only pointed out."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from ingest.people.conflicts import are_two_people, overlap, spells_of
from ingest.people.identity import Person
from tests.ingest.conftest import Workspace
from workspace.errors import DataRefused

PEOPLE = "employee_id,email,first_name,last_name,birth_year\n"
JOBS = "employee_id,effective_on,event\n"
OTHERS = "".join(f"O{n},2019-01-01,hire\n" for n in range(5))


def conflicts(workspace: Workspace) -> list[tuple[str, str, str, str]]:
    """Return conflict, what is shared, employee id and last name of each line of the list."""
    path = workspace.quarantine / "identity_conflicts.csv"
    if not path.exists():
        return []
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(r["conflict"], r["shared"], r["employee_id"], r["last_name"]) for r in rows]


def suggestions(workspace: Workspace) -> list[tuple[str, str, str]]:
    """Return identifier, employee id and why of each suggested link."""
    path = workspace.quarantine / "suggested_links.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["employee_id"]]
    return [(r["identifier"], r["employee_id"], r["why"]) for r in rows]


def person(name: str, year: int | None = None) -> Person:
    first, _, last = name.partition(" ")
    return Person("E1", None, (), first or None, last or None, year)


@pytest.mark.parametrize(
    ("one", "other", "are_two"),
    [
        (person("Anna Smith"), person("Bob Jones"), True),
        (person("Anna Smith", 1980), person("Bob Jones", 1980), True),
        (person("Anna Smith", 1980), person("Anna Jones", 1990), True),
        (person("Anna Smith"), person("Anna Jones"), False),  # married
        (person("Anna Smith", 1980), person("Anna Jones", 1980), False),
        (person("Anna Smith", 1980), person("Anna Smith", 1990), False),  # corrected
        (person("Anna Smith", 1980), person("SMITH Ánna", 1990), False),
        (person("Anna Smith"), person("Anna Maria Smith"), False),
        (person("Anna Smith", 1980), person("", 1990), False),  # says nothing
    ],
)
def test_two_records_are_two_peoples_only_where_it_is_sure(
    one: Person, other: Person, are_two: bool
) -> None:
    assert are_two_people(one, other) is are_two
    assert are_two_people(other, one) is are_two


def test_employments_run_from_a_day_in_to_a_day_out() -> None:
    days = [dt.date(2020, 1, n) for n in range(1, 7)]
    moves = zip(days, [False, False, True, True, False, False], strict=True)
    assert list(spells_of(moves)) == [(days[0], days[2]), (days[4], None)]


@pytest.mark.parametrize(("begins_on", "is_double"), [("2020-11-30", False), ("2020-11-29", True)])
def test_a_month_of_handover_is_no_double_employment(begins_on: str, is_double: bool) -> None:
    old = [(dt.date(2018, 1, 1), dt.date(2020, 12, 31))]
    new = [(dt.date.fromisoformat(begins_on), None)]
    assert overlap(old, new) is is_double
    assert overlap(new, old) is is_double


def test_who_comes_back_under_another_id_after_a_late_change_is_a_successor(
    workspace: Workspace,
) -> None:
    workspace.write(
        "job_history",
        JOBS + OTHERS + "E1,2020-01-01,hire\nE1,2021-01-01,exit\nE1,2021-01-15,change\n"
        "E9,2021-06-01,hire\n",
    )
    workspace.write("people", PEOPLE + "E1,a@x.example,Anna,Smith,\nE9,a@x.example,Anna,Smith,\n")
    workspace.load()
    assert conflicts(workspace) == []
    assert workspace.reasons("job_history") == []


def test_an_id_of_two_people_is_left_out_everywhere(workspace: Workspace) -> None:
    workspace.write("job_history", JOBS + OTHERS + "E1,2020-01-01,hire\nE1,2021-01-01,change\n")
    workspace.write(
        "people",
        PEOPLE + "E1,anna@x.example,Anna,Smith,1980\nE1,bob@x.example,Bob,Jones,1990\n"
        "O1,o@x.example,Olga,Ode,1970\n",
    )
    workspace.write(
        "recognitions",
        "employee_id,awarded_on\nE1,2021-01-01\nbob@x.example,2021-02-01\nO1,2021-01-01\n",
    )
    report = workspace.load()
    assert workspace.reasons("job_history") == [(6, "reused_id"), (7, "reused_id")]
    assert workspace.reasons("people") == [(1, "reused_id"), (2, "reused_id")]
    assert workspace.reasons("recognitions") == [(1, "reused_id"), (2, "reused_id")]
    assert conflicts(workspace) == [
        ("reused_id", "E1", "E1", "Smith"),
        ("reused_id", "E1", "E1", "Jones"),
    ]
    assert (
        "1 employee id stands for two people and is left out; identity_conflicts.csv in "
        "quarantine says who."
    ) in report.warnings
    assert "Smith" not in " ".join(report.warnings)


def test_above_the_share_an_id_of_two_people_refuses(workspace: Workspace) -> None:
    workspace.settings["ingest"] = {"maximum_quarantined_share": 0.1}
    workspace.write("job_history", JOBS + OTHERS + "E1,2020-01-01,hire\nE1,2021-01-01,change\n")
    workspace.write("people", PEOPLE + "E1,,Anna,Smith,\nE1,,Bob,Jones,\n")
    with pytest.raises(DataRefused) as refusal:
        workspace.load()
    assert "2 of 7 records" in str(refusal.value)
    assert "2 of them reused_id" in str(refusal.value)
    assert "identity_conflicts.csv" in str(refusal.value.to_do)
    assert "Smith" not in f"{refusal.value}{refusal.value.to_do}"
    assert len(conflicts(workspace)) == 2


def test_a_corrected_record_is_one_person_and_a_conflicting_key(workspace: Workspace) -> None:
    workspace.write("job_history", JOBS + "E1,2020-01-01,hire\n")
    workspace.write("people", PEOPLE + "E1,,Anna,Smith,1980\nE1,,Anna,Smith,1981\n")
    workspace.load()
    assert workspace.reasons("people") == [(2, "conflicting_key")]
    assert conflicts(workspace) == []


@pytest.mark.parametrize(
    ("hired_on", "left", "again", "is_reused"),
    [
        ("1993-06-01", "E1,1999-01-01,exit\n", "E1,2010-01-01,hire\n", True),  # at 13 at most
        ("1994-06-01", "E1,1999-01-01,exit\n", "E1,2010-01-01,hire\n", False),
        ("1993-06-01", "", "", False),  # a wrong year of birth, perhaps
        ("1993-06-01", "E1,1999-01-01,exit\n", "", False),
    ],
)
def test_who_was_a_child_when_first_hired_had_anothers_id(
    workspace: Workspace, hired_on: str, left: str, again: str, is_reused: bool
) -> None:
    workspace.write("job_history", JOBS + OTHERS + f"E1,{hired_on},hire\n{left}{again}")
    workspace.write("people", PEOPLE + "E1,,Anna,Smith,1980\n")
    workspace.load()
    assert [c[0] for c in conflicts(workspace)] == (["reused_id"] if is_reused else [])
    assert workspace.reasons("people") == ([(1, "reused_id")] if is_reused else [])


TWO_IDS = PEOPLE + "A1,anna@x.example,Anna,Smith,1980\nA2,Anna@X.example,Anna,Smith,\n"


def test_a_person_with_two_ids_at_one_time_is_left_out(workspace: Workspace) -> None:
    workspace.write("job_history", JOBS + OTHERS + "A1,2020-01-01,hire\nA2,2021-01-01,hire\n")
    workspace.write("people", TWO_IDS)
    workspace.write(
        "pairings",
        "pairing_id,program_id,mentor_id,mentee_id,started_on\np,g,O1,A2,2022-01-01\n"
        "q,g,O1,O2,2022-01-01\n",
    )
    workspace.write("meetings", "meeting_id,pairing_id,scheduled_at,status\nm,p,2022-02-01,held\n")
    report = workspace.load()
    assert workspace.reasons("job_history") == [(6, "two_ids"), (7, "two_ids")]
    assert workspace.reasons("people") == [(1, "two_ids"), (2, "two_ids")]
    assert workspace.reasons("pairings") == [(1, "two_ids")]
    assert workspace.reasons("meetings") == [(1, "pairing_quarantined")]
    assert conflicts(workspace) == [
        ("two_ids", "anna@x.example", "A1", "Smith"),
        ("two_ids", "anna@x.example", "A2", "Smith"),
    ]
    assert sum("person has two employee ids" in warning for warning in report.warnings) == 1


def test_the_analyst_may_make_two_ids_one(workspace: Workspace) -> None:
    one = {"values": {"employee_id": {"A2": "A1"}}}
    workspace.write("job_history", JOBS + "A1,2020-01-01,hire\nA2,2021-01-01,change\n", **one)
    workspace.write("people", TWO_IDS, **one)
    workspace.load()
    assert workspace.rows("select count(*), count(distinct person_key) from job_history") == [
        (2, 1)
    ]
    assert workspace.reasons("people") == [(2, "conflicting_key")]
    assert conflicts(workspace) == suggestions(workspace) == []


def test_a_second_id_after_the_first_is_only_pointed_out(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        JOBS + "A1,2018-01-01,hire\nA1,2020-12-31,exit\nA2,2021-06-01,hire\n",
    )
    workspace.write("people", TWO_IDS)
    workspace.write("recognitions", "employee_id,awarded_on\nanna@x.example,2022-01-01\n")
    report = workspace.load()
    assert workspace.reasons("job_history") == []
    assert workspace.reasons("recognitions") == [(1, "ambiguous_person")]
    assert conflicts(workspace) == []
    assert suggestions(workspace) == [
        ("A2", "A1", "the same e-mail and name, employed one after the other")
    ]
    assert any(
        "1 employee id may be that of somebody who has another" in w for w in report.warnings
    )


def test_an_email_of_two_people_links_nobody_and_both_stay(workspace: Workspace) -> None:
    workspace.write("job_history", JOBS + "A1,2020-01-01,hire\nA2,2020-01-01,hire\n")
    workspace.write(
        "people", PEOPLE + "A1,desk@x.example,Anna,Smith,\nA2,desk@x.example,Bob,Jones,\n"
    )
    workspace.write("recognitions", "employee_id,awarded_on\ndesk@x.example,2021-01-01\n")
    report = workspace.load()
    assert workspace.reasons("job_history") == workspace.reasons("people") == []
    assert workspace.reasons("recognitions") == [(1, "ambiguous_person")]
    assert conflicts(workspace) == [
        ("shared_email", "desk@x.example", "A1", "Smith"),
        ("shared_email", "desk@x.example", "A2", "Jones"),
    ]
    assert any(w.startswith("1 e-mail belongs to several people") for w in report.warnings)


def test_what_stands_for_no_email_is_shared_by_nobody(workspace: Workspace) -> None:
    workspace.write("job_history", JOBS + "A1,2020-01-01,hire\nA2,2020-01-01,hire\n")
    people = "A1,none,none; n/a,Anna,Smith\nA2,none,none; n/a,Bob,Jones\n"
    workspace.write("people", "employee_id,email,other_emails,first_name,last_name\n" + people)
    workspace.load()
    assert conflicts(workspace) == []


def test_without_names_an_email_of_two_ids_is_not_taken_for_one_person(
    workspace: Workspace,
) -> None:
    workspace.write("job_history", JOBS + "A1,2020-01-01,hire\nA2,2020-01-01,hire\n")
    workspace.write("people", "employee_id,email\nA1,a@x.example\nA2,a@x.example\n")
    workspace.load()
    assert workspace.reasons("people") == []
    assert [conflict[0] for conflict in conflicts(workspace)] == ["shared_email"] * 2


def test_namesakes_hired_in_one_month_are_only_pointed_out(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        JOBS + "A1,2020-01-01,hire\nA2,2020-01-31,hire\nA3,2020-02-01,hire\n",
    )
    workspace.write("people", PEOPLE + "".join(f"A{n},,Anna,Smith,\n" for n in (1, 2, 3)))
    workspace.load()
    assert workspace.reasons("people") == []
    assert suggestions(workspace) == [("A2", "A1", "the same name and month of hire")]
    workspace.write("people", PEOPLE + "A1,a@x.example,Anna,Smith,\nA2,b@x.example,Anna,Smith,\n")
    del workspace.sources[1]
    workspace.load()
    assert suggestions(workspace) == []
    # Whoever was hired on the same day and born in the same year, too, may have two mailboxes.
    coeval = "A1,a@x.example,Anna,Smith,1980\nA2,b@x.example,Anna,Smith,1980\n"
    workspace.write("people", PEOPLE + coeval)
    del workspace.sources[1]
    workspace.load()
    assert suggestions(workspace) == []
    twins = "A1,2020-01-01,hire\nA2,2020-01-01,hire\nA3,2020-02-01,hire\n"
    (workspace.root / "exports" / "job_history.csv").write_text(JOBS + twins, encoding="utf-8")
    workspace.load()
    assert suggestions(workspace) == [("A2", "A1", "the same name and month of hire")]
    numbered = coeval.replace("b@x", "A2@x")
    workspace.write("people", PEOPLE + numbered)
    del workspace.sources[1]
    workspace.load()
    assert suggestions(workspace) == []


def test_one_id_and_one_email_under_two_names_are_one_person(workspace: Workspace) -> None:
    workspace.write("job_history", JOBS + OTHERS + "A1,2020-01-01,hire\n")
    workspace.write(
        "people", PEOPLE + "A1,li@x.example,Li,Wang,1980\nA1,li@x.example,\u674e,\u738b,1980\n"
    )
    workspace.load()
    assert conflicts(workspace) == []
    assert workspace.reasons("people") == [(2, "conflicting_key")]


def test_an_email_of_everybody_is_told_in_no_time(workspace: Workspace) -> None:
    ids = [f"N{n}" for n in range(3000)]
    jobs = "".join(f"{one},2020-01-01,hire\n" for one in ids)
    workspace.write("job_history", JOBS + OTHERS + jobs)
    workspace.write("people", PEOPLE + "".join(f"{one},none@x.example,No,Name,\n" for one in ids))
    workspace.load()
    assert len(workspace.reasons("people")) == 3000
