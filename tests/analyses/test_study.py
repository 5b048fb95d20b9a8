"""Period metrics past disclosure control: what adds up to what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses import study
from analyses.publishing import plannable
from tests.study import disclosure

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
    return study.period_metrics(plannable(rows, people={}, minimum_group_size=5).planned({}).cells)


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


def test_a_ratio_has_the_interval_of_its_persons() -> None:
    """Ten have 3 meetings in 1 month, ten 1 in 1.5: 40 in 25 are 1.6 a month.

    They are 1.4 and -1.4 meetings from it, squares of 39.2 together: a variance of
    20/19 x 39.2/625 = 0.06602, so 2.093 x 0.2569 = 0.5378 on either side.
    """
    metrics = published(
        {"estimator": "ratio", "unit": "meetings", "numerator": 40, "square_sum": 39.2,
         "denominator": 25, "people_n": 20},
    )  # fmt: skip
    assert metrics["value"].tolist() == pytest.approx([1.6])
    assert metrics["ci_low"].tolist() == pytest.approx([1.0622], abs=1e-4)
    assert metrics["ci_high"].tolist() == pytest.approx([2.1378], abs=1e-4)
    assert metrics["denominator"].tolist() == [25]


def test_a_median_is_the_one_that_was_counted() -> None:
    metrics = published(
        {"estimator": "median", "unit": "days", "numerator": 15, "denominator": 25,
         "people_n": 20, "median": 8.5, "median_low": 6.0, "median_high": 11.0},
    )  # fmt: skip
    row = metrics.iloc[0]
    assert row[["value", "ci_low", "ci_high"]].tolist() == [8.5, 6.0, 11.0]
    assert row[["numerator", "denominator"]].tolist() == [15, 25]


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
        {"measure": "nine people", "denominator": 40, "people_n": 9},
        {"measure": "all of ten", "numerator": 40, "denominator": 40, "people_n": 10},
    )
    hidden = metrics[metrics["is_suppressed"]]
    assert hidden["measure"].tolist() == ["nine people"]
    assert hidden["reason"].tolist() == ["small group"]


def test_numbers_without_counts_are_rounded_and_of_few_people_have_no_interval() -> None:
    metrics = published(
        {"measure": "retention_6_months", "numerator": 25, "denominator": 36},
        {"measure": "retention_24_months", "numerator": 20, "denominator": 29},
    ).set_index("measure")
    # 25/36 = 0.694 and 20/29 = 0.690; Wilson: 0.531 to 0.820.
    assert metrics["value"].to_dict() == pytest.approx(
        {"retention_6_months": 0.69, "retention_24_months": 0.69}
    )
    wide = metrics.loc["retention_6_months"]
    assert (wide["ci_low"], wide["ci_high"]) == pytest.approx((0.53, 0.82))
    assert pd.isna(metrics.loc["retention_24_months", "ci_low"])
    assert metrics[["numerator", "denominator"]].isna().all(axis=None)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_random_companies_and_one_person_less_tell_of_nobody(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = disclosure.people_of(rng)
    before, _, differs = disclosure.one_person_apart(people, rng)
    assert disclosure.audited(before).is_passed
    bounded, wrong = disclosure.untrue(before, people)
    assert bounded > 0
    assert wrong == 0
    assert not differs
    _, after, told = disclosure.a_quarter_apart(people, rng)
    assert disclosure.audited(after).is_passed
    assert told == ()
