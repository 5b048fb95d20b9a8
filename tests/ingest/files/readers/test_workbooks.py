"""Workbooks: which sheet, which part of it, and what its cells become."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook
from xlwt import CompoundDoc

from ingest.files.readers.landing import Landing
from tests.ingest.files.readers import books
from tests.ingest.files.readers.conftest import Land, Rows
from workspace.errors import ConfigError, DataRefused

TABLE = [["id", "day"], ["E1", "a"], ["E2", "b"]]
DAY, MOMENT = dt.date(2020, 2, 3), dt.datetime(2020, 2, 3, 9, 30, 1)


@pytest.fixture
def land(land: Land) -> Land:
    """A function that lands a file of this content, whose name promises nothing."""

    def land_nameless(content: bytes, **options: Any) -> tuple[Landing, Rows]:
        return land(content, "export.bin", **options)

    return land_nameless


def xlsx(sheets: dict[str, list[list[Any]]], change: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(sheets: dict[str, list[list[Any]]], change: Callable[[Any], None] | None = None) -> bytes:
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for n, row in enumerate(rows):
            for m, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write(n, m, value, day)
                elif value is not None:
                    sheet.write(n, m, value)
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sheets: dict[str, list[list[str]]]) -> bytes:
    book = odf.opendocument.OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = odf.table.Table(name=name)
        for row in rows:
            line = odf.table.TableRow()
            for value in row:
                cell = odf.table.TableCell(valuetype="string")
                cell.addElement(odf.text.P(text=value))
                line.addElement(cell)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


@pytest.mark.parametrize("write", [xlsx, xls, ods])
def test_a_workbook_is_read_by_its_rows(land: Land, write: Callable[..., bytes]) -> None:
    landing, rows = land(write({"Data": TABLE}))
    assert landing.head.names == ("id", "day")
    assert rows == [(1, 2, "E1", "a"), (2, 3, "E2", "b")]
    assert (landing.sheet, landing.remarks) == ("Data", ())


def test_headers_merged_over_two_rows_are_those_of_the_lower_one(land: Land) -> None:
    def merge(book: Any) -> None:
        for area in ("A1:A2", "B1:B2", "E1:E2", "C1:D1"):
            book["Data"].merge_cells(area)

    rows = [
        ["id", "day", "Job", None, "site"],
        [None, None, "team", "level", None],
        ["E1", "2020-01-01", "Sales", "3", "Bonn"],
    ]
    content = xlsx({"Data": rows}, merge)
    landing, landed = land(content, wanted=("id", "day", "team", "level", "site"))
    assert landing.head.names == ("id", "day", "team", "level", "site")
    assert landed == [(1, 3, "E1", "2020-01-01", "Sales", "3", "Bonn")]
    assert "the headers stand on line 2; the row above it is not read." in landing.remarks


@pytest.mark.parametrize("place", ["XFD1", "XFD3"])
def test_a_cell_far_to_the_right_is_refused_or_left_out_by_the_user(land: Land, place: str) -> None:
    def slip(book: Any) -> None:
        book["Data"][place] = "x"

    content = xlsx({"Data": TABLE}, slip)
    with pytest.raises(DataRefused, match="too many columns") as refusal:
        land(content)
    assert (refusal.value.place.line, refusal.value.found) == (
        int(place[3:]),
        "a filled cell in column 16,384",
    )
    assert len(land(content, cell_range="A:B")[1]) == 2


@pytest.mark.parametrize("write", [xlsx, xls, ods])
def test_several_sheets_are_asked_for(land: Land, write: Callable[..., bytes]) -> None:
    content = write({"Data": TABLE, "More": TABLE, "2": [["x"], ["y"]]})
    with pytest.raises(ConfigError, match="several sheets") as refusal:
        land(content)
    assert refusal.value.found == "the sheets Data, More, 2"
    assert refusal.value.to_do == "say which, as in `sheet: Data`"
    assert land(content, sheet="more")[0].sheet == "More"
    assert land(content, sheet="3")[0].sheet == "2"
    assert land(content, sheet="2")[0].sheet == "2"
    with pytest.raises(ConfigError, match="not in the workbook") as refusal:
        land(content, sheet="Other")
    assert refusal.value.expected == "one of Data, More, 2"


@pytest.mark.parametrize("write", [xlsx, xls, ods])
def test_the_only_sheet_with_something_on_it_is_taken_and_said(
    land: Land, write: Callable[..., bytes]
) -> None:
    landing, rows = land(write({"Notes": [], "Data": TABLE}))
    assert len(rows) == 2
    assert landing.remarks == ("read from the sheet Data.",)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_never_taken_by_itself(land: Land, state: str) -> None:
    def hide(book: Any) -> None:
        book["Old"].sheet_state = state

    landing, _ = land(xlsx({"Data": TABLE, "Old": TABLE}, hide))
    assert landing.remarks == ("read from the sheet Data.", "the hidden sheet Old is not read.")
    with pytest.raises(DataRefused, match="empty") as refusal:
        land(xlsx({"Data": [], "Old": TABLE}, hide))
    assert refusal.value.found == "nothing on its visible sheets; Old (hidden)"
    landing, rows = land(xlsx({"Data": [], "Old": TABLE}, hide), sheet="Old")
    assert len(rows) == 2
    assert landing.remarks == ("the sheet Old is hidden, and is read.",)


def test_a_hidden_sheet_of_the_other_formats_is_seen_too(land: Land) -> None:
    def hide(book: Any) -> None:
        book.get_sheet(1).visibility = 1

    landing, _ = land(xls({"Data": TABLE, "Old": TABLE}, hide))
    assert landing.remarks[1] == "the hidden sheet Old is not read."
    table = (
        "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell>"
        "</table:table-row>"
    )
    style = (
        '<style:style style:name="s1"><style:table-properties table:display="false"/></style:style>'
    )
    content = books.ods(
        f'<table:table table:name="Old" table:style-name="s1">{table.format("x")}</table:table>'
        f'<table:table table:name="Data">{table.format("a")}{table.format("1")}</table:table>',
        styles=style,
    )
    landing, rows = land(content)
    assert rows == [(1, 2, "1")]
    assert landing.remarks == ("read from the sheet Data.", "the hidden sheet Old is not read.")


CELLS = [
    ("text", "007", "007"),
    ("whole", 5, "5"),
    ("long", 123456789012345, "123456789012345"),
    ("number", 1.5, "1.5"),
    ("boolean", True, "true"),
    ("day", DAY, "2020-02-03"),
    ("moment", MOMENT, "2020-02-03T09:30:01"),
    ("time", dt.time(9, 30), "09:30:00"),
    ("spaces", " a ", " a "),
    ("lines", "a\nb", "a\nb"),
]


def test_cells_become_the_texts_that_stand_for_them(land: Land) -> None:
    values = [[name for name, _, _ in CELLS], [value for _, value, _ in CELLS]]
    expected = tuple(text for _, _, text in CELLS)
    assert land(xlsx({"Data": values}))[1][0][2:] == expected

    # openpyxl writes values by the epoch that the book has when they are put in.
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in values:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert land(out.getvalue())[1][0][2:] == expected


def test_cells_of_an_old_workbook_become_the_same_texts(land: Land) -> None:
    chosen = [cell for cell in CELLS if cell[0] != "time"]
    values = [[name for name, _, _ in chosen], [value for _, value, _ in chosen]]
    assert land(xls({"Data": values}))[1][0][2:] == tuple(text for _, _, text in chosen)


@pytest.mark.parametrize(("is_1904", "expected"), [(False, "2003-07-04"), (True, "2007-07-05")])
def test_an_old_workbook_counts_days_from_1904_when_it_says_so(
    land: Land, is_1904: bool, expected: str
) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    sheet = book.add_sheet("Data")
    sheet.write(0, 0, "day")
    sheet.write(1, 0, 37806, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    out = io.BytesIO()
    book.save(out)
    assert land(out.getvalue())[1][0][2] == expected


@pytest.mark.parametrize(
    ("serial", "expected"), [(60, "1900-02-29"), (61, "1900-03-01"), (-5, "-5"), (0, "1900-01-00")]
)
def test_days_that_do_not_exist_are_never_days_that_do(
    land: Land, serial: int, expected: str
) -> None:
    def write(book: Any) -> None:
        book["Data"]["A2"] = serial
        book["Data"]["A2"].number_format = "yyyy-mm-dd"

    assert land(xlsx({"Data": [["day"]]}, write))[1][0][2] == expected


def test_errors_and_formulas_without_a_value_are_kept_as_such(land: Land) -> None:
    content = xlsx({"Data": [["a", "b", "c", "d"], ["#N/A", "#REF!", "=1+1", 5]]})
    landing, rows = land(content)
    assert rows == [(1, 2, "#N/A", "#REF!", "#NOT CALCULATED!", "5")]
    assert landing.remarks == (
        "1 formula has no value, because the program that wrote the file did not calculate; open "
        "and save it in a spreadsheet program.",
        "2 cells hold an error of the spreadsheet.",
    )


def test_errors_of_an_old_workbook_are_kept_as_such(land: Land) -> None:
    def write(book: Any) -> None:
        book.get_sheet(0).row(1).set_cell_error(1, 0x2A)
        book.get_sheet(0).row(1).set_cell_error(3, 0x17)
        book.get_sheet(0).row(2).hidden = True

    landing, rows = land(xls({"Data": [["a", "b", "c", "d"], ["x", None, "y"], ["z"]]}, write))
    assert rows == [(1, 2, "x", "#N/A", "y", "#REF!"), (2, 3, "z", None, None, None)]
    assert landing.remarks == (
        "1 row is hidden, and is read.",
        "2 cells hold an error of the spreadsheet.",
    )


def test_a_formula_with_a_value_is_its_value_and_is_never_evaluated(land: Land) -> None:
    row = (
        '<row r="2"><c r="A2"><f>1+1</f><v>3</v></c><c r="B2" t="str"><f>"x"</f><v>y</v></c>'
        '<c r="C2" t="str"><f>""</f><v></v></c><c r="D2"><f>NOW()</f></c>'
        '<c r="E2" t="b"><f>TRUE()</f><v>1</v></c><c r="F2" t="d"><v>2020-02-03T00:00:00</v></c>'
        "</row>"
    )
    content = books.xlsx(books.headers("a", "b", "c", "d", "e", "f") + row)
    rows = land(content)[1]
    assert rows == [(1, 2, "3", "y", None, "#NOT CALCULATED!", "true", "2020-02-03")]


def long_xlsx() -> bytes:
    row = '<row r="2"><c r="A2"><v>12345678901234568</v></c><c r="B2"><v>1.2E+3</v></c></row>'
    return books.xlsx(books.headers("id", "n") + row)


def long_ods() -> bytes:
    cell = (
        '<table:table-cell office:value-type="{}" office:value="{}"><text:p>{}</text:p>'
        "</table:table-cell>"
    )
    rows = (("string", "id", "n"), ("float", "12345678901234568", "1.2E+3"))
    cells = ("".join(cell.format(kind, said, said) for said in texts) for kind, *texts in rows)
    lines = "".join(f"<table:table-row>{line}</table:table-row>" for line in cells)
    return books.ods(f'<table:table table:name="Data">{lines}</table:table>')


@pytest.mark.parametrize(
    "write", [long_xlsx, long_ods, lambda: xls({"D": [["id", "n"], [12345678901234568.0, 1200]]})]
)
def test_long_numbers_are_written_as_a_spreadsheet_shows_them_with_every_digit(
    land: Land, write: Callable[[], bytes]
) -> None:
    landing, rows = land(write())
    assert rows == [(1, 2, "1.2345678901234568E+16", "1200")]
    assert landing.remarks == (
        "1 whole number has more than the 15 digits that a spreadsheet keeps; write long ids as "
        "text.",
    )


def test_texts_are_put_together_from_their_runs(land: Land) -> None:
    shared = (
        "<si><t>id</t></si><si><r><t>Mül</t></r><r><rPr/><t>ler</t></r>"
        "<rPh><t>not this</t></rPh></si><si><t>a_x000D_b &amp; &lt;c&gt;</t></si><si/>"
    )
    cells = "".join(f'<c r="A{n + 1}" t="s"><v>{n}</v></c>' for n in range(1))
    rows = (
        f'<row r="1">{cells}</row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>2</v></c></row><row r="4"><c r="A4" t="s"><v>3</v></c></row>'
    )
    assert land(books.xlsx(rows, shared=shared))[1] == [
        (1, 2, "Müller"),
        (2, 3, "a\rb & <c>"),
    ]


def test_rows_and_cells_without_their_places_follow_each_other(land: Land) -> None:
    row = "<row><c><v>1</v></c><c/><c><v>3</v></c></row>"
    assert land(books.xlsx(books.headers("a", "b", "c") + row + row))[1] == [
        (1, 2, "1", None, "3"),
        (2, 3, "1", None, "3"),
    ]


@pytest.mark.parametrize("write", [xlsx, xls])
def test_a_merged_cell_counts_for_each_row_that_it_covers(
    land: Land, write: Callable[..., bytes]
) -> None:
    def merge(book: Any) -> None:
        if isinstance(book, xlwt.Workbook):
            book.get_sheet(0).merge(1, 3, 0, 0)
        else:
            book["Data"].merge_cells("A2:A4")

    rows = [["team", "name"], ["Sales", "Ann"], [None, "Bo"], [None, "Cy"], [None, "Di"]]
    landing, landed = land(write({"Data": rows}, merge))
    assert [row[2:] for row in landed] == [
        ("Sales", "Ann"),
        ("Sales", "Bo"),
        ("Sales", "Cy"),
        (None, "Di"),
    ]
    assert landing.remarks == ("2 rows have a value from a merged cell that begins above.",)


def test_hidden_rows_are_read_and_said(land: Land) -> None:
    def hide(book: Any) -> None:
        book["Data"].row_dimensions[3].hidden = True

    landing, rows = land(xlsx({"Data": TABLE}, hide))
    assert len(rows) == 2
    assert landing.remarks == ("1 row is hidden, and is read.",)


def test_titles_blank_rows_and_totals_of_a_sheet(land: Land) -> None:
    rows = [["Staff list"], [], ["id", "name", "points"], ["E1", "Ann", 1], [], ["E2", "Bo", 2]]
    landing, landed = land(xlsx({"Data": [*rows, ["Total", None, 3]]}))
    assert landed == [(1, 4, "E1", "Ann", "1"), (2, 6, "E2", "Bo", "2")]
    assert [(m.record, m.line, m.reason) for m in landing.misfits] == [(3, 7, "footer_row")]
    assert landing.remarks == ("the headers stand on line 3; the row above it is not read.",)


def test_a_part_of_a_sheet_is_read_by_its_corners(land: Land) -> None:
    rows = [["x", "y", "z"], [None, "id", "day"], [None, "E1", "a"], [None, "E2", "b"], ["end"]]
    content = xlsx({"Data": rows})
    expected = [(1, 3, "E1", "a"), (2, 4, "E2", "b")]
    assert land(content, cell_range="B2:C4")[1] == expected
    assert land(content, cell_range="b2:c")[1] == expected
    assert land(content, cell_range="B:C", header_row=2)[1] == expected
    for wrong in ("B2", "C4:B2", "B2:C4:D5", "B0:C4", "1:2", "B2:XFE9"):
        with pytest.raises(ConfigError, match="names no part of a sheet"):
            land(content, cell_range=wrong)
    with pytest.raises(DataRefused, match="sheet is empty"):
        land(content, cell_range="F1:G9")


def test_cells_beyond_the_headers_are_said(land: Land) -> None:
    landing, rows = land(xlsx({"Data": [*TABLE, ["E3", "c", None, "odd"]]}))
    assert landing.head.names == ("id", "day", "", "")
    assert rows[2] == (3, 4, "E3", "c", None, "odd")
    assert landing.remarks == ("column 4 has no header; its 1 cell is not read.",)


def test_links_to_other_workbooks_are_not_followed_and_said(land: Land) -> None:
    parts = books.xlsx_parts(
        books.headers("a") + '<row r="2"><c r="A2"><f>[1]S!A1</f><v>7</v></c></row>'
    )
    parts["xl/externalLinks/externalLink1.xml"] = "<externalLink/>"
    landing, rows = land(books.packed(parts))
    assert rows == [(1, 2, "7")]
    assert landing.remarks[0].startswith("holds links to other workbooks, which are not followed")


TWICE = 'table:number-columns-repeated="2"'


def test_cells_of_an_ods_workbook(land: Land) -> None:
    def cell(kind: str, value: str, text: str = "shown", more: str = "") -> str:
        name = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}
        said = f'office:{name.get(kind, "value")}="{value}"' if kind != "string" else ""
        return (
            f'<table:table-cell office:value-type="{kind}" {said} {more}>'
            f"<text:p>{text}</text:p></table:table-cell>"
        )

    cells = "".join(
        (
            cell("string", "", "a<text:s text:c='2'/>b<text:line-break/>c</text:p><text:p>d"),
            cell("float", "5.0"),
            cell("float", "1.25", "1,25"),
            cell("percentage", "0.5", "50 %"),
            cell("currency", "10", "10 €"),
            cell("date", "2020-02-03"),
            cell("date", "2020-02-03T09:30:01"),
            cell("date", "2020-02-03T00:00:00"),
            cell("time", "PT09H30M00S"),
            cell("boolean", "true", "WAHR"),
            cell("float", "0", "#REF!", 'table:formula="of:=X"'),
            cell("string", "", "Err:502", 'table:formula="of:=X"'),
            '<table:table-cell table:formula="of:=X"/>',
            '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p>'
            "</office:annotation><text:p>said</text:p></table:table-cell>",
        )
    )
    head = "".join(cell("string", "", f"h{n}") for n in range(14))
    empty = '<table:table-cell table:number-columns-repeated="16370"/>'
    table = (
        f'<table:table table:name="Data"><table:table-row>{head}{empty}</table:table-row>'
        f"<table:table-row>{cells}</table:table-row>"
        '<table:table-row table:number-rows-repeated="2" table:visibility="collapse">'
        f"{cell('string', '', 'x', TWICE)}"
        "</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048570">{empty}</table:table-row>'
        "</table:table>"
    )
    landing, rows = land(books.ods(table))
    assert rows[0][2:] == (
        "a  b\nc\nd",
        "5",
        "1.25",
        "0.5",
        "10",
        "2020-02-03",
        "2020-02-03T09:30:01",
        "2020-02-03",
        "09:30:00",
        "true",
        "#REF!",
        "#VALUE!",
        "#NOT CALCULATED!",
        "said",
    )
    assert [row[:5] for row in rows[1:]] == [(2, 3, "x", "x", None), (3, 4, "x", "x", None)]
    assert landing.remarks[0] == "2 rows are hidden, and are read."


def test_a_merged_cell_of_an_ods_workbook(land: Land) -> None:
    table = (
        '<table:table table:name="Data"><table:table-row><table:table-cell><text:p>team</text:p>'
        "</table:table-cell><table:table-cell><text:p>name</text:p></table:table-cell>"
        "</table:table-row><table:table-row>"
        '<table:table-cell table:number-rows-spanned="2"><text:p>Sales</text:p></table:table-cell>'
        "<table:table-cell><text:p>Ann</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>Bo</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    assert land(books.ods(table))[1] == [(1, 2, "Sales", "Ann"), (2, 3, "Sales", "Bo")]


def test_formulas_of_an_old_workbook_that_may_never_have_been_calculated_are_said(
    land: Land,
) -> None:
    formulas = [[xlwt.Formula("1+1"), "x"], [xlwt.Formula("2+2"), "y"], [3, "z"]]
    landing, rows = land(xls({"Data": [["a", "b"], *formulas]}))
    assert [row[2:] for row in rows] == [(None, "x"), (None, "y"), ("3", "z")]
    assert landing.remarks == (
        "2 formulas are empty, because each gave an empty text or was never calculated, which an "
        "old workbook does not tell; open and save it in a spreadsheet program.",
    )


def test_long_texts_of_an_old_workbook_go_on_in_the_next_record(land: Land) -> None:
    # A record holds 8,224 bytes; these texts cross its end in one byte a character and in two.
    texts = [f"{n} " + ("x" if n % 3 else "Ł") * (n * 37 % 900) for n in range(400)]
    texts.append("ü" * 32_000)
    content = xls({"Data": [["text"], *([text] for text in texts)]})
    assert [row[2] for row in land(content)[1]] == texts


def test_numbers_of_an_old_workbook_in_all_their_packings(land: Land) -> None:
    numbers = [0.01, 1.0, -1.0, 123.45, -0.07, 1e10, 536870911, -536870912, 0.1, 1e-5, 12345678.9]
    expected = "0.01 1 -1 123.45 -0.07 10000000000 536870911 -536870912 0.1 0.00001 12345678.9"
    rows = land(xls({"Data": [[f"h{n}" for n in range(11)], numbers]}))[1]
    assert rows[0][2:] == tuple(expected.split())


def test_formulas_of_an_old_workbook_are_their_values(land: Land) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for column, header in enumerate("abcde"):
        sheet.write(0, column, header)
        sheet.write(1, column, xlwt.Formula("1+1"))
    sheet.write(1, 5, xlwt.Formula("1+1"), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(0, 5, "day")
    # The results as [MS-XLS] 2.5.133 has them; a text is in a record of its own, which may follow
    # one of a formula that cells share.
    text = struct.pack("<HH", 0x4BC, 10) + bytes(10) + struct.pack("<HHHB2s", 0x207, 5, 2, 0, b"ab")
    results = {
        0: (struct.pack("<B5xH", 0, 0xFFFF), text),
        1: (struct.pack("<BxB3xH", 1, 1, 0xFFFF), b""),
        2: (struct.pack("<BxB3xH", 2, 0x2A, 0xFFFF), b""),
        3: (struct.pack("<BxB3xH", 2, 0x2B, 0xFFFF), b""),
        4: (struct.pack("<B5xH", 3, 0xFFFF), b""),
        5: (struct.pack("<d", 39268.0), b""),
    }
    landing, rows = land(calculated(book, results))
    assert rows == [(1, 2, "ab", "true", "#N/A", "#GETTING_DATA", None, "2007-07-05")]
    assert any(remark.startswith("1 formula is empty") for remark in landing.remarks)


def test_an_old_workbook_that_leads_in_a_circle_is_refused(land: Land) -> None:
    book = xlwt.Workbook()
    book.add_sheet("Data").write(0, 0, "id")
    out = io.BytesIO()
    CompoundDoc.XlsDoc().save(out, book.get_biff_data()[:4096])
    content = bytearray(out.getvalue())
    # Everything counts as small, and lies where each of the small sectors leads to itself.
    added = (len(content) - 512) // 512
    struct.pack_into("<3i", content, 56, 1 << 20, added, 1)
    table = 512 + 512 * struct.unpack_from("<i", content, 76)[0]
    struct.pack_into("<i", content, table + 4 * added, -2)
    root = content.index("Root Entry".encode("utf-16-le"))
    struct.pack_into("<ii", content, root + 116, 0, 512)
    with pytest.raises(DataRefused, match=r"The workbook is broken\."):
        land(bytes(content) + struct.pack("<128i", *range(128)))


def test_an_old_workbook_that_promises_texts_without_end_is_refused(land: Land) -> None:
    content = xls({"Data": TABLE})
    at = content.index(b"\xfc\x00", 512)
    size, _, texts_n = struct.unpack_from("<HII", content, at + 2)
    assert (texts_n, size > 8) == (6, True)
    with pytest.raises(DataRefused, match=r"The workbook is broken\."):
        land(content[: at + 8] + struct.pack("<I", 1 << 30) + content[at + 12 :])


def calculated(book: Any, results: dict[int, tuple[bytes, bytes]]) -> bytes:
    """Return a workbook whose formulas have these results, by column, and records after them."""
    stream = book.get_biff_data()
    for column, (result, after) in results.items():
        found = re.search(b"\x06\x00(..)\x01\x00" + struct.pack("<H", column), stream, re.DOTALL)
        assert found is not None
        at, end = found.start(), found.start() + 4 + struct.unpack("<H", found[1])[0]
        stream = stream[: at + 10] + result + stream[at + 18 : end] + after + stream[end:]
    out = io.BytesIO()
    CompoundDoc.XlsDoc().save(out, stream)
    return out.getvalue()


PLAIN = st.one_of(
    st.integers(-(10**14), 10**14),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 4)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1),
    st.dates(dt.date(1901, 1, 1), dt.date(2100, 1, 1)),
    st.booleans(),
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(PLAIN, min_size=3, max_size=3), min_size=1, max_size=5))
@pytest.mark.parametrize("write", [xlsx, xls])
def test_plain_cells_are_what_another_reader_says(
    land: Land, write: Callable[..., bytes], rows: list[list[Any]]
) -> None:
    content = write({"Data": [["a", "b", "c"], *rows]})
    other = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    landing, landed = land(content, header_row=1)
    apart = {misfit.record - 1 for misfit in landing.misfits}
    said = [row for n, row in enumerate(other.to_python()[1:]) if n not in apart]
    assert [[as_said(cell) for cell in row[2:]] for row in landed] == [
        [as_said(cell) for cell in row] for row in said
    ]


def as_said(cell: Any) -> Any:
    """Return a cell by its value, whichever way a reader says it."""
    # Spaces alone are no text for every reader.
    if cell is None or (isinstance(cell, str) and not cell.strip(" ")):
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    try:
        number = float(cell)
    except ValueError:
        return cell
    # Texts such as NAN are no number that equals itself.
    return cell if math.isnan(number) else number


# What must not be read.


def test_a_workbook_with_a_password_is_refused(land: Land) -> None:
    with pytest.raises(DataRefused, match="protected by a password"):
        land(books.compound("EncryptedPackage", b"\x01" * 5000))
    filepass = struct.pack("<HHHHHH", 0x809, 4, 0x600, 5, 0x2F, 0)
    with pytest.raises(DataRefused, match="older than Excel 97"):
        land(books.compound("Book", filepass))
    with pytest.raises(DataRefused, match="older than Excel 97"):
        land(books.compound("Workbook", filepass.replace(b"\x00\x06", b"\x00\x05", 1)))
    with pytest.raises(DataRefused, match="protected by a password"):
        land(books.compound("Workbook", filepass))
    manifest = (
        '<m:manifest xmlns:m="urn:m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    )
    with pytest.raises(DataRefused, match="protected by a password"):
        land(books.ods("", manifest=manifest))


def test_a_part_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(land: Land) -> None:
    parts = books.xlsx_parts(books.headers("a"))
    parts["xl/worksheets/sheet1.xml"] = bytes(17 << 20)
    with pytest.raises(DataRefused, match="unpacks to more than a workbook holds"):
        land(books.packed(parts))


def test_a_directory_that_hides_the_size_of_a_part_is_refused(land: Land) -> None:
    name = b"xl/worksheets/sheet1.xml"
    content = bytearray(books.xlsx(books.headers("a", "b") * 1))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(name))
    content[at + 24 : at + 28] = struct.pack("<I", 40)
    with pytest.raises(DataRefused, match="broken"):
        land(bytes(content))


def test_two_parts_of_one_name_are_refused(land: Land) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, said in books.xlsx_parts(books.headers("a")).items():
            archive.writestr(part, said)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(DataRefused, match="broken") as refusal:
        land(out.getvalue())
    assert refusal.value.found == "two parts of one name"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{f"&{last};" * 10}">'
        for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "_rels/.rels"]
)
def test_xml_that_declares_entities_is_refused(land: Land, part: str) -> None:
    parts = books.xlsx_parts(books.headers("a"), shared="<si><t>x</t></si>")
    parts[part] = BOMB + str(parts[part]).replace("<t>x</t>", "<t>&i;</t>")
    with pytest.raises(DataRefused, match="declares a document type"):
        land(books.packed(parts))


def test_xml_of_an_ods_workbook_that_declares_entities_is_refused(land: Land) -> None:
    content = books.packed({"mimetype": books.ODS_TYPE, "content.xml": BOMB + "<x>&i;</x>"})
    with pytest.raises(DataRefused, match="declares a document type"):
        land(content)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="2"><c r="XFE2"><v>1</v></c></row>',
        '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>5</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>-1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></row>',
    ],
)
def test_a_sheet_that_no_program_writes_is_refused(land: Land, rows: str) -> None:
    with pytest.raises(DataRefused, match="broken"):
        land(books.xlsx(books.headers("a") + rows))


@pytest.mark.parametrize("encoding", ["UTF-est8", "shift_jis", "utf-7"])
def test_a_part_in_an_encoding_that_no_program_writes_is_refused(land: Land, encoding: str) -> None:
    parts = books.xlsx_parts(books.headers("a"))
    said = f'<?xml version="1.0" encoding="{encoding}"?>'
    parts["xl/workbook.xml"] = said + str(parts["xl/workbook.xml"])
    with pytest.raises(DataRefused, match="broken") as refusal:
        land(books.packed(parts))
    assert refusal.value.found == "no XML in xl/workbook.xml"


def test_a_cell_at_the_far_corner_takes_no_room(land: Land) -> None:
    row = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    landing, rows = land(books.xlsx(books.headers("a") + row), cell_range="A:B")
    assert (landing.records_n, rows) == (0, [])


def test_an_ods_cell_repeated_without_end_is_refused(land: Land) -> None:
    cell = (
        '<table:table-cell table:number-columns-repeated="{}"><text:p>x</text:p></table:table-cell>'
    )
    for columns, rows in (("99999999", "1"), ("1", "99999999"), ("16384", "1025")):
        table = (
            f'<table:table table:name="D"><table:table-row table:number-rows-repeated="{rows}">'
            f"{cell.format(columns)}</table:table-row></table:table>"
        )
        with pytest.raises(DataRefused, match="broken"):
            land(books.ods(table))


def test_ods_rows_that_repeat_each_other_are_counted_together(
    land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One cell repeats the first of each of two rows, and two more rows of two the second: six."""
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    pair = cell.format(' table:number-columns-repeated="2"', "x")
    rows = (
        f"<table:table-row>{cell.format('', 'a')}{cell.format('', 'b')}</table:table-row>"
        f"<table:table-row>{pair}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="3">{pair}</table:table-row>'
    )
    book = books.ods(f'<table:table table:name="D">{rows}</table:table>')
    monkeypatch.setattr("ingest.files.readers.ods.COPIES_MAX", 6)
    assert land(book)[1] == [(n, n + 1, "x", "x") for n in (1, 2, 3, 4)]
    monkeypatch.setattr("ingest.files.readers.ods.COPIES_MAX", 5)
    with pytest.raises(DataRefused, match="broken") as refusal:
        land(book)
    assert refusal.value.found == "more than 5 cells that only repeat others"


@pytest.mark.parametrize("write", [xlsx, xls, ods])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_workbook_that_was_cut_off_is_refused(
    land: Land, write: Callable[..., bytes], share: float
) -> None:
    content = write({"Data": [["id", "day"], *([f"E{n}", "x" * 20] for n in range(500))]})
    with pytest.raises(DataRefused):
        land(content[: int(len(content) * share)])
