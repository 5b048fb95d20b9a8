"""The outcomes as pages speak of them: label, order and unit, read from the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from reports.frames import records


@dataclass(frozen=True)
class Outcome:
    """One outcome: the columns of the result table `outcomes`, which says what each means."""

    name: str
    label: str
    unit: str = "share"
    is_primary: bool = False
    is_staying: bool = False


class Outcomes:
    """Every outcome of the release by name, in the order of the pages."""

    def __init__(self, known: Iterable[Outcome]) -> None:
        self._by_name = {outcome.name: outcome for outcome in known}

    def __iter__(self) -> Iterator[Outcome]:
        """Yield the outcomes in order."""
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Outcome:
        """Return an outcome; one that the release does not list is called by its name."""
        return self._by_name.get(name) or Outcome(name, name.replace("_", " ").capitalize())

    @property
    def primary(self) -> tuple[Outcome, ...]:
        """The outcomes of the declared questions."""
        return tuple(outcome for outcome in self if outcome.is_primary)

    def ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return these names in the order of the pages, those not listed at the end."""
        given = set(names)
        listed = [outcome.name for outcome in self if outcome.name in given]
        return (*listed, *sorted(given.difference(listed)))


def outcomes(frame: pd.DataFrame) -> Outcomes:
    """Return the outcomes of the result table `outcomes`."""
    rows = sorted(records(frame), key=lambda row: int(row["outcome_number"]))
    return Outcomes(
        Outcome(
            name=str(row["outcome"]),
            label=str(row["label"]),
            unit=str(row["unit"]),
            is_primary=bool(row["is_primary"]),
            is_staying=bool(row["is_staying"]),
        )
        for row in rows
    )
