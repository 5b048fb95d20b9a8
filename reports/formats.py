"""How numbers, ranges and dates are written on every page and in every download."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass

from workspace.spreadsheets import neutralized

THIN = "\u202f"  # narrow no-break space: between thousands, and before a percent sign
MINUS = "\u2212"


@dataclass(frozen=True)
class Unit:
    """How an amount of one unit is written.

    Attributes:
        scale: what the stored number is multiplied by.
        decimals: digits after the point.
        suffix: what follows the number.
        is_signed: whether a plus is written.
        lowest: the smallest stored amount there can be, where there is one.
        highest: the largest stored amount there can be, where there is one.
    """

    scale: float = 1
    decimals: int = 2
    suffix: str = ""
    is_signed: bool = False
    lowest: float | None = None
    highest: float | None = None


def unit(name: str) -> Unit:
    """Return how amounts of the unit with this name are written."""
    if name == "share":
        return Unit(scale=100, decimals=1, suffix=f"{THIN}%", lowest=0, highest=1)
    if name == "change":
        return Unit(scale=100, decimals=1, suffix=f"{THIN}%", is_signed=True)
    if name == "difference":
        return Unit(scale=100, decimals=1, suffix=" points", is_signed=True)
    if name == "days":
        return Unit(decimals=1, suffix=" days")
    if name == "ratio":
        return Unit(lowest=0)
    if name.startswith("NPS"):
        return Unit(decimals=1, is_signed=True, lowest=-100, highest=100)
    if "per average headcount" in name:
        return Unit(scale=100, decimals=1, suffix=" per 100", lowest=0)
    scale = re.search(r"\((-?\d+)\s*[-\u2013]\s*(\d+)\)", name)
    if name.startswith("points"):
        low, high = (float(scale[1]), float(scale[2])) if scale else (None, None)
        return Unit(decimals=2, suffix=" points", lowest=low, highest=high)
    return Unit(suffix=f" {name}" if name else "")


def amount(value: float, unit_name: str) -> str:
    """Return an amount with its unit, as in `86.1 %`."""
    how = unit(unit_name)
    return _decimal(value * how.scale, how.decimals, is_signed=how.is_signed) + how.suffix


def difference(value: float, unit_name: str) -> str:
    """Return the distance between two amounts, always signed, as in `+7.9 points`."""
    how = unit(unit_name)
    suffix = " points" if unit_name == "share" else how.suffix
    return _decimal(value * how.scale, how.decimals, is_signed=True) + suffix


def points(value: float) -> str:
    """Return a difference of two shares or two scores, as in `+7.9 points`."""
    return difference(value, "difference")


def bare_points(value: float) -> str:
    """Return the same without its unit, where the unit stands close by."""
    return _decimal(value * 100, 1, is_signed=True)


def unsigned_points(value: float) -> str:
    """Return the size of a difference, as in `7.9 points`."""
    return _decimal(abs(value) * 100, 1) + " points"


def decimal(number: float, decimals: int) -> str:
    """Return a plain number at so many decimals."""
    return _decimal(number, decimals)


def signed(number: float, decimals: int) -> str:
    """Return a plain number at so many decimals, a plus before what is more than nothing."""
    return _decimal(number, decimals, is_signed=True)


def percent(share: float) -> str:
    """Return a share in whole percent, as in `86 %`."""
    return f"{_decimal(100 * share, 0)}{THIN}%"


def probability(value: float) -> str:
    """Return a p-value or a q-value; what is smaller than can be told apart is said to be so."""
    return "<0.001" if value < 0.0005 else _decimal(value, 3)


def interval(low: float, high: float, unit_name: str) -> str:
    """Return a range in words, as in `from 84.1 % to 88.0 %`."""
    return f"from {amount(low, unit_name)} to {amount(high, unit_name)}"


def count(number: float) -> str:
    """Return a count with thin separators; an average headcount keeps one decimal."""
    decimals = 0 if float(number).is_integer() else 1
    return _decimal(number, decimals)


def plural(number: float, one: str, many: str | None = None) -> str:
    """Return a count with its noun, as in `1 check` and `12 checks`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def day(date: dt.date) -> str:
    """Return a date as it is written in a sentence, as in `October 31, 2026`."""
    return f"{date:%B} {date.day}, {date.year}"


def period(starts_on: dt.date | None, grain: str) -> str:
    """Return the name of a period, as in `2024 Q3`."""
    if starts_on is None or grain == "all":
        return "All years"
    if grain == "year":
        return str(starts_on.year)
    if grain == "half_year":
        return f"{starts_on.year} H{1 if starts_on.month < 7 else 2}"
    if grain == "quarter":
        return f"{starts_on.year} Q{(starts_on.month + 2) // 3}"
    return f"{starts_on:%B} {starts_on.year}"


def grain(name: str) -> str:
    """Return what a length of period is called, as in `half-year`."""
    return name.replace("_", "-")


def listing(words: str) -> str:
    """Return a comma-separated list as it is read aloud, as in `pairings, goals and meetings`."""
    parts = [part.strip() for part in words.replace(";", ",").split(",") if part.strip()]
    return " and ".join([*([", ".join(parts[:-1])] if parts[:-1] else []), *parts[-1:]])


def csv_cell(value: object) -> str:
    """Return a cell of a download: numbers stay numbers, text can never be run as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return "" if math.isnan(value) else f"{value:.10g}"
    return neutralized(str(value))


def _decimal(number: float, decimals: int, *, is_signed: bool = False) -> str:
    rounded = round(number, decimals) or 0.0  # no minus zero
    text = f"{abs(rounded):,.{decimals}f}".replace(",", THIN)
    sign = MINUS if rounded < 0 else "+" if is_signed and rounded > 0 else ""
    return sign + text
