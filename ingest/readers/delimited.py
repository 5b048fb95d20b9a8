"""Delimited text (CSV, TSV and their kin), landed as text, record by record.

Two ways lead to the same table. The fast one lets DuckDB read a well-formed UTF-8 file and checks
what it read against the file's own line count. Whatever is not well formed takes the exact one:
Python decodes and parses it, knows the line of every record, and keeps a record that does not fit
the header instead of stopping at it.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb
import pandas as pd

from ingest.readers.heads import LOOK_AHEAD, Head, Record
from mentorship.errors import ConfigError, DataRefused, Place

DELIMITERS = (",", ";", "\t", "|")
CHUNK_BYTES = 1 << 22
CHUNK_RECORDS = 50_000
# A cell beyond this is a quote that never closes, not an answer.
LARGEST_CELL = 1 << 26

FindHead = Callable[[Sequence[Record], str], Head]


@dataclass(frozen=True)
class Misfit:
    """A record that does not fit the header: kept as it was found."""

    record: int
    line: int
    reason: str
    found: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Landing:
    """One file, landed.

    Attributes:
        view: name of the relation with `_record`, `_line` and `c0`, `c1`, ... as text.
        head: its columns.
        records_n: records in the file, misfits included.
        misfits: records that are not in the relation.
        sha256: hash of the file's bytes.
        size_bytes: the file's size.
    """

    view: str
    head: Head
    records_n: int
    misfits: tuple[Misfit, ...]
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class _Bytes:
    """What one pass over the bytes tells."""

    sha256: str
    size_bytes: int
    lines_n: int
    has_nul: bool
    has_lone_return: bool
    has_spaced_quote: bool
    start: bytes


@dataclass(frozen=True)
class _Dialect:
    encoding: str
    delimiter: str
    has_sep_line: bool


@dataclass
class _Columns:
    """Records waiting to be landed, column by column."""

    width: int
    numbers: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    cells: list[tuple[str | None, ...]] = field(default_factory=list)

    def frame(self) -> pd.DataFrame:
        columns = list(zip(*self.cells, strict=True)) if self.cells else [()] * self.width
        texts = {f"c{n}": pd.Series(columns[n], dtype=object) for n in range(self.width)}
        return pd.DataFrame({"_record": self.numbers, "_line": self.lines, **texts})


def land(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str,
    shown: str,
    find_head: FindHead,
    encoding: str | None = None,
    delimiter: str | None = None,
    is_exact: bool = False,
) -> Landing:
    """Return a file landed as the relation `name`, every cell as text and empty cells as null.

    Args:
        connection: ingest's own in-memory connection.
        path: the file.
        name: what the relation is to be called.
        shown: how errors name the file.
        find_head: finds the header rows among the first records.
        encoding: the character encoding; UTF-8 or the file's own mark without it.
        delimiter: the separator; found in the first line without it.
        is_exact: take the exact way even when the fast one would do.

    Raises:
        DataRefused: the file is empty, cannot be decoded, or has a quote that never closes.
        ConfigError: the encoding does not exist.
    """
    csv.field_size_limit(LARGEST_CELL)
    before = path.stat()
    scan = _scan(path)
    dialect = _dialect(path, scan, shown=shown, encoding=encoding, delimiter=delimiter)
    opening = _opening(path, dialect, shown)
    head = find_head(opening, shown)
    first = opening[head.records_n] if len(opening) > head.records_n else None
    is_plain = (
        dialect.encoding == "utf-8-sig"
        and len(head.names) > 1
        and not (is_exact or scan.has_lone_return or scan.has_spaced_quote)
        and not set(str(path)) & set("*?[")
    )
    misfits: list[Misfit] = []
    records_n = None
    if is_plain:
        records_n = _land_fast(connection, path, name, dialect, head, first, scan.lines_n)
    if records_n is None:
        records_n = _land_exactly(connection, path, name, dialect, head, shown, misfits)
    after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise DataRefused(
            "The export changed while it was read.",
            place=Place(shown),
            to_do="wait until it is written, then build again",
        )
    return Landing(name, head, records_n, tuple(misfits), scan.sha256, scan.size_bytes)


def _scan(path: Path) -> _Bytes:
    """Return the file's hash and the few facts that decide how it may be read."""
    digest = hashlib.sha256()
    size = newlines = returns = pairs = 0
    has_nul = has_spaced_quote = False
    start = last = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            start = start or chunk[: 1 << 16]
            size += len(chunk)
            newlines += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            joined = last + chunk
            pairs += joined.count(b"\r\n")
            has_nul = has_nul or b"\0" in chunk
            has_spaced_quote = has_spaced_quote or b' "' in joined or b'" ' in joined
            last = chunk[-1:]
    lines = newlines + (last not in (b"", b"\n"))
    return _Bytes(
        digest.hexdigest(), size, lines, has_nul, returns != pairs, has_spaced_quote, start
    )


