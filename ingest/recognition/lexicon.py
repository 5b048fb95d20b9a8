"""The words by which exports call what the canonical tables hold, read from `lexicon.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from ingest.contract import TABLES
from ingest.headers import folded


@dataclass(frozen=True)
class Words:
    """How exports call one canonical table.

    Attributes:
        columns: canonical column: headers that may hold it, folded; the likeliest first.
        marks: other headers that speak for the table, folded.
        files: words in file names that speak for it, folded.
        codes: canonical column: word, folded: the code it stands for.
    """

    columns: dict[str, tuple[str, ...]]
    marks: frozenset[str]
    files: tuple[str, ...]
    codes: dict[str, dict[str, str]]


@cache
def lexicon() -> dict[str, Words]:
    """Return the words of every table that has some."""
    return {name: _words(name, said) for name, said in _read().tables.items()}


@cache
def level_words() -> dict[str, int]:
    """Return words for levels, folded, by their place from the most junior on."""
    return {plain(word): n for n, words in enumerate(_read().levels) for word in words}


def plain(text: str) -> str:
    """Return a header or a word as words are compared: letters, digits and single underscores."""
    return re.sub(r"[^0-9a-z%/:()>]+", "_", folded(text)).strip("_")


class _Said(BaseModel):
    """What the file says of one table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]]
    codes: dict[str, dict[str, tuple[str, ...]]] = {}


class _File(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: dict[str, _Said]
    levels: tuple[tuple[str, ...], ...]


@cache
def _read() -> _File:
    text = Path(__file__).with_name("lexicon.yml").read_text(encoding="utf-8")
    return _File.model_validate(yaml.safe_load(text))


def _words(name: str, said: _Said) -> Words:
    columns = {
        column.name: tuple(
            dict.fromkeys(
                plain(header) for header in (column.name, *said.columns.get(column.name, ()))
            )
        )
        for column in TABLES[name].columns
    }
    codes = {
        column: {plain(word): code for code, words in meanings.items() for word in (code, *words)}
        for column, meanings in said.codes.items()
    }
    return Words(
        columns,
        frozenset(plain(mark) for mark in said.marks),
        tuple(plain(word) for word in said.files),
        codes,
    )
