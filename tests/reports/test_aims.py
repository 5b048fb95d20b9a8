"""Targets, standings and reconciliation as the pages write them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from reports.aims import aims
from reports.definitions import Catalog
from reports.formats import MINUS
from reports.formats import THIN as T
from reports.reconciliation import figures
from reports.standings import standings, theme_line


@pytest.fixture(name="catalog")
def _catalog(made: ModuleType) -> Catalog:
    return Catalog(made.table("measures", made.measures({})))


def test_a_target_says_what_is_to_be_what_is_and_that_it_came_late(
    made: ModuleType, catalog: Catalog
) -> None:
    missed, hidden, early = aims(made.table("targets", made.targets()), catalog)
    assert missed.goal == f"at least 90.0{T}% by December 31, 2025"
    assert missed.found == f"84.0{T}% in 2025, from 80.0{T}% to 88.0{T}%"
    assert (missed.note, missed.tone) == ("declared after its time had begun", "bad")
    assert missed.brief == f"84.0{T}% in 2025, at least 90.0{T}%"
    assert hidden.found == ""
    assert hidden.note.startswith("no number of that time can be shown")
    assert early.note == "by now 4.36 points"


def test_less_is_at_most(made: ModuleType) -> None:
    down = Catalog(
        made.table("measures", [made.measure(made.RETENTION.measure, {}, direction="down")])
    )
    first = made.table("targets", made.targets()[:1])
    assert aims(first, down)[0].goal.startswith("at most")


def test_a_theme_stands_against_its_target_and_the_year_before(
    made: ModuleType, catalog: Catalog
) -> None:
    found = standings(made.table("standings", made.standings()), catalog)
    targets = aims(made.table("targets", made.targets()), catalog)
    names = {made.RETENTION.measure, made.SCORE}
    target, before = theme_line(found, targets, measures=names, program="all")
    assert [(status, text) for status, _, text in target.named] == [
        ("missed", f"84.0{T}% in 2025, at least 90.0{T}%"),
        ("on the way", "4.40 points in 2025, at least 4.50 points"),
    ]
    assert [(status, text) for status, _, text in before.named] == [
        ("worse", f"{MINUS}8.0, {MINUS}13.0 to {MINUS}3.0 points")
    ]
    assert before.rest == "no clear difference in 1 measure"
    assert theme_line(found, targets, measures=names, program="p-one") == ()


def test_only_the_surest_are_named(made: ModuleType, catalog: Catalog) -> None:
    worse = made.standings()[0]
    rows = [{**worse, "population": f"{n}", "q_value": n / 1000} for n in range(5)]
    found = standings(made.table("standings", rows), catalog)
    (clause,) = theme_line(found, (), measures={worse["measure"]}, program="all")
    assert (len(clause.named), clause.rest) == (3, "2 more worse")


def test_a_figure_stands_beside_the_platforms(made: ModuleType) -> None:
    table = made.table("reconciliation", made.reconciliation())
    pairings, active = figures(table, {"unknown_person": "nobody knows who that is"})
    assert (pairings.platform, pairings.ours, pairings.difference) == ("104", "100", "+4")
    assert not pairings.is_settled
    assert pairings.reasons == (
        (
            "1",
            "records set aside, which a platform may well count (nobody knows who that is)",
        ),
    )
    assert (active.ours, active.difference) == ("hidden: few people", "")


def test_targets_stand_at_the_head_in_the_theme_and_at_the_chart(estimated_site: Path) -> None:
    page = (estimated_site / "programs.html").read_text(encoding="utf-8")
    assert page.count("glossary.html#target_status") >= 3
    assert "Target</a> for mentees:" in page
    leadership = (estimated_site / "leadership.html").read_text(encoding="utf-8")
    assert "(declared late)" in leadership
    analyst = (estimated_site / "analyst.html").read_text(encoding="utf-8")
    assert "the platform prints more" in analyst
