"""Load by load: what every table held, drawn so that a change stands out.

Plain SVG with percentages, as the strips: it needs no script, prints, and follows the page's
colors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from reports import formats
from reports.frames import date, records

PADDING = 3.0  # percent of the width kept free at both ends, so that a dot is never cut
HEADROOM = 12.0  # the same for the height
# Shares of rows in quarantine are drawn up to this at least, so that a few rows look few.
SHARE_DRAWN_MIN = 0.02


@dataclass(frozen=True)
class Dot:
    """One number of one load: where it stands, in percent, and in words."""

    x: float
    y: float
    words: str
    is_marked: bool


@dataclass(frozen=True)
class Line:
    """One number of one table over the loads.

    Attributes:
        dots: one per load that held the table.
        steps: the lines between loads that follow each other.
        now: the number in the newest load.
    """

    dots: tuple[Dot, ...]
    steps: tuple[tuple[Dot, Dot], ...]
    now: str

    @property
    def summary(self) -> str:
        """What somebody who cannot see the line is told."""
        first, last = self.dots[0], self.dots[-1]
        return first.words if first is last else f"{first.words}; {last.words}"


@dataclass(frozen=True)
class Held:
    """One table in one load, in words."""

    number: str
    as_of: str
    table: str
    rows: str
    change: str
    quarantined: str
    failed: str


@dataclass(frozen=True)
class TableDrift:
    """One table over the loads: its rows, the share in quarantine, the promises it broke."""

    table: str
    change: str
    rows: Line
    quarantined: Line
    failed: Line


@dataclass(frozen=True)
class Drift:
    """Every table over the loads, the newest load last.

    Attributes:
        ends: the first and the last load, by number and the day that each describes.
        share_max: what the highest point of a share in quarantine stands for.
        failed_max: what the highest point of broken promises stands for.
        tables: one per table of the newest load.
        held: one per load and table, newest load first.
    """

    loads_n: int
    ends: tuple[str, str]
    share_max: str
    failed_max: str
    tables: tuple[TableDrift, ...]
    held: tuple[Held, ...]


def drift(loads: pd.DataFrame) -> Drift | None:
    """Return the loads as they are drawn; nothing without a load.

    Args:
        loads: the result table `loads`.
    """
    rows = sorted(records(loads), key=lambda row: (int(row["load_number"]), str(row["table"])))
    if not rows:
        return None
    first, last = int(rows[0]["load_number"]), int(rows[-1]["load_number"])
    share_max = max(SHARE_DRAWN_MIN, *(float(row["quarantined_share"] or 0) for row in rows))
    failed_max = max(1, *(int(row["failed_n"]) for row in rows))
    names = [str(row["table"]) for row in rows if int(row["load_number"]) == last]

    def across(number: int) -> float:
        share = (number - first) / (last - first) if last > first else 1
        return PADDING + share * (100 - 2 * PADDING)

    def line(own: Sequence[dict[str, Any]], column: str, top: float, unit: str) -> Line:
        dots = {
            int(row["load_number"]): Dot(
                across(int(row["load_number"])),
                _height(float(row[column] or 0) / top),
                f"{_words(row[column], unit)} in load {row['load_number']}, {_day(row)}",
                # Where nothing is in quarantine, the promise was broken by something else.
                is_marked=bool(row["failed_n"]) and (unit != "share" or bool(row[column])),
            )
            for row in own
        }
        return Line(
            tuple(dots.values()),
            tuple((dots[a], dots[b]) for a, b in pairwise(dots) if b == a + 1),
            _words(own[-1][column], unit),
        )

    def table(name: str) -> TableDrift:
        own = [row for row in rows if row["table"] == name]
        return TableDrift(
            name,
            _change(own[-1]),
            line(own, "rows_n", max(1, *(int(row["rows_n"]) for row in own)), "rows"),
            line(own, "quarantined_share", share_max, "share"),
            line(own, "failed_n", failed_max, "broken"),
        )

    return Drift(
        last - first + 1,
        (_load(rows[0]), _load(rows[-1])),
        formats.amount(share_max, "share"),
        formats.count(failed_max),
        tuple(table(name) for name in names),
        tuple(_held(row) for row in sorted(rows, key=lambda row: -int(row["load_number"]))),
    )


def _height(share: float) -> float:
    """Return how far from the top a share of the height is, in percent."""
    return 100 - HEADROOM - min(max(share, 0), 1) * (100 - 2 * HEADROOM)


def _held(row: dict[str, Any]) -> Held:
    return Held(
        formats.count(row["load_number"]),
        _day(row),
        str(row["table"]),
        formats.count(row["rows_n"]),
        _change(row),
        _words(row["quarantined_share"], "share"),
        f"{formats.count(row['failed_n'])} of {formats.count(row['expectations_n'])}",
    )


def _words(value: float | None, unit: str) -> str:
    if value is None:
        return "no record"
    if unit == "share":
        return formats.amount(value, "share")
    return formats.count(value) if unit == "broken" else formats.plural(value, "row")


def _change(row: dict[str, Any]) -> str:
    """Return how a load differs from the one before, as in `+2.4 %`."""
    change = row["change_share"]
    if change is None:
        return "first load"
    return "as before" if change == 0 else formats.difference(change, "change")


def _load(row: dict[str, Any]) -> str:
    return f"load {row['load_number']}, {_day(row)}"


def _day(row: dict[str, Any]) -> str:
    as_of = date(row["as_of"])
    return "day not known" if as_of is None else as_of.isoformat()
