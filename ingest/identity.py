"""Who is meant: an employee id or an e-mail, row by row, becomes one person or nobody.

The order is that of certainty: the employee id as written, the id in another case, the e-mail, a
former e-mail. An identifier that fits two people links neither.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ingest.accounts import Accounts
from ingest.contract import Column, Table
from ingest.keys import person_key

Rule = Literal["employee_id", "employee_id_case", "email", "former_email", "ambiguous", "unknown"]
OPTIONAL_LINKS = ("manager_id",)


@dataclass(frozen=True)
class Link:
    """What an identifier leads to: a person's employee id, and the rule that says so."""

    employee_id: str | None
    rule: Rule


@dataclass(frozen=True)
class Person:
    """What the people table says of one person, as far as linking goes."""

    employee_id: str
    email: str | None
    other_emails: tuple[str, ...]


class Directory:
    """Everybody the exports know, found by any identifier.

    Args:
        job_ids: the identifiers in job_history; it defines who is employed.
        people: the people table.
        domain_aliases: other e-mail domain: the domain it stands for.
    """

    def __init__(
        self, job_ids: Iterable[str], people: Iterable[Person], *, domain_aliases: Mapping[str, str]
    ) -> None:
        self._aliases = {_plain(old): _plain(new) for old, new in domain_aliases.items()}
        people, job_ids = list(people), set(job_ids)
        own = {job_id for job_id in job_ids if "@" not in job_id}
        by_case = _by_case(own)
        # A people row whose id differs from job_history's by case alone is the same person.
        canonical = {
            person.employee_id: _only(by_case[person.employee_id.casefold()]) or person.employee_id
            for person in people
            if person.employee_id not in own
        }
        self._emails: dict[str, set[str]] = defaultdict(set)
        self._former: dict[str, set[str]] = defaultdict(set)
        for person in people:
            who = canonical.get(person.employee_id, person.employee_id)
            if person.email:
                self._emails[self.email(person.email)].add(who)
            for email in person.other_emails:
                self._former[self.email(email)].add(who)
        self._ids = own | {canonical.get(p.employee_id, p.employee_id) for p in people}
        self._ids |= {job_id for job_id in job_ids - own if not self._by_email(job_id)}
        self._by_case = _by_case(self._ids)

    @property
    def ids_differing_by_case_n(self) -> int:
        """The employee ids that differ from another one by case alone."""
        return sum(len(ids) for ids in self._by_case.values() if len(ids) > 1)

    def email(self, said: str) -> str:
        """Return an e-mail as it is compared: one case, one Unicode form, one domain."""
        local, at, domain = _plain(said).rpartition("@")
        return f"{local}{at}{self._aliases.get(domain, domain)}"

    def find(self, said: str) -> Link:
        """Return the person an identifier leads to, or why it leads to nobody."""
        if said in self._ids:
            return Link(said, "employee_id")
        if same := self._by_case.get(said.casefold()):
            return Link(_only(same), "employee_id_case" if len(same) == 1 else "ambiguous")
        people = self._by_email(said)
        if not people:
            return Link(None, "unknown")
        if len(people) > 1:
            return Link(None, "ambiguous")
        is_current = people <= self._emails.get(self.email(said), set())
        return Link(_only(people), "email" if is_current else "former_email")

    def _by_email(self, said: str) -> set[str]:
        """Return everybody who has or had an e-mail: one passed on to another links nobody."""
        if "@" not in said:
            return set()
        email = self.email(said)
        return self._emails.get(email, set()) | self._former.get(email, set())


def link_people(accounts: Accounts, *, key: bytes, domain_aliases: Mapping[str, str]) -> None:
    """Replace every identifier of a person by the person's key; quarantine what links nobody.

    A manager who is nobody leaves the row without one, which is noted; a required person, and a
    respondent who is named, must be somebody.
    """
    directory = _directory(accounts, domain_aliases)
    if differing := directory.ids_differing_by_case_n:
        accounts.warn(f"{differing} employee ids differ from another one only by case.")
    _create_links(accounts, directory, key)
    for table in accounts.tables:
        for column in table.person_columns:
            if column.name in OPTIONAL_LINKS:
                _note_unlinked(accounts, table, column)
            else:
                _quarantine_unlinked(accounts, table, column)
        if table.person_columns:
            accounts.sweep(table.name)
            _replace(accounts, table)


