"""Linear programs, and where they are narrow integer ones, over what propagation left open."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from analyses.attack.bounds import TOLERANCE, Bounds
from analyses.attack.system import Booleans, Floats, Integers, System, parts_of

# Programs with random aims, of which each clears many counts at once.
SWEEPS = 8
# Seconds that one integer program may take.
INTEGER_SECONDS = 10.0
# Farther than any two values that are told apart.
FAR = 1e5
SEED = 20240229


@dataclass(frozen=True)
class Aims:
    """Differences of two counts, and how far each must be able to move to tell nothing.

    Attributes:
        plus: the count, one entry per aim.
        minus: the count taken from it; -1 where there is none.
        floor: smaller values count as this one.
        room: how far apart the least and the greatest value must lie.
    """

    plus: Integers
    minus: Integers
    floor: Floats
    room: Floats

    def values(self, counts: Floats) -> Floats:
        """Return the aims' values where the counts have these."""
        taken = np.where(self.minus >= 0, counts[self.minus], 0.0)
        return np.maximum(counts[self.plus] - taken, self.floor)


@dataclass(frozen=True)
class Optima:
    """What the programs found.

    Attributes:
        least, most: bounds of each aim.
        is_cleared: two whole solutions are known that lie far enough apart.
        is_solved: the aim is cleared, or bounds show that it cannot be, or are its optima.
        programs_n: programs solved.
    """

    least: Floats
    most: Floats
    is_cleared: Booleans
    is_solved: Booleans
    programs_n: int


def optimize(
    system: System, bounds: Bounds, aims: Aims, *, seconds: float, is_exact: bool = False
) -> Optima:
    """Return how far each aim can move; what was not solved in time says so.

    Every solution that is whole is a company that publishes the same, so it serves all aims.

    Args:
        system: counts and statements.
        bounds: what propagation and elimination left.
        aims: what is asked.
        seconds: of the processor that all programs together may take: what is found does not depend
            on what else the machine does.
        is_exact: find every optimum, also of aims that are decided without it.
    """
    until = time.process_time() + seconds
    search = _Search(system, bounds, aims, until=until, is_exact=is_exact)
    search.run()
    return Optima(
        least=search.least,
        most=search.most,
        is_cleared=search.cleared(),
        is_solved=~search.waiting(),
        programs_n=search.programs_n,
    )


class _Search:
    def __init__(
        self, system: System, bounds: Bounds, aims: Aims, *, until: float, is_exact: bool
    ) -> None:
        self.is_exact = is_exact
        self.system, self.bounds, self.aims, self.until = system, bounds, aims, until
        minus = np.where(aims.minus >= 0, aims.minus, 0)
        has_minus = aims.minus >= 0
        lower = bounds.lower[aims.plus] - np.where(has_minus, bounds.upper[minus], 0.0)
        upper = bounds.upper[aims.plus] - np.where(has_minus, bounds.lower[minus], 0.0)
        self.least, self.most = np.maximum(lower, aims.floor), np.maximum(upper, aims.floor)
        # Values that some whole solution takes.
        self.seen_least = np.full(len(aims.plus), np.inf)
        self.seen_most = np.full(len(aims.plus), -np.inf)
        self.is_solved = self.most - self.least < 1 - TOLERANCE
        self.programs_n = 0

    def cleared(self) -> Booleans:
        is_far: Booleans = self.seen_most - self.seen_least >= self.aims.room - TOLERANCE
        return is_far

    def waiting(self) -> Booleans:
        """Return which aims nothing is decided about."""
        if self.is_exact:
            return ~self.is_solved
        is_narrow = self.most - self.least < self.aims.room - TOLERANCE
        return ~self.cleared() & ~self.is_solved & ~is_narrow

    def run(self) -> None:
        is_open = self.bounds.width > TOLERANCE
        open_ = np.flatnonzero(is_open)
        rows = self.system.matrix[:, open_]
        label = parts_of(rows)
        component = np.full(len(is_open), -1)
        component[open_] = label
        of_plus = component[self.aims.plus]
        of_minus = np.where(self.aims.minus >= 0, component[self.aims.minus], -1)
        of_aim = np.where(of_plus >= 0, of_plus, of_minus)
        sizes = np.bincount(label, minlength=1)
        # What no statement ties to another count takes both of its bounds.
        is_alone = (of_plus >= 0) & (sizes[np.maximum(of_plus, 0)] == 1) & (of_minus < 0)
        self.seen_least[is_alone], self.seen_most[is_alone] = (
            self.least[is_alone],
            self.most[is_alone],
        )
        self.is_solved |= is_alone
        waiting = self.waiting() & (of_aim >= 0)
        for number in sorted(set(of_aim[waiting].tolist()), key=lambda one: int(sizes[one])):
            if time.process_time() > self.until:
                return
            self._solve(open_[label == number], np.flatnonzero(of_aim == number))

    def _solve(self, counts: Integers, aims: Integers) -> None:
        """Solve the programs of one connected part."""
        program = _Program(self.system, self.bounds, counts, until=self.until)
        random = np.random.default_rng(SEED)
        for sweep in range(SWEEPS):
            left = aims[self.waiting()[aims]]
            if not len(left) or time.process_time() > self.until:
                return
            weights = random.uniform(0.5, 1.5, len(left)) * (1 if sweep % 2 else -1)
            if sweep > 1:
                weights *= random.choice([-1.0, 1.0], len(left))
            self._take(program, program.least(self._cost(left, weights)))
        for aim in aims:
            if not self.waiting()[aim]:
                continue
            is_found = True
            for sign in (1.0, -1.0):
                if time.process_time() > self.until:
                    return
                is_found &= self._bound(program, int(aim), sign)
            self.is_solved[aim] = is_found

    def _bound(self, program: _Program, aim: int, sign: float) -> bool:
        """Return whether the least (or with sign -1 the greatest) value of an aim was found."""
        cost = self._cost(np.array([aim]), np.array([sign]))
        for is_integer in (False, True):
            found = program.least(cost, is_integer=is_integer)
            self._take(program, found)
            if found is None:
                return False
            value = max(sign * found.bound, float(self.aims.floor[aim]))
            if sign > 0:
                self.least[aim] = max(self.least[aim], np.ceil(value - TOLERANCE))
            else:
                self.most[aim] = min(self.most[aim], np.floor(value + TOLERANCE))
            if found.is_whole or not self.waiting()[aim]:
                return True
        return False

    def _cost(self, aims: Integers, weights: Floats) -> Floats:
        cost = np.zeros(len(self.system.lower))
        np.add.at(cost, self.aims.plus[aims], weights)
        has = self.aims.minus[aims] >= 0
        np.add.at(cost, self.aims.minus[aims][has], -weights[has])
        return cost

    def _take(self, program: _Program, found: _Solution | None) -> None:
        """Remember what a whole solution shows to be possible."""
        self.programs_n += 1
        if found is None or not found.is_whole:
            return
        counts = self.bounds.lower.copy()
        counts[program.counts] = found.counts
        values = self.aims.values(counts)
        # Aims of other parts keep their lower bounds there, which no solution bears out.
        inside = np.zeros(len(counts), dtype=bool)
        inside[program.counts] = True
        is_seen = inside[self.aims.plus] | (inside[self.aims.minus] & (self.aims.minus >= 0))
        self.seen_least[is_seen] = np.minimum(self.seen_least[is_seen], values[is_seen])
        self.seen_most[is_seen] = np.maximum(self.seen_most[is_seen], values[is_seen])


