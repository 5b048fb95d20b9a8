"""HR systems: their answers and reports in the shapes that their public pages describe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.columns.histories.history import Event, history_of, lines
from tests.ingest.conftest import Workspace, total


def labeled(**attributes: Any) -> dict[str, Any]:
    """Return an employee as Personio's interface v1 gives one."""
    return {
        "type": "Employee",
        "attributes": {
            name: {"label": name.replace("_", " ").title(), "value": value}
            for name, value in attributes.items()
        },
    }


def named(kind: str, number: int, name: str) -> dict[str, Any]:
    return {"type": kind, "attributes": {"id": number, "name": name}}


def employee(number: int, first: str, hired: str, left: str | None, status: str) -> dict[str, Any]:
    return labeled(
        id=number,
        first_name=first,
        last_name="Doe",
        email=f"{first.lower()}@corp.example",
        gender="female",
        status=status,
        position="Engineer",
        supervisor=None
        if number == 1
        else {"type": "Employee", "attributes": {"id": {"label": "ID", "value": 1}}},
        employment_type="internal",
        hire_date=hired,
        termination_date=left,
        termination_type="",
        office=named("Office", 7, "Berlin"),
        department=named("Department", 9, "Operations") if number != 3 else None,
        cost_centers=[],
        dynamic_123="x",
    )


PERSONIO = json.dumps(
    {
        "success": True,
        "metadata": {"current_page": 0, "total_pages": 1},
        "data": [
            employee(1, "Ada", "2015-03-01T00:00:00+01:00", None, "active"),
            employee(
                2, "Bea", "1990-07-01T00:00:00+02:00", "2021-06-30T00:00:00+02:00", "inactive"
            ),
            employee(3, "Cy", "2020-02-01T00:00:00+01:00", None, "leave"),
        ],
    }
)


def test_personio_s_employees_are_both_people_and_history(workspace: Workspace) -> None:
    workspace.write("job_history", PERSONIO, "employees.json", preset="personio")
    workspace.sources.append(
        {"table": "people", "path": "exports/employees.json", "preset": "personio"}
    )
    report = workspace.load()
    attributes = ("department", "location", "job_title", "employment_type", "manager_key is null")
    assert history_of(workspace, "1", *attributes) == [
        ("2015-03-01", "hire", "Operations", "Berlin", "Engineer", "employee", True)
    ]
    assert history_of(workspace, "2", *attributes) == [
        ("1990-07-01", "hire", "Operations", "Berlin", "Engineer", "employee", False),
        ("2021-07-01", "exit", None, None, None, None, True),
    ]
    assert history_of(workspace, "3", "department") == [("2020-02-01", "hire", None)]
    assert total(report, "job_history") == (3, 3, 0, 0)
    assert workspace.rows("select gender, count(*) from people group by 1") == [("female", 3)]
    assert total(report, "people") == (3, 3, 0, 0)


@pytest.mark.shared_data
def test_a_real_answer_of_personio(workspace: Workspace, shared_exports: Path) -> None:
    data = (shared_exports / "personio" / "get-employees.json").read_bytes()
    workspace.write("job_history", data, "employees.json", preset="personio")
    workspace.sources.append(
        {"table": "people", "path": "exports/employees.json", "preset": "personio"}
    )
    report = workspace.load()
    # Hired in 1983, 1932 and 1835, before any working life of today.
    assert history_of(workspace, "2116366") == [("1983-09-01", "hire")]
    assert history_of(workspace, "2116365") == [("1932-01-01", "hire")]
    assert workspace.reasons("job_history") == [(3, "unreadable_date")]
    assert total(report, "job_history") == (3, 2, 1, 0)
    assert total(report, "people") == (3, 3, 0, 0)


