"""Reconciliation: our counts beside those the mentoring platform prints, and what sets them apart.

A record that an export holds twice, or that was set aside, is a row of a file, as in the table
`quality`. All else is of people: hidden where it is of few, and told anew only when many have moved
it. What is counted today in full is for the owner of the workspace only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from analyses.disclosure import blank
from analyses.editions import with_evidence
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
    """A figure, or one reason why it may differ.

    Attributes:
        people_n: mentees behind it; nan for records of a file.
    """

    figure: str
    reason: str
    counted: float
    platform_value: float = math.nan
    difference: float = math.nan
    status: str | None = None
    sentence: str | None = None
    people_n: float = math.nan


COLUMNS = [field.name for field in fields(Row)]


def reconciled(
    counts: pd.DataFrame,
    quality: pd.DataFrame,
    *,
    declared: ReconciliationConfig | None,
    exported: frozenset[str],
) -> pd.DataFrame:
    """Return the figures of today and their reasons, whose table is exported; nothing is hidden.

    Args:
        counts: the mart `rpt_reconciliation__by_figure`.
        quality: the result table `quality`.
        declared: what the platform prints of itself.
        exported: canonical tables there are exports of.
    """
    values = counts.set_index(["figure", "reason"])
    rows: list[Row] = []
    for figure, table in TABLE_OF.items():
        if table in exported:
            own = values.loc[figure]
            reasons = [
                *_of_records(figure, quality[quality["table"].eq(table)]),
                *_of_counts(figure, own),
            ]
            rows += [_total(figure, own, declared, reasons), *reasons]
    return pd.DataFrame([vars(row) for row in rows], columns=COLUMNS)


def reconciliation_rows(today: pd.DataFrame, *, shown_from: int) -> pd.DataFrame:
    """Return what counts people of the result table `reconciliation`, with its evidence.

    Args:
        today: what `reconciled` gives.
        shown_from: fewest people behind a figure, and behind what it leaves of the whole.
    """
    rows = today[today["people_n"].notna()].reset_index(drop=True)
    is_total = rows["reason"].eq(TOTAL)
    rows = rows[is_total | rows["people_n"].ge(shown_from)].reset_index(drop=True)
    is_total = rows["reason"].eq(TOTAL)
    hidden = is_total & rows["figure"].isin(_hidden(rows, shown_from))
    shown = blank(rows.drop(columns="people_n"), hidden, ["counted", "difference"])
    shown["status"] = shown["status"].mask(hidden, HIDDEN)
    key = rows["figure"] + "|" + rows["reason"]
    block = "reconciliation " + rows["figure"].map(TABLE_OF).where(is_total, key)
    return with_evidence(
        shown,
        key=key,
        block=block,
        root=block,
        is_shown=~hidden,
        is_each=False,
        persons=rows["people_n"],
        events=rows["counted"],
    )


def reconciliation_table(rows: pd.DataFrame, today: pd.DataFrame) -> pd.DataFrame:
    """Return the result table: figures as they may be told, and the records of today's files.

    Args:
        rows: what `reconciliation_rows` gives, beside what was released.
        today: what `reconciled` gives.
    """
    records = today[today["people_n"].isna()].assign(
        is_suppressed=False, as_of=pd.NaT, edition_number=np.nan
    )
    names = list(RECONCILIATION)
    return pd.concat([frame[names] for frame in (rows, records) if len(frame)] or [rows[names]])


def _hidden(rows: pd.DataFrame, shown_from: int) -> set[str]:
    """Return the figures that tell of few people, or leave few of the whole."""
    totals = rows[rows["reason"].eq(TOTAL)]
    people = totals.set_index("figure")["people_n"].to_dict()
    few = {figure for figure, n in people.items() if n < shown_from}
    rest = people.get("pairings", 0.0) - sum(people.get(part, 0.0) for part in PARTS)
    if few & set(PARTS) or rest < shown_from:
        # One shown part, beside the sum, would give the others away.
        few |= set(PARTS)
    return few


def _total(
    figure: str, own: pd.DataFrame, declared: ReconciliationConfig | None, reasons: list[Row]
) -> Row:
    given = None if declared is None else getattr(declared, figure)
    ours, people = float(own.loc[TOTAL, "counted"]), float(own.loc[TOTAL, "people_n"])
    if given is None:
        return Row(figure, TOTAL, ours, status=UNDECLARED, people_n=people)
    difference = float(given) - ours
    allowed = sum(row.counted for row in reasons if row.reason not in OWN and row.counted > 0)
    status = _status(figure, difference, allowed)
    return Row(figure, TOTAL, ours, float(given), difference, status, people_n=people)


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


def _of_counts(figure: str, own: pd.DataFrame) -> Iterator[Row]:
    """Yield what the mart counted beside a figure."""
    for reason, row in own.iterrows():
        if reason != TOTAL and row["counted"]:
            sentence, people = SENTENCES[str(reason)], float(row["people_n"])
            yield Row(
                figure, str(reason), float(row["counted"]), sentence=sentence, people_n=people
            )
