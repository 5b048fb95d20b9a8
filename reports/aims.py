"""Targets as pages write them: what is to be, what is, and what may be said of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.targets import BEHIND, MET, MISSED, TOO_FEW
from reports import formats
from reports.definitions import Catalog, Definition
from reports.frames import date, records

TONES = {MET: "good", MISSED: "bad", BEHIND: "bad"}
LATE = "declared after its time had begun"


@dataclass(frozen=True)
class Aim:
    """One target of one program, or of all of them.

    Attributes:
        definition: of the measure.
        program: whose, by id; `all` is everybody.
        population: of whom the number is.
        status: what may be said of it.
        goal: what is to be, as in `at least 80.0 % by December 31, 2026`.
        found: what is, as in `74.6 % in 2025, from 61.3 % to 84.4 %`; empty without a number.
        note: why nothing can be told, where it should be by now, and whether it came late.
        value: the target itself, for the charts.
        is_late: whether it was declared after its time had begun.
        brief: what is, and what is to be, in a few words.
    """

    definition: Definition
    program: str
    population: str
    status: str
    goal: str
    found: str
    note: str
    value: float
    is_late: bool
    brief: str

    @property
    def tone(self) -> str:
        """How its badge looks; the words say the same without any color."""
        return TONES.get(self.status, "neutral")


def aims(frame: pd.DataFrame, catalog: Catalog) -> tuple[Aim, ...]:
    """Return the targets in the order in which they are declared.

    Args:
        frame: the result table `targets`.
        catalog: the measures.
    """
    rows = sorted(records(frame), key=lambda row: int(row["target_number"]))
    return tuple(_aim(row, catalog[str(row["measure"])]) for row in rows)


def _aim(row: dict[str, Any], definition: Definition) -> Aim:
    unit = str(row["unit"] or definition.unit)
    least = "at most" if definition.direction == "down" else "at least"
    due_on = date(row["due_on"])
    by = f" by {formats.day(due_on)}" if due_on else ""
    goal = f"{least} {formats.amount(float(row['target_value']), unit)}"
    found = _found(row, unit)
    return Aim(
        definition=definition,
        program=str(row["program"]),
        population=str(row["population"]),
        status=str(row["target_status"]),
        goal=goal + by,
        found=found,
        note="; ".join(filter(None, _notes(row, unit))),
        value=float(row["target_value"]),
        is_late=bool(row["is_declared_late"]),
        brief=f"{found.partition(',')[0]}, {goal}" if found else goal,
    )


def _found(row: dict[str, Any], unit: str) -> str:
    if row["value"] is None or row["is_suppressed"]:
        return ""
    starts_on: dt.date | None = date(row["period_start"])
    text = (
        f"{formats.amount(float(row['value']), unit)} in "
        f"{formats.period(starts_on, str(row['period_grain']))}"
    )
    if row["ci_low"] is None or row["ci_high"] is None:
        return text
    return f"{text}, {formats.interval(float(row['ci_low']), float(row['ci_high']), unit)}"


def _notes(row: dict[str, Any], unit: str) -> tuple[str, ...]:
    reason = str(row["reason"] or "")
    if row["is_suppressed"] and row["target_status"] == TOO_FEW:
        reason = reason or "no number of that time can be shown"
    expected = row["expected_value"]
    by_now = "" if expected is None else f"by now {formats.amount(float(expected), unit)}"
    return (by_now, reason, LATE if row["is_declared_late"] else "")