def _dialect(
    path: Path, scan: _Bytes, *, shown: str, encoding: str | None, delimiter: str | None
) -> _Dialect:
    """Return how the file is written: what the user says, else what its first bytes show."""
    if not scan.start.strip(b"\0\r\n\t "):
        raise DataRefused(
            "The export is empty.",
            place=Place(shown, 1),
            found=f"{scan.size_bytes} bytes and no text",
            expected="a row of headers",
            to_do="export again; an export of nothing still has headers",
        )
    known = _encoding(scan, encoding, shown)
    if scan.has_nul and not known.startswith(("utf-16", "utf-32")):
        raise DataRefused(
            "The export holds bytes of zero, so it is not text in this encoding.",
            place=Place(shown, _line_of_byte(path, b"\0")),
            expected="text",
            to_do="export again, or say `encoding: utf-16-le` when it is UTF-16 without its mark",
        )
    with path.open(encoding=known, errors="replace", newline="") as file:
        first = next((line for line in file if line.strip()), "").strip("\r\n")
    has_sep_line = first.lower().startswith("sep=") and len(first) == 5
    if has_sep_line:
        return _Dialect(known, delimiter or first[4], has_sep_line)
    return _Dialect(known, delimiter or _delimiter(first), has_sep_line)


def _encoding(scan: _Bytes, encoding: str | None, shown: str) -> str:
    if encoding is None:
        marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        return "utf-16" if scan.start.startswith(marks) else "utf-8-sig"
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise ConfigError(
            "Unknown character encoding.",
            place=Place(shown),
            found=encoding,
            expected="a name such as utf-8, cp1252, utf-16, latin-1",
        ) from error
    return "utf-8-sig" if name == "utf-8" else name


def _delimiter(line: str) -> str:
    """Return the separator that cuts the line into most cells; a comma when none cuts it."""
    widths = {sep: len(next(csv.reader([line], delimiter=sep), [])) for sep in DELIMITERS}
    return max(DELIMITERS, key=lambda sep: widths[sep])


def _opening(path: Path, dialect: _Dialect, shown: str) -> list[Record]:
    """Return the first records; a record that cannot be parsed ends them."""
    records: list[Record] = []
    parsed = islice(_records(path, dialect, shown), LOOK_AHEAD)
    for record in parsed:
        if isinstance(record, Misfit):
            break
        records.append(record)
    return records


def _land_fast(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    dialect: _Dialect,
    head: Head,
    first: Record | None,
    lines_n: int,
) -> int | None:
    """Return how many records DuckDB landed, or None when it did not read the file exactly."""
    width = len(head.names)
    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
    skipped = head.records_n + dialect.has_sep_line
    try:
        connection.execute(
            f"""
            create or replace table {name}_cells as
            select * from read_csv(
                $path, columns = {{{columns}}}, delim = $delimiter, quote = '"', escape = '"',
                header = false, skip = {skipped}, auto_detect = false, strict_mode = true
            )
            """,
            {"path": str(path), "delimiter": dialect.delimiter},
        )
    except duckdb.Error:
        return None
    is_same = _begins_with(connection, name, first, width)
    if not (is_same and _number_lines(connection, name, head.last_line, lines_n, width)):
        connection.execute(f"drop table {name}_cells")
        return None
    return _count(connection, f"{name}_cells")


def _begins_with(
    connection: duckdb.DuckDBPyConnection, name: str, first: Record | None, width: int
) -> bool:
    """Return whether the first landed record is the one that Python reads first."""
    landed = connection.execute(f"select * from {name}_cells order by rowid limit 1").fetchone()
    if landed is None or first is None:
        return landed is None and first is None
    return landed == tuple(cell or None for cell in first.cells) and len(first.cells) == width


def _number_lines(
    connection: duckdb.DuckDBPyConnection, name: str, last_line: int, lines_n: int, width: int
) -> bool:
    """Create the relation with record and line numbers; False when the lines do not add up."""
    cells = ", ".join(f"c{n}" for n in range(width))
    records_n = _count(connection, f"{name}_cells")
    if last_line + records_n == lines_n:
        connection.execute(
            f"create or replace view {name} as select rowid + 1 as _record, "
            f"rowid + 1 + {last_line} as _line, {cells} from {name}_cells"
        )
        return True
    breaks = " + ".join(
        f"coalesce(length(c{n}) - length(replace(c{n}, chr(10), '')), 0)" for n in range(width)
    )
    inner = connection.execute(f"select coalesce(sum({breaks}), 0) from {name}_cells").fetchone()
    if inner is None or last_line + records_n + inner[0] != lines_n:
        return False
    connection.execute(
        f"""
        create or replace table {name}_lines as
        select
            rowid + 1 as _record,
            {last_line} + sum(1 + {breaks}) over (order by rowid) - ({breaks}) as _line,
            {cells},
        from {name}_cells
        order by rowid
        """
    )
    connection.execute(f"create or replace view {name} as select * from {name}_lines")
    return True


