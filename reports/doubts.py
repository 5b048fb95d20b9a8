"""What a headline leaves open although every check let it pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyses.verdicts import (
    APPLICANTS,
    LARGEST_TOLERATED_CONTAMINATION,
    MATCHED_ONLY,
    OFFERED,
    RANDOMIZED,
    SAMPLE_RATIO_WARNING,
    TOLERATED_PULL,
)
from reports import formats
from reports.effects import Effect
from reports.findings import Finding, of_100

ALIKE = (
    "Were the mentees ahead of the people like them already before the mentoring? Their {asked} "
    "were compared, and no clear difference was found."
)
UNRATED = "How hard the choice of mentees pulls at this result cannot be told without ratings."
UNRECORDED = (
    "Something that nobody recorded, such as ambition or a manager\u2019s favor, may have led "
    "to the mentoring and to what came after it."
)
PICKED = (
    "They are compared with people who applied for a mentor as well and did not get one, so "
    "wanting one is behind neither. Who was picked among the applicants may still differ."
)
DRAWN = (
    "A lottery decided who was offered a mentor, so nothing else can be behind the difference but "
    "chance, which the range covers."
)
LOPSIDED = (
    "But more of one side of the lottery are missing here than chance would leave out. Ask who is "
    "missing, and why, before you rely on it."
)
BROKEN = (
    "A lottery was meant to decide, but far more of one side of it are missing here than chance "
    "would leave out. So this is no lottery any more, and whoever is missing may be behind the "
    "difference."
)
WATERED = (
    "Of those they are compared with, {share} found a mentor within the time, too: the difference "
    "is smaller than mentoring or no mentoring would make."
)
UNASKED = (
    "Whether the mentees were ahead of the people like them before the mentoring began could not "
    "be checked: too few have been here for long enough."
)

# The best evidence first.
GRADES = (RANDOMIZED, APPLICANTS, "", MATCHED_ONLY)


@dataclass(frozen=True)
class Strength:
    """How strong something unrecorded would have to be to be behind one headline."""

    title: str
    text: str


@dataclass(frozen=True)
class Doubt:
    """What could still be behind the headlines.

    Attributes:
        text: what the check on the past found, and what it could have missed.
        strengths: for each headline, what it would take to explain it away.
    """

    text: str
    strengths: tuple[Strength, ...]


def doubt(findings: tuple[Finding, ...]) -> Doubt | None:
    """Return what the headlines leave open; none where no headline stands."""
    stated = [(f, f.effect) for f in findings if f.effect and f.effect.is_stated]
    if not stated:
        return None
    # Placebo and reach are of role and program, and so the same for every headline that rests on
    # matching; where one answer rests on more than the other, the doubt is of the lesser one.
    stated_first = max(stated, key=lambda one: GRADES.index(one[1].evidence_grade))
    return Doubt(
        text=_text(stated_first[1]),
        strengths=_together(
            Strength(finding.words.title, strength(effect, finding.words.event))
            for finding, effect in stated
            if effect.evidence_grade != RANDOMIZED
        ),
    )


def _together(strengths: Iterable[Strength]) -> tuple[Strength, ...]:
    """Return the strengths, those with the same text as one."""
    titles: dict[str, list[str]] = {}
    for one in strengths:
        titles.setdefault(one.text, []).append(one.title)
    return tuple(
        Strength(formats.listing(", ".join(found)).capitalize(), text)
        for text, found in titles.items()
    )


def _text(effect: Effect) -> str:
    if effect.evidence_grade == RANDOMIZED:
        ratio = effect.sample_ratio_p_value
        is_lopsided = ratio is not None and ratio < SAMPLE_RATIO_WARNING
        return " ".join([DRAWN, *([LOPSIDED] if is_lopsided else []), *_watered(effect)])
    if effect.estimand == OFFERED:
        return " ".join([BROKEN, *_watered(effect)])
    if effect.evidence_grade == APPLICANTS:
        return " ".join([PICKED, *_watered(effect)])
    if effect.placebo_p_value is None:
        return f"{UNASKED} {UNRECORDED}"
    asked = effect.placebo_questions or "earlier promotions and earlier ratings"
    return f"{ALIKE.format(asked=asked)} {_missed(effect)} {UNRECORDED}"


def _watered(effect: Effect) -> list[str]:
    """Return what is said where many of those compared with found a mentor after all."""
    share = effect.contamination_share
    if share is None or share <= LARGEST_TOLERATED_CONTAMINATION:
        return []
    return [WATERED.format(share=formats.amount(share, "share"))]


def _missed(effect: Effect) -> str:
    seen = effect.placebo_reach
    if seen is None:
        return "That proves little, and how large a lead can slip through is not known."
    return (
        f"That proves little: even a lead of about {of_100(seen)} promotions a year per 100 "
        "people can slip through this check, and a smaller one easily does."
    )


def strength(effect: Effect, event: str) -> str:
    """Return how strong something unrecorded would have to be to explain a headline away."""
    if not effect.verdict.is_found:
        return "Something unrecorded may as well be hiding an effect."
    pull = pulled(effect)
    if effect.e_value is None:
        return f"How strong it would have to be cannot be said for this result. {pull}".strip()
    text = (
        f"It could explain the whole result if it were {_times(effect.e_value)} times as common "
        f"among the mentees and changed the chance of {event} by the same factor."
    )
    if effect.e_value_ci is None:
        return f"{text} {pull}".strip()
    if effect.e_value_ci <= 1:
        return f"{text} Even without it, mentoring may have had no effect."
    return (
        f"{text} At {_times(effect.e_value_ci)} times, mentoring may already have had no effect. "
        f"{pull}"
    ).strip()


def pulled(effect: Effect) -> str:
    """Return how an effect stands beside what the last rating pulls; empty where it is near none.

    The comparison is made with the end of the range that is nearer to no effect.
    """
    low, high, pull = effect.ci_low, effect.ci_high, effect.rating_pull
    if low is None or high is None or low <= 0 <= high:
        return ""
    if pull is None:
        return UNRATED if effect.evidence_grade == MATCHED_ONLY else ""
    nearer = min(abs(low), abs(high))
    if nearer > abs(pull):
        return "It holds unless something unrecorded pulls harder than the last rating does."
    if nearer > TOLERATED_PULL * abs(pull):
        return "It holds unless something unrecorded pulls half as hard as the last rating does."
    return "Something unrecorded that pulls half as hard as the last rating would explain it."


def _times(value: float) -> str:
    return formats.decimal(value, 1 if value >= 1.1 else 2)
