"""Headers as people write them: found exactly, or despite case, spaces and invisible marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Longer than any header: a cell that is compared with one may be a whole file.
LONGEST = 10_000


def folded(header: str) -> str:
    """Return a header without what a reader does not see: case, kinds of space, marks."""
    plain = header[:LONGEST]
    # What is ASCII has no such marks, and is what it is in every Unicode form.
    if not plain.isascii():
        visible = "".join(c for c in plain if unicodedata.category(c) != "Cf")
        plain = unicodedata.normalize("NFKC", visible)
    plain = plain.strip().casefold()
    return re.sub(r"[\s_]+", "_", plain)


def positions(headers: Sequence[str], wanted: str) -> list[int]:
    """Return where a header stands: its exact places, else the places that look the same."""
    exact = [n for n, header in enumerate(headers) if header == wanted]
    return exact or lookalikes(headers, wanted)


def lookalikes(headers: Sequence[str], wanted: str) -> list[int]:
    """Return every place where a header stands, or one that looks the same."""
    fold = folded(wanted)
    return [n for n, header in enumerate(headers) if fold and folded(header) == fold]
