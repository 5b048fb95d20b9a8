"""Effective-dated records, in whatever order, become events."""

from __future__ import annotations

import pytest

from tests.ingest.columns.histories.history import history_of, lines
from tests.ingest.conftest import Workspace, total
from workspace.errors import DataRefused

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


WORDS = {name.upper(): name for name in ("hire", "rehire", "promotion", "transfer", "exit")}


@pytest.mark.parametrize(
    ("records", "events"),
    [
        # Of two moves the last one tells where somebody is.
        (
            ["1,TRANSFER,,,Zoo,1", "2,TRANSFER,,,Audit,1"],
            [("2021-01-01", "transfer", "Audit", 1)],
        ),
        (["1,TRANSFER,,,Zoo,1", "2,,,,Sales,1"], []),
        # A promotion that is corrected is one promotion, to the level that holds.
        (["1,PROMOTION,,,Sales,3", "2,,,,Sales,2"], [("2021-01-01", "promotion", "Sales", 2)]),
        (["1,PROMOTION,,,Sales,2", "2,RESCIND,,,Sales,1"], []),
        (["1,,,,Sales,3", "2,,,,Sales,2"], [("2021-01-01", "promotion", "Sales", 2)]),
        # What came with a promotion that was rescinded stays.
        (["1,PROMOTION,,,Legal,2", "2,,,,Legal,1"], [("2021-01-01", "transfer", "Legal", 1)]),
        # What a later record leaves empty holds on; a word of the source holds as it stands.
        (
            ["1,PROMOTION,,,Sales,2", "2,TRANSFER,,,Legal,"],
            [("2021-01-01", "promotion", "Legal", 2), ("2021-01-01", "transfer", "Legal", 2)],
        ),
        (["1,PROMOTION,,,Sales,1"], [("2021-01-01", "promotion", "Sales", 1)]),
        # The order of the day is that of the sequence, as a number.
        (
            ["10,TRANSFER,,,Audit,1", "9,TRANSFER,,,Zoo,1"],
            [("2021-01-01", "transfer", "Audit", 1)],
        ),
        # Without one, the word that says most tells last.
        ([",PROMOTION,,,Sales,2", ",,,,Sales,1"], [("2021-01-01", "promotion", "Sales", 2)]),
        # An exit is one unless the day takes it back or says that somebody came back.
        (["1,EXIT,,left,,", "2,,,active,Sales,1"], []),
        (["1,,,active,Sales,1", "2,EXIT,,left,,"], [("2021-01-01", "exit", None, None)]),
        ([",EXIT,,left,,", ",,,active,Sales,1"], [("2021-01-01", "exit", None, None)]),
        (
            ["1,EXIT,,left,,", "2,REHIRE,,active,Legal,2"],
            [("2021-01-01", "exit", None, None), ("2021-01-01", "rehire", "Legal", 2)],
        ),
        (
            [",REHIRE,,active,Legal,2", ",EXIT,,left,,"],
            [("2021-01-01", "exit", None, None), ("2021-01-01", "rehire", "Legal", 2)],
        ),
    ],
)
def test_a_day_is_what_holds_at_its_end(
    workspace: Workspace, records: list[str], events: list[tuple[object, ...]]
) -> None:
    changes(
        workspace,
        *(f"E1,2021-01-01,{record}," for record in records),
        "E1,2020-01-01,1,HIRE,,active,Sales,1,",
        values={"reason": WORDS},
    )
    report = workspace.load()
    hired = ("2020-01-01", "hire", "Sales", 1)
    assert history_of(workspace, "E1", "department", "level") == [hired, *events]
    assert total(report, "job_history") == (len(records) + 1, len(records) + 1, 0, 0)


def test_a_first_day_is_a_hire_and_perhaps_an_exit(workspace: Workspace) -> None:
    changes(
        workspace,
        # Hired into the level of the evening: no promotion.
        "E1,2020-01-01,1,HIRE,,active,Sales,1,",
        "E1,2020-01-01,2,,,active,Legal,2,",
        # Came and left at once.
        "E2,2020-01-01,,EXIT,,left,,,voluntary",
        "E2,2020-01-01,,HIRE,,active,Sales,1,",
        values={"reason": WORDS},
    )
    report = workspace.load()
    assert history_of(workspace, "E1", "department", "level") == [
        ("2020-01-01", "hire", "Legal", 2)
    ]
    assert history_of(workspace, "E2", "level", "exit_reason") == [
        ("2020-01-01", "exit", None, "voluntary"),
        ("2020-01-01", "hire", 1, None),
    ]
    assert total(report, "job_history") == (4, 4, 0, 0)


