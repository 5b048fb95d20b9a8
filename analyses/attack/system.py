"""The counts of a release and all that ties them together, as one sparse system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Booleans = np.ndarray[Any, np.dtype[np.bool_]]

# More people than any organization has: a count with this upper bound has none.
UNBOUNDED = 1e8


@dataclass(frozen=True)
class System:
    """Counts with bounds, and linear rows over them.

    Attributes:
        lower, upper: what each count lies between, before anything is derived.
        is_whole: which counts are whole numbers.
        matrix: one row per statement, one column per count.
        row_lower, row_upper: what each row's sum lies between; infinite where it has no limit.
    """

    lower: Floats
    upper: Floats
    is_whole: Booleans
    matrix: sparse.csr_matrix
    row_lower: Floats
    row_upper: Floats


class Statements:
    """Counts and statements about them, gathered block by block into a `System`."""

    def __init__(self) -> None:
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []
        self._is_whole: list[Booleans] = []
        self._rows: list[Integers] = []
        self._columns: list[Integers] = []
        self._factors: list[Floats] = []
        self._row_lower: list[Floats] = []
        self._row_upper: list[Floats] = []
        self.counts_n = 0
        self.rows_n = 0

    def add_counts(
        self, lower: Floats, upper: Floats, *, is_whole: bool | Booleans = True
    ) -> Integers:
        """Return the numbers of new counts with these bounds."""
        numbers = np.arange(self.counts_n, self.counts_n + len(lower))
        self._lower.append(np.asarray(lower, dtype=float))
        self._upper.append(np.minimum(np.asarray(upper, dtype=float), UNBOUNDED))
        self._is_whole.append(np.broadcast_to(is_whole, len(lower)))
        self.counts_n += len(lower)
        return numbers

    def add_rows(
        self,
        *terms: tuple[Integers, Integers, float | Floats],
        lower: float | Floats,
        upper: float | Floats,
    ) -> None:
        """State that sums of counts lie between limits.

        Args:
            terms: (row, count, factor) of every summand; rows are numbered from 0 in each call.
            lower: least value of the rows, one for all or one each.
            upper: greatest value of the rows, likewise.
        """
        rows = np.concatenate([np.asarray(row, dtype=np.int64) for row, _, _ in terms])
        if not len(rows):
            return
        rows_n = int(rows.max()) + 1
        self._rows.append(rows + self.rows_n)
        self._columns.append(np.concatenate([np.asarray(count) for _, count, _ in terms]))
        self._factors.append(
            np.concatenate([np.broadcast_to(factor, len(row)) for row, _, factor in terms])
        )
        self._row_lower.append(np.broadcast_to(np.asarray(lower, dtype=float), rows_n))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, dtype=float), rows_n))
        self.rows_n += rows_n

    def system(self) -> System:
        """Return everything stated."""
        matrix = sparse.csr_matrix(
            (
                _joined(self._factors, float),
                (_joined(self._rows, np.int64), _joined(self._columns, np.int64)),
            ),
            shape=(self.rows_n, self.counts_n),
        )
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return System(
            lower=_joined(self._lower, float),
            upper=_joined(self._upper, float),
            is_whole=_joined(self._is_whole, bool),
            matrix=matrix,
            row_lower=_joined(self._row_lower, float),
            row_upper=_joined(self._row_upper, float),
        )


def parts_of(rows: sparse.csr_matrix) -> Integers:
    """Return a number per column, the same for those that statements link, directly or not."""
    entries = rows.tocoo()
    nodes_n = rows.shape[0] + rows.shape[1]
    links = sparse.coo_matrix(
        (np.ones(entries.nnz), (entries.row, rows.shape[0] + entries.col)), shape=(nodes_n, nodes_n)
    )
    _, label = connected_components(links, directed=False)
    return np.unique(label[rows.shape[0] :], return_inverse=True)[1]


def _joined(blocks: list[Any], kind: Any) -> Any:
    return np.concatenate(blocks).astype(kind) if blocks else np.zeros(0, dtype=kind)
