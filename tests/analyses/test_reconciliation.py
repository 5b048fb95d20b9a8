"""Reconciliation: our counts beside a platform's, by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analyses.reconciliation import reconciliation
from analyses.results import QUALITY
from workspace.config import ReconciliationConfig

COUNTS = {
    ("pairings", "total"): (100, 80), ("pairings", "reopened"): (3, None),
    ("pairings", "later"): (0, None), ("active_pairings", "total"): (40, 35),
    ("completed_pairings", "total"): (30, 30), ("completed_pairings", "before_due"): (9, 9),
    ("completed_pairings", "no_end_reason"): (12, 12), ("meetings", "total"): (500, 80),
    ("meetings", "cancelled"): (20, None), ("meetings", "no_show"): (10, None),
    ("hours", "total"): (400.4, 80), ("hours", "without_duration"): (5, None),
}  # fmt: skip


def quality(table: str, reason: str, **given: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(QUALITY, 0), "table": table, "source": "a.csv", "reason": reason, **given
    }  # fmt: skip


QUARANTINE = (
    quality("pairings", "total", rows_in=110, rows_quarantined=4, rows_duplicate=2),
    quality("pairings", "unknown_person", rows_quarantined=4),
    quality("pairings", "exact_duplicate", rows_duplicate=2),
    quality("goals", "unknown_person", rows_quarantined=7),
)


def reconciled(
    changed: dict[tuple[str, str], tuple[float, int | None]] | None = None, **declared: float
) -> pd.DataFrame:
    counts = [
        {"figure": figure, "reason": reason, "counted": n, "people_n": people}
        for (figure, reason), (n, people) in {**COUNTS, **(changed or {})}.items()
    ]
    found = reconciliation(
        pd.DataFrame(counts),
        pd.DataFrame(QUARANTINE),
        declared=ReconciliationConfig.model_validate(declared) if declared else None,
        exported=frozenset({"pairings", "meetings"}),
        shown_from=10,
    )
    return found.set_index(["figure", "reason"])


def test_a_difference_is_held_against_all_that_may_explain_it() -> None:
    # 4 set aside, 2 copies and 3 stretches may explain up to 9 pairings.
    for platform, status in (
        (100, "agrees"),
        (109, "within what the reasons allow"),
        (110, "the platform prints more"),
        (99, "the platform prints fewer"),
    ):
        total = reconciled(pairings=platform).loc[("pairings", "total")]
        assert (total["difference"], total["status"]) == (platform - 100, status)


def test_each_reason_is_a_row_with_its_records() -> None:
    found = reconciled()
    reasons = found.loc["pairings", "counted"].to_dict()
    assert reasons == {"total": 100, "exact_duplicate": 2, "unknown_person": 4, "reopened": 3}
    assert found.loc["meetings", "counted"].to_dict() == {
        "total": 500, "cancelled": 20, "no_show": 10,
    }  # fmt: skip
    assert set(found.xs("total", level="reason")["status"]) == {"not declared"}


def test_what_says_something_of_ours_alone_explains_nothing() -> None:
    # 6 records and 12 without a reason allow for 18; the 9 before their time for none.
    total = reconciled(completed_pairings=49).loc[("completed_pairings", "total")]
    assert total["status"] == "the platform prints more"


def test_hours_agree_by_the_hour_and_are_explained_by_no_count() -> None:
    assert reconciled(hours=401).loc[("hours", "total"), "status"] == "agrees"
    total = reconciled(hours=402).loc[("hours", "total")]
    assert total["status"] == "the platform prints more"


def test_few_people_are_hidden_and_so_is_what_would_give_them_away() -> None:
    few = {("active_pairings", "total"): (9, 9)}
    found = reconciled(few, active_pairings=9, completed_pairings=30)
    totals = found.xs("total", level="reason")
    assert totals["is_suppressed"].to_dict() == {
        "pairings": False, "active_pairings": True, "completed_pairings": True, "meetings": False,
        "hours": False,
    }  # fmt: skip
    assert totals.loc[["active_pairings", "completed_pairings"], "difference"].isna().all()
    # 80 people, of whom 35 and 36 leave 9.
    found = reconciled({("completed_pairings", "total"): (36, 36)})
    assert found.xs("total", level="reason")["is_suppressed"].sum() == 2
    # Completions of nine people before their time are no row.
    assert ("completed_pairings", "before_due") not in found.index
