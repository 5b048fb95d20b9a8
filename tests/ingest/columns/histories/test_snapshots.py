"""Snapshots of everybody become a history of what changed between them, and of nothing else."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.columns.histories.history import histories_of, history_of, lines
from tests.ingest.conftest import Workspace, total
from workspace.errors import DataRefused

HEADER = "employee_id,snapshot_on,hired_on,left_on,standing,department,level"
JAN, FEB, MAR, APR = "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"


def snapshots(workspace: Workspace, *records: str, header: str = HEADER, **source: object) -> None:
    workspace.write("job_history", lines(header, *records), preset="snapshots", **source)


def everybody(day: str, department: str, numbers: range, hired_on: str = "2020-01-01") -> list[str]:
    """Return the records of a department in one snapshot."""
    return [f"E{n},{day},{hired_on},,,{department},1" for n in numbers]


def test_a_change_is_dated_by_the_snapshot_that_first_shows_it(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2015-03-01,,,Sales,1",
        f"E1,{FEB},2015-03-01,,,Sales,2",
        f"E1,{MAR},2015-03-01,,,Legal,2",
        f"E1,{APR},2015-03-01,,,Legal,1",
    )
    report = workspace.load()
    # What E1 was before the first snapshot nobody knows.
    assert history_of(workspace, "E1", "department", "level") == [
        ("2015-03-01", "hire", None, None),
        (JAN, "change", "Sales", 1),
        (FEB, "promotion", "Sales", 2),
        (MAR, "transfer", "Legal", 2),
        (APR, "demotion", "Legal", 1),
    ]
    assert total(report, "job_history") == (4, 4, 0, 0)
    assert report.as_of == dt.date(2024, 4, 30)


def test_a_snapshot_that_changes_nothing_is_kept_and_says_what_day_it_is(
    workspace: Workspace,
) -> None:
    snapshots(workspace, *(f"E1,{day},2024-01-10,,,Sales,1" for day in (JAN, FEB, MAR, APR)))
    report = workspace.load()
    assert history_of(workspace, "E1", "level") == [("2024-01-10", "hire", 1)]
    assert total(report, "job_history") == (4, 4, 0, 0)
    assert report.as_of == dt.date(2024, 4, 30)


def test_the_day_of_a_hire_is_that_of_the_export_or_of_the_first_snapshot(
    workspace: Workspace,
) -> None:
    snapshots(
        workspace,
        # There from the first snapshot on, hired at some time before it.
        f"E1,{JAN},,,,Sales,1",
        f"E1,{FEB},,,,Sales,1",
        f"E2,{FEB},,,,Sales,1",
        f"E3,{FEB},2024-02-10,,,Sales,1",
        # A pre-hire is not there yet.
        f"E4,{JAN},2024-02-15,,,Sales,1",
        f"E4,{FEB},2024-02-15,,,Sales,1",
        f"E5,{FEB},2024-03-01,,,Sales,1",
        # A month before the first snapshot is as near as the second one.
        f"E6,{JAN},2024-01-03,,,Sales,1",
        f"E6,{FEB},2024-01-03,,,Sales,1",
    )
    report = workspace.load()
    assert history_of(workspace, "E1") == [(JAN, "change")]
    assert history_of(workspace, "E2", "level") == [(FEB, "hire", 1)]
    assert history_of(workspace, "E3", "level") == [("2024-02-10", "hire", 1)]
    assert history_of(workspace, "E4", "level") == [("2024-02-15", "hire", 1)]
    assert history_of(workspace, "E5") == []
    assert history_of(workspace, "E6", "level") == [("2024-01-03", "hire", 1)]
    assert total(report, "job_history") == (9, 9, 0, 0)


def test_who_is_in_no_later_snapshot_has_left(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2015-03-01,,,Sales,1",
        # Announced, and gone on the day.
        f"E2,{JAN},2015-03-01,2024-02-10,,Sales,1",
        f"E3,{JAN},2015-03-01,,,Sales,1",
        f"E3,{FEB},2015-03-01,,,Sales,1",
        f"E3,{MAR},2015-03-01,,,Sales,1",
    )
    workspace.load()
    assert history_of(workspace, "E1")[-1] == (FEB, "exit")
    assert history_of(workspace, "E2")[-1] == ("2024-02-11", "exit")
    assert [event for _, event in history_of(workspace, "E3")] == ["hire", "change"]


def test_who_is_shown_as_gone_left_on_the_day_that_is_given(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,,active,Sales,1",
        f"E1,{FEB},2024-01-10,2024-02-10,left,Sales,1",
        f"E1,{MAR},2024-01-10,2024-02-10,left,Sales,1",
        # The last day is that of the snapshot.
        f"E2,{JAN},2024-01-10,,active,Sales,1",
        f"E2,{FEB},2024-01-10,{FEB},active,Sales,1",
        # Gone by its word alone.
        f"E3,{JAN},2024-01-10,,active,Sales,1",
        f"E3,{FEB},2024-01-10,,left,Sales,1",
        # Left before the first snapshot, or between two.
        f"E4,{JAN},2015-03-01,2019-12-31,left,Sales,1",
        f"E5,{FEB},2024-02-03,2024-02-20,left,Sales,1",
        # Nobody knows when.
        f"E6,{JAN},,,left,Sales,1",
        # Everybody else is there to the end.
        f"E7,{JAN},2024-01-10,,active,Sales,1",
        f"E7,{FEB},2024-01-10,,active,Sales,1",
        f"E7,{MAR},2024-01-10,,active,Sales,1",
    )
    report = workspace.load()
    hired = ("2024-01-10", "hire")
    assert history_of(workspace, "E1") == [hired, ("2024-02-11", "exit")]
    assert history_of(workspace, "E2") == [hired, ("2024-03-01", "exit")]
    assert history_of(workspace, "E3") == [hired, (FEB, "exit")]
    assert history_of(workspace, "E4", "level") == [
        ("2015-03-01", "hire", None),
        ("2020-01-01", "exit", None),
    ]
    assert history_of(workspace, "E5", "level") == [
        ("2024-02-03", "hire", 1),
        ("2024-02-21", "exit", None),
    ]
    assert history_of(workspace, "E6") == []
    assert total(report, "job_history") == (13, 13, 0, 0)


def test_a_day_of_leaving_to_come_is_a_plan(workspace: Workspace) -> None:
    snapshots(
        workspace,
        # A plan that is never carried out, one that is, and one whose day has not come.
        f"E1,{JAN},2024-01-10,2024-02-15,active,Sales,1",
        f"E1,{FEB},2024-01-10,,active,Sales,1",
        f"E1,{MAR},2024-01-10,,active,Sales,1",
        f"E2,{JAN},2024-01-10,2024-12-31,active,Sales,1",
        f"E2,{FEB},2024-01-10,2024-12-31,active,Sales,1",
        f"E2,{MAR},2024-01-10,2024-12-31,active,Sales,1",
        # Off the list already, though the day has not come.
        f"E3,{JAN},2024-01-10,2024-12-31,active,Sales,1",
        f"E3,{FEB},2024-01-10,2024-12-31,active,Sales,1",
    )
    workspace.load()
    for who in ("E1", "E2", "E3"):
        assert history_of(workspace, who) == [("2024-01-10", "hire")]


def test_a_hire_after_the_snapshot_before_is_a_return(workspace: Workspace) -> None:
    snapshots(
        workspace,
        # Left on a day that one snapshot announces, back on a day that the next one says.
        f"E1,{JAN},2024-01-10,2024-02-05,,Sales,1",
        f"E1,{FEB},2024-02-20,,,Legal,2",
        f"E1,{MAR},2024-02-20,,,Legal,2",
        # The record of the return says when the first employment ended.
        f"E2,{JAN},2024-01-10,,,Sales,1",
        f"E2,{FEB},2024-02-20,2024-02-05,,Sales,1",
        # So does the record of the first employment, beside that of the second.
        f"E3,{JAN},2024-01-10,,,Sales,1",
        f"E3,{FEB},2024-01-10,2024-02-05,left,Sales,1",
        f"E3,{FEB},2024-02-20,,active,Sales,1",
        # Back on the first day out: the employment goes on.
        f"E4,{JAN},2024-01-10,2024-02-05,,Sales,1",
        f"E4,{FEB},2024-02-06,,,Sales,1",
        # Left in between, back, and gone again by the next snapshot.
        f"E5,{JAN},2024-01-10,2024-02-05,,Sales,1",
        f"E5,{FEB},2024-02-12,2024-02-20,left,Sales,1",
        f"E5,{MAR},2024-02-12,2024-02-20,left,Sales,1",
        # Everybody else is there to the end.
        *(f"E{n},{MAR},2024-02-20,,,Sales,1" for n in (2, 3)),
        f"E4,{MAR},2024-02-06,,,Sales,1",
    )
    report = workspace.load()
    hired, left = ("2024-01-10", "hire", 1), ("2024-02-06", "exit", None)
    assert history_of(workspace, "E1", "level") == [hired, left, ("2024-02-20", "rehire", 2)]
    assert history_of(workspace, "E2", "level") == [hired, left, ("2024-02-20", "rehire", 1)]
    assert history_of(workspace, "E3", "level") == [hired, left, ("2024-02-20", "rehire", 1)]
    assert history_of(workspace, "E4", "level") == [hired, left, ("2024-02-06", "rehire", 1)]
    assert history_of(workspace, "E5", "level") == [
        hired,
        left,
        ("2024-02-12", "rehire", 1),
        ("2024-02-21", "exit", None),
    ]
    assert not any("hired anew" in warning for warning in report.warnings)
    assert total(report, "job_history") == (16, 16, 0, 0)


Y1, Y2, Y3 = "2021-12-31", "2022-12-31", "2023-12-31"


def test_who_is_hired_anew_and_left_on_no_known_day_left_the_day_before(
    workspace: Workspace,
) -> None:
    snapshots(
        workspace,
        f"E1,{Y1},2020-01-19,,,,Sales,1",
        f"E1,{Y2},2022-09-19,,,,Sales,1",
        f"E1,{Y3},2022-09-19,,,,Sales,1",
        # The latest hire beside the original one.
        f"E2,{Y1},2020-01-19,,,,Sales,1",
        f"E2,{Y2},2020-01-19,2022-09-19,,,Sales,1",
        f"E2,{Y3},2020-01-19,2022-09-19,,,Sales,1",
        # Back, and gone again.
        f"E3,{Y1},2020-01-19,,,,Sales,1",
        f"E3,{Y2},2022-04-28,,2022-11-14,,Sales,1",
        # Back on the day after a snapshot: nobody can have been out before.
        f"E4,{Y1},2020-01-19,,,,Sales,1",
        f"E4,{Y2},2022-01-01,,,,Sales,1",
        f"E4,{Y3},2022-01-01,,,,Sales,1",
        header=HEADER.replace("hired_on", "hired_on,rehired_on"),
    )
    report = workspace.load()
    begun = [("2020-01-19", "hire"), (Y1, "change")]
    back = [("2022-09-18", "exit"), ("2022-09-19", "rehire")]
    assert history_of(workspace, "E1") == [*begun, *back]
    assert history_of(workspace, "E2") == [*begun, *back]
    assert history_of(workspace, "E3") == [
        *begun,
        ("2022-04-27", "exit"),
        ("2022-04-28", "rehire"),
        ("2022-11-15", "exit"),
    ]
    assert history_of(workspace, "E4") == [*begun, ("2022-01-01", "exit"), ("2022-01-01", "rehire")]
    assert any("4 times somebody was hired anew" in warning for warning in report.warnings)
    assert total(report, "job_history") == (11, 11, 0, 0)


def test_who_is_gone_twice_was_back_in_between(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{Y1},2020-12-09,2021-06-13,left,Sales,1",
        f"E1,{Y2},2022-04-28,2022-11-14,left,Legal,2",
        f"E1,{Y3},2022-04-28,2022-11-14,left,Legal,2",
        # Back before the first snapshot, which does not show it.
        f"E2,{Y1},2020-12-09,2021-06-13,left,Sales,1",
        f"E2,{Y2},2021-10-01,2022-11-14,left,Legal,2",
        # The day of the first hire is corrected, or that of leaving.
        f"E3,{Y1},2020-12-09,2021-06-13,left,Sales,1",
        f"E3,{Y2},2020-12-14,2021-06-13,left,Sales,1",
        f"E4,{Y1},2020-12-09,2021-06-13,left,Sales,1",
        f"E4,{Y2},2020-12-09,2021-06-30,left,Sales,1",
    )
    report = workspace.load()
    first = [("2020-12-09", "hire", None), ("2021-06-14", "exit", None)]
    assert history_of(workspace, "E1", "level") == [
        *first,
        ("2022-04-28", "rehire", 2),
        ("2022-11-15", "exit", None),
    ]
    assert history_of(workspace, "E2", "level") == [
        *first,
        ("2021-10-01", "rehire", None),
        ("2022-11-15", "exit", None),
    ]
    assert history_of(workspace, "E3", "level") == first
    assert history_of(workspace, "E4", "level") == first
    assert total(report, "job_history") == (9, 9, 0, 0)


@pytest.mark.parametrize(
    ("hired_on", "corrected_on"),
    [
        # Backward, forward and before the snapshot, and over its day by at most a month.
        ("2024-01-10", "2023-06-01"),
        ("2023-11-01", "2024-01-31"),
        ("2024-01-10", "2024-02-10"),
        # Nobody knew it before.
        ("", "2024-02-12"),
    ],
)
def test_a_day_of_hire_that_is_corrected_is_no_return(
    workspace: Workspace, hired_on: str, corrected_on: str
) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},{hired_on},,,Sales,1",
        f"E1,{FEB},{corrected_on},,,Sales,2",
        f"E1,{MAR},{corrected_on},,,Sales,2",
    )
    report = workspace.load()
    events = [event for _, event in history_of(workspace, "E1")]
    assert [e for e in events if e not in ("hire", "change")] == ["promotion"]
    assert report.warnings == ()


def test_a_hire_that_moves_by_more_than_a_month_is_a_return(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,,,Sales,1",
        f"E1,{FEB},2024-02-11,,,Sales,1",
    )
    workspace.load()
    assert history_of(workspace, "E1")[1:] == [("2024-02-10", "exit"), ("2024-02-11", "rehire")]


def test_a_return_is_seen_behind_a_record_in_quarantine(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2023-06-01,,,Sales,1",
        f"E1,{FEB},2024-02-20,,,Sales,senior",
        f"E1,{MAR},2024-02-20,,,Sales,1",
    )
    report = workspace.load()
    # In what job E1 came back nobody knows before March.
    assert history_of(workspace, "E1", "level")[2:] == [
        ("2024-02-19", "exit", None),
        ("2024-02-20", "rehire", None),
        (MAR, "change", 1),
    ]
    assert total(report, "job_history") == (3, 2, 1, 0)


@pytest.mark.parametrize(("moved_n", "is_crowd"), [(6, False), (7, True)])
def test_a_crowd_with_new_days_of_hire_has_new_contracts(
    workspace: Workspace, moved_n: int, is_crowd: bool
) -> None:
    snapshots(
        workspace,
        *everybody(JAN, "Sales", range(1, 21)),
        *everybody(FEB, "Sales", range(1, moved_n + 1), hired_on="2024-02-15"),
        *everybody(FEB, "Sales", range(moved_n + 1, 21)),
    )
    workspace.settings["ingest"]["maximum_returned_share"] = 1
    report = workspace.load()
    events = [event for _, event in history_of(workspace, "E1")]
    assert events == ["hire", "change", *([] if is_crowd else ["exit", "rehire"])]
    said = f"{moved_n} people get a new day of hire in a crowd"
    assert any(said in warning for warning in report.warnings) == is_crowd


def test_who_is_missing_and_returns_under_the_first_hire_is_counted(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2015-03-01,,,Sales,1",
        f"E1,{MAR},2015-03-01,,,Sales,1",
        # Gone on the day that was announced, and back.
        f"E2,{JAN},2015-03-01,2024-02-05,,Sales,1",
        f"E2,{MAR},2015-03-01,,,Sales,1",
        # Announced for later than the snapshot that misses them: they left on no known day.
        f"E3,{JAN},2015-03-01,2024-03-05,,Sales,1",
        f"E3,{MAR},2015-03-01,,,Sales,1",
        *everybody(FEB, "Sales", range(4, 6), hired_on="2024-02-01"),
        *everybody(MAR, "Sales", range(4, 6), hired_on="2024-02-01"),
    )
    report = workspace.load()
    begun = [("2015-03-01", "hire"), (JAN, "change")]
    assert history_of(workspace, "E1") == begun
    assert history_of(workspace, "E2") == [*begun, ("2024-02-06", "exit"), (MAR, "rehire")]
    assert history_of(workspace, "E3") == begun
    (warning,) = report.warnings
    assert "2 people are missing from snapshots" in warning
    assert "`rehired_on`" in warning


@pytest.mark.parametrize("never", ["9999-12-31", "1900-01-01", "1/1/1900"])
def test_a_day_that_stands_for_none_is_no_exit(workspace: Workspace, never: str) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,{never},,Sales,1",
        f"E1,{FEB},2024-01-10,{never},,Sales,1",
        date_format="%m/%d/%Y",
    )
    workspace.load()
    assert history_of(workspace, "E1") == [("2024-01-10", "hire")]


def test_two_records_on_the_last_day_are_one_exit(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,,active,Sales,1",
        f"E1,{FEB},2024-01-10,,active,Sales,1",
        f"E1,{FEB},2024-01-10,{FEB},left,Sales,1",
        # Two positions of one person: the higher one counts, whatever the order.
        f"E2,{JAN},2024-01-10,,active,Sales,1",
        f"E2,{JAN},2024-01-10,,active,Legal,3",
        f"E2,{FEB},2024-01-10,,active,Legal,3",
        f"E2,{FEB},2024-01-10,,active,Sales,1",
        # Left, and hired anew: the later hire counts.
        f"E3,{JAN},2015-03-01,2023-05-31,left,Sales,1",
        f"E3,{JAN},2024-01-10,,active,Legal,2",
        f"E3,{FEB},2024-01-10,,active,Legal,2",
    )
    report = workspace.load()
    assert history_of(workspace, "E1") == [("2024-01-10", "hire"), ("2024-03-01", "exit")]
    assert history_of(workspace, "E2", "level") == [("2024-01-10", "hire", 3)]
    assert history_of(workspace, "E3", "level") == [("2024-01-10", "hire", 2)]
    assert total(report, "job_history") == (10, 10, 0, 0)


def test_who_is_missing_for_a_while_was_away_only_if_hired_anew(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,,,Sales,1",
        f"E1,{MAR},2024-01-10,,,Sales,2",
        f"E2,{JAN},2024-01-10,,,Sales,1",
        f"E2,{MAR},2024-03-15,,,Legal,1",
        # No day of hire: nobody can tell, and the person was not there.
        f"E3,{JAN},,,,Sales,1",
        f"E3,{MAR},,,,Sales,1",
        # Left on a day and back on another within one month, though February shows nobody.
        f"E4,{JAN},2024-01-10,2024-02-05,,Sales,1",
        f"E4,{MAR},2024-02-20,,,Sales,1",
        # Somebody who makes February a snapshot.
        f"E5,{FEB},2024-02-01,,,Sales,1",
        f"E5,{MAR},2024-02-01,,,Sales,1",
    )
    workspace.load()
    assert history_of(workspace, "E1") == [("2024-01-10", "hire"), (MAR, "promotion")]
    assert history_of(workspace, "E2", "department") == [
        ("2024-01-10", "hire", "Sales"),
        (FEB, "exit", None),
        ("2024-03-15", "rehire", "Legal"),
    ]
    assert history_of(workspace, "E3") == [(JAN, "change"), (FEB, "exit"), (MAR, "rehire")]
    # Back before the snapshot of February, which does not show in what job.
    assert history_of(workspace, "E4", "level") == [
        ("2024-01-10", "hire", 1),
        ("2024-02-06", "exit", None),
        ("2024-02-20", "rehire", None),
        (MAR, "change", 1),
    ]


def test_who_was_shown_as_gone_may_come_back(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,,active,Sales,1",
        f"E1,{FEB},2024-01-10,2024-02-10,left,Sales,1",
        f"E1,{MAR},2024-03-05,,active,Sales,2",
        # The day of the hire is kept through a rehire.
        f"E2,{JAN},2024-01-10,,active,Sales,1",
        f"E2,{FEB},2024-01-10,2024-02-10,left,Sales,1",
        f"E2,{MAR},2024-01-10,,active,Sales,2",
    )
    workspace.load()
    left = [("2024-01-10", "hire"), ("2024-02-11", "exit")]
    assert history_of(workspace, "E1") == [*left, ("2024-03-05", "rehire")]
    assert history_of(workspace, "E2") == [*left, (MAR, "rehire")]


def test_what_is_shown_after_a_day_of_leaving_that_came_late_did_not_happen(
    workspace: Workspace,
) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,,active,Sales,1",
        f"E1,{FEB},2024-01-10,,active,Legal,2",
        f"E1,{MAR},2024-01-10,2024-02-15,left,Legal,2",
    )
    workspace.load()
    assert history_of(workspace, "E1") == [("2024-01-10", "hire"), ("2024-02-16", "exit")]


def test_a_change_has_the_day_of_the_new_job_where_that_is_known(workspace: Workspace) -> None:
    header = f"{HEADER},in_job_since"
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,,,Sales,1,2024-01-10",
        f"E1,{FEB},2024-01-10,,,Sales,2,2024-02-12",
        f"E1,{MAR},2024-01-10,,,Legal,2,2020-01-01",
        header=header,
    )
    workspace.load()
    assert history_of(workspace, "E1")[1:] == [("2024-02-12", "promotion"), (MAR, "transfer")]


def test_a_record_in_quarantine_makes_nobody_leave(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2024-01-10,,,Sales,1",
        f"E1,{FEB},2024-01-10,,,Sales,senior",
        f"E1,{MAR},2024-01-10,,,Sales,1",
        f"E2,{JAN},2024-01-10,,,Sales,1",
        f"E2,{FEB},2024-01-10,,,Sales,senior",
        f"E2,{MAR},2024-01-10,,,Sales,senior",
    )
    report = workspace.load()
    assert history_of(workspace, "E1") == [("2024-01-10", "hire")]
    assert history_of(workspace, "E2") == [("2024-01-10", "hire")]
    assert total(report, "job_history") == (6, 3, 3, 0)


def test_a_department_that_a_snapshot_misses_has_not_left(workspace: Workspace) -> None:
    sales, legal = range(1, 7), range(7, 12)
    snapshots(
        workspace,
        *everybody(JAN, "Sales", sales),
        *everybody(JAN, "Legal", legal),
        *everybody(FEB, "Sales", sales),
        *everybody(MAR, "Sales", sales),
        *everybody(MAR, "Legal", legal, hired_on=""),
    )
    report = workspace.load()
    for number in legal:
        assert history_of(workspace, f"E{number}") == [("2020-01-01", "hire"), (JAN, "change")]
    assert any("1 snapshots miss people in a crowd" in warning for warning in report.warnings)
    assert total(report, "job_history") == (28, 28, 0, 0)


def test_a_department_that_the_newest_snapshot_misses_refuses_the_source(
    workspace: Workspace,
) -> None:
    sales, legal = range(1, 7), range(7, 12)
    records = [
        *everybody(JAN, "Sales", sales),
        *everybody(JAN, "Legal", legal),
        *everybody(FEB, "Sales", sales),
    ]
    snapshots(workspace, *records)
    with pytest.raises(DataRefused) as refusal:
        workspace.load()
    assert "5 people of 1 departments" in str(refusal.value)
    assert "maximum_vanished_share: 1" in str(refusal.value)
    assert "Legal" not in str(refusal.value)
    workspace.settings["ingest"]["maximum_vanished_share"] = 1
    workspace.load()
    assert history_of(workspace, "E7")[-1] == (FEB, "exit")


def test_a_department_that_says_its_leavers_refuses_nothing(workspace: Workspace) -> None:
    sales, legal = range(1, 7), range(7, 12)
    snapshots(
        workspace,
        *everybody(JAN, "Sales", sales),
        *(f"E{n},{JAN},2020-01-01,2024-02-15,,Legal,1" for n in legal),
        *everybody(FEB, "Sales", sales),
    )
    workspace.load()
    assert history_of(workspace, "E7")[-1] == ("2024-02-16", "exit")


def test_a_department_that_never_returns_leaves_with_a_warning(workspace: Workspace) -> None:
    sales, legal = range(1, 7), range(7, 12)
    snapshots(
        workspace,
        *everybody(JAN, "Sales", sales),
        *everybody(JAN, "Legal", legal),
        *everybody(FEB, "Sales", sales),
        *everybody(MAR, "Sales", sales),
    )
    report = workspace.load()
    assert history_of(workspace, "E7")[-1] == (FEB, "exit")
    assert any("5 people disappear in a crowd" in warning for warning in report.warnings)


@pytest.mark.parametrize(("missing_n", "is_refused"), [(6, False), (7, True)])
def test_a_share_of_everybody_beyond_the_limit_refuses_the_source(
    workspace: Workspace, missing_n: int, is_refused: bool
) -> None:
    # Twenty people of twenty departments: 30 % are six.
    january = [f"E{n},{JAN},2020-01-01,,,D{n},1" for n in range(1, 21)]
    february = [f"E{n},{FEB},2020-01-01,,,D{n},1" for n in range(1, 21 - missing_n)]
    snapshots(workspace, *january, *february)
    if is_refused:
        with pytest.raises(DataRefused, match="7 people of 7 departments"):
            workspace.load()
    else:
        workspace.load()
        assert history_of(workspace, "E20")[-1] == (FEB, "exit")


def test_a_new_name_of_a_department_is_no_move(workspace: Workspace) -> None:
    snapshots(
        workspace,
        *everybody(JAN, "Sales", range(1, 4)),
        *everybody(JAN, "Legal", range(4, 6)),
        *everybody(FEB, "Commercial", range(1, 4)),
        *everybody(FEB, "Legal", range(4, 6)),
        *everybody(MAR, "Commercial", range(2, 4)),
        f"E1,{MAR},2020-01-01,,,Legal,1",
        *everybody(MAR, "Legal", range(4, 6)),
    )
    report = workspace.load()
    assert history_of(workspace, "E2", "department") == [
        ("2020-01-01", "hire", None),
        (JAN, "change", "Commercial"),
    ]
    assert history_of(workspace, "E1", "department")[-1] == (MAR, "transfer", "Legal")
    assert any("1 department bears a new name" in warning for warning in report.warnings)


def test_a_department_that_is_merged_or_split_moves_its_people(workspace: Workspace) -> None:
    snapshots(
        workspace,
        *everybody(JAN, "Sales", range(1, 4)),
        *everybody(JAN, "Legal", range(4, 7)),
        *everybody(FEB, "Both", range(1, 7)),
        *everybody(MAR, "East", range(1, 4)),
        *everybody(MAR, "West", range(4, 7)),
    )
    workspace.load()
    assert [event for _, event in history_of(workspace, "E1")] == [
        "hire",
        "change",
        "transfer",
        "transfer",
    ]


def test_levels_that_were_numbered_anew_refuse_the_source(workspace: Workspace) -> None:
    january = [f"E{n},{JAN},2020-01-01,,,Sales,1" for n in range(1, 21)]
    february = [f"E{n},{FEB},2020-01-01,,,Sales,{2 if n <= 11 else 1}" for n in range(1, 21)]
    snapshots(workspace, *january, *february)
    with pytest.raises(
        DataRefused, match="11 of 20 people have a promotion within 7 days from 2024-02-29"
    ):
        workspace.load()
    workspace.settings["ingest"]["maximum_promoted_share"] = 0.55
    workspace.load()
    assert history_of(workspace, "E1")[-1] == (FEB, "promotion")


@pytest.mark.parametrize(
    ("names", "pattern", "days"),
    [
        (("staff_2024-01.csv", "staff_2024-02.csv"), "staff_%Y-%m.csv", (JAN, FEB)),
        (("staff_2024-01.csv", "staff_2024-02.csv"), "staff_%Y-%m", (JAN, FEB)),
        (
            ("20240115 staff.csv", "20240214 staff.csv"),
            "%Y%m%d staff",
            ("2024-01-15", "2024-02-14"),
        ),
        (("staff 2022.csv", "staff 2023.csv"), "staff %Y", ("2022-12-31", "2023-12-31")),
    ],
)
def test_the_name_of_a_file_says_its_day(
    workspace: Workspace, names: tuple[str, str], pattern: str, days: tuple[str, str]
) -> None:
    header = "Worker,Dept,Grade"
    folder = workspace.root / "exports"
    folder.mkdir()
    (folder / names[0]).write_text(lines(header, "E1,Sales,1"))
    (folder / names[1]).write_text(lines(header, "E1,Sales,2"))
    workspace.sources.append(
        {
            "table": "job_history",
            "path": "exports/*.csv",
            "preset": "snapshots",
            "columns": {"employee_id": "Worker", "department": "Dept", "level": "Grade"},
            "file_date": pattern,
        }
    )
    workspace.load()
    assert history_of(workspace, "E1") == [(days[0], "change"), (days[1], "promotion")]


def test_a_name_that_does_not_say_its_day_is_refused(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        lines(HEADER.replace("snapshot_on,", ""), "E1,,,,Sales,1"),
        "staff.csv",
        preset="snapshots",
        file_date="staff_%Y-%m",
    )
    with pytest.raises(DataRefused, match="does not say which day it describes"):
        workspace.load()


def test_equal_records_of_two_days_are_two_and_of_one_day_one(workspace: Workspace) -> None:
    folder = workspace.root / "exports"
    folder.mkdir()
    header, both = "employee_id,department,level", ("E1,Sales,1", "E2,Sales,1")
    (folder / "staff 2022.csv").write_text(lines(header, *both))
    (folder / "staff 2023.csv").write_text(lines(header, *both, both[0]))
    (folder / "staff 2024.csv").write_text(lines(header, *both))
    workspace.sources.append(
        {
            "table": "job_history",
            "path": "exports/staff *.csv",
            "preset": "snapshots",
            "file_date": "staff %Y",
        }
    )
    report = workspace.load()
    assert history_of(workspace, "E1") == [("2022-12-31", "change")]
    assert total(report, "job_history") == (7, 6, 0, 1)
    assert report.as_of == dt.date(2024, 12, 31)


def test_days_inside_a_record_count_more_than_the_day_of_the_record(workspace: Workspace) -> None:
    # Everybody once a year, and for each leaver a record of the first of the month of leaving.
    snapshots(
        workspace,
        *(f"E{n},{Y1},2015-04-01,,active,A,1" for n in range(1, 26)),
        *(f"E{n},{Y2},2015-04-01,,active,A,1" for n in range(1, 25) if n not in (4, 6)),
        "E4,2022-03-01,2015-04-01,2022-03-16,left,A,1",
        # Hired after the day of the record, and gone.
        "E26,2022-06-01,2022-06-12,2022-06-15,left,A,1",
        # Hired between leavers' records, which say nothing of anybody else.
        f"E27,{Y2},2022-01-10,,active,A,1",
        # Gone without a day: between two days that show everybody.
        "E6,2022-03-01,2015-04-01,,left,A,1",
        # Only to come, and gone nobody knows when.
        f"E28,{Y2},2023-02-01,,active,A,1",
        f"E29,{Y2},,,left,A,1",
    )
    report = workspace.load()
    begun = [("2015-04-01", "hire"), (Y1, "change")]
    assert history_of(workspace, "E1") == begun
    assert history_of(workspace, "E4") == [*begun, ("2022-03-17", "exit")]
    assert history_of(workspace, "E6") == [*begun, ("2022-03-01", "exit")]
    # In the next snapshot of everybody for the first time missing.
    assert history_of(workspace, "E25") == [*begun, (Y2, "exit")]
    assert history_of(workspace, "E26") == [("2022-06-12", "hire"), ("2022-06-16", "exit")]
    assert history_of(workspace, "E27", "level") == [("2022-01-10", "hire", 1)]
    (warning,) = report.warnings
    assert "2 people of the records are in no history" in warning


def test_records_of_leavers_after_the_newest_snapshot_say_when_they_left(
    workspace: Workspace,
) -> None:
    snapshots(
        workspace,
        *everybody(JAN, "Sales", range(30)),
        *everybody(FEB, "Sales", range(30)),
        # One record per leaver, on the first day of the month of leaving, without a status.
        "E1,2024-03-01,2020-01-01,2024-03-16,,Sales,1",
        "E2,2024-04-01,2020-01-01,2024-04-20,,Sales,1",
        "N1,2024-03-01,2024-02-12,2024-03-08,,Sales,1",
    )
    report = workspace.load()
    assert history_of(workspace, "E1")[1:] == [(JAN, "change"), ("2024-03-17", "exit")]
    assert history_of(workspace, "E2")[1:] == [(JAN, "change"), ("2024-04-21", "exit")]
    came, left = ("2024-02-12", "hire"), ("2024-03-09", "exit")
    assert history_of(workspace, "N1") == [came, ("2024-03-01", "change"), left]
    assert history_of(workspace, "E3")[1:] == [(JAN, "change")]
    assert report.as_of == dt.date(2024, 4, 21)


def test_who_comes_to_snapshots_years_after_the_hire_came_with_another_company(
    workspace: Workspace,
) -> None:
    records = [
        *(f"E{n},{day},2011-03-01,,,A,1" for n in range(1, 9) for day in (Y1, Y2, Y3)),
        *(f"Q{n},{Y3},2009-06-01,,,B,2" for n in range(1, 6)),
        # Entered late, by no more than a quarter.
        f"L1,{Y3},2022-10-01,,,A,1",
        # Left the company that was bought before it was.
        f"G1,{Y3},2009-06-01,2023-03-31,left,B,2",
        # There before, in a record that nobody can read.
        f"U1,{Y2},2009-06-01,,,A,senior",
        f"U1,{Y3},2009-06-01,,,A,1",
    ]
    snapshots(workspace, *records)
    report = workspace.load()
    assert history_of(workspace, "Q1", "level") == [(Y3, "change", 2)]
    assert history_of(workspace, "L1")[0] == ("2022-10-01", "hire")
    assert history_of(workspace, "G1") == []
    assert history_of(workspace, "E1") == [("2011-03-01", "hire"), (Y1, "change")]
    assert any("5 people are in no snapshot taken more than 92 days" in w for w in report.warnings)
    assert any("1 people who left are in no snapshot" in w for w in report.warnings)
    workspace.settings["ingest"]["maximum_unseen_days"] = None
    workspace.load()
    assert history_of(workspace, "Q1") == [("2009-06-01", "hire"), (Y3, "change")]


def test_a_status_that_contradicts_the_day_of_leaving_is_said(workspace: Workspace) -> None:
    snapshots(
        workspace,
        # Back, with the days of the first employment: present, or away while not shown.
        *(f"E1,{day},2015-02-02,2019-05-31,active,A,1" for day in (Y1, Y2, Y3)),
        f"E2,{Y1},2015-02-02,,active,A,1",
        f"E2,{Y3},2015-02-02,2022-03-31,active,A,1",
        # The status is late by days.
        f"E3,{Y1},2015-02-02,2021-12-20,active,A,1",
        # Gone by the status, on a day to come, and on one that never comes.
        f"E4,{Y1},2015-02-02,,active,A,1",
        f"E4,{Y2},2015-02-02,2023-03-31,left,A,1",
        f"E5,{Y1},2015-02-02,,active,A,1",
        f"E5,{Y2},2015-02-02,2099-01-01,left,A,1",
        *(f"E6,{day},2015-02-02,,active,A,1" for day in (Y1, Y2, Y3)),
    )
    report = workspace.load()
    begun = [("2015-02-02", "hire"), (Y1, "change")]
    assert history_of(workspace, "E1") == begun
    assert history_of(workspace, "E2") == [*begun, ("2022-04-01", "exit"), (Y3, "rehire")]
    assert history_of(workspace, "E3") == [("2015-02-02", "hire"), ("2021-12-21", "exit")]
    assert history_of(workspace, "E4") == [*begun, ("2023-04-01", "exit")]
    assert history_of(workspace, "E5") == [*begun, (Y2, "exit")]
    said = "\n".join(report.warnings)
    assert "2 people are employed by their status though their day of leaving lies" in said
    assert "1 people are employed by their status though their day of leaving has passed" in said
    assert said.count("1 people have left by their status") == 2


def test_the_end_of_a_second_job_is_no_exit_while_the_first_goes_on(workspace: Workspace) -> None:
    snapshots(
        workspace,
        f"E1,{JAN},2019-01-01,,active,Care,2",
        f"E1,{JAN},2020-01-01,,active,Legal,1",
        f"E1,{FEB},2019-01-01,,active,Care,2",
        f"E1,{FEB},2020-01-01,2024-02-15,left,Legal,1",
        # The first job ends, and the second with it.
        f"E2,{JAN},2019-01-01,,active,Care,2",
        f"E2,{JAN},2020-01-01,,active,Legal,1",
        f"E2,{FEB},2019-01-01,2024-02-15,left,Care,2",
        f"E2,{FEB},2020-01-01,2024-02-15,left,Legal,1",
    )
    report = workspace.load()
    hired = [("2019-01-01", "hire"), (JAN, "change")]
    assert history_of(workspace, "E1") == hired
    assert history_of(workspace, "E2")[-1] == ("2024-02-16", "exit")
    assert any("of 1 people a later job has ended while an earlier" in w for w in report.warnings)


def of_a_month(workspace: Workspace, month: str, people: str, **source: object) -> None:
    """Write the snapshot of a month as a source of its own, with headers of its own."""
    header = f"Nr {month},Entry {month}"
    text = lines(header, *(f"{who},2015-02-02" for who in people.split()))
    columns = {"employee_id": f"Nr {month}", "hired_on": f"Entry {month}"}
    given = {"preset": "snapshots", "columns": columns, "file_date": "list %Y-%m.csv", **source}
    workspace.write("job_history", text, f"list {month}.csv", **given)


def test_snapshots_of_the_same_people_are_a_series_whatever_source_names_them(
    workspace: Workspace,
) -> None:
    """Each month has its own headers; E3 is in the first only, E4 in the last only."""
    of_a_month(workspace, "2024-01", "E1 E2 E3")
    of_a_month(workspace, "2024-02", "E1 E2")
    workspace.settings["ingest"] = {"maximum_unseen_days": 30}
    of_a_month(workspace, "2024-03", "E1 E2 E4")
    report = workspace.load()
    seen = [("2015-02-02", "hire"), ("2024-01-31", "change")]
    assert histories_of(workspace, ("E1", "E2", "E3", "E4")) == {
        "E1": seen,
        "E2": seen,
        "E3": [*seen, ("2024-02-29", "exit")],
        "E4": [("2024-03-31", "change")],
    }
    assert any("3 sources of snapshots name the same people" in w for w in report.warnings)


@pytest.mark.parametrize(("people", "is_one"), [("E1 E5 E6", False), ("E1 E2 E5 E6", True)])
def test_sources_of_other_people_are_series_of_their_own(
    workspace: Workspace, people: str, is_one: bool
) -> None:
    """Two companies: the second, with less than half of the people of the first, is another."""
    of_a_month(workspace, "2024-01", "E1 E2 E3 E4")
    of_a_month(workspace, "2024-02", people)
    workspace.settings["ingest"] = {"maximum_unseen_days": None, "maximum_vanished_share": 1}
    workspace.load()
    exits = workspace.rows("select count(*) from job_history where event = 'exit'")
    assert exits == [(2 if is_one else 0,)]


def test_a_series_that_is_refused_leaves_nothing_to_the_next_source(workspace: Workspace) -> None:
    of_a_month(workspace, "2024-01", " ".join(f"E{n}" for n in range(60)))
    of_a_month(workspace, "2024-02", "E1 E2 E3 E4 E5")
    text = lines("employee_id,hired_on", "X1,2015-02-02")
    workspace.write("job_history", text, "other.csv", preset="spells")
    with pytest.raises(DataRefused, match="snapshot"):
        workspace.load()
