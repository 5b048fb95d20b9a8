"""The crosswalk: which identifier led to whom by which rule, what to nobody, and no plain text."""

from __future__ import annotations

import csv
import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.columns.mapping import ids_of
from ingest.load import LoadReport
from ingest.people.crosswalk import IDENTITIES
from ingest.people.keys import person_key
from tests.ingest.conftest import JOBS, KEY, PEOPLE, Workspace, total
from workspace.config import SourceConfig
from workspace.errors import ConfigError, DataRefused

PAIRINGS = "pairing_id,program_id,mentor_id,mentee_id,started_on\n"
LISTED = "identifier,employee_id,system\n"
RESPONSES = "survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer\n"


def key_of(said: str) -> str:
    return person_key(said, key=KEY)


def suggested(workspace: Workspace) -> list[dict[str, str]]:
    """Return the list of identifiers of nobody, with whom each may mean."""
    path = workspace.quarantine / "suggested_links.csv"
    if not path.exists():
        return []
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def linked(report: LoadReport, table: str) -> tuple[int, int, float | None]:
    """Return the records of a table that name somebody, those of nobody, and their share."""
    frame: pd.DataFrame = report.quality
    (row,) = frame[(frame["reason"] == "total") & (frame["table"] == table)].to_dict("records")
    share = None if pd.isna(row["unlinked_share"]) else float(row["unlinked_share"])
    return int(row["rows_with_person"]), int(row["rows_unlinked"]), share


# What is kept


def test_every_identifier_that_stands_in_a_row_is_in_the_crosswalk_with_its_rule(
    company: Workspace,
) -> None:
    company.write(
        "recognitions",
        "employee_id,awarded_on\nE1,2020-01-01\nE1,2020-01-02\ne2,2020-01-01\n"
        "BEA@corp.example,2020-01-03\nbea.old@corp.example,2020-01-04\nE9,2020-01-01\n"
        "1.2E+11,2020-01-01\n",
    )
    company.load()
    rows = company.rows(
        "select person_key, identifier_key, identifier_kind, rule, column_name "
        "from identities where table_name = 'recognitions'"
    )
    assert sorted(rows, key=str) == sorted(
        [
            (key_of("E1"), key_of("E1"), "employee_id", "employee_id", "employee_id"),
            (key_of("E2"), key_of("e2"), "employee_id", "employee_id_case", "employee_id"),
            (key_of("E2"), key_of("bea@corp.example"), "email", "email", "employee_id"),
            (key_of("E2"), key_of("bea.old@corp.example"), "email", "former_email", "employee_id"),
            (None, key_of("E9"), "employee_id", "unknown", "employee_id"),
            (None, key_of("1.2E+11"), "employee_id", "damaged", "employee_id"),
        ],
        key=str,
    )
    assert company.rows(
        "select count(*) from identities where table_name = 'job_history' "
        "and column_name = 'manager_id' and rule = 'employee_id'"
    ) == [(1,)]


def test_the_crosswalk_has_the_columns_it_is_documented_with(company: Workspace) -> None:
    company.load()
    found = company.rows(
        "select column_name, lower(data_type) from information_schema.columns "
        "where table_name = 'identities' order by ordinal_position"
    )
    assert dict(found) == IDENTITIES
    keys = company.rows("select distinct length(identifier_key) from identities")
    assert keys == [(64,)]


def test_no_identifier_is_in_the_raw_database_as_it_was_said(company: Workspace) -> None:
    company.write(
        "identifiers",
        "identifier,employee_id,system,first_name,last_name,hired_on\n"
        "PLATFORM-4711,bea@corp.example,loop,Beatrixa,Vandermuggle,2019-02-01\n",
    )
    company.write(
        "pairings",
        PAIRINGS + "p,g,PLATFORM-4711,stranger@elsewhere.example,2020-01-01\n"
        "q,g,PLATFORM-4711,PLATFORM-0815,2020-01-01\n",
        ids_of="loop",
    )
    company.load()
    content = company.raw_path.read_bytes().lower()
    said = ["platform-4711", "platform-0815", "stranger", "corp.example", "vandermuggle"]
    assert [one for one in said if one.encode() in content] == []
    assert company.rows("select person_key, system from identifiers") == [(key_of("E2"), "loop")]
    assert company.rows("select count(*) from identities where person_key is null") == [(2,)]


