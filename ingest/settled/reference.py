"""Reference data: who people are, what they are called, how items are asked.

A file's rows depend on other exports only through answers to such questions: whose an identifier
is, whether a word is a name, what kind of item an answer belongs to. Where every answer is what it
was, reading the file again would give the same rows. Questions and answers are kept as keyed
hashes: they name nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pandas as pd

from ingest.people.identity import Directory
from ingest.people.redaction import Redactor

MARK_BYTES = 12


@dataclass(frozen=True)
class ReferenceData:
    """What files are settled by, the same for a whole load.

    Attributes:
        key: the workspace's key.
        directory: everybody, found by any identifier.
        redactor: takes people out of text.
        item_kinds: survey and item: how it is answered.
    """

    key: bytes
    directory: Directory
    redactor: Redactor
    item_kinds: Mapping[tuple[str, str], str]

    @cached_property
    def answers(self) -> dict[str, str]:
        """The answer to each question that has one, both as keyed hashes."""
        return {
            self._mark(question): self._mark(answer) for question, answer in self._all_answers()
        }

    def asked(
        self, *, identifiers: Iterable[str], words: Iterable[str], items: Iterable[tuple[str, str]]
    ) -> pd.DataFrame:
        """Return the questions (`question`, `answer`) of a file, as keyed hashes.

        Args:
            identifiers: identifiers of people that stand in it.
            words: what was asked of the redactor.
            items: survey and item of its answers.
        """
        persons = {
            one for identifier in identifiers for one in self.directory.questions(identifier)
        }
        answers = itertools.chain(
            ((f"person {one}", self.directory.answer(one)) for one in persons),
            ((f"word {word}", self.redactor.answer(word)) for word in words),
            ((f"item {one[0]}\n{one[1]}", self.item_kinds.get(one)) for one in set(items)),
        )
        marks = sorted(
            (self._mark(question), None if answer is None else self._mark(answer))
            for question, answer in answers
        )
        return pd.DataFrame(
            {
                "question": pd.Series([question for question, _ in marks], dtype=object),
                "answer": pd.Series([answer for _, answer in marks], dtype=object),
            }
        )

    def create_answers(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create `answers_now`, which `holds` asks."""
        frame = pd.DataFrame(
            {
                "question": pd.Series(list(self.answers), dtype=object),
                "answer": pd.Series(list(self.answers.values()), dtype=object),
            }
        )
        connection.register("answers_given", frame)
        connection.execute(
            "create or replace table answers_now as select cast(question as varchar) as question, "
            "cast(answer as varchar) as answer from answers_given"
        )
        connection.unregister("answers_given")

    def holds(self, connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
        """Tell whether every question in a Parquet file is still answered as in `answers_now`."""
        changed = connection.execute(
            """
            select count(*)
            from read_parquet($path, hive_partitioning = false) as asked
            left join answers_now as known on asked.question = known.question
            where asked.answer is distinct from known.answer
            """,
            {"path": str(path)},
        ).fetchone()
        return changed == (0,)

    def _all_answers(self) -> Iterable[tuple[str, str]]:
        for question, answer in self.directory.answers():
            yield f"person {question}", answer
        for word, answer in self.redactor.answers():
            yield f"word {word}", answer
        for (survey, item), kind in self.item_kinds.items():
            yield f"item {survey}\n{item}", kind

    def mark(self, text: str) -> str:
        """Return what a text is remembered by where it may not be kept."""
        return self._mark(f"text {text}")

    @cached_property
    def _secret(self) -> bytes:
        return hmac.digest(self.key, b"lookups", hashlib.sha256)

    def _mark(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=MARK_BYTES).hexdigest()
