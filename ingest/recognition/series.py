"""Files of one kind whose names differ by a day: the snapshots of a series, read as one source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.contract import TABLES
from ingest.recognition.candidates import Draft
from ingest.recognition.contents import texts_of
from ingest.recognition.evidence import ONE_DAY

# Share of the people of a snapshot that the next one must know.
KNOWN_SHARE_MIN = 0.1
STRANGERS = "few of the people of one file are in the next: are they snapshots of one company?"


def in_series(drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts with those of a series of snapshots in one, which names all of its files.

    Read one by one, nobody could be seen to leave between them.
    """
    series: dict[str, list[Draft]] = {}
    for draft in drafts:
        series.setdefault(_kind_of(draft), []).append(draft)
    return [one for parts in series.values() for one in _joined(parts)]


def _kind_of(draft: Draft) -> str:
    """Return what drafts have in common that can be read as one source."""
    path = draft.inspected.path
    if draft.preset != "snapshots" or draft.file_date is None:
        return f"{path}: {draft.table}/{draft.preset}"
    how = (draft.file_date, draft.columns, draft.constants, draft.date_format, draft.decimal)
    return f"{path.parent}: {draft.table}/{draft.preset} {how}"


def _joined(parts: Sequence[Draft]) -> list[Draft]:
    first = parts[0]
    if len(parts) == 1 or first.file_date is None:
        return list(parts)
    if any(sign in first.file_date for sign in "*?["):
        return list(parts)
    pattern = re.sub(r"%[Ymd]", "*", first.file_date).replace("%%", "%")
    if set(first.inspected.path.parent.glob(pattern)) != {part.inspected.path for part in parts}:
        return list(parts)
    questions = dict.fromkeys(q for part in parts for q in part.questions if q != ONE_DAY)
    if any(_are_strangers(one, other) for one, other in pairwise(parts)):
        questions[STRANGERS] = None
    values = {
        column: {
            word: meant for part in parts for word, meant in part.values.get(column, {}).items()
        }
        for column in dict.fromkeys(column for part in parts for column in part.values)
    }
    reason = f"{len(parts)} files, each of a day of its own; {first.reason}"
    return [
        replace(first, pattern=pattern, reason=reason, values=values, questions=tuple(questions))
    ]


def _are_strangers(one: Draft, other: Draft) -> bool:
    column = TABLES[one.table].column("employee_id")
    mine, theirs = (texts_of(part.inspected, part.mapping, column) for part in (one, other))
    row = mine.connection.execute(
        f"select count(*) from {mine.name} where text in (select text from {theirs.name})"
    ).fetchone()
    return int(row[0] if row else 0) < KNOWN_SHARE_MIN * min(mine.different_n, theirs.different_n)
