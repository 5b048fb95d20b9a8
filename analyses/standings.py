"""Standings: where a measure stands against the year before and against the other programs.

They are worked out from what is published, after disclosure control, and so tell nothing more.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from analyses.results import STANDINGS
from analyses.sensitivity import benjamini_hochberg
from analyses.targets import POPULATIONS

YEAR_BEFORE, OTHER_PROGRAMS = "the year before", "the other programs"
BETTER, WORSE, NOT_APART = "better", "worse", "no clear difference"
# Up to this q a difference is called one: of those that are, one in twenty is chance.
Q_THRESHOLD = 0.05
CONFIDENCE = 0.95
RANGE = ["value", "ci_low", "ci_high"]
CELL = ["measure", "program", "population", "period_grain", "period_start", *RANGE]
Cell = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """The distance of two numbers with its interval."""

    change: float
    ci_low: float
    ci_high: float

    @property
    def p_value(self) -> float:
        """The p at which the interval would end at zero, with the normal distribution."""
        nearest = self.ci_low if self.change > 0 else self.ci_high
        half = abs(self.change - nearest)
        if half == 0:
            return 1.0 if self.change == 0 else 0.0
        normal = NormalDist()
        z = abs(self.change) / half * normal.inv_cdf(0.5 + CONFIDENCE / 2)
        return 2 * (1 - normal.cdf(z))


@dataclass(frozen=True)
class Standing:
    """One measure beside one thing; the columns of the result table."""

    program: str
    measure: str
    population: str
    compared_with: str
    period_start: dt.date | None
    value: float
    compared_value: float
    change: float
    ci_low: float
    ci_high: float
    p_value: float
    unit: str
    q_value: float = math.nan
    standing: str = NOT_APART


def standings(
    metrics: pd.DataFrame, measures: pd.DataFrame, *, programs: Sequence[str]
) -> pd.DataFrame:
    """Return the result table `standings`: no row where there is nothing to compare.

    Args:
        metrics: the published result table `metrics`.
        measures: the result table `measures`.
        programs: ids of the programs there are.

    Assumes that the people of two years, and those of two programs, are others: where they are the
    same people, their numbers are closer than the interval says. Differences are named up to a q of
    5 % over all of them (Benjamini-Hochberg).

    Source: MOVER, the interval of a difference from those of its parts; Zou & Donner, Stat. Med. 27
    (2008) 1693-1702.
    """
    directed = measures[measures["direction"].isin(["up", "down"])].set_index("measure")
    whole = metrics[metrics["dimension"].eq("all") & metrics["measure"].isin(directed.index)]
    by_measure: dict[str, list[Cell]] = defaultdict(list)
    for cell in whole.dropna(subset=RANGE)[CELL].to_dict("records"):
        by_measure[str(cell["measure"])].append({str(name): one for name, one in cell.items()})
    rows: list[Standing] = []
    for measure, cells in sorted(by_measure.items()):
        known = sorted({str(cell["population"]) for cell in cells})
        population = next(name for name in (*POPULATIONS, *known) if name in known)
        own = [cell for cell in cells if cell["population"] == population]
        unit = str(directed.loc[measure, "unit"])
        rows += _against_the_year_before(own, unit)
        rows += _against_the_others(own, unit, programs)
    judged = _judged(rows, directed["direction"].to_dict())
    return pd.DataFrame(
        [{name: getattr(row, name) for name in STANDINGS} for row in judged],
        columns=list(STANDINGS),
    )


def difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Return the first less the second of two independent (value, ci_low, ci_high)."""
    return less_the_mean(first, [second])


def less_the_mean(first: Sequence[float], others: Sequence[Sequence[float]]) -> Difference:
    """Return a number less the plain mean of others, all of them independent.

    Each is `(value, ci_low, ci_high)`. With one other it is the plain difference.
    """
    value, low, high = first
    means, lows, highs = (np.array([one[i] for one in others], dtype=float) for i in range(3))
    n = len(others)
    change = value - float(means.mean())
    down = math.hypot(value - low, float(np.sqrt(((highs - means) ** 2).sum())) / n)
    up = math.hypot(high - value, float(np.sqrt(((means - lows) ** 2).sum())) / n)
    return Difference(change, change - down, change + up)


def _against_the_year_before(cells: Sequence[Cell], unit: str) -> Iterator[Standing]:
    years = {
        (str(cell["program"]), pd.Timestamp(cell["period_start"]).year): cell
        for cell in cells
        if cell["period_grain"] == "year"
    }
    newest: dict[str, int] = {}
    for program, year in years:
        newest[program] = max(year, newest.get(program, year))
    for program, year in sorted(newest.items()):
        before = years.get((program, year - 1))
        if before is not None:
            last = years[program, year]
            found = difference(_range(last), _range(before))
            yield _standing(last, YEAR_BEFORE, before["value"], found, unit)


def _against_the_others(
    cells: Sequence[Cell], unit: str, programs: Sequence[str]
) -> Iterator[Standing]:
    whole = {str(cell["program"]): cell for cell in cells if cell["period_grain"] == "all"}
    known = [program for program in programs if program in whole]
    for program in known:
        others = [_range(whole[one]) for one in known if one != program]
        if others:
            row = whole[program]
            found = less_the_mean(_range(row), others)
            mean = row["value"] - found.change
            yield replace(_standing(row, OTHER_PROGRAMS, mean, found, unit), period_start=None)


def _range(row: Cell) -> tuple[float, float, float]:
    return float(row["value"]), float(row["ci_low"]), float(row["ci_high"])


def _standing(
    row: Cell, compared_with: str, compared_value: float, found: Difference, unit: str
) -> Standing:
    return Standing(
        program=row["program"],
        measure=row["measure"],
        population=row["population"],
        compared_with=compared_with,
        period_start=pd.Timestamp(row["period_start"]).date(),
        value=float(row["value"]),
        compared_value=float(compared_value),
        change=found.change,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        p_value=found.p_value,
        unit=unit,
    )


def _judged(rows: list[Standing], direction: dict[str, str]) -> Iterator[Standing]:
    """Yield the rows with their q, over all of them, and what it says."""
    q_values = benjamini_hochberg(np.array([row.p_value for row in rows], dtype=float))
    for row, q_value in zip(rows, q_values, strict=True):
        is_good = (row.change > 0) == (direction[row.measure] == "up")
        status = NOT_APART
        if q_value <= Q_THRESHOLD:
            status = BETTER if is_good else WORSE
        yield replace(row, q_value=float(q_value), standing=status)
