"""What goes wrong with exports: each way once, as a file made here, with the treatment it gets.

`docs/reference/bad-inputs.md` is printed from this list; `test_bad_inputs.py` tries every entry on
a company of four people (see `tests/ingest/conftest.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.ingest.conftest import Workspace

Treatment = Literal["read", "quarantined", "refused", "kept and noted"]
Write = Callable[[Workspace], object]
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class BadInput:
    """One way to go wrong.

    Attributes:
        number: its number in the list.
        what: what is wrong with the export.
        treatment: what becomes of it.
        how: what a reader should know of the treatment.
        write: writes the export into the company's workspace.
        table: the table it is about.
        reasons: reason code: source records with it.
        query: a query of the raw database, and what it gives.
        says: part of the refusal, or of a warning.
        duplicates_n: exact duplicates.
    """

    number: int
    what: str
    treatment: Treatment
    how: str
    write: Write
    table: str = "performance_reviews"
    reasons: Mapping[str, int] = field(default_factory=dict)
    query: tuple[str, Rows] | None = None
    says: str | None = None
    duplicates_n: int = 0


_LISTED: list[BadInput] = []


def listed(
    number: int, what: str, treatment: Treatment, how: str, write: Write, **more: Any
) -> None:
    """Add an entry to the list."""
    _LISTED.append(BadInput(number, what, treatment, how, write, **more))


def bad_inputs() -> list[BadInput]:
    """Return the list by number."""
    # They fill the list when they are imported.
    from tests.ingest.bad_inputs import domain, files, values  # noqa: F401

    return sorted(_LISTED, key=lambda bad: bad.number)
