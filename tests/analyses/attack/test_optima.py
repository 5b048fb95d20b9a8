"""The bounds are the true ones: compared with every table that publishes the same."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from analyses.attack.bounds import Bounds, propagate
from analyses.attack.elimination import eliminate
from analyses.attack.optima import Aims, optimize
from analyses.attack.system import Statements, System

ROWS, COLUMNS, MOST = 2, 3, 4


def _table(seed: int) -> tuple[System, np.ndarray, list[np.ndarray]]:
    """Return a random table with totals, some cells shown, and every table that fits it."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, MOST + 1, (ROWS, COLUMNS))
    is_shown = random.random((ROWS, COLUMNS)) < 0.25
    known = np.where(is_shown, truth, 0), np.where(is_shown, truth, MOST)
    statements = Statements()
    cells = statements.add_counts(known[0].ravel(), known[1].ravel()).reshape(ROWS, COLUMNS)
    for lines, totals in ((cells, truth.sum(axis=1)), (cells.T, truth.sum(axis=0))):
        statements.add_rows(
            (np.repeat(np.arange(len(lines)), lines.shape[1]), lines.ravel(), 1.0),
            lower=totals.astype(float),
            upper=totals.astype(float),
        )
    # What people of the first row are worth, rounded: an inequality with other factors than one.
    worth = float(truth[0] @ np.arange(1, COLUMNS + 1))
    statements.add_rows(
        (np.zeros(COLUMNS, dtype=int), cells[0], np.arange(1.0, COLUMNS + 1)),
        lower=worth - 1,
        upper=worth + 1,
    )
    fits = [
        table
        for values in product(range(MOST + 1), repeat=ROWS * COLUMNS)
        if _is_fit(table := np.array(values).reshape(ROWS, COLUMNS), truth, is_shown, worth)
    ]
    return statements.system(), cells.ravel(), fits


def _is_fit(table: np.ndarray, truth: np.ndarray, is_shown: np.ndarray, worth: float) -> bool:
    return bool(
        (table.sum(axis=1) == truth.sum(axis=1)).all()
        and (table.sum(axis=0) == truth.sum(axis=0)).all()
        and (table == truth)[is_shown].all()
        and abs(table[0] @ np.arange(1, COLUMNS + 1) - worth) <= 1
    )


@pytest.mark.parametrize("seed", range(25))
def test_bounds_are_those_of_every_table_that_publishes_the_same(seed: int) -> None:
    system, cells, fits = _table(seed)
    least, most = (np.array(fits).reshape(len(fits), -1)).min(0), np.array(fits).max(0).ravel()
    bounds = propagate(system)
    assert (bounds.lower[cells] <= least).all()
    assert (bounds.upper[cells] >= most).all()
    bounds = propagate(system, eliminate(system, bounds))
    assert (bounds.lower[cells] <= least).all()
    assert (bounds.upper[cells] >= most).all()
    found = optimize(system, bounds, _aims(cells, room=1.0), seconds=60, is_exact=True)
    assert found.least.tolist() == least.tolist()
    assert found.most.tolist() == most.tolist()
    assert found.is_solved.all()


@pytest.mark.parametrize("room", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("seed", range(10))
def test_a_cell_is_cleared_where_and_only_where_two_tables_differ_by_enough(
    seed: int, room: float
) -> None:
    system, cells, fits = _table(seed)
    tables = np.array(fits).reshape(len(fits), -1)
    found = optimize(system, propagate(system), _aims(cells, room=room), seconds=60)
    assert found.is_cleared.tolist() == (np.ptp(tables, axis=0) >= room).tolist()


def test_what_was_not_solved_in_time_says_so() -> None:
    statements = Statements()
    cells = statements.add_counts(np.zeros(3), np.full(3, 9.0))
    statements.add_rows((np.zeros(3, dtype=int), cells, 1.0), lower=9.0, upper=9.0)
    system = statements.system()
    found = optimize(system, propagate(system), _aims(cells, room=5.0), seconds=0)
    assert not found.is_solved.any()
    assert not found.is_cleared.any()


def test_elimination_finds_what_no_single_statement_bounds() -> None:
    # a + b = 10, b + c = 12, a + c = 8: each is open in every statement, and all are determined.
    statements = Statements()
    a, b, c = (statements.add_counts(np.zeros(1), np.full(1, 100.0))[0] for _ in range(3))
    for one, other, total in ((a, b, 10.0), (b, c, 12.0), (a, c, 8.0)):
        statements.add_rows(
            (np.zeros(2, dtype=int), np.array([one, other]), 1.0), lower=total, upper=total
        )
    system = statements.system()
    start = Bounds(system.lower, system.upper)
    assert (propagate(system).width > 0).all()
    found = eliminate(system, start)
    assert found.lower.tolist() == found.upper.tolist() == [3.0, 7.0, 5.0]


def _aims(cells: np.ndarray, *, room: float) -> Aims:
    size = len(cells)
    return Aims(cells, np.full(size, -1), np.zeros(size), np.full(size, room))
