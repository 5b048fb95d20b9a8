"""The words by which exports call what the canonical tables hold, read from `lexicon.yml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from ingest.columns.histories.columns import columns_read
from ingest.columns.presets import read_preset
from ingest.contract import TABLES, Column
from ingest.files.headers import folded

# Fewer words ask nothing, unless a question mark does.
QUESTION_WORDS_MIN = 3
# Shorter words begin longer ones by chance.
STEM_LETTERS_MIN = 7


@dataclass(frozen=True)
class Words:
    """How exports call one canonical table, or one kind of export that fills it.

    Attributes:
        table: the canonical table.
        preset: how the export is laid out.
        columns: column: headers that may hold it, folded; the likeliest first.
        marks: other headers that speak for the table, folded.
        topics: words of headers that speak for the table, folded.
        against: words of headers that speak against it, folded.
        files: words in file names that speak for it, folded.
        codes: column: word, folded: the code it stands for.
        core: columns whose headers hardly stand in a file of another kind.
        points_min: how much its columns must say for it; none where most headers must fit.
        may_lack: required columns that somebody can say where no header does: what is taken to
            hold for all records until then.
    """

    table: str
    preset: str
    columns: dict[str, tuple[str, ...]]
    marks: frozenset[str]
    topics: frozenset[str]
    against: tuple[str, ...]
    files: tuple[str, ...]
    codes: dict[str, dict[str, str]]
    core: tuple[str, ...] = ()
    points_min: int | None = None
    may_lack: Mapping[str, str] = field(default_factory=dict)

    @property
    def read(self) -> tuple[Column, ...]:
        """What is read from each record."""
        return columns_read(TABLES[self.table], read_preset(self.preset))


@cache
def lexicon() -> dict[str, Words]:
    """Return the words of every table, or kind of export, that has some."""
    return {name: _words(name, entry) for name, entry in _read().tables.items()}


@cache
def level_words() -> dict[str, int]:
    """Return words for levels, folded, by their place from the most junior on."""
    return {plain(word): n for n, words in enumerate(_read().levels) for word in words}


@cache
def vague() -> frozenset[str]:
    """Return headers, bare, that hold a column and prove nothing by themselves."""
    return frozenset(bare(header) for header in _read().vague)


@cache
def may_be_any_day(header: str) -> bool:
    """Return whether a header is of a day on which people and things come and go anywhere."""
    known = {without_fillers(word) for word in _read().comings}
    if bare(header) in vague() or without_fillers(header) in known:
        return True
    spells = lexicon()["spells"].columns
    named = {bare(word) for column in ("hired_on", "left_on") for word in spells[column]}
    meant = {meaning(word, is_day=True) for word in _read().comings}
    return bare(header) not in named and meaning(header, is_day=True) in meant


@cache
def periods() -> frozenset[str]:
    """Return headers, bare, of the day or period that a record is about."""
    return frozenset(bare(header) for header in _read().periods)


@cache
def hours() -> frozenset[str]:
    """Return headers, bare, of a time of the day."""
    return frozenset(bare(header) for header in _read().hours)


@cache
def whole_names() -> frozenset[str]:
    """Return headers, bare, of first and last name in one."""
    return frozenset(bare(header) for header in _read().whole_names)


@cache
def is_one_name(header: str) -> bool:
    """Return whether a header says a name in a word, which may be the first or the whole."""
    return len(tokens(header)) == 1 and bare(header) in whole_names()


@cache
def is_employee_id(header: str) -> bool:
    """Return whether a header says an employee's id, and not just an id or an e-mail."""
    said = bare(header)
    if said in vague():
        return False
    known = {bare(word) for word in lexicon()["people"].columns["employee_id"]} - vague()
    pairs, _ = _pairs_of_words("employee_id")
    words = {plain(word) for word in tokens(header)} - _fillers()
    is_pair = all(words & told for told in pairs) and words <= frozenset().union(*pairs)
    payroll = {plain(word) for word in _read().of_payroll}
    core = "".join(plain(word) for word in tokens(header) if plain(word) not in payroll)
    return said in known or is_pair or core in known or said in _compounds("employee_id")


@cache
def _compounds(column: str) -> frozenset[str]:
    """Return the two words that tell a column as German and Dutch write them, in one."""
    first, last = _pairs_of_words(column)[0]
    return frozenset(f"{one}{link}{other}" for one in first for link in ("", "s") for other in last)