WORKDAY = [
    {
        "Employee_ID": "100",
        "Effective_Date": "2019-02-01",
        "Event": "Hire",
        "Worker_Status": "Active",
        "Department": "Sales",
        "Level": "1",
        "Worker_Type": "Employee",
    },
    {
        "Employee_ID": "100",
        "Effective_Date": "2021-02-01",
        "Event": "Promotion",
        "Worker_Status": "Active",
        "Department": "Sales",
        "Level": "2",
        "Worker_Type": "Employee",
    },
    {
        "Employee_ID": "100",
        "Effective_Date": "2022-05-31",
        "Event": "Termination",
        "Worker_Status": "Terminated",
        "Department": "Sales",
        "Level": "2",
        "Worker_Type": "Employee",
        "Termination_Category": "Voluntary",
    },
    {
        "Employee_ID": "200",
        "Effective_Date": "2020-02-01",
        "Event": "Change Job",
        "Hire_Date": "2010-01-01",
        "Worker_Status": "On Leave",
        "Department": "Legal",
        "Level": "3",
        "Worker_Type": "Contingent Worker",
    },
]
WORKDAY_COLUMNS = list(dict.fromkeys(name for record in WORKDAY for name in record))


@pytest.mark.parametrize("form", ["json", "csv", "headers with spaces"])
def test_workday_s_template_as_report_as_a_service_and_as_csv(
    workspace: Workspace, form: str
) -> None:
    if form == "json":
        workspace.write(
            "job_history",
            json.dumps({"Report_Entry": WORKDAY}),
            "workers.json",
            preset="workday_worker_history",
        )
    else:
        separator = "_" if form == "csv" else " "
        workspace.write(
            "job_history",
            lines(
                ",".join(name.replace("_", separator) for name in WORKDAY_COLUMNS),
                *(",".join(record.get(name, "") for name in WORKDAY_COLUMNS) for record in WORKDAY),
            ),
            preset="workday_worker_history",
        )
    report = workspace.load()
    assert history_of(workspace, "100", "level", "exit_reason") == [
        ("2019-02-01", "hire", 1, None),
        ("2021-02-01", "promotion", 2, None),
        ("2022-06-01", "exit", None, "voluntary"),
    ]
    assert history_of(workspace, "200", "level", "employment_type") == [
        ("2010-01-01", "hire", None, None),
        ("2020-02-01", "change", 3, "contractor"),
    ]
    assert total(report, "job_history") == (4, 4, 0, 0)


def test_workday_s_status_of_today_and_of_the_last_day_change_no_history(
    workspace: Workspace,
) -> None:
    workspace.write(
        "job_history",
        lines(
            "Employee_ID,Effective_Date,Event,Sequence,Worker_Status,Department,Level",
            # The status of today in every row.
            "100,2019-02-01,Hire,,Terminated,Sales,1",
            "100,2021-02-01,Promotion,,Terminated,Sales,2",
            "100,2022-05-31,Termination,,Terminated,Sales,2",
            # A change of data on the last day, when the worker was active.
            "200,2020-02-01,Hire,,Active,Legal,1",
            "200,2022-08-31,Termination,,Terminated,Legal,1",
            "200,2022-08-31,Change Job,,Active,Legal,1",
            # A promotion that is corrected on its day, and one that is rescinded.
            "300,2020-02-01,Hire,1,Active,Legal,1",
            "300,2021-02-01,Promotion,1,Active,Legal,3",
            "300,2021-02-01,Data Change,2,Active,Legal,2",
            "400,2020-02-01,Hire,1,Active,Legal,1",
            "400,2021-02-01,Promotion,1,Active,Legal,2",
            "400,2021-02-01,Rescind,2,Active,Legal,1",
        ),
        preset="workday_worker_history",
    )
    report = workspace.load()
    assert history_of(workspace, "100", "level") == [
        ("2019-02-01", "hire", 1),
        ("2021-02-01", "promotion", 2),
        ("2022-06-01", "exit", None),
    ]
    assert history_of(workspace, "200") == [("2020-02-01", "hire"), ("2022-09-01", "exit")]
    assert history_of(workspace, "300", "level") == [
        ("2020-02-01", "hire", 1),
        ("2021-02-01", "promotion", 2),
    ]
    assert history_of(workspace, "400", "level") == [("2020-02-01", "hire", 1)]
    assert total(report, "job_history") == (12, 12, 0, 0)


def at(day: str) -> str:
    """Return a day as OData version 2 writes it: midnight in UTC."""
    import datetime as dt

    moment = dt.datetime.fromisoformat(f"{day}T00:00:00+00:00")
    return f"/Date({int(moment.timestamp()) * 1000})/"


