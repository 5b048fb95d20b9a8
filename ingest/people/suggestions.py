"""Who may be meant by an identifier that links nobody: suggestions for the analyst, never links.

Everything here looks at distinct identifiers, each against an index of everybody: no identifier is
ever compared with all others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

from ingest.people.conflicts import Successor, name_words, words_of
from ingest.people.identity import Directory, form_of, kind_of

Why = Literal[
    "lost_zeros",
    "lookalike_letters",
    "spelling",
    "email_typo",
    "domain_typo",
    "other_domain",
    "tagged_email",
    "name_in_email",
    "name_and_hire_month",
    "same_name",
    "same_email",
    "same_name_and_hire_month",
]

K = TypeVar("K")
V = TypeVar("V")

# More people than this who may be meant are no suggestion.
CANDIDATES_MAX = 3
# More identifiers than this are listed without suggestions: no slip of a keyboard made them.
SUGGESTED_MAX = 5_000
# In a shorter name any slip makes another name.
SHORTEST_LOCAL = 5
DOMAIN_SLIPS_MAX = 2

# Letters that look like others, lower case, and what of ours each looks like.
_CYRILLIC = (
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441"
    "\u0442\u0443\u0445\u0456\u0455\u0458\u0501\u051b\u051d"
)
_GREEK = "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
_LOOKALIKES = str.maketrans(f"{_CYRILLIC}{_GREEK}oil|", "abekmh0pctyx1sjdqwabezh1kmn0ptyx0111")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Suggestion:
    """A person who may be meant by an identifier, and why."""

    employee_id: str
    why: Why


class Suggester:
    """Finds who may be meant.

    Args:
        directory: everybody.
        hire_months: year and month of people's first hire, by employee id.
    """

    def __init__(self, directory: Directory, hire_months: Mapping[str, str]) -> None:
        self._directory = directory
        self._hire_months = hire_months

    def suggest(self, identifiers: Iterable[str]) -> dict[str, tuple[Suggestion, ...]]:
        """Return who may be meant by identifiers, the likeliest first; without any, none.

        Args:
            identifiers: of them only the first `SUGGESTED_MAX` are looked at, in the order of the
                alphabet.
        """
        asked = sorted(set(identifiers))[:SUGGESTED_MAX]
        emails = [one for one in asked if kind_of(one) == "email"]
        slips = self._slips({self._directory.email(one) for one in emails})
        found: dict[str, tuple[Suggestion, ...]] = {}
        for one in asked:
            ways = self._by_email(one, slips) if "@" in one else self._by_id(one)
            people: dict[str, Why] = {}
            for why, candidates in (*ways, *self._by_listing(one)):
                others = candidates - {one}
                if len(others) <= CANDIDATES_MAX:
                    for who in sorted(others):
                        people.setdefault(who, why)
            if people:
                found[one] = tuple(
                    Suggestion(who, why) for who, why in list(people.items())[:CANDIDATES_MAX]
                )
        return found

    def of_each_other(self, successors: Iterable[Successor]) -> Iterator[tuple[str, Suggestion]]:
        """Yield employee ids, each with another one that may be the same person's."""
        for pair in successors:
            yield pair.other_id, Suggestion(pair.employee_id, pair.why)
        for ids in self._directory.alike:
            first, *others = sorted(ids)
            yield from ((other, Suggestion(first, "spelling")) for other in others)
        for worn in self._by_worn.values():
            first, *others = sorted(worn)
            for other in others:
                if form_of(first) != form_of(other):
                    yield other, Suggestion(first, _worn_why(first, other))

    def _by_id(self, identifier: str) -> Iterator[tuple[Why, set[str]]]:
        candidates = self._by_worn.get(_worn(identifier), set())
        worn: tuple[Why, ...] = ("lookalike_letters", "lost_zeros")
        for why in worn:
            yield why, {who for who in candidates if _worn_why(identifier, who) == why}

    def _by_email(
        self, identifier: str, slips: Mapping[str, set[str]]
    ) -> Iterator[tuple[Why, set[str]]]:
        emails, email = self._directory.emails, self._directory.email(identifier)
        local, _, domain = email.rpartition("@")
        yield "lookalike_letters", self._by_skeleton.get(_skeleton(email), set())
        bare = local.partition("+")[0]
        if bare != local:
            yield "tagged_email", emails.get(f"{bare}@{domain}", set())
        yield "email_typo", {who for other in slips.get(email, ()) for who in emails[other]}
        at_others = self._by_local.get(local, {})
        typo = {d for d in at_others if _are_near(domain, d)}
        yield "domain_typo", {who for d in typo for who in at_others[d]}
        yield "other_domain", {who for d in at_others.keys() - typo for who in at_others[d]}
        # At a domain of ours anna.smith2 is another Anna Smith.
        is_numbered = _DIGITS.search(bare) is not None and domain in self._domains
        if len(words := words_of(bare)) > 1 and not is_numbered:
            yield "name_in_email", self._by_name.get(words, set())

    def _by_listing(self, identifier: str) -> Iterator[tuple[Why, set[str]]]:
        """Yield whom the names in `identifiers` may mean, beside an id or e-mail of nobody."""
        for words, month in self._listed.get(identifier, ()):
            people = self._by_name.get(words, set())
            if month is not None:
                same = {who for who in people if self._hire_months.get(who) == month}
                yield "name_and_hire_month", same
            elif len(people) == 1:
                yield "same_name", people

    def _slips(self, wanted: set[str]) -> dict[str, set[str]]:
        """Return the known e-mails that are one slip away from others at the same domain."""
        by_part: dict[tuple[str, str], set[str]] = defaultdict(set)
        for email in wanted:
            local, _, domain = email.rpartition("@")
            if len(local) >= SHORTEST_LOCAL:
                for part in _parts(local):
                    by_part[part, domain].add(email)
        domains = {domain for _, domain in by_part}
        found: dict[str, set[str]] = defaultdict(set)
        for known in self._directory.emails:
            local, _, domain = known.rpartition("@")
            if domain in domains:
                for part in _parts(local):
                    for email in by_part.get((part, domain), ()):
                        if is_one_slip(email.rpartition("@")[0], local):
                            found[email].add(known)
        return found

    @cached_property
    def _domains(self) -> set[str]:
        return {email.rpartition("@")[2] for email in self._directory.emails}

    @cached_property
    def _by_worn(self) -> Mapping[str, set[str]]:
        return _index((_worn(who), {who}) for who in self._directory.ids if "@" not in who)

    @cached_property
    def _by_skeleton(self) -> Mapping[str, set[str]]:
        return _index((_skeleton(email), who) for email, who in self._directory.emails.items())

    @cached_property
    def _by_local(self) -> Mapping[str, dict[str, set[str]]]:
        found: dict[str, dict[str, set[str]]] = defaultdict(dict)
        for email, people in self._directory.emails.items():
            local, _, domain = email.rpartition("@")
            found[local][domain] = people
        return found

    @cached_property
    def _by_name(self) -> Mapping[frozenset[str], set[str]]:
        return _index(
            (name_words(person), {who})
            for who, person in self._directory.people
            if person.first_name and person.last_name
        )

    @cached_property
    def _listed(self) -> Mapping[str, set[tuple[frozenset[str], str | None]]]:
        return _index(
            (row.employee_id, {(words_of(f"{row.first_name} {row.last_name}"), row.hired_month)})
            for row in self._directory.listed
            if row.employee_id and row.first_name and row.last_name
        )


