"""What a file is, told by its content, and what no reader reads."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from ingest.files.readers import land_file
from ingest.files.readers.heads import Head, Record, table_head
from ingest.files.readers.landing import Options
from tests.ingest.files.readers.conftest import Land
from workspace.errors import DataRefused, EnvironmentFailed

CSV = b"a,b\n1,2\n"


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["export.xlsx", "export.json", "export.parquet", "export.xls"])
def test_the_content_says_what_a_file_is_and_a_wrong_name_is_said(land: Land, name: str) -> None:
    landing, rows = land(CSV, name)
    assert rows == [(1, 2, "1", "2")]
    suffix = name.removeprefix("export")
    assert landing.remarks == (f"named {suffix}, but holds delimited text; read as that.",)


def test_json_is_told_by_its_content(land: Land) -> None:
    landing, rows = land('[{"a": 1}]', "export.csv")
    assert rows == [(1, 1, "1")]
    assert landing.remarks == ("named .csv, but holds JSON; read as that.",)


def test_words_of_the_user_that_mean_nothing_for_a_format_are_said(land: Land) -> None:
    landing, _ = land(CSV, sheet="Data", cell_range="A1:B9")
    assert landing.remarks == (
        "`sheet:` means nothing for delimited text, and is not followed.",
        "`cell_range:` means nothing for delimited text, and is not followed.",
    )
    landing, _ = land('[{"a": 1}]', "export.json", header_row=2)
    assert landing.remarks == ("`header_row:` means nothing for JSON, and is not followed.",)


@pytest.mark.parametrize("header", ["[id],name", "{id},name", '{"id"};name'])
def test_headers_in_brackets_are_no_json(land: Land, header: str) -> None:
    delimiter = "," if "," in header else ";"
    landing, _ = land(f"{header}\n1{delimiter}2\n", delimiter=delimiter)
    assert len(landing.head.names) == 2


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (gzip.compress(CSV, mtime=0), "a file compressed with gzip"),
        (bz2.compress(CSV), "a file compressed with bzip2"),
        (lzma.compress(CSV), "a file compressed with xz"),
        (b"\x28\xb5\x2f\xfd" + bytes(20), "a file compressed with Zstandard"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(20), "a file compressed with 7-Zip"),
        (b"Rar!\x1a\x07\x01\x00", "a file compressed with RAR"),
        (zipped({"export.csv": CSV}), "a ZIP archive of 1 files"),
        (zipped({}), "a ZIP archive of 0 files"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "a web page"),
        ("\ufeff\n <!DOCTYPE html><p>".encode(), "a web page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas"/>', "an XML document"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "an XML document"),
        (b"SQLite format 3\x00" + bytes(20), "an SQLite database"),
        (b"PARE" + bytes(20), "an encrypted Parquet file"),
        (
            zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b""}),
            "a binary workbook (XLSB)",
        ),
        (
            zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b""}),
            "a document of an office program",
        ),
        (zipped({"Index/Document.iwa": b""}), "a document of Apple Numbers or Pages"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "a document of an office program"),
        (b"PK\x03\x04" + bytes(30), "a ZIP container that cannot be opened"),
    ],
)
def test_what_no_reader_reads_is_refused_with_what_it_is(
    land: Land, content: bytes, found: str
) -> None:
    with pytest.raises(DataRefused) as refusal:
        land(content)
    assert refusal.value.found == found
    assert refusal.value.to_do


@pytest.mark.parametrize("is_restored", [False, True])
def test_a_file_that_changes_while_it_is_read_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, is_restored: bool
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(CSV)

    def write_on(opening: Sequence[Record], file: str) -> Head:
        if is_restored:
            other = tmp_path / "other.csv"
            other.write_bytes(b"a,b\n9,9\n")
            stat = path.stat()
            os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            other.replace(path)
        else:
            with path.open("ab") as export:
                export.write(b"3,4\n")
        return table_head(opening, file)

    with pytest.raises(DataRefused, match="changed while it was read"):
        land_file(
            connection,
            path,
            name="landed",
            shown="export.csv",
            find_head=write_on,
            options=Options(),
        )


def test_a_file_that_the_memory_does_not_hold_is_the_machines_failure(
    connection: duckdb.DuckDBPyConnection, land: Land
) -> None:
    connection.execute("set memory_limit = '2MB'")
    content = "a,b\n" + "".join(f"{n},{'x' * 100}\n" for n in range(40_000))
    with pytest.raises(EnvironmentFailed, match="memory does not hold"):
        land(content)
