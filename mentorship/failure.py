"""What went wrong, in the few words the door uses and with the exit code it ends in."""

from __future__ import annotations

import errno
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mentorship.checkout import ROOMS
from workspace.errors import EnvironmentFailed, MentorshipError, Place

_SIGNALED = 128  # and the number of the signal: what a shell says of a process it ended

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
    errno.EAGAIN: "raise the limit of processes and threads, or free memory",
    errno.ELOOP: "remove the link that leads in a circle",
    errno.ENAMETOOLONG: "put the workspace into a folder with a shorter path",
    errno.EEXIST: "move away what is there, then run again",
    errno.ENOTDIR: "move away what is there, then run again",
    errno.EISDIR: "move away what is there, then run again",
    errno.ENXIO: "move away what is there, then run again",
    errno.EBUSY: "end the program that uses it, then run again",
    errno.ETXTBSY: "end the program that uses it, then run again",
    errno.ESTALE: "mount the network disk again, then run again",
    errno.ENOTCONN: "mount the network disk again, then run again",
    errno.EHOSTDOWN: "mount the network disk again, then run again",
    errno.ENODEV: "mount the disk again, then run again",
    errno.EOPNOTSUPP: "put the workspace on a file system of the machine",
    errno.ENOSYS: "put the workspace on a file system of the machine",
}
# What DuckDB says of a full or forbidden disk: in exceptions of many classes, and, by way of dbt,
# in messages that are only text.
_DISK_WORDS = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "Could not write file",
    "Read-only file system",
    "Input/output error",
    "Stale file handle",
    "Too many open files",
)
# And what libraries say of too little memory, in exceptions of many classes.
_MEMORY_WORDS = (
    "Cannot allocate memory",
    "cannot allocate memory",
    "can't start new thread",
    "std::bad_alloc",
    "Out of Memory",
    "MemoryError",
    "failed to allocate",
    "failed to map segment",
    "Unable to allocate",
)


class Interrupted(KeyboardInterrupt):
    """Somebody wants the program to end.

    Args:
        signal_number: how they said so.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.exit_code = _SIGNALED + signal_number


@contextmanager
def signals_as_interruptions() -> Iterator[None]:
    """Raise `Interrupted` where a signal would end the process, so that everything is tidied."""
    # What was told to ignore a signal, as nohup does, goes on ignoring it.
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)
        and threading.current_thread() is threading.main_thread()
    }

    def interrupt(number: int, _: FrameType | None) -> None:
        _received.append(number)
        raise Interrupted(number)

    for number in before:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _received.clear()


_received: list[int] = []


def heed_signals() -> None:
    """Raise the interruption that a library has swallowed, if there is one.

    Raises:
        Interrupted: a signal came in, and the work went on.
    """
    if _received:
        raise Interrupted(_received[0])


def interruption(error: BaseException) -> Interrupted | None:
    """Return the interruption that an error comes from; nothing where it comes from none.

    A query that a signal ends raises an error of its own, and so does a child that got it, too.
    """
    if _received:
        return Interrupted(_received[0])
    if isinstance(error, Interrupted):
        return error
    is_one = isinstance(error, KeyboardInterrupt) or _is_duckdb(error, "InterruptException")
    return Interrupted(signal.SIGINT) if is_one else None


def explained(error: BaseException) -> MentorshipError:
    """Return an error the user can act on, whatever was raised."""
    if interruption(error):
        return MentorshipError("Interrupted; the published site is unchanged.")
    if isinstance(error, MentorshipError):
        return error
    if isinstance(error, OSError) and error.errno in _MACHINE:
        return EnvironmentFailed(
            f"The machine refused: {error.strerror}.",
            place=Place(error.filename) if error.filename else None,
            to_do=_MACHINE[error.errno],
        )
    if isinstance(error, RuntimeError) and str(error).startswith("Symlink loop from"):
        return EnvironmentFailed(
            "Links lead in a circle.",
            place=Place(str(error).removeprefix("Symlink loop from ").strip("'")),
            to_do=_MACHINE[errno.ELOOP],
        )
    if (
        isinstance(error, MemoryError)
        or _is_duckdb(error, "OutOfMemoryException")
        or is_about_memory(str(error))
    ):
        return memory_failed()
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


def is_about_memory(text: str) -> bool:
    """Tell whether a message is about too little memory."""
    return any(words in text for words in _MEMORY_WORDS)


def memory_failed() -> EnvironmentFailed:
    """Return the error for a machine, or a limit, with too little memory."""
    return EnvironmentFailed(
        "The machine has too little memory.",
        to_do="free memory, or raise the limit (ulimit -v, or that of the container); "
        "`mentorship doctor` says how much there is",
    )


def disk_failed(found: str) -> EnvironmentFailed:
    """Return the error for a database file that could not be read or written."""
    return EnvironmentFailed(
        "The machine could not read or write a database file.",
        found=found,
        to_do="check free disk space and permissions of the workspace, then run again",
    )


def exit_code(error: BaseException) -> int:
    """Return the exit code an error ends in."""
    interrupted = interruption(error)
    return explained(error).exit_code if interrupted is None else interrupted.exit_code


def _is_duckdb(error: BaseException, name: str) -> bool:
    """Tell whether this is one of DuckDB's errors, without importing DuckDB to ask."""
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(error, getattr(duckdb, name))


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else "no further words"