def _directory(accounts: Accounts, domain_aliases: Mapping[str, str]) -> Directory:
    rows = accounts.connection.execute(
        "select employee_id, email, other_emails from roster where employee_id is not null"
    ).fetchall()
    people = [
        Person(who, email, tuple(e for e in (others or "").split(";") if e.strip()))
        for who, email, others in rows
    ]
    job_ids = accounts.connection.execute(
        "select distinct said from said_ids where table_name = 'job_history'"
    ).fetchall()
    return Directory((job_id for (job_id,) in job_ids), people, domain_aliases=domain_aliases)


def _create_links(accounts: Accounts, directory: Directory, key: bytes) -> None:
    """Create `links`: each identifier that stands in a row, its person's key, and the rule."""
    everywhere = " union ".join(
        f"select {column.name} as said from rows_{table.name} where {column.name} is not null"
        for table in accounts.tables
        for column in table.person_columns
    )
    said = [row[0] for row in accounts.connection.execute(everywhere).fetchall()]
    found = {identifier: directory.find(identifier) for identifier in said}
    keys = {
        who: person_key(who, key=key)
        for who in {link.employee_id for link in found.values()}
        if who is not None
    }
    frame = pd.DataFrame(
        {
            "said": pd.Series(list(found), dtype=object),
            "key": pd.Series(
                [keys.get(link.employee_id or "") for link in found.values()], dtype=object
            ),
            "rule": pd.Series([link.rule for link in found.values()], dtype=object),
        }
    )
    accounts.connection.register("found_links", frame)
    accounts.connection.execute(
        "create or replace table links as select cast(said as varchar) as said, "
        "cast(key as varchar) as key, cast(rule as varchar) as rule from found_links"
    )
    accounts.connection.unregister("found_links")


def _quarantine_unlinked(accounts: Accounts, table: Table, column: Column) -> None:
    accounts.quarantine(
        f"""
        select
            r._file,
            r._record,
            r._line,
            case when l.rule = 'ambiguous' then 'ambiguous_person' else 'unknown_person' end
                as reason,
            '{column.name}' as column_name,
            r.{column.name} as found,
        from rows_{table.name} as r
        inner join links as l on r.{column.name} = l.said
        where l.key is null
        """
    )


def _note_unlinked(accounts: Accounts, table: Table, column: Column) -> None:
    rows = accounts.connection.execute(
        f"select r._file, count(*) from rows_{table.name} as r "
        f"inner join links as l on r.{column.name} = l.said where l.key is null group by all"
    ).fetchall()
    for file, rows_n in sorted(rows):
        accounts.note(file, "unlinked_manager", rows_n)


def _replace(accounts: Accounts, table: Table) -> None:
    """Rewrite a table with keys in place of identifiers."""
    joins = " ".join(
        f"left join links as l_{column.name} on r.{column.name} = l_{column.name}.said"
        for column in table.person_columns
    )
    keys = ", ".join(f"l_{column.name}.key as {column.name}" for column in table.person_columns)
    accounts.connection.execute(
        f"create or replace table rows_{table.name} as "
        f"select r.* replace ({keys}) from rows_{table.name} as r {joins}"
    )


def _plain(said: str) -> str:
    if said.isascii():
        return said.strip().casefold()
    visible = "".join(c for c in said if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", visible).strip().casefold()


def _by_case(ids: Iterable[str]) -> dict[str, set[str]]:
    folded: dict[str, set[str]] = defaultdict(set)
    for one in ids:
        folded[one.casefold()].add(one)
    return folded


def _only(ids: set[str]) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None