@cache
def says_id(header: str) -> bool:
    """Return whether a header says an id or a number of somebody or something, not of others."""
    _, ids = _pairs_of_words("employee_id")[0]
    said = {plain(word) for word in tokens(header)}
    return bool(said & ids) and not said & _pairs_of_words("employee_id")[1]


@cache
def names_employee(header: str) -> bool:
    """Return whether a header says an employee, by an id or by the word alone."""
    nouns, _ = _pairs_of_words("employee_id")[0]
    return is_employee_id(header) or plain(header) in nouns


@lru_cache(maxsize=1 << 14)
def without_fillers(header: str) -> str:
    """Return a header, bare, without words such as `de` and `of`."""
    return "".join(plain(word) for word in tokens(header) if plain(word) not in _fillers())


@lru_cache(maxsize=1 << 14)
def meaning(header: str, *, is_day: bool = False) -> frozenset[str]:
    """Return what the words of a header mean, in whatever order, and by whatever synonym.

    Args:
        header: the header.
        is_day: whether a day is looked for, so that `hired_at` is `date hired`.
    """
    stand_for = _synonyms()
    said = [plain(word) for word in tokens(header)]
    meant = frozenset(stand_for.get(word, word) for word in said if word not in _fillers())
    if "email" in meant:
        meant -= {plain(word) for word in _read().of_addresses}
    return (meant - {plain(word) for word in _read().of_days} or meant) if is_day else meant


@cache
def _synonyms() -> dict[str, str]:
    return {
        plain(word): plain(words[0]) for words in _read().synonyms for word in (*words, words[0])
    }


@cache
def vague_meanings(*, is_day: bool) -> frozenset[frozenset[str]]:
    """Return what headers mean that prove nothing by themselves."""
    said = (*_read().vague, *(_read().periods if is_day else ()))
    return frozenset(meaning(header, is_day=is_day) for header in said)


@cache
def _fillers() -> frozenset[str]:
    return frozenset(plain(word) for word in _read().fillers)


@cache
def is_pair_of_words(header: str, column: str) -> bool:
    """Return whether a header has two words that together tell a column, and nobody else's.

    German and Dutch write the two in one.
    """
    pairs, others = _pairs_of_words(column)
    if not pairs:
        return False
    said = {plain(word) for word in tokens(header)}
    told = all(_has_stem(said, words) for words in pairs) or bool(said & _compounds(column))
    return told and not (others - frozenset().union(*pairs)) & said


def says_end(header: str) -> bool:
    """Return whether a header says that something ends."""
    return bool({plain(word) for word in tokens(header)} & _pairs_of_words("left_on")[0][0])


def without_ends(header: str) -> frozenset[str]:
    """Return the words of a header without those for a beginning, an end or a day."""
    ends = _pairs_of_words("hired_on")[0][0] | _pairs_of_words("left_on")[0][0]
    days = {plain(word) for word in _read().of_days}
    return frozenset(plain(word) for word in tokens(header)) - ends - days - _fillers()


def _has_stem(said: set[str], words: frozenset[str]) -> bool:
    """Return whether one of some words is said, or begins a longer one as `anstellung` does."""
    stems = tuple(word for word in words if len(word) >= STEM_LETTERS_MIN)
    return bool(words & said) or any(word.startswith(stems) for word in said if stems)


@cache
def _pairs_of_words(column: str) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    """Return the words that together tell a column, and those that tell of others."""
    pairs = _read().pairs_of_words.get(column, ())
    plainly = tuple(frozenset(plain(word) for word in words) for words in pairs)
    return plainly, frozenset(plain(word) for word in _read().of_others)


@cache
def other_people() -> tuple[str, ...]:
    """Return words of headers of files about other people than employees, or about things."""
    return _read().other_people


@cache
def of_pay() -> tuple[str, ...]:
    """Return words of headers of pay."""
    return _read().of_pay


@cache
def codes_below(header: str) -> dict[str, str]:
    """Return the codes of a vendor below one of its headers: word, folded: what it means."""
    said = {bare(name): codes for name, codes in _read().headers.items()}.get(bare(header), {})
    return {plain(word): meaning for word, meaning in said.items()}


@cache
def vendor_marks(vendor: str) -> frozenset[str]:
    """Return headers that a vendor documents besides those its presets name, folded."""
    return frozenset(folded(header) for header in _read().vendors.get(vendor, ()))


