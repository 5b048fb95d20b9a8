"""What the files of a folder say about each other: who is known, which pairing, which program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.contract import TABLES, Column
from ingest.recognition.candidates import Draft
from ingest.recognition.contents import LEVELS, texts_of
from ingest.recognition.inspection import Texts
from ingest.recognition.lexicon import level_words, plain, speaks_of_mentoring

CALLED_BY_NAME = ("enrollments", "pairings")
# Tables that one file usually fills.
FILLED_ONCE = ("job_history", "people", "programs")
# Tables that speak of mentoring by themselves.
PLATFORM_TABLES = (
    "programs",
    "enrollments",
    "pairings",
    "meetings",
    "goals",
    "feedback",
    "exposures",
)
# Share of a file's identifiers that another file must know, without and with a question.
KNOWN_SHARE_SURE, KNOWN_SHARE_MIN = 0.5, 0.1
# Identifiers fewer than these prove nothing.
IDENTIFIERS_MIN = 5


@dataclass(frozen=True)
class Stray:
    """A draft that the other files speak against, and why."""

    draft: Draft
    reason: str


def linked(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Stray]]:
    """Return the drafts that the other files of the folder bear out, and those they do not."""
    kept: list[Draft] = list(drafts)
    strays: list[Stray] = []
    for weigh in (_weigh_people, _weigh_pairing, _weigh_program, _weigh_survey):
        found = [weigh(draft, kept) for draft in kept]
        strays += [one for one in found if isinstance(one, Stray)]
        kept = [one for one in found if isinstance(one, Draft)]
    return _asked_where_two_fill_one(kept), strays


# People -------------------------------------------------------------------------------------------
def _weigh_people(draft: Draft, drafts: Sequence[Draft]) -> Draft | Stray:
    """Return a draft, or why not, by whether job_history knows the people it names."""
    table = TABLES[draft.table]
    names = [c for c in draft.mapping.columns if c.kind == "person" and c.name != "manager_id"]
    if table.group == "survey" or table.name in ("job_history", "identifiers"):
        return draft
    histories = [other for other in drafts if other.table == "job_history"]
    ids = _texts(histories, "employee_id")
    if not ids:
        question = "no job_history is here to tell whether it names this company's people: does it?"
        return (
            draft if draft.is_vouched or table.name in PLATFORM_TABLES else draft.asking(question)
        )
    others = [other for other in drafts if other.table == "people" and other is not draft]
    emails = [
        t
        for other in others
        if _share_known(_texts([other], "employee_id"), ids, is_of_ids=True)
        for name in ("email", "other_emails")
        for t in _texts([other], name)
    ]
    held = [texts for column in names for texts in _texts([draft], column.name)]
    share = _share_known(held, [*ids, *emails], is_of_ids=not emails)
    if share is None or share >= KNOWN_SHARE_SURE:
        return draft
    if share >= KNOWN_SHARE_MIN or draft.is_vouched or _speaks_of_mentoring(draft):
        return draft.asking(
            "job_history knows few of the people it names: are they this company's? Ids of a "
            "platform need `ids_of:`"
        )
    return Stray(draft, "job_history knows none, or nearly none, of the people it names")


def _share_known(held: Sequence[Texts], known: Sequence[Texts], *, is_of_ids: bool) -> float | None:
    """Return which share of identifiers is known; None where they are too few to tell.

    Args:
        held: the identifiers.
        known: those that are known.
        is_of_ids: whether e-mails are left out of it.
    """
    if not held or not known:
        return None
    chosen = "where not contains(text, '@')" if is_of_ids else ""
    asked, told = (
        " union ".join(f"select lower(text) as text from {texts.name}" for texts in some)
        for some in (held, known)
    )
    row = (
        held[0]
        .connection.execute(
            f"select count(*), count(*) filter (where text in ({told})) from ({asked}) {chosen}"
        )
        .fetchone()
    )
    asked_n, known_n = row or (0, 0)
    return known_n / asked_n if asked_n >= IDENTIFIERS_MIN else None


# Pairings and programs ----------------------------------------------------------------------------


def _weigh_pairing(draft: Draft, drafts: Sequence[Draft]) -> Draft | Stray:
    """Return what belongs to pairings, or why not, by the pairings there are."""
    if draft.is_vouched or not _column(draft, "pairing_id") or draft.table == "pairings":
        return draft
    if not TABLES[draft.table].column("pairing_id").is_required:
        return draft
    pairings = [other for other in drafts if other.table == "pairings"]
    known = _texts(pairings, "pairing_id")
    share = _share_known(_texts([draft], "pairing_id"), known, is_of_ids=False)
    if share is not None and share < KNOWN_SHARE_MIN:
        return Stray(draft, "its pairings are none of those in the export of pairings")
    if not pairings and not _speaks_of_mentoring(draft):
        return Stray(draft, "no export of pairings is here to which it could belong")
    if share is not None and share < KNOWN_SHARE_SURE:
        return draft.asking("many of its pairings are not in the export of pairings: why?")
    return draft


def _weigh_program(draft: Draft, drafts: Sequence[Draft]) -> Draft | Stray:
    """Return a list of programs, or why it is none, by the programs that people take part in."""
    if draft.table != "programs" or draft.is_vouched:
        return draft
    told = [t for name in ("program_id", "program_name") for t in _texts([draft], name)]
    users = [other for other in drafts if other.table in CALLED_BY_NAME]
    named = _words(users, "program_id")
    if named & {word.lower() for texts in told for word in texts.words() or ()}:
        return draft
    if not named and _speaks_of_mentoring(draft):
        return draft
    return Stray(
        draft,
        "no other export names its programs" if named else "nothing in it speaks of mentoring",
    )


def knows_items(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Return whether a list of items among the drafts knows the questions of a survey."""
    lists = [other for other in drafts if other.table == "survey_items"]
    known = _words(lists, "item_id")
    asked = {item.item_id.lower() for item in draft.mapping.items} or _words([draft], "item_id")
    return bool(known) and len(asked & known) >= KNOWN_SHARE_SURE * len(asked)


