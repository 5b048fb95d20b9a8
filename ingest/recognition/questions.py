"""The questions of surveys that no list of items knows: how each is answered, and on which scale.

What the answers show is drafted, so that they can be read; what a question measures nobody can tell
from its answers, and is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.columns.mapping import Item
from ingest.recognition.candidates import Draft
from ingest.recognition.inspection import Texts
from ingest.recognition.lexicon import answer_points, plain, recommends
from ingest.recognition.relations import knows_items

# Highest answers of the usual scales; the first that no answer exceeds is taken.
TOPS = (5, 7, 10, 100)
# The one scale of a question to recommend, and what tells it from a shorter one.
NPS = (0, 10)
NPS_HIGHEST_MIN = 6
# Most different answers of a choice; a text hardly ever repeats.
CHOICES_MAX = 12
WHOLE_NUMBER = r"\d{1,3}(\.0*)?"


@dataclass(frozen=True)
class DraftedItem:
    """A question as it might stand in survey_items."""

    survey_id: str
    item_id: str
    text: str
    kind: str
    scale_min: int | None = None
    scale_max: int | None = None


def with_items(drafts: Sequence[Draft]) -> tuple[list[Draft], list[DraftedItem]]:
    """Return drafts whose surveys have a name, and the questions that no list of items knows."""
    named: list[Draft] = []
    items: list[DraftedItem] = []
    taken: set[str] = set()
    for draft in drafts:
        if draft.table != "survey_responses" or not draft.mapping.is_wide:
            named.append(draft)
            continue
        if knows_items(draft, drafts):
            named.append(draft)
            continue
        survey_id = _survey_id(draft, taken)
        taken.add(survey_id)
        read = [(item, _texts(draft, item)) for item in draft.mapping.items]
        points = _points([texts for _, texts in read])
        items += [_item(draft, survey_id, item, texts) for item, texts in read]
        values = {**draft.values, "answer": points} if points else draft.values
        constants = {"survey_id": survey_id, **draft.constants}
        named.append(replace(draft, constants=constants, values=values))
    return named, items


def _survey_id(draft: Draft, taken: set[str]) -> str:
    path = draft.inspected.path
    return path.stem if path.stem not in taken else f"{path.parent.name}-{path.stem}"


def _texts(draft: Draft, item: Item) -> Texts:
    return draft.inspected.texts(f"nullif(trim(c{item.position}), '')", {})


def _points(answers: Sequence[Texts]) -> dict[str, str]:
    """Return what answers in words are worth, where all words of a question stand on one scale."""
    words = [texts.words() or () for texts in answers]
    known = answer_points()
    return {
        word: str(known[plain(word)])
        for said in words
        if said and all(plain(word) in known for word in said)
        for word in said
    }


def _item(draft: Draft, survey_id: str, item: Item, texts: Texts) -> DraftedItem:
    label = draft.inspected.landing.head.labels[item.position].strip() or item.header
    kind, lowest, highest = _kind(label, texts)
    return DraftedItem(survey_id, item.item_id, " ".join(label.split()), kind, lowest, highest)


def _kind(question: str, texts: Texts) -> tuple[str, int | None, int | None]:
    """Return how a question is answered: its kind, and the ends of its scale."""
    words = texts.words()
    if not texts.values_n:
        return "text", None, None
    if texts.fitting_n(WHOLE_NUMBER) == texts.values_n:
        return _scale(question, sorted({int(float(word)) for word in words or ()}))
    known = answer_points()
    if words and all(plain(word) in known for word in words):
        return "likert", 1, max(TOPS[0], *(known[plain(word)] for word in words))
    repeats = texts.values_n > texts.different_n
    return "choice" if repeats and texts.different_n <= CHOICES_MAX else "text", None, None


def _scale(question: str, numbers: Sequence[int]) -> tuple[str, int | None, int | None]:
    if not numbers or numbers[-1] > TOPS[-1] or numbers == [0, 1]:
        return "choice", None, None
    if recommends(question) and NPS_HIGHEST_MIN <= numbers[-1] <= NPS[1]:
        return "nps", *NPS
    lowest = 0 if numbers[0] == 0 else 1
    return "likert", lowest, next(top for top in TOPS if numbers[-1] <= top)
