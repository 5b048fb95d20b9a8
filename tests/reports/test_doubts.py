"""What is said beside a headline that every check let pass."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from reports.doubts import Doubt, doubt
from reports.findings import findings
from reports.view import view

COMMON = (
    "Something that nobody recorded, such as ambition or a manager\u2019s favor, may have led "
    "to the mentoring and to what came after it."
)
NO_PLACEBO = dict.fromkeys(("placebo_effect", "placebo_ci_low", "placebo_ci_high", "placebo_reach"))


def left(made: ModuleType, *rows: dict[str, Any]) -> Doubt | None:
    given = view(made.estimated(*rows))
    return doubt(findings(given))


@pytest.mark.parametrize(
    ("p_value", "grade", "end"),
    [
        (0.01, "randomized", "but chance, which the range covers."),
        (0.009, "randomized", "who is missing, and why, before you rely on it."),
        (0.0009, "applicants", "whoever is missing may be behind the difference."),
    ],
)
def test_a_lottery_that_lost_one_side_says_so(
    made: ModuleType, p_value: float, grade: str, end: str
) -> None:
    row = made.effect(estimand="offered_vs_not", evidence_grade=grade, sample_ratio_p_value=p_value)
    found = left(made, row)
    assert found is not None
    assert found.text.endswith(end)


def test_applicants_who_found_a_mentor_after_all_water_the_difference_down(
    made: ModuleType,
) -> None:
    applied = {"estimand": "mentored_vs_applied", "evidence_grade": "applicants"}
    tolerated = left(made, made.effect(**applied, contamination_share=0.25))
    assert tolerated is not None
    assert tolerated.text.endswith("may still differ.")
    found = left(made, made.effect(**applied, contamination_share=0.7))
    assert found is not None
    assert "70.0\u202f% found a mentor within the time, too" in found.text


def strengths(made: ModuleType, *rows: dict[str, Any]) -> dict[str, str]:
    found = left(made, *rows)
    assert found is not None
    return {strength.title: strength.text for strength in found.strengths}


def test_a_pass_says_what_could_have_slipped_through(made: ModuleType) -> None:
    # Half of the interval is 1.96 points: 2.80 standard errors are 2.8 points, about 3 in 100.
    found = left(made, made.effect())
    assert found is not None
    assert found.text == (
        "Were the mentees ahead of the people like them already before the mentoring? Their "
        "earlier promotions and earlier ratings were compared, and no clear difference was found. "
        "That proves little: even a lead of about 3 promotions a year per 100 people can slip "
        f"through this check, and a smaller one easily does. {COMMON}"
    )


def test_a_small_reach_keeps_its_decimal(made: ModuleType) -> None:
    found = left(made, made.effect(placebo_reach=0.003))
    assert found is not None
    assert "a lead of about 0.3 promotions a year per 100 people" in found.text


def test_a_check_of_ratings_alone_has_no_known_reach(made: ModuleType) -> None:
    found = left(made, made.effect(**NO_PLACEBO))
    assert found is not None
    assert "how large a lead can slip through is not known" in found.text


def test_a_check_that_could_not_be_made_is_said_to_be_missing(made: ModuleType) -> None:
    found = left(made, made.effect(**NO_PLACEBO, placebo_p_value=None))
    assert found is not None
    assert found.text == (
        "Whether the mentees were ahead of the people like them before the mentoring began could "
        f"not be checked: too few have been here for long enough. {COMMON}"
    )


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {},
            "It could explain the whole result if it were 2.4 times as common among the mentees "
            "and changed the chance of leaving by the same factor. At 1.5 times, mentoring may "
            "already have had no effect. It holds unless something unrecorded pulls harder than "
            "the last rating does.",
        ),
        (
            {"e_value": 1.04, "e_value_ci": 1.0, "verdict": "likely benefit"},
            "It could explain the whole result if it were 1.04 times as common among the mentees "
            "and changed the chance of leaving by the same factor. Even without it, mentoring may "
            "have had no effect.",
        ),
        (
            {"e_value": None, "e_value_ci": None},
            "How strong it would have to be cannot be said for this result. It holds unless "
            "something unrecorded pulls harder than the last rating does.",
        ),
        (
            {"verdict": "no clear effect", "effect": 0.01, "ci_low": -0.02, "ci_high": 0.04},
            "Something unrecorded may as well be hiding an effect.",
        ),
    ],
)
def test_each_headline_says_what_it_would_take(
    made: ModuleType, given: dict[str, Any], text: str
) -> None:
    assert strengths(made, made.effect(**given)) == {"Retention": text}


def test_only_headlines_that_stand_are_doubted(made: ModuleType) -> None:
    withdrawn = made.effect(verdict="contradicted by placebo")
    assert left(made, withdrawn, made.effect("promotion", verdict="not comparable")) is None
    found = strengths(made, withdrawn, made.effect("promotion"))
    assert list(found) == ["Promotion"]
    assert "changed the chance of promotion by the same factor" in found["Promotion"]


def test_what_a_lottery_decided_leaves_nothing_unrecorded(made: ModuleType) -> None:
    drawn = left(made, made.effect(estimand="offered_vs_not", evidence_grade="randomized"))
    assert drawn is not None
    assert drawn.text.startswith("A lottery decided who was offered a mentor")
    assert drawn.strengths == ()


def test_the_doubt_is_of_the_lesser_evidence(made: ModuleType) -> None:
    applied = made.effect(estimand="mentored_vs_applied", evidence_grade="applicants")
    alone = left(made, applied)
    assert alone is not None
    assert alone.text.startswith("They are compared with people who applied")
    both = left(made, applied, made.effect("promotion"))
    assert both is not None
    assert both.text.startswith("Were the mentees ahead")
