"""What goes with better pairings, and early warnings, as pages write them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from analyses.results import TABLES
from reports.drivers import practices
from reports.early_warnings import early_warnings
from reports.formats import MINUS, THIN


def drivers(made: ModuleType) -> pd.DataFrame:
    return pd.DataFrame(made.drivers(), columns=list(TABLES["drivers"]))


def warnings(made: ModuleType) -> pd.DataFrame:
    return pd.DataFrame(made.warnings(), columns=list(TABLES["warnings"]))


def test_a_clear_link_is_a_sentence_with_its_shortfall_and_its_range(made: ModuleType) -> None:
    found = practices(drivers(made), "all")
    assert found is not None
    assert found.sentences == (
        f"33{THIN}% of pairings had no goal by day 30; pairings with one reached their planned "
        "end 12 points more often, 4 to 20.",
    )
    goal, meetings = found.rows
    assert (goal.lacking, goal.links[0].text) == (f"33{THIN}% had no goal by day 30", "+12 points")
    assert (meetings.links[0].text, meetings.links[0].range_text) == (
        f"{MINUS}0.4 points",
        f"from {MINUS}3.1 to +2.2",
    )


def test_bands_are_in_the_order_of_their_numbers(made: ModuleType) -> None:
    found = practices(drivers(made), "all")
    assert found is not None
    (dose,) = found.doses
    assert dose.lowest == "fewer than 2"
    assert [name for name, _ in dose.bands] == ["2 to 3", "10 or more"]


def test_practices_without_a_number_are_folded_with_the_reason(made: ModuleType) -> None:
    found = practices(drivers(made), "all")
    assert found is not None
    assert [(one.reason, one.items) for one in found.without] == [
        ("too few to say", ("Agreed",)),
        ("not measured: needs feedback", ("Feedback",)),
    ]
    assert practices(drivers(made), "a program that is not there") is None


def test_where_it_is_hidden_how_many_fall_short_a_link_still_stands(made: ModuleType) -> None:
    """A link may stand as it was released beside a share that is hidden now."""
    rows = [
        made.driver("all", "lacking", status="too few to say", lacking_share=None),
        made.driver("reaching_the_end", lacking_share=None, potential=None),
    ]
    found = practices(pd.DataFrame(rows, columns=list(TABLES["drivers"])), "all")
    assert found is not None
    assert found.sentences == ()
    assert (found.rows[0].lacking, found.rows[0].links[0].text) == ("too few to say", "+12 points")


def test_warnings_say_what_came_true_and_what_became_of_the_last_ones(made: ModuleType) -> None:
    found = early_warnings(warnings(made), "all")
    assert found is not None
    assert [row.label for row in found.rows] == ["Any", "Quiet"]
    assert [one.text for one in found.rows[1].figures] == [
        "too few to say",
        f"30{THIN}%",
        f"12{THIN}%",
        f"60{THIN}%",
    ]
    assert [one.text for one in found.later] == ["about 25", "about 10", "about 5"]
    assert [(one.reason, one.items) for one in found.without] == [("switched off", ("Low",))]


def test_cohorts_of_a_program_are_told_newest_first_and_those_of_few_together(
    made: ModuleType,
) -> None:
    few = {"status": "too few to say", "is_suppressed": True}
    rows = [
        made.warning("any", name, 0.3, program="p") for name in ("precision", "without", "recall")
    ]
    rows.append(made.warning("any", "open", 15, program="p"))
    for quarter, given in (("Q1", {}), ("Q2", few), ("Q3", {}), ("Q4", few)):
        rows.append(
            made.warning("any", "open", 10, program="p", cohort=f"p 2025-{quarter}", **given)
        )
    found = early_warnings(pd.DataFrame(rows, columns=list(TABLES["warnings"])), "p")
    assert found is not None
    assert [(one.reason, one.items) for one in found.cohorts] == [
        ("too few to say", ("2025-Q4", "2025-Q2")),
        ("about 10", ("2025-Q3", "2025-Q1")),
    ]
    assert found.rows[0].figures[0].text == "about 15"


@pytest.mark.parametrize(
    "words", ["It is an association and no proof", "Of the warnings of May 31, 2026"]
)
def test_the_page_of_all_programs_says_it(site: Path, words: str) -> None:
    assert words in (site / "programs.html").read_text(encoding="utf-8")
