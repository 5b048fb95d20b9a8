"""Mentoring platforms: their files in the shapes that their public pages describe."""

from __future__ import annotations

import pytest

from tests.ingest.columns.histories.history import history_of
from tests.ingest.columns.histories.history import lines as table
from tests.ingest.conftest import Workspace, total
from workspace.errors import DataRefused

# help.togetherplatform.com, User Directory Data Spec: dates are ISO datetimes.
TOGETHER = table(
    "employeeId,supervisorId,firstName,lastName,email,employeeStatusCode,alternateEmails,"
    "dateOfSeniority,dateInJob,departmentName,lastHireDate,dateOfTermination",
    'T1,T2,Ann,Other,ann@corp.example,A,"[""a.other@corp.example"", ""ann.o@corp.example""]",'
    "2021-04-01T00:00:00Z,2021-04-01T00:00:00Z,Private Equity,2019-02-01T00:00:00Z,",
    "T2,,Ben,Third,ben@corp.example,L,[],,2018-01-15T00:00:00Z,Private Equity,"
    "2018-01-15T00:00:00Z,",
    "T3,T2,Cy,Fourth,cy@corp.example,T,,,,Legal,2019-02-01T00:00:00Z,2020-06-30T00:00:00Z",
)


def test_together_s_directory_is_both_people_and_history(workspace: Workspace) -> None:
    workspace.write("job_history", TOGETHER, "directory.csv", preset="together")
    workspace.sources.append(
        {"table": "people", "path": "exports/directory.csv", "preset": "together"}
    )
    workspace.write(
        "pairings",
        "pairing_id,program_id,mentor_id,mentee_id,started_on\n"
        "m1,g,ben@corp.example,A.Other@corp.example,2021-05-01\n",
        preset="together",
    )
    report = workspace.load()
    assert history_of(workspace, "T1", "department") == [
        ("2019-02-01", "hire", None),
        ("2021-04-01", "promotion", "Private Equity"),
    ]
    assert history_of(workspace, "T2", "department", "manager_key is null") == [
        ("2018-01-15", "hire", "Private Equity", True)
    ]
    assert history_of(workspace, "T3", "department", "manager_key is null") == [
        ("2019-02-01", "hire", "Legal", False),
        ("2020-07-01", "exit", None, True),
    ]
    assert total(report, "job_history") == (3, 3, 0, 0)
    assert total(report, "people") == (3, 3, 0, 0)
    # The other addresses are a list in one cell.
    assert total(report, "pairings") == (1, 1, 0, 0)


# helphub.mentorloop.com, Exports Glossary.
SIGNUPS = table(
    "Role ID,Name,Approved (True/False),Verified Email (True/False),Email,Signup Date,Completion,"
    "Last Activity Type",
    "8812,Bea,True,True,bea@corp.example,2024-02-01,100%,Logged in",
    "9914,Cy,False,True,cy@corp.example,2024-02-03,80%,Applied for program",
)


def test_mentorloop_s_signups_are_enrollments(company: Workspace) -> None:
    company.write(
        "enrollments",
        SIGNUPS,
        preset="mentorloop",
        constants={"program_id": "g", "role": "mentor"},
    )
    report = company.load()
    assert company.rows(
        "select program_id, role, status, cast(applied_on as varchar) from enrollments order by 4"
    ) == [("g", "mentor", "selected", "2024-02-01"), ("g", "mentor", "applied", "2024-02-03")]
    assert total(report, "enrollments") == (2, 2, 0, 0)


LOOPS = """\
Loop,Mentor,Mentee,Started,Ended,Loop Status
l1,bea@corp.example,e1,2024-02-01,2024-05-01,Closed by PC
l2,bea@corp.example,e3,2024-02-01,,Active
l3,cy@corp.example,e1,2024-02-01,,Draft
l1,bea@corp.example,e1,2024-06-01,2024-09-01,Closed by Participant
l4,cy@corp.example,e1,2024-02-01,2024-03-01,Archived
"""


