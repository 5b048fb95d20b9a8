"""One attempt to build: alone in its workspace, recorded from start to end, tidy behind itself."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mentorship.checkout import refuse_stripped_python, version
from mentorship.fingerprint import Fingerprint, contents_hash
from mentorship.ledger import CRASHED, PUBLISHED, Ledger
from mentorship.lock import lock
from mentorship.progress import Progress
from mentorship.publish import (
    RELEASES_KEPT,
    current_release,
    prune_releases,
    refuse_foreign_site,
    sweep,
)
from mentorship.rotation import finish_rotation
from workspace.folder import Workspace, private_files

RUNS_KEPT = 3


@dataclass
class Attempt:
    """What one attempt knows of itself.

    Attributes:
        workspace: what is being built.
        run_id: its name, unique and in the order of time.
        progress: who is told.
        umask: permissions the user takes away from files; ours are private while we build.
        entry: what the ledger will say at the end.
        warnings: what the reader should act on.
    """

    workspace: Workspace
    run_id: str
    progress: Progress
    umask: int
    entry: dict[str, Any]
    warnings: list[str] = field(default_factory=list)

    @property
    def published_as_of(self) -> dt.date | None:
        """The day that the published exports describe, where the last change was published."""
        last = Ledger(self.workspace.ledger_path).last_change(before=self.run_id)
        as_of = None if last is None else last.facts.get("as_of")
        return None if as_of is None else dt.date.fromisoformat(as_of)

    @property
    def folder(self) -> Path:
        """The folder everything is made in before it is published."""
        return self.workspace.runs / self.run_id

    def warn(self, *sentences: str) -> None:
        """Tell the reader, and keep it for the pages and the ledger."""
        for sentence in sentences:
            self.warnings.append(sentence)
            self.progress.warn(sentence)

    def published_already(self, known: Fingerprint, today: dt.date) -> str | None:
        """Return the release that this very build would publish again, if the site shows it.

        Any run in between that did not end well may have left databases of other inputs, so
        only an unbroken line from the published run to this one counts.
        """
        last = Ledger(self.workspace.ledger_path).last_change(before=self.run_id)
        release = current_release(self.workspace)
        if last is None or last.outcome != PUBLISHED or release is None:
            return None
        is_same = (
            last.facts.get("fingerprint") == known.digest
            and release.name == last.run_id
            and last.facts.get("published_hash") == published_hash(self.workspace, release)
            and _holds(last.facts.get("holds_before"), today)
        )
        return last.run_id if is_same else None


@contextmanager
def attempt(workspace: Workspace, *, command: str, progress: Progress) -> Iterator[Attempt]:
    """Hold the workspace and its ledger around one attempt.

    Raises:
        LockedError: another build holds the workspace.
        EnvironmentFailed: the state folder cannot be made private.
    """
    refuse_stripped_python()
    tightened = workspace.prepare()
    ledger = Ledger(workspace.ledger_path)
    run_id = new_run_id()
    with private_files() as umask, lock(workspace.lock_path):
        finish_rotation(workspace, run_id=run_id)
        _tidy(workspace, ledger)
        # What it holds in plain text has been mended by now, or is found again.
        shutil.rmtree(workspace.checked, ignore_errors=True)
        try:
            with ledger.recorded(run_id, command=command, version=version()) as entry:
                it = Attempt(workspace, run_id, progress, umask, entry)
                # Both fill up while the attempt goes on, also when it fails.
                entry |= {"timings": progress.timings, "warnings": it.warnings}
                it.warn(*tightened)
                refuse_foreign_site(workspace)
                yield it
            if entry["outcome"] == PUBLISHED:
                shutil.rmtree(it.folder)
                prune_releases(workspace, published=ledger.published(), keep=RELEASES_KEPT)
        finally:
            _tidy(workspace, ledger)


def published_hash(workspace: Workspace, release: Path) -> str:
    """Return one SHA-256 over everything a build leaves: its release and its two databases."""
    files = [path for path in release.rglob("*") if path.is_file()]
    databases = (workspace.raw_path, workspace.warehouse_path)
    return contents_hash([*files, *databases], root=workspace.root)


def _holds(holds_before: object, today: dt.date) -> bool:
    """Tell whether an outcome holds that may change on a day; an odd day tells nothing."""
    try:
        return holds_before is None or today < dt.date.fromisoformat(str(holds_before))
    except ValueError:
        return False


def new_run_id() -> str:
    """Return a name for a run: its UTC second and something no other run has."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def _tidy(workspace: Workspace, ledger: Ledger) -> None:
    """Remove what no run needs any more, and what killed runs left.

    The newest runs that did not publish keep their folder, since it holds the reasons. The order
    is that of the ledger, which no clock can turn around.
    """
    runs = ledger.runs()
    sweep(workspace, unfinished=[run.run_id for run in runs if run.outcome == CRASHED])
    ended = [run.run_id for run in runs if run.outcome != CRASHED]
    kept = [name for name in ended if (workspace.runs / name).is_dir()][-RUNS_KEPT:]
    for path in workspace.runs.iterdir():
        if path.name in kept:
            # A state under a key that never came to be used.
            shutil.rmtree(Workspace(path).state, ignore_errors=True)
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
