"""Why a question has no estimate: in a table, in a sentence, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyses.questions import (
    NOBODY_ALIKE,
    NOBODY_LEFT,
    NOBODY_STARTED,
    NOT_FOLLOWED,
    NOT_KNOWN,
)
from reports import formats
from reports.facts import Design


@dataclass(frozen=True)
class Absence:
    """Why nobody was compared.

    Attributes:
        short: in a cell of a table.
        sentence: the first half of a sentence about mentees.
        note: what it means, or what would help; `note_on` fills in the design.
    """

    short: str
    sentence: str
    note: str

    def note_on(self, design: Design) -> str:
        """Return what it means where this is the design."""
        tenure = design.minimum_tenure_months
        return self.note.format(
            employed="long enough" if tenure is None else f"for {formats.plural(tenure, 'month')}",
            shared=design.rung(len(design.ladder)) or "what the matching ladder asks for",
        )


# By the reasons of the results.
ABSENCES: Mapping[str, Absence] = {
    NOBODY_STARTED: Absence(
        "nobody eligible started",
        "Nobody who can be followed has started as a mentee",
        "Either nobody has started, or nobody who did can be counted yet: that takes an employee "
        "who had been here {employed} before, and at least one complete month after.",
    ),
    NOBODY_LEFT: Absence(
        "nobody was left to compare with",
        "Nobody comparable was found for the mentees, because everybody eligible became one",
        "An effect is the distance from people who are alike and have no mentor. If the next "
        "mentees start in waves, those who still wait can be compared with.",
    ),
    NOBODY_ALIKE: Absence(
        "nobody comparable was found",
        "Nobody comparable was found for the mentees",
        "Each mentee is compared with people who were alike on the day before, at the very least "
        "in {shared}. Nobody without a mentor was.",
    ),
    NOT_FOLLOWED: Absence(
        "could not be followed for so long",
        "The mentees, or the people like them, cannot be followed for so long",
        "Either the mentoring is too recent, or the people like them found a mentor themselves "
        "before the time was over.",
    ),
    NOT_KNOWN: Absence(
        "nobody\u2019s is known before and after",
        "Of nobody who could be compared is it known before and after",
        "It takes a rating, or an answer to the survey, from before the mentoring and one from "
        "after it.",
    ),
}


def absence(reason: str) -> Absence | None:
    """Return what is said of a reason; none where there is none, or none that is known here."""
    return ABSENCES.get(reason)
