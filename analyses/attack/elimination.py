"""Counts that are a linear combination of known ones, found without solving for each."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import lsmr

from analyses.attack.bounds import TOLERANCE, Bounds
from analyses.attack.system import Booleans, System, parts_of

# A determined count has no part in any direction that leaves all equalities true; a random one
# shows that, but for what is lost in the iterations.
NO_PART = 1e-7
ITERATIONS = 2000
# Counts in the largest connected system that is solved this way.
LARGEST = 5000
SEED = 20240229


def _in_small_components(rows: sparse.csr_matrix) -> Booleans:
    """Return which counts hang together with few others: larger systems do not converge in time."""
    label = parts_of(rows)
    return np.bincount(label)[label] <= LARGEST


def eliminate(system: System, bounds: Bounds) -> Bounds:
    """Return the bounds with every count fixed that the equalities alone determine.

    A random vector less its projection on the equalities is a random direction in which all counts
    may still move together. A count that does not move in two of them is determined, and then has
    the value it has in any solution. Where the iterations have not converged nothing is fixed.
    """
    is_open = bounds.width > TOLERANCE
    is_equality = np.abs(system.row_upper - system.row_lower) <= TOLERANCE
    rows = system.matrix[is_equality]
    known = np.where(is_open, 0.0, bounds.lower)
    target = system.row_lower[is_equality] - rows @ known
    open_ = np.flatnonzero(is_open)
    left = rows[:, open_]
    open_ = open_[_in_small_components(left)]
    left = rows[:, open_]
    is_used = np.diff(left.indptr) > 0
    left, target = left[is_used], target[is_used]
    if not left.shape[0]:
        return bounds
    # Rows of one length make the iterations converge sooner.
    scale = sparse.diags(1 / np.sqrt(left.multiply(left).sum(axis=1).A1))
    left, target = scale @ left, scale @ target
    random = np.random.default_rng(SEED)
    is_determined = np.ones(len(open_), dtype=bool)
    for _ in range(2):
        direction = random.standard_normal(len(open_))
        solved = lsmr(left, left @ direction, atol=1e-14, btol=1e-14, conlim=0, maxiter=ITERATIONS)
        free = direction - solved[0]
        if np.abs(left @ free).max() > NO_PART:
            return bounds
        is_determined &= np.abs(free) < NO_PART
    if not is_determined.any():
        return bounds
    solved = lsmr(left, target, atol=1e-14, btol=1e-14, conlim=0, maxiter=ITERATIONS)
    if np.abs(left @ solved[0] - target).max() > TOLERANCE:
        return bounds
    values = solved[0][is_determined]
    found = open_[is_determined]
    is_whole = system.is_whole[found]
    values = np.where(is_whole, np.round(values), values)
    lower, upper = bounds.lower.copy(), bounds.upper.copy()
    lower[found] = np.maximum(lower[found], values)
    upper[found] = np.minimum(upper[found], values)
    return Bounds(lower, upper)
