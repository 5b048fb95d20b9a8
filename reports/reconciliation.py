"""Our counts beside the platform's own, as the analyst reads them: a figure and its reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.reconciliation import AGREES, HIDDEN, TABLE_OF, TOTAL, UNDECLARED, WITHIN
from reports import formats
from reports.frames import date, records

LABELS = {
    "pairings": "Pairings",
    "active_pairings": "Pairings that run on the day",
    "completed_pairings": "Pairings that ended as completed",
    "meetings": "Meetings held",
    "hours": "Hours of these meetings",
}


@dataclass(frozen=True)
class Figure:
    """One figure of the platform.

    Attributes:
        label: its name on the page.
        ours: our count.
        platform: the platform's.
        difference: that less ours.
        status: what the difference is.
        is_settled: whether there is nothing left to look into.
        counted_on: the day of the exports that our count is of.
        reasons: what may set the two apart: how many, and what.
    """

    label: str
    ours: str
    platform: str
    difference: str
    status: str
    is_settled: bool
    counted_on: dt.date | None
    reasons: tuple[tuple[str, str], ...]


def figures(frame: pd.DataFrame, meanings: Mapping[str, str]) -> tuple[Figure, ...]:
    """Return the figures in their order.

    Args:
        frame: the result table `reconciliation`.
        meanings: what each reason of quarantine means.
    """
    rows = records(frame)
    totals = {str(row["figure"]): row for row in rows if row["reason"] == TOTAL}
    return tuple(
        _figure(totals[name], [r for r in rows if r["figure"] == name], meanings)
        for name in TABLE_OF
        if name in totals
    )


def _figure(
    total: dict[str, Any], rows: list[dict[str, Any]], meanings: Mapping[str, str]
) -> Figure:
    status = str(total["status"])
    return Figure(
        label=LABELS[str(total["figure"])],
        ours="hidden: few people" if status == HIDDEN else _number(total["counted"]),
        platform=_number(total["platform_value"]) or UNDECLARED,
        difference=_difference(total["difference"]),
        status="" if status == UNDECLARED else status,
        is_settled=status in (AGREES, WITHIN, UNDECLARED, HIDDEN),
        counted_on=date(total["as_of"]),
        reasons=tuple(
            (_number(row["counted"]), _sentence(row, meanings))
            for row in rows
            if row["reason"] != TOTAL
        ),
    )


def _sentence(row: dict[str, Any], meanings: Mapping[str, str]) -> str:
    meaning = meanings.get(str(row["reason"]))
    sentence = str(row["sentence"])
    return f"{sentence} ({meaning})" if meaning and "set aside" in sentence else sentence


def _number(value: float | None) -> str:
    return "" if value is None else formats.count(round(float(value), 1))


def _difference(value: float | None) -> str:
    if value is None:
        return ""
    number = round(float(value), 1)
    return formats.signed(number, 0 if number.is_integer() else 1)
