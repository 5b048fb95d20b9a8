"""Effective-dated records, in whatever order, become events."""

from __future__ import annotations

from tests.ingest.conftest import Workspace, total
from tests.ingest.turns.history import history_of, lines

HEADER = "employee_id,effective_on,sequence,reason,hired_on,standing,department,level,exit_reason"


def changes(workspace: Workspace, *records: str, **source: object) -> Workspace:
    workspace.write("job_history", lines(HEADER, *records), preset="changes", **source)
    return workspace


def test_unsorted_records_become_events_by_what_they_change(workspace: Workspace) -> None:
    changes(
        workspace,
        "E1,2021-01-01,,,,active,Legal,2,",
        "E1,2019-01-01,,,,active,Sales,1,",
        "E1,2022-01-01,,,,left,Legal,2,voluntary",
        "E1,2020-01-01,,,,active,Sales,2,",
        "E1,2022-06-01,,,,left,Legal,2,voluntary",
        "E1,2023-01-01,,,,active,Legal,2,",
        "E1,2024-01-01,,,,active,Legal,1,",
    )
    report = workspace.load()
    assert history_of(workspace, "E1", "department", "level", "exit_reason") == [
        ("2019-01-01", "hire", "Sales", 1, None),
        ("2020-01-01", "promotion", "Sales", 2, None),
        ("2021-01-01", "transfer", "Legal", 2, None),
        ("2022-01-01", "exit", None, None, "voluntary"),
        ("2023-01-01", "rehire", "Legal", 2, None),
        ("2024-01-01", "demotion", "Legal", 1, None),
    ]
    # The second record out of employment changes nothing, and is kept.
    assert total(report, "job_history") == (7, 7, 0, 0)


def test_several_records_of_one_day_come_in_their_sequence(workspace: Workspace) -> None:
    changes(
        workspace,
        "E1,2019-01-01,1,,,active,Sales,1,",
        "E1,2020-01-01,2,,,active,Legal,2,",
        "E1,2020-01-01,1,,,active,Sales,2,",
    )
    workspace.load()
    assert history_of(workspace, "E1", "_record") == [
        ("2019-01-01", "hire", 1),
        ("2020-01-01", "promotion", 3),
        ("2020-01-01", "transfer", 2),
    ]


def test_the_word_of_the_source_counts_where_it_is_mapped(workspace: Workspace) -> None:
    changes(
        workspace,
        "E1,2019-01-01,,HIR,,active,Sales,1,",
        "E1,2020-01-01,,PRO,,active,Sales,1,",
        # A new scale of levels is no promotion: the source says it is a change of data.
        "E1,2021-01-01,,DAT,,active,Sales,9,",
        "E1,2022-01-01,,XYZ,,active,Legal,9,",
        "E1,2023-01-01,,Leave Start,,active,Legal,9,",
        "E1,2024-01-01,,TER,,active,Legal,9,",
        values={"reason": {"HIR": "hire", "PRO": "promotion", "DAT": "change", "TER": "exit"}},
    )
    report = workspace.load()
    assert history_of(workspace, "E1") == [
        ("2019-01-01", "hire"),
        ("2020-01-01", "promotion"),
        ("2021-01-01", "change"),
        ("2022-01-01", "transfer"),
        ("2023-01-01", "leave_start"),
        ("2024-01-01", "exit"),
    ]
    assert any("1 changes carry 1 word that mean no event" in w for w in report.warnings)


def test_the_first_record_is_the_hire_unless_others_say_what_a_hire_is(
    workspace: Workspace,
) -> None:
    changes(
        workspace,
        "E1,2019-01-01,,Hire,,active,Sales,1,",
        # Hired before the window of the report.
        "E2,2019-01-01,,Data,,active,Sales,1,",
        "E3,2019-01-01,,Data,2015-03-01,active,Sales,1,",
        "E4,2019-01-01,,,2019-01-01,active,Sales,1,",
        "E5,2019-01-01,,,2015-03-01,left,Sales,1,",
    )
    workspace.load()
    assert history_of(workspace, "E1") == [("2019-01-01", "hire")]
    assert history_of(workspace, "E2") == [("2019-01-01", "change")]
    assert history_of(workspace, "E3", "level") == [
        ("2015-03-01", "hire", None),
        ("2019-01-01", "change", 1),
    ]
    assert history_of(workspace, "E4") == [("2019-01-01", "hire")]
    assert history_of(workspace, "E5") == [("2015-03-01", "hire"), ("2019-01-01", "exit")]


def test_what_was_unknown_and_becomes_known_is_neither_promotion_nor_transfer(
    workspace: Workspace,
) -> None:
    changes(
        workspace,
        "E1,2019-01-01,,,,active,,,",
        "E1,2020-01-01,,,,active,Sales,3,",
        "E1,2021-01-01,,,,active,,,",
        "E1,2022-01-01,,,,active,Sales,3,",
    )
    report = workspace.load()
    assert history_of(workspace, "E1") == [("2019-01-01", "hire"), ("2020-01-01", "change")]
    assert total(report, "job_history") == (4, 4, 0, 0)


def test_leave_begins_and_ends(workspace: Workspace) -> None:
    changes(
        workspace,
        "E1,2019-01-01,,,,active,Sales,1,",
        "E1,2020-01-01,,,,leave,Sales,1,",
        "E1,2020-06-01,,,,leave,Sales,1,",
        "E1,2021-01-01,,,,active,Sales,1,",
    )
    workspace.load()
    assert history_of(workspace, "E1") == [
        ("2019-01-01", "hire"),
        ("2020-01-01", "leave_start"),
        ("2021-01-01", "leave_end"),
    ]
