"""Whatever a file holds, a reader lands it with every record accounted for, or refuses it in words.

Files are made by breaking good ones: bytes changed, cut out, repeated and put elsewhere, in the
file itself and in the parts of its container. Nothing else may come of it: no other exception, no
reading without end, and no more memory than a small file deserves.
"""

from __future__ import annotations

import io
import json
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.files.readers import land_file
from ingest.files.readers.heads import HEADS
from ingest.files.readers.landing import Options
from tests.ingest.files.readers.books import ods
from workspace.errors import MentorshipError

pytestmark = pytest.mark.slow

ROWS = [["employee_id", "reviewed_on", "rating"], ["E1", "2024-01-31", "4"], ["E2", "ö", "3.5"]]
MEMORY_BYTES = 40 << 20


def delimited() -> bytes:
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS).encode()


def wide_text() -> bytes:
    return delimited().decode().encode("utf-16")


def document() -> bytes:
    records = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    return json.dumps({"data": [{"attributes": record} for record in records]}).encode()


def lines() -> bytes:
    return "\n".join(json.dumps(dict(zip(ROWS[0], row, strict=True))) for row in ROWS[1:]).encode()


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def old_workbook() -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("Data")
    for place, row in enumerate(ROWS):
        for column, text in enumerate(row):
            sheet.write(place, column, text)
    book.save(out)
    return out.getvalue()


def open_workbook() -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
            "</table:table-cell>"
            for text in row
        )
        + "</table:table-row>"
        for row in ROWS
    )
    return ods(f'<table:table table:name="Data">{cells}</table:table>')


def parquet() -> bytes:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "export.parquet"
        connection.execute(f"copy (select 'E1' as employee_id, 4.5 as rating) to '{path}'")
        return path.read_bytes()


MADE: dict[str, Callable[[], bytes]] = {
    "delimited": delimited,
    "utf-16": wide_text,
    "json": document,
    "lines": lines,
    "xlsx": cache(workbook),
    "xls": cache(old_workbook),
    "ods": open_workbook,
    "parquet": cache(parquet),
}
IN_CONTAINERS = ("xlsx", "ods")
TOKENS = [b"\0", b'"', b"\n", b",", b"<", b">", b"&a;", b"{", b"[", b"1e999", b"\xff", b"-" * 9]
change = st.tuples(
    st.sampled_from(["set", "cut", "repeat", "insert", "truncate"]),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(TOKENS),
)


def changed(content: bytes, changes: list[tuple[str, float, float, bytes]]) -> bytes:
    """Return a content with these changes made, one after the other."""
    for how, start_share, size_share, token in changes:
        start = int(start_share * len(content))
        end = min(len(content), start + 1 + int(size_share * 64))
        if how == "set":
            content = content[:start] + token + content[start + len(token) :]
        elif how == "cut":
            content = content[:start] + content[end:]
        elif how == "repeat":
            content = content[:end] + content[start:end] * 3 + content[end:]
        elif how == "insert":
            content = content[:start] + token + content[start:]
        else:
            content = content[:start]
    return content


def changed_within(content: bytes, part: float, changes: list) -> bytes:  # type: ignore[type-arg]
    """Return a container with one of its parts changed, whole as a container."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        chosen = names[min(int(part * len(names)), len(names) - 1)]
        for name in names:
            held = old.read(name)
            new.writestr(name, changed(held, changes) if name == chosen else held)
    return out.getvalue()


def land(folder: Path, content: bytes, layout: str) -> None:
    """Land a file, or see it refused."""
    path = folder / "export"
    path.write_bytes(content)
    with duckdb.connect(":memory:", config={"temp_directory": "", "threads": 1}) as connection:
        try:
            landing = land_file(
                connection,
                path,
                name="landed",
                shown="export",
                find_head=HEADS[layout],
                options=Options(),
            )
        except MentorshipError:
            return
        row = connection.execute("select count(*), count(distinct _record) from landed").fetchone()
    assert row is not None
    assert row[0] == row[1]
    assert landing.records_n == row[0] + len(landing.misfits)


fuzzed = settings(
    max_examples=60,
    deadline=5_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


@pytest.mark.parametrize("kind", MADE)
@fuzzed
@given(changes=st.lists(change, min_size=1, max_size=6), layout=st.sampled_from(sorted(HEADS)))
def test_a_broken_file_is_read_or_refused(
    kind: str, changes: list[tuple[str, float, float, bytes]], layout: str, tmp_path: Path
) -> None:
    land(tmp_path, changed(MADE[kind](), changes), layout)


@pytest.mark.parametrize("kind", IN_CONTAINERS)
@fuzzed
@given(part=st.floats(0, 1), changes=st.lists(change, min_size=1, max_size=6))
def test_a_broken_part_of_a_workbook_is_read_or_refused(
    kind: str, part: float, changes: list[tuple[str, float, float, bytes]], tmp_path: Path
) -> None:
    land(tmp_path, changed_within(MADE[kind](), part, changes), "table")


@fuzzed
@given(content=st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(content: bytes, tmp_path: Path) -> None:
    land(tmp_path, content, "table")


@pytest.mark.parametrize("kind", MADE)
def test_a_small_file_takes_little_memory(kind: str, tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        land(tmp_path, MADE[kind](), "table")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_BYTES
