"""Counts that are a linear combination of known ones, found without solving for each."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import lsmr

from analyses.attack.bounds import TOLERANCE, Bounds
from analyses.attack.system import Booleans, Floats, Integers, System, parts_of

# A determined count has no part in any direction that leaves all equalities true; a random one
# shows that, but for what is lost in the iterations.
NO_PART = 1e-7
ITERATIONS = 400
# Counts in the largest connected system that is solved this way.
LARGEST = 1000
# Counts that are solved; what is left over is for the linear programs. Of longer vectors than
# AT_ONCE a product is worked out on all processors, which costs more than it saves.
TOGETHER, AT_ONCE = 20_000, 8_000
SEED = 20240229


def eliminate(system: System, bounds: Bounds) -> Bounds:
    """Return the bounds with every count fixed that the equalities alone determine.

    A random vector less its projection on the equalities is a random direction in which all counts
    may still move together. A count that does not move in two of them is determined, and then has
    the value it has in any solution. Where the iterations have not converged nothing is fixed.
    """
    is_open = bounds.width > TOLERANCE
    is_equality = np.abs(system.row_upper - system.row_lower) <= TOLERANCE
    rows = system.matrix[is_equality]
    target = system.row_lower[is_equality] - rows @ np.where(is_open, 0.0, bounds.lower)
    open_ = np.flatnonzero(is_open)
    lower, upper = bounds.lower.copy(), bounds.upper.copy()
    for together in _batches(rows[:, open_]):
        counts = open_[together]
        is_determined, values = _determined(rows[:, counts], target)
        found, values = counts[is_determined], values[is_determined]
        values = np.where(system.is_whole[found], np.round(values), values)
        lower[found] = np.maximum(lower[found], values)
        upper[found] = np.minimum(upper[found], values)
    return Bounds(lower, upper)


def _batches(rows: sparse.csr_matrix) -> list[Integers]:
    """Return the counts that are solved together; those of large systems do not converge in time.

    No part of the system is torn apart.
    """
    label = parts_of(rows)
    sizes = np.bincount(label)
    order = np.argsort(sizes, kind="stable")
    so_far = np.cumsum(sizes[order])
    is_taken = (so_far <= TOGETHER) & (sizes[order] <= LARGEST)
    batch = np.full(len(sizes), -1)
    batch[order[is_taken]] = so_far[is_taken] // AT_ONCE
    of_count = batch[label]
    return [np.flatnonzero(of_count == one) for one in np.unique(of_count) if one >= 0]


def _determined(rows: sparse.csr_matrix, target: Floats) -> tuple[Booleans, Floats]:
    """Return which counts the equalities determine, and their values."""
    is_used = np.diff(rows.indptr) > 0
    left, target = rows[is_used], target[is_used]
    if not left.shape[0]:
        return np.zeros(rows.shape[1], dtype=bool), np.zeros(rows.shape[1])
    # Rows of one length make the iterations converge sooner.
    scale = sparse.diags(1 / np.sqrt(left.multiply(left).sum(axis=1).A1))
    left, target = (scale @ left).tocsr(), scale @ target
    random = np.random.default_rng(SEED)
    is_determined = np.ones(left.shape[1], dtype=bool)
    for _ in range(2):
        direction = random.standard_normal(left.shape[1])
        free = direction - _solved(left, left @ direction)
        is_determined &= (np.abs(free) < NO_PART) & _has_converged(left, left @ free)
    solved = _solved(left, target)
    is_determined &= _has_converged(left, left @ solved - target)
    return is_determined, solved


def _solved(rows: sparse.csr_matrix, target: Floats) -> Floats:
    found: Floats = lsmr(rows, target, atol=1e-14, btol=1e-14, conlim=0, maxiter=ITERATIONS)[0]
    return found


def _has_converged(rows: sparse.csr_matrix, residual: Floats) -> Booleans:
    """Return which counts are in a part of which every statement holds."""
    label = parts_of(rows)
    first = rows.indices[rows.indptr[:-1]]
    worst = np.zeros(label.max(initial=0) + 1)
    np.maximum.at(worst, label[first], np.abs(residual))
    return worst[label] < NO_PART
