"""The quarantine: every record that is not in the warehouse, whole, with its reason.

It holds personal data, so it lies in the state folder, readable by its owner only.
"""

from __future__ import annotations

import csv
import itertools
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.columns.casts import UNREADABLE, expected_of
from ingest.columns.exports import Export
from ingest.columns.tables import Load
from ingest.contract import TABLES
from ingest.files.headers import positions
from ingest.records.reasons import REASONS
from ingest.review.cells import Cells, QuarantinedCells, QuarantinedRecord
from workspace.spreadsheets import neutralized

COLUMNS = (
    "table",
    "source",
    "sheet",
    "record",
    "line",
    "column",
    "reason",
    "found",
    "expected",
    "to_do",
    "raw",
)
# Records that are in memory at a time.
RECORDS_AT_ONCE = 20_000
TOO_LONG = "(too long to be shown)"


def write_quarantine(load: Load, cells: QuarantinedCells, folder: Path) -> None:
    """Write one CSV per table into a folder, in place of what an earlier load left there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for table in TABLES:
        write_list(folder / f"{table}.csv", COLUMNS, _rows_of(load, cells, table))


def write_list(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a list for the analyst, readable by its owner only; without rows there is no file."""
    partial, shown = path.with_suffix(".partial"), iter(rows)
    first = next(shown, None)
    if first is None:
        path.unlink(missing_ok=True)
        return
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in itertools.chain([first], shown):
            writer.writerow(["" if v is None else neutralized(str(v)) for v in row])
    partial.replace(path)


def _rows_of(load: Load, cells: QuarantinedCells, table: str) -> Iterator[tuple[object, ...]]:
    files = load.ledger.problems_by_file()
    for export in load.exports.of_table(table):
        if export.number not in files:
            continue
        yield from _rows_of_export(load, cells, export)


def _rows_of_export(
    load: Load, cells: QuarantinedCells, export: Export
) -> Iterator[tuple[object, ...]]:
    # Its own cursor: what is asked of each record may be asked of the same connection.
    problems = load.connection.cursor().execute(
        "select _record, _line, reason, column_name, found from problems "
        "where _file = $file order by _record",
        {"file": export.number},
    )
    while rows := problems.fetchmany(RECORDS_AT_ONCE):
        records = cells.records(export, {record for record, *_ in rows})
        yield from _shown(load, cells, export, rows, records)


def _shown(
    load: Load,
    cells: QuarantinedCells,
    export: Export,
    rows: Iterable[tuple[Any, ...]],
    records: Mapping[int, QuarantinedRecord],
) -> Iterator[tuple[object, ...]]:
    for record, line, reason, column, found in rows:
        entry, seen = REASONS[reason], records[record]
        if found is None:
            found = cells.masked(export, load.ledger.found.get((export.number, record)))
        if found is None and reason == seen.reason:
            found = seen.found
        yield (
            export.mapping.table.name,
            export.path,
            export.landing.sheet,
            record,
            line,
            _header_of(export, column),
            reason,
            found_in(export, reason, column, seen.cells) if found is None else found,
            entry.expected or _expected(export, reason, column),
            load.remarks.to_do(export.number, column, reason),
            _whole(export, seen.cells),
        )


def _header_of(export: Export, column: str | None) -> str | None:
    """Return the header that stands over a canonical column in this export."""
    places = export.mapping.positions.get(column or "", ())
    return export.landing.head.names[places[0]] if places else column


def found_in(export: Export, reason: str, column: str | None, raw: Cells) -> str | None:
    """Return the cell of a record that stands in a canonical column, as it is in the file."""
    if reason == "oversized_value":
        return TOO_LONG
    if column is None:
        return None
    if column in export.mapping.constants:
        return export.mapping.constants[column]
    # What a vendor's rule names is a header, not a column of ours.
    places = export.mapping.positions.get(column) or positions(export.landing.head.names, column)
    texts = [raw[place] for place in places if place < len(raw) and raw[place] is not None]
    return texts[0] if texts else None


def _expected(export: Export, reason: str, column: str | None) -> str:
    if column is None or reason not in UNREADABLE.values():
        return "an answer on the scale of its item"
    date_formats = export.mapping.date_formats.get(column)
    return expected_of(export.mapping.column(column), date_format=date_formats)


def _whole(export: Export, raw: Cells) -> str:
    """Return the whole record as JSON, under the file's own headers."""
    names = export.landing.head.names
    if len(raw) != len(names):
        return json.dumps(list(raw), ensure_ascii=False)
    labeled: dict[str, str | None] = {}
    for n, (name, cell) in enumerate(zip(names, raw, strict=True)):
        label = name if name and name not in labeled else f"{name}#{n + 1}"
        while label in labeled:
            label += "#"
        labeled[label] = cell
    return json.dumps(labeled, ensure_ascii=False)
