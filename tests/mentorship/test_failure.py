"""Whatever is raised ends in words and in the exit code the contract gives it."""

from __future__ import annotations

import errno
import io
import os
import signal
import threading
from contextlib import suppress

import duckdb
import pytest

from mentorship.failure import Interrupted, exit_code, explained, signals_as_interruptions
from mentorship.progress import Progress
from workspace.errors import ConfigError, DataRefused, EnvironmentFailed, LockedError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DataRefused("x"), 1),
        (ConfigError("x"), 2),
        (LockedError("x"), 3),
        (EnvironmentFailed("x"), 4),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a"), 4),
        (OSError(errno.EROFS, os.strerror(errno.EROFS), "a"), 4),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "a"), 4),
        (MemoryError(), 4),
        (duckdb.OutOfMemoryException("x"), 4),
        (duckdb.IOException("x"), 4),
        (duckdb.FatalException('Could not write file "a": File too large'), 4),
        (RuntimeError("IO Error: No space left on device"), 4),
        (ModuleNotFoundError("No module named 'polars'", name="polars"), 4),
        (ModuleNotFoundError("No module named 'ingest.gone'", name="ingest.gone"), 5),
        (FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "a"), 5),
        (ValueError("x"), 5),
        (KeyboardInterrupt(), 130),
        (Interrupted(signal.SIGTERM), 143),
        (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), 130),
        (OSError(errno.ELOOP, os.strerror(errno.ELOOP), "a"), 4),
        (RuntimeError("Symlink loop from '/a'"), 4),
        (FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), "a"), 4),
        (NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), "a"), 4),
        (IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), "a"), 4),
        (RuntimeError("can't start new thread"), 4),
        (ImportError("libscipy.so: failed to map segment from shared object"), 4),
        (RuntimeError("IO Error: Cannot open file: Too many open files"), 4),
        (RuntimeError("IO Error: Could not read from file: Stale file handle"), 4),
    ],
)
def test_every_error_has_its_exit_code(error: BaseException, code: int) -> None:
    assert exit_code(error) == code


@pytest.mark.parametrize(
    "name",
    [
        *("ENOSPC", "EDQUOT", "EFBIG", "EACCES", "EPERM", "EROFS", "EIO", "EMFILE", "ENFILE"),
        *("ENOMEM", "ENOLCK", "EAGAIN", "ELOOP", "ENAMETOOLONG", "EEXIST", "ENOTDIR", "EISDIR"),
        *("ENXIO", "EBUSY", "ETXTBSY", "ESTALE", "ENOTCONN", "EHOSTDOWN", "ENODEV"),
        *("EOPNOTSUPP", "ENOSYS"),
    ],
)
def test_what_the_machine_refuses_is_named_with_what_to_do(name: str) -> None:
    number = getattr(errno, name)
    error = explained(OSError(number, os.strerror(number), "state/raw.duckdb"))
    assert (error.exit_code, str(error.place)) == (4, "state/raw.duckdb")
    assert error.to_do


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_is_an_interruption_whatever_a_query_makes_of_it(
    number: signal.Signals, code: int
) -> None:
    before = signal.getsignal(number)
    with signals_as_interruptions():
        with pytest.raises(Interrupted):
            signal.raise_signal(number)
        # What DuckDB raises when it is interrupted within a query.
        assert exit_code(RuntimeError("Query interrupted")) == code
        assert "unchanged" in explained(RuntimeError("Query interrupted")).message
    assert signal.getsignal(number) == before
    assert exit_code(RuntimeError("Query interrupted")) == 5


def test_a_signal_that_a_library_swallows_ends_the_stage() -> None:
    with signals_as_interruptions():
        stage = Progress(io.StringIO()).stage("models", "Modeling")
        with pytest.raises(Interrupted), stage, suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)


def test_a_signal_that_comes_within_a_query_is_not_lost() -> None:
    # DuckDB looks for signals between the parts of a query; a part itself may take seconds.
    slow = "select count(*) from range(20000000) a, range(20) b where a.range * b.range % 7 = 3"
    later = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM))
    with signals_as_interruptions(), duckdb.connect() as connection:
        later.start()
        with pytest.raises((RuntimeError, Interrupted)) as caught:
            connection.execute(slow).fetchall()
        assert exit_code(caught.value) == 143


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_as_interruptions():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_full_disk_is_named_with_its_file_and_what_to_do() -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "state/raw.duckdb")
    assert explained(error).lines() == [
        "The machine refused: No space left on device.",
        "  where: state/raw.duckdb",
        "  to do: free disk space, then run again",
    ]


def test_the_unexpected_is_one_line_that_names_debug() -> None:
    lines = explained(ValueError("first\nsecond")).lines()
    assert lines == ["Something unexpected happened (ValueError: first); run again with --debug."]
