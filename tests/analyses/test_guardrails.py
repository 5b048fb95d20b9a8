"""Guardrails: a worsening is ruled out or not, worked out by hand from published numbers."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest

from analyses.guardrails import guardrails, status_of
from analyses.results import EFFECTS, METRICS
from workspace.config import GuardrailsConfig, ImpactConfig

DEFAULT = ImpactConfig()
EXPORTED = {"pairings", "performance_reviews"}


def effect(role: str, outcome: str, estimand: str, **given: Any) -> dict[str, Any]:
    """A change of -0.01, from -0.04 to +0.02."""
    return {
        **dict.fromkeys(EFFECTS), "role": role, "program": "all", "subgroup_dimension": "all",
        "subgroup_member": "all", "outcome": outcome, "horizon_months": 12, "estimand": estimand,
        "treated_value": 0.89, "control_value": 0.90, "effect": -0.01, "ci_low": -0.04,
        "ci_high": 0.02, "verdict": "no clear effect", "is_suppressed": False, **given,
    }  # fmt: skip


def ratings(**given: Any) -> dict[str, Any]:
    return effect("mentee", "rating_change", "started_vs_not_yet", **given)


def retention(**given: Any) -> dict[str, Any]:
    return effect("mentor", "retention", "mentored_vs_not", **given)


def load(year: int, value: float, low: float | None, high: float | None) -> dict[str, Any]:
    return {
        **dict.fromkeys(METRICS), "measure": "load_per_mentor", "program": "all",
        "population": "mentors", "dimension": "all", "member": "all", "period_grain": "year",
        "period_start": dt.date(year, 1, 1), "value": value, "ci_low": low, "ci_high": high,
    }  # fmt: skip


def judged(
    *rows: dict[str, Any],
    exported: set[str] = EXPORTED,
    impact: ImpactConfig = DEFAULT,
    **config: float,
) -> pd.DataFrame:
    is_load = ["measure" in row for row in rows]
    found = guardrails(
        pd.DataFrame([r for r, m in zip(rows, is_load, strict=True) if not m], columns=[*EFFECTS]),
        pd.DataFrame([r for r, m in zip(rows, is_load, strict=True) if m], columns=[*METRICS]),
        config=GuardrailsConfig(**config),
        impact=impact,
        exported=exported,
    )
    return found.set_index("guardrail")


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [
        (-0.02, 0.04, "not worse"),
        (-0.03, 0.04, "not worse"),  # the margin itself is tolerated
        (-0.02, -0.01, "not worse"),  # worse for sure, and by less than is tolerated
        (-0.031, 0.04, "cannot tell"),
        (-0.06, 0.0, "cannot tell"),
        (-0.06, -0.001, "worse"),
    ],
)
def test_a_guardrail_holds_where_the_whole_interval_is_within_the_margin(
    low: float, high: float, status: str
) -> None:
    assert status_of(low, high, margin=0.03, is_up_good=True) == status
    assert status_of(-high, -low, margin=0.03, is_up_good=False) == status


def test_each_has_the_margin_that_the_configuration_declares() -> None:
    found = judged(ratings(), retention())
    assert found.loc["mentee_ratings", ["margin", "status"]].tolist() == [0.03, "cannot tell"]
    assert found.loc["mentor_retention", ["margin", "status"]].tolist() == [0.05, "not worse"]
    found = judged(ratings(), retention(), rating_margin=0.04, mentor_retention_margin=0.0)
    assert found.loc["mentee_ratings", "status"] == "not worse"
    assert found.loc["mentor_retention", "status"] == "cannot tell"


@pytest.mark.parametrize(
    "verdict", ["contradicted by placebo", "contradicted by applicants", "not comparable"]
)
def test_a_withdrawn_comparison_guards_nothing(verdict: str) -> None:
    row = judged(retention(verdict=verdict)).loc["mentor_retention"]
    assert (row["status"], row["reason"]) == ("cannot tell", verdict)


def test_what_is_hidden_or_not_there_stays_so() -> None:
    hidden = dict.fromkeys(("effect", "ci_low", "ci_high", "treated_value", "control_value"))
    found = judged(retention(**hidden, is_suppressed=True, reason="nobody alike"))
    row = found.loc["mentor_retention"]
    assert (row["status"], row["reason"], row["is_suppressed"]) == (
        "too few to say", "nobody alike", True,
    )  # fmt: skip
    assert row[["value", "compared_value", "change", "ci_low", "ci_high"]].isna().all()
    assert found.loc["mentor_load", "status"] == "too few to say"


def test_what_is_missing_is_named() -> None:
    found = judged(exported={"pairings"}, impact=ImpactConfig(roles=("mentee",)))
    assert found["status"].tolist()[:2] == ["not measured", "not measured"]
    assert found.loc["mentee_ratings", "reason"] == "needs performance_reviews"
    assert found.loc["mentor_retention", "reason"] == "needs mentor in impact.roles"


def test_without_pairings_there_is_nothing_to_guard() -> None:
    assert judged(exported={"performance_reviews"}).empty


def test_the_load_is_held_against_the_year_before() -> None:
    # Half-widths 0.3 and 0.4 give one of 0.5 together.
    row = judged(load(2024, 1.2, 0.8, 1.6), load(2025, 1.1, 0.8, 1.4)).loc["mentor_load"]
    assert (row["value"], row["compared_value"]) == (1.1, 1.2)
    assert row["ci_low"] == pytest.approx(-0.1 - 0.5)
    assert row["ci_high"] == pytest.approx(-0.1 + 0.5)
    assert row["status"] == "not worse"
    more = judged(load(2024, 1.2, 0.8, 1.6), load(2025, 2.4, 2.1, 2.7)).loc["mentor_load"]
    assert math.isclose(more["ci_low"], 0.7)
    assert more["status"] == "worse"


def test_a_declared_limit_takes_the_place_of_the_past() -> None:
    year = load(2025, 1.9, 1.7, 2.1)
    row = judged(year, mentor_load_limit=2.0).loc["mentor_load"]
    assert (row["compared_value"], row["margin"], row["compared_with"]) == (
        2.0, 0.0, "the declared limit",
    )  # fmt: skip
    assert row["status"] == "cannot tell"
    assert judged(year, mentor_load_limit=2.2).loc["mentor_load", "status"] == "not worse"
    assert judged(year, mentor_load_limit=1.6).loc["mentor_load", "status"] == "worse"


def test_one_year_alone_has_no_past() -> None:
    row = judged(load(2024, 1.2, None, None), load(2025, 1.1, 0.8, 1.4)).loc["mentor_load"]
    assert row["status"] == "not measured"
    assert row["reason"] == "needs a second year, or guardrails.mentor_load_limit"
