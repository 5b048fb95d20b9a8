"""Curves from cells of people at risk and events."""

import pandas as pd
import pytest

from analyses.survival import estimate_curves, horizon_metrics, published_curves

MEASURES = pd.DataFrame(
    {
        "measure": ["survival_6_months", "incidence_6_months", "retention_6_months"],
        "estimator": ["survival", "incidence", "share"],
        "unit": "share",
        "outcome": ["retention", "promotion", None],
        "horizon_months": [6, 6, 6],
    }
)


def _cells(at_risk: list[int], events: list[int], **labels: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": "retention",
            "population": "mentees",
            "program": "all",
            "dimension": "all",
            "member": "all",
            "period_grain": "all",
            "period_start": pd.Timestamp("2022-01-01"),
            "month": range(1, len(at_risk) + 1),
            "at_risk_n": at_risk,
            "event_n": events,
            "competing_n": 0,
            **labels,
        }
    )


def test_a_curve_starts_at_one_and_multiplies_the_months() -> None:
    curves = estimate_curves(
        _cells([10, 8, 6], [2, 2, 0]), MEASURES, confidence=0.95, minimum_group_size=5
    )
    assert curves["month"].tolist() == [0, 1, 2, 3]
    assert curves["value"].tolist() == pytest.approx([1, 0.8, 0.6, 0.6])
    assert curves["at_risk_n"].tolist() == [10, 10, 8, 6]


def test_months_with_too_few_at_risk_are_hidden() -> None:
    curves = estimate_curves(
        _cells([10, 8, 4], [2, 4, 0]), MEASURES, confidence=0.95, minimum_group_size=5
    )
    assert curves["is_suppressed"].tolist() == [False, False, False, True]
    assert curves["value"].isna().tolist() == [False, False, False, True]


def test_a_small_group_is_hidden_as_a_whole_with_company() -> None:
    whole = _cells([32], [3])
    members = [
        _cells([n], [1], dimension="department", member=name)
        for name, n in (("a", 4), ("b", 8), ("c", 20))
    ]
    curves = estimate_curves(
        pd.concat([whole, *members]), MEASURES, confidence=0.95, minimum_group_size=5
    )
    hidden = curves[curves["is_suppressed"]]["member"].unique().tolist()
    assert hidden == ["a", "b"]


def test_a_curve_without_its_first_month_is_left_out() -> None:
    cells = _cells([10, 8], [2, 2])
    cells["month"] += 1
    assert estimate_curves(cells, MEASURES, confidence=0.95, minimum_group_size=5).empty


def test_horizon_metrics_name_the_people_behind_them() -> None:
    curves = estimate_curves(
        _cells([20] * 6, [0, 0, 0, 0, 0, 5]), MEASURES, confidence=0.95, minimum_group_size=5
    )
    metrics = horizon_metrics(curves, MEASURES)
    assert metrics["measure"].tolist() == ["survival_6_months"]
    assert metrics["value"].tolist() == [0.75]
    assert metrics["numerator"].tolist() == [15]
    assert metrics["denominator"].tolist() == [20]


def test_only_curves_over_the_whole_time_are_published() -> None:
    cells = pd.concat([_cells([20], [1]), _cells([10], [1], period_grain="year")])
    curves = estimate_curves(cells, MEASURES, confidence=0.95, minimum_group_size=5)
    assert len(published_curves(curves)) == 2


def test_an_outcome_is_followed_as_its_measure_declares() -> None:
    cells = _cells([10, 8], [2, 4], outcome="promotion")
    curves = estimate_curves(cells, MEASURES, confidence=0.95, minimum_group_size=5)
    assert curves["value"].tolist() == pytest.approx([0, 0.2, 0.6])
