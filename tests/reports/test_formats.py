"""How numbers are written."""

from __future__ import annotations

import datetime as dt

import pytest

from reports import formats
from workspace.spreadsheets import neutralized

T = formats.THIN


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.8614, "share", f"86.1{T}%"),
        (1.0, "share", f"100.0{T}%"),
        (4.126, "points (1-5)", "4.13 points"),
        (31.04, "NPS points", "+31.0"),
        (-12.34, "NPS points", "\u221212.3"),
        (-0.01, "NPS points", "0.0"),
        (0.0931, "people promoted per average headcount", "9.3 per 100"),
    ],
)
def test_an_amount_is_written_in_its_unit(value: float, unit: str, written: str) -> None:
    assert formats.amount(value, unit) == written


def test_a_range_is_written_in_words() -> None:
    assert formats.interval(0.841, 0.88, "share") == f"from 84.1{T}% to 88.0{T}%"


def test_a_difference_of_shares_is_in_points_and_always_signed() -> None:
    assert formats.difference(0.16, "share") == "+16.0 points"
    assert formats.difference(-0.0123, "share") == "\u22121.2 points"


@pytest.mark.parametrize(
    ("number", "written"), [(7, "7"), (4213, f"4{T}213"), (3812.46, f"3{T}812.5")]
)
def test_counts_have_thin_separators(number: float, written: str) -> None:
    assert formats.count(number) == written


@pytest.mark.parametrize(
    ("start", "grain", "name"),
    [
        (dt.date(2024, 7, 1), "quarter", "2024 Q3"),
        (dt.date(2024, 12, 1), "quarter", "2024 Q4"),
        (dt.date(2024, 1, 1), "year", "2024"),
        (dt.date(2024, 3, 1), "month", "March 2024"),
        (None, "all", "All years"),
    ],
)
def test_a_period_has_the_name_people_use(start: dt.date | None, grain: str, name: str) -> None:
    assert formats.period(start, grain) == name


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_neutralized(start: str) -> None:
    assert formats.csv_cell(f"{start}1+1") == f"'{start}1+1"


def test_differences_are_written_in_points() -> None:
    assert formats.points(0.0261) == "+2.6 points"
    assert formats.bare_points(-0.00507) == "\u22120.5"
    assert formats.unsigned_points(-0.185) == "18.5 points"


def test_a_p_value_too_small_to_tell_is_said_to_be_small() -> None:
    assert formats.probability(0.00049) == "<0.001"
    assert formats.probability(0.0006) == "0.001"
    assert formats.probability(0.101) == "0.101"


def test_text_that_is_no_formula_is_left_alone() -> None:
    assert neutralized("Career Partners = good") == "Career Partners = good"
    assert neutralized("") == ""


def test_numbers_in_a_download_stay_numbers() -> None:
    assert formats.csv_cell(-0.25) == "-0.25"
    assert formats.csv_cell(12) == "12"
    assert formats.csv_cell(float("nan")) == ""
    assert formats.csv_cell(None) == ""


def test_a_list_is_read_aloud() -> None:
    assert formats.listing("pairings") == "pairings"
    assert formats.listing("pairings, goals, meetings") == "pairings, goals and meetings"
    assert formats.listing("") == ""