def test_the_crosswalk_is_the_same_whatever_was_read_before(company: Workspace) -> None:
    company.write("recognitions", "employee_id,awarded_on\ne1,2020-01-01\nE9,2020-01-01\n")
    company.load()
    first = company.rows("from identities")
    before = suggested(company)
    company.load()
    assert company.rows("from identities") == first
    assert suggested(company) == before


# Ids of a platform


def test_a_platforms_own_ids_lead_to_people_by_its_directory(company: Workspace) -> None:
    company.write("identifiers", LISTED + "1,bea@corp.example,loop\n2,e1,Loop\n3,E3,other\n")
    company.write("pairings", PAIRINGS + "p,g,1,2,2020-01-01\nq,g,E1,3,2020-01-01\n", ids_of="LOOP")
    report = company.load()
    assert company.rows("select mentor_key, mentee_key from pairings") == [
        (key_of("E2"), key_of("E1"))
    ]
    assert company.reasons("pairings") == [(2, "unknown_person")]
    assert company.waiting("pairings")[0]["found"] == "E1"
    assert linked(report, "pairings") == (2, 1, 0.5)
    assert company.rows(
        "select person_key, identifier_key, identifier_kind, rule from identities "
        "where column_name = 'mentee_id' and rule = 'directory'"
    ) == [(key_of("E1"), key_of(ids_of("LOOP") + "2"), "system_id", "directory")]


def test_numbers_of_a_platform_are_never_taken_for_employee_ids(workspace: Workspace) -> None:
    workspace.write(
        "job_history", "employee_id,effective_on,event\n1,2019-01-01,hire\n2,2019-01-01,hire\n"
    )
    workspace.write("identifiers", LISTED + "1,2,loop\n2,1,loop\n")
    workspace.write("pairings", PAIRINGS + "p,g,1,2,2020-01-01\n", ids_of="loop")
    workspace.write("recognitions", "employee_id,awarded_on\n1,2020-01-01\n")
    workspace.load()
    assert workspace.rows("select mentor_key, mentee_key from pairings") == [
        (key_of("2"), key_of("1"))
    ]
    assert workspace.rows("select person_key from recognitions") == [(key_of("1"),)]


def test_a_clash_with_employee_ids_asks_whose_they_are(workspace: Workspace) -> None:
    workspace.write("job_history", "employee_id,effective_on,event\n1,2019-01-01,hire\n")
    workspace.write("people", "employee_id,email\n7,x@x.example\n")
    workspace.write("identifiers", "identifier,employee_id\n1,x@x.example\n")
    with pytest.raises(DataRefused, match="another's employee id") as refusal:
        workspace.load()
    assert refusal.value.found == "1 such id"


def test_ids_of_a_system_that_nothing_lists_are_asked_for(company: Workspace) -> None:
    company.write("pairings", PAIRINGS + "p,g,1,2,2020-01-01\n", ids_of="loop")
    with pytest.raises(ConfigError, match="whose ids"):
        company.load()


@pytest.mark.parametrize("table", ["job_history", "people"])
def test_ids_of_employees_are_no_systems(table: str) -> None:
    with pytest.raises(ValueError, match="ids of a platform"):
        SourceConfig(table=table, path="x.csv", ids_of="loop")


def test_a_listed_person_who_is_nobody_waits(company: Workspace) -> None:
    company.write("identifiers", LISTED + "1,who@else.example,loop\n2,E1,loop\n2,E1,loop\n")
    report = company.load()
    assert company.reasons("identifiers") == [(1, "unknown_person")]
    assert total(report, "identifiers") == (3, 1, 1, 1)


