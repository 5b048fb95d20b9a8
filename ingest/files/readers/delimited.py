"""Delimited text (CSV, TSV and their kin), landed as text, record by record.

Two ways lead to the same table. The fast one lets DuckDB read a well-formed UTF-8 file and checks
what it read against the file's own line count. Whatever is not well formed takes the exact one:
Python decodes and parses it, knows the line of every record, and keeps a record that does not fit
the header instead of stopping at it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.files.headers import folded
from ingest.files.readers.encodings import (
    UTF8,
    Encoding,
    declared_encoding,
    early_encoding,
    found_encoding,
    is_twice_encoded,
)
from ingest.files.readers.furniture import (
    FOOTERS_MAX,
    OPENING_RECORDS,
    blank_columns,
    is_footer,
    place_head,
    remarks_on_columns,
    remarks_on_filled,
    set_apart,
)
from ingest.files.readers.heads import Head, Record
from ingest.files.readers.landing import FindHead, Landing, Misfit, Options
from ingest.files.readers.relation import Relation
from ingest.files.readers.scan import START_BYTES, Scan, scan_file
from ingest.records.reasons import REASONS
from workspace.errors import DataRefused, Place

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# A cell beyond this is no answer.
LARGEST_CELL = 1 << 26
NOT_ENDED = (
    "the last line has no end, unlike the others; many programs write so, but a file that was cut "
    "off may look so too."
)
# How many lines tell the separator, and how much of them.
TELLING_LINES = 40
TELLING_CHARACTERS = 1 << 16
LINE_END = re.compile("\r\n|\r|\n")
# A line beyond this is no line of a table; reading it whole would fill the memory.
LONGEST_LINE = 1 << 28
# How many cells of several lines are looked at together.
CELLS_AT_ONCE = 10_000
# How many separators at the places of a record's show that lines inside a cell are records.
TELLING_SEPARATORS = 6
# Halves of characters that stand for bytes which are no text.
UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class _Dialect:
    """How a file is written, and what is to be said about it."""

    encoding: Encoding
    delimiter: str
    has_sep_line: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Layout:
    """Where a file's head ends.

    Attributes:
        dialect: how the file is written.
        head: its columns.
        skipped_n: rows up to the end of the head, blank ones and the `sep=` line included.
        first: the first record after the head.
        remarks: what is to be said about all this.
    """

    dialect: _Dialect
    head: Head
    skipped_n: int
    first: Record | None
    remarks: tuple[str, ...]


def land(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str,
    shown: str,
    find_head: FindHead,
    options: Options,
    is_exact: bool = False,
) -> Landing:
    """Return a file landed as the relation `name`, every cell as text and empty cells as null.

    Args:
        connection: ingest's own in-memory connection.
        path: the file.
        name: what the relation is to be called.
        shown: how errors name the file.
        find_head: finds the header rows among the first records.
        options: the encoding, the separator and the row of headers, where the user says them.
        is_exact: take the exact way even when the fast one would do.

    Raises:
        DataRefused: the file is empty, cannot be decoded, ends in the middle of a record, or has
            a quote that never closes.
        ConfigError: the options do not fit the file.
    """
    csv.field_size_limit(LARGEST_CELL)
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    with ThreadPoolExecutor(1) as pool:
        scanning = pool.submit(scan_file, path)
        _refuse_empty(start, path, shown)
        declared = (
            None if options.encoding is None else declared_encoding(options.encoding, start, shown)
        )
        early = declared or early_encoding(start) or Encoding(UTF8)
        layout = landed_n = None
        # While one thread hashes and looks at the bytes, DuckDB reads them on trust.
        if early.name == UTF8 and not is_exact and not set(str(path)) & set("*?["):
            layout = _early_layout(path, early, shown, find_head, options)
            if layout is not None and len(layout.head.names) > 1:
                landed_n = _land_fast(connection, path, name, layout)
        scan = scanning.result()
    misfits: list[Misfit] = []
    is_trusted = _is_as_trusted(scan, is_declared=declared is not None)
    if (
        layout is None
        or landed_n is None
        or not (is_trusted and _number_lines(connection, name, layout.head, scan.lines_n))
        or (
            layout.head.last_line + landed_n < scan.lines_n
            and _may_swallow(connection, name, layout)
        )
    ):
        connection.execute(f"drop table if exists {name}_cells cascade")
        _refuse_nul(scan, early, path, shown)
        encoding = declared or early_encoding(start) or found_encoding(path, scan, shown)
        layout = _layout(path, encoding, shown, find_head, options)
        landed_n, misfits = _land_exactly(connection, path, name, layout, shown)
    misfits.extend(set_apart(connection, name, layout.head, landed_n, shown))
    misfits.sort(key=lambda misfit: misfit.record)
    remarks = (*layout.remarks, *remarks_on_columns(connection, name, layout.head))
    if not scan.is_ended and scan.has_line_feed and not layout.dialect.encoding.is_wide:
        remarks = (*remarks, NOT_ENDED)
    return Landing(
        view=name,
        head=layout.head,
        records_n=landed_n,
        misfits=tuple(misfits),
        sha256=scan.sha256,
        size_bytes=scan.size_bytes,
        remarks=remarks,
    )


@dataclass(frozen=True)
class SmallText:
    """A small well-formed file, read whole: what landing it would give.

    Attributes:
        head: its columns.
        records: the first line and the cells of each record.
        sha256: hash of its bytes.
        size_bytes: its size.
        remarks: what is to be said about it.
    """

    head: Head
    records: tuple[tuple[int, tuple[str, ...]], ...]
    sha256: str
    size_bytes: int
    remarks: tuple[str, ...]


def read_small(
    path: Path, *, shown: str, find_head: FindHead, options: Options
) -> SmallText | None:
    """Return a small file as it would be landed; None where anything about it is out of the way.

    It is one with nothing to be decided, set apart or refused in it: UTF-8 whose records all have
    a cell per header. Arguments and errors are those of `land`.
    """
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    if not start.strip(b"\0\r\n\t \xef\xbb\xbf\xff\xfe"):
        return None
    scan = scan_file(path)
    is_declared = options.encoding is not None
    encoding = (
        declared_encoding(options.encoding, start, shown)
        if options.encoding is not None
        else early_encoding(start) or Encoding(UTF8)
    )
    if encoding.name != UTF8 or not _is_as_trusted(scan, is_declared=is_declared):
        return None
    layout = _early_layout(path, encoding, shown, find_head, options)
    if layout is None or len(layout.head.names) < 2 or not any(layout.head.names):
        return None
    head, delimiter = layout.head, layout.dialect.delimiter
    width, headers = len(head.names), tuple(map(folded, head.names))
    records: list[tuple[int, tuple[str, ...]]] = []
    reader = _Reader(path, layout.dialect, shown)
    for record in reader.records():
        if isinstance(record, Misfit):
            return None
        if record.first_line <= head.last_line:
            continue
        if (
            len(record.cells) != width
            or _are_records(reader.held, width, delimiter)
            or all(folded(c) == header for c, header in zip(record.cells, headers, strict=True))
        ):
            return None
        records.append((record.first_line, record.cells))
    if any(is_footer(cells) for _, cells in records[-FOOTERS_MAX:]):
        return None
    filled = {n: sum(1 for _, cells in records if cells[n]) for n in blank_columns(head)}
    remarks = (*layout.remarks, *remarks_on_filled(head, filled))
    if not scan.is_ended and scan.has_line_feed:
        remarks = (*remarks, NOT_ENDED)
    return SmallText(head, tuple(records), scan.sha256, scan.size_bytes, remarks)


def _refuse_empty(start: bytes, path: Path, shown: str) -> None:
    if not start.strip(b"\0\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise DataRefused(
            "The export is empty.",
            place=Place(shown, 1),
            found=f"{path.stat().st_size} bytes and no text",
            expected="a row of headers",
            to_do="export again; an export of nothing still has headers",
        )


def _refuse_nul(scan: Scan, early: Encoding, path: Path, shown: str) -> None:
    if scan.has_nul and not early.is_wide:
        raise DataRefused(
            "The export holds bytes of zero, so it is not text in this encoding.",
            place=Place(shown, _line_of_byte(path, b"\0")),
            expected="text",
            to_do="export again as UTF-8; of UTF-16 or UTF-32 without its mark, say `encoding:`",
        )


def _is_as_trusted(scan: Scan, *, is_declared: bool) -> bool:
    """Return whether nothing in a file's bytes speaks against reading it the fast way."""
    is_sound = scan.is_utf8 and (is_declared or not scan.may_be_twice_encoded)
    has_oddities = scan.has_nul or scan.has_lone_return or scan.has_spaced_quote
    return is_sound and not (has_oddities or scan.has_mark_inside)


