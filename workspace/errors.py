"""The few errors a user can meet, each with the exit code it ends in.

Every room of the house raises these and nothing else on purpose; anything else that reaches the
door is a defect of ours and ends in exit code 5.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Characters that a terminal obeys or that nobody sees: controls, marks of direction, half pairs,
# ends of lines.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Place:
    """Where in the user's files something was found; whatever is not known stays empty."""

    file: Path | str | None = None
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return the place as `exports/a.csv, line 3, column event`."""
        parts = [str(self.file)] if self.file is not None else []
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


def printable(text: str) -> str:
    r"""Return a line of which a terminal shows every character and obeys none: `\x1b[31m`."""
    if text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _UNSEEN
        else character
        for character in text
    )


class MentorshipError(Exception):
    """A problem the user can act on: what happened, where, what was expected, what to do.

    Args:
        message: one sentence saying what is wrong.
        place: file, line and column, as far as they are known.
        found: what was there.
        expected: what should have been there.
        to_do: what the reader can do about it.

    Attributes:
        others: problems of the same run that have nothing to do with this one.
    """

    exit_code = 5

    def __init__(
        self,
        message: str,
        *,
        place: Place | None = None,
        found: str | None = None,
        expected: str | None = None,
        to_do: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place or Place()
        self.found = found
        self.expected = expected
        self.to_do = to_do
        self.others: tuple[MentorshipError, ...] = ()

    def lines(self) -> list[str]:
        """Return the error, and what else is wrong, as labeled lines in the order of reading."""
        labeled = (
            ("where", str(self.place)),
            ("found", self.found),
            ("expected", self.expected),
            ("to do", self.to_do),
        )
        lines = [self.message, *(f"  {label}: {text}" for label, text in labeled if text)]
        shown = [printable(line) for line in lines]
        return shown + [line for other in self.others for line in other.lines()]

    def as_record(self) -> dict[str, str | int | None]:
        """Return the error as a flat record for the ledger and for `--json`."""
        return {
            "error": type(self).__name__,
            "message": self.message,
            "file": None if self.place.file is None else str(self.place.file),
            "line": self.place.line,
            "column": self.place.column,
            "found": self.found,
            "expected": self.expected,
            "to_do": self.to_do,
        }

    def __str__(self) -> str:
        """Return every line of the error."""
        return "\n".join(self.lines())


class DataRefused(MentorshipError):
    """The data failed a gate: nothing is published."""

    exit_code = 1


def refuse_together(refused: Sequence[DataRefused]) -> None:
    """Raise the first of some refusals, which tells the others too; with none do nothing.

    Raises:
        DataRefused: there is one.
    """
    if refused:
        first = refused[0]
        first.others = (*first.others, *refused[1:])
        raise first


class ConfigError(MentorshipError):
    """The configuration or the command line cannot be followed."""

    exit_code = 2


class LockedError(MentorshipError):
    """Another build holds this workspace."""

    exit_code = 3


class EnvironmentFailed(MentorshipError):
    """The machine lacks something the build needs: disk space, permissions, a package."""

    exit_code = 4