# What links nobody


def test_a_damaged_id_waits_as_such(company: Workspace) -> None:
    company.write(
        "job_history",
        "employee_id,effective_on,event,manager_id\n1.23457E+11,2020-01-01,hire,\n"
        "E1,2020-02-01,change,1.2E+05\n",
        "more.csv",
    )
    company.write("recognitions", "employee_id,awarded_on\n1.23457E+11,2020-01-01\n")
    company.load()
    assert company.reasons("job_history") == [(1, "damaged_id")]
    assert company.reasons("recognitions") == [(1, "damaged_id")]
    assert "as text" in company.waiting("recognitions")[0]["to_do"]


def test_anonymous_responses_are_not_unlinked(company: Workspace) -> None:
    company.write(
        "survey_responses",
        RESPONSES + "s,1,r1,,2020-02-01,q,1\ns,1,r2,E1,2020-02-01,q,1\ns,1,r3,,2020-02-01,q,1\n"
        "s,1,r4,who@corp.example,2020-02-01,q,1\ns,1,r5,E2,2020-02-01,q,1\n",
    )
    report = company.load()
    assert linked(report, "survey_responses") == (3, 1, pytest.approx(1 / 3))
    assert linked(report, "job_history") == (5, 0, 0.0)


def test_records_that_could_not_be_read_are_no_part_of_the_share(company: Workspace) -> None:
    company.write("recognitions", "employee_id,awarded_on\nE1,2020-01-01\nE9,2020-01-01\nE8,soon\n")
    assert linked(company.load(), "recognitions") == (2, 1, 0.5)


def test_what_names_nobody_has_no_share(company: Workspace) -> None:
    company.write("programs", "program_id\ng\n")
    assert linked(company.load(), "programs") == (0, 0, None)


def test_managers_and_people_without_a_history_are_unlinked_and_kept(company: Workspace) -> None:
    company.write(
        "job_history",
        "employee_id,effective_on,event,manager_id\nE1,2020-01-01,change,Z9\n"
        "E2,2020-01-01,change,Z9\nE2,2020-01-02,change,E3\n1.2E+11,2020-01-02,change,Z8\n",
        "more.csv",
    )
    company.write("people", "employee_id,email\nE77,f@corp.example\n", "more_people.csv")
    report = company.load()
    quality = report.quality.set_index(["source", "reason"])["rows"].to_dict()
    assert quality["exports/more.csv", "unlinked_manager"] == 2
    assert quality["exports/more_people.csv", "not_in_job_history"] == 1
    totals = report.quality[report.quality["reason"] == "total"].set_index("source")
    assert totals.loc["exports/more.csv", ["rows_with_person", "rows_unlinked"]].tolist() == [4, 3]
    assert totals.loc["exports/more_people.csv", "unlinked_share"] == 1.0
    listed = [
        (r["identifier"], r["table"], r["line"], r["rows"], r["reason"]) for r in suggested(company)
    ]
    assert listed == [
        ("1.2E+11", "job_history", "5", "1", "damaged_id"),
        ("Z9", "job_history", "2", "2", "unlinked_manager"),
        ("E77", "people", "", "1", "not_in_job_history"),
    ]


def test_a_record_that_becomes_several_rows_is_one_unlinked_record(workspace: Workspace) -> None:
    # Hired, promoted and today's manager: several rows with the same manager, who is nobody.
    workspace.write(
        "job_history",
        "id,hired,promoted,manager,level\nE1,2019-01-01,2021-01-01,E9,2\nE2,2019-01-01,,E1,1\n",
        preset="spells",
        columns={
            "employee_id": "id",
            "hired_on": "hired",
            "promoted_on": "promoted",
            "manager_id": "manager",
            "level": "level",
        },
    )
    report = workspace.load()
    assert linked(report, "job_history") == (2, 1, 0.5)
    (listed,) = suggested(workspace)
    assert (listed["identifier"], listed["rows"]) == ("E9", "1")