def _early_layout(
    path: Path, encoding: Encoding, shown: str, find_head: FindHead, options: Options
) -> _Layout | None:
    """Return where the head ends, when the first records are what the encoding says."""
    try:
        opening = _opened(path, encoding, errors="strict")
    except UnicodeDecodeError:
        return None
    return None if "\0" in opening else _layout(path, encoding, shown, find_head, options)


def _layout(
    path: Path, encoding: Encoding, shown: str, find_head: FindHead, options: Options
) -> _Layout:
    dialect = _dialect(path, encoding, options)
    reader = _Reader(path, dialect, shown)
    opening: list[Record] = []
    rows: list[int] = []
    flaws: dict[int, Misfit] = {}
    for record in reader.records():
        if isinstance(record, Misfit):
            if record.reason == "broken_quotes":
                break
            flaws[len(opening)] = record
            record = Record(record.cells, record.line, record.line)
        opening.append(record)
        rows.append(reader.rows_n)
        if len(opening) >= OPENING_RECORDS:
            break
    head, remarks = place_head(opening, shown, find_head=find_head, options=options)
    for n in range(head.records_n):
        if n in flaws and opening[n].last_line == head.last_line:
            raise _unreadable_head(flaws[n], shown)
    first = opening[head.records_n] if len(opening) > head.records_n else None
    skipped_n = rows[head.records_n - 1] if head.records_n else int(dialect.has_sep_line)
    return _Layout(dialect, head, skipped_n, first, (*dialect.remarks, *remarks))


