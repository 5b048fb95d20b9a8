"""Writes that survive a crash: synced to disk, and whole or not there at all."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE_FILE = 0o600


def sync_file(path: Path) -> None:
    """Wait until a file's bytes, or a folder's entries, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def append_line(path: Path, text: str) -> None:
    """Add a line to a private file, on disk when this returns; half a line before it is ended."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    try:
        size = os.fstat(handle).st_size
        # A crash may have left half a line: end it, so that it spoils nothing but itself.
        is_whole = size == 0 or os.pread(handle, 1, size - 1) == b"\n"
        os.write(handle, (b"" if is_whole else b"\n") + text.encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, over another where there is one."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    # Ids of other encodings come and go as they are.
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
    move_whole(partial, path)


def move_whole(source: Path, target: Path) -> None:
    """Move a file over another on the same disk: readers see the old one or the new one."""
    sync_file(source)
    source.replace(target)
    sync_file(target.parent)
