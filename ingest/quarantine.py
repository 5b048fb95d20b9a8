"""The quarantine: every record that is not in the warehouse, whole, with its reason.

It holds personal data, so it lies in the state folder, readable by its owner only.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.accounts import Accounts, Export
from ingest.casts import UNREADABLE, expected_of
from ingest.contract import TABLES
from ingest.reasons import REASONS

COLUMNS = (
    "table",
    "source",
    "record",
    "line",
    "column",
    "reason",
    "found",
    "expected",
    "to_do",
    "raw",
)
# What a spreadsheet would take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_quarantine(accounts: Accounts, folder: Path) -> None:
    """Write one CSV per table into a folder, in place of what an earlier load left there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for table in TABLES:
        path = folder / f"{table}.csv"
        path.unlink(missing_ok=True)
        rows = _rows_of(accounts, table)
        first = next(rows, None)
        if first is None:
            continue
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerow(first)
            writer.writerows(rows)


def _rows_of(accounts: Accounts, table: str) -> Iterator[tuple[str, ...]]:
    for export in accounts.exports:
        if export.mapping.table.name == table:
            yield from _rows_of_export(accounts, export)


def _rows_of_export(accounts: Accounts, export: Export) -> Iterator[tuple[str, ...]]:
    cells = ", ".join(f"l.c{n}" for n in range(len(export.landing.head.names)))
    rows = accounts.connection.execute(
        f"""
        select p._record, p._line, p.reason, p.column_name, p.found, {cells}
        from problems as p
        left join {export.landing.view} as l on p._record = l._record
        where p._file = {export.number}
        order by p._record
        """
    ).fetchall()
    misfits = {misfit.record: misfit.cells for misfit in export.landing.misfits}
    for record, line, reason, column, found, *landed in rows:
        said = REASONS[reason]
        raw = misfits.get(record, landed)
        yield tuple(
            _safe(value)
            for value in (
                export.mapping.table.name,
                export.path,
                record,
                line,
                _header_of(export, column),
                reason,
                _found(export, column, raw) if found is None else found,
                said.expected or _expected(export, reason, column),
                said.to_do,
                _whole(export, raw),
            )
        )


def _header_of(export: Export, column: str | None) -> str | None:
    """Return the header that stands over a canonical column in this export."""
    places = export.mapping.positions.get(column or "", ())
    return export.landing.head.names[places[0]] if places else column


def _found(export: Export, column: str | None, raw: Any) -> str | None:
    if column is not None and column in export.mapping.constants:
        return export.mapping.constants[column]
    places = export.mapping.positions.get(column or "", ())
    texts = [raw[place] for place in places if place < len(raw) and raw[place] is not None]
    return texts[0] if texts else None


def _expected(export: Export, reason: str, column: str | None) -> str:
    if column is None or reason not in UNREADABLE.values():
        return "an answer on the scale of its item"
    return expected_of(export.mapping.table.column(column), date_format=export.source.date_format)


def _whole(export: Export, raw: Any) -> str:
    """Return the whole record as JSON, under the file's own headers."""
    names = export.landing.head.names
    if len(raw) != len(names):
        return json.dumps(list(raw), ensure_ascii=False)
    labeled: dict[str, str | None] = {}
    for n, (name, cell) in enumerate(zip(names, raw, strict=True)):
        labeled[name if name and name not in labeled else f"{name}#{n + 1}"] = cell
    return json.dumps(labeled, ensure_ascii=False)


def _safe(value: object) -> str:
    """Return a value as a spreadsheet shows it, never as a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