def test_an_event_of_the_source_counts_more_than_a_standing_of_today(workspace: Workspace) -> None:
    changes(
        workspace,
        "E1,2019-01-01,,HIRE,,left,Sales,1,",
        "E1,2020-01-01,,PROMOTION,,left,Sales,2,",
        # Of somebody who is left throughout, a change says nothing of employment.
        "E1,2020-06-01,,DATA,,left,Sales,2,",
        "E1,2021-01-01,,TRANSFER,,left,Legal,2,",
        "E1,2022-01-01,,EXIT,,left,Legal,2,voluntary",
        "E1,2022-06-01,,TRANSFER,,left,Care,2,",
        "E1,2022-07-01,,,,left,Care,2,",
        # The word for the exit is not mapped.
        "E2,2019-01-01,,HIRE,,left,Sales,1,",
        "E2,2022-01-01,,GONE,,left,Sales,1,",
        "E3,2019-01-01,,HIRE,,active,Sales,1,",
        values={"reason": {**WORDS, "DATA": "change"}},
    )
    report = workspace.load()
    assert history_of(workspace, "E1", "exit_reason") == [
        ("2019-01-01", "hire", None),
        ("2020-01-01", "promotion", None),
        ("2020-06-01", "change", None),
        ("2021-01-01", "transfer", None),
        ("2022-01-01", "exit", "voluntary"),
    ]
    assert history_of(workspace, "E2") == [("2019-01-01", "hire"), ("2022-01-01", "exit")]
    assert total(report, "job_history") == (10, 10, 0, 0)
    said = "2 people have left, and all of them from their first record on"
    assert any(said in warning for warning in report.warnings)


def test_a_standing_decides_where_the_source_names_no_event(workspace: Workspace) -> None:
    changes(
        workspace,
        "E1,2019-01-01,,HIRE,,active,Sales,1,",
        # A vague word is no event of the employed.
        "E1,2020-01-01,,DATA,,left,Sales,1,",
        # Nobody comes back by a move that is recorded afterwards.
        "E1,2020-06-01,,TRANSFER,,left,Legal,1,",
        "E1,2021-01-01,,REHIRE,,left,Legal,1,",
        values={"reason": {**WORDS, "DATA": "change"}},
    )
    report = workspace.load()
    assert history_of(workspace, "E1") == [
        ("2019-01-01", "hire"),
        ("2020-01-01", "exit"),
        ("2021-01-01", "rehire"),
    ]
    assert report.warnings == ()


@pytest.mark.parametrize(("people_n", "is_refused"), [(4, False), (5, True)])
def test_standings_of_today_that_would_date_exits_refuse_the_source(
    workspace: Workspace, people_n: int, is_refused: bool
) -> None:
    days = ("2019-01-01", "2020-01-01", "2021-01-01")
    leavers = [f"E{n},{day},,,,left,Sales,1," for n in range(people_n) for day in days]
    changes(workspace, *leavers, "E9,2019-01-01,,,,active,Sales,1,")
    if is_refused:
        with pytest.raises(DataRefused, match="is that of today") as refusal:
            workspace.load()
        assert "5 people have left" in str(refusal.value)
        assert "as of the effective date" in str(refusal.value)
        # One person whose status was another once shows that it is that of its day.
        (workspace.root / "exports" / "job_history.csv").write_text(
            lines(
                HEADER,
                *leavers,
                "E9,2019-01-01,,,,active,Sales,1,",
                "E9,2020-01-01,,,,left,Sales,1,",
            )
        )
    report = workspace.load()
    assert history_of(workspace, "E1") == [("2019-01-01", "exit")]
    assert any("from their first record on" in w for w in report.warnings) != is_refused


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


