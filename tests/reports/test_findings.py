"""What leadership is told: one sentence per verdict, worked out by hand, and the struck number."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from analyses import questions
from analyses.effects import outcome_table
from analyses.results import TABLES
from reports import absences, verdicts
from reports.effects import Effect, effects
from reports.findings import Finding, findings, sentence
from reports.headlines import WORDS
from reports.outcomes import outcomes
from reports.view import view

T = "\u202f"
KNOWN = outcomes(outcome_table())


def only(row: dict[str, Any]) -> Effect:
    return effects(pd.DataFrame([row], columns=list(TABLES["effects"])), KNOWN).adjusted[0]


def found(made: ModuleType, *rows: dict[str, Any]) -> Finding:
    given = view(made.estimated(*rows))
    return findings(given)[0]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (
            {},
            "Of 100 mentees, about 5 more were still here a year later than would have been "
            "without mentoring; the data fit anything from 2 to 8.",
        ),
        (
            {"effect": 0.0261, "ci_low": -0.00507, "ci_high": 0.0572, "verdict": "likely benefit"},
            "There is a hint that of 100 mentees about 3 more were still here a year later than "
            "would have been without mentoring; the data fit anything from 1 fewer to 6 more.",
        ),
        (
            {"effect": -0.04, "ci_low": -0.07, "ci_high": -0.01, "verdict": "clear harm"},
            "Of 100 mentees, about 4 fewer were still here a year later than would have been "
            "without mentoring; the data fit anything from 1 to 7.",
        ),
        (
            {"effect": -0.03, "ci_low": -0.065, "ci_high": 0.003, "verdict": "likely harm"},
            "There is a hint that of 100 mentees about 3 fewer were still here a year later than "
            "would have been without mentoring; the data fit anything from 6 fewer to 0.3 more.",
        ),
        (
            {"verdict": "benefit, unless selection explains it"},
            "Of 100 mentees, about 5 more were still here a year later than would have been "
            "without mentoring, unless those who would have done so anyway were chosen; the data "
            "fit anything from 2 to 8.",
        ),
        (
            {"effect": 0.012, "ci_low": 0.004, "ci_high": 0.02},
            "Of 100 mentees, about 1 more were still here a year later than would have been "
            "without mentoring; the data fit anything from 0.4 to 2.",
        ),
        (
            {"effect": 0.01, "ci_low": -0.03, "ci_high": 0.05, "verdict": "no clear effect",
             "minimum_detectable_effect": 0.057},
            "We cannot tell whether mentoring kept people here: of 100 mentees, the data fit "
            "anything from 3 fewer to 5 more still here a year later. An effect smaller than "
            "about 6 in 100 could not have been seen.",
        ),
        (
            {"effect": 0.0, "ci_low": 0.0, "ci_high": 0.04, "verdict": "no clear effect",
             "minimum_detectable_effect": None},
            "We cannot tell whether mentoring kept people here: of 100 mentees, the data fit "
            "anything from none to 4 more still here a year later.",
        ),
        (
            {"verdict": "contradicted by placebo"},
            "The headline is withdrawn: these data cannot say whether mentoring kept people here.",
        ),
        (
            {"verdict": "not comparable"},
            "The headline is withdrawn: these data cannot say whether mentoring kept people here.",
        ),
        (
            {"verdict": "too few to say", "is_suppressed": True},
            "There are too few people to say whether mentoring kept people here.",
        ),
        (
            {"verdict": "a verdict of a later release"},
            "The headline is withdrawn: these data cannot say whether mentoring kept people here.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_follows_the_verdict(
    made: ModuleType, given: dict[str, Any], written: str
) -> None:
    assert sentence(only(made.effect(**given)), WORDS["retention"]) == written


@pytest.mark.parametrize(
    ("reason", "sentence", "note"),
    [
        (
            "nobody eligible started",
            "Nobody who can be followed has started as a mentee: these data cannot say whether "
            "mentoring kept people here.",
            "Either nobody has started, or nobody who did can be counted yet: that takes an "
            "employee who had been here for 3 months before, and at least one complete month "
            "after.",
        ),
        (
            "nobody left to compare with",
            "Nobody comparable was found for the mentees, because everybody eligible became one: "
            "these data cannot say whether mentoring kept people here.",
            "An effect is the distance from people who are alike and have no mentor. If the next "
            "mentees start in waves, those who still wait can be compared with.",
        ),
        (
            "nobody alike",
            "Nobody comparable was found for the mentees: these data cannot say whether mentoring "
            "kept people here.",
            "Each mentee is compared with people who were alike on the day before, at the very "
            "least in quarter of start and level. Nobody without a mentor was.",
        ),
        (
            "not followed for so long",
            "The mentees, or the people like them, cannot be followed for so long: these data "
            "cannot say whether mentoring kept people here.",
            "Either the mentoring is too recent, or the people like them found a mentor "
            "themselves before the time was over.",
        ),
    ],
)
def test_where_nobody_was_compared_the_page_says_why(
    made: ModuleType, reason: str, sentence: str, note: str
) -> None:
    finding = found(made, made.unanswered(reason))
    assert (finding.sentence, finding.note) == (sentence, note)
    assert finding.verdict == verdicts.NOT_COMPARABLE
    assert finding.scale is None
    assert finding.effect is not None
    assert finding.effect.effect is None
    assert finding.effect.effect_text == "no estimate"


def test_every_reason_of_the_results_is_put_into_words() -> None:
    assert set(absences.ABSENCES) == {
        questions.NOBODY_STARTED, questions.NOBODY_LEFT, questions.NOBODY_ALIKE,
        questions.NOT_FOLLOWED, questions.NOT_KNOWN,
    }  # fmt: skip


def test_promotion_is_spoken_of_as_moving_up(made: ModuleType) -> None:
    given = only(made.effect("promotion", effect=0.098, ci_low=0.059, ci_high=0.137))
    assert sentence(given, WORDS["promotion"]) == (
        "Of 100 mentees, about 10 more were promoted within a year than would have been without "
        "mentoring; the data fit anything from 6 to 14."
    )


def test_a_question_that_was_not_asked_is_not_answered(made: ModuleType) -> None:
    finding = found(made, made.effect("promotion"))
    assert finding.sentence == "Whether mentoring kept people here at 12 months was not estimated."
    assert finding.verdict.name == "not estimated"
    assert finding.scale is None


def test_a_placebo_that_fails_withdraws_the_headline_in_plain_words(made: ModuleType) -> None:
    note = found(
        made,
        made.effect(verdict="contradicted by placebo", placebo_effect=0.032, placebo_ci_low=0.01,
                    placebo_ci_high=0.054),
    ).note  # fmt: skip
    assert "what lay before the mentoring" in note
    assert "(earlier promotions a year: +3.2 points, from +1.0 to +5.4 points)" in note
    assert "mentoring cannot have caused that" in note


def test_a_placebo_that_fails_on_ratings_says_so(made: ModuleType) -> None:
    note = found(made, made.effect(verdict="contradicted by placebo")).note
    assert "from \u22121.0 to +3.0 points; it takes the earlier ratings to see it)" in note


def test_unlike_groups_are_named_as_the_reason(made: ModuleType) -> None:
    unlike = {"max_abs_smd": 0.31, "is_imbalanced": True}
    note = found(made, made.effect(verdict="not comparable", **unlike)).note
    assert (
        "the largest standardized difference is 0.31, up to 0.25 is tolerated, and chance" in note
    )
    assert "found anybody" not in note


def test_too_few_matches_are_named_as_the_reason(made: ModuleType) -> None:
    note = found(made, made.effect(verdict="not comparable", matched_share=0.41)).note
    assert note == (
        f"Only 41.0{T}% of the mentees found anybody like them to be compared with; at least "
        f"50.0{T}% must."
    )


def test_too_few_people_are_named_as_the_reason(made: ModuleType) -> None:
    finding = found(made, made.too_few())
    assert "fewer than 10 people in one of the groups" in finding.note
    assert finding.scale is None
    assert finding.effect is not None
    assert finding.effect.effect is None


STAY, LEAVE = (f"people like those who were mentored {what} more often" for what in
               ("stay", "leave"))  # fmt: skip


@pytest.mark.parametrize(
    ("given", "distance", "way"),
    [
        # Of the mentees 90 % stayed, of everybody 86 %: +4.0 points.
        ({"effect": 0.01, "ci_low": 0.002, "ci_high": 0.018},
         "3.0 points more than the estimate, 4 times as large.", STAY),
        ({"effect": 0.02, "ci_low": 0.01, "ci_high": 0.03},
         "2.0 points more than the estimate, 2.0 times as large.", STAY),
        ({"effect": 0.028, "ci_low": 0.02, "ci_high": 0.036},
         "1.2 points more than the estimate.", STAY),
        ({"effect": 0.20, "ci_low": 0.15, "ci_high": 0.25},
         "16.0 points less than the estimate.", LEAVE),
        # Which way mentees differ is not known where the range holds the number.
        ({"effect": 0.06}, "2.0 points less than the estimate.", ""),
        ({"effect": 0.045},
         "Within a point of the estimate, by luck: it answers another question.", ""),
        ({"effect": 0.01, "ci_low": -0.02, "ci_high": 0.05, "verdict": "no clear effect"},
         "It lies within the range that the data fit, which does not make it an effect.", ""),
        ({"effect": 0.01, "ci_low": -0.01, "ci_high": 0.03, "verdict": "no clear effect"},
         "It lies above all that the data fit.", STAY),
        ({"effect": 0.01, "ci_low": -0.01, "ci_high": 0.03, "verdict": "likely benefit"},
         "3.0 points more than the estimate.", STAY),
        ({"effect": -0.04, "ci_low": -0.07, "ci_high": -0.01, "verdict": "clear harm"},
         "8.0 points more than the estimate.", STAY),
        ({"verdict": "not comparable"},
         "No sound estimate stands beside it, which does not make it one.", ""),
    ],
)  # fmt: skip
def test_what_a_dashboard_prints_is_set_against_the_estimate(
    made: ModuleType, given: dict[str, Any], distance: str, way: str
) -> None:
    naive = found(made, made.effect(**given)).naive
    assert naive is not None
    assert naive.text == "+4.0 points"
    assert naive.whose == f"Of the mentees 90.0{T}%, of everybody 86.0{T}%."
    assert naive.distance == distance
    assert [text for text in (STAY, LEAVE) if text in naive.why] == ([way] if way else [])


def test_where_a_share_is_hidden_ever_and_never_mentored_stand_alone(made: ModuleType) -> None:
    given = made.estimated(made.effect())
    is_hidden = given.metrics["population"].eq("mentees")
    given.metrics.loc[is_hidden, "is_suppressed"] = True
    (naive, *_) = (finding.naive for finding in findings(view(given)))
    assert naive is not None
    assert (naive.text, naive.other) == ("+16.0 points", "")
    assert naive.whose == "Ever mentored against never mentored."
    assert "never had the time to find a mentor" in naive.why


def test_the_first_four_verdicts_withdraw_the_headline() -> None:
    assert [v.name for v in verdicts.LADDER if not v.is_stated] == [
        "too few to say", "not comparable", "contradicted by placebo", "contradicted by applicants",
    ]  # fmt: skip


def test_nothing_of_a_suppressed_estimate_goes_any_further(made: ModuleType) -> None:
    given = only(made.too_few())
    assert given.effect is None
    assert given.treated_n is None
    assert given.effect_text == "too few to say"
    assert given.range_text == ""
    assert not given.is_stated


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        ("clear benefit", "Effect estimated"),
        ("likely benefit", "Effect estimated, not clear in every answer"),
        ("no clear effect", "Effect estimated, not clear in every answer"),
        ("contradicted by placebo", "Effect estimated in part"),
    ],
)
def test_every_page_says_how_far_the_estimates_go(
    made: ModuleType, verdict: str, state: str
) -> None:
    given = view(made.estimated(made.effect(), made.effect("promotion", verdict=verdict)))
    assert given.effects.state == state


def test_no_answer_with_a_direction_is_no_clear_effect_and_not_green(made: ModuleType) -> None:
    rows = (made.effect(o, verdict="no clear effect") for o in ("retention", "promotion"))
    effects = view(made.estimated(*rows)).effects
    assert (effects.state, effects.is_found) == ("No clear effect", False)


def test_when_every_headline_is_withdrawn_no_effect_can_be_stated(made: ModuleType) -> None:
    rows = (made.effect(o, verdict="not comparable") for o in ("retention", "promotion"))
    assert view(made.estimated(*rows)).effects.state == "No effect can be stated"


@pytest.mark.parametrize(
    ("detectable", "estimand"), [(0.10, "mentored_vs_applied"), (0.11, "mentored_vs_not")]
)
def test_applicants_answer_where_they_have_the_size(
    made: ModuleType, detectable: float, estimand: str
) -> None:
    applied = made.effect(
        estimand="mentored_vs_applied",
        evidence_grade="applicants",
        minimum_detectable_effect=detectable,
    )
    finding = found(made, applied, made.effect())
    assert finding.effect is not None
    assert finding.effect.estimand == estimand


def test_a_lottery_answers_about_the_offer(made: ModuleType) -> None:
    offered = made.effect(estimand="offered_vs_not", evidence_grade="randomized")
    finding = found(made, offered, made.effect())
    assert finding.sentence == (
        "Of 100 people who were offered a mentor, about 5 more were still here a year later than "
        "would have been without the offer; the data fit anything from 2 to 8."
    )
    assert finding.effect is not None
    assert finding.effect.grade == "evidence: randomized"
