"""What releases tell together, and what a number that stands does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyses.attack.findings import DIFFERENCE, UNCOVERED
from analyses.attack.release import Release
from analyses.attack.restatements import told_between
from tests.analyses.attack.conftest import HIDDEN, share

Made = Callable[..., Release]
Told = dict[str, set[str]]


def told(earlier: list[Release], new: Release) -> Told:
    """Return the members that are told about, by kind."""
    found: Told = {}
    for finding in told_between(earlier, new):
        found.setdefault(finding.kind, set()).add(finding.cell.split(": ")[1].split(", ")[3])
    return found


def of(edition: int, *cells: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**cell, "edition_number": edition} for cell in cells]


def test_one_person_more_is_the_difference(release: Made) -> None:
    old = release(share("all", (60, 80)), run={"run_id": "a"})
    new = release(share("all", (61, 81)), run={"run_id": "b"})
    assert told([old], new) == {DIFFERENCE: {"all"}}


def test_five_people_more_are_a_group_that_may_be_shown(release: Made) -> None:
    old = release(share("all", (60, 80)), run={"run_id": "a"})
    new = release(share("all", (60, 85)), run={"run_id": "b"})
    assert told([old], new) == {}


def test_one_outcome_more_of_the_same_people_is_the_difference(release: Made) -> None:
    old = release(share("all", (60, 80)), run={"run_id": "a"})
    new = release(share("all", (61, 80)), run={"run_id": "b"})
    assert told([old], new) == {DIFFERENCE: {"all"}}


def test_what_one_release_hides_and_another_shows_of_the_same_people(release: Made) -> None:
    rows = [share("all", (60, 80)), share("A", (40, 50)), share("B", (10, 14))]
    old = release(*rows, share("C", HIDDEN), share("D", HIDDEN), run={"run_id": "a"})
    new = release(*rows, share("C", (6, 10)), share("D", HIDDEN), run={"run_id": "b"})
    found = told([old], new)
    # D is what C leaves of 16 people, in both.
    assert "C" in found[UNCOVERED]


def test_a_difference_with_any_kept_release_counts(release: Made) -> None:
    # Twelve come and eleven go: next to the last release much has moved, next to the first, one.
    first = release(*of(1, share("all", (60, 80))))
    second = release(*of(2, share("all", (70, 92))))
    third = release(*of(3, share("all", (60, 81))))
    assert told([second], third) == {}
    assert told([first, second], third) == {DIFFERENCE: {"all"}}


def test_a_number_that_stands_tells_nothing_new(release: Made) -> None:
    rows = [share("all", (60, 80)), share("A", (40, 50)), share("B", (20, 30))]
    first = release(*of(1, *rows))
    # Twelve have come, and the cut by department stands: it adds up to what it did.
    second = release(*of(2, share("all", (68, 92))), *of(1, *rows[1:]))
    assert told([first], second) == {}


def test_a_whole_that_stands_beside_parts_that_move_is_what_they_add_up_to(release: Made) -> None:
    rows = [share("all", (60, 80)), share("A", (40, 50)), share("B", (20, 30))]
    first = release(*of(1, *rows))
    # Twelve came to A and eleven left B. No shown cell moves by few, but their sum by one.
    second = release(*of(1, rows[0]), *of(2, share("A", (50, 62)), share("B", (10, 19))))
    assert told([first], second) == {DIFFERENCE: {"all"}}


def test_curves_are_compared_month_by_month(release: Made) -> None:
    def curve(edition: int, *at_risk: int) -> list[dict[str, Any]]:
        return [
            {"population": "mentees", "program": "all", "dimension": "all", "member": "all",
             "outcome": "promotion", "month": month, "value": 0.1 * month, "at_risk_n": n,
             "is_suppressed": False, "edition_number": edition}
            for month, n in enumerate(at_risk)
        ]  # fmt: skip

    whole = share("all", (60, 80))
    first = release(*of(1, whole), survival=curve(1, 40, 40, 30))
    assert told([first], release(*of(1, whole), survival=curve(2, 52, 52, 45))) == {}
    found = told_between([first], release(*of(1, whole), survival=curve(2, 52, 52, 31)))
    assert [one.key[0] for one in found] == ["promotion, at risk in month 2"]


def test_whoever_is_compared_may_be_another(release: Made) -> None:
    def effect(edition: int, treated: int, control: int) -> list[dict[str, Any]]:
        return [{
            "role": "mentee", "program": "all", "subgroup_dimension": "all",
            "subgroup_member": "all", "outcome": "retention", "horizon_months": 12,
            "estimand": "mentored_vs_not", "treated_n": treated, "matched_treated_n": treated,
            "control_n": control, "treated_value": 0.9, "control_value": 0.8, "reason": "",
            "verdict": "", "is_suppressed": False, "edition_number": edition,
        }]  # fmt: skip

    whole = of(1, share("all", (60, 80)))
    first = release(*whole, effects=effect(1, 40, 200))
    assert told([first], release(*whole, effects=effect(2, 52, 203))) == {}
    assert DIFFERENCE in told([first], release(*whole, effects=effect(2, 41, 200)))
