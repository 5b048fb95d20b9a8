"""Recognition: what the files of a folder are, drafted as the sources of a workspace.

It drafts and says how sure it is; the analyst decides. A file it does not know it names as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ingest.contract import TABLES
from ingest.recognition.drafts import Draft, Unknown, drafted
from ingest.recognition.lexicon import level_words, plain
from ingest.recognition.looks import look
from mentorship.errors import MentorshipError

__all__ = ["Draft", "Recognition", "Unplaced", "recognize"]

LEVEL_COLUMNS = (("job_history", "level"), ("talent_plans", "target_level"))
PROGRAM_TABLES = ("enrollments", "pairings")


@dataclass(frozen=True)
class Unplaced:
    """A file that is no source yet, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Recognition:
    """What the files of a folder are.

    Attributes:
        drafts: sources, in the order of the contract's tables.
        unplaced: files that are none.
    """

    drafts: tuple[Draft, ...]
    unplaced: tuple[Unplaced, ...]


def recognize(folder: Path) -> Recognition:
    """Return what every file below a folder is likely to be; hidden files are left alone."""
    drafts: list[Draft] = []
    unplaced: list[Unplaced] = []
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
        for number, path in enumerate(_files(folder)):
            try:
                found = drafted(look(path, number=number, connection=connection))
            except MentorshipError as error:
                unplaced.append(Unplaced(path, f"it cannot be read: {error.message}"))
                continue
            if isinstance(found, Unknown):
                unplaced.append(Unplaced(path, found.reason))
            else:
                drafts.extend(found)
        places = {name: place for place, name in enumerate(TABLES)}
        drafts.sort(key=lambda draft: places[draft.table])
        return Recognition(tuple(_numbered(_with_programs(drafts))), tuple(unplaced))


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.name != "README.txt"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _numbered(drafts: list[Draft]) -> list[Draft]:
    """Number the levels that exports name, alike in every table."""
    known = level_words()
    named = {
        word
        for draft in drafts
        for table, column in LEVEL_COLUMNS
        if draft.table == table
        for word in draft.values.get(column, {})
    }
    places = sorted({known[plain(word)] for word in named})
    numbers = {word: str(places.index(known[plain(word)]) + 1) for word in named}
    return [_with_levels(draft, numbers) for draft in drafts]


def _with_levels(draft: Draft, numbers: Mapping[str, str]) -> Draft:
    columns = [c for table, c in LEVEL_COLUMNS if table == draft.table and c in draft.values]
    values = {column: {word: numbers[word] for word in draft.values[column]} for column in columns}
    return replace(draft, values={**draft.values, **values})


def _with_programs(drafts: list[Draft]) -> list[Draft]:
    """Translate programs that other exports call by name into their ids."""
    ids = {
        name: program_id
        for draft in drafts
        if draft.table == "programs"
        for name, program_id in _programs(draft).items()
    }
    return [
        _called_by_id(draft, ids) if draft.table in PROGRAM_TABLES else draft for draft in drafts
    ]


def _programs(draft: Draft) -> dict[str, str]:
    """Return the names of the programs in an export of programs, with their ids."""
    places = [
        draft.look.position(draft.columns.get(column, column))
        for column in ("program_name", "program_id")
    ]
    if places[0] is None or places[1] is None:
        return {}
    return draft.look.pairs(places[0], places[1])


def _called_by_id(draft: Draft, ids: Mapping[str, str]) -> Draft:
    header = draft.columns.get("program_id")
    place = None if header is None else draft.look.position(header)
    words = None if place is None else draft.look.words(place)
    if not words or not ids or set(words) <= set(ids.values()):
        return draft
    if not set(words) <= set(ids):
        question = f"{header} names programs that the export of programs does not"
        return replace(draft, questions=(*draft.questions, question))
    return replace(draft, values={**draft.values, "program_id": {w: ids[w] for w in words}})
