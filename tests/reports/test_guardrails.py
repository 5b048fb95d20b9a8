"""What must not get worse, as leadership reads it in a line and the analyst in numbers."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reports.guardrails import Guarded, guarded

MINUS = "\u2212"


def only(made: ModuleType, guardrail: str, **given: Any) -> Guarded:
    row = next(row for row in made.guardrails() if row["guardrail"] == guardrail)
    return guarded(made.table("guardrails", [{**row, **given}]))[0]


@pytest.mark.parametrize(
    ("guardrail", "given", "text"),
    [
        (
            "mentee_ratings", {},
            "the data fit anything from 2 points of 100 lower to 4 points of 100 higher than "
            "people like them; up to 3 lower is tolerated",
        ),
        (
            "mentor_retention", {},
            "the data fit anything from 8 of 100 fewer to 6 of 100 more than people like them; up "
            "to 5 fewer is tolerated",
        ),
        (
            "mentor_load",
            {"ci_low": -0.6, "ci_high": 0.44, "change": -0.1, "status": "not worse",
             "reason": None},
            "the data fit anything from 0.6 fewer to 0.44 more than the year before; up to 0.5 "
            "more is tolerated",
        ),
        # A limit tolerates nothing above itself.
        (
            "mentor_load",
            {"ci_low": 0.0, "ci_high": 0.44, "change": 0.2, "margin": 0.0, "reason": None,
             "compared_with": "the declared limit", "status": "cannot tell"},
            "the data fit anything from none to 0.44 more than the declared limit",
        ),
        ("mentor_load", {}, "needs a second year, or guardrails.mentor_load_limit"),
        (
            "mentor_retention", {"reason": "contradicted by placebo"},
            "they differed from people like them before it began",
        ),
        (
            "mentor_retention",
            {"reason": "nobody alike", "status": "too few to say", "ci_low": None, "ci_high": None},
            "nobody comparable was found",
        ),
    ],
)  # fmt: skip
def test_a_line_says_what_the_status_rests_on(
    made: ModuleType, guardrail: str, given: dict[str, Any], text: str
) -> None:
    assert only(made, guardrail, **given).text == text


def test_the_analyst_sees_the_numbers(made: ModuleType) -> None:
    found = only(made, "mentor_retention")
    assert (found.value, found.compared_value) == ("90.0\u202f%", "91.0\u202f%")
    assert found.change == f"{MINUS}1.0 points"
    assert found.range_text == f"from {MINUS}8.0 to +6.0 points"
    assert (found.margin, found.status) == ("5", "cannot tell")


def test_guardrails_stand_with_the_headline(estimated_site: Path, site: Path) -> None:
    leadership = (estimated_site / "leadership.html").read_text(encoding="utf-8")
    heads = [leadership.index(text) for text in ("What mentoring changed",
             "What must not get worse", "What was counted")]  # fmt: skip
    assert heads == sorted(heads)
    analyst = (estimated_site / "analyst.html").read_text(encoding="utf-8")
    assert 'id="guardrails"' in analyst
    # Without an estimate there is no headline to stand with.
    assert "What must not get worse" not in (site / "leadership.html").read_text(encoding="utf-8")
