"""Numbers, dates and times of spreadsheets, as text."""

from __future__ import annotations

import pytest

from ingest.files.readers.numerals import Look, date_of, has_lost_digits, look_of, plain_number


@pytest.mark.parametrize(
    ("number_format", "look"),
    [
        ("General", "number"),
        ("0.00", "number"),
        ('0 "days"', "number"),
        (r"#,##0\ \d", "number"),
        ("#,##0.00_);[Red](#,##0.00)", "number"),
        ("0.00E+00", "number"),
        ("@", "number"),
        ("yyyy-mm-dd", "date"),
        ("[$-409]d-mmm-yy;@", "date"),
        ("mmm yy", "date"),
        ("mmm", "date"),
        ("dd/mm/yyyy hh:mm AM/PM", "date"),
        ('yyyy"年"m"月"d"日"', "date"),
        ("hh:mm:ss", "time"),
        ("h:mm AM/PM", "time"),
        ("mm:ss.0", "time"),
        ("[h]:mm:ss", "duration"),
        ("[mm]:ss", "duration"),
        ("[Blue]0", "number"),
    ],
)
def test_a_number_format_tells_dates_from_numbers(number_format: str, look: Look) -> None:
    assert look_of(number_format) == look


# Days of both calendars as Excel shows them: https://support.microsoft.com/office/
# date-systems-in-excel-e7fe7167-48a9-4b96-bb53-5612a800b487 (5 July 2007 is 39268, or 37806).
@pytest.mark.parametrize(
    ("serial", "in_1900", "in_1904"),
    [
        ("39268", "2007-07-05", "2011-07-06"),
        ("37806", "2003-07-04", "2007-07-05"),
        ("1", "1900-01-01", "1904-01-02"),
        ("59", "1900-02-28", "1904-02-29"),
        ("60", "1900-02-29", "1904-03-01"),
        ("61", "1900-03-01", "1904-03-02"),
        ("0", "1900-01-00", "1904-01-01"),
        ("-1", "-1", "-1"),
        ("2958465", "9999-12-31", "2958465"),
        ("2958466", "2958466", "2958466"),
        ("2957003", "9995-12-30", "9999-12-31"),
        ("39268.5", "2007-07-05T12:00:00", "2011-07-06T12:00:00"),
        ("39268.3958449074", "2007-07-05T09:30:01", "2011-07-06T09:30:01"),
        ("39267.9999999999", "2007-07-05", "2011-07-06"),
        ("0.5", "12:00:00", "1904-01-01T12:00:00"),
        ("nonsense", "nonsense", "nonsense"),
        ("1e400", "1e400", "1e400"),
    ],
)
def test_serial_numbers_become_the_day_that_is_shown(
    serial: str, in_1900: str, in_1904: str
) -> None:
    assert date_of(serial, "date", is_1904=False) == in_1900
    assert date_of(serial, "date", is_1904=True) == in_1904


def test_times_and_durations() -> None:
    assert date_of("0.75", "time", is_1904=False) == "18:00:00"
    assert date_of("0", "time", is_1904=True) == "00:00:00"
    assert date_of("39268.75", "time", is_1904=False) == "2007-07-05T18:00:00"
    assert date_of("1.25", "duration", is_1904=False) == "30:00:00"
    assert date_of("-0.5", "duration", is_1904=False) == "-12:00:00"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("5", "5"),
        ("5.0", "5"),
        ("-0", "0"),
        ("-5.0", "-5"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("0.1", "0.1"),
        ("1E-7", "0.0000001"),
        ("1.5E3", "1500"),
        ("1E+20", "100000000000000000000"),
        ("12345678901234567890", "12345678901234567890"),
        ("-0.25", "-0.25"),
        ("1e999999999", "1e999999999"),
        ("NaN", "NaN"),
        ("abc", "abc"),
        ("1_000", "1_000"),
    ],
)
def test_numbers_have_no_exponent_and_whole_ones_no_point(said: str, expected: str) -> None:
    assert plain_number(said) == expected


def test_more_than_fifteen_digits_are_lost_to_a_spreadsheet() -> None:
    assert not has_lost_digits("123456789012345")
    assert has_lost_digits("1234567890123456")
    assert has_lost_digits("-1234567890123456")
    assert not has_lost_digits("0.1234567890123456")


@pytest.mark.parametrize("unit", ["[", '"', "_", "h", "[h", "\\", "\n"])
def test_a_long_number_format_is_passed_over_once(unit: str) -> None:
    """Nothing is timed: to look for the end of each of 200,000 brackets takes minutes."""
    assert look_of(unit * 200_000) in ("number", "time")
