"""Erasure of people: a tombstone, a build without them, and nothing left of what was before.

The tombstone is written first, and says that a purge is owed. From then on no load reads them, and
whichever build publishes next ends what was begun, however often it is killed.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentorship.ledger import Ledger
from mentorship.lock import lock
from mentorship.progress import Progress
from mentorship.proof import Needles, Proof, needles_of, search
from mentorship.publish import current_release
from mentorship.rotation import finish_rotation
from mentorship.warehouse import forget_warehouses
from workspace.errors import ConfigError, EnvironmentFailed, Place
from workspace.folder import Workspace, private_files
from workspace.writing import write_private

if TYPE_CHECKING:
    from ingest.erasing import Found
    from ingest.people.erasure import Seen
    from workspace.config import WorkspaceConfig

ERASED = "[erased]"


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    Attributes:
        is_done: whether anything was; a dry run only looks.
        records: per export: the records that name those who are erased.
        proof: the search for what is left; None where only was looked.
    """

    is_done: bool
    records: dict[str, int]
    proof: Proof | None

    def as_record(self) -> dict[str, Any]:
        """Return what was done as a record for `--json`."""
        return {
            "outcome": "erased" if self.is_done else "looked",
            "exit_code": 0 if self.proof is None or not self.proof.found else 1,
            "exports": self.records,
            "proof": None if self.proof is None else self.proof.as_record(),
        }


def find(
    workspace: Workspace, identifiers: Sequence[str], *, today: dt.date, is_unseen: bool = False
) -> Found:
    """Return whom identifiers mean; the workspace is only read.

    Args:
        workspace: whose people they are.
        identifiers: employee ids and e-mails.
        today: the day on which it is asked.
        is_unseen: whether somebody whom no export names may be meant.

    Raises:
        ConfigError: nobody is found, or several people are.
    """
    from ingest.columns.sources import Sources
    from ingest.erasing import find_people
    from ingest.people.keys import workspace_key
    from ingest.people.tombstones import Tombstones
    from mentorship.configuration import effective_config

    config: WorkspaceConfig = effective_config(workspace, None, today=today)
    wanted = tuple(dict.fromkeys(one.strip() for one in identifiers if one.strip()))
    refuse_lost_tombstones(workspace)
    with Sources(config, root=workspace.root) as sources:
        found = find_people(
            wanted,
            config,
            root=workspace.root,
            key=workspace_key(workspace),
            sources=sources,
            tombstones=Tombstones.read(workspace.tombstones_path),
        )
    if found.unknown and not is_unseen:
        raise ConfigError(
            "Nobody in the exports has such an id or e-mail; nothing was changed.",
            found=", ".join(found.unknown),
            expected="an employee id or an e-mail of somebody whom an export names",
            to_do="look for a slip of the pen; to keep out somebody whom only earlier exports "
            "named, add --unseen",
        )
    return found


def bury(workspace: Workspace, identifiers: Sequence[str], *, today: dt.date, **how: bool) -> Found:
    """Write the tombstones of people; from here on no load reads them, and a purge is owed.

    Raises:
        ConfigError: as `find`.
        LockedError: a build holds the workspace.
    """
    workspace.prepare()
    with private_files(), lock(workspace.lock_path):
        finish_rotation(workspace, run_id="")
        found = find(workspace, identifiers, today=today, **how)
        buried = replace(found.tombstones, erasures_n=found.tombstones.erasures_n + 1, is_owed=True)
        buried.write(workspace.tombstones_path)
    return found


def erase(
    workspace: Workspace,
    identifiers: Sequence[str],
    *,
    today: dt.date,
    progress: Progress,
    is_unseen: bool = False,
) -> Erased:
    """Return what was erased and the search for what is left, with the report built without them.

    Raises:
        ConfigError: as `find`.
        DataRefused: the exports are refused. The tombstones stay, everything private is purged,
            and the next build that publishes ends it.
    """
    from mentorship.build import build

    with progress.stage("erasure", "Looking for whom to erase"):
        found = bury(workspace, identifiers, today=today, is_unseen=is_unseen)
    needles = sought(workspace, found.seen, identifiers)
    try:
        build(workspace, today=today, progress=progress)
    except Exception:
        with private_files(), lock(workspace.lock_path):
            purge_remains(workspace, run_id="")
        progress.warn(
            "The tombstone stands, and no load reads them any more; but the last report still "
            "counts them until a build publishes, which then ends the erasure."
        )
        raise
    with progress.stage("proof", "Searching every byte"):
        with private_files(), lock(workspace.lock_path):
            redact_ledger(workspace, needles)
        proof = search(workspace, needles)
    return Erased(True, dict(found.seen.records), proof)


