"""What every remote place has in common: what it says of a file and how it hands it over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol, TypeVar

from ingest.files.remote.addresses import Address
from workspace.errors import ConfigError, EnvironmentFailed, Place

Given = TypeVar("Given")

CHUNK_BYTES = 1 << 20
# A younger file may change again within the second that its date tells (RFC 9110, 8.8.2.2).
SURE_AFTER_SECONDS = 60
# Seconds before the second try; twice as long before each further one, up to the longest.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# Seconds; to wait for none at all is to wait without end for the libraries.
SHORTEST_WAIT = 0.001
# A whole file may take this many times the longest silence.
WHOLE_PER_SILENCE = 60


class Deadline:
    """When a whole file must have come, however often a byte of it does.

    Args:
        timeout_seconds: longest silence.
    """

    def __init__(self, timeout_seconds: float) -> None:
        self.seconds = timeout_seconds * WHOLE_PER_SILENCE
        self._ends_at = time.monotonic() + self.seconds

    @property
    def is_over(self) -> bool:
        """Whether it has passed."""
        return time.monotonic() >= self._ends_at

    @property
    def left_seconds(self) -> float:
        """How long there still is; a moment when there is nothing left, never none."""
        return max(self._ends_at - time.monotonic(), SHORTEST_WAIT)

    def missed(self, shown: str) -> EnvironmentFailed:
        """Return the error for a file that has not come by then."""
        return EnvironmentFailed(
            "A remote file comes too slowly.",
            place=Place(shown),
            found=f"not all of it in {self.seconds:g} seconds",
            to_do="raise ingest.timeout_seconds, or ask who runs the place",
        )


class BrokenOff(Exception):
    """A transfer that broke off on its way: the one thing that is tried again.

    Args:
        why: what happened, in a few words without any secret.
        pause_seconds: how long the place asks to be left alone.
    """

    def __init__(self, why: str, *, pause_seconds: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.pause_seconds = pause_seconds


@dataclass(frozen=True)
class RemoteFile:
    """A file in a remote place, as the place lists it.

    Attributes:
        address: where it lies; its name stands for no other file.
        version: changes whenever the content does; None where only asking for the file tells.
    """

    address: Address
    version: str | None


@dataclass(frozen=True)
class Stream:
    """A file on its way.

    Attributes:
        version: as of `RemoteFile`; None where the place does not say, or not surely.
        size_bytes: how much is coming, where the place says so.
        md5: what its bytes must hash to, in hexadecimal, where the place says so.
        chunks: the bytes; raises `BrokenOff` when they end before their time.
    """

    version: str | None
    size_bytes: int | None
    md5: str | None
    chunks: Iterator[bytes]


class RemotePlace(Protocol):
    """A machine or a bucket, connected to when it is first asked.

    Each method raises `BrokenOff` for what may go better the next time, `ConfigError` for what is
    not there, and `EnvironmentFailed` for what the place or this machine refuses.
    """

    def files(self, address: Address) -> list[RemoteFile]:
        """Return the files an address stands for, sorted by name; none when there are none."""
        ...

    def opened(
        self, file: RemoteFile, *, known: str | None
    ) -> AbstractContextManager[Stream | None]:
        """Give a file's bytes, or None when its version is still the known one."""
        ...

    def close(self) -> None:
        """Let go of the connection; the next question makes a new one."""
        ...


def matching(names: Iterable[str], pattern: str) -> list[str]:
    """Return the names that a pattern stands for, sorted; hidden ones only when it names them.

    A file whose name looks like the pattern is itself.
    """
    known = set(names)
    if pattern in known:
        return [pattern]
    return sorted(
        name
        for name in known
        if fnmatchcase(name, pattern) and (pattern.startswith(".") or not name.startswith("."))
    )


def tried(
    action: Callable[[], Given],
    *,
    retries: int,
    wait: Callable[[float], None],
    shown: str,
    after_break: Callable[[], None],
) -> Given:
    """Return what an action gives, trying again when it breaks off.

    Args:
        action: what to do.
        retries: how often to try again.
        wait: waits for a number of seconds.
        shown: how errors name what was asked for.
        after_break: called after each break, before the next try.

    Raises:
        EnvironmentFailed: it broke off every time.
    """
    for attempt in range(retries + 1):
        try:
            return action()
        except BrokenOff as broken:
            why, pause_seconds = broken.why, broken.pause_seconds
            after_break()
        if attempt < retries:
            wait(max(min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE), pause_seconds))
    raise EnvironmentFailed(
        "A remote place cannot be reached, or broke off.",
        place=Place(shown),
        found=f"{why}, {retries + 1} times" if retries else why,
        to_do="check the address, the network and the place itself, then run again; "
        "ingest.retries and ingest.timeout_seconds say how patiently it is asked",
    )


def missing(shown: str) -> ConfigError:
    """Return the error for a file that a remote place does not have."""
    return ConfigError(
        "A remote place has no such file.",
        place=Place(shown),
        to_do="put the export there, or correct the path in mentorship.yml",
    )


def not_let_in(shown: str, *, found: str | None = None, to_do: str) -> EnvironmentFailed:
    """Return the error for a remote place that refuses what it was shown."""
    return EnvironmentFailed(
        "A remote place does not let us in.", place=Place(shown), found=found, to_do=to_do
    )
