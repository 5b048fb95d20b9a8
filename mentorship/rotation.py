"""A new key: the state under it is made beside the old one, and takes its place in one step."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from workspace.errors import ConfigError, Place
from workspace.folder import PRIVATE_FOLDER, Workspace
from workspace.writing import sync_file


def renewed_state(workspace: Workspace, folder: Path) -> Workspace:
    """Return the workspace whose state is made under a new key, in a folder of its own.

    Only its state is used. Of earlier loads it knows the counts; what was marked under the old
    key is forgotten.

    Raises:
        ConfigError: the key is given by the environment and is still the old one.
    """
    from expectations.history import copy_without_marks
    from ingest.people.keys import VARIABLE, environment_key, is_marked, workspace_key

    given = os.environ.get(VARIABLE, "").strip()
    mark = workspace.key_mark_path
    if given and mark.exists() and is_marked(mark, environment_key(given)):
        raise ConfigError(
            "There is no new key.",
            place=Place(f"the environment variable {VARIABLE}"),
            found="the key that the workspace was built with",
            to_do="give it a new one, such as `openssl rand -hex 32` prints, and run again",
        )
    renewed = Workspace(folder)
    renewed.quarantine.mkdir(parents=True, mode=PRIVATE_FOLDER)
    workspace_key(renewed)
    copy_without_marks(workspace.history_path, renewed.history_path)
    return renewed


def switch_state(workspace: Workspace, renewed: Workspace, *, run_id: str) -> None:
    """Put a state under a new key in the place of the old one.

    One renaming decides: before it everything is as it was, after it whoever holds the lock next
    ends what was begun.
    """
    for path in (*renewed.state.rglob("*"), renewed.state):
        sync_file(path)
    renewed.state.rename(workspace.rotated)
    sync_file(workspace.state)
    finish_rotation(workspace, run_id=run_id)


def finish_rotation(workspace: Workspace, *, run_id: str) -> None:
    """Put what is left of a state under a new key in its place; mostly there is none.

    What was made under the old key and has no successor is removed: folders of runs that did not
    publish, and what the last check left.

    Args:
        workspace: whose state it is.
        run_id: the run that is going on, whose folder holds nothing of the old state.
    """
    if not workspace.rotated.exists():
        return
    for path in sorted(workspace.rotated.iterdir()):
        target = workspace.state / path.name
        if path.is_dir():
            shutil.rmtree(target, ignore_errors=True)
        path.replace(target)
    for folder in (*workspace.runs.iterdir(), workspace.checked, workspace.docs_path):
        if folder.name != run_id:
            shutil.rmtree(folder, ignore_errors=True)
    sync_file(workspace.state)
    workspace.rotated.rmdir()