def _land_exactly(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    dialect: _Dialect,
    head: Head,
    shown: str,
    misfits: list[Misfit],
) -> int:
    """Return how many records Python read; those that do not fit the header become misfits."""
    width = len(head.names)
    texts = ", ".join(f"c{n} varchar" for n in range(width))
    connection.execute(
        f"create or replace table {name}_lines (_record bigint, _line bigint, {texts})"
    )
    waiting = _Columns(width)
    number = 0
    records = (r for r in _records(path, dialect, shown) if _first_line(r) > head.last_line)
    for number, record in enumerate(records, 1):
        if isinstance(record, Misfit):
            misfits.append(Misfit(number, record.line, record.reason, record.found, record.cells))
            continue
        cells = record.cells
        if len(cells) != width and (len(cells) < width or any(cells[width:])):
            found = f"{len(cells)} cells under {width} headers"
            misfits.append(Misfit(number, record.first_line, "ragged_row", found, cells))
            continue
        waiting.numbers.append(number)
        waiting.lines.append(record.first_line)
        waiting.cells.append(tuple(cell or None for cell in cells[:width]))
        if len(waiting.numbers) >= CHUNK_RECORDS:
            _append(connection, name, waiting)
            waiting = _Columns(width)
    _append(connection, name, waiting)
    connection.execute(f"create or replace view {name} as select * from {name}_lines")
    return number


def _append(connection: duckdb.DuckDBPyConnection, name: str, waiting: _Columns) -> None:
    if not waiting.numbers:
        return
    cells = ", ".join(f"cast(c{n} as varchar)" for n in range(waiting.width))
    connection.register("waiting_records", waiting.frame())
    connection.execute(
        f"insert into {name}_lines select _record, _line, {cells} from waiting_records"
    )
    connection.unregister("waiting_records")


def _first_line(record: Record | Misfit) -> int:
    return record.line if isinstance(record, Misfit) else record.first_line


def _records(path: Path, dialect: _Dialect, shown: str) -> Iterator[Record | Misfit]:
    """Yield each record with its lines; blank lines are none, a broken record is a misfit."""
    held: list[str] = []

    def lines() -> Iterator[str]:
        for line in file:
            held.append(line)
            yield line

    with path.open(encoding=dialect.encoding, newline="") as file:
        reader = csv.reader(lines(), delimiter=dialect.delimiter, strict=True)
        is_first = dialect.has_sep_line
        while True:
            held.clear()
            first_line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except UnicodeDecodeError as error:
                raise _undecodable(path, dialect, shown, error) from error
            except csv.Error as error:
                yield _broken(error, first_line, held, shown)
                continue
            if cells and not is_first:
                yield Record(tuple(cells), first_line, reader.line_num)
            is_first = is_first and not cells


def _broken(error: csv.Error, line: int, held: Sequence[str], shown: str) -> Misfit:
    """Return a record that breaks the rules of quoting; refuse a quote that never closes."""
    if "end of data" in str(error) or "field limit" in str(error):
        raise DataRefused(
            "A quote opens and never closes.",
            place=Place(shown, line),
            found='a cell that begins with " and does not end',
            expected="every quote closed",
            to_do="export again; the file may have been cut off",
        )
    return Misfit(0, line, "broken_quotes", "text after a closing quote", ("".join(held),))


def _undecodable(
    path: Path, dialect: _Dialect, shown: str, error: UnicodeDecodeError
) -> DataRefused:
    encoding = "UTF-8" if dialect.encoding == "utf-8-sig" else dialect.encoding
    line = None
    if not dialect.encoding.startswith(("utf-16", "utf-32")):
        with path.open("rb") as file:
            line = next(
                (n for n, text in enumerate(file, 1) if not _is_text(text, dialect.encoding)), None
            )
    return DataRefused(
        f"The export is not {encoding}.",
        place=Place(shown, line),
        found=f"the byte 0x{error.object[error.start]:02x}",
        expected=f"text in {encoding}",
        to_do="say the encoding in the workspace, as in `encoding: cp1252`, or export as UTF-8",
    )


def _is_text(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _line_of_byte(path: Path, byte: bytes) -> int | None:
    with path.open("rb") as file:
        return next((n for n, line in enumerate(file, 1) if byte in line), None)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return 0 if row is None else int(row[0])
