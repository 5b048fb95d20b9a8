"""Early warnings as pages write them: how many are open, and how far they are to be believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.verdicts import COUNTED, NOT_MEASURED
from reports import formats
from reports.definitions import Definition
from reports.folding import Folded, fold
from reports.frames import date, records
from reports.terms import BY_NAME

ANY, WHOLE = "any", "all"
FIGURES = ("open", "precision", "without", "recall")
LATER = ("resolved", "ended", "still_open")


@dataclass(frozen=True)
class Figure:
    """One number of a warning.

    Attributes:
        definition: what it is.
        text: the number, or why there is none.
        range_text: its interval; empty without one.
        is_shown: whether there is a number.
    """

    definition: Definition
    text: str
    range_text: str
    is_shown: bool


@dataclass(frozen=True)
class Warned:
    """One warning: when it is raised, what to do, and its numbers in the order of `FIGURES`."""

    label: str
    sentence: str
    to_do: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class EarlyWarnings:
    """What a page says of early warnings.

    Attributes:
        rows: each warning of which there is a number, and any of them first.
        later: what became of the warnings of the list before.
        since: the day of that list; none where there was none.
        without: warnings of which there is none.
        cohorts: the program's cohorts by how many of their pairings are warned about.
    """

    rows: tuple[Warned, ...]
    later: tuple[Figure, ...]
    since: dt.date | None
    without: tuple[Folded[str], ...]
    cohorts: tuple[Folded[str], ...]


def early_warnings(frame: pd.DataFrame, program: str) -> EarlyWarnings | None:
    """Return what a page says of the warnings of one program, or of all.

    Args:
        frame: the result table `warnings`.
        program: its id, or `all`.
    """
    of_program = frame[frame["program"] == program]
    is_whole = of_program["cohort"] == WHOLE
    rows = records(of_program[is_whole])
    if not rows:
        return None
    by_rule: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_rule.setdefault(str(row["rule"]), {})[str(row["figure"])] = row
    is_told = {name: _is_told(own) for name, own in by_rule.items()}
    ordered = sorted(by_rule, key=lambda name: (name != ANY, str(by_rule[name]["open"]["label"])))
    of_any = by_rule.get(ANY, {})
    later = [of_any[name] for name in LATER if name in of_any]
    return EarlyWarnings(
        rows=tuple(_warned(by_rule[name]) for name in ordered if is_told[name]),
        later=tuple(_figure(row) for row in later),
        since=date(later[0]["since_on"]) if later else None,
        without=fold(_why(by_rule[name]["open"]) for name in ordered if not is_told[name]),
        cohorts=_cohorts(records(of_program[~is_whole]), program),
    )


def _cohorts(rows: list[dict[str, Any]], program: str) -> tuple[Folded[str], ...]:
    """Return the cohorts of a program, newest first, by how many pairings are warned about."""
    newest = sorted(rows, key=lambda row: str(row["cohort"]), reverse=True)
    return fold(
        (_figure(row).text, str(row["cohort"]).removeprefix(f"{program} ")) for row in newest
    )


def _is_told(figures: Mapping[str, dict[str, Any]]) -> bool:
    """Return whether a warning has a number of its own; trouble without it is none."""
    return any(figures[name]["status"] == COUNTED for name in ("open", "precision", "recall"))


def _warned(figures: Mapping[str, dict[str, Any]]) -> Warned:
    first = figures["open"]
    return Warned(
        label=str(first["label"]),
        sentence=str(first["sentence"]),
        to_do=str(first["to_do"] or ""),
        figures=tuple(_figure(figures[name]) for name in FIGURES),
    )


def _figure(row: dict[str, Any]) -> Figure:
    definition = BY_NAME[str(row["figure"])]
    is_share = row["unit"] == "share"
    if row["status"] != COUNTED:
        return Figure(definition, str(row["status"]), "", False)
    if not is_share:
        return Figure(definition, f"about {formats.count(row['value'])}", "", True)
    value, low, high = (formats.percent(row[name]) for name in ("value", "ci_low", "ci_high"))
    return Figure(definition, value, f"from {low} to {high}", True)


def _why(row: dict[str, Any]) -> tuple[str, str]:
    """Return why a warning has no number, and what it is called."""
    reason = str(row["reason"] or "")
    if row["status"] != NOT_MEASURED:
        shown = str(row["status"])
    else:
        shown = f"{NOT_MEASURED}: {reason}" if reason.startswith("needs") else "switched off"
    return shown, str(row["label"])
