"""Whether each id is one person's and each person has one id, and whom that puts aside if not.

Names decide, not only ids. They are compared in memory, and stand nowhere but in the analyst's
list; the records of the people concerned are found by their keys.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

from ingest.columns.histories.presence import comings_and_goings
from ingest.columns.tables import Load
from ingest.people.crosswalk import OPTIONAL_LINKS
from ingest.people.identity import Directory, Person
from ingest.people.keys import person_key
from ingest.people.lookalikes import folded

What = Literal["two_ids", "reused_id", "shared_email"]
Spell = tuple[dt.date, dt.date | None]
T = TypeVar("T")

# Nobody is employed younger than this.
YOUNGEST_AGE = 14
# Days for which the records of a new id may begin before those of the old one end.
HANDOVER_DAYS = 31
# More things than this are not compared each with each.
COMPARED_N = 20

NAMES_DIFFER = "people has two records of the id, with names or years of birth of two people"
TOO_YOUNG = f"first employed before the age of {YOUNGEST_AGE}, and hired again when grown up"
NAMES_UNLIKE = "one e-mail, but not one name and year of birth"
SAME_TIME = "one e-mail and name, and employed under both ids at one time"
# What the run's record says of conflicts: of one, and of several.
SENTENCES: dict[What, tuple[str, str]] = {
    "two_ids": (
        "person has two employee ids at one time and is left out",
        "people have two employee ids at one time and are left out",
    ),
    "reused_id": (
        "employee id stands for two people and is left out",
        "employee ids stand for two people each and are left out",
    ),
    "shared_email": (
        "e-mail belongs to several people and links nobody",
        "e-mails belong to several people and link nobody",
    ),
}


@dataclass(frozen=True)
class Conflict:
    """People who cannot be told apart, or an id that cannot be one person's.

    Attributes:
        what: the kind of conflict.
        shared: the identifier that is shared.
        why: how it shows, in a plain phrase.
        people: employee id and record of people of everybody concerned.
    """

    what: What
    shared: str
    why: str
    people: tuple[tuple[str, Person], ...]


@dataclass(frozen=True)
class Successor:
    """Two employee ids that may be one person's, one after the other: nothing is wrong, yet."""

    employee_id: str
    other_id: str
    why: Literal["same_email", "same_name_and_hire_month"]


