"""Period metrics past disclosure control: what adds up to what."""

from __future__ import annotations

import pandas as pd

from analyses import study

CELL = {
    "measure": "retention_12_months",
    "program": "all",
    "population": "mentees",
    "dimension": "all",
    "member": "all",
    "period_grain": "all",
    "period_start": "2022-01-01",
}


def published(*cells: dict[str, object]) -> pd.DataFrame:
    """Return the metrics of cells with so many people, half of whom stayed."""
    rows = pd.DataFrame([{**CELL, **cell} for cell in cells])
    rows["period_start"] = pd.to_datetime(rows["period_start"])
    rows["numerator"] = rows["denominator"] / 2
    nothing = rows.head(0)
    marts = {
        "rpt_retention__by_period": rows,
        "rpt_promotion__by_period": nothing,
        "rpt_satisfaction__by_period": nothing.assign(square_sum=None, unit=None),
    }
    return study._period_metrics(marts, minimum_group_size=5)


def withheld(metrics: pd.DataFrame, column: str) -> dict[str, str]:
    hidden = metrics[metrics["is_suppressed"]]
    return dict(zip(hidden[column].astype(str), hidden["reason"], strict=True))


def test_programs_add_up_whenever_each_began() -> None:
    metrics = published(
        {"denominator": 40},
        {"denominator": 4, "program": "a"},
        {"denominator": 16, "program": "b", "period_start": "2022-05-01"},
        {"denominator": 20, "program": "c", "period_start": "2023-01-01"},
    )
    assert withheld(metrics, "program") == {
        "a": "small group", "b": "would give away a smaller group",
    }  # fmt: skip


def test_the_whole_time_is_its_years_and_the_quarters_of_a_year_that_is_not_over() -> None:
    year = {"period_grain": "year"}
    quarter = {"period_grain": "quarter"}
    metrics = published(
        {"denominator": 46},
        {"denominator": 20, "period_start": "2022-01-01", **year},
        {"denominator": 4, "period_start": "2023-01-01", **quarter},
        {"denominator": 20, "period_start": "2022-01-01", **quarter},
        {"denominator": 22, "period_start": "2023-04-01", **quarter},
    )
    # The year that is over has one quarter, which is the same people.
    assert withheld(metrics, "period_start") == {
        "2023-01-01": "small group", "2022-01-01": "would give away a smaller group",
    }  # fmt: skip


def test_one_member_joins_the_unknown_and_the_others_are_shown() -> None:
    cut = {"dimension": "work_arrangement"}
    metrics = published(
        {"denominator": 42},
        {"denominator": 20, "member": "onsite", **cut},
        {"denominator": 14, "member": "remote", **cut},
        {"denominator": 6, "member": "hybrid", **cut},
        {"denominator": 2, "member": "unknown", **cut},
    )
    assert withheld(metrics, "member") == {
        "unknown": "small group", "hybrid": "would give away a smaller group",
    }  # fmt: skip
