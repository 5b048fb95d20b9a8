"""The lowest rate of a dimension's groups over the highest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses.impact_ratios import impact_ratios

MEASURES = pd.DataFrame(
    [{"measure": "ratio", "estimator": "impact_ratio", "outcome": "rate", "unit": "ratio"}]
)


def ratios(*groups: dict[str, Any]) -> pd.DataFrame:
    """Return the ratios of groups of one dimension."""
    cell = {
        "measure": "rate", "program": "all", "population": "mentees", "dimension": "level_band",
        "period_grain": "all", "period_start": pd.Timestamp("2024-01-01"), "unit": "share",
        "ci_low": 0.0, "ci_high": 1.0, "is_suppressed": False,
    }  # fmt: skip
    rows = pd.DataFrame([{**cell, **group} for group in groups])
    metrics = rows.assign(value=rows["numerator"] / rows["denominator"])
    return impact_ratios(metrics, MEASURES, confidence=0.95)


def test_the_example_of_the_guidelines_has_its_ratio_and_interval() -> None:
    """48 of 80 against 12 of 40, as the agencies' questions and answers have it: 30 % of 60 %.

    log 0.5 -+ 1.96 sqrt(1/12 - 1/40 + 1/48 - 1/80), which is 0.506.
    """
    found = ratios(
        {"member": "junior", "numerator": 48, "denominator": 80},
        {"member": "senior", "numerator": 12, "denominator": 40},
    )
    (row,) = found.to_dict("records")
    assert row["measure"] == "ratio"
    assert row["member"] == "senior to junior"
    assert row["value"] == pytest.approx(0.5)
    assert row["ci_low"] == pytest.approx(0.5 * np.exp(-0.506), abs=1e-3)
    assert row["ci_high"] == pytest.approx(0.5 * np.exp(0.506), abs=1e-3)
    assert np.isnan([row["numerator"], row["denominator"]]).all()


def test_groups_that_are_hidden_merged_or_alone_are_not_compared() -> None:
    shown = {"member": "junior", "numerator": 48, "denominator": 80}
    assert ratios(shown).empty
    assert ratios(shown, {**shown, "member": "Other (2 groups)", "numerator": 1}).empty
    assert ratios(shown, {**shown, "member": "senior", "is_suppressed": True}).empty
    assert ratios(shown, {**shown, "member": "senior", "numerator": np.nan}).empty


def test_a_rate_of_0_gives_0_without_an_interval_and_none_gives_no_ratio() -> None:
    none = {"member": "senior", "numerator": 0, "denominator": 40}
    (row,) = ratios({"member": "junior", "numerator": 48, "denominator": 80}, none).to_dict(
        "records"
    )
    assert row["value"] == 0
    assert np.isnan([row["ci_low"], row["ci_high"]]).all()
    assert ratios(none, {**none, "member": "junior"}).empty
