"""Until when people are followed: complete months, less those whose leavers come late."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from ingest.checks.follow_up import follow_up_ends_on, late_months, months_before
from workspace.config import ExpectationsConfig

DAY = dt.date.fromisoformat
ENDS_ON = dt.date(2025, 1, 1)


class _Load:
    """The one thing of a load that is asked: its job history."""

    def __init__(self, *exits: str) -> None:
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


@pytest.mark.parametrize(
    ("given", "late_n"),
    [
        (exits(0, 0, 0, usual=27), 3),  # three months of leavers are missing
        (exits(6, usual=27), 1),  # 6 of 27 is less than a quarter, 7 is more
        (exits(7, usual=27), 0),
        (exits(0, usual=7), 1),  # none where 7 are usual: e^-7 = 0.0009; 6: e^-6 = 0.0025
        (exits(0, usual=6), 0),
        (exits(0, 0, 0, 0, usual=2), 1 * 4),  # e^-8 = 0.0003
        (exits(0, 0, 0, usual=2), 0),  # e^-6 = 0.0025
        (exits(20, 0, usual=27), 0),  # the newest month is there: what lies before is no delay
        (exits(0, usual=27, months_n=11), 0),  # nobody knows yet what is usual
        (exits(0, usual=27, months_n=12), 1),
        ({}, 0),
    ],
)
def test_months_are_late_where_far_fewer_left_than_chance_allows(
    given: dict[dt.date, int], late_n: int
) -> None:
    assert late_months(given, ends_on=ENDS_ON, limits=ExpectationsConfig()) == late_n


def test_a_layoff_does_not_make_the_months_after_it_late() -> None:
    given = exits(8, 8, 8, usual=9) | {months_before(ENDS_ON, 5): 900}
    assert late_months(given, ends_on=ENDS_ON, limits=ExpectationsConfig()) == 0


def test_leavers_of_one_month_a_year_make_no_month_late() -> None:
    """Yearly snapshots: a usual month has no exits at all."""
    given = {months_before(ENDS_ON, n): 300 for n in (13, 25, 37)}
    assert late_months(given, ends_on=ENDS_ON, limits=ExpectationsConfig()) == 0


@pytest.mark.parametrize(("day", "late_n"), [("2024-12-31", 0), ("2024-12-30", 1)])
def test_months_that_are_confirmed_are_never_late(day: str, late_n: int) -> None:
    limits = ExpectationsConfig(exits_complete_until=DAY(day))
    assert late_months(exits(0, 0, usual=27), ends_on=ENDS_ON, limits=limits) == late_n
