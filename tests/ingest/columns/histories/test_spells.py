"""Today's state of each person, and one record per employment, become hires and exits."""

from __future__ import annotations

import pytest

from tests.ingest.columns.histories.history import histories_of, history_of, lines
from tests.ingest.conftest import Workspace, total

HEADER = (
    "employee_id,hired_on,rehired_on,left_on,in_job_since,promoted_on,standing,department,level,"
    "exit_reason"
)


def spells(workspace: Workspace, *records: str, **source: object) -> Workspace:
    workspace.write("job_history", lines(HEADER, *records), preset="spells", **source)
    return workspace


def test_an_exit_is_the_day_after_the_last_day(workspace: Workspace) -> None:
    spells(
        workspace,
        "E1,2015-03-01,,,,,active,Sales,2,",
        "E2,2015-03-01,,2020-05-31,,,left,Sales,1,voluntary",
    )
    report = workspace.load()
    assert history_of(workspace, "E1", "department", "level") == [
        ("2015-03-01", "hire", "Sales", 2)
    ]
    assert history_of(workspace, "E2", "department", "exit_reason") == [
        ("2015-03-01", "hire", "Sales", None),
        ("2020-06-01", "exit", None, "voluntary"),
    ]
    assert total(report, "job_history") == (2, 2, 0, 0)
    assert any("one state per person is all it holds" in w for w in report.warnings)


def test_the_state_holds_since_the_present_job_where_that_is_known(workspace: Workspace) -> None:
    spells(
        workspace,
        "E1,2015-03-01,,,2018-01-01,2018-01-01,,Sales,2,",
        "E2,2015-03-01,,,2018-01-01,,,Sales,2,",
        # The job is older than the employment, or younger than its end: it says nothing of it.
        "E3,2015-03-01,,,2014-01-01,,,Sales,2,",
        "E4,2015-03-01,,2016-12-31,2018-01-01,,,Sales,2,",
        # Promoted, then moved sideways: what the first job was nobody knows.
        "E5,2015-03-01,,,2020-01-01,2018-01-01,,Sales,2,",
    )
    workspace.load()
    hired = ("2015-03-01", "hire", None)
    assert history_of(workspace, "E1", "level") == [hired, ("2018-01-01", "promotion", 2)]
    assert history_of(workspace, "E2", "level") == [hired, ("2018-01-01", "change", 2)]
    assert history_of(workspace, "E3", "level") == [("2015-03-01", "hire", 2)]
    assert history_of(workspace, "E4", "level") == [
        ("2015-03-01", "hire", 2),
        ("2017-01-01", "exit", None),
    ]
    assert history_of(workspace, "E5", "level") == [
        hired,
        ("2018-01-01", "promotion", None),
        ("2020-01-01", "change", 2),
    ]


def test_who_came_back_has_two_employments_where_both_are_known(workspace: Workspace) -> None:
    spells(
        workspace,
        "E1,2015-03-01,2020-01-01,2017-12-31,,,active,Sales,2,",
        "E2,2015-03-01,2020-01-01,,,,active,Sales,2,",
        # The latest hire is the only one: it was no rehire.
        "E3,2015-03-01,2015-03-01,,,,active,Sales,2,",
        # Only the latest hire is there; the person left before it.
        "E4,2020-01-01,,2017-12-31,,,active,Sales,2,",
    )
    report = workspace.load()
    assert history_of(workspace, "E1", "level") == [
        ("2015-03-01", "hire", None),
        ("2018-01-01", "exit", None),
        ("2020-01-01", "rehire", 2),
    ]
    assert history_of(workspace, "E2") == [("2020-01-01", "rehire")]
    assert history_of(workspace, "E3") == [("2015-03-01", "hire")]
    assert history_of(workspace, "E4") == [("2020-01-01", "rehire")]
    assert any("2 people came back" in warning for warning in report.warnings)


