"""Which tables headers, contents and a file's name speak for where no preset does.

What a table needs must be there, and must say something that files of other kinds do not say: a day
of hire, a mentor and a mentee, what happened and when. Headers that no column takes do not count
against a table, unless they are those of another kind of file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.columns.presets import read_preset
from ingest.contract import TABLES, Column
from ingest.recognition.candidates import Candidate, Draft, Unknown, draft_of
from ingest.recognition.forms import form_candidate
from ingest.recognition.inspection import InspectedFile
from ingest.recognition.lexicon import (
    Words,
    bare,
    is_employee_id,
    is_one_name,
    is_pair_of_words,
    lexicon,
    may_be_any_day,
    meaning,
    names_employee,
    plain,
    says_end,
    tokens,
    vague,
    vague_meanings,
    whole_names,
    without_ends,
    without_fillers,
)

# Share of a file's headers that must be a table's where nothing else is asked of it.
SHARE_MIN = 0.6
# How much better than the next table one must fit.
MARGIN_MIN = 0.1
FILE_NAME_BONUS = 0.3
# What a header counts that hardly stands in a file of another kind.
POINTS_OF_CORE = 2
# Columns that any file may have, and most marks that count.
NO_POINTS, MARKS_MAX = ("employee_id", "sequence"), 2
# Ways to read a file as a history: the first that its contents bear out is it.
HISTORIES = ("job_history", "snapshots", "spells", "changes")
# Ways to read a file of pairs: with an id of each, or without.
PAIRINGS = ("pairings", "pairs")
# Words of a header that say nothing of what it holds.
BEFORE = (
    *("employee", "worker", "staff", "current", "primary", "user", "course", "transcript"),
    *("enrollment", "enrolment", "training"),
    *("desc", "descripción", "descripcion", "descrição", "nombre", "denominación", "libellé"),
    *("intitulé", "nome", "naam", "bezeichnung"),
    # What holds after a change, beside what held before.
    *("new", "neu", "neue", "neuer", "nouveau", "nouvelle"),
    *("nuevo", "nueva", "novo", "nova", "nieuwe"),
)
AFTER = ("id", "description", "desc", "name", "code", "current", "pst", "pdt", "utc", "gmt")
# A month or a day in a file's name.
DAY_IN_NAME = re.compile(
    r"(?<!\d)(19|20)\d\d([-_.]?)(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?(?!\d)"
)
YEAR_IN_NAME = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
# Kinds of column that hold a day.
DAYS = ("date", "timestamp")
# Columns that name people, which a file may do by names and by e-mails.
WHO = ("employee_id", "mentor_id", "mentee_id", "participant_id", "respondent_id")
NOT_KNOWN = "its headers do not tell what it holds"


@dataclass(frozen=True)
class _Read:
    """One way to read a file.

    Attributes:
        name: its name in the list of words.
        words: how exports of the kind call things.
        candidate: what the headers suggest.
        found: the draft, or why it is none; nothing where its contents were not asked.
    """

    name: str
    words: Words
    candidate: Candidate
    found: Draft | Unknown | None = None


def draft_by_words(inspected: InspectedFile) -> list[Draft] | Unknown:
    """Return the tables that headers, contents and the file's name speak for."""
    reads = [_read(inspected, name, words) for name, words in lexicon().items()]
    history = _first([r for r in reads if r.name in HISTORIES])
    if history is not None and _is_of_another_kind(inspected, history, reads):
        history = None
    pairs = _first([r for r in reads if r.name in PAIRINGS])
    drafts = [*_drafts([history, pairs])]
    for read in reads:
        if read.name in (*HISTORIES, *PAIRINGS):
            continue
        if read.name == "people" and history and set(read.candidate.columns) - {"employee_id"}:
            read = _asked(_beside(read, history))
        drafts += _drafts([read])
    scored = sorted(((_score(inspected, d), d) for d in drafts), key=lambda e: (-e[0], e[1].table))
    kept = [draft for _, draft in scored]
    if history is not None:
        return [draft for draft in kept if draft.table in ("job_history", "people")]
    if len(scored) > 1 and scored[0][0] - scored[1][0] < MARGIN_MIN:
        return Unknown("it may be " + " or ".join(draft.table for draft in kept[:2]))
    if kept and kept[0].table == "people" and (other := _other_topic(inspected)):
        return Unknown(f"{kept[0].reason}, but {other} speaks of another table")
    if kept:
        return kept[:1]
    form = form_candidate(inspected)
    found = draft_of(form) if form else None
    return [found] if isinstance(found, Draft) else _nearest(reads, found)


