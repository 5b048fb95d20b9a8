"""Titles above a table, headers repeated in it, totals below it, columns without a header."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.files.headers import positions
from ingest.files.readers.furniture import is_footer, titles_n
from ingest.files.readers.heads import Record
from tests.ingest.files.readers.conftest import Land
from workspace.errors import ConfigError, DataRefused

WANTED = ("employee_id", "event", "hired")


def records(*rows: list[str]) -> list[Record]:
    return [Record(tuple(cells), n, n) for n, cells in enumerate(rows, 1)]


@pytest.mark.parametrize(
    ("rows", "wanted", "expected"),
    [
        # The headers that are waited for tell the row.
        ([["Report"], ["employee_id", "event"], ["E1", "hire"]], WANTED, 1),
        ([["By", "Ann"], ["On", "May"], ["Employee ID", "Event", "x", "y"]], WANTED, 2),
        ([["employee_id", "event"], ["E1", "hire"]], WANTED, 0),
        # A record with a header's word in it is no row of headers.
        ([["employee_id", "x", "y"], ["event", "event", "hired"]], WANTED, 0),
        ([["employee_id", "x", "y"], ["E1", "event", "z"]], WANTED, 0),
        # Cells merged across leave the name of a group where the row below has its headers.
        ([["employee_id", "Job", ""], ["employee_id", "event", "hired"]], WANTED, 1),
        # Without any of them the shape does.
        ([["Report", "", ""], ["", "", ""], ["id", "kind", "day"], ["1", "a", "b"]], (), 2),
        ([["Report"], ["id", "kind"], ["1", "a"]], (), 1),
        ([["name", ""], ["Ann", "odd"], ["Bo", ""]], (), 0),
        ([["Run by", "Ann", *[""] * 4], list("abcdef"), list("123456")], (), 1),
        ([["a", "b", "c"], ["1", "2", "3"]], (), 0),
        ([["a"], ["1"], ["2"]], (), 0),
        ([], WANTED, 0),
        # The first of two header rows is half empty, as in survey exports.
        ([["Respondent ID", "", "Q1", ""], ["", "", "Yes", "No"], ["1", "", "x", ""]], (), 0),
    ],
)
def test_titles_are_told_from_headers(
    rows: list[list[str]], wanted: tuple[str, ...], expected: int
) -> None:
    assert titles_n(records(*rows), wanted) == expected


def test_titles_are_no_records_and_are_said(land: Land) -> None:
    content = 'Staff list;;\n"Run by Ann,\nMay";;\n\nemployee_id;event;day\nE1;hire;2020-01-01\n'
    landing, rows = land(content, wanted=WANTED)
    assert landing.head.names == ("employee_id", "event", "day")
    assert rows == [(1, 6, "E1", "hire", "2020-01-01")]
    assert landing.remarks == (
        "cells are separated by semicolons, told by its first lines.",
        "the headers stand on line 5; the 2 rows above it are not read.",
    )


def test_the_users_row_of_headers_wins(land: Land) -> None:
    content = "employee_id,event\nKennung,Ereignis\nE1,hire\n"
    landing, rows = land(content, header_row=2, wanted=WANTED)
    assert landing.head.names == ("Kennung", "Ereignis")
    assert (rows, landing.remarks) == ([(1, 3, "E1", "hire")], ())


def test_a_header_far_to_the_right_refuses_the_file(land: Land) -> None:
    with pytest.raises(DataRefused, match="too many columns") as refusal:
        land("id,event" + "," * 4000 + "x\n1,2\n")
    assert (refusal.value.place.line, refusal.value.found) == (1, "a filled cell in column 4,002")


def test_headers_in_two_rows_are_asked_for(land: Land) -> None:
    content = "employee_id,Job,\n,event,hired\nE1,hire,2020-01-01\n"
    with pytest.raises(ConfigError, match="headers stand in two rows") as refusal:
        land(content, wanted=WANTED)
    assert refusal.value.place.line == 2
    assert refusal.value.found == "1 headers that are waited for, and 2 others below"
    assert land(content, wanted=WANTED, header_row=2)[0].head.names == ("", "event", "hired")


@pytest.mark.parametrize("row", [2, 9])
def test_a_row_of_headers_that_is_not_there_is_a_mistake_in_the_configuration(
    land: Land, row: int
) -> None:
    with pytest.raises(ConfigError, match="No headers stand on the row") as refusal:
        land("a,b\n\n1,2\n", header_row=row)
    assert refusal.value.place.line == row


def test_headers_repeated_inside_are_set_aside(land: Land) -> None:
    landing, rows = land("a,b\n1,2\na,b\n3,4\na,5\n")
    assert rows == [(1, 2, "1", "2"), (3, 4, "3", "4"), (4, 5, "a", "5")]
    assert [(m.record, m.line, m.reason, m.cells) for m in landing.misfits] == [
        (2, 3, "repeated_header", ("a", "b"))
    ]


@pytest.mark.parametrize(
    "again",
    [
        "ID,Full Name",
        " id ,full_name",
        "\ufeffid,full name",
        '\ufeff"id","full name"',
        "id,FULL\u00a0NAME",
    ],
)
@pytest.mark.parametrize("rest", ["2,Bo\n", "".join(f"{n},Bo\n" for n in range(9))])
def test_headers_repeated_in_another_spelling_are_set_aside(
    land: Land, again: str, rest: str
) -> None:
    landing, rows = land(f"id,full name\n1,Ann\n{again}\n{rest}")
    assert [row[2:] for row in rows][:2] == [("1", "Ann"), (rest[0], "Bo")]
    assert [(m.record, m.line, m.reason) for m in landing.misfits] == [(2, 3, "repeated_header")]


@pytest.mark.parametrize(
    ("ending", "reasons"),
    [
        ("Total,,2\n", [(3, "footer_row")]),
        ("Total: 2,,\n", [(3, "footer_row")]),
        ("Total\n", [(3, "footer_row")]),
        ("Total records: 2", [(3, "footer_row")]),
        ("Summe,,\nEnd of report,,\n", [(3, "footer_row"), (4, "footer_row")]),
        ("Generated by HR on 2026-01-01\n", [(3, "footer_row")]),
        ("Total Rewards,Ann,5\n", []),
        ("Totals,Ann,5\n", []),
        ("E3,Total,5\n", []),
        ("Something else\n", [(3, "ragged_row")]),
    ],
)
def test_totals_and_footers_are_set_aside(
    land: Land, ending: str, reasons: list[tuple[int, str]]
) -> None:
    landing, rows = land(f"id,name,points\nE1,Ann,1\nE2,Bo,1\n{ending}")
    assert [(m.record, m.reason) for m in landing.misfits] == reasons
    assert len(rows) == landing.records_n - len(reasons)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("Grand total", None, "12", "1,200.50", "45 %"), True),
        (("Gesamt:", "", "", ""), True),
        (("Subtotal", "3", "4", "5"), True),
        (("Total", "Ann", "Bo", "Cy"), False),
        (("", "", ""), False),
        (("Page 3", "", "", ""), True),
        (("Sum", "Wong", "Legal"), False),
    ],
)
def test_a_footer_is_a_word_of_totals_beside_numbers_or_nothing(
    cells: tuple[Any, ...], expected: bool
) -> None:
    assert is_footer(cells) is expected


def test_columns_without_a_header_are_said_when_they_hold_something(land: Land) -> None:
    landing, rows = land("a,b,,\n1,2,,\n3,4,x,\n")
    assert rows == [(1, 2, "1", "2", None, None), (2, 3, "3", "4", "x", None)]
    assert landing.remarks == ("column 3 has no header; its 1 cell is not read.",)


def test_a_header_over_two_columns_is_said(land: Land) -> None:
    landing, _ = land("id,Name, name \n1,2,3\n")
    assert landing.remarks == ("the header Name stands over 2 columns.",)


def test_headers_are_found_despite_case_and_kinds_of_space(land: Land) -> None:
    landing, _ = land("\ufeff Employee\u00a0ID ,EVENT\n1,2\n")
    assert positions(landing.head.names, "employee_id") == [0]
    assert positions(landing.head.names, "event") == [1]


@pytest.mark.parametrize("unit", [" ", ".", "-", "1", ", ", "total ", "(", "\t"])
def test_a_long_cell_of_one_thing_is_passed_over_once(unit: str) -> None:
    """Nothing is timed: to share 100,000 spaces among three patterns in every way takes years."""
    long = unit * (100_000 // len(unit)) + "x"
    assert not is_footer([long, "a", "b", "c", "d"])
    assert not is_footer(["Total", long, "a", "b", "c", "d"])
