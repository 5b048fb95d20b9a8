"""Until when people are followed: complete months, less those whose leavers come late."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from ingest.checks.follow_up import (
    LATE_CHANCE_MAX,
    follow_up_ends_on,
    months_before,
    thinness,
)
from ingest.records.remarks import Remarks
from workspace.config import ExpectationsConfig

DAY = dt.date.fromisoformat
ENDS_ON = dt.date(2025, 1, 1)


class _Load:
    """What of a load is asked: its job history; and what it is told."""

    def __init__(self, *exits: str) -> None:
        self.remarks = Remarks()
        self.connection = duckdb.connect()
        self.connection.execute("create table rows_job_history (event varchar, effective_on date)")
        for day in exits:
            self.connection.execute(
                "insert into rows_job_history values ('exit', $day)", {"day": day}
            )


@pytest.mark.parametrize(
    ("as_of", "ends_on"),
    [
        ("2025-02-27", "2025-02-01"),
        ("2025-02-28", "2025-03-01"),
        ("2024-02-28", "2024-02-01"),
        ("2024-02-29", "2024-03-01"),
        ("2025-04-29", "2025-04-01"),
        ("2025-04-30", "2025-05-01"),
        ("2025-12-30", "2025-12-01"),
        ("2025-12-31", "2026-01-01"),
        ("2025-05-01", "2025-05-01"),
    ],
)
def test_a_month_is_complete_from_its_last_day_on(as_of: str, ends_on: str) -> None:
    found = follow_up_ends_on(_Load(), ExpectationsConfig(), DAY(as_of))  # type: ignore[arg-type] - all that is asked
    assert found == DAY(ends_on)


def test_an_exit_belongs_to_the_month_of_the_last_day_of_work() -> None:
    """Twelve people leave at the end of every month of 2024, effective on the first of the next.

    As of 31 December the last twelve are dated the day after, and December is not late.
    """
    days = [str(months_before(ENDS_ON, n)) for n in range(24)]
    load = _Load(*days * 12)
    limits = ExpectationsConfig()
    assert follow_up_ends_on(load, limits, DAY("2024-12-31")) == ENDS_ON  # type: ignore[arg-type] - all that is asked


def exits(*newest: int, usual: int, months_n: int = 24) -> dict[dt.date, int]:
    """Return exits by month: the newest ones first, then so many usual ones."""
    counts = [*newest, *[usual] * months_n]
    return {months_before(ENDS_ON, n + 1): count for n, count in enumerate(counts)}


def late_n(given: dict[dt.date, int], *, ends_on: dt.date = ENDS_ON, **limits: object) -> int:
    """Return how many months follow-up loses."""
    thin = thinness(given, ends_on=ends_on, limits=ExpectationsConfig.model_validate(limits))
    return thin.months_n if thin is not None and thin.chance < LATE_CHANCE_MAX else 0


@pytest.mark.parametrize(
    ("given", "months_n"),
    [
        (exits(0, 0, 0, usual=27), 3),  # three months of leavers are missing
        (exits(*[0] * 5, usual=27), 5),
        (exits(13, 14, 13, usual=27), 3),  # half of them are
        (exits(20, 14, 8, usual=27), 3),
        (exits(7, usual=27), 1),
        (exits(13, usual=27), 0),  # one month with half of them: 3 in 1,000 by chance
        (exits(19, 19, 19, usual=27), 0),  # seven in ten of three months: 7 in 1,000
        (exits(0, usual=8), 1),  # (12/13)^96 = 0.0005
        (exits(0, usual=7), 0),  # (12/13)^84 = 0.0012
        (exits(*[7] * 4, usual=28), 3),  # of more than three months each holds less than a quarter
        (exits(*[6] * 4, usual=28), 4),
        (exits(*[0] * 13, usual=28), 12),  # a year at most
        (exits(*[0] * 5, usual=2), 5),  # (12/17)^24 = 0.0002
        (exits(*[0] * 4, usual=2), 0),  # (12/16)^24 = 0.0010034
        (exits(20, 0, usual=27), 0),  # the newest month is there: what lies before is no delay
        (exits(27, 0, 0, usual=27), 0),
        (exits(8, 10, 9, usual=10), 0),
        (exits(0, usual=27, months_n=11), 0),  # nobody knows yet what is usual
        (exits(0, usual=27, months_n=12), 1),
        ({}, 0),
    ],
)
def test_months_are_late_where_fewer_left_than_chance_allows(
    given: dict[dt.date, int], months_n: int
) -> None:
    assert late_n(given) == months_n


def test_the_chance_is_that_of_a_binomial_share() -> None:
    """None of 96 exits in one of 13 months; the year before makes it likelier than two years do."""
    thin = thinness(exits(0, usual=8), ends_on=ENDS_ON, limits=ExpectationsConfig())
    assert thin is not None
    assert (thin.months_n, thin.found_n, thin.usual_n) == (1, 0, 8)
    assert thin.chance == pytest.approx((12 / 13) ** 96)


def test_a_year_in_which_fewer_leave_than_in_the_one_before_is_not_late() -> None:
    given = exits(*[12] * 12, usual=30)
    assert late_n(given) == 0


def test_months_that_hold_few_every_year_are_not_late() -> None:
    """A school: sixty leave in each of three summer months, three in any other."""
    given = {
        month: 60 if month.month in (6, 7, 8) else 3
        for month in (months_before(ENDS_ON, n) for n in range(1, 40))
    }
    assert late_n(given) == 0
    missing = given | {months_before(DAY("2024-09-01"), n): 3 for n in (1, 2, 3)}
    season = {month: n for month, n in missing.items() if month < DAY("2024-09-01")}
    thin = thinness(season, ends_on=DAY("2024-09-01"), limits=ExpectationsConfig())
    # What usual months hold is no more than that, so nothing is late, and nothing is claimed.
    assert thin is None or thin.chance >= LATE_CHANCE_MAX


def test_a_layoff_does_not_make_the_months_after_it_late() -> None:
    assert late_n(exits(8, 8, 8, usual=9) | {months_before(ENDS_ON, 5): 900}) == 0


def test_a_month_with_a_layoff_counts_as_twice_a_usual_one() -> None:
    """Of the year before eleven months hold 9 and one 18, of the two years 23: 225 in 24."""
    given = exits(1, usual=9) | {months_before(ENDS_ON, 5): 900}
    thin = thinness(given, ends_on=ENDS_ON, limits=ExpectationsConfig())
    assert thin is not None
    assert (thin.months_n, thin.usual_n) == (1, 225 / 24)


def test_leavers_of_one_month_a_year_make_no_month_late() -> None:
    """Yearly snapshots: a usual month has no exits at all."""
    assert late_n({months_before(ENDS_ON, n): 300 for n in (13, 25, 37)}) == 0


def test_where_nothing_is_asked_nothing_is_late() -> None:
    assert late_n(exits(0, 0, 0, usual=27), minimum_recent_exit_share=0) == 0


@pytest.mark.parametrize(("day", "months_n"), [("2024-12-31", 0), ("2024-12-30", 1)])
def test_months_that_are_confirmed_are_never_late(day: str, months_n: int) -> None:
    assert late_n(exits(0, 0, usual=27), exits_complete_until=day) == months_n


def _exits_of(given: dict[dt.date, int]) -> list[str]:
    """Return the first day out of each exit: the second day of its month."""
    return [str(month.replace(day=2)) for month, n in given.items() for _ in range(n)]


def test_half_of_three_months_ends_follow_up_and_half_of_one_is_worth_a_warning() -> None:
    load = _Load(*_exits_of(exits(13, 14, 13, usual=27)))
    limits = ExpectationsConfig()
    assert follow_up_ends_on(load, limits, DAY("2024-12-31")) == DAY("2024-10-01")  # type: ignore[arg-type] - all that is asked
    assert load.remarks.warnings == []
    load = _Load(*_exits_of(exits(13, usual=27)))
    assert follow_up_ends_on(load, limits, DAY("2024-12-31")) == ENDS_ON  # type: ignore[arg-type] - all that is asked
    (warning,) = load.remarks.warnings
    assert "the newest complete month holds 13 exits, where about 27 are usual" in warning
    assert "`expectations: {exits_complete_until: 2024-12-31}`" in warning
