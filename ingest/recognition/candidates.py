"""What a file is held for, and what comes of it once its contents have been asked.

A candidate rests on headers. It becomes a draft only where the contents are what the table needs; a
draft names only what was found, and what could be read in two ways is left out of it and asked.
"""

from __future__ import annotations

from collections.abc import Mapping as Mapped
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.columns.casts import cast_of, is_sentinel
from ingest.columns.mapping import Mapping, Parameters, read_mapping, written_of
from ingest.columns.notation import Decimal, Notation
from ingest.columns.presets import Preset
from ingest.contract import TABLES, Column
from ingest.recognition.contents import Findings, read_contents, texts_of
from ingest.recognition.evidence import weigh
from ingest.recognition.inspection import InspectedFile
from ingest.recognition.lexicon import lexicon
from workspace.config import SourceConfig
from workspace.errors import MentorshipError

# Sums that no rating is out of; the highest one seen stands for the scale, and is asked about.
SCALES = (3.0, 4.0, 5.0, 7.0, 10.0, 100.0)
# First and last days.
SPANS = (("hired_on", "left_on"), ("started_on", "ended_on"))
# Stands where the user has yet to say something.
OPEN = "?"


@dataclass(frozen=True)
class Draft:
    """A source as it might stand in mentorship.yml.

    Attributes:
        inspected: the file.
        table: the canonical table.
        preset: the preset's name.
        reason: why, in a sentence.
        mapping: how its columns become those of the table.
        is_vouched: the headers are those of a vendor or our own; else words suggest it.
        columns: canonical column: header; only what the preset does not say.
        values: canonical column: word: what it means.
        constants: canonical column: its one value.
        date_format: how its dates are written.
        decimal: the sign before decimals.
        file_date: how its name says the day it describes.
        questions: what somebody must look at, in sentences.
        pattern: the names of all files of a series, where it is one.
    """

    inspected: InspectedFile
    table: str
    preset: str
    reason: str
    mapping: Mapping
    is_vouched: bool = False
    columns: Mapped[str, str] = field(default_factory=dict)
    values: Mapped[str, Mapped[str, str]] = field(default_factory=dict)
    constants: Mapped[str, str] = field(default_factory=dict)
    date_format: str | tuple[str, ...] | None = None
    decimal: Decimal | None = None
    file_date: str | None = None
    questions: tuple[str, ...] = ()
    pattern: str | None = None

    @property
    def path(self) -> Path:
        """Return the file, or the pattern of the series that it begins."""
        path = self.inspected.path
        return path if self.pattern is None else path.with_name(self.pattern)

    @property
    def is_sure(self) -> bool:
        """Whether its headers vouch for it and nothing is left to ask."""
        return self.is_vouched and not self.questions

    def asking(self, question: str) -> Draft:
        """Return the draft with one question more."""
        return replace(self, questions=(*self.questions, question))


@dataclass(frozen=True)
class Unknown:
    """A file that was not placed, and why.

    Attributes:
        reason: why.
        column: the one that holds something else, where that is why.
        nearest: what its headers suggest most.
    """

    reason: str
    column: str | None = None
    nearest: Candidate | None = None


