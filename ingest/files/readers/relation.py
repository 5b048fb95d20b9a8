"""Records on their way into a relation, a chunk at a time; what does not fit is kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import duckdb
import pandas as pd

from ingest.files.readers.landing import Misfit
from workspace.errors import DataRefused, Place

CHUNK_RECORDS = 50_000
CHUNK_CELLS = 2_000_000
CHUNK_CHARACTERS = 1 << 25
# More of them would fill the memory, and the file is then something else than it seems.
MISFITS_MAX = 200_000


class Relation:
    """A relation of texts that grows record by record.

    Args:
        connection: ingest's own in-memory connection.
        name: what the relation is called once it is closed.
        width: how many columns it has.
        shown: how errors name the file.
        least: how many cells a record must have; those behind them are empty where it has fewer.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        width: int,
        shown: str,
        *,
        least: int | None = None,
    ) -> None:
        self.connection = connection
        self.name = name
        self.width = width
        self._least = width if least is None else least
        self.shown = shown
        self.records_n = 0
        self.misfits: list[Misfit] = []
        self._waiting: list[tuple[int, int, Sequence[str]]] = []
        self._characters_n = 0
        # None until the table is there: its first records say how wide it has to be.
        self._landed_width: int | None = None

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Take in a record; one with fewer or more filled cells than columns is kept apart."""
        width = len(cells)
        if width != self.width:
            if width < min(self._least, self.width) or any(cells[self.width :]):
                found = f"{width} cells under {self.width} headers"
                self.set_apart(line, "ragged_row", found, cells)
                return
            cells = cells[: self.width]
        self.records_n += 1
        self._waiting.append((self.records_n, line, cells))
        self._characters_n += sum(map(len, cells))
        waiting_n = len(self._waiting)
        if (
            waiting_n >= CHUNK_RECORDS
            or waiting_n * self.width >= CHUNK_CELLS
            or self._characters_n >= CHUNK_CHARACTERS
        ):
            self._flush()

    def set_apart(self, line: int, reason: str, found: str, cells: Sequence[str]) -> None:
        """Count a record that does not go into the relation, and keep it as it was found.

        Raises:
            DataRefused: there are too many of them.
        """
        self.records_n += 1
        self._keep_apart(self.records_n, line, reason, found, cells)

    def widen(self, width: int) -> None:
        """Give the relation more columns; the records taken in so far are empty in them."""
        self.width = max(width, self.width)

    def close(self) -> None:
        """Create the relation out of everything taken in."""
        self._flush()
        self.misfits.sort(key=lambda misfit: misfit.record)
        self.connection.execute(
            f"create or replace view {self.name} as select * from {self.name}_lines"
        )

    def _keep_apart(
        self, record: int, line: int, reason: str, found: str, cells: Sequence[str]
    ) -> None:
        self.misfits.append(Misfit(record, line, reason, found, tuple(map(printable, cells))))
        if len(self.misfits) > MISFITS_MAX:
            raise too_many_misfits(self.misfits[0], self.shown)

    def _flush(self) -> None:
        if not _is_storable(chain.from_iterable(cells for _, _, cells in self._waiting)):
            self._keep_apart_unstorable()
        self._widen_landed()
        if self._waiting:
            self._land_waiting()
        self._waiting = []
        self._characters_n = 0

    def _land_waiting(self) -> None:
        columns = list(zip(*(self._padded(cells) for _, _, cells in self._waiting), strict=True))
        texts = {
            f"c{n}": pd.Series([cell or None for cell in column], dtype=object)
            for n, column in enumerate(columns)
        }
        numbers = {
            "_record": [number for number, _, _ in self._waiting],
            "_line": [line for _, line, _ in self._waiting],
        }
        self.connection.register("waiting_records", pd.DataFrame({**numbers, **texts}))
        cells = "".join(f", cast(c{n} as varchar)" for n in range(self.width))
        self.connection.execute(
            f"insert into {self.name}_lines select _record, _line{cells} from waiting_records"
        )
        self.connection.unregister("waiting_records")

    def _widen_landed(self) -> None:
        if self._landed_width is None:
            texts = "".join(f", c{n} varchar" for n in range(self.width))
            self.connection.execute(
                f"create or replace table {self.name}_lines (_record bigint, _line bigint{texts})"
            )
            self._landed_width = self.width
        for n in range(self._landed_width, self.width):
            self.connection.execute(f"alter table {self.name}_lines add column c{n} varchar")
        self._landed_width = self.width

    def _padded(self, cells: Sequence[str]) -> Sequence[str]:
        missing_n = self.width - len(cells)
        return (*cells, *[""] * missing_n) if missing_n else cells

    def _keep_apart_unstorable(self) -> None:
        kept = []
        for number, line, cells in self._waiting:
            if _is_storable(cells):
                kept.append((number, line, cells))
            else:
                found = "a character that is no text"
                self._keep_apart(number, line, "undecodable", found, cells)
        self._waiting = kept


def too_many_misfits(first: Misfit, shown: str) -> DataRefused:
    """Return the refusal of a file whose misfits would fill the memory."""
    return DataRefused(
        "Too many records of the export do not fit.",
        place=Place(shown, first.line),
        found=f"more than {MISFITS_MAX:,} records; the first has {first.found}",
        expected="records as the headers promise them",
        to_do="look at the line; the separator, the encoding or the export may be wrong",
    )


def printable(text: str) -> str:
    r"""Return a text with the bytes and halves of characters in it that are none written as \x."""
    as_bytes = text.encode("utf-8", errors="surrogateescape" if _is_escaped(text) else "replace")
    return as_bytes.decode("utf-8", errors="backslashreplace").replace("\0", r"\x00")


def _is_escaped(text: str) -> bool:
    """Return whether the only halves of characters in a text stand for bytes."""
    return all(not "\ud800" <= c <= "\udfff" or "\udc80" <= c <= "\udcff" for c in text)


def _is_storable(cells: Iterable[str]) -> bool:
    joined = "".join(cells)
    if "\0" in joined:
        return False
    try:
        joined.encode()
    except UnicodeEncodeError:
        return False
    return True
