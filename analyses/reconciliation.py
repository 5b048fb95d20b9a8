"""Reconciliation: our counts beside those the mentoring platform prints, and what sets them apart.

A record that an export holds twice, or that was set aside, is a row of a file, as in the table
`quality`; how many pairings run or were completed is of people, and hidden where it is of few.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analyses.results import RECONCILIATION
from workspace.config import ReconciliationConfig

TOTAL = "total"
QUARANTINED, DUPLICATE = "quarantined", "exact_duplicate"
AGREES, WITHIN, MORE, FEWER = (
    "agrees",
    "within what the reasons allow",
    "the platform prints more",
    "the platform prints fewer",
)
UNDECLARED, HIDDEN = "not declared", "hidden"
# The canonical table that each figure is counted from, in the order of the page.
TABLE_OF = {
    "pairings": "pairings",
    "active_pairings": "pairings",
    "completed_pairings": "pairings",
    "meetings": "meetings",
    "hours": "meetings",
}
# The pairings are these parts and the rest: two of them and the sum give the rest away.
PARTS = ("active_pairings", "completed_pairings")
SENTENCES = {
    QUARANTINED: "records set aside, which a platform may well count",
    DUPLICATE: "exact copies of records: a platform that counts rows counts them twice",
    "reopened": "stretches of pairings that reopened: one pairing here, each with a row there",
    "later": "after the day of the count",
    "before_due": "of ours, ended as completed before the planned time was over: no completion in "
    "the measures",
    "no_end_reason": "ended without a reason: a platform may take them for completed",
    "cancelled": "cancelled: a platform that counts appointments counts them",
    "no_show": "missed: a platform that counts appointments counts them",
    "without_duration": "held meetings without a duration, which a platform may take for a "
    "standard one",
}
# Reasons that say something of our own number and explain no difference.
OWN = ("before_due",)


@dataclass(frozen=True)
class Row:
    """A figure, or one reason why it may differ; the columns of the result table."""

    figure: str
    reason: str
    counted: float
    platform_value: float = math.nan
    difference: float = math.nan
    status: str | None = None
    sentence: str | None = None
    is_suppressed: bool = False


def reconciliation(
    counts: pd.DataFrame,
    quality: pd.DataFrame,
    *,
    declared: ReconciliationConfig | None,
    exported: frozenset[str],
    shown_from: int,
) -> pd.DataFrame:
    """Return the result table `reconciliation`: of figures whose table is exported.

    Args:
        counts: the mart `rpt_reconciliation__by_figure`.
        quality: the result table `quality`.
        declared: what the platform prints of itself.
        exported: canonical tables there are exports of.
        shown_from: fewest people behind a figure, and behind what it leaves of the whole.
    """
    values = counts.set_index(["figure", "reason"])
    hidden = _hidden(values, shown_from)
    rows: list[Row] = []
    for figure, table in TABLE_OF.items():
        if table in exported:
            own = values.loc[figure]
            reasons = [
                *_of_records(figure, quality[quality["table"].eq(table)]),
                *_of_counts(figure, own, shown_from),
            ]
            rows += [_total(figure, own, declared, reasons, is_hidden=figure in hidden), *reasons]
    return pd.DataFrame(
        [{name: getattr(row, name) for name in RECONCILIATION} for row in rows],
        columns=list(RECONCILIATION),
    )


def _hidden(values: pd.DataFrame, shown_from: int) -> set[str]:
    """Return the figures that tell of few people, or leave few of the whole."""
    people = values["people_n"].astype(float)
    few = {figure for figure in TABLE_OF if people[figure, TOTAL] < shown_from}
    rest = people["pairings", TOTAL] - sum(people[part, TOTAL] for part in PARTS)
    if few & set(PARTS) or rest < shown_from:
        # One shown part, beside the sum, would give the others away.
        few |= set(PARTS)
    return few


def _total(
    figure: str,
    own: pd.DataFrame,
    declared: ReconciliationConfig | None,
    reasons: list[Row],
    *,
    is_hidden: bool,
) -> Row:
    given = None if declared is None else getattr(declared, figure)
    platform = math.nan if given is None else float(given)
    if is_hidden:
        return Row(figure, TOTAL, math.nan, platform, status=HIDDEN, is_suppressed=True)
    ours = float(own.loc[TOTAL, "counted"])
    if given is None:
        return Row(figure, TOTAL, ours, status=UNDECLARED)
    difference = platform - ours
    allowed = sum(row.counted for row in reasons if row.reason not in OWN and row.counted > 0)
    return Row(figure, TOTAL, ours, platform, difference, _status(figure, difference, allowed))


def _status(figure: str, difference: float, allowed: float) -> str:
    """Return what a difference is; hours are not counted in records, and agree by the hour."""
    if abs(difference) < (1 if figure == "hours" else 0.5):
        return AGREES
    if difference < 0:
        return FEWER
    return WITHIN if figure != "hours" and difference <= allowed else MORE


def _of_records(figure: str, quality: pd.DataFrame) -> Iterator[Row]:
    """Yield the records that were set aside or are copies, by reason over all exports."""
    aside = quality[quality["reason"].ne(TOTAL)]
    for code, rows in aside.groupby("reason", sort=True):
        copies, quarantined = (
            float(rows[name].sum()) for name in ("rows_duplicate", "rows_quarantined")
        )
        if quarantined:
            yield Row(figure, str(code), quarantined, sentence=SENTENCES[QUARANTINED])
        elif copies:
            yield Row(figure, str(code), copies, sentence=SENTENCES[DUPLICATE])


def _of_counts(figure: str, own: pd.DataFrame, shown_from: int) -> Iterator[Row]:
    """Yield what the mart counted beside a figure; few people's pairings are left out."""
    for reason, row in own.iterrows():
        is_few = pd.notna(row["people_n"]) and row["people_n"] < shown_from
        if reason != TOTAL and row["counted"] and not is_few:
            yield Row(figure, str(reason), float(row["counted"]), sentence=SENTENCES[str(reason)])
