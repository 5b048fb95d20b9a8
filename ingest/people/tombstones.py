"""Tombstones: what is remembered of people who were erased, so that no export brings them back.

A tombstone is a keyed hash of an identifier, or of a word of a name. It names nobody by itself;
whoever holds the file and guesses an identifier can find the guess confirmed. Its key is not that
of the workspace and is never replaced: a hash cannot be made again without the plain text.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from workspace.errors import EnvironmentFailed, Place
from workspace.writing import write_private

VERSION = 1
KEY_BYTES = 32
MARK_BYTES = 16


@dataclass(frozen=True)
class Tombstones:
    """The tombstones of a workspace.

    Attributes:
        key: what their hashes are made with.
        marks: the hashes.
        erasures_n: how many times somebody was erased.
        is_owed: what was published or left behind before may still hold somebody.
    """

    key: bytes
    marks: frozenset[str] = frozenset()
    erasures_n: int = 0
    is_owed: bool = False

    @classmethod
    def none(cls) -> Self:
        """Return tombstones of nobody, under a key of their own."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what a file holds; of a file that is not there, nobody's.

        Raises:
            EnvironmentFailed: the file is damaged.
        """
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            told = {name: text for name, text in record.items() if name != "checksum"}
            if record["checksum"] != _checksum(told) or record["version"] != VERSION:
                raise ValueError("not what was written")
            return cls(
                bytes.fromhex(record["key"]),
                frozenset(record["marks"]),
                int(record["erasures_n"]),
                bool(record["is_owed"]),
            )
        except FileNotFoundError:
            return cls.none()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise EnvironmentFailed(
                "The tombstones of people who were erased are damaged.",
                place=Place(path),
                expected="what `mentorship erase` wrote",
                to_do="restore the file from your newest backup of it; without it the next export "
                "would bring back whoever was erased",
            ) from None

    def write(self, path: Path) -> None:
        """Replace a file by these tombstones, in one step; it is for its owner only."""
        record = {
            "version": VERSION,
            "key": self.key.hex(),
            "marks": sorted(self.marks),
            "erasures_n": self.erasures_n,
            "is_owed": self.is_owed,
        }
        write_private(path, json.dumps(record | {"checksum": _checksum(record)}))

    def mark(self, text: str) -> str:
        """Return the hash of a text."""
        return hashlib.blake2b(text.encode(), key=self.key, digest_size=MARK_BYTES).hexdigest()

    def holds(self, text: str) -> bool:
        """Return whether a text is one of those that are remembered."""
        return self.mark(text) in self.marks

    def with_texts(self, texts: Iterable[str]) -> Self:
        """Return the tombstones and those of more texts."""
        return replace(self, marks=self.marks | {self.mark(text) for text in texts})

    @property
    def digest(self) -> str:
        """One hash of all of them: what an export becomes depends on it."""
        return hashlib.sha256("\n".join(sorted(self.marks)).encode()).hexdigest()


def _checksum(record: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
