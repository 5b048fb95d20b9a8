"""What stands in a table and is no record: titles above it, headers repeated, totals below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import duckdb

from ingest.files.headers import folded
from ingest.files.readers.heads import LOOK_AHEAD, Head, Record
from ingest.files.readers.landing import FindHead, Misfit, Options
from ingest.files.readers.relation import MISFITS_MAX, too_many_misfits
from workspace.errors import ConfigError, DataRefused, Place

# How many records may stand above the row of headers.
TITLES_MAX = 20
OPENING_RECORDS = TITLES_MAX + LOOK_AHEAD
# A cell further to the right than this is a slip; no export is so wide.
COLUMNS_MAX = 4_000
# How many of the last records may be totals and footers.
FOOTERS_MAX = 3
# Both are asked of texts without spaces around them: two patterns that take in the same spaces, one
# after the other, would try every way to share them.
FOOTER = re.compile(
    r"(?:"
    r"(?:grand[\s-]+|sub-?)?totals?(?:\s*[:=].*)?$|totals? (?:records|rows|employees|count)\b"
    r"|(?:sum|summe|gesamt(?:summe)?|insgesamt|totale?s?|totaal|suma|somme|total général)\s*:?$"
    r"|\W*end of (?:report|file|data|export)\b"
    r"|(?:report )?(?:generated|exported|created|printed|erstellt|exportiert) (?:by|on|at|am|von)\b"
    r"|page \d+|(?:number of )?(?:records|rows|count|anzahl)\s*[:=]"
    r"|©|copyright\b|confidential\b"
    r")",
    re.IGNORECASE,
)
# The part of a header that is written alike whatever its case, spaces and marks.
WORD = re.compile(r"[a-z0-9]+")
ANY_WORD = re.compile(r"\w+")
TELLING_COLUMNS = 8
NUMBER = re.compile(r"[-+]?[\d.,\s]+%?")


def place_head(
    opening: Sequence[Record], shown: str, *, find_head: FindHead, options: Options
) -> tuple[Head, tuple[str, ...]]:
    """Return the head of a table, and what is to be said about the rows above it.

    Args:
        opening: the first records.
        shown: how errors name the file.
        find_head: finds the header rows among records that begin with them.
        options: the row of headers as the user says it, and the headers that are waited for.

    Raises:
        ConfigError: nothing stands on the row that the user names, or headers stand in two rows.
        DataRefused: there are more columns than any export has.
    """
    if options.header_row is not None:
        above_n = _said_place(opening, options.header_row, shown)
    else:
        above_n = titles_n(opening, options.wanted)
        if len(opening) > above_n + 1:
            _refuse_second_row(opening, above_n, options.wanted, shown)
    head = find_head(opening[above_n : above_n + LOOK_AHEAD], shown)
    last = max((n for n, name in enumerate(head.names, 1) if name.strip()), default=0)
    if last > COLUMNS_MAX:
        raise too_wide(last, head.last_line, shown)
    if above_n == 0:
        return head, ()
    row = opening[above_n].first_line
    head = replace(
        head, records_n=head.records_n + above_n, above=_over(opening[above_n - 1].cells, head)
    )
    if options.header_row is not None:
        return head, ()
    rows = "row above it is" if above_n == 1 else f"{above_n} rows above it are"
    return head, (f"the headers stand on line {row}; the {rows} not read.",)


def _over(above: Sequence[str], head: Head) -> tuple[str, ...]:
    """Return what stands over each header in the row above, which may merge its cells."""
    said, last = [], ""
    for cell in (*above, *[""] * len(head.names))[: len(head.names)]:
        last = cell.strip() or last
        said.append(last)
    return tuple(said)


def too_wide(column: int, line: int, shown: str) -> DataRefused:
    """Return the refusal of a table in which something stands far to the right."""
    return DataRefused(
        "The table has too many columns.",
        place=Place(shown, line),
        found=f"a filled cell in column {column:,}",
        expected=f"at most {COLUMNS_MAX:,} columns",
        to_do="delete what stands far to the right of the table; of a sheet, `cell_range:` names "
        "the part to read, as in A:K",
    )


def titles_n(opening: Sequence[Record], wanted: Sequence[str] = ()) -> int:
    """Return how many of the first records stand above the row of headers.

    The headers that are waited for tell the row; without any of them, its shape does: a title
    fills one cell where the table fills several.
    """
    filled = [sum(1 for cell in record.cells if cell.strip()) for record in opening]
    told = _headers_told(opening, wanted)
    hits = [len(headers) for headers in told]
    best = max(range(len(hits[: TITLES_MAX + 1])), key=lambda n: (hits[n], -n), default=0)
    if hits and hits[best] > hits[0]:
        is_below_titles = all(n * 2 <= filled[best] for n in filled[:best])
        # Merged cells leave headers in two rows; the lower one then says all that the upper says.
        is_whole = all(headers and headers < told[best] for headers in told[:best])
        if is_below_titles or is_whole:
            return best
    if not hits or hits[0]:
        return 0
    widest = max(filled)
    title_cells = 2 if widest >= 6 else 1
    above = next((n for n, cells_n in enumerate(filled) if cells_n > title_cells), 0)
    # Of a table of two columns, every other record must be wider than a title.
    is_table = widest >= 3 or min(filled[above:]) > title_cells
    return above if is_table and above <= TITLES_MAX else 0


def _headers_told(opening: Sequence[Record], wanted: Sequence[str]) -> list[set[str]]:
    """Return which of the headers that are waited for stand in each record."""
    folds = {folded(header) for header in wanted} - {""}
    return [folds & {folded(cell) for cell in record.cells} for record in opening]


def _refuse_second_row(
    opening: Sequence[Record], above_n: int, wanted: Sequence[str], shown: str
) -> None:
    """Refuse headers in two rows: below the first stand others that are waited for, and no more."""
    first, second = opening[above_n : above_n + 2]
    has, more = _headers_told([first, second], wanted)
    filled = {folded(cell) for cell in second.cells if folded(cell)}
    if has and more - has and filled <= more:
        raise ConfigError(
            "The headers stand in two rows.",
            place=Place(shown, second.first_line),
            found=f"{len(has)} headers that are waited for, and {len(more - has)} others below",
            expected="one row of headers",
            to_do="write every header into one row, or say with `header_row:` which row counts",
        )


def is_footer(cells: Sequence[str | None]) -> bool:
    """Return whether a record at the end of a table is a total or a remark of the program."""
    filled = [text for cell in cells if cell and (text := cell.strip())]
    if not filled or not FOOTER.match(filled[0]):
        return False
    others = filled[1:]
    return all(NUMBER.fullmatch(cell) for cell in others) or len(filled) * 2 <= len(cells)


def set_apart(
    connection: duckdb.DuckDBPyConnection, name: str, head: Head, records_n: int, shown: str
) -> tuple[Misfit, ...]:
    """Return the landed records that are no records, having taken them out of the relation.

    Raises:
        DataRefused: there are too many of them.
    """
    width = len(head.names)
    if width < 2 or not any(head.names):
        return ()
    cells = ", ".join(f"c{n}" for n in range(width))
    headers = tuple(map(folded, head.names))
    alike, words = _telling_words(head)
    repeated = connection.execute(
        f"select _record, _line, {cells} from {name} "
        f"where _record <= {records_n - FOOTERS_MAX} and {alike} "
        f"order by _record desc limit {MISFITS_MAX}",
        words,
    ).fetchall()
    ending = connection.execute(
        f"select _record, _line, {cells} from {name} "
        f"where _record > {records_n - FOOTERS_MAX} order by _record desc"
    ).fetchall()
    found = []
    is_ending = True
    for row in (*ending, *repeated):
        if tuple(folded(cell or "") for cell in row[2:]) == headers:
            found.append(_misfit(row, "repeated_header", "the headers again"))
        elif is_ending and is_footer(row[2:]):
            found.append(_misfit(row, "footer_row", "a total or a footer"))
        else:
            is_ending = False
    found.reverse()
    if len(found) >= MISFITS_MAX:
        raise too_many_misfits(found[0], shown)
    take_out(connection, name, found, "apart")
    return tuple(found)


def _telling_words(head: Head) -> tuple[str, dict[str, str]]:
    """Return the SQL of a cheap condition that the headers repeated meet, and its parameters.

    A word of each is looked for, which is written alike whatever case, spaces and marks are.
    """
    words: dict[str, str] = {}
    for n, header in enumerate(head.names):
        found = WORD.findall(header.lower()) or ANY_WORD.findall(header.lower())
        if found and len(words) < TELLING_COLUMNS:
            words[f"c{n}"] = max(found, key=len)
    return " and ".join(f"contains(lower({cell}), ${cell})" for cell in words) or "false", words


def take_out(
    connection: duckdb.DuckDBPyConnection, name: str, found: Sequence[Misfit], why: str
) -> None:
    """Take landed records out of a relation, which then is a view of the others."""
    if not found:
        return
    connection.execute(
        f"create or replace table {name}_{why} as select unnest($records) as _record",
        {"records": [misfit.record for misfit in found]},
    )
    connection.execute(f"drop view if exists {name}_with_{why}")
    connection.execute(f"alter view {name} rename to {name}_with_{why}")
    connection.execute(
        f"create view {name} as "
        f"select * from {name}_with_{why} anti join {name}_{why} using (_record)"
    )


def remarks_on_columns(
    connection: duckdb.DuckDBPyConnection, name: str, head: Head
) -> tuple[str, ...]:
    """Return what is to be said about columns that no header, or one header twice, stands over."""
    blank = [n for n, header in enumerate(head.names) if not folded(header)]
    remarks = []
    if blank:
        counts = ", ".join(f"count(c{n})" for n in blank)
        row = connection.execute(f"select {counts} from {name}").fetchone()
        for n, filled_n in zip(blank, row or (), strict=False):
            if filled_n:
                cells = "cell is" if filled_n == 1 else "cells are"
                remarks.append(f"column {n + 1} has no header; its {filled_n} {cells} not read.")
    folds = [folded(header) for header in head.names]
    for fold, columns_n in Counter(folds).items():
        if fold and columns_n > 1:
            header = head.names[folds.index(fold)].strip()
            remarks.append(f"the header {header} stands over {columns_n} columns.")
    return tuple(remarks)


def _said_place(opening: Sequence[Record], row: int, shown: str) -> int:
    """Return the place of the record on the row that the user names."""
    for n, record in enumerate(opening):
        if record.first_line == row:
            return n
    raise ConfigError(
        "No headers stand on the row that `header_row:` names.",
        place=Place(shown, row),
        found=f"header_row: {row}, where the first {len(opening)} filled rows "
        + (
            f"stand on lines {opening[0].first_line} to {opening[-1].first_line}" if opening else ""
        ),
        expected="a row of headers",
        to_do="correct or remove `header_row:`",
    )


def _misfit(row: tuple[object, ...], reason: str, found: str) -> Misfit:
    record, line, *cells = row
    texts = tuple("" if cell is None else str(cell) for cell in cells)
    return Misfit(int(str(record)), int(str(line)), reason, found, texts)