def sought(workspace: Workspace, seen: Seen, identifiers: Sequence[str]) -> Needles:
    """Return what must not be found any more, in plain text and as pseudonyms."""
    from ingest.people.keys import person_key, workspace_key

    key = workspace_key(workspace)
    own = {text for text in (*identifiers, *seen.identifiers) if text not in seen.shared}
    names = {pair for pair in seen.names if pair not in seen.shared}
    keys = {person_key(text, key=key) for text in own}
    keys |= {person_key(text.strip().casefold(), key=key) for text in own if "@" in text}
    return needles_of(own | seen.pairings, names=names, keys=keys)


def owes_erasure(workspace: Workspace) -> bool:
    """Return whether somebody was erased of whom something may be left."""
    from ingest.people.tombstones import Tombstones

    path = workspace.tombstones_path
    return path.exists() and Tombstones.read(path).is_owed


def refuse_lost_tombstones(workspace: Workspace) -> int:
    """Return how many times somebody was erased.

    Raises:
        EnvironmentFailed: the ledger knows of an erasure, and its tombstones are gone or older.
    """
    from ingest.people.tombstones import Tombstones

    erasures_n = Tombstones.read(workspace.tombstones_path).erasures_n
    known = max(
        (n for run in Ledger(workspace.ledger_path).runs() if (n := _erasures_of(run.facts))),
        default=0,
    )
    if erasures_n < known:
        raise EnvironmentFailed(
            "The tombstones of people who were erased are lost, or older than the last build.",
            place=Place(workspace.tombstones_path),
            found=f"{erasures_n} of {known} erasures",
            expected="what `mentorship erase` wrote",
            to_do="restore the file from your newest backup of it; without it the exports would "
            "bring back whoever was erased",
        )
    return erasures_n


def purge(workspace: Workspace, run_id: str, *, erased: Seen, listed: Path | None) -> None:
    """Remove what was made while those who were erased still counted; the debt is paid then.

    Args:
        workspace: where a release without them has just been published.
        run_id: the run that did.
        erased: whom the exports still name of them.
        listed: the list of warnings that was made without them, where there is one.
    """
    from ingest.people.tombstones import Tombstones

    purge_remains(workspace, run_id=run_id, kept=listed)
    redact_ledger(workspace, sought(workspace, erased, ()))
    tombstones = Tombstones.read(workspace.tombstones_path)
    replace(tombstones, is_owed=False).write(workspace.tombstones_path)


def purge_remains(workspace: Workspace, *, run_id: str, kept: Path | None = None) -> None:
    """Remove old releases, and everything private that no next build needs.

    Args:
        workspace: where.
        run_id: the run that is going on; its folder stays.
        kept: a list in `state/actions/` that was made without those who were erased.
    """
    current = current_release(workspace)
    if workspace.releases.is_dir():
        for path in workspace.releases.iterdir():
            if path != current:
                shutil.rmtree(path)
    for path in workspace.runs.iterdir():
        if path.name != run_id:
            _remove(path)
    for path in (*workspace.actions.iterdir(), *workspace.state.glob("*.partial")):
        if path != kept:
            _remove(path)
    for path in (workspace.checked, workspace.docs_path):
        shutil.rmtree(path, ignore_errors=True)
    forget_warehouses(workspace.state)


def redact_ledger(workspace: Workspace, needles: Needles) -> None:
    """Take out of the ledger what errors may have quoted of those who were erased.

    The assignments of lotteries name people too; how many drew what stays.
    """
    for path in (workspace.ledger_path, *(workspace.state / "lotteries").glob("*.csv")):
        if path.exists():
            _redact(path, needles)


def _redact(path: Path, needles: Needles) -> None:
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    redacted = needles.replaced(text, ERASED)
    if redacted != text:
        write_private(path, redacted)


def _erasures_of(facts: dict[str, Any]) -> int:
    n = facts.get("erasures_n", 0)
    return n if isinstance(n, int) else 0


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