def job(who: str, day: str, sequence: int, event: str, status: str, **more: str) -> dict[str, str]:
    return {
        "userId": who,
        "startDate": at(day),
        "seqNumber": str(sequence),
        "endDate": at("9999-12-31"),
        "event": event,
        "emplStatus": status,
        "department": "D10",
        **more,
    }


def test_successfactors_job_information(workspace: Workspace) -> None:
    records = [
        job("u1", "2021-01-01", 1, "701", "500"),
        job("u1", "1969-12-31", 1, "700", "500"),
        job("u1", "2022-01-01", 2, "703", "500", department="D20"),
        job("u1", "2022-01-01", 1, "702", "500"),
        job("u1", "2023-04-01", 1, "704", "501"),
        # Two moves of one day: the last one tells where the person is.
        job("u2", "2020-01-01", 1, "700", "500"),
        job("u2", "2021-01-01", 1, "705", "500", department="Zoo"),
        job("u2", "2021-01-01", 2, "705", "500", department="Audit"),
    ]
    workspace.write(
        "job_history",
        json.dumps({"d": {"results": records}}),
        "emp_job.json",
        preset="successfactors",
        values={
            "reason": {"700": "hire", "702": "promotion", "705": "transfer"},
            "standing": {"501": "left", "*": "active"},
        },
    )
    report = workspace.load()
    assert history_of(workspace, "u1", "department") == [
        ("1969-12-31", "hire", "D10"),
        # Both tell what holds at the end of the day.
        ("2022-01-01", "promotion", "D20"),
        ("2022-01-01", "transfer", "D20"),
        ("2023-04-01", "exit", None),
    ]
    assert history_of(workspace, "u2", "department") == [
        ("2020-01-01", "hire", "D10"),
        ("2021-01-01", "transfer", "Audit"),
    ]
    assert total(report, "job_history") == (8, 8, 0, 0)


def test_bamboohr_s_two_tables_make_one_history(workspace: Workspace) -> None:
    status = [
        {"id": "3", "employeeId": "7", "date": "2022-03-31", "employmentStatus": "Terminated"},
        {"id": "1", "employeeId": "7", "date": "2019-05-01", "employmentStatus": "Part-Time"},
        {"id": "2", "employeeId": "7", "date": "2020-05-01", "employmentStatus": "Full-Time"},
        {"id": "4", "employeeId": "7", "date": "2023-01-01", "employmentStatus": "Full-Time"},
    ]
    jobs = [
        {
            "id": "9",
            "employeeId": "7",
            "date": "2021-01-01",
            "location": "New York Office",
            "division": "Sprockets",
            "department": "Research and Development",
            "jobTitle": "Senior Machinist",
            "reportsTo": "John Smith",
        },
        {
            "id": "8",
            "employeeId": "7",
            "date": "2019-05-01",
            "location": "New York Office",
            "division": "Sprockets",
            "department": "Research and Development",
            "jobTitle": "Machinist",
            "reportsTo": "John Smith",
        },
    ]
    workspace.write(
        "job_history", json.dumps(status), "status.json", preset="bamboohr_employment_status"
    )
    workspace.write(
        "job_history",
        json.dumps(jobs),
        "jobs.json",
        preset="bamboohr_job_info",
        columns={"level": "jobTitle"},
        values={"level": {"Machinist": "1", "Senior Machinist": "2"}},
    )
    report = workspace.load()
    assert history_of(workspace, "7", "level", "manager_key") == [
        ("2019-05-01", "change", 1, None),
        ("2019-05-01", "hire", None, None),
        ("2021-01-01", "promotion", 2, None),
        ("2022-04-01", "exit", None, None),
        ("2023-01-01", "rehire", None, None),
    ]
    assert total(report, "job_history") == (6, 6, 0, 0)


