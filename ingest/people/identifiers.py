"""What a load has learned of the identifiers of people, besides whom they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Unlinked:
    """An identifier that links nobody, where it stands first in an export, and how often.

    Attributes:
        identifier: as the export says it.
        table: the canonical table.
        column: the canonical column.
        source: the export, relative to the workspace.
        line: the line of the first of them, where it is known.
        rows_n: the records in which it stands.
        reason: why it links nobody.
        is_own: it is meant as an employee id or an e-mail, not as another system's id.
    """

    identifier: str
    table: str
    column: str
    source: str
    line: int | None
    rows_n: int
    reason: str
    is_own: bool


class Identifiers:
    """What is known of the identifiers that stand in the exports.

    Attributes:
        crosswalks: files in the form of `ingest.people.crosswalk.IDENTITIES`.
        unlinked: identifiers of nobody that stand in rows which are kept.
        linked: per file: records that name somebody, and those of them that lead to nobody.
    """

    def __init__(self) -> None:
        self.crosswalks: list[Path] = []
        self.unlinked: list[Unlinked] = []
        self.linked: dict[int, tuple[int, int]] = {}