def _other_topic(inspected: InspectedFile) -> str | None:
    """Return a header of what happened to people, which a list of nothing but people has not."""
    topics = frozenset[str]().union(*(words.topics for words in lexicon().values()))
    return next((h for h in inspected.headers if topics & {plain(w) for w in tokens(h)}), None)


def assign(headers: Sequence[str], columns: Sequence[Column], words: Words) -> dict[str, str]:
    """Return for each column the likeliest header that no other column takes.

    A header that fits as it stands, `de` or `of` apart, comes before one that fits without words
    such as `employee`, and that before one that means the same.
    """
    exact = {bare(header): header for header in headers if bare(header)}
    parts = {core: header for header in headers for core in _cores_of(header)}
    short = {without_fillers(header): header for header in headers if bare(header)}
    wishes = [
        (way, rank, place, column.name, header)
        for place, column in enumerate(columns)
        for rank, word in enumerate(words.columns.get(column.name, ()))
        for way, header in (
            (0, exact.get(bare(word)) or short.get(without_fillers(word))),
            (1, _part(parts, word, column)),
            (2, _meant(headers, word, column)),
        )
        if header is not None
    ]
    taken: dict[str, str] = {}
    for *_, name, header in sorted(wishes, key=lambda wish: wish[:3]):
        if name not in taken and header not in taken.values():
            taken[name] = header
    # An e-mail or a bare id names an employee only where no header says an employee's id.
    if not is_employee_id(taken.get("employee_id", "")):
        told = [h for h in headers if h not in taken.values() and is_employee_id(h)]
        if len(told) == 1 and any(column.name == "employee_id" for column in columns):
            taken["employee_id"] = told[0]
    # Beside a family name, a name is a first name.
    if taken.get("last_name") and bare(taken["last_name"]) not in whole_names():
        names = [h for h in headers if h not in taken.values() and is_one_name(h)]
        if len(names) == 1:
            taken.setdefault("first_name", names[0])
    for name in (column.name for column in columns if column.name not in taken):
        pairs = [h for h in headers if h not in taken.values() and is_pair_of_words(h, name)]
        if len(pairs) == 1:
            taken[name] = pairs[0]
    _take_twin(headers, taken)
    return taken


def _take_twin(headers: Sequence[str], taken: dict[str, str]) -> None:
    """Take for the last day the header that differs from the first day's by its end alone."""
    if "hired_on" not in taken:
        return
    rest = without_ends(taken["hired_on"])
    free = [h for h in headers if h not in taken.values() or h == taken.get("left_on")]
    twins = [h for h in free if says_end(h) and without_ends(h) == rest]
    if rest and len(twins) == 1:
        taken["left_on"] = twins[0]


def _part(parts: Mapping[str, str], word: str, column: Column) -> str | None:
    """Return the header that is a word but for words that say nothing; an id is no code."""
    header = parts.get(bare(word))
    if header is None or column.kind == "person":
        return None
    return None if column.kind == "code" and tokens(header)[-1] == "id" else header


def _meant(headers: Sequence[str], word: str, column: Column) -> str | None:
    """Return the only header that means what a word does, if that means one thing."""
    is_day = column.kind in DAYS
    asked = meaning(word, is_day=is_day)
    is_whole = column.kind == "person" and len(asked) > 1
    if asked in vague_meanings(is_day=is_day) and not is_whole:
        return None
    told = [header for header in headers if meaning(header, is_day=is_day) == asked]
    return told[0] if len(told) == 1 else None


def _cores_of(header: str) -> tuple[str, ...]:
    """Return a header, bare, without words that say nothing of what it holds: first, last, both."""
    said = tokens(header)
    while len(said) > 1 and said[0] in BEFORE:
        said = said[1:]
    first = bare(" ".join(said))
    while len(said) > 1 and said[-1] in AFTER:
        said = said[:-1]
    return (first, bare(" ".join(said)))


