"""The search for what is left of somebody: every byte, and what is packed into bytes.

Text is searched as it is written and in other encodings, and so are archives and compressed files;
of Parquet files and DuckDB databases every column is read, too, since their pages are compressed.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from workspace.database import connect
from workspace.folder import Workspace

if TYPE_CHECKING:
    import duckdb

# An id that is shorter, or a number that is, stands in many places by chance.
FEWEST_CHARACTERS = 4
FEWEST_DIGITS = 6
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp1252")
CHUNK_BYTES = 1 << 24
DATABASES = (".duckdb", ".db")
# DuckDB keeps as much of the least and greatest text of a column beside it.
STATISTIC_BYTES = 8


@dataclass(frozen=True)
class Needles:
    """What is searched for.

    Attributes:
        texts: in every way in which it may be written, in lower case.
        identifiers_n: how many identifiers, names and pseudonyms these are.
        too_short: identifiers that are only searched for as pseudonyms: any number is like them.
    """

    texts: tuple[str, ...]
    identifiers_n: int
    too_short: tuple[str, ...]

    @cached_property
    def whole(self) -> re.Pattern[str]:
        """What finds one of them in a text, unless it is a part of a longer word."""
        return _pattern(self.texts)

    @cached_property
    def encoded(self) -> tuple[bytes, ...]:
        """Each of them in each encoding; letters of ASCII are in lower case, others in any."""
        written = {way for text in self.texts for way in (text, text.upper(), text.title())}
        return tuple(
            sorted(
                {
                    way.encode(encoding).lower()
                    for way in written
                    for encoding in ENCODINGS
                    if _fits(way, encoding)
                }
            )
        )

    def replaced(self, text: str, instead: str) -> str:
        """Return a text with something else in their place."""
        return self.whole.sub(instead, text) if self.texts else text


@dataclass(frozen=True)
class Proof:
    """What was searched, and what was found.

    Attributes:
        files_n: files outside the exports.
        bytes_n: their bytes.
        tables_n: tables of databases and Parquet files of which every column was read.
        identifiers_n: what was searched for.
        found: each place where something was found, as it is shown.
        exports: per export that still holds somebody: the lines, or the places where it has none.
        too_short: how many identifiers were too short to be searched for in plain text.
    """

    files_n: int
    bytes_n: int
    tables_n: int
    identifiers_n: int
    found: tuple[str, ...]
    exports: dict[str, int]
    too_short: int

    def as_record(self) -> dict[str, Any]:
        """Return the search as a record for `--json`."""
        return {
            "files_n": self.files_n,
            "bytes_n": self.bytes_n,
            "tables_n": self.tables_n,
            "identifiers_n": self.identifiers_n,
            "too_short_n": self.too_short,
            "found": list(self.found),
            "exports": self.exports,
        }

    def lines(self) -> list[str]:
        """Return the search in words."""
        lines = [
            f"Searched {self.files_n:,} files with {self.bytes_n:,} bytes, and {self.tables_n:,} "
            f"tables in them column by column, for {self.identifiers_n:,} identifiers, names and "
            f"pseudonyms in {len(ENCODINGS)} encodings: found in {len(self.found)} places.",
        ]
        if self.too_short:
            lines.append(
                f"{self.too_short} of them are too short to be told from any number, and were "
                "searched for as pseudonyms only."
            )
        lines += [f"  still there: {place}" for place in self.found]
        if self.exports:
            lines.append("The exports are yours, and still hold them; no build reads them there:")
            lines += [f"  {path}: {n:,} lines" for path, n in self.exports.items()]
            lines.append("Take them out where the exports come from.")
        return lines


def needles_of(
    identifiers: Collection[str],
    *,
    names: Collection[tuple[str, str]],
    keys: Collection[str],
) -> Needles:
    """Return what is searched for.

    Args:
        identifiers: ids and e-mails; of an id of a platform what follows the system.
        names: first and last name of those who have nobody of their name beside them.
        keys: pseudonyms.
    """
    own = {one.rpartition("\x1f")[2] for one in identifiers}
    short = {one for one in own if not _is_telling(one)}
    texts = (own - short) | {key.lower() for key in keys}
    for first, last in names:
        texts |= {f"{first} {last}", f"{last} {first}", f"{last}, {first}", f"{last},{first}"}
        texts |= {f"{first}.{last}", f"{first}_{last}"}
    written = {way for text in texts for way in _ways(text)}
    return Needles(tuple(sorted(written)), len(own) + len(names) + len(keys), tuple(sorted(short)))


def search(workspace: Workspace, needles: Needles) -> Proof:
    """Return what a search of a whole workspace finds; exports may hold what they hold."""
    found: list[str] = []
    exports: dict[str, int] = {}
    files_n = bytes_n = tables_n = 0
    for path in sorted(_files(workspace.root)):
        shown = path.relative_to(workspace.root).as_posix()
        if path.is_relative_to(workspace.exports):
            if lines_n := _lines_with(path, needles):
                exports[shown] = lines_n
            continue
        files_n += 1
        bytes_n += path.stat().st_size
        cells = {table: _cells_with(path, table, needles) for table in _tables_of(path)}
        tables_n += len(cells)
        others = {one for like in cells.values() for one in like if not needles.whole.search(one)}
        places = [shown] if needles.whole.search(shown.lower()) else []
        places += [shown] if _holds(path, needles, others) else []
        places += [f"{shown}, {table}" for table, like in cells.items() if like - others]
        found += dict.fromkeys(places)
    return Proof(
        files_n,
        bytes_n,
        tables_n,
        needles.identifiers_n,
        tuple(found),
        exports,
        len(needles.too_short),
    )


def _is_telling(identifier: str) -> bool:
    if identifier.isdigit():
        return len(identifier) >= FEWEST_DIGITS
    return len(identifier) >= FEWEST_CHARACTERS


def _ways(text: str) -> Iterator[str]:
    """Yield the ways in which files write a text, in lower case."""
    for form in ("NFC", "NFD"):
        same = unicodedata.normalize(form, text)
        for written in (same.lower(), same.casefold(), same.upper().lower()):
            yield written
            yield json.dumps(written)[1:-1]
            yield quote(written).lower()


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _pattern(texts: Collection[str]) -> re.Pattern[str]:
    listed = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{listed or '(?!)'})(?![^\W_])", re.IGNORECASE)


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file in a folder, links not followed."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path


def _contents(path: Path) -> Iterator[bytes]:
    """Yield what a file holds: its bytes in chunks that overlap, and what is packed in them."""
    with path.open("rb") as file:
        yield from _chunks(file)
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] == b"\x1f\x8b":
        with gzip.open(path) as packed:
            yield from _chunks(packed)
    elif magic == b"PK\x03\x04" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                with archive.open(name) as packed:
                    yield from _chunks(packed)


def _chunks(file: Any) -> Iterator[bytes]:
    overlap = b""
    while chunk := file.read(CHUNK_BYTES):
        yield overlap + chunk
        overlap = chunk[-1024:]


def _holds(path: Path, needles: Needles, others: Collection[str] = ()) -> bool:
    """Return whether a file holds any of the needles.

    In a text a longer word is not the needle in it. Bytes have no words: what they hold counts
    unless it stands in one of the longer cells, of others, that the file's tables hold.
    """
    whole = {other.encode().lower() for other in others}
    longer = whole | {other[:STATISTIC_BYTES] for other in whole}
    for content in _contents(path):
        lowered = content.lower()
        if not any(one in lowered for one in needles.encoded):
            continue
        text = _as_text(content)
        if needles.whole.search(text) if text is not None else _stands(lowered, needles, longer):
            return True
    return False


def _stands(content: bytes, needles: Needles, longer: Collection[bytes]) -> bool:
    """Return whether bytes hold a needle that is no part of something longer."""
    for one in needles.encoded:
        around = [
            (found.start(), other)
            for other in longer if other != one
            for found in _places(one, other)
        ]  # fmt: skip
        for found in _places(one, content):
            if not any(_is_at(found.start() - before, other, content) for before, other in around):
                return True
    return False


def _places(one: bytes, content: bytes) -> Iterator[re.Match[bytes]]:
    return re.finditer(rb"(?=%s)" % re.escape(one), content)


def _is_at(start: int, other: bytes, content: bytes) -> bool:
    """Return whether a text stands there, as far as these bytes go: chunks overlap."""
    seen = content[max(start, 0) : start + len(other)]
    return other[max(-start, 0) :].startswith(seen)


def _as_text(content: bytes) -> str | None:
    """Return content as text where it is UTF-8; a chunk may begin and end within a letter."""
    if b"\0" in content:
        return None
    # What is no whole letter at the ends of a chunk is one in the next.
    ends = 4 if len(content) >= CHUNK_BYTES else 0
    text = content.decode("utf-8", errors="replace")
    return None if "\ufffd" in text[ends : len(text) - ends] else text


def _lines_with(path: Path, needles: Needles) -> int:
    """Return how many lines of an export hold a needle; of one without lines, how many parts."""
    if not _holds(path, needles):
        return 0
    content = path.read_bytes()
    text = _as_text(content)
    if text is None:
        return max(1, sum(content.lower().count(one) for one in needles.encoded))
    return max(1, sum(1 for line in text.splitlines() if needles.whole.search(line)))


def _tables_of(path: Path) -> list[str]:
    """Return what tables a file holds, as queries name them."""
    if path.suffix == ".parquet":
        return ["columns"]
    if path.suffix not in DATABASES:
        return []
    with _connect(path) as connection:
        rows = connection.execute(
            "select table_catalog, table_schema, table_name from information_schema.tables "
            "where table_type = 'BASE TABLE' order by all"
        ).fetchall()
    return [f"{schema}.{name}" for _, schema, name in rows]


def _cells_with(path: Path, table: str, needles: Needles) -> set[str]:
    """Return the cells of a table in which a needle stands, be it within a longer word."""
    if path.suffix == ".parquet":
        relation = "read_parquet('" + str(path).replace("'", "''") + "')"
    else:
        schema, _, name = table.partition(".")
        relation = f'"{schema}"."{name}"'
    with _connect(None if path.suffix == ".parquet" else path) as connection:
        columns = connection.execute(f"describe select * from {relation}").fetchall()
        cells = ", ".join(f'cast("{name}" as varchar)' for name, *_ in columns)
        may_be = " or ".join(
            f"contains(lower(cell), ${n})" for n in range(1, len(needles.texts) + 1)
        )
        rows = connection.execute(
            f"select distinct cell from (select unnest([{cells}]) as cell from {relation}) "
            f"where {may_be or 'false'}",
            list(needles.texts),
        )
        return {cell for (cell,) in rows.fetchall()}


def _connect(path: Path | None) -> duckdb.DuckDBPyConnection:
    return connect(path, read_only=path is not None)