def test_a_record_per_employment_makes_rehires_and_what_touches_is_one(
    workspace: Workspace,
) -> None:
    spells(
        workspace,
        "E1,2019-03-01,,2020-12-31,,,,Legal,1,",
        "E1,2015-03-01,,2017-12-31,,,,Sales,1,",
        # The second begins the day after the first: no exit. It is a transfer between companies.
        "E2,2015-03-01,,2017-12-31,,,,Sales,1,",
        "E2,2018-01-01,,,,,,Legal,1,",
        # The second lies within the first.
        "E3,2015-03-01,,2019-12-31,,,,Sales,1,",
        "E3,2016-01-01,,2016-12-31,,,,Legal,1,",
    )
    report = workspace.load()
    assert history_of(workspace, "E1", "department") == [
        ("2015-03-01", "hire", "Sales"),
        ("2018-01-01", "exit", None),
        ("2019-03-01", "rehire", "Legal"),
        ("2021-01-01", "exit", None),
    ]
    assert history_of(workspace, "E2") == [("2015-03-01", "hire"), ("2018-01-01", "transfer")]
    assert history_of(workspace, "E3") == [
        ("2015-03-01", "hire"),
        ("2016-01-01", "change"),
        ("2020-01-01", "exit"),
    ]
    assert total(report, "job_history") == (6, 6, 0, 0)


def test_contradictions_are_quarantined(workspace: Workspace) -> None:
    spells(
        workspace,
        "E1,2015-03-01,,,,,,Sales,1,",
        "E2,,,,,,active,Sales,1,",
        "E3,2015-03-01,,,,,left,Sales,1,",
        "E4,2015-03-01,,2014-12-31,,,,Sales,1,",
        "E5,2015-03-01,,soon,,,,Sales,1,",
    )
    report = workspace.load()
    assert workspace.reasons("job_history") == [
        (2, "missing_value"),
        (3, "missing_value"),
        (4, "end_before_start"),
        (5, "unreadable_date"),
    ]
    assert [row["column"] for row in workspace.waiting("job_history")] == [
        "hired_on",
        "left_on",
        "left_on",
        "left_on",
    ]
    assert total(report, "job_history") == (5, 1, 4, 0)


@pytest.mark.parametrize("never", ["9999-12-31", "1900-01-01", "1/1/1900", "12/31/9999"])
def test_a_day_that_stands_for_none_is_no_exit(workspace: Workspace, never: str) -> None:
    spells(workspace, f"E1,2015-03-01,,{never},,,,Sales,1,", date_format="%m/%d/%Y")
    workspace.load()
    assert history_of(workspace, "E1") == [("2015-03-01", "hire")]


def test_two_records_of_one_employment_are_both_accounted_for(workspace: Workspace) -> None:
    spells(
        workspace,
        "E1,2015-03-01,,,,,,Sales,1,",
        "E1,2015-03-01,,,,,,Legal,1,",
        "E1,2015-03-01,,,,,,Sales,1,",
    )
    report = workspace.load()
    assert history_of(workspace, "E1", "department") == [("2015-03-01", "hire", "Sales")]
    assert total(report, "job_history") == (3, 2, 0, 1)


def test_jobs_that_follow_each_other_tell_promotions_and_moves(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        lines(
            "id,from,to,dept,level",
            # The day after, on the same day, and after a gap.
            "P01,2018-01-08,2020-05-30,Eng,2",
            "P01,2020-05-31,,Eng,3",
            "P02,2018-01-08,2020-06-01,Eng,2",
            "P02,2020-06-01,2023-03-31,Eng,3",
            "P03,2018-01-08,2019-12-31,Eng,2",
            "P03,2021-02-01,,Sales,3",
            # Down, aside, and a job that goes on beside the first.
            "P04,2018-01-08,2019-12-31,Eng,10",
            "P04,2020-01-01,2020-12-31,Eng,9",
            "P04,2021-01-01,,Sales,9",
            "P05,2018-01-08,2022-12-31,Eng,2",
            "P05,2020-01-01,2020-06-30,Sales,4",
        ),
        preset="spells",
        columns={
            "employee_id": "id",
            "hired_on": "from",
            "left_on": "to",
            "department": "dept",
            "level": "level",
        },
    )
    report = workspace.load()
    hired = ("2018-01-08", "hire")
    assert histories_of(workspace, (f"P0{n}" for n in range(1, 6))) == {
        "P01": [hired, ("2020-05-31", "promotion")],
        "P02": [hired, ("2020-06-01", "promotion"), ("2023-04-01", "exit")],
        "P03": [hired, ("2020-01-01", "exit"), ("2021-02-01", "rehire")],
        "P04": [hired, ("2020-01-01", "demotion"), ("2021-01-01", "transfer")],
        "P05": [hired, ("2020-01-01", "change"), ("2023-01-01", "exit")],
    }
    (warning,) = report.warnings
    assert "1 people have employments that overlap by more than 31 days" in warning


