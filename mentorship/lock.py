"""One build at a time in a workspace."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workspace.errors import EnvironmentFailed, LockedError, Place


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a workspace's lock; the kernel lets it go when this process ends, however it ends.

    Raises:
        LockedError: another process holds it.
        EnvironmentFailed: the file system has no locks.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(
                "Another build holds this workspace.",
                place=Place(path),
                found=_holder(path),
                to_do="wait for it to end; `mentorship status` shows how far it is",
            ) from error
        except OSError as error:
            raise EnvironmentFailed(
                "The file system of the workspace has no locks, so two builds could meet.",
                place=Place(path),
                found=error.strerror,
                to_do="put the workspace on a local disk, or on a network file system mounted "
                "with locks",
            ) from error
        note = {"pid": os.getpid(), "started_at": dt.datetime.now(dt.UTC).isoformat("T", "seconds")}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(note).encode() + b"\n", 0)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Tell whether a process holds the lock right now."""
    if not path.exists():
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # no locks here: nobody holds one
    else:
        return False
    finally:
        os.close(handle)


def _holder(path: Path) -> str:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return f"process {note['pid']}, started {note['started_at']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has not said who it is yet"
