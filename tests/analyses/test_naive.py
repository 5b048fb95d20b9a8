"""The naive comparison: right as arithmetic, labeled as what it is."""

import pandas as pd
import pytest

from analyses.naive import naive_effects


def _effects(**cells: object) -> pd.Series:
    row = {
        "role": "mentee",
        "program": "all",
        "outcome": "retention",
        "horizon_months": 12,
        "treated_n": 100,
        "treated_outcome_n": 90,
        "control_n": 400,
        "control_outcome_n": 320,
        **cells,
    }
    return naive_effects(pd.DataFrame([row]), confidence=0.95, minimum_group_size=10).iloc[0]


def test_retention_difference_and_risk_ratio_of_leaving() -> None:
    # 0.9 - 0.8 = 0.1; leaving 0.1 / 0.2 = 0.5; se = sqrt(0.09/100 + 0.16/400) = 0.0360555.
    row = _effects()
    assert row["effect"] == pytest.approx(0.1)
    assert row["risk_ratio"] == pytest.approx(0.5)
    assert row["se"] == pytest.approx(0.0360555, abs=1e-7)
    assert row["ci_low"] == pytest.approx(0.1 - 1.959964 * 0.0360555, abs=1e-6)
    assert row["verdict"] == "naive comparison, not an effect"
    assert row["estimand"] == "naive"


def test_promotion_risk_ratio_is_of_the_promotion() -> None:
    row = _effects(outcome="promotion", treated_outcome_n=30, control_outcome_n=60)
    assert row["risk_ratio"] == pytest.approx(0.3 / 0.15)


@pytest.mark.parametrize(
    "cells",
    [
        {"treated_n": 9, "treated_outcome_n": 5},
        {"control_n": 9, "control_outcome_n": 5},
        {"treated_outcome_n": 98, "control_outcome_n": 398},
        {"treated_n": 19, "treated_outcome_n": 19},
    ],
)
def test_nine_people_four_events_or_all_of_nineteen_are_too_few_to_say(
    cells: dict[str, object],
) -> None:
    row = _effects(**cells)
    assert row["is_suppressed"]
    assert row["verdict"] == "too few to say"
    assert pd.isna(row["effect"])
    assert pd.isna(row["treated_n"])