class Conflicts:
    """What the directory and the job history say against one id per person.

    Args:
        directory: everybody.
        key: the workspace's key.
    """

    def __init__(self, directory: Directory, *, key: bytes) -> None:
        self._directory = directory
        self._key = key
        self.conflicts: list[Conflict] = []
        self.successors: list[Successor] = []

    def check(self, load: Load) -> None:
        """Find the conflicts, and quarantine every record of people of whom nothing can be told.

        An e-mail of two people links nobody anyway, and their other records stay.

        Args:
            load: the load, whose rows are settled.
        """
        self._find_reused()
        self._find_too_young(load)
        self._find_shared(load)
        self._find_namesakes(load)
        self.conflicts.sort(key=lambda one: (one.what, one.shared, [who for who, _ in one.people]))
        self.successors.sort(key=lambda found: (found.employee_id, found.other_id, found.why))
        reasons = {
            self._key_of(who): conflict.what
            for conflict in reversed(self.conflicts)
            if conflict.what != "shared_email"
            for who, _ in conflict.people
        }
        if reasons:
            _quarantine_people(load, reasons)
        for sentence in self._sentences():
            load.remarks.warn(sentence)

    def hire_months(self, load: Load, people: Iterable[str]) -> dict[str, str]:
        """Return year and month of the first hire of people, by employee id."""
        days = self._hire_days(load, people)
        return {who: f"{day:%Y-%m}" for who, day in days.items()}

    @cached_property
    def records(self) -> Mapping[str, Sequence[Person]]:
        """The records of people by employee id."""
        found: dict[str, list[Person]] = {}
        for who, person in self._directory.people:
            found.setdefault(who, []).append(person)
        return found

    def _find_reused(self) -> None:
        """Find the ids under which people has two records that are two people's."""
        for who, records in self.records.items():
            if any(
                are_two_people(a, b) and not self._share_email(a, b) for a, b in _pairs(records)
            ):
                self.conflicts.append(self._conflict("reused_id", who, NAMES_DIFFER, {who}))

    def _hire_days(self, load: Load, people: Iterable[str]) -> dict[str, dt.date]:
        by_key = {self._key_of(who): who for who in people}
        rows = load.connection.execute(
            "select employee_id, min(effective_on) from rows_job_history "
            "where event = 'hire' and employee_id in (select unnest($keys)) group by all",
            {"keys": list(by_key)},
        ).fetchall()
        return {by_key[key]: day for key, day in rows}

    def _share_email(self, one: Person, other: Person) -> bool:
        """Return whether two records have an e-mail in common: a name may change its script."""
        emails, others = (
            {self._directory.email(e) for e in (p.email, *p.other_emails) if e}
            for p in (one, other)
        )
        return not emails.isdisjoint(others)

    def _find_too_young(self, load: Load) -> None:
        """Find the ids whose person was a child when it was first employed, and came later."""
        rows = load.connection.execute(
            """
            with born as (
                select employee_id, max(birth_year) as birth_year
                from rows_people
                where birth_year is not null
                group by all
            ),
            lives as (
                select
                    employee_id,
                    min(effective_on) filter (where event <> 'exit') as known_since_on,
                    min(effective_on) filter (where event = 'exit') as left_on,
                    max(effective_on) filter (where event in ('hire', 'rehire')) as hired_on,
                from rows_job_history
                group by all
            )
            select l.employee_id
            from lives as l
            inner join born as b on l.employee_id = b.employee_id
            where year(l.known_since_on) - b.birth_year < $youngest
            and l.left_on > l.known_since_on and l.hired_on >= l.left_on
            and year(l.hired_on) - b.birth_year >= $youngest
            """,
            {"youngest": YOUNGEST_AGE},
        ).fetchall()
        young = {key for (key,) in rows}
        known = {conflict.shared for conflict in self.conflicts}
        for who in self.records if young else ():
            if who not in known and self._key_of(who) in young:
                self.conflicts.append(self._conflict("reused_id", who, TOO_YOUNG, {who}))

    def _find_shared(self, load: Load) -> None:
        """Find the e-mails of several people, and whether they are one with several ids."""
        shared = {e: who for e, who in self._directory.emails.items() if len(who) > 1}
        spells = self._spells(load, {one for people in shared.values() for one in people})
        for email, people in shared.items():
            persons = self._apart(people)
            if len(persons) > 1:
                self.conflicts.append(self._conflict("shared_email", email, NAMES_UNLIKE, people))
            for ids in persons:
                twice: set[str] = set()
                for a, b in _pairs(sorted(ids)):
                    if overlap(spells.get(a, ()), spells.get(b, ())):
                        twice |= {a, b}
                    else:
                        self.successors.append(Successor(a, b, "same_email"))
                if twice:
                    self.conflicts.append(self._conflict("two_ids", email, SAME_TIME, twice))

    def _find_namesakes(self, load: Load) -> None:
        """Find people of one name who were hired in one month.

        Who has an e-mail of their own is another, unless both were hired on one day and born in
        one year; and anna.smith2 is another Anna Smith even then.
        """
        by_name: dict[frozenset[str], set[str]] = defaultdict(set)
        for who, person in self._directory.people:
            if person.first_name and person.last_name:
                by_name[name_words(person)].add(who)
        namesakes = [people for people in by_name.values() if len(people) > 1]
        days = self._hire_days(load, {one for people in namesakes for one in people})
        known = {(found.employee_id, found.other_id) for found in self.successors}
        concerned: dict[str, set[int]] = defaultdict(set)
        for n, conflict in enumerate(self.conflicts):
            for who, _ in conflict.people:
                concerned[who].add(n)
        for people in namesakes:
            hired: dict[str, list[str]] = defaultdict(list)
            for who in sorted(people & days.keys()):
                hired[f"{days[who]:%Y-%m}"].append(who)
            for a, b in itertools.chain.from_iterable(map(_pairs, hired.values())):
                is_told = (a, b) in known or not concerned[a].isdisjoint(concerned[b])
                one, other = self._records_of(a)[0], self._records_of(b)[0]
                is_coeval = one.birth_year is not None and one.birth_year == other.birth_year
                are_twins = is_coeval and days[a] == days[b] and not _are_numbered(one, other)
                has_own = bool(one.email and other.email) and not are_twins
                if not (is_told or has_own or _born_apart(one, other)):
                    self.successors.append(Successor(a, b, "same_name_and_hire_month"))

    def _conflict(self, what: What, shared: str, why: str, people: Iterable[str]) -> Conflict:
        concerned = [(who, person) for who in sorted(people) for person in self._records_of(who)]
        return Conflict(what, shared, why, tuple(concerned))

    def _apart(self, people: Iterable[str]) -> list[set[str]]:
        """Return ids by the person they seem to be: of one full name, and not born apart."""
        namesakes: dict[object, list[tuple[str, int | None]]] = defaultdict(list)
        for who in people:
            record = self._records_of(who)[0]
            is_full = record.first_name and record.last_name
            namesakes[name_words(record) if is_full else who].append((who, record.birth_year))
        persons: dict[object, set[str]] = defaultdict(set)
        for name, ids in namesakes.items():
            are_several = len({year for _, year in ids if year is not None}) > 1
            for who, year in ids:
                persons[name, year if are_several else None].add(who)
        return list(persons.values())

    def _records_of(self, who: str) -> Sequence[Person]:
        """Return the records of people about an id; where there is none, one that says nothing."""
        return self.records.get(who) or (Person(who, None, ()),)

    def _spells(self, load: Load, people: set[str]) -> dict[str, list[Spell]]:
        """Return when people were employed, by employee id."""
        if not people:
            return {}
        by_key = {self._key_of(who): who for who in people}
        moves = comings_and_goings("employee_id in (select unnest($keys))")
        rows = load.connection.execute(
            f"from ({moves}) order by all", {"keys": list(by_key)}
        ).fetchall()
        days: dict[str, list[tuple[dt.date, bool]]] = defaultdict(list)
        for key, day, is_out in rows:
            days[by_key[key]].append((day, is_out))
        return {who: list(spells_of(moves)) for who, moves in days.items()}

    def _key_of(self, who: str) -> str:
        return person_key(who, key=self._key)

    def _sentences(self) -> Iterator[str]:
        """Yield what the run's record says: how many, and where the names are."""
        for what, (one, many) in SENTENCES.items():
            if found := sum(conflict.what == what for conflict in self.conflicts):
                phrase = one if found == 1 else many
                yield f"{found} {phrase}; identity_conflicts.csv in quarantine says who."


