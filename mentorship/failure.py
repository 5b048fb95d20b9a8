"""What went wrong, in the few words the door uses and with the exit code it ends in."""

from __future__ import annotations

import errno
import sys

from mentorship.checkout import ROOMS
from workspace.errors import EnvironmentFailed, MentorshipError, Place

INTERRUPTED = 130

_MACHINE = {
    errno.ENOSPC: "free disk space, then run again",
    errno.EDQUOT: "free disk space, then run again",
    errno.EFBIG: "free disk space, then run again",
    errno.EACCES: "give this user permission there, then run again",
    errno.EPERM: "give this user permission there, then run again",
    errno.EROFS: "put the workspace on a disk that can be written",
    errno.EIO: "check the disk",
    errno.EMFILE: "raise the limit of open files",
    errno.ENFILE: "raise the limit of open files",
    errno.ENOMEM: "free memory, then run again",
    errno.ENOLCK: "put the workspace on a file system with locks",
}
# What DuckDB says of a full or forbidden disk: in exceptions of many classes, and, by way of dbt,
# in messages that are only text.
_DISK_WORDS = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "Could not write file",
    "Read-only file system",
)


def explained(error: BaseException) -> MentorshipError:
    """Return an error the user can act on, whatever was raised."""
    if isinstance(error, MentorshipError):
        return error
    if isinstance(error, OSError) and error.errno in _MACHINE:
        return EnvironmentFailed(
            f"The machine refused: {error.strerror}.",
            place=Place(error.filename) if error.filename else None,
            to_do=_MACHINE[error.errno],
        )
    if isinstance(error, MemoryError) or _is_duckdb(error, "OutOfMemoryException"):
        return EnvironmentFailed("The machine has too little memory.", to_do="free memory")
    if _is_duckdb(error, "IOException") or is_about_disk(str(error)):
        return disk_failed(_first_line(error))
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] not in ROOMS:
        return EnvironmentFailed(
            f"The package {error.name} is not installed.",
            to_do="run `make test` or `make demo` in the checkout: both install the locked set",
        )
    return MentorshipError(
        f"Something unexpected happened ({type(error).__name__}: {_first_line(error)}); "
        "run again with --debug."
    )


def is_about_disk(text: str) -> bool:
    """Tell whether a message is about a disk that is full or cannot be written."""
    return any(words in text for words in _DISK_WORDS)


def disk_failed(found: str) -> EnvironmentFailed:
    """Return the error for a database file that could not be read or written."""
    return EnvironmentFailed(
        "The machine could not read or write a database file.",
        found=found,
        to_do="check free disk space and permissions of the workspace, then run again",
    )


def exit_code(error: BaseException) -> int:
    """Return the exit code an error ends in."""
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else explained(error).exit_code


def _is_duckdb(error: BaseException, name: str) -> bool:
    """Tell whether this is one of DuckDB's errors, without importing DuckDB to ask."""
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(error, getattr(duckdb, name))


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else "no further words"
