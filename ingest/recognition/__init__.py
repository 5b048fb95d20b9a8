"""Recognition: what the files of a folder are, drafted as the sources of a workspace.

It drafts and says how sure it is; the analyst decides. A file it does not know it names as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.contract import TABLES
from ingest.recognition.candidates import Candidate, Draft, Unknown
from ingest.recognition.drafts import drafted
from ingest.recognition.inspection import inspect
from ingest.recognition.questions import DraftedItem, with_items
from ingest.recognition.relations import linked, numbered, with_programs
from ingest.recognition.series import in_series
from ingest.recognition.vendors import read_vendors
from workspace.database import connect
from workspace.errors import MentorshipError

__all__ = ["Draft", "DraftedItem", "Recognition", "Unplaced", "recognize"]


@dataclass(frozen=True)
class Unplaced:
    """A file that is no source yet, why, and what its headers suggest most."""

    path: Path
    reason: str
    nearest: Candidate | None = None


@dataclass(frozen=True)
class Recognition:
    """What the files of a folder are.

    Attributes:
        drafts: sources, in the order of the contract's tables.
        unplaced: files that are none.
        items: questions of its surveys that no list of items knows.
    """

    drafts: tuple[Draft, ...]
    unplaced: tuple[Unplaced, ...]
    items: tuple[DraftedItem, ...] = ()


def recognize(folder: Path, *, root: Path | None = None) -> Recognition:
    """Return what every file below a folder is likely to be; hidden files are left alone.

    Args:
        folder: where the exports are.
        root: the workspace, whose own presets are known as well as ours.

    Raises:
        ConfigError: a preset of the workspace says something a preset cannot say.
    """
    drafts: list[Draft] = []
    unplaced: list[Unplaced] = []
    vendors = read_vendors(root)
    with connect() as connection:
        for number, path in enumerate(_files(folder)):
            try:
                seen = inspect(path, folder=folder, number=number, connection=connection, root=root)
                found = drafted(seen, vendors)
            except MentorshipError as error:
                unplaced.append(Unplaced(path, f"it cannot be read: {error.message}"))
                continue
            if isinstance(found, Unknown):
                unplaced.append(Unplaced(path, found.reason, found.nearest))
                seen.forget()
            else:
                drafts.extend(found)
        kept, strays = linked(in_series(drafts))
        unplaced += [
            Unplaced(one.draft.inspected.path, f"it looks like {one.draft.table}, but {one.reason}")
            for one in strays
        ]
        places = {name: place for place, name in enumerate(TABLES)}
        kept.sort(key=lambda draft: places[draft.table])
        unplaced.sort(key=lambda one: one.path)
        named, items = with_items(numbered(with_programs(kept)))
        return Recognition(tuple(named), tuple(unplaced), tuple(items))


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.name != "README.txt"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
