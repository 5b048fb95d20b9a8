"""Exports as text: columns under a vendor's headers, with the flaws real exports have."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from demo.months import Ints, Texts
from demo.people import outsiders

# Kept well below the share at which a build refuses an export.
_STRANGERS_SHARE = 0.003
_STRANGERS_FROM_ROWS = 100
_REPEATED_N = 3


@dataclass(frozen=True)
class Sheet:
    """One export before it is written: its headers and a column of text under each."""

    columns: dict[str, Texts]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values())))

    def take(self, rows: Ints) -> Sheet:
        """Return some of the rows, in the order asked for."""
        return Sheet({header: column[rows] for header, column in self.columns.items()})

    def with_rows(self, more: Sheet, positions: Ints) -> Sheet:
        """Return the sheet with more rows, each behind the row at its position."""
        order = np.argsort(np.concatenate([np.arange(len(self)), positions]), kind="stable")
        return Sheet(
            {
                header: np.concatenate([column, more.columns[header]])[order]
                for header, column in self.columns.items()
            }
        )

    def with_repeats(self, rng: np.random.Generator) -> Sheet:
        """Return the sheet with a few rows exported twice, where it is long enough."""
        size = _REPEATED_N if len(self) >= _STRANGERS_FROM_ROWS else 0
        rows = np.sort(rng.choice(len(self), size, replace=False)) if size else _no_rows()
        return self.with_rows(self.take(rows), rows)

    def with_strangers(
        self, rng: np.random.Generator, person: str, *, new_id: str | None = None
    ) -> Sheet:
        """Return the sheet with a few rows about people whom the HRIS does not know.

        Args:
            rng: where chance comes from.
            person: header of the column that names them.
            new_id: header of the rows' own id, which must stay distinct.
        """
        size = max(int(_STRANGERS_SHARE * len(self)), int(len(self) >= _STRANGERS_FROM_ROWS))
        rows = np.sort(rng.choice(len(self), size, replace=False)) if size else _no_rows()
        more = dict(self.take(rows).columns)
        more[person] = outsiders(size, rng)
        if new_id:
            more[new_id] = more[new_id] + "X"
        return self.with_rows(Sheet(more), rows)

    def write(
        self,
        path: Path,
        *,
        more_headers: Sequence[Sequence[str]] = (),
        line_end: str = "\n",
        encoding: str = "utf-8",
    ) -> None:
        """Write the sheet as CSV, with further header rows where the vendor has them."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, lineterminator=line_end)
            writer.writerow(self.columns)
            writer.writerows(more_headers)
            writer.writerows(zip(*(c.tolist() for c in self.columns.values()), strict=True))


def words(codes: Ints, meanings: Sequence[str]) -> Texts:
    """Return the word for each code; a negative code is empty."""
    texts = np.array([*meanings, ""], dtype=object)
    return np.asarray(texts[np.where(codes < 0, len(meanings), codes)])


def numbers(values: Ints) -> Texts:
    """Return whole numbers as text; a negative one is empty."""
    return np.array([str(value) if value >= 0 else "" for value in values.tolist()], dtype=object)


def ids(prefix: str, values: Ints, digits: int = 6) -> Texts:
    """Return ids such as `S-000042`; a negative one is empty."""
    return np.array(
        [f"{prefix}{value:0{digits}}" if value >= 0 else "" for value in values.tolist()],
        dtype=object,
    )


def _no_rows() -> Ints:
    return np.empty(0, dtype=np.int64)
