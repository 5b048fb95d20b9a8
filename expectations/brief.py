"""What the gate is told: which raw database to check, by which thresholds, beside what is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from expectations.known import NOTHING_KNOWN, Known
from workspace.config import ExpectationsConfig
from workspace.errors import ConfigError, Place


@dataclass(frozen=True)
class Brief:
    """What to check, and where the answers go.

    Attributes:
        raw_path: the raw database; opened read-only.
        verdicts_path: where the verdicts go.
        limits: the thresholds.
        known: what is known besides the raw database.
        changes_path: where the values go that are new or gone; it is removed when there are none.
        published_path: the raw database of the last load, which can name values that are gone.
        docs_path: the folder for Data Docs, where they are wanted.
    """

    raw_path: Path
    verdicts_path: Path
    limits: ExpectationsConfig
    known: Known = NOTHING_KNOWN
    changes_path: Path | None = None
    published_path: Path | None = None
    docs_path: Path | None = None


_BRIEF = TypeAdapter(Brief)


def write_brief(brief: Brief, path: Path) -> None:
    """Write a brief as the file that `read_brief` reads."""
    path.write_bytes(_BRIEF.dump_json(brief))


def read_brief(path: Path) -> Brief:
    """Return the brief in a file.

    Raises:
        ConfigError: there is none.
    """
    try:
        return _BRIEF.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigError(
            f"there is no brief to read ({type(error).__name__})", place=Place(path)
        ) from error