def _read(inspected: InspectedFile, name: str, words: Words) -> _Read:
    """Return a way to read a file, with its contents asked where the headers say enough.

    A header that names people where another gives their e-mails makes room for that one.
    """
    left_out: frozenset[str] = frozenset()
    first: _Read | None = None
    while True:
        read = _Read(name, words, _candidate(inspected, name, words, left_out))
        read = _asked(read) if _says_enough(inspected, read) else read
        first = first or read
        if not isinstance(read.found, Unknown) or read.found.column not in WHO:
            return read if isinstance(read.found, Draft) else first
        left_out |= {read.candidate.columns[read.found.column]}


def _is_of_another_kind(inspected: InspectedFile, history: _Read, reads: Sequence[_Read]) -> bool:
    """Return whether a history rests on days that anything may have, and more speaks for another.

    A course has a first and a last day, too.
    """
    days = [history.candidate.columns.get(column, "") for column in ("hired_on", "left_on")]
    if history.name != "spells" or not all(bare(day) in vague() for day in days if day):
        return False
    kinds = [r for r in _drafted(reads) if r.name not in (*HISTORIES, "people")]
    return any(
        _points(read.candidate, read.words) + bool(_marks_n(inspected, read.words))
        > _points(history.candidate, history.words)
        for read in kinds
    )


def _asked(read: _Read) -> _Read:
    """Return a way to read a file with what comes of it, if nothing is lacking.

    A kind in words that nobody knows is as good as none.
    """
    if _lacking(read):
        return read
    found = draft_of(read.candidate)
    if isinstance(found, Unknown) and found.column == "kind" and "kind" in read.words.may_lack:
        given = {name: h for name, h in read.candidate.columns.items() if name != "kind"}
        assumed = {**read.candidate.assumed, "kind": read.words.may_lack["kind"]}
        missing = (*read.candidate.missing, "kind")
        found = draft_of(replace(read.candidate, columns=given, assumed=assumed, missing=missing))
    return replace(read, found=found)


def _drafted(reads: Iterable[_Read]) -> list[_Read]:
    return [read for read in reads if isinstance(read.found, Draft)]


def _first(reads: Sequence[_Read]) -> _Read | None:
    ways = (*HISTORIES, *PAIRINGS)
    return min(_drafted(reads), key=lambda read: ways.index(read.name), default=None)


def _drafts(reads: Iterable[_Read | None]) -> list[Draft]:
    return [read.found for read in reads if read is not None and isinstance(read.found, Draft)]


def _beside(people: _Read, history: _Read) -> _Read:
    """Return a list of people as the file holds it whose history is known."""
    who = history.candidate.columns["employee_id"]
    columns = {name: h for name, h in people.candidate.columns.items() if h != who}
    missing = tuple(name for name in people.candidate.missing if name != "employee_id")
    candidate = replace(
        people.candidate, columns={"employee_id": who, **columns}, missing=missing, is_telling=True
    )
    return replace(people, candidate=candidate)


def _says_enough(inspected: InspectedFile, read: _Read) -> bool:
    """Return whether the headers of a file speak for a table, so that its contents are asked."""
    words, columns = read.words, read.candidate.columns
    named = _named(inspected, words)
    fits = _share(inspected, columns.values(), words) + named >= SHARE_MIN
    if words.points_min is not None:
        points = (
            _points(read.candidate, words)
            + bool(named)
            + min(_marks_n(inspected, words), MARKS_MAX)
        )
        if read.candidate.file_date:
            points += POINTS_OF_CORE
        if read.name == "spells":
            people = lexicon()["people"]
            points += bool(_points(_candidate(inspected, "people", people), people))
        is_whole = fits and not read.candidate.missing and read.name not in HISTORIES
        is_of_jobs = read.name == "spells" and _tells_jobs(columns)
        return points >= words.points_min or is_whole or is_of_jobs
    if read.name == "people":
        is_told = bool(named) or is_employee_id(columns.get("employee_id", ""))
        return is_told and (fits or {"employee_id", "first_name", "last_name"} <= set(columns))
    return fits or _is_told(columns, words)


