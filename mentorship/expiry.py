"""What expires by its age: whatever earlier builds left beside the published release."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

from mentorship.publish import current_release
from workspace.folder import Workspace

# The day in the name of a run.
_DAY = "%Y%m%d"


def expire_remains(workspace: Workspace, run_id: str, *, days: int, today: dt.date) -> None:
    """Remove what is older than so many days; the published release stays, however old it is.

    Args:
        workspace: where.
        run_id: the run that is going on.
        days: how long what is left is kept.
        today: the day of the build.
    """
    last = today - dt.timedelta(days=days)
    for path in _remains(workspace, run_id):
        if (made := _made_on(path)) is not None and made < last:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _remains(workspace: Workspace, run_id: str) -> Iterator[Path]:
    current = current_release(workspace)
    if workspace.releases.is_dir():
        yield from (path for path in workspace.releases.iterdir() if path != current)
    yield from (path for path in workspace.runs.iterdir() if path.name != run_id)
    yield from workspace.quarantine.glob("*.csv")
    yield from workspace.actions.iterdir()
    yield from (path for path in (workspace.checked, workspace.docs_path) if path.is_dir())


def _made_on(path: Path) -> dt.date | None:
    """Return the day a run's name says, which a copy of the workspace keeps; else the file's."""
    try:
        return dt.datetime.strptime(path.name[:8], _DAY).date()
    except ValueError:
        return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
