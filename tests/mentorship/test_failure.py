"""Whatever is raised ends in words and in the exit code the contract gives it."""

from __future__ import annotations

import errno
import os

import duckdb
import pytest

from mentorship.failure import exit_code, explained
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
    ],
)
def test_every_error_has_its_exit_code(error: BaseException, code: int) -> None:
    assert exit_code(error) == code


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