def test_mentorloop_s_drafts_are_no_pairings_and_a_loop_may_be_opened_again(
    company: Workspace,
) -> None:
    company.write(
        "pairings",
        LOOPS,
        preset="mentorloop",
        columns={
            "pairing_id": "Loop",
            "mentor_id": "Mentor",
            "mentee_id": "Mentee",
            "started_on": "Started",
            "ended_on": "Ended",
        },
        constants={"program_id": "g"},
    )
    report = company.load()
    assert company.rows(
        "select pairing_id, cast(started_on as varchar), end_reason from pairings order by 1, 2"
    ) == [
        ("l1", "2024-02-01", "administrator"),
        ("l1", "2024-06-01", "participant"),
        ("l2", "2024-02-01", None),
        ("l4", "2024-02-01", None),
    ]
    assert company.reasons("pairings") == [(3, "not_a_pairing")]
    assert total(report, "pairings") == (5, 4, 1, 0)


# qooper.io, Biweekly manager emails; the mentee and the day of the match are columns of our own.
QOOPER = table(
    "Program,Current Company/Organization,Mentor Name,Mentor Email,Registered (MM-DD-YYYY),"
    "Mentee Name,Matching Status,Mentee Email,Matched On,Ended On",
    "Grow,Corp,Bea,bea@corp.example,01-31-2024,Mentee,Matched-Active,e1,02-13-2024,",
    "Grow,Corp,Cy,cy@corp.example,01-31-2024,Mentee,Matched-Duration Completed,e1,02-13-2024,"
    "08-13-2024",
    "Grow,Corp,Cy,cy@corp.example,01-31-2024,Mentee,Match Request-Waiting Mentee Approval,e2,,",
    "Grow,Corp,Quillon,quillon.zyx@corp.example,02-01-2024,Mentee,Not Registered,,,",
)


def test_qooper_s_report_is_both_pairings_and_enrollments(company: Workspace) -> None:
    company.write(
        "pairings",
        QOOPER,
        "matches.csv",
        preset="qooper",
        columns={
            "mentee_id": "Mentee Email",
            "started_on": "Matched On",
            "ended_on": "Ended On",
        },
    )
    company.sources.append(
        {"table": "enrollments", "path": "exports/matches.csv", "preset": "qooper"}
    )
    report = company.load()
    rows = company.rows(
        "select program_id, cast(started_on as varchar), cast(ended_on as varchar), end_reason, "
        "length(pairing_id) from pairings order by ended_on nulls first"
    )
    assert rows == [
        ("Grow", "2024-02-13", None, None, 16),
        ("Grow", "2024-02-13", "2024-08-13", "completed", 16),
    ]
    assert company.rows("select count(distinct pairing_id) from pairings") == [(2,)]
    assert company.reasons("pairings") == [(3, "not_a_pairing"), (4, "not_a_pairing")]
    assert total(report, "pairings") == (4, 2, 2, 0)
    # One enrollment per mentor; the record of Cy that comes last tells.
    assert company.rows(
        "select role, status, cast(applied_on as varchar), count(*) from enrollments "
        "group by all order by 2"
    ) == [("mentor", "applied", "2024-02-01", 1), ("mentor", "selected", "2024-01-31", 2)]
    assert total(report, "enrollments") == (4, 4, 0, 0)


# chronusmentor.chronus.com, Import Connections via CSV; the day is a column of our own.
CHRONUS = """\
Mentor Email Address,Mentee Email Address,Mentoring Connection Name,Start
bea@corp.example,quillon.zyx@corp.example,Bea & Quillon,2024-02-01
BEA@corp.example ,quillon.zyx@corp.example,Bea & Quillon,2024-09-01
"""


def test_chronus_s_connections_are_named_by_digests_and_not_by_people(company: Workspace) -> None:
    company.write(
        "pairings",
        CHRONUS,
        preset="chronus",
        columns={"started_on": "Start"},
        constants={"program_id": "g"},
    )
    company.load()
    first = company.rows("select pairing_id from pairings order by started_on")
    assert len(set(first)) == 2
    assert all(len(name) == 16 and int(name, 16) >= 0 for (name,) in first)
    # The same export gives the same names, and the names are in nobody's words.
    company.load()
    assert company.rows("select pairing_id from pairings order by started_on") == first
    assert b"Bea & Quillon" not in company.raw_path.read_bytes()


def test_what_a_platform_does_not_say_is_asked_for(company: Workspace) -> None:
    company.write("pairings", CHRONUS, preset="chronus", columns={"started_on": "Start"})
    with pytest.raises(DataRefused, match=r"constants: \{program_id"):
        company.load()
