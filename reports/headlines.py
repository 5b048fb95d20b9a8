"""The few measures and outcomes that the pages speak of in sentences of their own.

This is the only module of the reports that knows a measure or an outcome by name. Everything else
lists what the results hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.outcomes import Outcome


@dataclass(frozen=True)
class Metric:
    """One of the things a program is judged by, and whom it is shown for.

    Attributes:
        key: its name in addresses and files.
        title: its name on a page.
        measure: the measure that carries it.
        populations: whose numbers stand beside each other, the most important first.
        question: what it answers.
        whom: of the people counted, which.
        became: what became of them.
    """

    key: str
    title: str
    measure: str
    populations: tuple[str, ...]
    question: str = ""
    whom: str = ""
    became: str = ""


SATISFACTION = Metric(
    key="satisfaction",
    title="Satisfaction with mentoring",
    question="Are people happy with their mentoring?",
    measure="satisfaction_top_two_box",
    populations=("mentees", "mentors"),
    whom="who answered",
    became="are satisfied with the program",
)
WORKPLACE = Metric(
    key="workplace-satisfaction",
    title="Satisfaction at work",
    question="Are people happy at work?",
    measure="workplace_satisfaction_top_two_box",
    populations=("mentees", "workforce"),
    whom="who answered",
    became="are satisfied at work",
)
RETENTION = Metric(
    key="retention",
    title="Retention",
    question="Do people stay?",
    measure="retention_12_months",
    populations=("mentees", "mentors", "workforce"),
    whom="we could follow for a year",
    became="were still here at its end",
)
PROMOTION = Metric(
    key="promotion",
    title="Promotion",
    question="Do people move up?",
    measure="promotion_12_months",
    populations=("mentees", "mentors", "workforce"),
    whom="we could follow for a year",
    became="were promoted within it",
)
REACH = Metric(
    key="reach",
    title="Reach",
    question="How many does mentoring reach?",
    measure="mentored_share",
    populations=("workforce",),
)
METRICS = (SATISFACTION, WORKPLACE, RETENTION, PROMOTION)
PROGRAM_METRICS = (SATISFACTION, RETENTION, PROMOTION)
WORKFORCE_METRICS = (WORKPLACE, RETENTION, PROMOTION)
# The themes that are of the organization as much as of its programs.
ORGANIZATION_THEMES = ("From the top", "The organization")

_DIFFER = "Mentees differ from everybody else in more than the mentoring"


@dataclass(frozen=True)
class Words:
    """How an outcome is spoken of.

    Attributes:
        question: what leadership asks.
        title: its name beside an answer.
        happened: what was the case with people, as in `more were still here a year later`.
        caused: what mentoring would have done.
        event: what happens or not.
        why_naive: why mentees beside everybody mislead where the distance is above all that the
            data fit.
        why_not_known: why they do where it cannot be told which way.
        why_naive_below: why they do where it is below.
        why_ever: why ever mentored against never mentored misleads.
        became: what a curve shows the share of people to be.
        followed: what both arms' curve shows, as a sentence.
    """

    question: str
    title: str
    happened: str
    caused: str
    event: str
    became: str
    followed: str
    why_naive: str = f"{_DIFFER}."
    why_not_known: str = f"{_DIFFER}."
    why_naive_below: str = f"{_DIFFER}."
    why_ever: str = "It counts what came before the mentoring, too."


WORDS = {
    "retention": Words(
        question="Did mentoring keep people here?",
        title="Retention",
        happened="still here a year later",
        caused="mentoring kept people here",
        event="leaving",
        became="still employed",
        followed="The share of the mentored still employed after so many months, and the share of "
        "alike people without a mentor.",
        why_naive=f"{_DIFFER}: people like those who were mentored stay more often.",
        why_naive_below=f"{_DIFFER}: people like those who were mentored leave more often.",
        why_ever="Whoever left early never had the time to find a mentor, so everybody who left "
        "early counts as \u201cnever mentored\u201d.",
    ),
    "promotion": Words(
        question="Did mentoring move people up?",
        title="Promotion",
        happened="promoted within a year",
        caused="mentoring moved people up",
        event="promotion",
        why_naive="Mentees were often chosen because they were already doing well.",
        why_naive_below=f"{_DIFFER}: people like those who were mentored are promoted less often.",
        why_ever="It starts counting long before most mentees met a mentor.",
        became="promoted",
        followed="The share of the mentored promoted within so many months, and the share of alike "
        "people without a mentor. Who leaves can no longer be promoted here.",
    ),
}


# What the curves show the share of people to be whose outcome's effect nobody estimates.
BECAME_BESIDE = {"leadership": "in a first leadership role"}


def words(outcome: Outcome) -> Words:
    """Return how an outcome is spoken of; one without sentences of its own by its label."""
    if outcome.name in WORDS:
        return WORDS[outcome.name]
    name = outcome.label.lower()
    return Words(
        question=f"Did mentoring change something: {name}?",
        title=outcome.label,
        happened=f"counted under \u201c{name}\u201d",
        caused=f"mentoring changed \u201c{name}\u201d",
        event=name,
        became=f"counted under \u201c{name}\u201d",
        followed=f"The share of the mentored counted under \u201c{name}\u201d after so many "
        "months, and the share of alike people without a mentor.",
    )
