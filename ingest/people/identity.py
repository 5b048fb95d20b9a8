"""Who is meant: an employee id, an e-mail or a platform's own id becomes one person or nobody.

The order is that of certainty: the employee id as written, the id written otherwise, the e-mail, a
former e-mail, what the table `identifiers` says. An identifier that fits two people links neither,
and what only looks like somebody's is suggested (`ingest.people.suggestions`), never linked.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.columns.mapping import OF_SYSTEM

Rule = Literal[
    "employee_id",
    "employee_id_case",
    "employee_id_spelling",
    "employee_id_decimal",
    "email",
    "former_email",
    "directory",
    "ambiguous",
    "damaged",
    "unknown",
]
Kind = Literal["employee_id", "email", "system_id"]
# What each rule says of an identifier, in the order in which they are tried.
RULES: dict[Rule, str] = {
    "damaged": "an id that a spreadsheet rounded, such as 1.23E+11; it links nobody",
    "employee_id": "the employee id as it is written",
    "employee_id_case": "the same id in another case",
    "employee_id_spelling": "the same id but for spaces, full-width letters or unseen marks",
    "employee_id_decimal": "the same id with a decimal zero: 123.0 where there is a 123 and no "
    "123.0",
    "email": "the e-mail, whatever its case, spaces and Unicode form, at its domain or an alias",
    "former_email": "a former or other e-mail of the person",
    "directory": "what `identifiers` says, of the source's system or anywhere",
    "ambiguous": "two people fit; it links nobody",
    "unknown": "nobody fits",
}

# An id as a spreadsheet writes a number of many digits: the last of them are lost.
_DAMAGED = re.compile(r"\d[.,]\d+[eE]\+?\d+|\d[eE]\+\d+")
# An id that went through a column of numbers. Three zeros may be thousands.
_DECIMAL = re.compile(r"(\d+)[.,]0{1,2}")


@dataclass(frozen=True)
class Link:
    """What an identifier leads to: a person's employee id, and the rule that says so."""

    employee_id: str | None
    rule: Rule


@dataclass(frozen=True)
class Person:
    """What a record of the people table says of one person, as far as linking goes."""

    employee_id: str
    email: str | None
    other_emails: tuple[str, ...]
    first_name: str | None = None
    last_name: str | None = None
    birth_year: int | None = None


@dataclass(frozen=True)
class Listed:
    """A record of the table identifiers: whose an identifier is said to be.

    Attributes:
        identifier: the id or e-mail.
        employee_id: the person's employee id or e-mail.
        system: whose id it is; None holds anywhere.
        first_name: first name, where it says one.
        last_name: last name, where it says one.
        hired_month: year and month of the hire, where it says one.
    """

    identifier: str
    employee_id: str | None
    system: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    hired_month: str | None = None