@cache
def ordinary() -> frozenset[str]:
    """Return headers that many exports have, whoever wrote them, bare."""
    # Survey tools are told by what they write beside the answers.
    kinds = (words for words in lexicon().values() if words.table != "survey_responses")
    lists = (heads for words in kinds for heads in (*words.columns.values(), words.marks))
    known = (head for heads in lists for head in heads)
    return frozenset(bare(header) for header in (*known, *_read().ordinary))


def asks(header: str) -> bool:
    """Return whether a header is the question of a survey: by its sign, or by a word of one."""
    words = {word for line in _read().questions for word in line}
    heads = tokens(header)
    return "?" in header or (len(heads) >= QUESTION_WORDS_MIN and bool(words & set(heads)))


@cache
def answer_points() -> dict[str, int]:
    """Return answers in words, folded, by their place on their scale, from 1 on."""
    return {
        plain(word): place
        for scale in _read().scales
        for place, words in enumerate(scale, start=1)
        for word in words.split("|")
    }


def recommends(question: str) -> bool:
    """Return whether a question asks to recommend something."""
    return bool(
        {plain(word) for word in _read().recommending} & {plain(t) for t in tokens(question)}
    )


def speaks_of_mentoring(text: str) -> bool:
    """Return whether a header, a name or a value names mentoring."""
    return bool(set(_read().mentoring) & set(tokens(text)))


def has_word(header: str, word: str) -> bool:
    """Return whether a header has a word, or several in their order, whole."""
    heads, asked = tokens(header), tokens(word)
    return any(heads[n : n + len(asked)] == asked for n in range(len(heads)))


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """Return a header or a word as words are compared: letters, digits and single underscores."""
    parted = unicodedata.normalize("NFKD", folded(text))
    letters = "".join(c for c in parted if not unicodedata.combining(c))
    return re.sub(r"[^0-9a-z%/:()>#]+", "_", letters).strip("_")


@lru_cache(maxsize=1 << 14)
def bare(text: str) -> str:
    """Return a header without what parts its words: `employeeId` is `Employee ID`."""
    return plain(text).replace("_", "")


def tokens(text: str) -> list[str]:
    """Return the words of a header, those of `dateOfBirth` too."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return re.findall(r"[^\W\d_]+", folded(parted).replace("_", " "))


class _Entry(BaseModel):
    """What the file says of one table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str | None = None
    preset: str = "canonical"
    files: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    columns: dict[str, tuple[str | tuple[str, ...], ...]]
    codes: dict[str, dict[str, tuple[str, ...]]] = {}
    core: tuple[str, ...] = ()
    points_min: int | None = None
    may_lack: dict[str, str] = {}


class _File(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: dict[str, _Entry]
    headers: dict[str, dict[str, str]]
    vague: tuple[str, ...]
    whole_names: tuple[str, ...]
    pairs_of_words: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    of_others: tuple[str, ...]
    comings: tuple[str, ...]
    periods: tuple[str, ...]
    hours: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...]
    of_days: tuple[str, ...]
    of_addresses: tuple[str, ...]
    of_pay: tuple[str, ...]
    fillers: tuple[str, ...]
    of_payroll: tuple[str, ...]
    other_people: tuple[str, ...]
    scales: tuple[tuple[str, ...], ...]
    recommending: tuple[str, ...]
    vendors: dict[str, tuple[str, ...]]
    ordinary: tuple[str, ...]
    questions: tuple[tuple[str, ...], ...]
    mentoring: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]


@cache
def _read() -> _File:
    text = Path(__file__).with_name("lexicon.yml").read_text(encoding="utf-8")
    return _File.model_validate(yaml.safe_load(text))


def _words(name: str, entry: _Entry) -> Words:
    table = entry.table or name
    read = columns_read(TABLES[table], read_preset(entry.preset))
    columns = {
        column.name: tuple(
            dict.fromkeys(
                plain(header)
                for header in (column.name, *_flat(entry.columns.get(column.name, ())))
            )
        )
        for column in read
    }
    codes = {
        column: {plain(word): code for code, words in meanings.items() for word in (code, *words)}
        for column, meanings in entry.codes.items()
    }
    return Words(
        table,
        entry.preset,
        columns,
        frozenset(plain(mark) for mark in entry.marks),
        frozenset(plain(word) for word in entry.topics),
        entry.against,
        tuple(plain(word) for word in entry.files),
        codes,
        entry.core,
        entry.points_min,
        entry.may_lack,
    )


def _flat(headers: tuple[str | tuple[str, ...], ...]) -> tuple[str, ...]:
    """Return headers of which some are a list that several columns share."""
    return tuple(h for one in headers for h in ((one,) if isinstance(one, str) else one))
