"""Targets: met, missed or under way, worked out by hand from published numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analyses.results import MEASURES, METRICS
from analyses.targets import check_targets, targets
from workspace.config import TargetConfig, WorkspaceConfig
from workspace.errors import ConfigError
from workspace.reading import read_config

TODAY = dt.date(2026, 3, 31)


def year(
    starts: int, value: float | None, low: float | None, high: float | None, **given: Any
) -> Any:
    return {
        **dict.fromkeys(METRICS), "measure": "some_share", "program": "all",
        "population": "mentees",
        "dimension": "all", "member": "all", "period_grain": "year",
        "period_start": dt.date(starts, 1, 1), "value": value, "ci_low": low, "ci_high": high,
        "is_suppressed": value is None, **given,
    }  # fmt: skip


def judged(*rows: Any, direction: str = "up", horizon: int | None = None, **target: Any) -> Any:
    measure = {
        **dict.fromkeys(MEASURES), "measure": "some_share", "direction": direction,
        "unit": "share", "horizon_months": horizon, "is_measured": bool(rows), "needs": "goals",
    }  # fmt: skip
    declared: dict[str, Any] = {
        "measure": "some_share", "value": 0.8, "by": dt.date(2025, 12, 31),
        "declared_on": dt.date(2023, 12, 1), **target,
    }  # fmt: skip
    found = targets(
        pd.DataFrame(rows, columns=[*METRICS]),
        pd.DataFrame([measure]),
        declared=[TargetConfig(**declared)],
        programs=["p1"],
        as_of=TODAY,
        follow_up_ends_on=TODAY,
    )
    return found.iloc[0]


@pytest.mark.parametrize(
    ("low", "value", "high", "status"),
    [
        (0.80, 0.85, 0.90, "met"),  # the limit itself is at the target
        (0.79, 0.85, 0.90, "too few to say"),
        (0.70, 0.75, 0.80, "too few to say"),
        (0.70, 0.75, 0.79, "missed"),
    ],
)
def test_a_target_that_is_due_is_judged_by_the_whole_interval(
    low: float, value: float, high: float, status: str
) -> None:
    assert judged(year(2025, value, low, high)).target_status == status
    # Where less is better, the same mirrored: at most 0.2.
    mirrored = judged(year(2025, 1 - value, 1 - high, 1 - low), direction="down", value=0.2)
    assert mirrored.target_status == status


def test_on_the_way_is_a_straight_line_from_the_last_number_before() -> None:
    # From 0.5 in 2023 to 0.8 in 2026 are 0.1 a year: 0.7 at the end of 2025.
    start = year(2023, 0.5, 0.45, 0.55)
    due = {"by": dt.date(2026, 12, 31)}
    on_the_way = judged(start, year(2025, 0.71, 0.60, 0.80), **due)
    assert on_the_way.target_status == "on the way"
    # 2024 has a leap day: 731 of 1,096 days.
    assert on_the_way.expected_value == pytest.approx(0.5 + 0.3 * 731 / 1096)
    assert on_the_way.baseline_value == 0.5
    assert judged(start, year(2025, 0.60, 0.50, 0.69), **due).target_status == "behind"
    assert judged(start, year(2025, 0.69, 0.60, 0.80), **due).target_status == "too few to say"
    # What was better than the target is to stay so.
    better = judged(year(2023, 0.9, 0.85, 0.95), year(2025, 0.78, 0.70, 0.79), **due)
    assert (better.expected_value, better.target_status) == (0.8, "behind")


def test_it_is_too_early_before_a_period_has_begun_and_ended_since() -> None:
    # Declared on 2 January 2025: 2025 had begun. The period that judges it is 2026.
    row = judged(
        year(2025, 0.9, 0.85, 0.95), by=dt.date(2026, 12, 31), declared_on=dt.date(2025, 1, 2)
    )
    assert (row.target_status, row.is_declared_late) == ("too early", False)


def test_people_are_followed_before_their_year_is_judged() -> None:
    # Starts of 2025 are followed for 12 months until the end of 2026.
    row = judged(year(2025, 0.7, 0.6, 0.75), horizon=12)
    assert row.target_status == "too early"
    # The workforce is followed from the first day of the year: until the end of 2025.
    row = judged(year(2025, 0.7, 0.6, 0.75, population="workforce"), horizon=12)
    assert row.target_status == "missed"


def test_a_hidden_number_and_a_missing_one_are_told_apart() -> None:
    hidden = judged(year(2025, None, None, None))
    assert (hidden.target_status, hidden.is_suppressed) == ("too few to say", True)
    assert judged().reason == "needs goals"
    assert judged(year(2025, 0.9, 0.85, 0.95), program="p2").reason == "no program has the id p2"
    # Not yet counted three months after; no number at all a year after.
    assert judged(year(2024, 0.9, 0.85, 0.95)).target_status == "on the way"
    late = judged(
        year(2023, 0.9, 0.8, 0.95), by=dt.date(2024, 12, 31), declared_on=dt.date(2023, 1, 1)
    )
    assert late.target_status == "too few to say"


def test_one_declared_after_its_time_began_is_marked() -> None:
    row = judged(year(2025, 0.9, 0.85, 0.95), declared_on=dt.date(2025, 1, 2))
    assert (row.target_status, row.is_declared_late) == ("met", True)
    row = judged(year(2025, 0.9, 0.85, 0.95), declared_on=dt.date(2025, 1, 1))
    assert not row.is_declared_late


def configured(folder: Path, target: str) -> WorkspaceConfig:
    path = folder / "mentorship.yml"
    path.write_text(
        "organization: A\nsources:\n  - {table: job_history, path: a.csv}\n"
        f"targets:\n  - {{{target}, by: 2026-12-31, declared_on: 2026-01-01}}\n"
    )
    return read_config(path)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("measure: goal_by_day_31, value: 0.8", "did you mean goal_by_day_30?"),
        ("measure: goal_by_day_30, value: 80", "0.8 is 80 %"),
        ("measure: application_share, value: 0.8", "neither more nor less is better"),
        ("measure: survival_12_months, value: 0.8", "read off a curve"),
    ],
)
def test_what_nothing_can_be_is_refused_with_its_place(
    tmp_path: Path, target: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said.replace("?", r"\?")) as caught:
        check_targets(configured(tmp_path, target))
    assert caught.value.place is not None
    assert caught.value.place.line == 5


def test_a_day_that_ends_no_period_is_refused(tmp_path: Path) -> None:
    check_targets(configured(tmp_path, "measure: retention_12_months, value: 0.9"))
    given = {"measure": "a", "value": 1, "declared_on": "2026-01-01"}
    assert TargetConfig.model_validate({**given, "by": "2026-06-30", "period": "quarter"})
    for by, period in (("2026-06-30", "year"), ("2026-12-30", "year"), ("2026-05-31", "quarter")):
        with pytest.raises(ValueError, match="is the last day of a"):
            TargetConfig.model_validate({**given, "by": by, "period": period})