def _unreadable_head(flaw: Misfit, shown: str) -> DataRefused:
    return DataRefused(
        "The headers cannot be read.",
        place=Place(shown, flaw.line),
        found=flaw.found,
        expected="headers as they were typed",
        to_do=REASONS[flaw.reason].to_do,
    )


def _dialect(path: Path, encoding: Encoding, options: Options) -> _Dialect:
    """Return how the file is written: what the user says, else what its first lines show."""
    remarks = [] if encoding.remark is None else [encoding.remark]
    lines = LINE_END.split(_opened(path, encoding, errors="replace"))
    first = next((line for line in lines if line.strip()), "").strip('"')
    has_sep_line = first.lower().startswith("sep=") and len(first) == 5
    if options.delimiter is not None:
        return _Dialect(encoding, options.delimiter, has_sep_line, tuple(remarks))
    if has_sep_line:
        delimiter, told = first[4], "as its first line says"
    else:
        delimiter, told = _delimiter(lines, options.wanted), "told by its first lines"
    if delimiter != ",":
        named = DELIMITER_NAMES.get(delimiter, f"the character U+{ord(delimiter):04X}")
        remarks.append(f"cells are separated by {named}, {told}.")
    return _Dialect(encoding, delimiter, has_sep_line, tuple(remarks))


def _opened(path: Path, encoding: Encoding, *, errors: str) -> str:
    """Return the first lines of a file as text."""
    with path.open(encoding=encoding.name, errors=errors, newline="") as file:
        lines: list[str] = []
        while len(lines) < TELLING_LINES and sum(map(len, lines)) < TELLING_CHARACTERS:
            line = file.readline(TELLING_CHARACTERS)
            if not line:
                break
            lines.append(line)
    return "".join(lines)


