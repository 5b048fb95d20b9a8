"""Free text without the people in it: names, e-mails, phone numbers and employee ids.

Names come from the roster itself. Too much is taken out rather than too little: a word that is
also somebody's name goes.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from ingest.columns.tables import Load

NAME, EMAIL, PHONE, ID, WITHHELD = "[name]", "[email]", "[phone]", "[id]", "[withheld]"

_EMAIL = re.compile(r"[^\s<>()\[\]{},;:\"'|]+@[^\s<>()\[\]{},;:\"'|]+")
_PHONE = re.compile(r"(?<![\w])[+(]?\d(?:[\s().\-/]{0,2}\d){6,}(?![\w])")
_MARK = re.compile(r"\w+(?:[-./]\w+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\u02bc-][^\W\d_]+)*")
_PART = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"\[(?:name|email|phone|id)\]")
# The question about the roster as a whole: whether it has names, and those without words.
_ROSTER = "roster"
# Words inside names that are words of every sentence.
_PARTICLES = frozenset(
    (
        *("al", "and", "bin", "da", "das", "de", "del", "den", "der", "di", "dos", "du", "e", "el"),
        *("la", "las", "le", "los", "of", "ten", "ter", "the", "und", "van", "von", "y", "zu"),
    )
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})


class Redactor:
    """Takes people out of text.

    Args:
        names: first and last names, each as the roster writes it.
        ids: employee ids.
        full_names: first and last name of people who have both.
        is_erased: tells whether a question of `answers` is about somebody who was erased, of whom
            nothing is known in plain text.
    """

    def __init__(
        self,
        *,
        names: Iterable[str],
        ids: Iterable[str],
        full_names: Iterable[tuple[str, str]] = (),
        is_erased: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._words: set[str] = set()
        self._is_erased = is_erased
        self._full_names = {
            frozenset(pair)
            for first, last in full_names
            for pair in itertools.product(_parts_of(first), _parts_of(last))
        }
        runs: set[str] = set()
        for name in names:
            self._learn(name, runs)
        self._runs = sorted(runs)
        self._ids = {one.casefold() for one in ids}
        self._asked: set[str] = set()

    @property
    def knows_names(self) -> bool:
        """Whether there is a roster to redact by."""
        self._asked.add(_ROSTER)
        return bool(self._words or self._runs)

    def answers(self) -> Iterator[tuple[str, str]]:
        """Yield what the roster answers to each question that `redact` may ask, if not "no"."""
        yield _ROSTER, f"{bool(self._words)} {self._runs}"
        yield from ((f"id {one}", "yes") for one in self._ids)
        yield from ((f"full {' '.join(sorted(pair))}", "yes") for pair in self._full_names)
        yield from ((f"name {word}", "yes") for word in self._words)

    def asked(self) -> set[str]:
        """Return the questions that were asked since the last time they were told."""
        asked, self._asked = self._asked, set()
        return asked

    def redact(self, text: str) -> str:
        """Return the text with everybody taken out."""
        self._asked.add(_ROSTER)
        plain = text if text.isascii() else _visible(text)
        if "@" in plain:
            plain = _EMAIL.sub(EMAIL, plain)
        plain = _MARK.sub(self._id, plain)
        plain = _PHONE.sub(PHONE, plain)
        plain = _without(plain, self._runs)
        signs = iter(_SIGNS.findall(plain))
        parts = [_WORD.sub(self._name, part) for part in _SIGNS.split(plain)]
        return "".join(part + next(signs, "") for part in parts)

    def redact_name(self, word: str) -> str:
        """Return a sign in place of a word that is a name, and any other word as it is."""
        return NAME if self._is_name(word) else word

    def redact_full_names(self, text: str) -> str:
        """Return a text that is no free text, such as a department's name, without full names.

        In "Sales (Ann Smith)" that is somebody; "Smith Street" and "Grace Hall" are left alone
        where nobody is called so.
        """
        plain = _visible(text)
        words = list(_PART.finditer(plain))
        spans = [
            (one.start(), other.end())
            for one, other in itertools.pairwise(words)
            if not plain[one.end() : other.start()].strip(" ,.") and self._is_full_name(one, other)
        ]
        return _covered(plain, spans) if spans else text

    def _is_full_name(self, one: re.Match[str], other: re.Match[str]) -> bool:
        pair = frozenset((_folded(one.group()), _folded(other.group())))
        question = f"full {' '.join(sorted(pair))}"
        self._asked.add(question)
        return pair in self._full_names or self._is_erased(question)

    def _learn(self, name: str, runs: set[str]) -> None:
        """Take in a name: its words in every spelling, or the whole where it has no case.

        A sign in place of a name is none.
        """
        plain = _visible(name).strip()
        if not any(letter.isalpha() for letter in plain):
            return
        if plain.lower() == plain.upper():
            runs.add(plain)
            return
        words = _PART.findall(plain)
        for word in {*_WORD.findall(plain), *words}:
            is_particle = len(words) > 1 and (len(word) < 2 or word.casefold() in _PARTICLES)
            if not is_particle:
                self._words |= _spellings(word)

    def _id(self, found: re.Match[str]) -> str:
        fold = found.group().casefold()
        self._asked.add(f"id {fold}")
        is_id = fold in self._ids or self._is_erased(f"id {fold}")
        return ID if is_id else found.group()

    def _name(self, found: re.Match[str]) -> str:
        word = found.group()
        if self._is_name(word):
            return NAME
        return _PART.sub(lambda part: NAME if self._is_name(part.group()) else part.group(), word)

    def _is_name(self, word: str) -> bool:
        fold = _folded(word)
        spellings = {fold, fold.removesuffix("s")}
        self._asked.update(f"name {one}" for one in spellings)
        if not self._words.isdisjoint(spellings):
            return True
        return any(self._is_erased(f"name {one}") for one in spellings)


def redactor_of(load: Load, *, is_erased: Callable[[str], bool]) -> Redactor:
    """Return what takes everybody whom people and job_history name out of text.

    Args:
        load: the load.
        is_erased: as in `Redactor`.
    """
    rows = load.connection.execute(
        "select employee_id, first_name, last_name from roster"
    ).fetchall()
    jobs = load.connection.execute(
        "select distinct identifier from known_ids where table_name = 'job_history'"
    ).fetchall()
    return Redactor(
        names=[name for _, first, last in rows for name in (first, last) if name],
        ids={one for one, *_ in [*rows, *jobs] if one and "@" not in one},
        full_names=[(first, last) for _, first, last in rows if first and last],
        is_erased=is_erased,
    )


def _parts_of(name: str) -> set[str]:
    """Return the words of a name as they are compared."""
    return {_folded(word) for word in _PART.findall(_visible(name))}


def _without(text: str, runs: Iterable[str]) -> str:
    """Return a text in which a sign covers every place where one of these stands."""
    spans = []
    for run in runs:
        start = text.find(run)
        while start >= 0:
            spans.append((start, start + len(run)))
            start = text.find(run, start + 1)
    return _covered(text, spans)


def _covered(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with one sign for each stretch that overlapping spans cover together."""
    pieces, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            pieces += [text[end:start], NAME]
        end = max(end, stop)
    return "".join((*pieces, text[end:]))


def _spellings(word: str) -> set[str]:
    """Return a word as it may be typed: without accents, or with letters for umlauts."""
    return {_folded(word), _folded(word.casefold().translate(_UMLAUTS))}


def _visible(text: str) -> str:
    """Return a text in one Unicode form, without marks that only hide what it says."""
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", seen)


def _folded(word: str) -> str:
    if word.isascii():
        return word.casefold()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("\u2019", "'")
