"""Erasure: records of people who were erased leave an export as soon as it is landed.

Nothing after this sees them: they are neither settled nor in quarantine, and no warning names them.
Of others' records they leave the cells in which nobody else is needed, such as a manager.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from ingest.columns.casting import texts_of
from ingest.columns.exports import Export, Planned, drop_landing, hide_records, land
from ingest.columns.mapping import OF_SYSTEM, ids_of
from ingest.files.readers.landing import Misfit
from ingest.people.crosswalk import OPTIONAL_LINKS
from ingest.people.identity import Directory, form_of
from ingest.people.redaction import ALWAYS, ROSTER, Redactor
from ingest.people.tombstones import Tombstones

# What says which identifiers and names are whose, and which pairings. Such files are read twice
# while there are tombstones: anything may name somebody before they say who that is.
LEARNED_FROM = ("people", "identifiers", "pairings")
ERASED = "[erased]"

_TOKEN = re.compile(r"[^\s<>()\[\]{},;:\"'|=]+")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass
class Seen:
    """Whom a load found in the exports of those that were erased, in plain text.

    Attributes:
        identifiers: employee ids, e-mails and ids of platforms.
        pairings: ids of their pairings.
        names: their first and last names.
        records: how many records of each export were theirs.
        shared: identifiers and names that somebody else has, too.
    """

    identifiers: set[str] = field(default_factory=set)
    pairings: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)
    records: dict[str, int] = field(default_factory=dict)
    shared: set[str | tuple[str, str]] = field(default_factory=set)


class Erasure:
    """Takes people who were erased out of exports.

    Args:
        tombstones: what is remembered of them.
        domain_aliases: other e-mail domain: the domain it stands for.
        secret: what makes a composed id one that nobody can guess.

    Attributes:
        tombstones: the same, with what the exports have added.
        seen: whom the exports still name.
        matched: identifiers of theirs that stood in records.
    """

    def __init__(
        self, tombstones: Tombstones, *, domain_aliases: Mapping[str, str], secret: str
    ) -> None:
        self.tombstones = tombstones
        self.seen = Seen()
        self.matched: set[str] = set()
        self._secret = secret
        self._spelling = Directory((), (), domain_aliases=domain_aliases)
        self._plain_spelling = Directory((), (), domain_aliases={})
        self._answers: dict[str, bool] = {}
        self._redactor = Redactor(names=(), ids=(), is_erased=self.knows)
        self._people: list[tuple[str | None, ...]] = []
        self._listed: list[tuple[str | None, ...]] = []
        self._pairs: list[tuple[str | None, ...]] = []

    @property
    def is_idle(self) -> bool:
        """Whether nobody was erased."""
        return not self.tombstones.marks

    @property
    def systems(self) -> set[str]:
        """The systems whose ids the exports list, be it of people who were erased."""
        return {system for _, _, system, *_ in self._listed if system}

    def knows(self, question: str) -> bool:
        """Return whether a question of redaction is about somebody who was erased."""
        return not self.is_idle and self._holds(f"word {question}")

    def is_erased(self, identifier: str) -> bool:
        """Return whether an identifier led to somebody who was erased."""
        return any(self._holds(question) for question in self._questions(identifier))

    def read(self, connection: duckdb.DuckDBPyConnection, planned: Iterable[Planned]) -> None:
        """Take in what files say of who is who, as far as they say it."""
        kept: dict[str, tuple[list[tuple[str | None, ...]], tuple[str, ...]]] = {
            "people": (
                self._people,
                ("employee_id", "email", "other_emails", "first_name", "last_name"),
            ),
            "identifiers": (
                self._listed,
                ("employee_id", "identifier", "system", "first_name", "last_name"),
            ),
            "pairings": (self._pairs, ("pairing_id", "mentor_id", "mentee_id")),
        }
        for one in planned:
            if one.source.table in kept:
                rows, names = kept[one.source.table]
                export = one.export(land(connection, one))
                query, values = texts_of(export, names, secret=self._secret)
                rows += connection.execute(
                    f"select distinct {', '.join(names)} from ({query})", values
                ).fetchall()
                drop_landing(connection, export.landing)

    def ids_behind(self, identifier: str) -> set[str]:
        """Return the employee ids of everybody whom an employee id or e-mail may mean."""
        asked = set(self._questions(identifier))
        exact = {who for who, *_ in self._people if who == identifier}
        return (
            {identifier}
            if exact
            else {
                who
                for who, email, others, *_ in self._people
                if who is not None
                for other in (who, email, *(others or "").split(";"))
                if other and other.strip() and not asked.isdisjoint(self._questions(other.strip()))
            }
            | {
                who
                for who, other, system, *_ in self._listed
                if who and other and not system and not asked.isdisjoint(self._questions(other))
            }
        )

    def remember(self, identifier: str) -> None:
        """Begin to erase whoever an employee id or e-mail leads to."""
        self.seen.identifiers.add(identifier)
        self._add(self._own_questions(identifier))

    def learn(self) -> None:
        """Remember every identifier and name that the exports give somebody who was erased."""
        before = -1
        while before != len(self.tombstones.marks):
            before = len(self.tombstones.marks)
            for who, email, others, first, last in self._people:
                if who and self.is_erased(who):
                    emails = (email or "", *(others or "").split(";"))
                    self._learn((who, *emails), first, last)
            for who, identifier, system, first, last in self._listed:
                if who and identifier and self.is_erased(who):
                    self._learn((who, _of_system(system, identifier)), first, last)
        own: set[str] = set()
        others_too: set[str] = set()
        for pairing, *people in self._pairs:
            if pairing:
                is_own = any(person and self.is_erased(person) for person in people)
                (own if is_own else others_too).add(pairing)
        self.seen.pairings = own - others_too
        self._add(f"pairing {pairing}" for pairing in self.seen.pairings)
        for who, email, others, first, last in self._people:
            if who and not self.is_erased(who):
                theirs = {one.strip() for one in (email or "", *(others or "").split(";"))}
                self.seen.shared |= {one for one in theirs if one and self.is_erased(one)}
                if (first, last) in self.seen.names:
                    self.seen.shared.add((first or "", last or ""))

    def without(self, connection: duckdb.DuckDBPyConnection, export: Export) -> tuple[Export, int]:
        """Return an export without the records of people who were erased, and how many these were.

        Records keep their numbers.
        """
        if self.is_idle:
            return export, 0
        view = export.landing.view
        names = self._naming_columns(export)
        query, values = texts_of(export, names, secret=self._secret)
        connection.execute(f"create or replace table {view}_named as {query}", values)
        gone, blank = self._found(connection, export, names)
        n = hide_records(connection, export, gone, blank)
        misfits = tuple(one for one in export.landing.misfits if not self._is_theirs(one))
        n += len(export.landing.misfits) - len(misfits)
        if n:
            self.seen.records[export.path] = n
        return replace(export, landing=replace(export.landing, misfits=misfits)), n

    def is_among(self, identifier: str, others: Iterable[str]) -> bool:
        """Return whether an identifier is one of others, however they are written."""
        asked = set(self._questions(identifier))
        return any(not asked.isdisjoint(self._questions(other)) for other in others)

    def masked(self, text: str | None, *, is_prose: bool = False) -> str | None:
        """Return a text of another's record without those who were erased.

        Args:
            text: the text.
            is_prose: whether a single word may be meant as a name; it may be another's in cells
                that hold names only.
        """
        if text is None or self.is_idle:
            return text
        shown = _TOKEN.sub(lambda found: self._shown(found.group()), text)
        shown = self._redactor.redact_full_names(shown)
        return (
            _WORD.sub(lambda w: self._redactor.redact_name(w.group()), shown) if is_prose else shown
        )

    def _shown(self, token: str) -> str:
        bare = token.strip(".!?/\\")
        return token.replace(bare, ERASED) if bare and self.is_erased(bare) else token

    def _naming_columns(self, export: Export) -> tuple[str, ...]:
        names = [column.name for column in export.mapping.columns if column.kind == "person"]
        if export.mapping.table.name == "identifiers":
            names += ["identifier", "system"]
        if any(column.name == "pairing_id" for column in export.mapping.columns):
            names.append("pairing_id")
        return tuple(names)

    def _found(
        self, connection: duckdb.DuckDBPyConnection, export: Export, names: Sequence[str]
    ) -> tuple[str, dict[str, str]]:
        """Return the queries of records that go, and by column of those whose cell does."""
        view = export.landing.view
        gone, blank = [f"select _record from {view}_named limit 0"], {}
        for name in names:
            texts = self._erased_texts(connection, f"{view}_named", name)
            if not texts:
                continue
            _create_list(connection, f"{view}_erased_{name}", texts)
            identifier = "concat(coalesce(system || chr(31), ''), identifier)"
            column = identifier if name == "identifier" else name
            query = (
                f"select _record from {view}_named where {column} in "
                f"(select text from {view}_erased_{name})"
            )
            if name in OPTIONAL_LINKS:
                blank[name] = query
            elif name != "system":
                gone.append(query)
        return " union ".join(f"({query})" for query in gone), blank

    def _erased_texts(
        self, connection: duckdb.DuckDBPyConnection, relation: str, name: str
    ) -> list[str]:
        if name == "system":
            return []
        text = name
        if name == "identifier":
            text = "concat(coalesce(system || chr(31), ''), identifier)"
        rows = connection.execute(
            f"select distinct {text} from {relation} where {name} is not null"
        ).fetchall()
        is_it: Callable[[str], bool] = self.is_erased
        if name == "pairing_id":
            is_it = self._is_erased_pairing
        found = [text for (text,) in rows if is_it(text)]
        if name != "pairing_id":
            self.seen.identifiers.update(found)
            self.matched.update(found)
        return found

    def _is_erased_pairing(self, pairing: str) -> bool:
        return self._holds(f"pairing {pairing}")

    def _is_theirs(self, misfit: Misfit) -> bool:
        return any(
            self.is_erased(token.strip(".!?/\\"))
            for cell in misfit.cells
            for token in _TOKEN.findall(cell)
            if token.strip(".!?/\\")
        )

    def _learn(self, identifiers: Iterable[str], first: str | None, last: str | None) -> None:
        for identifier in filter(None, map(str.strip, identifiers)):
            self.seen.identifiers.add(identifier)
            self._add(self._own_questions(identifier))
        names = [name for name in (first, last) if name]
        ids = [one for one in identifiers if one and "@" not in one and OF_SYSTEM not in one]
        full = [(first, last)] if first and last else []
        self.seen.names.update(full)
        words = Redactor(names=names, ids=ids, full_names=full).answers()
        # How a word is somebody is a part of the question, unless it always is.
        self._add(
            f"word {question}" if answer in ("yes", ALWAYS) else f"word {answer} {question}"
            for question, answer in words
            if question != ROSTER
        )

    def _own_questions(self, identifier: str) -> set[str]:
        """Return what is remembered of an identifier: not a spelling that is another's own id."""
        alike = {
            who
            for who, *_ in self._people
            if who and who != identifier and form_of(who) == form_of(identifier)
        }
        form = form_of(identifier)
        shared = {f"id {form}", f"of  {form}"} if alike else set()
        return set(self._questions(identifier)) - shared

    def _questions(self, identifier: str) -> tuple[str, ...]:
        """Return the ways in which an identifier is compared."""
        spelled = self._spelling.questions(identifier)
        plain = self._plain_spelling.questions(identifier)
        return (f"exactly {identifier}", *spelled, *plain)

    def _add(self, texts: Iterable[str]) -> None:
        self.tombstones = self.tombstones.with_texts(texts)
        self._answers.clear()

    def _holds(self, text: str) -> bool:
        known = self._answers.get(text)
        if known is None:
            known = self._answers[text] = self.tombstones.holds(text)
        return known


def _of_system(system: str | None, identifier: str) -> str:
    if not system or "@" in identifier:
        return identifier
    return f"{ids_of(system)}{identifier}"


def _create_list(connection: duckdb.DuckDBPyConnection, name: str, texts: Collection[str]) -> None:
    connection.execute(
        f"create or replace table {name} as select unnest($texts) as text", {"texts": list(texts)}
    )