@contextmanager
def _no_banner() -> Iterator[None]:
    """Keep standard output for our own: the solver greets there before it can be told not to."""
    sys.stdout.flush()
    kept = os.dup(1)
    silent = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silent, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(silent)


@dataclass(frozen=True)
class _Solution:
    bound: float
    counts: Floats
    is_whole: bool


class _Program:
    """The statements about one connected part, for one cost after another."""

    def __init__(self, system: System, bounds: Bounds, counts: Integers, *, until: float) -> None:
        import highspy

        with _no_banner():
            self._highs: Any = highspy.Highs()
        self._module: Any = highspy
        self.counts = counts
        self._is_whole = system.is_whole[counts]
        columns = sparse.csc_matrix(system.matrix[:, counts])
        used = np.unique(columns.indices)
        known = bounds.lower.copy()
        known[counts] = 0.0
        given = system.matrix[used] @ known
        inside = sparse.csr_matrix(columns[used])
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(counts), len(used)
        program.col_cost_ = np.zeros(len(counts))
        program.col_lower_ = bounds.lower[counts]
        # A count without limit may move as far as tells nothing.
        program.col_upper_ = np.minimum(bounds.upper[counts], bounds.lower[counts] + FAR)
        program.row_lower_ = system.row_lower[used] - given
        program.row_upper_ = system.row_upper[used] - given
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = inside.indptr
        program.a_matrix_.index_ = inside.indices
        program.a_matrix_.value_ = inside.data
        self._until = until
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("log_to_console", False)
        self._highs.setOptionValue("threads", 1)
        self._highs.passModel(program)

    def least(self, cost: Floats, *, is_integer: bool = False) -> _Solution | None:
        """Return the solution of least cost; nothing where none was found."""
        highs, kinds = self._highs, self._module.HighsVarType
        size = len(self.counts)
        numbers = np.arange(size, dtype=np.int32)
        highs.changeColsCost(size, numbers, cost[self.counts])
        if is_integer:
            kind = [kinds.kInteger if whole else kinds.kContinuous for whole in self._is_whole]
            highs.changeColsIntegrality(size, numbers, kind)
        left = max(self._until - time.process_time(), 0.01)
        limit = min(left, INTEGER_SECONDS) if is_integer else left
        highs.setOptionValue("time_limit", highs.getRunTime() + limit)
        highs.run()
        status = highs.getModelStatus()
        values = np.array(highs.getSolution().col_value)
        info = highs.getInfo()
        bound = float(info.mip_dual_bound if is_integer else info.objective_function_value)
        if is_integer:
            highs.changeColsIntegrality(size, numbers, [kinds.kContinuous] * size)
        is_optimal = status == self._module.HighsModelStatus.kOptimal
        if not len(values) or not (is_optimal or is_integer):
            return None
        off = np.abs(values - np.round(values))[self._is_whole]
        is_whole = is_optimal and bool((off < TOLERANCE).all())
        return _Solution(
            bound, np.where(self._is_whole & is_whole, np.round(values), values), is_whole
        )
