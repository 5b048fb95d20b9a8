"""Publishing: a release is built aside, and one switch of a link makes it the site."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from workspace.errors import EnvironmentFailed, Place
from workspace.folder import Workspace
from workspace.writing import sync_file

RELEASES_KEPT = 10


def refuse_foreign_site(workspace: Workspace) -> None:
    """Refuse a workspace in which `site` is something of the user's and not our link.

    Raises:
        EnvironmentFailed: it is.
    """
    if workspace.site.exists() and not workspace.site.is_symlink():
        raise EnvironmentFailed(
            "There is a file or folder where the link to the newest release belongs.",
            place=Place(workspace.site),
            expected="a symbolic link, or nothing",
            to_do="move it away; a build never overwrites it",
        )


def stage_release(workspace: Workspace, run_id: str, *, umask: int) -> Path:
    """Return an empty folder to build a release in; nobody sees it before `publish`."""
    if not workspace.releases.exists():
        workspace.releases.mkdir()
        workspace.releases.chmod(_shared(0o777, umask))
    staged = workspace.releases / f".{run_id}.tmp"
    staged.mkdir()
    return staged


def publish(workspace: Workspace, staged: Path, run_id: str, *, umask: int) -> Path:
    """Make a staged release the site and return its folder.

    Whatever stops this, `site` is the last good release or the new one, and always whole.
    """
    _share(staged, umask)
    release = workspace.releases / run_id
    staged.rename(release)
    sync_file(workspace.releases)
    switch_site(workspace, release)
    return release


def switch_site(workspace: Workspace, release: Path) -> None:
    """Point `site` at a release in one step; the link is relative, so a workspace can move."""
    link = workspace.root / f".site.{release.name}.tmp"
    link.unlink(missing_ok=True)
    link.symlink_to(release.relative_to(workspace.root), target_is_directory=True)
    os.replace(link, workspace.site)
    sync_file(workspace.root)


def current_release(workspace: Workspace) -> Path | None:
    """Return the folder of the release that `site` shows; nothing when there is none."""
    if not workspace.site.is_symlink():
        return None
    release = workspace.root / workspace.site.readlink()
    return release if release.is_dir() else None


def kept_releases(workspace: Workspace) -> list[Path]:
    """Return the folders of the published releases that are kept, the oldest first."""
    if not workspace.releases.is_dir():
        return []
    return sorted(
        path for path in workspace.releases.iterdir()
        if not path.name.startswith(".") and (path / "data").is_dir()
    )  # fmt: skip


def prune_releases(workspace: Workspace, *, published: Sequence[str], keep: int) -> list[str]:
    """Remove the oldest releases beyond `keep`, never the current one; return their names.

    Args:
        workspace: where to look.
        published: published run ids in the order of the ledger, which no clock can turn around.
        keep: how many to keep.
    """
    age = {run_id: place for place, run_id in enumerate(published)}
    current = current_release(workspace)
    releases = sorted(
        (path for path in workspace.releases.iterdir() if not path.name.startswith(".")),
        key=lambda path: (path == current, age.get(path.name, -1), path.name),
    )
    old = releases[: max(0, len(releases) - keep)]
    for path in old:
        if path != current:
            shutil.rmtree(path)
    return [path.name for path in old if path != current]


def sweep(workspace: Workspace, *, unfinished: Collection[str]) -> None:
    """Remove what killed builds left half made, or whole and never recorded as published.

    Args:
        workspace: where to look.
        unfinished: the runs that never came to their end.
    """
    current = current_release(workspace)
    for run_id in unfinished:
        release = workspace.releases / run_id
        if release != current and release.is_dir():
            shutil.rmtree(release)
    if workspace.releases.is_dir():
        for path in workspace.releases.glob(".*.tmp"):
            shutil.rmtree(path)
    for path in (*workspace.root.glob(".site.*.tmp"), *workspace.state.glob(".key-*")):
        path.unlink()


def _share(folder: Path, umask: int) -> None:
    """Give a release the permissions of the user's own files, and sync it to disk."""
    for path in (*folder.rglob("*"), folder):
        path.chmod(_shared(0o777 if path.is_dir() else 0o666, umask))
        sync_file(path)


def _shared(mode: int, umask: int) -> int:
    return mode & ~umask