@dataclass(frozen=True)
class Candidate:
    """What the headers of a file suggest.

    Attributes:
        inspected: the file.
        table: the canonical table.
        name: the preset's name.
        preset: the preset.
        reason: why, in a sentence.
        is_vouched: the headers are those of a vendor or our own.
        is_by_words: no preset of a vendor says what its columns mean.
        columns: canonical column: header; only what the preset does not say.
        missing: columns that nobody has said anything about.
        assumed: of these, the ones that are taken to hold one value until somebody says.
        is_telling: no other header speaks against it, as those of its columns tell enough.
        file_date: how the file's name says the day it describes.
        questions: what somebody must look at.
    """

    inspected: InspectedFile
    table: str
    name: str
    preset: Preset
    reason: str
    is_vouched: bool = False
    is_by_words: bool = False
    columns: Mapped[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    assumed: Mapped[str, str] = field(default_factory=dict)
    is_telling: bool = False
    file_date: str | None = None
    questions: tuple[str, ...] = ()

    @property
    def codes(self) -> Mapped[str, Mapped[str, str]]:
        """The words that stand for codes in its table."""
        kinds = (w for w in lexicon().values() if w.table == self.table)
        return {column: known for words in kinds for column, known in words.codes.items()}


def draft_of(candidate: Candidate) -> Draft | Unknown:
    """Return the draft of a candidate, or why its contents do not bear it out."""
    try:
        mapping = _mapped(candidate)
    except MentorshipError as error:
        return Unknown(f"{candidate.reason}, but: {error.message}")
    found = read_contents(
        candidate.inspected, mapping, candidate.codes, is_by_words=candidate.is_by_words
    )
    required = {column.name for column in mapping.columns if column.is_required}
    wrong = [(why, name) for name, why in found.unread.items() if name in required]
    if wrong:
        return Unknown(f"{candidate.reason}, but {wrong[0][0]}", wrong[0][1])
    left = {name: header for name, header in candidate.columns.items() if name not in found.unread}
    kept = replace(
        mapping, positions={n: p for n, p in mapping.positions.items() if n not in found.unread}
    )
    weighed = weigh(
        candidate.inspected,
        kept,
        found.values,
        is_by_words=candidate.is_by_words,
        is_telling=candidate.is_telling,
    )
    contradiction = weighed.contradiction or _against_order(candidate, kept, found)
    if contradiction:
        return Unknown(f"{candidate.reason}, but {contradiction}")
    scale, about_scale = _assumed_scale(candidate, kept)
    questions = (
        *candidate.questions,
        *(_to_say(kept.column(name), candidate) for name in candidate.missing if name not in scale),
        *_left_out(candidate, found),
        *found.questions,
        *about_scale,
        *weighed.questions,
    )
    return Draft(
        candidate.inspected,
        candidate.table,
        candidate.name,
        _borne_out(candidate, left),
        kept,
        candidate.is_vouched,
        {c.name: left[c.name] for c in kept.columns if c.name in left},
        found.values,
        {**_assumed(candidate), **scale},
        found.date_format,
        found.decimal,
        candidate.file_date,
        tuple(dict.fromkeys(questions)),
    )


def _against_order(candidate: Candidate, mapping: Mapping, found: Findings) -> str | None:
    """Return why a first and a last day are not, where most last days lie before the first."""
    pair = next(((a, b) for a, b in SPANS if {a, b} <= set(mapping.positions)), None)
    if pair is None or not candidate.is_by_words:
        return None
    ways = found.date_format or ()
    notation = Notation(date_formats=(ways,) if isinstance(ways, str) else tuple(ways))
    columns = [mapping.column(name) for name in pair]
    parameters = Parameters()
    records = written_of(mapping, columns, candidate.inspected.landing.view, parameters)
    days = [cast_of(c, f"s_{c.name}", parameters, notation=notation) for c in columns]
    row = candidate.inspected.connection.execute(
        "select count(*) filter (where last_on < first_on), count(*) filter (where last_on is not "
        f"null) from (select {days[0]} as first_on, {days[1]} as last_on from {records}) "
        f"where not {is_sentinel('last_on')} and first_on is not null",
        parameters.values,
    ).fetchone()
    before_n, both_n = row or (0, 0)
    if 2 * before_n <= both_n:
        return None
    heads = [candidate.inspected.landing.head.names[mapping.positions[n][0]].strip() for n in pair]
    return f"{heads[1]} lies before {heads[0]} in most records"


def _mapped(candidate: Candidate) -> Mapping:
    source = SourceConfig(
        table=candidate.table,
        path=candidate.inspected.path.name,
        preset=candidate.name,
        columns=dict(candidate.columns),
        constants={**dict.fromkeys(candidate.missing, OPEN), **_assumed(candidate)},
        file_date=candidate.file_date,
    )
    path = candidate.inspected.path
    return read_mapping(
        source, candidate.preset, candidate.inspected.landing.head, file=path.name, stem=path.stem
    )


def _assumed(candidate: Candidate) -> dict[str, str]:
    """Return the values that columns nobody has said are taken to have."""
    return {name: value for name, value in candidate.assumed.items() if value}


def _to_say(column: Column, candidate: Candidate) -> str:
    """Return what to ask for where nothing in a file fills a column that must be there."""
    if assumed := candidate.assumed.get(column.name):
        return (
            f"no header says {column.name} ({column.meaning}): every record is taken to say "
            f"{assumed.replace('{file_stem}', candidate.inspected.path.stem)}; right?"
        )
    asked = (
        f"no header says {column.name} ({column.meaning}): say `columns: {{{column.name}: ...}}`"
    )
    if column.kind == "person":
        return asked
    return f"{asked}, or `constants: {{{column.name}: ...}}` where it is one for all records"


def _left_out(candidate: Candidate, found: Findings) -> list[str]:
    """Return what to ask about optional columns that hold something else."""
    return [
        f"{why}, so {name} is left out; right?"
        if candidate.is_by_words and name in candidate.columns
        else f"{why}, which {name} does not hold: map it under values or columns"
        for name, why in found.unread.items()
    ]


def _assumed_scale(candidate: Candidate, mapping: Mapping) -> tuple[dict[str, str], list[str]]:
    """Return the highest rating as the top of the scale where no column says it, and ask."""
    if candidate.table != "performance_reviews" or "rating" not in mapping.positions:
        return {}, []
    if "rating_scale_max" not in candidate.missing:
        return {}, []
    column = TABLES[candidate.table].column("rating")
    texts = texts_of(candidate.inspected, mapping, column)
    signs: tuple[Decimal | None, ...] = (None, ",")
    seen = [texts.largest(column, Notation(decimal=sign)) for sign in signs]
    largest = max((number for number in seen if number is not None), default=None)
    if largest is None:
        return {}, []
    scale = next((top for top in SCALES if largest <= top), largest)
    return {"rating_scale_max": f"{scale:g}"}, ["is this the highest rating possible?"]


def _borne_out(candidate: Candidate, columns: Mapped[str, str]) -> str:
    """Return why a candidate became a draft."""
    if not candidate.is_by_words or not columns:
        return candidate.reason
    headers = candidate.inspected.headers
    unused = [header for header in headers if header not in columns.values()]
    told = f"{len(columns)} of {len(headers)} headers fit, and so does what stands below them"
    return f"{told}; not used: {', '.join(unused)}" if unused else told