def test_ukg_pro_s_details_and_job_history(workspace: Workspace) -> None:
    details = [
        {
            "employeeId": "A1",
            "companyId": "C",
            "originalHireDate": "2010-01-04T00:00:00",
            "lastHireDate": "2018-06-01T00:00:00",
            "dateOfTermination": "2012-12-31T00:00:00",
            "orgLevel1Code": "OPS",
        },
        {
            "employeeId": "A2",
            "companyId": "C",
            "originalHireDate": "2019-01-07T00:00:00",
            "lastHireDate": "2019-01-07T00:00:00",
            "dateOfTermination": None,
            "orgLevel1Code": "OPS",
        },
    ]
    jobs = [
        {
            "employeeId": "A2",
            "jobEffectiveDate": "2019-01-07T00:00:00",
            "isPromotion": False,
            "jobTitle": "Clerk",
        },
        {
            "employeeId": "A2",
            "jobEffectiveDate": "2021-02-01T00:00:00",
            "isPromotion": True,
            "jobTitle": "Lead",
        },
    ]
    workspace.write("job_history", json.dumps(details), "details.json", preset="ukg_pro")
    workspace.write("job_history", json.dumps(jobs), "jobs.json", preset="ukg_pro_job_history")
    workspace.load()
    assert history_of(workspace, "A1", "department") == [
        ("2010-01-04", "hire", None),
        ("2013-01-01", "exit", None),
        ("2018-06-01", "rehire", "OPS"),
    ]
    assert history_of(workspace, "A2", "job_title") == [
        ("2019-01-07", "change", "Clerk"),
        ("2019-01-07", "hire", None),
        ("2021-02-01", "promotion", "Lead"),
    ]


HIBOB_NESTED = {
    "id": "55",
    "email": "ann@corp.example",
    "firstName": "Ann",
    "surname": "Other",
    "work": {
        "startDate": "2019-02-01",
        "title": "Engineer",
        "department": "Product",
        "site": "London",
        "reportsTo": {"id": "66", "email": "ben@corp.example"},
    },
    "internal": {"lifecycleStatus": "terminated", "terminationDate": "2022-03-31"},
}
HIBOB_FLAT = {
    "/" + path: {"value": value}
    for path, value in {
        "root/id": "66",
        "root/email": "ben@corp.example",
        "root/firstName": "Ben",
        "root/surname": "Third",
        "work/startDate": "2018-02-01",
        "work/department": "Product",
        "internal/lifecycleStatus": "parental leave",
    }.items()
}


def test_hibob_s_answers_nested_and_flat(workspace: Workspace) -> None:
    text = json.dumps({"employees": [HIBOB_NESTED, HIBOB_FLAT]})
    workspace.write("job_history", text, "people.json", preset="hibob")
    workspace.sources.append({"table": "people", "path": "exports/people.json", "preset": "hibob"})
    report = workspace.load()
    assert history_of(workspace, "55", "department", "location", "manager_key is null") == [
        ("2019-02-01", "hire", "Product", "London", False),
        ("2022-04-01", "exit", None, None, True),
    ]
    assert history_of(workspace, "66", "department") == [("2018-02-01", "hire", "Product")]
    assert total(report, "people") == (2, 2, 0, 0)


def adp(oid: str, status: str, **dates: str) -> dict[str, Any]:
    return {
        "associateOID": oid,
        "workerID": {"idValue": f"P-{oid}"},
        "person": {"legalName": {"givenName": "Ann", "familyName1": "Other"}},
        "workerDates": dates,
        "workerStatus": {"statusCode": {"codeValue": status}},
        "workAssignments": [{"itemID": "1"}, {"itemID": "2"}],
    }


ADP_EXPECTED: dict[str, list[Event]] = {
    "G1": [("2016-10-13", "hire")],
    "G2": [("2016-10-13", "hire"), ("2018-02-01", "exit"), ("2020-01-06", "rehire")],
    "G3": [("2016-10-13", "hire"), ("2019-07-01", "exit")],
}


def test_adp_s_workers_are_both_people_and_history(workspace: Workspace) -> None:
    workers = [
        adp("G1", "Active", originalHireDate="2016-10-13"),
        adp(
            "G2",
            "Active",
            originalHireDate="2016-10-13",
            rehireDate="2020-01-06",
            terminationDate="2018-01-31",
        ),
        adp("G3", "Terminated", originalHireDate="2016-10-13", terminationDate="2019-06-30"),
    ]
    text = json.dumps({"workers": workers})
    workspace.write("job_history", text, "workers.json", preset="adp")
    workspace.sources.append({"table": "people", "path": "exports/workers.json", "preset": "adp"})
    report = workspace.load()
    assert {who: history_of(workspace, who) for who in ADP_EXPECTED} == ADP_EXPECTED
    assert total(report, "people") == (3, 3, 0, 0)