def test_a_status_that_contradicts_the_day_of_leaving_is_believed_and_said(
    workspace: Workspace,
) -> None:
    spells(
        workspace,
        # Activated again, with the days of the first employment.
        "E1,2015-02-02,,2019-05-31,,,active,,,",
        "E2,2015-02-02,,2022-05-31,,,left,,,",
        "E3,2015-02-02,,,,,active,,,",
        # To come, or the end of an earlier employment, or of an earlier job.
        "E4,2015-02-02,,2022-12-31,,,active,,,",
        "E5,2015-02-02,2020-01-01,2019-05-31,,,active,,,",
        "E6,2015-02-02,,2019-05-31,,,leave,,,",
        "E6,2019-06-01,,,,,leave,,,",
        # Gone, though the only day of leaving is that of the first employment.
        "E7,2015-02-02,2020-01-01,2019-05-31,,,left,,,",
    )
    report = workspace.load()
    hired = ("2015-02-02", "hire")
    assert histories_of(workspace, (f"E{n}" for n in range(1, 8))) == {
        "E1": [hired],
        "E2": [hired, ("2022-06-01", "exit")],
        "E3": [hired],
        "E4": [hired, ("2023-01-01", "exit")],
        "E5": [hired, ("2019-06-01", "exit"), ("2020-01-01", "rehire")],
        "E6": [hired, ("2019-06-01", "change")],
        "E7": [],
    }
    assert workspace.reasons("job_history") == [(8, "end_before_start")]
    assert (
        "1 people are employed by their status and have a day of leaving in the past"
        in (report.warnings[0])
    )


def test_a_day_of_leaving_newer_than_all_that_is_past_counts_and_is_said(
    workspace: Workspace,
) -> None:
    """Nothing tells whether it is to come, or has passed and is an old one of somebody employed."""
    header = "employee_id,hired_on,left_on,standing"
    records = ("E1,2015-02-02,2019-05-31,active", "E2,2016-02-02,,active")
    workspace.write("job_history", lines(header, *records), preset="spells")
    report = workspace.load()
    assert history_of(workspace, "E1") == [("2015-02-02", "hire"), ("2019-06-01", "exit")]
    assert any(
        "1 people are employed by their status" in w and "2016-02-02" in w for w in report.warnings
    )


def test_one_day_years_ahead_makes_no_past_of_the_plans_of_others(workspace: Workspace) -> None:
    header = "employee_id,hired_on,left_on,standing"
    stay = (f"S{n:02},20{n:02}-02-02,,active" for n in range(10, 25))
    gone = (f"G{n:02},20{n:02}-02-02,2025-06-{n},left" for n in range(10, 20))
    slip, plan = "E1,2019-02-02,2052-06-30,left", "E2,2019-02-02,2026-12-31,active"
    workspace.write("job_history", lines(header, *stay, *gone, slip, plan), preset="spells")
    report = workspace.load()
    assert history_of(workspace, "E2") == [("2019-02-02", "hire"), ("2027-01-01", "exit")]
    assert any("1 people have left by their status" in w for w in report.warnings)


@pytest.mark.parametrize(("as_of", "is_said"), [("2023-06-29", True), ("2023-06-30", False)])
def test_who_has_left_by_the_status_and_leaves_after_as_of_is_counted(
    workspace: Workspace, as_of: str, is_said: bool
) -> None:
    """In a small file the day itself is the newest that is told; as_of says that it is to come."""
    header = "employee_id,hired_on,left_on,standing"
    records = ("E1,2015-02-02,2023-06-30,left", "E2,2016-02-02,2022-05-31,left")
    workspace.write("job_history", lines(header, *records), preset="spells")
    workspace.settings["as_of"] = as_of
    report = workspace.load()
    said = "1 people have left by their status and have a day of leaving to come"
    assert any(said in w for w in report.warnings) is is_said
