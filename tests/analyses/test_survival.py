"""Curves from cells of people at risk and events."""

import pandas as pd
import pytest

from analyses.survival import estimate_curves, horizon_metrics, published_curves

MEASURES = pd.DataFrame(
    {
        "measure": [
            "survival_6_months",
            "incidence_6_months",
            "retention_6_months",
            "led_6_months",
        ],
        "estimator": ["survival", "incidence", "share", "incidence"],
        "unit": "share",
        "outcome": ["retention", "promotion", None, "leadership"],
        "horizon_months": [6, 6, 6, 6],
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
        _cells([20, 16, 12], [4, 4, 0]), MEASURES, confidence=0.95, minimum_group_size=5
    )
    assert curves["month"].tolist() == [0, 1, 2, 3]
    assert curves["value"].tolist() == pytest.approx([1, 0.8, 0.6, 0.6])
    assert curves["at_risk_n"].tolist() == [20, 20, 16, 12]


def test_a_curve_ends_where_fewer_than_ten_are_at_risk() -> None:
    curves = estimate_curves(
        _cells([20, 16, 9], [4, 7, 0]), MEASURES, confidence=0.95, minimum_group_size=5
    )
    assert curves["month"].tolist() == [0, 1, 2]
    assert not curves["is_suppressed"].any()


def test_the_curve_of_a_small_group_is_one_hidden_row() -> None:
    curves = estimate_curves(_cells([9], [1]), MEASURES, confidence=0.95, minimum_group_size=5)
    assert curves[["month", "is_suppressed"]].to_numpy().tolist() == [[0, True]]
    assert curves["at_risk_n"].isna().all()


def test_the_curve_of_a_program_is_rounded_and_has_no_counts() -> None:
    cells = _cells([36, 30], [1, 0], program="p")
    curves = estimate_curves(cells, MEASURES, confidence=0.95, minimum_group_size=5)
    assert curves["value"].tolist() == pytest.approx([1, 0.97, 0.97])
    assert curves["at_risk_n"].isna().all()


def test_a_curve_of_a_part_of_the_people_has_no_counts_either() -> None:
    """Whoever is not in it leads already: that number of people is nobody's to know."""
    curves = estimate_curves(
        _cells([36, 30], [1, 0], outcome="leadership"),
        MEASURES,
        confidence=0.95,
        minimum_group_size=5,
    )
    assert curves["value"].tolist() == [0, 0.03, 0.03]
    assert curves["at_risk_n"].isna().all()


def test_only_whole_populations_and_programs_have_curves() -> None:
    cells = pd.concat(
        [
            _cells([40], [3]),
            _cells([20], [1], dimension="department", member="a"),
            _cells([40], [3], population="participants"),
        ]
    )
    curves = estimate_curves(cells, MEASURES, confidence=0.95, minimum_group_size=5)
    assert set(zip(curves["population"], curves["dimension"], strict=True)) == {("mentees", "all")}


def test_a_curve_without_its_first_month_is_left_out() -> None:
    cells = _cells([10, 8], [2, 2])
    cells["month"] += 1
    assert estimate_curves(cells, MEASURES, confidence=0.95, minimum_group_size=5).empty


def test_horizon_metrics_are_rounded_and_have_no_counts() -> None:
    curves = estimate_curves(
        _cells([40] * 6, [0, 0, 0, 0, 0, 11]), MEASURES, confidence=0.95, minimum_group_size=5
    )
    metrics = horizon_metrics(curves, MEASURES)
    assert metrics["measure"].tolist() == ["survival_6_months"]
    # 29 of 40 is 0.725.
    assert metrics["value"].tolist() == pytest.approx([0.72])
    assert metrics[["numerator", "denominator"]].isna().all(axis=None)


def test_only_curves_over_the_whole_time_are_published() -> None:
    cells = pd.concat([_cells([20], [1]), _cells([10], [1], period_grain="year")])
    curves = estimate_curves(cells, MEASURES, confidence=0.95, minimum_group_size=5)
    assert len(published_curves(curves)) == 2


def test_an_outcome_is_followed_as_its_measure_declares() -> None:
    cells = _cells([20, 16], [4, 8], outcome="promotion")
    curves = estimate_curves(cells, MEASURES, confidence=0.95, minimum_group_size=5)
    assert curves["value"].tolist() == pytest.approx([0, 0.2, 0.6])
