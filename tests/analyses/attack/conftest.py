"""Releases made by hand, to be attacked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from analyses import intervals
from analyses.attack.release import TABLES, Release, release_of

HIDDEN = None
Cell = dict[str, Any]


def share(member: str, counts: tuple[int, int] | None, **others: object) -> Cell:
    """Return a row of the metrics: (with the outcome, people) of a member, or hidden."""
    row: Cell = {
        "measure": "stayed",
        "program": "all",
        "population": "mentees",
        "dimension": "all" if member == "all" else "department",
        "member": member,
        "period_grain": "year",
        "period_start": "2024-01-01",
        "unit": "share",
        "is_suppressed": counts is None,
        "value": None,
        "ci_low": None,
        "ci_high": None,
        "numerator": None,
        "denominator": None,
    }
    if counts is not None:
        row |= {"numerator": counts[0], "denominator": counts[1], "value": counts[0] / counts[1]}
    return row | others


def mean(member: str, answers: list[int] | None, *, has_interval: bool = True) -> Cell:
    """Return a row of the metrics: the mean of answers from 1 to 5."""
    import numpy as np

    row = share(member, None, measure="liked", unit="points (1-5)", is_suppressed=answers is None)
    if answers is None:
        return row
    given = np.array(answers, dtype=float)
    estimate = intervals.mean(
        *(np.array([number]) for number in (given.sum(), (given**2).sum(), len(given))),
        confidence=0.95,
    )
    row |= {"value": given.mean(), "numerator": given.sum(), "denominator": len(given)}
    if has_interval:
        row |= {"ci_low": estimate.ci_low[0], "ci_high": estimate.ci_high[0]}
    return row


def things(member: str, counts: tuple[int, int, int] | None, **others: object) -> Cell:
    """Return a row of the metrics: (with the outcome, things, people who have them), or hidden."""
    import numpy as np

    row = share(member, counts[:2] if counts else None, **{"measure": "completion", **others})
    if counts is not None:
        done, things_n, people = (np.array([float(number)]) for number in counts)
        estimate = intervals.share(done / things_n * people, people, confidence=0.95)
        row |= {"ci_low": estimate.ci_low[0], "ci_high": estimate.ci_high[0]}
    return row


@pytest.fixture
def release() -> Callable[..., Release]:
    def made(
        *metrics: Cell,
        people: dict[str, str] | None = None,
        run: dict[str, Any] | None = None,
        **tables: list[Cell],
    ) -> Release:
        frames = {name: pd.DataFrame(tables.get(name, [])) for name in TABLES}
        frames["metrics"] = pd.DataFrame(metrics)
        if people:
            frames["measures"] = pd.DataFrame(
                {"measure": list(people), "people": list(people.values())}
            )
        for column in ("value", "ci_low", "ci_high", "numerator", "denominator"):
            frames["metrics"][column] = frames["metrics"][column].astype(float)
        return release_of(frames, run or {})

    return made