class Directory:
    """Everybody the exports know, found by any identifier.

    Args:
        job_ids: the identifiers in job_history; it defines who is employed.
        people: the records of people.
        listed: the records of identifiers.
        domain_aliases: other e-mail domain: the domain it stands for.

    Attributes:
        people: each record of people, with the employee id of the person it is about.
        listed: the records of identifiers.
        employed: the employee ids of the people of whom job_history says something.
        emails: each e-mail, as it is compared, that somebody has or had: whose it is.
    """

    def __init__(
        self,
        job_ids: Iterable[str],
        people: Iterable[Person],
        *,
        domain_aliases: Mapping[str, str],
        listed: Iterable[Listed] = (),
    ) -> None:
        self._aliases = {_plain(old): _plain(new) for old, new in domain_aliases.items()}
        self.listed = tuple(listed)
        whole = {job_id for job_id in job_ids if not is_damaged(job_id)}
        records = [person for person in people if not is_damaged(person.employee_id)]
        own = _Ids(job_id for job_id in whole if "@" not in job_id)
        self._own = self._ids = own.as_written_in({person.employee_id for person in records})
        self._emails: dict[str, set[str]] = defaultdict(set)
        self._former: dict[str, set[str]] = defaultdict(set)
        self._declared: dict[str, set[str]] = defaultdict(set)
        # Whoever has or had an e-mail: one passed on to another links nobody.
        self.emails: dict[str, set[str]] = defaultdict(set)
        self._systems: dict[str, dict[str, set[str]]] = {}
        self._system_ids: dict[str, _Ids] = {}
        same = self._same_person({person.employee_id for person in records})
        self.people = tuple((same.get(p.employee_id, p.employee_id), p) for p in records)
        for who, person in self.people:
            for email in (person.email or "", person.employee_id):
                self._learn_email(self._emails, email, who)
            for email in person.other_emails:
                self._learn_email(self._former, email, who)
        strangers = {i for i in whole if "@" in i and self.email(i) not in self.emails}
        self._ids = _Ids({*self._own.every, *strangers, *(who for who, _ in self.people)})
        self._learn_listed()
        links = (self.find(job_id).employee_id for job_id in whole)
        self.employed = frozenset(who for who in links if who is not None)

    @property
    def ids(self) -> frozenset[str]:
        """Everybody's employee id."""
        return frozenset(self._ids.every)

    @property
    def alike(self) -> tuple[frozenset[str], ...]:
        """The employee ids of different people that differ by case, spaces or decimals alone."""
        return tuple(frozenset(ids) for ids in self._ids.by_form.values() if len(ids) > 1)

    @property
    def claimed_twice_n(self) -> int:
        """How many ids that `identifiers` gives somebody for anywhere are another's employee id."""
        listed = self._systems.get("", {})
        return sum(
            1
            for identifier, people in listed.items()
            if (own := self._own.find(identifier)) and own != people
        )

    def knows_system(self, name: str) -> bool:
        """Return whether `identifiers` names a system."""
        return any(_plain(row.system or "") == _plain(name) for row in self.listed)

    def email(self, identifier: str) -> str:
        """Return an e-mail as it is compared: no spaces, one case, one Unicode form, one domain."""
        local, at, domain = form_of(identifier).rpartition("@")
        return f"{local}{at}{self._aliases.get(domain, domain)}"

    def compared(self, identifier: str) -> str:
        """Return an identifier as it is kept in the crosswalk: two that are one e-mail are one."""
        return self.email(identifier) if kind_of(identifier) == "email" else identifier

    def find(self, identifier: str) -> Link:
        """Return the person an identifier leads to, or why it leads to nobody."""
        if identifier in self._ids.every:
            return Link(identifier, "employee_id")
        system, own_id = _split(identifier)
        if is_damaged(own_id):
            return Link(None, "damaged")
        if system and "@" not in own_id:
            return self._listed(system, own_id)
        if same := self._ids.find(own_id):
            return _link(same, lambda who: _id_rule(own_id, who))
        if "@" not in own_id:
            return self._listed("", own_id)
        email = self.email(own_id)
        return _link(self.emails.get(email, set()), lambda who: self._email_rule(email, who))

    def questions(self, identifier: str) -> tuple[str, ...]:
        """Return every question that `find` may ask about an identifier."""
        system, own_id = _split(identifier)
        form = form_of(own_id)
        if "@" in own_id:
            return (f"id {form}", f"email {self.email(own_id)}")
        if system:
            return (f"of {system} {form}",)
        return (f"id {form}", f"of  {form}")

    def answers(self) -> Iterator[tuple[str, str]]:
        """Yield the answer to each question that has one: `find` knows nothing else."""
        questions = itertools.chain(
            (f"id {form}" for form in self._ids.by_form),
            (f"email {email}" for email in self.emails),
            (
                f"of {system} {form}"
                for system, spelled in self._system_ids.items()
                for form in spelled.by_form
            ),
        )
        for question in questions:
            answer = self.answer(question)
            if answer is not None:
                yield question, answer

    def answer(self, question: str) -> str | None:
        """Return the answer to a question, if it has one."""
        about, _, asked = question.partition(" ")
        if about == "id":
            ids = self._ids.by_form.get(asked)
            return None if ids is None else "\n".join(sorted(ids))
        if about == "email":
            if asked not in self.emails:
                return None
            groups = (self._emails, self._former, self._declared)
            return "\n\n".join("\n".join(sorted(group.get(asked, ()))) for group in groups)
        # An id as it is compared has no spaces, and a system may have some.
        system, _, form = asked.rpartition(" ")
        spelled = self._system_ids.get(system)
        ids = None if spelled is None else spelled.by_form.get(form)
        if ids is None:
            return None
        return "\n\n".join(f"{one}\n{sorted(self._systems[system][one])}" for one in sorted(ids))

    def _same_person(self, ids: set[str]) -> dict[str, str]:
        """Return whom job_history knows under another id than people.

        The id is written otherwise there, or `identifiers` says for anywhere whose it is.
        """
        declared: dict[str, set[str]] = defaultdict(set)
        for row in self.listed:
            if not row.system and row.employee_id is not None:
                declared[row.identifier] |= self._own.find(row.employee_id)
        found = {}
        for one in ids - self._own.every:
            who = _only(self._own.find(one)) or _only(declared.get(one, set()))
            if who is not None:
                found[one] = who
        return found

    def _learn_listed(self) -> None:
        """Take in the records of identifiers whose person is known."""
        links = [self.find(row.employee_id or "").employee_id for row in self.listed]
        for row, who in zip(self.listed, links, strict=True):
            if who is None or is_damaged(row.identifier):
                continue
            if "@" in row.identifier:
                self._learn_email(self._declared, row.identifier, who)
            else:
                listing = self._systems.setdefault(_plain(row.system or ""), {})
                listing.setdefault(row.identifier, set()).add(who)
        self._system_ids = {name: _Ids(listing) for name, listing in self._systems.items()}

    def _listed(self, system: str, identifier: str) -> Link:
        if system not in self._systems:
            return Link(None, "unknown")
        ids = self._system_ids[system].find(identifier)
        return _link({who for one in ids for who in self._systems[system][one]}, _directory)

    def _learn_email(self, group: dict[str, set[str]], identifier: str, who: str) -> None:
        if "@" in identifier:
            email = self.email(identifier)
            group[email].add(who)
            self.emails[email].add(who)

    def _email_rule(self, email: str, who: str) -> Rule:
        if who in self._emails.get(email, ()):
            return "email"
        return "former_email" if who in self._former.get(email, ()) else "directory"


