"""What happens to a crowd at once is asked of the history, whatever it was made of."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.columns.histories.history import history_of, lines
from tests.ingest.conftest import Workspace, total
from workspace.errors import DataRefused

OWN = "employee_id,effective_on,event,department,level"
PEOPLE = range(1, 31)
CLOSED, REOPENED = "2022-12-31", "2023-01-02"
HIRED = "2015-03-01"


def _own(workspace: Workspace, moved: range) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE),
            *(f"E{n},{CLOSED},exit,," for n in moved),
            *(f"E{n},{REOPENED},hire,A,1" for n in moved),
        ),
    )


def _changes(workspace: Workspace, moved: range) -> None:
    workspace.write(
        "job_history",
        lines(
            "employee_id,effective_on,reason,department,level",
            *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE),
            *(f"E{n},{CLOSED},exit,," for n in moved),
            *(f"E{n},{REOPENED},rehire,A,1" for n in moved),
        ),
        preset="changes",
    )


def _spells(workspace: Workspace, moved: range) -> None:
    workspace.write(
        "job_history",
        lines(
            "employee_id,hired_on,left_on",
            *(f"E{n},{HIRED},{'2022-12-30' if n in moved else ''}" for n in PEOPLE),
            *(f"E{n},{REOPENED}," for n in moved),
        ),
        preset="spells",
    )


def _snapshots(workspace: Workspace, moved: range) -> None:
    workspace.write(
        "job_history",
        lines(
            "employee_id,snapshot_on,hired_on,left_on",
            *(f"E{n},2022-11-30,{HIRED},{'2022-12-30' if n in moved else ''}" for n in PEOPLE),
            *(f"E{n},2023-01-31,{REOPENED if n in moved else HIRED}," for n in PEOPLE),
        ),
        preset="snapshots",
    )


WAYS = pytest.mark.parametrize("write", [_own, _changes, _spells, _snapshots])


@WAYS
def test_a_replaced_system_makes_nobody_leave(workspace: Workspace, write: object) -> None:
    assert callable(write)
    write(workspace, PEOPLE)
    with pytest.raises(DataRefused, match="leave and return at once") as refusal:
        workspace.load()
    assert "30 of 30 people leave within 7 days from 2022-12-31" in str(refusal.value)
    assert "ingest: {system_change_on: 2022-12-31}" in str(refusal.value)
    workspace.settings["ingest"]["system_change_on"] = "2022-12-31"
    report = workspace.load()
    events = [event for _, event in history_of(workspace, "E7")]
    assert "hire" in events
    assert not {"exit", "rehire"} & set(events)
    assert any("30 people leave and return around a change of system" in w for w in report.warnings)
    assert total(report, "job_history")[2] == 0


@WAYS
def test_who_left_and_returned_in_a_crowd_may_be_allowed(
    workspace: Workspace, write: object
) -> None:
    assert callable(write)
    write(workspace, PEOPLE)
    workspace.settings["ingest"]["maximum_returned_share"] = 1
    workspace.load()
    assert (CLOSED, "exit") in history_of(workspace, "E7")


# At most a tenth of thirty are three, but fewer than five are no crowd.
@pytest.mark.parametrize(("moved_n", "is_refused"), [(4, False), (5, True)])
def test_a_few_who_return_are_no_crowd(
    workspace: Workspace, moved_n: int, is_refused: bool
) -> None:
    _own(workspace, range(1, moved_n + 1))
    if is_refused:
        with pytest.raises(DataRefused, match="5 of 30 people leave"):
            workspace.load()
    else:
        assert workspace.load().warnings == ()


def test_one_site_of_a_large_company_is_worth_a_warning(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in range(100)),
            *(f"E{n},{CLOSED},exit,," for n in range(6)),
            *(f"E{n},{REOPENED},rehire,A,1" for n in range(6)),
        ),
    )
    (warning,) = workspace.load().warnings
    assert "6 of 100 people leave within 7 days" in warning


def test_ids_of_a_new_system_are_worth_a_warning(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE),
            *(f"E{n},{CLOSED},exit,," for n in PEOPLE),
            *(f"N{n},{REOPENED},hire,A,1" for n in PEOPLE),
        ),
    )
    (warning,) = workspace.load().warnings
    assert "30 of 30 people leave within 7 days from 2022-12-31" in warning
    assert "30 come then" in warning


def _risen(workspace: Workspace, risen_n: int, people: range, *, preset: str) -> None:
    events = {"canonical": "promotion", "changes": ""}
    header = OWN if preset == "canonical" else OWN.replace("event", "reason")
    workspace.write(
        "job_history",
        lines(
            header,
            *(f"E{n},{HIRED},hire,A,1" for n in people),
            *(f"E{n},2023-01-01,{events[preset]},A,3" for n in people[:risen_n]),
            f"E1,2023-09-01,{events[preset]},A,4",
        ),
        preset=preset,
    )


@pytest.mark.parametrize("preset", ["canonical", "changes"])
@pytest.mark.parametrize(("risen_n", "is_refused"), [(15, False), (16, True)])
def test_levels_with_new_numbers_promote_nobody(
    workspace: Workspace, preset: str, risen_n: int, is_refused: bool
) -> None:
    _risen(workspace, risen_n, PEOPLE, preset=preset)
    hired = (HIRED, "hire", 1)
    if is_refused:
        with pytest.raises(DataRefused, match="16 of 30 people have a promotion") as refusal:
            workspace.load()
        assert "ingest: {level_changes: [2023-01-01]}" in str(refusal.value)
        workspace.settings["ingest"]["level_changes"] = ["2023-01-01"]
    workspace.load()
    assert history_of(workspace, "E1", "level") == [
        hired,
        ("2023-01-01", "change" if is_refused else "promotion", 3),
        ("2023-09-01", "promotion", 4),
    ]


def test_a_small_company_that_rises_together_is_worth_a_warning(workspace: Workspace) -> None:
    _risen(workspace, 6, range(1, 10), preset="canonical")
    (warning,) = workspace.load().warnings
    assert "6 of 9 people have a promotion within 7 days from 2023-01-01" in warning


def test_levels_that_fall_together_are_worth_a_warning(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,5" for n in PEOPLE),
            *(f"E{n},2023-01-01,demotion,A,3" for n in PEOPLE),
        ),
    )
    (warning,) = workspace.load().warnings
    assert "30 of 30 people have a demotion" in warning


def test_hires_from_before_anybody_was_seen_to_leave_are_worth_a_warning(
    workspace: Workspace,
) -> None:
    # Of 40 people hired in 2000, 20 leave in 2020: about as many a year would have left before.
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},2000-01-01,hire,A,1" for n in range(40)),
            *(f"E{n},2020-{1 + n % 12:02},exit,,".replace(",exit", "-15,exit") for n in range(20)),
        ),
    )
    warnings = workspace.load().warnings
    assert any(
        "hires go back to 2000-01-01, and nobody leaves before 2020-01-15" in w for w in warnings
    )


@pytest.mark.parametrize(("risen_n", "is_said"), [(15, False), (16, True)])
def test_one_department_with_new_levels_is_worth_a_warning(
    workspace: Workspace, risen_n: int, is_said: bool
) -> None:
    """Sixteen of thirty are more than half of a department, and a quarter of the company."""
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,{'AB'[n % 2]},{1 + n // 2 % 3}" for n in range(60)),
            *(f"E{2 * n},2023-01-0{1 + n % 5},promotion,A,7" for n in range(risen_n)),
        ),
    )
    said = [w for w in workspace.load().warnings if "of one department have a promotion" in w]
    assert len(said) == is_said
    if is_said:
        assert "16 of 30 people of one department" in said[0]
        assert "ingest: {level_changes: [2023-01-01]}" in said[0]


def test_one_level_with_a_new_number_is_worth_a_warning(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,{'ABCD'[n % 4]},{1 + n // 4 % 5}" for n in range(60)),
            *(f"E{n},2023-01-01,promotion,,6" for n in range(60) if n // 4 % 5 == 4),
        ),
    )
    (warning,) = workspace.load().warnings
    assert "12 of 12 people of level 5 have a promotion" in warning


def test_who_rises_further_than_the_new_number_is_promoted(workspace: Workspace) -> None:
    """All levels got numbers two higher, and three of thirty people rose by one more."""
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,{1 + n % 3}" for n in PEOPLE),
            *(f"E{n},2023-01-01,promotion,A,{(4 if n <= 3 else 3) + n % 3}" for n in PEOPLE),
        ),
    )
    workspace.settings["ingest"]["level_changes"] = ["2023-01-01"]
    (warning,) = workspace.load().warnings
    assert "27 people have another level" in warning
    assert "3 more have another one than most of their old level" in warning
    assert history_of(workspace, "E1", "level")[1] == ("2023-01-01", "promotion", 5)
    assert history_of(workspace, "E4", "level")[1] == ("2023-01-01", "change", 4)


def test_a_system_that_was_closed_for_weeks_is_told_and_can_be_declared(
    workspace: Workspace,
) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE),
            *(f"E{n},{CLOSED},exit,," for n in PEOPLE),
            *(f"E{n},2023-02-19,hire,A,1" for n in PEOPLE),
        ),
    )
    (warning,) = workspace.load().warnings
    assert "30 of them are back within 62 days" in warning
    assert "ingest: {system_change_on: 2023-01-25}" in warning
    workspace.settings["ingest"]["system_change_on"] = "2023-01-25"
    workspace.load()
    assert history_of(workspace, "E7") == [(HIRED, "hire"), ("2023-02-19", "change")]


@pytest.mark.parametrize("days", [6, 13])
def test_a_system_replaced_person_by_person_is_refused(workspace: Workspace, days: int) -> None:
    moves = []
    for n in PEOPLE:
        day = dt.date(2023, 1, 2) + dt.timedelta(days=n * days // 30)
        moves += [f"E{n},{day},exit,,", f"E{n},{day + dt.timedelta(days=3)},hire,A,1"]
    workspace.write("job_history", lines(OWN, *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE), *moves))
    with pytest.raises(DataRefused, match="leave and return at once"):
        workspace.load()


@pytest.mark.parametrize(("back_on", "is_refused"), [("2023-01-31", True), ("2023-02-01", False)])
def test_who_is_back_after_31_days_was_hardly_away_and_after_32_was(
    workspace: Workspace, back_on: str, is_refused: bool
) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE),
            *(f"E{n},{CLOSED},exit,," for n in PEOPLE),
            *(f"E{n},{back_on},hire,A,1" for n in PEOPLE),
        ),
    )
    if is_refused:
        with pytest.raises(DataRefused, match="30 of 30 people leave within 7 days"):
            workspace.load()
    else:
        (warning,) = workspace.load().warnings
        assert "30 of them are back within 62 days" in warning


def _back(workspace: Workspace, hired: range, out: range, back: range, *, day: str) -> None:
    """Some of those who leave on the last day of 2022 are back on a day."""
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in hired),
            *(f"E{n},{CLOSED},exit,," for n in out),
            *(f"E{n},{day},hire,A,1" for n in back),
        ),
    )


@pytest.mark.parametrize(("people_n", "is_refused"), [(19, False), (20, True)])
def test_a_share_of_nineteen_people_is_not_refused_and_of_twenty_is(
    workspace: Workspace, people_n: int, is_refused: bool
) -> None:
    everybody = range(people_n)
    _back(workspace, everybody, everybody, everybody, day=REOPENED)
    if is_refused:
        with pytest.raises(DataRefused, match="20 of 20 people leave"):
            workspace.load()
    else:
        (warning,) = workspace.load().warnings
        assert "19 of 19 people leave within 7 days" in warning


@pytest.mark.parametrize(("people_n", "is_refused"), [(19, False), (20, True)])
def test_so_it_is_of_those_who_rise(workspace: Workspace, people_n: int, is_refused: bool) -> None:
    _risen(workspace, people_n, range(1, people_n + 1), preset="canonical")
    if is_refused:
        with pytest.raises(DataRefused, match="20 of 20 people have a promotion"):
            workspace.load()
    else:
        (warning,) = workspace.load().warnings
        assert "19 of 19 people have a promotion" in warning


# Of a hundred, six are no tenth.
@pytest.mark.parametrize(("out_n", "is_said"), [(11, True), (12, False)])
def test_more_than_half_of_those_who_leave_at_once_are_back_or_nobody_asks(
    workspace: Workspace, out_n: int, is_said: bool
) -> None:
    _back(workspace, range(100), range(out_n), range(6), day=REOPENED)
    said = [w for w in workspace.load().warnings if "6 of 100 people leave" in w]
    assert len(said) == is_said


@pytest.mark.parametrize(("later", "said_n"), [("2023-01-06", 1), ("2023-01-07", 2)])
def test_what_happens_within_seven_days_is_told_once(
    workspace: Workspace, later: str, said_n: int
) -> None:
    """Six people are away for two days from 31 December on, six others from a later day on."""
    back = dt.date.fromisoformat(later) + dt.timedelta(days=2)
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in range(200)),
            *(f"E{n},{CLOSED if n < 6 else later},exit,," for n in range(12)),
            *(f"E{n},{REOPENED if n < 6 else back},hire,A,1" for n in range(12)),
        ),
    )
    assert len([w for w in workspace.load().warnings if "leave within 7 days" in w]) == said_n


@pytest.mark.parametrize(
    ("declared", "is_joined"),
    # Out on 31 December, back on 30 January: within 31 days of either end.
    [("2022-12-30", True), ("2022-12-29", False), ("2023-01-31", True), ("2023-02-01", False)],
)
def test_a_declared_day_reaches_31_days_to_either_side(
    workspace: Workspace, declared: str, is_joined: bool
) -> None:
    _back(workspace, PEOPLE, PEOPLE, PEOPLE, day="2023-01-30")
    workspace.settings["ingest"] |= {"system_change_on": declared, "maximum_returned_share": 1}
    workspace.load()
    assert ((CLOSED, "exit") in history_of(workspace, "E7")) is not is_joined


@pytest.mark.parametrize(("further_n", "event"), [(15, "change"), (14, "promotion")])
def test_the_new_number_of_a_level_is_that_of_more_than_half(
    workspace: Workspace, further_n: int, event: str
) -> None:
    """Of thirty people of level 1 some rise to level 4 and the others to level 3."""
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE),
            *(f"E{n},2023-01-01,promotion,A,{4 if n <= further_n else 3}" for n in PEOPLE),
        ),
    )
    workspace.settings["ingest"]["level_changes"] = ["2023-01-01"]
    workspace.load()
    assert history_of(workspace, "E1")[1:] == [("2023-01-01", event)]
    assert history_of(workspace, "E30")[1:] == [("2023-01-01", "change")]


def test_who_falls_below_the_new_number_is_demoted(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,5" for n in PEOPLE),
            *(f"E{n},2023-01-01,demotion,A,{2 if n <= 3 else 3}" for n in PEOPLE),
        ),
    )
    workspace.settings["ingest"]["level_changes"] = ["2023-01-01"]
    workspace.load()
    assert history_of(workspace, "E3")[1:] == [("2023-01-01", "demotion")]
    assert history_of(workspace, "E4")[1:] == [("2023-01-01", "change")]


@pytest.mark.parametrize(
    ("group_n", "people_n", "is_said"),
    # Half of all who were there the day before, and no more; and ten are a crowd of a group.
    [(10, 20, True), (9, 20, False)],
)
def test_ten_who_rise_are_a_crowd_of_a_department(
    workspace: Workspace, group_n: int, people_n: int, is_said: bool
) -> None:
    """Everybody of department A rises, on a day on which five of department B leave."""
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,{'A' if n < group_n else 'B'},1" for n in range(people_n)),
            *(f"E{n},2023-01-01,promotion,A,2" for n in range(group_n)),
            *(f"E{n},2023-01-01,exit,," for n in range(people_n - 5, people_n)),
        ),
    )
    said = [w for w in workspace.load().warnings if "of one department have a promotion" in w]
    assert len(said) == is_said


@pytest.mark.parametrize(("day", "said_n"), [("2023-01-07", 1), ("2023-01-08", 2)])
def test_departments_that_rise_within_seven_days_are_told_once(
    workspace: Workspace, day: str, said_n: int
) -> None:
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,{'ABC'[n // 12]},{1 + n % 3}" for n in range(36)),
            *(f"E{n},{'2023-01-01' if n < 12 else day},promotion,,7" for n in range(24)),
        ),
    )
    workspace.settings["ingest"]["maximum_promoted_share"] = 0.7
    said = [w for w in workspace.load().warnings if "of one department have a promotion" in w]
    assert len(said) == said_n


@pytest.mark.parametrize(("out_n", "is_said"), [(9, False), (10, True)])
def test_more_than_three_in_ten_who_leave_at_once_are_worth_a_warning(
    workspace: Workspace, out_n: int, is_said: bool
) -> None:
    _back(workspace, PEOPLE, range(1, out_n + 1), range(0), day=REOPENED)
    said = [w for w in workspace.load().warnings if "people leave within 7 days" in w]
    assert len(said) == is_said


@pytest.mark.parametrize(("come_on", "come_n"), [("2023-02-07", 30), ("2023-02-08", 0)])
def test_new_ids_come_within_38_days(workspace: Workspace, come_on: str, come_n: int) -> None:
    """Within seven days of leaving and 31 of being away."""
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE),
            *(f"E{n},{CLOSED},exit,," for n in PEOPLE),
            *(f"N{n},{come_on},hire,A,1" for n in PEOPLE),
        ),
    )
    (warning,) = workspace.load().warnings
    assert f"of other ids {come_n} come then" in warning


@pytest.mark.parametrize(
    ("first_exit_on", "out_n", "is_said"),
    # Forty people from 1 January 2000 on, of whom twenty leave on one day and twenty stay for 800
    # days more: 20 x 40 x 100 days / (20 x 800 days) = 5 would have left up to a year before.
    [("2001-04-11", 20, True), ("2001-04-10", 20, False), ("2001-04-11", 19, False)],
)
def test_five_leavers_are_missed_and_fewer_are_not(
    workspace: Workspace, first_exit_on: str, out_n: int, is_said: bool
) -> None:
    end = dt.date.fromisoformat(first_exit_on) + dt.timedelta(days=800)
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},2000-01-01,hire,A,1" for n in range(2 * out_n)),
            *(f"E{n},{first_exit_on},exit,," for n in range(out_n)),
            f"N1,{end},hire,A,1",
        ),
    )
    said = [w for w in workspace.load().warnings if "nobody leaves before" in w]
    assert len(said) == is_said


def test_who_leaves_and_is_hired_on_one_day_never_left(workspace: Workspace) -> None:
    _back(workspace, PEOPLE, PEOPLE, PEOPLE, day=CLOSED)
    report = workspace.load()
    assert report.warnings == ()


@pytest.mark.parametrize(("moved_n", "is_said"), [(4, False), (5, True)])
def test_a_system_replaced_over_a_year_is_worth_a_warning(
    workspace: Workspace, moved_n: int, is_said: bool
) -> None:
    """Five of thirty are away for two days, one a month: never a crowd at once."""
    days = [dt.date(2022, 2 + n, 1) for n in range(moved_n)]
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,1" for n in PEOPLE),
            *(f"E{n},{day},exit,," for n, day in enumerate(days, 1)),
            *(f"E{n},{day + dt.timedelta(days=2)},hire,A,1" for n, day in enumerate(days, 1)),
        ),
    )
    said = [w for w in workspace.load().warnings if "employed in 2022 leave and are back" in w]
    assert len(said) == is_said


@pytest.mark.parametrize(("stepped_n", "is_said"), [(15, False), (16, True)])
def test_levels_renumbered_week_by_week_or_turned_round_are_worth_a_warning(
    workspace: Workspace, stepped_n: int, is_said: bool
) -> None:
    """More than half of thirty rise or fall within a year, one a week."""
    steps = [
        f"E{n},{dt.date(2022, 1, 3) + dt.timedelta(weeks=n)},"
        + ("promotion,A,4" if n % 2 else "demotion,A,2")
        for n in range(1, stepped_n + 1)
    ]
    workspace.write("job_history", lines(OWN, *(f"E{n},{HIRED},hire,A,3" for n in PEOPLE), *steps))
    said = [w for w in workspace.load().warnings if "employed in 2022 have a promotion" in w]
    assert len(said) == is_said
    assert not said or "16 of 30 people" in said[0]


def test_a_scale_that_is_turned_round_is_worth_a_warning(workspace: Workspace) -> None:
    """Twelve of thirty rise and twelve fall on one day: no crowd of either kind."""
    workspace.write(
        "job_history",
        lines(
            OWN,
            *(f"E{n},{HIRED},hire,A,{1 + n % 5}" for n in PEOPLE),
            *(f"E{n},2022-01-01,promotion,A,{5 - n % 5}" for n in PEOPLE if n % 5 < 2),
            *(f"E{n},2022-01-01,demotion,A,{5 - n % 5}" for n in PEOPLE if n % 5 > 2),
        ),
    )
    (warning,) = workspace.load().warnings
    assert "24 of 30 people employed in 2022 have a promotion or a demotion" in warning
