"""Practices of the first 90 days as pages write them: what goes with what, said as association."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.verdicts import (
    COUNTED,
    GOES_WITH_BETTER,
    GOES_WITH_WORSE,
    NO_CLEAR_LINK,
    NOT_MEASURED,
    TOO_FEW,
)
from reports import formats
from reports.folding import Folded, fold
from reports.frames import records
from reports.terms import BY_NAME

ESTIMATED = (GOES_WITH_BETTER, GOES_WITH_WORSE, NO_CLEAR_LINK)
LACKING, DONE, EACH = "lacking", "done", "each"
NAMED = 5  # more sentences than this, and nobody reads any
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Link:
    """How a practice and an outcome go together.

    Attributes:
        text: the difference; empty where there is none.
        range_text: its interval.
        status: what may be said.
        is_clear: whether it is more than chance.
        potential: by what practices are listed; none without an estimate.
    """

    text: str
    range_text: str
    status: str
    is_clear: bool
    potential: float | None


@dataclass(frozen=True)
class Practice:
    """One row of the table: a practice, who lacks it, and its links, an outcome each."""

    label: str
    sentence: str
    lacking: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Dose:
    """How outcomes move with the amount of a practice: each band beside the lowest."""

    label: str
    lowest: str
    bands: tuple[tuple[str, tuple[Link, ...]], ...]


@dataclass(frozen=True)
class Practices:
    """What a page says of the first 90 days of pairings.

    Attributes:
        outcomes: the outcomes, in their order.
        sentences: what to change first, the most promising first.
        rows: every practice with an estimate, likewise.
        doses: amounts, band by band.
        without: practices without any estimate.
    """

    outcomes: tuple[str, ...]
    sentences: tuple[str, ...]
    rows: tuple[Practice, ...]
    doses: tuple[Dose, ...]
    without: tuple[Folded[str], ...]

    @property
    def definition_href(self) -> str:
        """Where the glossary says what a difference is."""
        return BY_NAME["difference"].href


def practices(frame: pd.DataFrame, program: str) -> Practices | None:
    """Return what a page says of the practices of one program, or of all.

    Args:
        frame: the result table `drivers`.
        program: its id, or `all`.
    """
    rows = records(frame[frame["program"] == program])
    if not rows:
        return None
    outcomes = {row["outcome"]: row["outcome_label"] for row in rows if row["outcome_label"]}
    by_driver: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_driver.setdefault(row["driver"], []).append(row)
    estimated = [own for own in by_driver.values() if any(_is_estimated(row) for row in own)]
    listed = sorted(estimated, key=lambda own: (-_most(own), own[0]["label"]))
    return Practices(
        outcomes=tuple(outcomes.values()),
        sentences=_sentences(rows),
        rows=tuple(_practice(own, outcomes) for own in listed),
        doses=tuple(_doses(listed, outcomes)),
        without=fold(_why(own) for own in by_driver.values() if own not in estimated),
    )


def _is_estimated(row: dict[str, Any]) -> bool:
    return row["status"] in ESTIMATED and row["contrast"] in (DONE, EACH)


def _most(rows: Iterable[dict[str, Any]]) -> float:
    """Return the largest promise of a practice; what is clear comes before all that is not."""
    return max(
        (1 if row["status"] == GOES_WITH_BETTER else 0) + float(row["potential"] or 0)
        for row in rows
        if _is_estimated(row)
    )


def _sentences(rows: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    clear = [
        row
        for row in rows
        if row["status"] == GOES_WITH_BETTER
        and row["contrast"] in (DONE, EACH)
        and row["lacking_share"] is not None
    ]
    ordered = sorted(clear, key=lambda r: (-float(r["potential"] or 0), r["driver"], r["outcome"]))
    first_of_each = {row["driver"]: row for row in reversed(ordered)}
    return tuple(_sentence(r) for r in ordered if first_of_each[r["driver"]] is r)[:NAMED]


def _sentence(row: dict[str, Any]) -> str:
    decimals = _decimals(row)
    size = f"{formats.decimal(100 * abs(row['difference']), decimals)} points"
    low, high = (formats.decimal(100 * row[name], decimals) for name in ("ci_low", "ci_high"))
    found = str(row["said"]).format(difference=f"{size} more")
    lacking = f"{formats.percent(row['lacking_share'])} of pairings {row['lacking']}"
    return f"{lacking}; {row['doing']} {found}, {low} to {high}."


def _decimals(row: dict[str, Any]) -> int:
    return 1 if row["contrast"] == EACH else 0


def _practice(rows: list[dict[str, Any]], outcomes: dict[str, str]) -> Practice:
    first = rows[0]
    lacking = next((row for row in rows if row["contrast"] == LACKING), None)
    is_counted = lacking is not None and lacking["status"] == COUNTED
    main = {row["outcome"]: row for row in rows if row["contrast"] in (DONE, EACH)}
    return Practice(
        label=str(first["label"]),
        sentence=str(first["sentence"]),
        lacking=f"{formats.percent(first['lacking_share'])} {first['lacking']}"
        if is_counted
        else TOO_FEW,
        links=tuple(_link(main[name]) for name in outcomes),
    )


def _link(row: dict[str, Any]) -> Link:
    if row["status"] not in ESTIMATED:
        reason = row["reason"] if row["status"] == NOT_MEASURED else None
        status = str(row["status"])
        return Link("", "", f"{status}: {reason}" if reason else status, False, None)
    decimals = _decimals(row)
    value, low, high = (
        formats.signed(100 * float(row[name]), decimals)
        for name in ("difference", "ci_low", "ci_high")
    )
    return Link(
        text=f"{value} point" + ("" if value[-1:] == "1" and len(value) == 2 else "s"),
        range_text=f"from {low} to {high}",
        status=str(row["status"]),
        is_clear=row["status"] != NO_CLEAR_LINK,
        potential=row["potential"],
    )


def _doses(listed: list[list[dict[str, Any]]], outcomes: dict[str, str]) -> Iterable[Dose]:
    """Yield the amounts of which some band has an estimate."""
    for own in listed:
        banded: dict[str, dict[str, dict[str, Any]]] = {}
        for row in own:
            if row["contrast"] not in (LACKING, DONE, EACH):
                banded.setdefault(row["contrast"], {})[row["outcome"]] = row
        if any(row["status"] in ESTIMATED for of in banded.values() for row in of.values()):
            in_order = sorted(banded, key=_place)
            yield Dose(
                label=str(own[0]["label"]),
                lowest=f"fewer than {NUMBER.findall(in_order[0])[0]}",
                bands=tuple(
                    (name, tuple(_link(banded[name][outcome]) for outcome in outcomes))
                    for name in in_order
                ),
            )


def _place(band: str) -> int:
    return int(NUMBER.findall(band)[0])


def _why(rows: list[dict[str, Any]]) -> tuple[str, str]:
    """Return why a practice has no estimate, and what it is called."""
    lacking = next(row for row in rows if row["contrast"] == LACKING)
    missing = lacking["status"] == NOT_MEASURED
    return f"{NOT_MEASURED}: {lacking['reason']}" if missing else TOO_FEW, str(rows[0]["label"])