def test_records_of_somebody_without_a_history_are_counted_in_every_table(
    company: Workspace,
) -> None:
    company.write("people", "employee_id,email\nE77,x@corp.example\n", "more.csv")
    company.write(
        "pairings",
        "pairing_id,program_id,mentor_id,mentee_id,started_on\n"
        "1,p,E1,E2,2020-02-01\n2,p,E1,E77,2020-02-01\n3,p,x@corp.example,E77,2020-02-02\n"
        "4,p,E1,E3,2020-02-01\n",
    )
    report = company.load()
    assert linked(report, "pairings") == (4, 2, 0.5)
    # Kept all the same, but for the third, in which E77 mentors E77.
    assert total(report, "pairings") == (4, 3, 1, 0)


def test_the_analyst_gets_a_list_of_whom_identifiers_may_mean(company: Workspace) -> None:
    company.write(
        "recognitions",
        "employee_id,awarded_on\nbae@corp.example,2020-01-01\nbae@corp.example,2020-01-02\n"
        "E01,2020-01-01\n=E9,2020-01-01\n",
    )
    report = company.load()
    shown = [
        {name: row[name] for name in ("identifier", "line", "rows", "employee_id", "last_name")}
        for row in suggested(company)
    ]
    assert shown == [
        {
            "identifier": "E01",
            "line": "4",
            "rows": "1",
            "employee_id": "E1",
            "last_name": "Zyxwarth",
        },
        {"identifier": "'=E9", "line": "5", "rows": "1", "employee_id": "", "last_name": ""},
        {
            "identifier": "bae@corp.example",
            "line": "2",
            "rows": "2",
            "employee_id": "",
            "last_name": "",
        },
    ]
    assert company.rows("select count(*) from recognitions") == [(0,)]
    assert (
        "3 identifiers lead to nobody in the job history; for 1 of them suggested_links.csv in "
        "quarantine suggests who may be meant."
    ) in report.warnings
    company.sources.pop()
    company.load()
    assert suggested(company) == []


NAMES = st.sampled_from(
    [
        "E1",
        "E2",
        "e1",
        "E 2",
        "E01",
        "E1.0",
        "bea@corp.example",
        "bae@corp.example",
        "E9",
        "2.5E+11",
    ]
)


@pytest.mark.slow
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(NAMES, min_size=1, max_size=6), seed=st.integers(0, 9))
def test_the_order_of_records_changes_no_link_and_no_suggestion(
    tmp_path_factory: pytest.TempPathFactory, said: list[str], seed: int
) -> None:
    def loaded(jobs: list[str], people: list[str], names: list[str]) -> dict[str, Any]:
        workspace = Workspace(
            tmp_path_factory.mktemp("shuffled"),
            settings={"ingest": {"maximum_quarantined_share": 1.0}},
        )
        workspace.write("job_history", "\n".join(jobs) + "\n")
        workspace.write("people", "\n".join(people) + "\n")
        awards = "".join(f"{name},2020-01-01,{name}\n" for name in names)
        workspace.write("recognitions", "employee_id,awarded_on,kind\n" + awards)
        workspace.load()
        return {
            "identities": workspace.rows("from identities"),
            "links": sorted(workspace.rows("select person_key, kind from recognitions")),
            "suggested": [
                {k: v for k, v in row.items() if k != "line"} for row in suggested(workspace)
            ],
        }

    jobs, people = JOBS.splitlines(), PEOPLE.splitlines()
    before = loaded(jobs, people, said)
    shuffle = random.Random(seed).shuffle  # noqa: S311 - an order to repeat, not a secret
    jobs, people, names = (
        [rows[0], *_shuffled(rows[1:], shuffle)] for rows in (jobs, people, ["", *said])
    )
    assert loaded(jobs, people, names[1:]) == before


def _shuffled(rows: list[str], shuffle: Any) -> list[str]:
    shuffle(rows)
    return rows
