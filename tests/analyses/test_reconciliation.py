"""Reconciliation: our counts beside a platform's, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from analyses.editions import beside_released
from analyses.reconciliation import (
    DUPLICATE,
    QUARANTINED,
    SENTENCES,
    reconciled,
    reconciliation_rows,
    reconciliation_table,
)
from analyses.released import Edition, Released
from analyses.results import QUALITY, RECONCILIATION
from workspace.config import ReconciliationConfig

COUNTS = {
    ("pairings", "total"): (100, 80), ("pairings", "reopened"): (3, 3),
    ("pairings", "later"): (0, 0), ("active_pairings", "total"): (40, 35),
    ("completed_pairings", "total"): (30, 30), ("completed_pairings", "before_due"): (9, 9),
    ("completed_pairings", "no_end_reason"): (12, 12), ("meetings", "total"): (500, 80),
    ("meetings", "cancelled"): (20, 15), ("meetings", "no_show"): (10, 9),
    ("hours", "total"): (400.4, 80), ("hours", "without_duration"): (5, 5),
}  # fmt: skip
FIRST = Edition(1, dt.date(2024, 6, 1), "")
SECOND = Edition(2, dt.date(2024, 6, 8), "")
Changed = dict[tuple[str, str], tuple[float, int]]


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


def today(changed: Changed | None = None, **declared: float) -> pd.DataFrame:
    """Return what the owner reads."""
    counts = [
        {"figure": figure, "reason": reason, "counted": n, "people_n": people}
        for (figure, reason), (n, people) in {**COUNTS, **(changed or {})}.items()
    ]
    return reconciled(
        pd.DataFrame(counts),
        pd.DataFrame(QUARANTINE),
        declared=ReconciliationConfig.model_validate(declared) if declared else None,
        exported=frozenset({"pairings", "meetings"}),
    )


def in_full(changed: Changed | None = None, **declared: float) -> pd.DataFrame:
    return today(changed, **declared).set_index(["figure", "reason"])


def told(
    changed: Changed | None = None,
    released: Released | None = None,
    edition: Edition = FIRST,
    **declared: float,
) -> tuple[pd.DataFrame, Released]:
    """Return what everybody reads, and the ledger."""
    counted = today(changed, **declared)
    standing = beside_released(
        {"reconciliation": reconciliation_rows(counted, shown_from=10)},
        released,
        edition=edition,
        needed=10,
    )
    rows = standing.tables["reconciliation"]
    table = reconciliation_table(rows, counted)
    assert list(table) == list(RECONCILIATION)
    return table.set_index(["figure", "reason"]), Released(edition, standing.tables)


def test_a_difference_is_held_against_all_that_may_explain_it() -> None:
    # 4 set aside, 2 copies and 3 stretches may explain up to 9 pairings.
    for platform, status in (
        (100, "agrees"),
        (109, "within what the reasons allow"),
        (110, "the platform prints more"),
        (99, "the platform prints fewer"),
    ):
        total = in_full(pairings=platform).loc[("pairings", "total")]
        assert (total["difference"], total["status"]) == (platform - 100, status)


def test_each_reason_is_a_row_with_its_records() -> None:
    found = in_full()
    reasons = found.loc["pairings", "counted"].to_dict()
    assert reasons == {"total": 100, "exact_duplicate": 2, "unknown_person": 4, "reopened": 3}
    assert found.loc["meetings", "counted"].to_dict() == {
        "total": 500, "cancelled": 20, "no_show": 10,
    }  # fmt: skip
    assert set(found.xs("total", level="reason")["status"]) == {"not declared"}


def test_what_says_something_of_ours_alone_explains_nothing() -> None:
    # 6 records and 12 without a reason allow for 18; the 9 before their time for none.
    total = in_full(completed_pairings=49).loc[("completed_pairings", "total")]
    assert total["status"] == "the platform prints more"


def test_hours_agree_by_the_hour_and_are_explained_by_no_count() -> None:
    assert in_full(hours=401).loc[("hours", "total"), "status"] == "agrees"
    total = in_full(hours=402).loc[("hours", "total")]
    assert total["status"] == "the platform prints more"


def test_few_people_are_hidden_and_so_is_what_would_give_them_away() -> None:
    few: Changed = {("active_pairings", "total"): (9, 9)}
    found, _ = told(few, active_pairings=9, completed_pairings=30)
    totals = found.xs("total", level="reason")
    assert totals["is_suppressed"].to_dict() == {
        "pairings": False, "active_pairings": True, "completed_pairings": True, "meetings": False,
        "hours": False,
    }  # fmt: skip
    assert totals.loc[["active_pairings", "completed_pairings"], "difference"].isna().all()
    assert totals["status"].to_dict() == {
        "pairings": "not declared", "active_pairings": "hidden", "completed_pairings": "hidden",
        "meetings": "not declared", "hours": "not declared",
    }  # fmt: skip
    # 80 people, of whom 35 and 36 leave 9.
    found, _ = told({("completed_pairings", "total"): (36, 36)})
    assert found.xs("total", level="reason")["is_suppressed"].sum() == 2
    # Completions of nine people before their time, and what nine missed, are no row.
    assert {("completed_pairings", "before_due"), ("meetings", "no_show")}.isdisjoint(found.index)
    assert ("meetings", "cancelled") in found.index


def test_one_pairing_less_is_seen_by_the_owner_only() -> None:
    """One that ran, with its 8 meetings and 7 hours, is erased: the numbers of before stand."""
    less: Changed = {
        ("pairings", "total"): (99, 79), ("active_pairings", "total"): (39, 34),
        ("meetings", "total"): (492, 79), ("hours", "total"): (393.4, 79),
    }  # fmt: skip
    before, released = told(active_pairings=40)
    after, _ = told(less, released, SECOND, active_pairings=40)
    of_people = ["counted", "difference", "status", "as_of", "edition_number"]
    is_record = before["sentence"].isin([SENTENCES[one] for one in (QUARANTINED, DUPLICATE)])
    same = before.loc[~is_record, of_people].sort_index()
    pd.testing.assert_frame_equal(after.loc[same.index, of_people], same, check_dtype=False)
    assert in_full(less, active_pairings=40).loc[("active_pairings", "total"), "difference"] == 1
    # Ten people more who run, and meet, move them.
    more: Changed = {
        ("pairings", "total"): (110, 90), ("active_pairings", "total"): (50, 45),
        ("meetings", "total"): (540, 90), ("hours", "total"): (433.4, 90),
    }  # fmt: skip
    later, _ = told(more, released, SECOND, active_pairings=40)
    active = later.loc[("active_pairings", "total")]
    assert (active["counted"], active["edition_number"]) == (50, 2)
