"""Standings: differences of published numbers, worked out by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest

from analyses.results import MEASURES, METRICS
from analyses.standings import difference, less_the_mean, standings


def test_the_interval_of_a_difference_is_made_of_those_of_its_parts() -> None:
    # 0.8 (0.74 to 0.85) less 0.6 (0.56 to 0.68): 0.06 and 0.08 down, 0.05 and 0.04 up.
    found = difference((0.8, 0.74, 0.85), (0.6, 0.56, 0.68))
    assert found.change == pytest.approx(0.2)
    assert found.ci_low == pytest.approx(0.2 - math.hypot(0.06, 0.08))
    assert found.ci_high == pytest.approx(0.2 + math.hypot(0.05, 0.04))
    # Twice as far from zero as its lower half is wide: z = 2 x 1.96.
    assert found.p_value == pytest.approx(8.857e-05, rel=1e-3)


def test_two_others_are_their_plain_mean_with_half_the_width_of_both() -> None:
    found = less_the_mean((0.8, 0.8, 0.8), [(0.5, 0.47, 0.53), (0.7, 0.66, 0.74)])
    assert found.change == pytest.approx(0.2)
    assert found.ci_low == pytest.approx(0.2 - math.hypot(0.03, 0.04) / 2)


def cell(value: float, **given: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(METRICS), "measure": "more", "program": "all", "population": "mentees",
        "dimension": "all", "member": "all", "period_grain": "year",
        "period_start": dt.date(2025, 1, 1), "value": value, "ci_low": value - 0.05,
        "ci_high": value + 0.05, "is_suppressed": False, **given,
    }  # fmt: skip


def stood(*rows: dict[str, Any]) -> pd.DataFrame:
    measures = pd.DataFrame(
        [
            {**dict.fromkeys(MEASURES), "measure": name, "direction": way, "unit": "share"}
            for name, way in (("more", "up"), ("less", "down"), ("neither", "none"))
        ]
    )
    metrics = pd.DataFrame(rows, columns=[*METRICS])
    return standings(metrics, measures, programs=["p1", "p2", "p3"])


BEFORE = {"period_start": dt.date(2024, 1, 1)}


def test_more_is_better_or_worse_as_the_measure_says() -> None:
    rows = [cell(0.8), cell(0.6, **BEFORE)]
    less = [{**row, "measure": "less"} for row in rows]
    neither = [{**row, "measure": "neither"} for row in rows]
    found = stood(*rows, *less, *neither).set_index("measure")
    assert found["standing"].to_dict() == {"more": "better", "less": "worse"}
    assert stood(cell(0.62), cell(0.6, **BEFORE))["standing"].tolist() == ["no clear difference"]


def test_only_neighboring_years_with_intervals_are_compared() -> None:
    assert stood(cell(0.8), cell(0.6, period_start=dt.date(2023, 1, 1))).empty
    assert stood(cell(0.8), cell(0.6, **BEFORE, ci_low=None)).empty
    assert stood(cell(0.8)).empty


def test_a_program_is_held_against_the_others_over_the_whole_time() -> None:
    rows = [cell(v, program=p, period_grain="all") for p, v in (("p1", 0.8), ("p2", 0.5))]
    found = stood(*rows, cell(0.65, period_grain="all")).set_index("program")
    assert found["standing"].to_dict() == {"p1": "better", "p2": "worse"}
    assert found.loc["p2", ["value", "compared_value"]].tolist() == pytest.approx([0.5, 0.8])


def test_many_comparisons_take_more_to_name_one() -> None:
    # p = .02 alone; among ten of which the others are p = 1, q = .2.
    half = math.hypot(0.05, 0.05)
    rows = [cell(0.6 + half * 2.3263 / 1.96), cell(0.6, **BEFORE)]
    assert stood(*rows)["standing"].tolist() == ["better"]
    others = [
        {**row, "population": "mentees", "program": f"q{i}"}
        for i in range(9)
        for row in (cell(0.6), cell(0.6, **BEFORE))
    ]
    found = stood(*rows, *others).set_index("program")
    assert found.loc["all", "q_value"] == pytest.approx(0.2, rel=1e-3)
    assert set(found["standing"]) == {"no clear difference"}
