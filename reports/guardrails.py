"""Guardrails as pages write them: one line for leadership, the numbers for the analyst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.verdicts import (
    CANNOT_TELL,
    CONTRADICTED,
    MENTEE_RATINGS,
    MENTOR_LOAD,
    MENTOR_RETENTION,
    NOT_COMPARABLE,
    VETOED,
)
from reports import formats
from reports.absences import absence
from reports.definitions import Definition
from reports.frames import records
from reports.terms import BY_NAME


@dataclass(frozen=True)
class Wording:
    """How a guardrail is spoken of.

    Attributes:
        title: what is guarded.
        low: what a negative change is called after its size.
        high: what a positive one is.
        tolerated: the same of the margin.
    """

    title: str
    low: str
    high: str
    tolerated: str


WORDINGS = {
    MENTEE_RATINGS: Wording(
        "Ratings of mentees", "points of 100 lower", "points of 100 higher", "lower"
    ),
    MENTOR_RETENTION: Wording("Mentors who stay", "of 100 fewer", "of 100 more", "fewer"),
    MENTOR_LOAD: Wording("Mentees of a mentor", "fewer", "more", "more"),
}
WITHDRAWALS = {
    CONTRADICTED: "they differed from {them} before it began",
    VETOED: "those who want a mentor differ from {them} to begin with",
    NOT_COMPARABLE: "{them} could not be found",
}


@dataclass(frozen=True)
class Guarded:
    """One thing that must not become worse.

    Attributes:
        definition: what it is.
        title: in a few words.
        status: what may be said of it.
        text: the same as a sentence for leadership, after the status.
        value: what is guarded.
        compared_value: what it is held against.
        compared_with: whom or what that is.
        change: the distance.
        range_text: its interval.
        margin: how much worse is tolerated.
    """

    definition: Definition
    title: str
    status: str
    text: str
    value: str
    compared_value: str
    compared_with: str
    change: str
    range_text: str
    margin: str


def guarded(frame: pd.DataFrame) -> tuple[Guarded, ...]:
    """Return the guardrails in their order.

    Args:
        frame: the result table `guardrails`.
    """
    rows = {str(row["guardrail"]): row for row in records(frame)}
    return tuple(_guarded(rows[name]) for name in WORDINGS if name in rows)


def _guarded(row: dict[str, Any]) -> Guarded:
    name = str(row["guardrail"])
    is_load = name == MENTOR_LOAD
    unit = {MENTOR_LOAD: "", MENTEE_RATINGS: "difference"}.get(name, "share")

    def amount(column: str) -> str:
        return "" if row[column] is None else formats.amount(float(row[column]), unit)

    low, high = (row[column] for column in ("ci_low", "ci_high"))
    has_range = low is not None and high is not None
    return Guarded(
        definition=BY_NAME[name],
        title=WORDINGS[name].title,
        status=str(row["status"]),
        text=_text(row, WORDINGS[name]),
        value=amount("value"),
        compared_value=amount("compared_value"),
        compared_with=str(row["compared_with"]),
        change=_change(row["change"], is_load=is_load),
        range_text=_range(float(low), float(high), is_load=is_load) if has_range else "",
        margin=_size(float(row["margin"]), is_load=is_load),
    )


def _change(value: float | None, *, is_load: bool) -> str:
    if value is None:
        return ""
    return f"{value:+.2f}".replace("-", formats.MINUS) if is_load else formats.points(value)


def _range(low: float, high: float, *, is_load: bool) -> str:
    first = _change(low, is_load=True) if is_load else formats.bare_points(low)
    return f"from {first} to {_change(high, is_load=is_load)}"


def _size(value: float, *, is_load: bool) -> str:
    decimals = 2 if is_load else 1
    return formats.decimal(abs(value) * (1 if is_load else 100), decimals).rstrip("0").rstrip(".")


def _text(row: dict[str, Any], words: Wording) -> str:
    """Return what stands behind a status: the range and the margin, or what is missing."""
    reason = str(row["reason"] or "")
    if row["status"] == CANNOT_TELL and reason:
        return WITHDRAWALS.get(reason, reason).format(them=str(row["compared_with"]))
    if row["ci_low"] is None:
        known = absence(reason)
        return known.short if known else reason
    is_load = row["guardrail"] == MENTOR_LOAD
    low, high = (_directed(float(row[c]), words, is_load=is_load) for c in ("ci_low", "ci_high"))
    margin = float(row["margin"])
    limit = f"; up to {_size(margin, is_load=is_load)} {words.tolerated} is tolerated" if (
        margin
    ) else ""  # fmt: skip
    return f"the data fit anything from {low} to {high} than {row['compared_with']}{limit}"


def _directed(value: float, words: Wording, *, is_load: bool) -> str:
    size = _size(value, is_load=is_load)
    return "none" if size == "0" else f"{size} {words.high if value > 0 else words.low}"
