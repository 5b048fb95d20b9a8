"""Errors: labeled lines that a terminal shows as they are, and obeys in nothing."""

from __future__ import annotations

import pytest

from workspace.errors import DataRefused, Place, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("bell\x07, tab\t, end\r\n", r"bell\x07, tab\t, end\r\n"),
        ("\x7f\x80\x9b31m", r"\x7f\x80\x9b31m"),
        ("two\u2028lines\u2029", r"two\u2028lines\u2029"),
        ("gpj\u202e.csv\u2066\u200f", r"gpj\u202e.csv\u2066\u200f"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("not UTF-8: \udcff", r"not UTF-8: \udcff"),
        ("Zoë, 山田, \u00a0, C:\\x1b, 👋", "Zoë, 山田, \u00a0, C:\\x1b, 👋"),
    ],
)
def test_what_a_terminal_obeys_or_hides_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_an_error_is_one_line_per_label_whatever_it_is_about() -> None:
    text = "a\x1b[2J\n  to do: run rm\u202e"
    error = DataRefused(text, place=Place(text, 3, text), found=text, expected=text, to_do=text)
    shown = r"a\x1b[2J\n  to do: run rm\u202e"
    assert error.lines() == [
        shown,
        f"  where: {shown}, line 3, column {shown}",
        f"  found: {shown}",
        f"  expected: {shown}",
        f"  to do: {shown}",
    ]
    assert str(error) == "\n".join(error.lines())
