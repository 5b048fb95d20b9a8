"""The benchmark of landing: a large CSV against DuckDB's own reader, and a large workbook.

Both read the same file in the same run, each into a new in-memory database that may not spill.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from ingest.files.readers import land_file
from ingest.files.readers.heads import table_head
from ingest.files.readers.landing import Landing, Options

# Twenty bytes a row in seven columns: 800 MB are 40 million rows.
ROWS_PER_MEGABYTE = 50_000
SHEET_ROWS, SHEET_COLUMNS = 100_000, 10


def main() -> None:
    """Print what landing takes, and how often as long as DuckDB's own reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200, help="size of the CSV")
    parser.add_argument("--repeats", type=int, default=1, help="the shortest of so many counts")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mentorship-bench-") as folder:
        landing(Path(folder), megabytes=said.megabytes, repeats=said.repeats)
        workbook(Path(folder))


def landing(folder: Path, *, megabytes: int, repeats: int = 1) -> float:
    """Print the seconds of a plain read and of landing; return how often as long landing took."""
    path = folder / "landing.csv"
    write_csv(path, rows_n=megabytes * ROWS_PER_MEGABYTE)
    # Once through the file, so that the first to read it is not the one that waits for the disk.
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass
    plain = min(seconds_of(lambda c: read_plainly(c, path)) for _ in range(repeats))
    landed = min(seconds_of(lambda c: land(c, path)) for _ in range(repeats))
    size = path.stat().st_size / 1e6
    print(f"{'CSV':<22}{size:9.0f} MB, {megabytes * ROWS_PER_MEGABYTE:,} rows, 7 columns")
    print(f"{'plain read_csv':<22}{plain:9.2f} s")
    print(f"{'landing':<22}{landed:9.2f} s   ({landed / plain:.2f} times, at most 2)")
    path.unlink()
    return landed / plain


def workbook(folder: Path) -> float:
    """Print and return the seconds that landing a large workbook takes."""
    path = folder / "landing.xlsx"
    write_workbook(path)
    seconds = seconds_of(lambda c: land(c, path))
    shown = f"{SHEET_ROWS:,} rows, {SHEET_COLUMNS} columns"
    print(f"{'XLSX':<22}{seconds:9.2f} s   ({shown}; at most 15 s)")
    return seconds


def seconds_of(read: Callable[[duckdb.DuckDBPyConnection], object]) -> float:
    """Return the seconds that a read takes in a new database."""
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
        connection.execute("set timezone = 'UTC'")
        began = time.perf_counter()
        read(connection)
        return time.perf_counter() - began


def read_plainly(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read a file as DuckDB does by itself."""
    connection.execute(
        "create table plain as select * from read_csv($path, all_varchar = true)",
        {"path": str(path)},
    )


def land(connection: duckdb.DuckDBPyConnection, path: Path) -> Landing:
    """Land a file as a load does."""
    landed = land_file(
        connection,
        path,
        name="landed",
        shown=path.name,
        find_head=table_head,
        options=Options(),
    )
    if landed.misfits or landed.records_n == 0:
        sys.exit(f"{path.name} did not land as it was written")
    return landed


def write_csv(path: Path, *, rows_n: int) -> None:
    """Write a CSV of seven columns of short texts, about twenty bytes a row."""
    with duckdb.connect() as connection:
        shown = str(path).replace("'", "''")
        connection.execute(
            f"""
            copy (
                select
                    i % 1000 as a, i % 7 as b, i % 31 as c, i % 97 as d,
                    i % 5 as e, i % 89 as f, i % 1000 as g,
                from range({rows_n}) as r(i)
            ) to '{shown}' (header, delimiter ',')
            """
        )


def write_workbook(path: Path) -> None:
    """Write an XLSX workbook of one sheet, as a report generator writes it."""
    main_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    columns = [chr(ord("A") + n) for n in range(SHEET_COLUMNS)]

    def row(number: int) -> str:
        cells = "".join(
            f'<c r="{column}{number}" t="inlineStr"><is><t>{column} of {number}</t></is></c>'
            if n % 2
            else f'<c r="{column}{number}"><v>{number * (n + 1)}</v></c>'
            for n, column in enumerate(columns)
        )
        return f'<row r="{number}">{cells}</row>'

    headers = "".join(
        f'<c r="{column}1" t="inlineStr"><is><t>header {column}</t></is></c>' for column in columns
    )
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main_space}" xmlns:r="{links}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{links}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            opening = f'<worksheet xmlns="{main_space}"><sheetData><row r="1">{headers}</row>'
            sheet.write(opening.encode())
            for number in range(2, SHEET_ROWS + 2):
                sheet.write(row(number).encode())
            sheet.write(b"</sheetData></worksheet>")


if __name__ == "__main__":
    main()