def _is_told(columns: Mapping[str, str], words: Words) -> bool:
    """Return whether the columns of a table's core are there, and one of them is in no other file.

    An employee and some day are in any file; a recipient or a learner is not.
    """
    anybody = {bare(word) for word in lexicon()["spells"].columns["employee_id"]} | vague()
    telling = {
        name
        for name, header in columns.items()
        if bare(header) not in anybody and not is_employee_id(header)
    }
    needed = set(words.core) - set(words.may_lack)
    return needed <= set(columns) and bool(needed & telling)


def _tells_jobs(columns: Mapping[str, str]) -> bool:
    """Return whether each record is a job of an employee, with its first and its last day."""
    return (
        {"hired_on", "left_on"} <= set(columns)
        and bool({"job_title", "level"} & set(columns))
        and names_employee(columns.get("employee_id", ""))
    )


def _points(candidate: Candidate, words: Words) -> int:
    """Return how much the headers say for a table; those that stand anywhere say nothing."""
    return sum(
        POINTS_OF_CORE if name in words.core else 1
        for name, header in candidate.columns.items()
        if name not in NO_POINTS and bare(header) not in vague()
    )


def _marks_n(inspected: InspectedFile, words: Words) -> int:
    return sum(
        plain(header) in words.marks or bool(words.topics & {plain(w) for w in tokens(header)})
        for header in inspected.headers
    )


def _lacking(read: _Read) -> list[str]:
    """Return required columns that no header holds and nobody could say for all records."""
    may_lack = (*read.words.may_lack, "rating_scale_max")
    return [name for name in read.candidate.missing if name not in may_lack]


def _candidate(
    inspected: InspectedFile, name: str, words: Words, left_out: frozenset[str] = frozenset()
) -> Candidate:
    once = [
        header
        for header in inspected.headers
        if inspected.position(header) is not None and header not in left_out
    ]
    columns = assign(once, words.read, words)
    _take_own_key(inspected, words, once, columns)
    if name == "spells" and "hired_on" not in columns:
        columns.pop("left_on", None)
    if name == "survey_responses" and "respondent_id" in columns:
        columns.setdefault("response_id", columns["respondent_id"])
    date = _file_date(inspected, words) if "snapshot_on" not in columns else None
    preset = read_preset(words.preset)
    given = {*columns, *preset.composed, *(("snapshot_on",) if date else ())}
    missing = tuple(c.name for c in words.read if c.is_required and c.name not in given)
    if name == "spells" and "hired_on" not in columns:
        missing = (*missing, "hired_on")
    return Candidate(
        inspected,
        words.table,
        words.preset,
        preset,
        f"{len(columns)} of {len(inspected.headers)} headers fit {_called(words)}",
        is_by_words=True,
        columns=columns,
        missing=missing,
        questions=_about_ids(name, columns),
        assumed={column: words.may_lack[column] for column in missing if column in words.may_lack},
        is_telling=_is_telling(name, words, columns),
        file_date=date,
    )


def _is_telling(name: str, words: Words, columns: Mapping[str, str]) -> bool:
    """Return whether an employee's id and the days of a file tell more than any other header."""
    if name not in ("spells", "snapshots") or not is_employee_id(columns.get("employee_id", "")):
        return False
    known = {bare(word) for word in lexicon()["job_history"].columns["effective_on"]}
    days = [columns.get(column, "") for column in words.core]
    return all(day and bare(day) not in known and not may_be_any_day(day) for day in days)


def _take_own_key(
    inspected: InspectedFile, words: Words, headers: Sequence[str], columns: dict[str, str]
) -> None:
    """Take for the id of a row the header that is another in every record, where one is not."""
    table = TABLES[words.table]
    own = table.key[0]
    if len(table.key) > 1 or table.column(own).kind != "id":
        return
    known = {bare(word) for word in words.columns[own]}
    taken = {header for name, header in columns.items() if name != own}
    offered = [h for h in headers if h not in taken and {bare(h), *_cores_of(h)} & known]
    whole = next((h for h in offered if _is_key(inspected, h)), None)
    if whole is not None:
        columns[own] = whole