def _weigh_survey(draft: Draft, drafts: Sequence[Draft]) -> Draft:
    """Return answers, with a question where the list of items does not know what they answer."""
    lists = [other for other in drafts if other.table == "survey_items"]
    if draft.table != "survey_responses" or not lists or knows_items(draft, drafts):
        return draft
    surveys = ", ".join(sorted(_words(lists, "survey_id")))
    return draft.asking(
        f"which survey of survey_items is it ({surveys}), and which question is which item? Say "
        "it with `constants: {survey_id: ...}` and `items: {header: item_id}`; answers in words "
        "need `values: {answer: {word: points}}`. What is left out is measured by nothing"
    )


def _words(drafts: Iterable[Draft], name: str) -> set[str]:
    """Return the words of a column of the drafts, in lower case; none where they are too many."""
    return {word.lower() for texts in _texts(drafts, name) for word in texts.words() or ()}


def _speaks_of_mentoring(draft: Draft) -> bool:
    """Return whether a file's headers, place or words name mentoring."""
    place = draft.inspected.path.relative_to(draft.inspected.folder)
    words = [
        word
        for column in draft.mapping.columns
        if column.kind in ("text", "code")
        for texts in _texts([draft], column.name)
        for word in texts.words() or ()
    ]
    return any(
        speaks_of_mentoring(text) for text in (*place.parts, *draft.inspected.headers, *words)
    )


def _texts(drafts: Iterable[Draft], name: str) -> list[Texts]:
    """Return the texts of a column in each of the drafts that have it."""
    return [
        texts_of(draft.inspected, draft.mapping, column)
        for draft in drafts
        for column in [_column(draft, name)]
        if column is not None
    ]


def _column(draft: Draft, name: str) -> Column | None:
    """Return a column that is read from a file; None where it is not."""
    if name not in draft.mapping.positions or name in draft.mapping.constants:
        return None
    return draft.mapping.column(name)


# Several files of one table -----------------------------------------------------------------------


def _asked_where_two_fill_one(drafts: list[Draft]) -> list[Draft]:
    """Ask where several files were taken for a table that one file usually fills."""
    return [
        draft.asking(f"another file was taken for {draft.table}, too: is each part of it?")
        if draft.table in FILLED_ONCE and any(_is_rival(draft, other) for other in drafts)
        else draft
        for draft in drafts
    ]


def _is_rival(draft: Draft, other: Draft) -> bool:
    """Return whether two files fill one table and are no parts of it that go together."""
    if other.table != draft.table or other.inspected.path == draft.inspected.path:
        return False
    are_snapshots = draft.preset == other.preset == "snapshots"
    mine, theirs = draft.mapping.preset, other.mapping.preset
    # A vendor's history and its list of employments, of two presets, complete each other.
    are_parts = draft.is_vouched and mine.vendor == theirs.vendor and draft.preset != other.preset
    return not are_snapshots and not are_parts


# Levels and programs by name ----------------------------------------------------------------------


def numbered(drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts with the levels that exports name numbered, alike in every table."""
    known = level_words()
    named = {
        word
        for draft in drafts
        for column in LEVELS
        for word, number in draft.values.get(column, {}).items()
        if not number
    }
    places = sorted({known[plain(word)] for word in named})
    numbers = {word: str(places.index(known[plain(word)]) + 1) for word in named}
    return [_with_levels(draft, numbers) for draft in drafts]


def _with_levels(draft: Draft, numbers: dict[str, str]) -> Draft:
    values = {
        column: {word: numbers[word] for word in draft.values[column]}
        for column in LEVELS
        if column in draft.values
    }
    return replace(draft, values={**draft.values, **values})


def with_programs(drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts with programs that they call by name translated into their ids."""
    ids = {
        name: program_id
        for draft in drafts
        if draft.table == "programs"
        for name, program_id in _programs(draft).items()
    }
    return [
        _called_by_id(draft, ids) if draft.table in CALLED_BY_NAME else draft for draft in drafts
    ]


def _programs(draft: Draft) -> dict[str, str]:
    """Return the names of the programs in an export of programs, with their ids."""
    places = [draft.mapping.positions.get(name) for name in ("program_name", "program_id")]
    if places[0] is None or places[1] is None:
        return {}
    return draft.inspected.pairs(places[0][0], places[1][0])


def _called_by_id(draft: Draft, ids: dict[str, str]) -> Draft:
    found = _texts([draft], "program_id")
    words = found[0].words() if found else None
    if not words or not ids or set(words) <= set(ids.values()):
        return draft
    if not set(words) <= set(ids):
        header = draft.inspected.landing.head.names[draft.mapping.positions["program_id"][0]]
        return draft.asking(f"{header} names programs that the export of programs does not")
    return replace(draft, values={**draft.values, "program_id": {w: ids[w] for w in words}})
