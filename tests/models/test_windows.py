"""The example of docs/explanation/windows-and-boundaries.md, from the raw tables to the cells."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from tests.models.impact.engine import compiled, settings

pytestmark = pytest.mark.slow
MART = "rpt_metrics__by_period"
# Ada's years; nine others stay from 2019 on.
ADA = (
    ("2019-01-01", "hire", 3, None),
    ("2022-04-01", "exit", 3, "voluntary"),
    ("2022-09-01", "rehire", 3, None),
    ("2022-11-01", "promotion", 4, None),
)


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    jobs = [("Ada", *event) for event in ADA]
    jobs += [(f"other {n}", "2019-01-01", "hire", 3, None) for n in range(9)]
    columns = ["person_key", "effective_on", "event", "level", "exit_reason"]
    history = pd.DataFrame(jobs, columns=columns)
    history["effective_on"] = pd.to_datetime(history["effective_on"]).dt.date
    pairing = {
        "pairing_id": "x", "program_id": "p1", "mentee_key": "Ada", "mentor_key": "other 1",
        "started_on": dt.date(2022, 1, 10),
    }  # fmt: skip
    raw = {
        "settings": settings(dt.date(2024, 1, 31)),
        "job_history": history,
        "pairings": pd.DataFrame([pairing]),
    }
    cells = compiled(marts=(MART,)).run([MART], raw=raw)[MART]
    return cells[cells["dimension"].eq("all") & cells["program"].eq("all")]


def counts(
    cells: pd.DataFrame, measure: str, population: str, grain: str, day: str
) -> tuple[float, float]:
    """Return numerator and denominator."""
    rows = cells[
        cells["measure"].eq(measure)
        & cells["population"].eq(population)
        & cells["period_grain"].eq(grain)
        & pd.to_datetime(cells["period_start"]).eq(day)
    ]
    ((numerator, denominator),) = rows[["numerator", "denominator"]].to_numpy().tolist()
    return numerator, denominator


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("retention_6_months", 0),
        ("retention_12_months", 1),
        ("retention_24_months", 1),
        ("promotion_6_months", 0),
        ("promotion_12_months", 1),
        ("promotion_24_months", 1),
    ],
)
def test_a_mentee_who_is_back_on_the_last_day_is_retained(
    cells: pd.DataFrame, measure: str, expected: int
) -> None:
    assert counts(cells, measure, "mentees", "month", "2022-01-01") == (expected, 1)


def test_the_break_is_a_separation_all_the_same(cells: pd.DataFrame) -> None:
    """March 2022 began with ten and ended with nine: 1 of 9.5. So has the year."""
    for measure in ("turnover", "voluntary_turnover"):
        for grain, day in (("month", "2022-03-01"), ("quarter", "2022-01-01"),
                           ("year", "2022-01-01")):  # fmt: skip
            if measure == "turnover" or grain == "year":
                assert counts(cells, measure, "workforce", grain, day) == (1, 9.5), (measure, grain)
    assert counts(cells, "turnover", "workforce", "month", "2022-09-01") == (0, 10)
    assert counts(cells, "retention_12_months", "workforce", "month", "2022-01-01") == (10, 10)
    assert counts(cells, "retention_6_months", "workforce", "month", "2022-01-01") == (9, 10)