def is_one_slip(one: str, other: str) -> bool:
    """Return whether one letter more, less, other or swapped makes one text of another.

    Where digits differ nobody slipped: anna.smith2 is another Anna Smith.
    """
    if one == other or _DIGITS.findall(one) != _DIGITS.findall(other):
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest
        or rest == other_rest[1:]
        or rest[1:] == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )


def _are_near(one: str, other: str) -> bool:
    """Return whether a few slips make one domain of another."""
    return _distance(one, other, DOMAIN_SLIPS_MAX) <= DOMAIN_SLIPS_MAX


def _distance(one: str, other: str, most: int) -> int:
    """Return the Levenshtein distance of two short texts, or more than `most` where it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        before, row[0] = row[0], n
        for m, other_letter in enumerate(other, 1):
            cost = min(row[m] + 1, row[m - 1] + 1, before + (letter != other_letter))
            before, row[m] = row[m], cost
    return row[-1]


def _parts(text: str) -> set[str]:
    """Return a text, and what is left of it without each of its letters."""
    return {text, *(text[:n] + text[n + 1 :] for n in range(len(text)))}


def _skeleton(text: str) -> str:
    """Return a text with one letter for all that look alike."""
    return form_of(text).translate(_LOOKALIKES)


def _worn(text: str) -> str:
    """Return what is left of an id when letters are mistaken and zeros at the beginning lost."""
    return _ZEROS.sub("", _skeleton(text))


def _worn_why(identifier: str, who: str) -> Why:
    return "lookalike_letters" if _skeleton(identifier) == _skeleton(who) else "lost_zeros"


def _index(pairs: Iterable[tuple[K, set[V]]]) -> dict[K, set[V]]:
    index: dict[K, set[V]] = defaultdict(set)
    for key, values in pairs:
        index[key] |= values
    return index
