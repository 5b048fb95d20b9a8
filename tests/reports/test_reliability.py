"""Cronbach's alpha as the analyst reads it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from reports.reliability import alone, scales


def test_a_score_of_several_items_has_its_alpha_and_others_say_why_not(made: ModuleType) -> None:
    table = made.table("reliability", made.reliability())
    few, counted = scales(table)
    assert (counted.label, counted.items, counted.respondents) == (
        "psychological safety",
        "3",
        "about 60",
    )
    assert (counted.value, counted.interval) == ("0.80", "0.71 to 0.87")
    assert (few.value, few.interval, few.respondents) == ("too few to say", "", "")
    assert alone(table) == ("clarity",)


def test_the_analyst_reads_it(estimated_site: Path) -> None:
    page = (estimated_site / "analyst.html").read_text(encoding="utf-8")
    assert "Measured by a single item: clarity." in page
    assert 'href="glossary.html#cronbach_alpha"' in page
    glossary = (estimated_site / "glossary.html").read_text(encoding="utf-8")
    assert 'id="cronbach_alpha"' in glossary
