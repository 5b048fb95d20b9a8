"""What a file is, told by its content; its name is only compared with it."""

from __future__ import annotations

import re
import zipfile
import zlib
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Literal

from ingest.files.readers.encodings import early_encoding
from ingest.files.readers.landing import Options
from ingest.files.readers.packages import protected
from ingest.files.readers.scan import START_BYTES
from workspace.errors import DataRefused, Place

Format = Literal["delimited", "xlsx", "xls", "ods", "json", "parquet"]

SUFFIXES: dict[Format, tuple[str, ...]] = {
    "delimited": ("", ".csv", ".tsv", ".txt", ".tab", ".psv", ".dat", ".asc"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".xlt"),
    "ods": (".ods", ".ots"),
    "json": (".json", ".jsonl", ".ndjson"),
    "parquet": (".parquet", ".pq"),
}
PLAIN_NAMES: dict[Format, str] = {
    "delimited": "delimited text",
    "xlsx": "an XLSX workbook",
    "xls": "an XLS workbook",
    "ods": "an ODS workbook",
    "json": "JSON",
    "parquet": "Parquet",
}
BOOKS = ("xlsx", "xls", "ods")
ZIP_MARK = b"PK\x03\x04"
EMPTY_ZIP_MARK = b"PK\x05\x06"
OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
}
OTHERS = {
    b"%PDF": "a PDF document",
    b"SQLite format 3\x00": "an SQLite database",
    b"PARE": "an encrypted Parquet file",
    b"ARROW1": "an Arrow file",
    b"FEA1": "a Feather file",
    b"Obj\x01": "an Avro file",
    b"{\\rtf": "a text document (RTF)",
}
MARKUP = re.compile(r"\s*<(\?xml|!doctype|!--|html|head|body|table|meta|style)", re.IGNORECASE)
# A brace or a bracket that begins JSON, and not a header.
JSON_START = re.compile(r'\s*(\{\s*("|\}|$)|\[\s*(\{|\[|\]|$))')
ODS_TYPES = (
    b"application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.spreadsheet-template",
)
BINARY_WORKBOOK = "xl/workbook.bin"
# All that a container may answer that is none, or is cut off, or holds bytes that do not unpack.
BROKEN_ZIP = (
    *(zipfile.BadZipFile, zlib.error, EOFError),
    *(NotImplementedError, RuntimeError, OSError, ValueError),
)


def format_of(path: Path, *, shown: str, options: Options) -> Format:
    """Return what a file is.

    Raises:
        DataRefused: it is something no reader reads, or it is packed or protected.
    """
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    if start.startswith((ZIP_MARK, EMPTY_ZIP_MARK)):
        return _format_in_zip(path, shown)
    if start.startswith(OLE_MARK):
        return _format_in_ole(path, shown)
    if start.startswith(b"PAR1"):
        return "parquet"
    for mark, method in COMPRESSED.items():
        if start.startswith(mark):
            raise _packed(f"a file compressed with {method}", shown)
    for mark, what in OTHERS.items():
        if start.startswith(mark):
            raise _unknown(what, shown)
    text = _as_text(start)
    if markup := MARKUP.match(text):
        is_page = markup[1].lower() != "?xml" or "<html" in text.lower()
        raise _unknown("a web page" if is_page else "an XML document", shown)
    if options.delimiter is None and JSON_START.match(text):
        return "json"
    return "delimited"


def remark_on_name(path: Path, found: Format) -> str | None:
    """Return a sentence about a name that promises something else than the file holds."""
    suffix = path.suffix.lower()
    promised = next((name for name, suffixes in SUFFIXES.items() if suffix in suffixes), None)
    if promised in (None, found):
        return None
    return f"named {suffix or 'without a suffix'}, but holds {PLAIN_NAMES[found]}; read as that."


def remarks_on_options(found: Format, options: Options) -> list[str]:
    """Return a sentence about each word of the user that means nothing for such a file."""
    is_book = found in BOOKS
    idle = (
        ("delimiter", options.delimiter is not None and found != "delimited"),
        ("sheet", options.sheet is not None and not is_book),
        ("cell_range", options.cell_range is not None and not is_book),
        ("header_row", options.header_row is not None and found in ("json", "parquet")),
    )
    return [
        f"`{name}:` means nothing for {PLAIN_NAMES[found]}, and is not followed."
        for name, is_idle in idle
        if is_idle
    ]


def _format_in_zip(path: Path, shown: str) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and _first_bytes(archive, "mimetype") in ODS_TYPES:
                return "ods"
    except BROKEN_ZIP as error:
        raise DataRefused(
            "The workbook or archive is broken.",
            place=Place(shown),
            found="a ZIP container that cannot be opened",
            to_do="export again; the file may have been cut off",
        ) from error
    if BINARY_WORKBOOK in names:
        raise _unknown("a binary workbook (XLSB)", shown)
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise _unknown("a document of an office program", shown)
    if any(name.startswith("Index/") for name in names):
        raise _unknown("a document of Apple Numbers or Pages", shown)
    raise _packed(f"a ZIP archive of {len(names)} files", shown)


def _first_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(100).strip()


def _format_in_ole(path: Path, shown: str) -> Format:
    """Return that an OLE container is a workbook, told by the names of its streams."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as container:
        is_workbook, is_encrypted = (
            any(container.find(name.encode("utf-16-le")) >= 0 for name in names)
            for names in (("Workbook", "Book"), ("EncryptedPackage",))
        )
    if is_workbook:
        return "xls"
    if is_encrypted:
        raise protected(shown)
    raise _unknown("a document of an office program", shown)


def _as_text(start: bytes) -> str:
    """Return the first bytes as text, good enough to tell markup and JSON by."""
    marked = early_encoding(start)
    if marked is not None:
        return start.decode(marked.name, errors="ignore").lstrip("\ufeff")
    return start.decode("latin-1")


def _packed(what: str, shown: str) -> DataRefused:
    return DataRefused(
        "The export is packed.",
        place=Place(shown),
        found=what,
        expected="the export itself",
        to_do="unpack it, and name the file that was in it",
    )


def _unknown(what: str, shown: str) -> DataRefused:
    return DataRefused(
        "The export is not in a format that can be read.",
        place=Place(shown),
        found=what,
        expected="delimited text (CSV, TSV), a workbook (XLSX, XLS, ODS), JSON, or Parquet",
        to_do="export as one of these; a file that opens in a spreadsheet can be saved as XLSX",
    )