def are_two_people(one: Person, other: Person) -> bool:
    """Return whether two records of one id are surely two people's.

    No part of the name is the same; or only a part is, and the years of birth differ. What is
    missing decides nothing.
    """
    words, others = name_words(one), name_words(other)
    if not words or not others or words <= others or others <= words:
        return False
    return not words & others or _born_apart(one, other)


def name_words(person: Person) -> frozenset[str]:
    """Return the words of a person's name, without case, accents and order."""
    return words_of(f"{person.first_name or ''} {person.last_name or ''}")


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, without case and accents."""
    return frozenset(re.findall(r"[^\W\d_]+", folded(text)))


def spells_of(moves: Iterable[tuple[dt.date, bool]]) -> Iterator[Spell]:
    """Yield first day and first day out of each employment, from days in order.

    Args:
        moves: each day of a history, and whether the person was out from it on.
    """
    begun: dt.date | None = None
    for day, is_out in moves:
        if is_out and begun is not None:
            yield begun, day
            begun = None
        elif not is_out and begun is None:
            begun = day
    if begun is not None:
        yield begun, None


def overlap(spells: Iterable[Spell], others: Sequence[Spell]) -> bool:
    """Return whether somebody was employed twice at one time, for longer than a handover."""
    last = dt.date.max
    return any(
        (min(end or last, other_end or last) - max(begin, other_begin)).days > HANDOVER_DAYS
        for begin, end in spells
        for other_begin, other_end in others
    )


def _are_numbered(one: Person, other: Person) -> bool:
    """Return whether the e-mails of two people differ by a number, as those of namesakes do."""
    bare, other_bare = (
        re.sub(r"\d+", "", (p.email or "").strip().casefold()) for p in (one, other)
    )
    return bare == other_bare


def _born_apart(one: Person, other: Person) -> bool:
    return None not in (one.birth_year, other.birth_year) and one.birth_year != other.birth_year


def _pairs(items: Sequence[T]) -> Iterator[tuple[T, T]]:
    """Yield the pairs of a few things; of many, only neighbors beyond the first few."""
    yield from itertools.combinations(items[:COMPARED_N], 2)
    yield from itertools.pairwise(items[COMPARED_N - 1 :])


def _quarantine_people(load: Load, reasons: Mapping[str, str]) -> None:
    """Quarantine every record that names one of some people, by their keys."""
    connection = load.connection
    connection.execute(
        "create or replace table people_in_conflict as "
        "select unnest($keys) as key, unnest($reasons) as reason",
        {"keys": list(reasons), "reasons": list(reasons.values())},
    )
    for table in load.exports.tables:
        for column in table.person_columns:
            if column.name not in OPTIONAL_LINKS:
                load.ledger.quarantine(
                    f"""
                    select
                        r._file,
                        r._record,
                        r._line,
                        d.reason,
                        '{column.name}' as column_name,
                        cast(null as varchar) as found,
                    from rows_{table.name} as r
                    inner join people_in_conflict as d on r.{column.name} = d.key
                    """
                )
        load.tables.sweep(table.name)
    connection.execute("drop table people_in_conflict")
