"""Intervals drawn beside their numbers: a dot, its range, and one scale for all that are compared.

Plain SVG with percentages: it needs no script, prints, and follows the page's colors.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports import formats
from reports.charts import Style
from reports.effects import Effect
from reports.numbers import Cell

MOST_STEPS = 5
PADDING = 4.0  # percent of the width kept free at both ends, so that a dot is never cut


@dataclass(frozen=True)
class Scale:
    """A horizontal axis: where an amount lies, in percent of the width."""

    low: float
    high: float
    unit: str

    def at(self, value: float) -> str:
        """Return the position of an amount as an SVG percentage."""
        share = (value - self.low) / (self.high - self.low)
        return f"{PADDING + min(max(share, 0), 1) * (100 - 2 * PADDING):.2f}%"

    @property
    def ends(self) -> tuple[str, str]:
        """The amounts at both ends, as text."""
        return _short(self.low, self.unit), _short(self.high, self.unit)


@dataclass(frozen=True)
class Mark:
    """One labeled number on a strip."""

    label: str
    cell: Cell
    style: Style


@dataclass(frozen=True)
class Strip:
    """A few numbers of one measure on one scale; without a scale none of them is shown."""

    marks: tuple[Mark, ...]
    scale: Scale | None

    @property
    def summary(self) -> str:
        """What somebody who cannot see the strip is told."""
        return "; ".join(
            " ".join(filter(None, (mark.label, mark.cell.text, mark.cell.range_text)))
            for mark in self.marks
        )


def strip(marks: Sequence[Mark]) -> Strip:
    """Return the numbers on a common scale."""
    return Strip(tuple(marks), scale_around(mark.cell for mark in marks))


def scale_around(cells: Iterable[Cell]) -> Scale | None:
    """Return a scale with round ends that holds every interval, or None when no number is shown."""
    shown = [cell for cell in cells if cell.is_shown]
    values = [v for c in shown for v in (c.value, c.ci_low, c.ci_high) if v is not None]
    if not values:
        return None
    how = formats.unit(shown[0].unit)
    low, high = round_ends(min(values), max(values), lowest=how.lowest, highest=how.highest)
    return Scale(low, high, shown[0].unit)


def scale_of(effects: Iterable[Effect]) -> Scale | None:
    """Return a scale that holds every interval of these effects, and zero."""
    shown = [effect for effect in effects if effect.is_shown]
    values = [v for e in shown for v in (e.effect, e.ci_low, e.ci_high) if v is not None]
    if not values:
        return None
    low, high = round_ends(min(*values, 0.0), max(*values, 0.0), lowest=-1, highest=1)
    return Scale(low, high, "difference")


def round_ends(
    low: float, high: float, *, lowest: float | None, highest: float | None
) -> tuple[float, float]:
    """Return round numbers around a range, never beyond what the measure can be."""
    span = max(high - low, abs(high) * 0.05, 0.01)
    power = 10.0 ** (math.floor(math.log10(span)) - 1)
    step = next(power * m for m in (2, 5, 10, 20, 50, 100) if span <= power * m * MOST_STEPS)
    margin = span * 0.05
    start, end = math.floor((low - margin) / step) * step, math.ceil((high + margin) / step) * step
    if lowest is not None:
        start = max(start, lowest)
    if highest is not None:
        end = min(end, highest)
    return round(start, 10), round(end, 10)


def _short(value: float, unit_name: str) -> str:
    how = formats.unit(unit_name)
    suffix = {"share": how.suffix, "difference": " points"}.get(unit_name, "")
    sign = "+" if unit_name == "difference" and value > 0 else ""
    return sign + f"{value * how.scale:.10g}".replace("-", formats.MINUS) + suffix
