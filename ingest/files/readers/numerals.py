"""Numbers, dates and times of spreadsheets, as the texts that stand for them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

# How a number is shown: as itself, as a date (with or without a time), a time, or a duration.
Look = Literal["number", "date", "time", "duration"]

DAY_MILLISECONDS = 86_400_000
LAST_SERIAL = 2_958_465
LAST_SERIAL_1904 = LAST_SERIAL - 1_462
# The day that the calendar of 1900 has and no other calendar knows.
LEAP_DAY_OF_1900 = 60
# A spreadsheet keeps so many digits of a number; an id longer than this has lost its end.
DIGITS_MAX = 15

BUILT_IN_LOOKS: dict[int, Look] = {
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), *range(34, 37)), "date"),
    **dict.fromkeys(range(50, 59), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), "time"),
    46: "duration",
}
# What in a number format is not a pattern: quoted text, escaped, filling and skipping characters.
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|AM/PM|A/P', re.IGNORECASE)
BRACKETED = re.compile(r"\[([^\[\]]*)\]")
ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)

ERRORS = (
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#GETTING_DATA",
    "#NOT CALCULATED!",
)
# Stands where a formula has no value: the program that wrote the file did not calculate it.
NOT_CALCULATED = ERRORS[-1]


def look_of(number_format: str) -> Look:
    """Return how a number format shows a number."""
    first = LITERAL.sub("", number_format).split(";")[0]
    if first.strip().lower() == "general":
        return "number"
    if any(ELAPSED.fullmatch(inner) for inner in BRACKETED.findall(first)):
        return "duration"
    pattern = BRACKETED.sub("", first).lower()
    if "d" in pattern or "y" in pattern:
        return "date"
    if "h" in pattern or "s" in pattern:
        return "time"
    return "date" if "m" in pattern else "number"


def number_of(text: str, *, decimal: str) -> str:
    """Return a number without an exponent, whole or with the declared sign before decimals."""
    return plain_number(text).replace(".", decimal)


def plain_number(text: str) -> str:
    """Return a number without an exponent, and a whole one without a point."""
    if text.isdecimal() and text.isascii():
        return text.lstrip("0") or "0"
    try:
        number = Decimal(text)
        # A double holds whatever a spreadsheet can; what it cannot hold is not a number here.
        nearest = Decimal(repr(float(text)))
    except (InvalidOperation, ValueError, OverflowError):
        return text
    if "_" in text or not number.is_finite() or not nearest.is_finite():
        return text
    if number == number.to_integral_value():
        return f"{number.to_integral_value():f}".removeprefix("-0") or "0"
    return f"{nearest:f}"


def has_lost_digits(number: str) -> bool:
    """Return whether a whole number has more digits than a spreadsheet keeps."""
    digits = number.lstrip("-")
    return len(digits) > DIGITS_MAX and digits.isdecimal()


def as_rounded(number: str, *, decimal: str) -> str:
    """Return a whole number as a spreadsheet shows a long one: 1.2345E+17, with every digit.

    Whoever reads it as an id sees that its end may be lost.
    """
    return f"{Decimal(number):E}".replace(".", decimal)


@lru_cache(maxsize=1 << 16)
def date_of(text: str, look: Look, *, is_1904: bool) -> str:
    """Return a serial number as the date, time or duration that it is shown as.

    A number that no date stands for stays a number; the day that only the calendar of 1900 has,
    and day zero, become dates that do not exist. So neither is mistaken for a date.
    """
    try:
        milliseconds = round(float(text) * DAY_MILLISECONDS)
    except (ValueError, OverflowError):
        return text
    day, rest = divmod(milliseconds, DAY_MILLISECONDS)
    if look == "duration":
        sign = "-" if milliseconds < 0 else ""
        return sign + clock_of(abs(milliseconds))
    if milliseconds < 0 or day > (LAST_SERIAL_1904 if is_1904 else LAST_SERIAL):
        return plain_number(text)
    if day == 0 and (look == "time" or rest) and not (is_1904 and look == "date"):
        return clock_of(rest)
    date = _day_of(day, is_1904=is_1904)
    return date if rest == 0 else f"{date}T{clock_of(rest)}"


def clock_of(milliseconds: int) -> str:
    """Return a time of day or a duration as hours, minutes and seconds."""
    seconds, fraction = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    text = f"{hour:02d}:{minute:02d}:{second:02d}"
    return f"{text}.{fraction:03d}" if fraction else text


def moment_of(text: str) -> str:
    """Return an ISO date and time, without the time when it is midnight."""
    return re.sub(r"T00:00(:00(\.0*)?)?$", "", text)


def _day_of(day: int, *, is_1904: bool) -> str:
    if is_1904:
        return (dt.date(1904, 1, 1) + dt.timedelta(days=day)).isoformat()
    if day == 0:
        return "1900-01-00"
    if day == LEAP_DAY_OF_1900:
        return "1900-02-29"
    first = dt.date(1899, 12, 31) if day < LEAP_DAY_OF_1900 else dt.date(1899, 12, 30)
    return (first + dt.timedelta(days=day)).isoformat()