def test_a_second_hire_stays_one_for_the_gate_to_ask(workspace: Workspace) -> None:
    words = {"Hire": "hire", "End of assignment": "exit"}
    changes(
        workspace,
        "P1,2019-02-04,,Hire,,,Math,,",
        "P1,2020-09-01,,Hire,,,Coaching,,",
        "P1,2021-06-30,,End of assignment,,,Coaching,,",
        "P2,2019-02-04,,Hire,,,Math,,",
        # The first job ends after the second one.
        "P2,2020-09-01,,Hire,,,Coaching,,",
        "P2,2021-06-30,,End of assignment,,,Coaching,,",
        "P2,2022-06-30,,End of assignment,,,Math,,",
        values={"reason": words},
    )
    report = workspace.load()
    hired = [("2019-02-04", "hire"), ("2020-09-01", "hire"), ("2021-06-30", "exit")]
    assert history_of(workspace, "P1") == hired
    assert history_of(workspace, "P2") == [*hired, ("2022-06-30", "exit")]
    flaws = report.quality.set_index("reason")["rows"]
    assert flaws["hire_while_employed"] == 2


@pytest.mark.parametrize(
    ("record", "events"),
    [
        # No hire, whatever the source calls it: the gate asks what happens after an exit.
        ("Address change,,,A,,", [("2023-04-15", "change")]),
        ("Final pay,,,A,,", [("2023-04-15", "change")]),
        ("Promotion,,,A,2,", [("2023-04-15", "promotion")]),
        # The status agrees with the exit.
        ("Final pay,,left,A,,", []),
        # These bring somebody back.
        ("Final pay,,active,A,,", [("2023-04-15", "rehire")]),
        ("Maternity,,leave,A,,", [("2023-04-15", "rehire")]),
        ("Rehire,,,A,,", [("2023-04-15", "rehire")]),
        ("Hire,,left,A,,", [("2023-04-15", "rehire")]),
    ],
)
def test_only_a_hire_or_a_status_that_says_employed_brings_somebody_back(
    workspace: Workspace, record: str, events: list[tuple[str, str]]
) -> None:
    words = {"Termination": "exit", "Address change": "change"}
    changes(
        workspace,
        "P1,2019-02-04,,Hire,,,A,1,",
        "P1,2023-03-31,,Termination,,,A,,",
        f"P1,2023-04-15,,{record}",
        "P2,2019-02-04,,Hire,,active,A,1,",
        values={"reason": words},
    )
    workspace.load()
    left = [("2019-02-04", "hire"), ("2023-03-31", "exit")]
    assert history_of(workspace, "P1") == [*left, *events]


def test_a_later_record_of_the_last_day_that_is_no_hire_takes_no_exit_back(
    workspace: Workspace,
) -> None:
    changes(
        workspace,
        "P1,2019-02-04,1,Hire,,,A,1,",
        "P1,2023-03-31,1,Termination,,,A,,",
        "P1,2023-03-31,2,Final pay,,,A,,",
        values={"reason": {"Termination": "exit"}},
    )
    workspace.load()
    assert history_of(workspace, "P1") == [("2019-02-04", "hire"), ("2023-03-31", "exit")]


def test_two_jobs_from_one_day_on_are_said(workspace: Workspace) -> None:
    changes(
        workspace,
        "P1,2019-02-04,,Hire,,,Math,,",
        "P1,2019-02-04,,Hire,,,Coaching,,",
        "P1,2021-06-30,,exit,,,Coaching,,",
    )
    (warning,) = workspace.load().warnings
    assert "1 people are hired into several jobs on one day" in warning
    assert history_of(workspace, "P1") == [
        ("2019-02-04", "change"),
        ("2019-02-04", "hire"),
        ("2021-06-30", "exit"),
    ]


def test_people_of_a_company_that_was_bought_are_employed_from_their_first_records(
    workspace: Workspace,
) -> None:
    old = [f"E{n},2015-01-01,,hire,2015-01-01,,Care,1," for n in range(20)]
    bought = [f"Q{n},2022-03-01,,Acquisition,2009-01-01,,Legal,1," for n in range(6)]
    # Fewer than five of a day are no crowd: their records may begin late.
    others = [f"F{n},2021-03-01,,Move,2009-01-01,,Legal,1," for n in range(4)]
    changes(workspace, *old, *bought, *others)
    report = workspace.load()
    assert history_of(workspace, "Q1") == [("2022-03-01", "change")]
    assert history_of(workspace, "F1") == [("2009-01-01", "hire"), ("2021-03-01", "change")]
    assert any("6 people have their first records on one day" in w for w in report.warnings)
    workspace.settings["ingest"]["maximum_unseen_days"] = None
    workspace.load()
    assert history_of(workspace, "Q1") == [("2009-01-01", "hire"), ("2022-03-01", "change")]
