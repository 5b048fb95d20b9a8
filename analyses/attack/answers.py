"""The answers that a mean of few people can be made of."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations_with_replacement
from math import comb

import numpy as np

from analyses.attack.system import Floats

# Combinations of answers that are listed for one number of people, at most.
LISTED = 100_000


def answer_bounds(
    people: int, total: float, square_sum: float, scores: tuple[float, ...]
) -> tuple[Floats, Floats] | None:
    """Return the fewest and the most people of each category; nothing where too many ways exist.

    Args:
        people: people who answered.
        total: sum of their scores.
        square_sum: sum of their squares, NaN where it is not known.
        scores: score of each category.
    """
    if people < 1 or comb(people + len(scores) - 1, people) > LISTED:
        return None
    ways, totals, squares = _ways(people, scores)
    fits = np.abs(totals - total) < 1e-6
    if not np.isnan(square_sum):
        fits &= np.abs(squares - square_sum) < 1e-6
    if not fits.any():
        return None
    return ways[fits].min(axis=0), ways[fits].max(axis=0)


@lru_cache(maxsize=64)
def _ways(people: int, scores: tuple[float, ...]) -> tuple[Floats, Floats, Floats]:
    categories = range(len(scores))
    ways = np.array(
        [
            np.bincount(way, minlength=len(scores))
            for way in combinations_with_replacement(categories, people)
        ],
        dtype=float,
    )
    points = np.array(scores)
    return ways, ways @ points, ways @ points**2
