"""Period metrics past disclosure control: what adds up to what."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analyses import study

CELL = {
    "measure": "retention_12_months",
    "program": "all",
    "population": "mentees",
    "dimension": "all",
    "member": "all",
    "period_grain": "all",
    "period_start": "2022-01-01",
    "unit": "share",
    "estimator": "share",
    "square_sum": None,
}


def published(*cells: dict[str, Any]) -> pd.DataFrame:
    """Return the metrics of cells with so many people, half of whom stayed."""
    given = ({"numerator": c["denominator"] / 2, "people_n": c["denominator"], **c} for c in cells)
    rows = pd.DataFrame([{**CELL, **cell} for cell in given])
    rows["period_start"] = pd.to_datetime(rows["period_start"])
    return study._period_metrics(rows, minimum_group_size=5)


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


def test_every_cell_is_estimated_by_what_its_measure_declares() -> None:
    metrics = published(
        {"measure": "a_share", "numerator": 5, "denominator": 20},
        {"measure": "b_rate", "estimator": "rate", "numerator": 5, "denominator": 20},
        {"measure": "c_mean", "estimator": "mean", "numerator": 60, "square_sum": 199,
         "denominator": 20},
        {"measure": "d_nps", "estimator": "nps", "numerator": 0, "square_sum": 200000,
         "denominator": 20},
    )  # fmt: skip
    assert metrics["value"].tolist() == [0.25, 0.25, 3, 0]
    # Wilson: (0.25 + 1.92/20 -+ 1.96 sqrt(0.25 x 0.75/20 + 0.96/400)) / (1 + 3.84/20)
    assert metrics["ci_low"].tolist()[:2] == pytest.approx([0.1119, 0.1119], abs=1e-4)
    # A variance of (199 - 180)/19 = 1 and one of 200000/19; t with 19 degrees is 2.093.
    assert metrics["ci_high"].tolist()[2:] == pytest.approx([3 + 0.468, 48.02], abs=1e-2)


def test_an_unknown_estimator_is_refused() -> None:
    with pytest.raises(ValueError, match="no estimator is called guess"):
        published({"denominator": 20, "estimator": "guess"})


def test_the_rows_of_one_person_tell_no_more_than_one() -> None:
    many, few = (
        published({"numerator": n / 4, "denominator": n, "people_n": 20}) for n in (240, 20)
    )
    assert many["value"].tolist() == few["value"].tolist() == [0.25]
    assert many["ci_low"].tolist() == few["ci_low"].tolist()
    assert many["denominator"].tolist() == [240]


def test_many_rows_of_few_people_are_hidden() -> None:
    metrics = published(
        {"measure": "few people", "denominator": 40, "people_n": 4},
        {"measure": "all of nine", "numerator": 40, "denominator": 40, "people_n": 9},
        {"measure": "all of ten", "numerator": 40, "denominator": 40, "people_n": 10},
        {"measure": "nearly all of nine", "numerator": 39, "denominator": 40, "people_n": 9},
    )
    assert set(withheld(metrics, "measure")) == {"few people", "all of nine"}


def test_rows_add_up_where_people_do_not() -> None:
    cut = {"dimension": "department"}
    metrics = published(
        {"denominator": 100, "people_n": 20},
        {"denominator": 20, "people_n": 4, "member": "a", **cut},
        {"denominator": 30, "people_n": 12, "member": "b", **cut},
        {"denominator": 50, "people_n": 18, "member": "c", **cut},
    )
    # People who moved are in two departments; their months are not, and would give a away.
    assert withheld(metrics, "member") == {
        "a": "small group", "b": "would give away a smaller group",
    }  # fmt: skip
