"""The cells of the records in quarantine, whole, as the exports hold them.

They are taken from the landed file while it is there. Of a file that was not read again they stand
in the quarantine that the last load left; and where they do not, or where two sources read one file
so that its name tells too little, the file is landed once more. Nowhere else are they kept.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.columns.exports import Export, drop_landing
from ingest.files.readers.landing import Landing

Cells = tuple[str | None, ...]
# A cell of the quarantine is at most a whole record.
LARGEST_FIELD = 1 << 30
# Records in quarantine that are held in memory; of more, the file is asked again.
HELD_MAX = 100_000
HELD_BYTES = 1 << 26


@dataclass(frozen=True)
class QuarantinedRecord:
    """A record in quarantine.

    Attributes:
        cells: its cells.
        reason: why it was there when it was seen last, where that is known.
        found: what was found in it then.
    """

    cells: Cells
    reason: str | None = None
    found: str | None = None


class QuarantinedCells:
    """Finds the cells of records by the number of their file and their own.

    Args:
        connection: the connection in which files are landed.
        land: lands a file once more.
        quarantine: a table's file of the last load's quarantine; None where there is none.
        masked: takes people out of a record's cells who may not be in quarantine.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        land: Callable[[Export], Landing],
        quarantine: Callable[[str], Path | None],
        masked: Callable[[Export, QuarantinedRecord], QuarantinedRecord],
    ) -> None:
        self._connection = connection
        self._land = land
        self._quarantine = quarantine
        self._masked = masked
        self._landed: dict[int, Landing] = {}
        self._again: tuple[int, Landing] | None = None
        self._held: dict[int, dict[int, QuarantinedRecord]] = {}
        self._earlier: dict[str, dict[str, dict[int, QuarantinedRecord]]] = {}

    def keep(self, export: Export) -> None:
        """Remember that an export's landing may be asked, until it is released."""
        self._landed[export.number] = export.landing

    def release(self, export: Export) -> None:
        """Delete an export's landing; of its records only those in quarantine are remembered."""
        rows = self._connection.execute(
            f"select _record from problems where _file = $file limit {HELD_MAX + 1}",
            {"file": export.number},
        ).fetchall()
        if len(rows) > HELD_MAX:
            return
        landing = self._landed.pop(export.number)
        self._held[export.number] = self._landed_cells(landing, {record for (record,) in rows})
        drop_landing(self._connection, landing)

    def records(self, export: Export, wanted: Collection[int]) -> Mapping[int, QuarantinedRecord]:
        """Return records of an export, by their numbers; ask for one export after the other."""
        records = self._whole_records(export, wanted)
        return {number: self._masked(export, records[number]) for number in wanted}

    def _whole_records(
        self, export: Export, wanted: Collection[int]
    ) -> Mapping[int, QuarantinedRecord]:
        if export.number in self._landed:
            return self._landed_cells(self._landed[export.number], wanted)
        # Of a file that was read, what the last load left in quarantine says nothing.
        held = self._held.get(export.number)
        if held is None:
            held = self._from_quarantine(export)
        if not all(record in held for record in wanted):
            held = self._landed_cells(self._landed_again(export), wanted)
        return held

    def masked(self, export: Export, text: str | None) -> str | None:
        """Return a text without people who may not be in quarantine."""
        return self._masked(export, QuarantinedRecord((), found=text)).found

    def close(self) -> None:
        """Delete every landing."""
        self._forget_landed_again()
        for landing in self._landed.values():
            drop_landing(self._connection, landing)
        self._landed.clear()

    def _landed_again(self, export: Export) -> Landing:
        """Return an export that was landed once more, the last one only."""
        if self._again is None or self._again[0] != export.number:
            self._forget_landed_again()
            self._again = export.number, self._land(export)
        return self._again[1]

    def _forget_landed_again(self) -> None:
        if self._again is not None:
            drop_landing(self._connection, self._again[1])
            self._again = None

    def _landed_cells(
        self, landing: Landing, wanted: Collection[int]
    ) -> dict[int, QuarantinedRecord]:
        misfits = {
            misfit.record: QuarantinedRecord(misfit.cells, misfit.reason, misfit.found)
            for misfit in landing.misfits
            if misfit.record in wanted
        }
        rest = [record for record in wanted if record not in misfits]
        if not rest:
            return misfits
        cells = ", ".join(f"c{n}" for n in range(len(landing.head.names)))
        rows = self._connection.execute(
            f"select _record, {cells} from {landing.view} "
            "semi join (select unnest($wanted) as _record) as wanted using (_record)",
            {"wanted": rest},
        ).fetchall()
        return misfits | {record: QuarantinedRecord(tuple(landed)) for record, *landed in rows}

    def _from_quarantine(self, export: Export) -> dict[int, QuarantinedRecord]:
        """Return the records of an export that the last load left in quarantine."""
        table = export.mapping.table.name
        if table not in self._earlier:
            path = self._quarantine(table)
            is_small = path is not None and path.stat().st_size <= HELD_BYTES
            self._earlier[table] = _read(path) if path is not None and is_small else {}
        return self._earlier[table].get(export.path, {})


def _read(path: Path) -> dict[str, dict[int, QuarantinedRecord]]:
    """Return the records of a file of the quarantine by their numbers, by source."""
    csv.field_size_limit(LARGEST_FIELD)
    records: dict[str, dict[int, QuarantinedRecord]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            records.setdefault(row["source"], {})[int(row["record"])] = _record_of(row)
    return records


def _record_of(row: Mapping[str, str]) -> QuarantinedRecord:
    raw = json.loads(row["raw"])
    cells = raw.values() if isinstance(raw, dict) else raw
    return QuarantinedRecord(tuple(cells), row["reason"], row["found"])