def _is_key(inspected: InspectedFile, header: str) -> bool:
    texts = inspected.texts(f"nullif(trim(c{inspected.position(header)}), '')", {})
    return texts.values_n == texts.different_n >= inspected.different_n


def _about_ids(name: str, columns: dict[str, str]) -> tuple[str, ...]:
    """Return what to ask where people are named by no employee id, in the files that name them."""
    who = columns.get("employee_id", "")
    if name not in (*HISTORIES, "people") or not who:
        return ()
    if is_employee_id(who):
        return ()
    return (f"no header says an employee id: do other exports name people by {who}, too?",)


def _called(words: Words) -> str:
    return words.table if words.preset == "canonical" else f"{words.preset} for {words.table}"


def _file_date(inspected: InspectedFile, words: Words) -> str | None:
    """Return how the name of a snapshot says its day, where it is named as one.

    Where other files of the folder have the same name but for their day, a year alone says one,
    and so does the name of any list of people.
    """
    if words.preset != "snapshots":
        return None
    stem = inspected.path.stem
    by_month = DAY_IN_NAME.search(stem)
    found = by_month or YEAR_IN_NAME.search(stem)
    if found is None:
        return None
    is_one = _has_siblings(inspected.path, found)
    if not _named(inspected, words) and not (is_one and _named(inspected, lexicon()["spells"])):
        return None
    if by_month is None:
        return _pattern(inspected.path, found, "%Y") if is_one else None
    parts = ["%Y", "%m", *(["%d"] if by_month.group(4) else [])]
    return _pattern(inspected.path, by_month, by_month.group(2).join(parts))


def _pattern(path: Path, found: re.Match[str], day: str) -> str:
    stem, suffix = path.stem, path.suffix.replace("%", "%%")
    before, after = (
        part.replace("%", "%%") for part in (stem[: found.start()], stem[found.end() :])
    )
    return before + day + after + suffix


def _has_siblings(path: Path, found: re.Match[str]) -> bool:
    """Return whether other files of the folder have the same name but for the day or year."""
    before, after = path.stem[: found.start()], path.stem[found.end() :]
    day = re.sub(r"\d", r"\\d", found.group())
    name = re.compile(re.escape(before) + day + re.escape(after + path.suffix))
    return any(name.fullmatch(other.name) for other in path.parent.iterdir() if other != path)


def _score(inspected: InspectedFile, draft: Draft) -> float:
    words = next(
        w for w in lexicon().values() if (w.table, w.preset) == (draft.table, draft.preset)
    )
    return _share(inspected, draft.columns.values(), words) + _named(inspected, words)


def _share(inspected: InspectedFile, told: Iterable[str], words: Words) -> float:
    """Return how much of a file a table accounts for."""
    headers = {plain(header) for header in inspected.headers}
    known = {plain(header) for header in told} | (headers & words.marks)
    return len(known) / len(headers) if headers else 0.0


def _named(inspected: InspectedFile, words: Words) -> float:
    """Return what it counts that the file's name says so, too."""
    stem = plain(inspected.path.stem)
    return FILE_NAME_BONUS if any(word in stem for word in words.files) else 0.0


def _nearest(reads: Sequence[_Read], form: Unknown | None) -> Unknown:
    """Return why the table that fits best is not it, and what it lacks."""
    refused = [(read, read.found) for read in reads if isinstance(read.found, Unknown)]
    if refused:
        read, found = max(refused, key=lambda entry: len(entry[0].candidate.columns))
        return replace(found, nearest=read.candidate)
    if form is not None:
        return form
    near = max(
        reads, key=lambda read: (_points(read.candidate, read.words), len(read.candidate.columns))
    )
    if not _points(near.candidate, near.words):
        return Unknown(NOT_KNOWN)
    lacking = _lacking(near)
    what = f"no header says {' and '.join(lacking)}" if lacking else "too few headers speak for it"
    return Unknown(
        f"{NOT_KNOWN}; nearest is {_called(near.words)}: {near.candidate.reason}, but {what}",
        nearest=near.candidate,
    )
