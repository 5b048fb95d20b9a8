"""Bounds of every count by propagation over whole numbers, until nothing moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.attack.system import Booleans, Floats, Integers, System

TOLERANCE = 1e-6
# Rounds after which bounds that creep by one a round are left to the linear programs.
ROUNDS = 300


@dataclass(frozen=True)
class Bounds:
    """What each count lies between.

    Attributes:
        lower, upper: one entry per count.
    """

    lower: Floats
    upper: Floats

    @property
    def contradicted(self) -> Booleans:
        """Return which counts nothing fits: what was stated of them cannot all be true."""
        return self.lower > self.upper + TOLERANCE

    @property
    def width(self) -> Floats:
        """Return how far apart the bounds are."""
        return self.upper - self.lower


def propagate(system: System, start: Bounds | None = None) -> Bounds:
    """Return the bounds that follow from each statement and the bounds of its other counts.

    Args:
        system: counts and statements.
        start: bounds known so far; those of the system, where not given.
    """
    lower = (system.lower if start is None else start.lower).copy()
    upper = (system.upper if start is None else start.upper).copy()
    matrix, by_count = system.matrix, system.matrix.tocsc()
    active = np.arange(matrix.shape[0])
    for _ in range(ROUNDS):
        if not len(active):
            break
        changed = _tighten(system, lower, upper, active)
        # A contradiction stays where it is: its rows would go on for ever.
        changed = changed[lower[changed] <= upper[changed] + TOLERANCE]
        active = np.unique(by_count.indices[_spans(by_count.indptr, changed)[0]])
    return Bounds(lower, upper)


def _tighten(system: System, lower: Floats, upper: Floats, rows: Integers) -> Integers:
    """Tighten the bounds of the counts in some rows; return the counts that moved."""
    entries, lengths = _spans(system.matrix.indptr, rows)
    rows, lengths = rows[lengths > 0], lengths[lengths > 0]
    if not len(entries):
        return np.zeros(0, dtype=np.int64)
    counts, factors = system.matrix.indices[entries], system.matrix.data[entries]
    is_positive = factors > 0
    least = factors * np.where(is_positive, lower[counts], upper[counts])
    most = factors * np.where(is_positive, upper[counts], lower[counts])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    others_least = np.repeat(np.add.reduceat(least, starts), lengths) - least
    others_most = np.repeat(np.add.reduceat(most, starts), lengths) - most
    room_above = (np.repeat(system.row_upper[rows], lengths) - others_least) / factors
    room_below = (np.repeat(system.row_lower[rows], lengths) - others_most) / factors
    highest = np.where(is_positive, room_above, room_below)
    lowest = np.where(is_positive, room_below, room_above)
    is_whole = system.is_whole[counts]
    highest = np.where(is_whole, np.floor(highest + TOLERANCE), highest)
    lowest = np.where(is_whole, np.ceil(lowest - TOLERANCE), lowest)
    before = lower[counts], upper[counts]
    np.minimum.at(upper, counts, highest)
    np.maximum.at(lower, counts, lowest)
    moved = (lower[counts] > before[0] + TOLERANCE) | (upper[counts] < before[1] - TOLERANCE)
    return np.unique(counts[moved])


def _spans(indptr: Integers, of: Integers) -> tuple[Integers, Integers]:
    """Return the positions of the entries of some rows, and how many entries each has."""
    first, lengths = indptr[of].astype(np.int64), np.diff(indptr)[of].astype(np.int64)
    total = int(lengths.sum())
    offsets = np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return np.arange(total) + offsets if total else np.zeros(0, dtype=np.int64), lengths
