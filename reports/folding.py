"""What has no number to show, folded into a line for each reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Folded(Generic[Item]):
    """What there is no number of, and the one reason."""

    reason: str
    items: tuple[Item, ...]


def fold(without: Iterable[tuple[str, Item]]) -> tuple[Folded[Item], ...]:
    """Return what has no number by the reason why there is none, in their order."""
    by_reason: dict[str, tuple[Item, ...]] = {}
    for reason, item in without:
        by_reason[reason] = (*by_reason.get(reason, ()), item)
    return tuple(Folded(reason, items) for reason, items in by_reason.items())
