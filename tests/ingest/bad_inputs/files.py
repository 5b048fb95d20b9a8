"""Files that are wrong as files: 1 to 34."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import openpyxl

from tests.ingest.bad_inputs.catalog import Rows, listed
from tests.ingest.conftest import Workspace
from tests.ingest.files.readers.books import headers, packed, xlsx, xlsx_parts

HEADER = "employee_id,reviewed_on,rating,rating_scale_max"
BODY = "E1,2024-01-31,4,5\nE2,2024-02-29,3.5,5\n"
CSV = f"{HEADER}\n{BODY}"
READ: tuple[str, Rows] = (
    "select reviewed_on::varchar, rating from performance_reviews order by reviewed_on",
    [("2024-01-31", 4.0), ("2024-02-29", 3.5)],
)
FIRST: tuple[str, Rows] = (READ[0], READ[1][:1])


def reviews(content: str | bytes, name: str | None = None, **source: Any) -> Callable[..., object]:
    """Return what writes an export of performance reviews."""
    return lambda workspace: workspace.write("performance_reviews", content, name, **source)


def book(fill: Callable[[openpyxl.Workbook], object]) -> bytes:
    """Return an XLSX workbook."""
    workbook, out = openpyxl.Workbook(), io.BytesIO()
    fill(workbook)
    workbook.save(out)
    return out.getvalue()


def sheet_rows(workbook: openpyxl.Workbook, *, title: str | None = None) -> Any:
    """Fill a sheet with the two reviews and return it."""
    sheet = workbook.active if title is None else workbook.create_sheet(title)
    assert sheet is not None
    for line in CSV.splitlines():
        sheet.append([float(x) if x.replace(".", "").isdigit() else x for x in line.split(",")])
    return sheet


def two_files(workspace: Workspace) -> None:
    """Write one export under two names."""
    reviews(CSV, "reviews_1.csv")(workspace)
    workspace.sources[-1]["path"] = "exports/reviews_*.csv"
    (workspace.root / "exports" / "reviews_2.csv").write_text(CSV)


def link_outside(workspace: Workspace) -> None:
    """Write a link that leads out of the workspace."""
    reviews(CSV)(workspace)
    path = workspace.root / "exports" / "performance_reviews.csv"
    outside = workspace.root.parent / "outside.csv"
    path.rename(outside)
    path.symlink_to(outside)


def merged(workbook: openpyxl.Workbook) -> None:
    sheet = sheet_rows(workbook)
    sheet["D3"] = None
    sheet.merge_cells("D2:D3")


def hidden_sheet(workbook: openpyxl.Workbook) -> None:
    sheet_rows(workbook)
    sheet_rows(workbook, title="Hidden").sheet_state = "hidden"


def two_sheets(workbook: openpyxl.Workbook) -> None:
    sheet_rows(workbook)
    sheet_rows(workbook, title="Second")


def formula(workbook: openpyxl.Workbook) -> None:
    sheet_rows(workbook)["C3"] = "=7/2"


def error_cell(workbook: openpyxl.Workbook) -> None:
    sheet_rows(workbook)["C3"] = "#N/A"


def entities() -> bytes:
    parts = xlsx_parts(headers(*HEADER.split(",")))
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    parts["xl/worksheets/sheet1.xml"] = bomb + str(parts["xl/worksheets/sheet1.xml"])
    return packed(parts)


def bomb() -> bytes:
    return xlsx(headers(*HEADER.split(",")) + " " * 600_000_000)


def protected() -> bytes:
    from tests.ingest.files.readers.books import compound

    return compound("EncryptedPackage", os.urandom(64))


listed(
    1,
    "a byte order mark",
    "read",
    "the mark is no letter",
    reviews(CSV.encode("utf-8-sig")),
    query=READ,
)
listed(
    2, "UTF-16", "read", "told by its mark or its zeros", reviews(CSV.encode("utf-16")), query=READ
)
listed(
    3,
    "Windows-1252 (euro sign, curly quotes)",
    "read",
    "told by its bytes and said; `encoding:` overrules",
    lambda w: w.write(
        "goals",
        "goal_id,pairing_id,category,set_on\nG1,P1,“Größe” für 5 €,2024-01-31\n".encode("cp1252"),
    ),
    table="goals",
    query=("select category from goals", [("“Größe” für 5 €",)]),
    says="1252",
)
listed(
    4,
    "lines in different encodings",
    "quarantined",
    "the lines that are no text in the encoding of the rest",
    lambda w: w.write(
        "goals",
        "goal_id,pairing_id,category,set_on\nG1,P1,Größe,2024-01-31\n".encode()
        + "G2,P1,Größe,2024-01-31\n".encode("cp1252"),
    ),
    table="goals",
    reasons={"undecodable": 1},
    query=("select goal_id, category from goals", [("G1", "Größe")]),
)
listed(
    5,
    "letters encoded twice (FÃ¼r)",
    "quarantined",
    "unless `encoding:` says that it is right so",
    lambda w: w.write(
        "goals",
        "goal_id,pairing_id,category,set_on\nG1,P1,FÃ¼r alle,2024-01-31\nG2,P1,Mut,2024-01-31\n",
    ),
    table="goals",
    reasons={"twice_encoded": 1},
    query=("select goal_id from goals", [("G2",)]),
)
listed(
    6,
    "semicolons, tabs or bars",
    "read",
    "told by the headers and said",
    reviews(CSV.replace(",", ";")),
    query=READ,
)
listed(
    7,
    "a line sep=;",
    "read",
    "it is no header",
    reviews("sep=;\n" + CSV.replace(",", ";")),
    query=READ,
)
listed(
    8,
    "lines that end in a carriage return only",
    "read",
    "as lines",
    reviews(CSV.replace("\n", "\r")),
    query=READ,
)
listed(
    9,
    "a line break inside quotes",
    "read",
    "as part of the cell",
    lambda w: w.write(
        "goals", 'goal_id,pairing_id,category,set_on\nG1,P1,"Mut\nund Maß",2024-01-31\n'
    ),
    table="goals",
    query=("select category from goals", [("Mut\nund Maß",)]),
)
listed(
    10,
    "a quote that never closes",
    "refused",
    "with its line",
    reviews(HEADER + '\nE1,2024-01-31,"4,5\nE2,2024-02-29,3.5,5\n'),
    says="quote",
)
listed(
    11,
    "rows with more or fewer cells",
    "quarantined",
    "the rows",
    reviews(CSV + "E1,2025-01-31,4\n"),
    reasons={"ragged_row": 1},
    query=READ,
)
listed(
    12,
    "bytes of zero",
    "refused",
    "unless it is UTF-16",
    reviews(CSV.encode() + b"E1,2025\0,4,5\n"),
    says="zero",
)
listed(
    13, "no bytes at all", "refused", "an export of nothing has headers", reviews(b""), says="empty"
)
listed(
    14,
    "headers and nothing else",
    "read",
    "as no records, with a warning",
    reviews(HEADER + "\n"),
    query=(READ[0], []),
    says="no record",
)
listed(
    15,
    "title rows above the headers",
    "read",
    "found by the headers that are waited for, and said",
    reviews("Reviews 2024\nprinted on 1 March\n\n" + CSV),
    query=READ,
)
listed(
    16,
    "blank and trailing columns",
    "read",
    "without them",
    reviews("".join(f",{line},,\n" for line in CSV.splitlines())),
    query=READ,
)
listed(
    17,
    "a header twice",
    "refused",
    "where a column that is needed stands twice",
    reviews(
        CSV.replace("reviewed_on,rating,", "reviewed_on,rating,rating,")
        .replace(",4,", ",4,4,")
        .replace(",3.5,", ",3.5,3.5,")
    ),
    says="two columns",
)
listed(
    18,
    "headers in another case, with odd spaces",
    "read",
    "case and spaces do not matter",
    reviews(CSV.replace("employee_id", " Employee\u00a0ID ").replace("reviewed_on", "REVIEWED ON")),
    query=READ,
)
listed(
    19,
    "the headers again inside",
    "quarantined",
    "set aside; it is no problem",
    reviews(f"{HEADER}\nE1,2024-01-31,4,5\n{HEADER}\nE2,2024-02-29,3.5,5\n"),
    reasons={"repeated_header": 1},
    query=READ,
)
listed(
    20,
    "a row of totals at the end",
    "quarantined",
    "set aside; it is no problem",
    reviews(CSV + "Total,,7.5,\n"),
    reasons={"footer_row": 1},
    query=READ,
)
listed(
    21,
    "cut off at the end",
    "refused",
    "the last record is not whole",
    reviews(CSV + "E1,2025-0"),
    says="middle of a record",
)
listed(
    22,
    "still being written",
    "refused",
    "the file changed while it was read: see `test_formats.py`",
    reviews(CSV + 'E1,2025-01-31,"4'),
    says="quote",
)
listed(
    23,
    "the same file twice",
    "read",
    "once; the second is duplicates",
    two_files,
    query=READ,
    duplicates_n=2,
)
listed(
    24,
    "the wrong extension",
    "read",
    "the content says what it is, and the name is said to be wrong",
    reviews(book(sheet_rows), "reviews.csv"),
    query=READ,
    says="XLSX",
)
listed(
    25,
    "a password, or an old .xls",
    "refused",
    "with the password; an old workbook is read",
    reviews(protected(), "reviews.xlsx"),
    says="password",
)
listed(
    26,
    "merged cells",
    "read",
    "a merged cell counts for every row it covers",
    reviews(book(merged), "reviews.xlsx"),
    query=READ,
)
listed(
    27,
    "hidden sheets or rows",
    "read",
    "hidden sheets are never chosen; hidden rows are read and said",
    reviews(book(hidden_sheet), "reviews.xlsx"),
    query=READ,
)
listed(
    28,
    "several sheets",
    "refused",
    "`sheet:` chooses",
    reviews(book(two_sheets), "reviews.xlsx"),
    says="sheet",
)
listed(
    29,
    "formulas without a value",
    "quarantined",
    "as the text they are; nothing is ever evaluated",
    reviews(book(formula), "reviews.xlsx"),
    reasons={"unreadable_number": 1},
    query=FIRST,
)
listed(
    30,
    "#N/A",
    "quarantined",
    "as empty: here a required value is missing; other errors of formulas are no values either",
    reviews(book(error_cell), "reviews.xlsx"),
    reasons={"missing_value": 1},
    query=FIRST,
)
listed(
    31,
    "an archive that unpacks to too much",
    "refused",
    "before it is unpacked",
    lambda w: w.write("performance_reviews", bomb(), "reviews.xlsx"),
    says="unpack",
)
listed(
    32,
    "XML entities that multiply",
    "refused",
    "entities are refused altogether",
    lambda w: w.write("performance_reviews", entities(), "reviews.xlsx"),
    says="document type",
)
listed(
    33,
    "a path or a link out of the workspace",
    "refused",
    "unless `ingest.allowed_folders` names the folder",
    link_outside,
    says="workspace",
)
listed(
    34,
    "links to other workbooks",
    "read",
    "never followed",
    reviews(book(sheet_rows), "reviews.xlsx"),
    query=READ,
)