def _delimiter(lines: Sequence[str], wanted: Sequence[str]) -> str:
    """Return the separator that brings out the headers waited for, else the most even table."""
    folds = {folded(header) for header in wanted} - {""}

    def fit(delimiter: str) -> tuple[int, float, int]:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            rows = []
        hits = max((len(folds & {folded(cell) for cell in row}) for row in rows), default=0)
        widths = [len(row) for row in rows if len(row) > 1]
        usual = max(widths, key=lambda width: (widths.count(width), width), default=0)
        return hits, widths.count(usual) / max(len(rows), 1), usual

    fits = {delimiter: fit(delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: fits[delimiter])


def _land_fast(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, layout: _Layout
) -> int | None:
    """Return how many records DuckDB landed, or None when it did not begin or end rightly."""
    width = len(layout.head.names)
    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
    try:
        connection.execute(
            f"""
            create or replace table {name}_cells as
            select * from read_csv(
                $path, columns = {{{columns}}}, delim = $delimiter, quote = '"', escape = '"',
                header = false, skip = {layout.skipped_n}, auto_detect = false, strict_mode = true
            )
            """,
            {"path": str(path), "delimiter": layout.dialect.delimiter},
        )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return None
    landed = connection.execute(f"select * from {name}_cells where rowid = 0").fetchone()
    first = layout.first
    if landed is None or first is None:
        return 0 if landed is None and first is None else None
    is_same = len(first.cells) == width and landed == tuple(cell or None for cell in first.cells)
    return _count(connection, f"{name}_cells") if is_same else None


def _number_lines(
    connection: duckdb.DuckDBPyConnection, name: str, head: Head, lines_n: int
) -> bool:
    """Create the relation with record and line numbers; False when the lines do not add up."""
    width, last_line = len(head.names), head.last_line
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


def _may_swallow(connection: duckdb.DuckDBPyConnection, name: str, layout: _Layout) -> bool:
    """Return whether a cell of several lines holds what may be records of the file."""
    width, delimiter = len(layout.head.names), layout.dialect.delimiter
    for n in range(width):
        cells = connection.execute(
            f"select c{n} from {name}_cells where contains(c{n}, chr(10)) "
            f"and length(c{n}) - length(replace(c{n}, $delimiter, '')) >= $least",
            {"delimiter": delimiter, "least": max(width - 1, TELLING_SEPARATORS)},
        )
        while rows := cells.fetchmany(CELLS_AT_ONCE):
            for (cell,) in rows:
                lines = (delimiter * n + cell + delimiter * (width - 1 - n)).split("\n")
                if _are_records(lines, width, delimiter):
                    return True
    return False


def _are_records(lines: Sequence[str], width: int, delimiter: str) -> bool:
    """Return whether lines that quotes make one record are each a record of the file.

    The line on which the quote opens is then a whole one, and so are most of those below it, with
    separators that no space follows, as in a comment.
    """
    if len(lines) < 2 or _cells_n(lines[0], delimiter) != width:
        return False
    filled = [line for line in lines if line.strip()]
    whole = [line for line in filled if _cells_n(line, delimiter) == width]
    told_n = (width - 1) * (len(whole) - 1)
    spaced_n = sum(line.count(delimiter + " ") for line in whole[1:])
    is_most = len(whole) * 4 >= len(filled) * 3 and spaced_n * 2 <= told_n
    return is_most and told_n >= TELLING_SEPARATORS


def _cells_n(line: str, delimiter: str) -> int:
    """Return how many cells a line has by itself, when a quote that it does not close is none."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return 0
    is_open = bool(cells) and cells[-1].endswith(("\n", "\r"))
    return len(cells) + (cells[-1].count(delimiter) if is_open else 0)


def _land_exactly(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, layout: _Layout, shown: str
) -> tuple[int, list[Misfit]]:
    """Return how many records Python read, and those that do not fit the header."""
    width = len(layout.head.names)
    # Programs that write separators behind the last header need not do so behind the last cell.
    least = max((n for n, header in enumerate(layout.head.names, 1) if header.strip()), default=0)
    relation = Relation(connection, name, width, shown, least=least)
    reader = _Reader(path, layout.dialect, shown)
    ragged: Record | None = None
    for record in reader.records():
        if _are_records(reader.held, width, layout.dialect.delimiter):
            raise _swallowed(record, len(reader.held), width, shown)
        if isinstance(record, Misfit):
            if record.line > layout.head.last_line:
                relation.set_apart(record.line, record.reason, record.found, record.cells)
                ragged = None
        elif record.first_line > layout.head.last_line:
            ragged = record if len(record.cells) < least else None
            if ragged is not None and is_footer(record.cells):
                relation.set_apart(
                    record.first_line, "footer_row", "a total or a footer", record.cells
                )
                ragged = None
            else:
                relation.add(record.first_line, record.cells)
    if ragged is not None and not reader.is_ended:
        raise DataRefused(
            "The export ends in the middle of a record.",
            place=Place(shown, ragged.first_line),
            found=f"{len(ragged.cells)} cells under {width} headers, and no end of the line",
            expected="a whole record on the last line",
            to_do="export again; the file was cut off, or is still being written",
        )
    relation.close()
    return relation.records_n, relation.misfits


class _Reader:
    """The records of a file, as Python parses them.

    Attributes:
        rows_n: rows read so far, blank ones and the `sep=` line included.
        is_ended: the last line read has its end.
        held: the lines of the record read last.
    """

    def __init__(self, path: Path, dialect: _Dialect, shown: str) -> None:
        self.rows_n = 0
        self.is_ended = True
        self._path = path
        self._dialect = dialect
        self._shown = shown
        self.held: list[str] = []

    def records(self) -> Iterator[Record | Misfit]:
        """Yield each record with its lines; blank lines are none, a broken record is a misfit."""
        encoding = self._dialect.encoding
        errors = "strict" if encoding.is_wide else "surrogateescape"
        with self._path.open(encoding=encoding.name, errors=errors, newline="") as file:
            reader = csv.reader(self._lines(file), delimiter=self._dialect.delimiter, strict=True)
            is_sep_line = self._dialect.has_sep_line
            while True:
                self.held.clear()
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except UnicodeError as error:
                    raise _undecodable(self._path, encoding, self._shown) from error
                except csv.Error as error:
                    self.rows_n += 1
                    yield self._broken(error, line)
                    continue
                self.rows_n += 1
                if is_sep_line:
                    is_sep_line = not cells
                elif cells:
                    reason = self._flaw()
                    yield (
                        Record(tuple(cells), line, reader.line_num)
                        if reason is None
                        else Misfit(0, line, reason[0], reason[1], tuple(cells))
                    )

    def _lines(self, file: io.TextIOBase) -> Iterator[str]:
        lines_n = 0
        while line := file.readline(LONGEST_LINE):
            lines_n += 1
            # A second file that was joined to the first begins with its mark.
            if not self.held and line.startswith('\ufeff"'):
                line = line[1:]
            self.held.append(line)
            self.is_ended = line.endswith(("\n", "\r"))
            if len(line) == LONGEST_LINE:
                raise _endless(self._shown, lines_n)
            yield line

    def _flaw(self) -> tuple[str, str] | None:
        """Return the reason code of a record whose letters are not what was typed."""
        for line in self.held:
            if line.isascii():
                continue
            if UNDECODED.search(line):
                return "undecodable", f"bytes that are not {self._dialect.encoding.plain_name}"
            if not self._dialect.encoding.is_declared and is_twice_encoded(line):
                return "twice_encoded", "letters that were encoded twice"
        return None

    def _broken(self, error: csv.Error, line: int) -> Misfit:
        """Return a record that breaks the rules of quoting; refuse a quote that never closes."""
        if "field limit" in str(error):
            raise DataRefused(
                "A cell of the export is too large.",
                place=Place(self._shown, line),
                found=f"more than {LARGEST_CELL >> 20} million characters",
                expected="a text that somebody wrote",
                to_do="look for a quote that does not close, or for a picture or file in the cell",
            )
        if "end of data" in str(error):
            raise DataRefused(
                "A quote opens and never closes.",
                place=Place(self._shown, line),
                found='a cell that begins with " and does not end',
                expected="every quote closed",
                to_do="export again; the file may have been cut off",
            )
        return Misfit(0, line, "broken_quotes", "text after a closing quote", ("".join(self.held),))


def _undecodable(path: Path, encoding: Encoding, shown: str) -> DataRefused:
    with path.open(encoding=encoding.name, errors="replace", newline="") as file:
        line = next((n for n, text in enumerate(file, 1) if "\ufffd" in text), None)
    return DataRefused(
        f"The export is not {encoding.plain_name}.",
        place=Place(shown, line),
        found="bytes that are none of its characters",
        expected=f"text in {encoding.plain_name}",
        to_do="export again, as UTF-8; or correct `encoding:` in the workspace",
    )


def _swallowed(record: Record | Misfit, lines_n: int, width: int, shown: str) -> DataRefused:
    line = record.line if isinstance(record, Misfit) else record.first_line
    return DataRefused(
        "A quote takes in the records that follow.",
        place=Place(shown, line),
        found=f"quotes that make one record of {lines_n} lines, most of which have {width} cells, "
        "as the headers have",
        expected="every quote closed in its own record, and a quote inside a cell written twice",
        to_do="close or remove the quote on that line, or export again",
    )


def _endless(shown: str, line: int) -> DataRefused:
    return DataRefused(
        "A line of the export does not end.",
        place=Place(shown, line),
        found=f"more than {LONGEST_LINE >> 20} million characters",
        expected="one record a line",
        to_do="export again; the file may be no text at all",
    )


def _line_of_byte(path: Path, byte: bytes) -> int | None:
    with path.open("rb") as file:
        return next((n for n, line in enumerate(file, 1) if byte in line), None)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return 0 if row is None else int(row[0])
