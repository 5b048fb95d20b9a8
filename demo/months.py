"""The company's calendar: months counted from the first one, days counted as NumPy counts them."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

FIRST_YEAR = 2019
YEARS_N = 7
MONTHS_N = 12 * YEARS_N
MARCH, APRIL, OCTOBER, NOVEMBER = 2, 3, 9, 10  # months of the year, from 0

_EPOCH = dt.date(1970, 1, 1)
_TEXT_FROM, _TEXT_UNTIL = dt.date(1995, 1, 1), dt.date(2031, 1, 1)

# A few years on either side, so that the truth can look beyond the company's last month.
_STARTS = (np.datetime64(f"{FIRST_YEAR}-01", "M") + np.arange(MONTHS_N + 49)).astype(
    "datetime64[D]"
)
MONTH_STARTS: Ints = _STARTS.astype(np.int64)


def day_number(day: dt.date) -> int:
    """Return the number of a day."""
    return (day - _EPOCH).days


def day_date(number: int) -> dt.date:
    """Return the day that a number stands for."""
    return _EPOCH + dt.timedelta(days=number)


def month_number(year: int, month: int) -> int:
    """Return the number of a month, counted from the company's first."""
    return 12 * (year - FIRST_YEAR) + month - 1


def month_of_year(month: int) -> int:
    """Return a month's place in its year, January being 0."""
    return month % 12


def days_within(rng: np.random.Generator, month: int, size: int, *, first: int = 1) -> Ints:
    """Return random days of a month, none earlier than its `first` day."""
    return rng.integers(MONTH_STARTS[month] + first - 1, MONTH_STARTS[month + 1], size=size)


def on_weekdays(days: Ints) -> Ints:
    """Return the days with Saturdays and Sundays moved to the Friday before."""
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    return days - np.maximum(weekday - 4, 0)


@cache
def _texts(pattern: str) -> Texts:
    days = range(day_number(_TEXT_FROM), day_number(_TEXT_UNTIL))
    return np.array([day_date(number).strftime(pattern) for number in days], dtype=object)


def day_texts(days: Ints, pattern: str = "%Y-%m-%d") -> Texts:
    """Return days as an export writes them; a negative day is empty."""
    known = days >= 0
    texts = _texts(pattern)[np.where(known, days, 0) - day_number(_TEXT_FROM) * known]
    return np.where(known, texts, "")


@cache
def _clock() -> Texts:
    return np.array([f"{m // 60:02}:{m % 60:02}" for m in range(24 * 60)], dtype=object)


@cache
def _seconds() -> Texts:
    return np.array([f":{second:02}" for second in range(60)], dtype=object)


def moment_texts(days: Ints, minutes: Ints) -> Texts:
    """Return moments as `2024-05-31 14:30`, from days and minutes after midnight."""
    return np.asarray(day_texts(days) + " " + _clock()[minutes])


def second_texts(seconds: Ints) -> Texts:
    """Return moments as `2024-05-31 14:30:05`, from seconds since 1970."""
    days, rest = np.divmod(seconds, 86_400)
    return np.asarray(moment_texts(days, rest // 60) + _seconds()[rest % 60])
