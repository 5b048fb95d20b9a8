"""Cells of a table that people open in a spreadsheet: text that can never run as a formula."""

from __future__ import annotations

# What a spreadsheet would run as a formula when a cell begins with it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutralized(text: str) -> str:
    """Return text that a spreadsheet shows as it is: an apostrophe goes before a formula's start.

    Only for text: a negative number is a number and must not pass through here.

    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