class _Ids:
    """Ids that somebody may write in another case, with spaces, or as a number."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.every = set(ids)
        self.by_form: dict[str, set[str]] = defaultdict(set)
        for one in self.every:
            self.by_form[form_of(one)].add(one)

    def as_written_in(self, roster: set[str]) -> _Ids:
        """Return these ids, of several ways to write one only that in which the roster has it.

        Where the roster has several of them, or none, each stays somebody's own.
        """
        told = {form: _only(ids & roster) for form, ids in self.by_form.items() if len(ids) > 1}
        return _Ids(one for one in self.every if told.get(form_of(one)) in (None, one))

    def find(self, identifier: str) -> set[str]:
        """Return the ids that may be meant, the nearest way of writing alone."""
        if identifier in self.every:
            return {identifier}
        alike = self.by_form.get(form_of(identifier), set())
        return {one for one in alike if one.casefold() == identifier.casefold()} or set(alike)


def kind_of(identifier: str) -> Kind:
    """Return what an identifier is, by the look of it."""
    if "@" in identifier:
        return "email"
    return "system_id" if OF_SYSTEM in identifier else "employee_id"


def is_damaged(identifier: str) -> bool:
    """Return whether a spreadsheet has rounded an id: 1.23457E+11 may have been many ids."""
    return _DAMAGED.fullmatch(identifier) is not None


def _split(identifier: str) -> tuple[str, str]:
    """Return the system whose id it is, empty where it is nobody's, and the id."""
    system, _, own_id = identifier.rpartition(OF_SYSTEM)
    return _plain(system), own_id


def _link(people: set[str], rule: Callable[[str], Rule]) -> Link:
    if not people:
        return Link(None, "unknown")
    who = _only(people)
    return Link(None, "ambiguous") if who is None else Link(who, rule(who))


def _id_rule(identifier: str, who: str) -> Rule:
    if identifier == who:
        return "employee_id"
    if identifier.casefold() == who.casefold():
        return "employee_id_case"
    is_decimal = any(_DECIMAL.fullmatch(_joined(one)) for one in (identifier, who))
    return "employee_id_decimal" if is_decimal else "employee_id_spelling"


def _directory(_: str) -> Rule:
    return "directory"


def form_of(identifier: str) -> str:
    """Return an id as it is compared where it is written otherwise: 123 for 123.0."""
    joined = _joined(identifier)
    decimal = _DECIMAL.fullmatch(joined) if joined[-1:] == "0" else None
    return decimal[1] if decimal else joined


def _joined(text: str) -> str:
    """Return a text in one case and Unicode form, without spaces and marks that nobody sees."""
    return "".join(_plain(text).split())


def _plain(text: str) -> str:
    if text.isascii():
        return text.strip().casefold()
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", visible).strip().casefold()


def _only(ids: set[str]) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None
