"""The same table in every format loads to the same rows, and nothing is lost on the way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.ingest.conftest import JOBS, Workspace, total
from tests.ingest.files.readers import books
from workspace.errors import DataRefused

TABLE = list(csv.reader(io.StringIO(JOBS)))
QUERY = "select person_key, effective_on, event, department, level, manager_key from job_history"


def xlsx(rows: Iterable[Sequence[object]] = TABLE) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Iterable[Sequence[object]] = TABLE) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for n, row in enumerate(rows):
        for m, cell in enumerate(row):
            sheet.write(n, m, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods() -> bytes:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = (
        f"<table:table-row>{''.join(cell.format(said) for said in row)}</table:table-row>"
        for row in TABLE
    )
    return books.ods(f'<table:table table:name="Data">{"".join(rows)}</table:table>')


def document() -> bytes:
    records = [dict(zip(TABLE[0], row, strict=True)) for row in TABLE[1:]]
    return json.dumps({"Report_Entry": records}).encode()


def lines() -> bytes:
    records = (dict(zip(TABLE[0], row, strict=True)) for row in TABLE[1:])
    return "\n".join(map(json.dumps, records)).encode()


def table_of_duckdb(folder: Path) -> bytes:
    path = folder / "made.parquet"
    made = folder / "made.csv"
    made.write_text(JOBS, encoding="utf-8")
    with duckdb.connect() as connection:
        source = connection.read_csv(str(made), all_varchar=True)
        source.write_parquet(str(path))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("jobs.csv", lambda _: JOBS.encode("utf-16")),
        ("jobs.tsv", lambda _: ("Staff list\n\n" + JOBS.replace(",", "\t")).encode("cp1252")),
        ("jobs.xlsx", lambda _: xlsx()),
        ("jobs.xls", lambda _: xls()),
        ("jobs.ods", lambda _: ods()),
        ("jobs.json", lambda _: document()),
        ("jobs.jsonl", lambda _: lines()),
        ("jobs.parquet", table_of_duckdb),
        ("misnamed.csv", lambda _: xlsx()),
    ],
)
def test_every_format_loads_to_the_same_rows(
    company: Workspace, tmp_path: Path, name: str, write: Callable[[Path], bytes]
) -> None:
    company.load()
    expected = sorted(company.rows(QUERY), key=str)
    assert len(expected) == 5
    content = write(tmp_path)
    company.sources = [s for s in company.sources if s["table"] != "job_history"]
    company.write("job_history", content, name)
    report = company.load()
    assert sorted(company.rows(QUERY), key=str) == expected
    assert total(report, "job_history") == (5, 5, 0, 0)


REVIEWS = ("employee_id", "reviewed_on", "rating", "rating_scale_max")
# A number of three decimals beside a text in the notation of the country, and a whole number.
RATINGS: tuple[float | str, ...] = (3.125, "3,25", 4)


def reviews() -> list[list[float | str]]:
    return [["E1", f"202{n}-06-30", rating, 5] for n, rating in enumerate(RATINGS)]


def reviews_ods() -> bytes:
    def cell(said: float | str) -> str:
        kind = "" if isinstance(said, str) else f' office:value-type="float" office:value="{said}"'
        return f"<table:table-cell{kind}><text:p>{said}</text:p></table:table-cell>"

    rows = (
        f"<table:table-row>{''.join(map(cell, row))}</table:table-row>"
        for row in (REVIEWS, *reviews())
    )
    return books.ods(f'<table:table table:name="Data">{"".join(rows)}</table:table>')


def reviews_json() -> bytes:
    return json.dumps([dict(zip(REVIEWS, row, strict=True)) for row in reviews()]).encode()


def reviews_parquet(folder: Path) -> bytes:
    path = folder / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 'E1' as employee_id, make_date(2020 + n, 6, 30) as reviewed_on, "
            f"[3.125::double, 3.25, 4][n + 1] as rating, 5 as rating_scale_max "
            f"from range(3) as r(n)) to '{path}' (format parquet)"
        )
    return path.read_bytes()


@pytest.mark.parametrize("decimal", [",", "."])
@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("reviews.xlsx", lambda _: xlsx((REVIEWS, *reviews()))),
        ("reviews.xls", lambda _: xls((REVIEWS, *reviews()))),
        ("reviews.ods", lambda _: reviews_ods()),
        ("reviews.json", lambda _: reviews_json()),
        ("reviews.parquet", reviews_parquet),
    ],
)
def test_a_number_that_is_no_text_is_itself_whatever_sign_the_texts_have(
    company: Workspace, tmp_path: Path, name: str, write: Callable[[Path], bytes], decimal: str
) -> None:
    company.write("performance_reviews", write(tmp_path), name, decimal=decimal)
    company.load()
    # Told that the point stands before decimals, nobody can say what the text 3,25 is.
    is_text_read = decimal == "," or name.endswith("parquet")
    assert company.rows("select rating from performance_reviews order by reviewed_on") == [
        (rating,) for rating in ((3.125, 3.25, 4.0) if is_text_read else (3.125, 4.0))
    ]


def test_a_workbook_of_1904_knows_what_its_day_numbers_count_from(company: Workspace) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (REVIEWS, ["E1", 43860, 3, 5]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    company.write("performance_reviews", out.getvalue(), "reviews.xlsx", date_format="excel")
    company.load()
    # 43,860 days after 1 January 1904, and not after 30 December 1899.
    assert company.rows("select cast(reviewed_on as varchar) from performance_reviews") == [
        ("2024-01-31",)
    ]


@pytest.mark.parametrize(
    ("said", "department"),
    [("NULL", None), ("nan", None), ("None", None), ("n/a", None), ("NA", "NA"), ("-", None)],
)
def test_a_word_for_nothing_is_no_department(
    workspace: Workspace, said: str, department: str | None
) -> None:
    jobs = "employee_id,effective_on,event,department\nE1,2020-01-01,hire,"
    workspace.write("job_history", f"{jobs}{said}\n")
    workspace.load()
    assert workspace.rows("select department from job_history") == [(department,)]


def test_errors_of_a_spreadsheet_are_quarantined_and_what_was_noticed_is_said(
    company: Workspace,
) -> None:
    headers = ["person_id", "employee_id", "reviewed_on", "rating", "note"]
    book = openpyxl.Workbook()
    for row in (
        headers,
        ["x", "E1", "2020-06-30", "=1+1", "#REF!"],
        ["x", "E2", "2020-06-30", 4, "=NOW()"],
        ["x", "#REF!", "2020-06-30", 4, None],
        headers,
        ["Total", None, None, 8, None],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    scale = {"rating_scale_max": 5}
    company.write("performance_reviews", out.getvalue(), "reviews.xlsx", constants=scale)
    report = company.load()
    # A column that no table takes in may hold errors.
    assert company.reasons("performance_reviews") == [
        (1, "unreadable_number"),
        (3, "spreadsheet_error"),
        (4, "repeated_header"),
        (5, "footer_row"),
    ]
    assert total(report, "performance_reviews") == (5, 1, 4, 0)
    assert (
        "exports/reviews.xlsx: 2 formulas have no value, because the program that wrote the file "
        "did not calculate; open and save it in a spreadsheet program." in report.warnings
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("reviews.csv", "employee_id,reviewed_on,rating,Rating\nE1,2020-06-30,3,4\n"),
        (
            "reviews.json",
            '[{"employee_id": "E1", "reviewed_on": "2020-06-30", "rating": 3, "Rating": 4}]',
        ),
    ],
)
def test_a_column_under_two_spellings_is_refused_unless_one_is_named(
    company: Workspace, name: str, content: str
) -> None:
    scale = {"rating_scale_max": 5}
    company.write("performance_reviews", content, name, constants=scale)
    with pytest.raises(DataRefused, match="stands over two columns") as refusal:
        company.load()
    assert refusal.value.found == "rating and Rating"
    company.sources[-1]["columns"] = {"rating": "Rating"}
    company.load()
    assert company.rows("select rating from performance_reviews") == [(4.0,)]


def test_long_ids_in_number_cells_are_damaged_and_merge_nobody(company: Workspace) -> None:
    book = openpyxl.Workbook()
    book.active.append(["employee_id", "reviewed_on", "rating"])
    for n in range(3):
        book.active.append([123456789012345000 + n, f"202{n}-06-30", 4])
    out = io.BytesIO()
    book.save(out)
    scale = {"rating_scale_max": 5}
    company.write("performance_reviews", out.getvalue(), "reviews.xlsx", constants=scale)
    company.load()
    assert company.reasons("performance_reviews") == [(n, "damaged_id") for n in (1, 2, 3)]


def garbled(name: str, folder: Path) -> bytes:
    """Return three goals in one format; the letters of the second were encoded twice."""
    rows = [[f"G{n}", "P1", said, "2024-01-31"] for n, said in enumerate(("São", "FÃ¼r", "Mut"))]
    headers = ["goal_id", "pairing_id", "category", "set_on"]
    if name.endswith("json"):
        records = [dict(zip(headers, row, strict=True)) for row in rows]
        return json.dumps(records, ensure_ascii=False).encode()
    if name.endswith("parquet"):
        path = folder / "made.parquet"
        with duckdb.connect() as connection:
            values = ", ".join(str(tuple(row)) for row in rows)
            connection.execute(
                f"copy (from (values {values}) as t({', '.join(headers)})) "
                f"to '{path}' (format parquet)"
            )
        return path.read_bytes()
    if name.endswith("ods"):
        cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
        lines = (
            f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>"
            for row in (headers, *rows)
        )
        return books.ods(f'<table:table table:name="Data">{"".join(lines)}</table:table>')
    out = io.BytesIO()
    if name.endswith("xlsx"):
        book = openpyxl.Workbook()
        for row in (headers, *rows):
            book.active.append(row)
        book.save(out)
    else:
        old = xlwt.Workbook()
        sheet = old.add_sheet("Data")
        for n, row in enumerate((headers, *rows)):
            for m, said in enumerate(row):
                sheet.write(n, m, said)
        old.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "name", ["goals.xlsx", "goals.xls", "goals.ods", "goals.json", "goals.parquet"]
)
def test_letters_encoded_twice_are_quarantined_in_every_format_unless_the_user_says_the_encoding(
    company: Workspace, tmp_path: Path, name: str
) -> None:
    query = "select goal_id from goals order by goal_id"
    company.write("goals", garbled(name, tmp_path), name)
    company.load()
    assert company.reasons("goals") == [(2, "twice_encoded")]
    assert company.rows(query) == [("G0",), ("G2",)]
    company.sources[-1]["encoding"] = "utf-8"
    company.load()
    assert company.rows(query) == [("G0",), ("G1",), ("G2",)]


@pytest.mark.parametrize(
    "content",
    [
        "E0001,ann@corp.example,Ann,Lee\nE0002,bo@corp.example,Bo,Ray\n",
        "E0001,Ann,Lee\nE0002,Bo,Ray\n",
        "Ann,Lee,2020-01-31\nBo,Ray,2021-01-31\n",
        '// people\n[{"employee": "E1", "name": "Ann"},\n{"employee": "E2", "name": "Ray"}]\n',
    ],
)
def test_cells_where_headers_should_stand_are_never_said(company: Workspace, content: str) -> None:
    company.sources = [s for s in company.sources if s["table"] != "people"]
    company.write("people", content)
    with pytest.raises(DataRefused, match="employee_id is missing") as refusal:
        company.load()
    assert "cells that look like a record" in str(refusal.value.found)
    assert not any(word in str(refusal.value) for word in ("Ann", "Lee", "E0001"))


def test_headers_of_another_table_are_said(company: Workspace) -> None:
    company.sources = [s for s in company.sources if s["table"] != "people"]
    company.write("people", "Kennung,Q1,Geburtsjahr\nE1,2,1980\n")
    with pytest.raises(DataRefused, match="employee_id is missing") as refusal:
        company.load()
    assert refusal.value.found == "the headers Kennung, Q1, Geburtsjahr"


def test_the_same_file_twice_counts_once(company: Workspace) -> None:
    reviews = "employee_id,reviewed_on,rating\nE1,2020-06-30,3\nE2,2020-06-30,4\n"
    scale = {"rating_scale_max": 5}
    company.write("performance_reviews", reviews, "reviews_1.csv", constants=scale)
    (company.root / "exports" / "reviews_2.csv").write_text(reviews, encoding="utf-8")
    company.sources[-1]["path"] = "exports/reviews_*.csv"
    assert total(company.load(), "performance_reviews") == (4, 2, 0, 2)
