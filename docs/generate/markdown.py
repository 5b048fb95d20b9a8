"""Tables and anchors of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as a Markdown table."""
    return [
        _row(header),
        _row(["---"] * len(header)),
        *(_row([cell.replace("|", "\\|").replace("\n", " ") for cell in row]) for row in rows),
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def anchor_of(title: str) -> str:
    """Return the anchor that Markdown renderers give a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
