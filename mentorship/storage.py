"""Writes that survive a crash: synced to disk, and whole or not there at all."""

from __future__ import annotations

import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until a file's bytes, or a folder's entries, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move_whole(source: Path, target: Path) -> None:
    """Move a file over another on the same disk: readers see the old one or the new one."""
    sync_file(source)
    source.replace(target)
    sync_file(target.parent)
