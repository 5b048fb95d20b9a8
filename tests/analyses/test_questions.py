"""Every question has its row, and one that could not be answered says why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from analyses.effects import adjusted_effects
from analyses.placebo import placebo_tests
from analyses.questions import with_unanswered

CELL: dict[str, Any] = {
    "role": "mentee",
    "program": "all",
    "subgroup_dimension": "all",
    "subgroup_member": "all",
    "outcome": "retention",
    "horizon_months": 12,
    "estimand": "mentored_vs_not",
    "treated_n": 200,
    "matched_treated_n": 200,
    "control_n": 900,
    "control_ess": 400.0,
    "treated_value": 0.90,
    "control_value": 0.85,
    "treated_variance": 0.0002,
    "control_variance": 0.0002,
    "covariance": 0.0,
    "mentor_clustered_variance": 0.0004,
    "treated_event_n": 20,
    "control_event_n": 100,
    "matched_share": 1.0,
    "full_follow_up_share": 1.0,
    "contamination_share": None,
    "largest_weight": 1.5,
    "largest_person_share": 0.01,
    "rating_pull": 0.0,
    "past_covariance": None,
    "take_up": None,
    "take_up_variance": None,
    "take_up_covariance": None,
    "offered_kept_n": None,
    "offered_lost_n": None,
    "not_offered_kept_n": None,
    "not_offered_lost_n": None,
}
EMPTY = pd.DataFrame([CELL]).iloc[:0]
FLOW = ["role", "program", "step_number", "step", "reason", "treated_n", "control_n"]
ELIGIBLE = ["role", "program", "estimand", "horizon_months", "treated_n", "matched_treated_n"]
NUMBERS = ["treated_n", "matched_treated_n", "effect", "se", "p_value", "matched_share"]


def people(
    eligible: int | None,
    matched: int | None,
    *,
    program: str = "all",
    comparable: int | None = 900,
    compared: int | None = 900,
) -> list[dict[str, Any]]:
    """Return the flow of mentees; a step that nobody reaches is none."""
    steps = ((3, "trials", eligible, comparable), (6, "matched", matched, compared))
    return [
        dict(zip(FLOW, ("mentee", program, number, step, "", treated, control), strict=True))
        for number, step, treated, control in steps
        if treated
    ]


def asked(
    cells: pd.DataFrame,
    flow: list[dict[str, Any]],
    *,
    horizons: tuple[int, ...] = (12,),
    eligible: Sequence[tuple[Any, ...]] = (),
    outcome: str = "retention",
    estimand: str = "mentored_vs_not",
) -> pd.DataFrame:
    """Return the effects of mentees on one outcome, every question among them."""
    placebos = pd.DataFrame(
        columns=["role", "program", "question", "treated_n", "control_n", "difference", "variance"]
    )
    found = adjusted_effects(
        with_unanswered(
            cells,
            pd.DataFrame(flow, columns=FLOW).astype({"treated_n": float, "control_n": float}),
            pd.DataFrame(eligible, columns=ELIGIBLE),
            roles=("mentee",),
            outcomes=("retention", "rating_change"),
            horizons_months=horizons,
        ),
        placebo_tests(placebos, confidence=0.95, minimum_group_size=10),
        pd.DataFrame(columns=["role", "program", "max_abs_smd", "levels_n"]),
        pd.DataFrame(columns=["role", "veto_p_value", "has_failed_veto"]),
        confidence=0.95,
        minimum_group_size=10,
        minimum_retained_share=0.5,
    )
    found = found[found["outcome"].eq(outcome) & found["estimand"].eq(estimand)]
    return found.set_index(["program", "horizon_months"]).sort_index()


@pytest.mark.parametrize(
    ("flow", "reason", "verdict"),
    [
        ([], "nobody eligible started", "too few to say"),
        (people(200, None, comparable=None), "nobody left to compare with", "not comparable"),
        (people(200, None), "nobody alike", "not comparable"),
        (people(10, None), "nobody alike", "not comparable"),
        # Half were matched, which is enough; they could not be followed.
        (people(200, 100), "not followed for so long", "too few to say"),
        (people(200, 99), "not followed for so long", "not comparable"),
    ],
)
def test_a_question_without_an_estimate_has_a_row_that_says_why(
    flow: list[dict[str, Any]], reason: str, verdict: str
) -> None:
    found = asked(EMPTY, flow)
    row = found.loc[("all", 12)]
    assert len(found) == 1
    assert (row["outcome"], row["estimand"]) == ("retention", "mentored_vs_not")
    assert (row["reason"], row["verdict"], row["is_suppressed"]) == (reason, verdict, True)
    assert row[NUMBERS].isna().all()


def of(estimand: str, eligible: int, matched: int) -> tuple[Any, ...]:
    return ("mentee", "all", estimand, 12, eligible, matched)


@pytest.mark.parametrize(
    ("estimand", "outcome", "eligible", "reason", "verdict"),
    [
        # 200 started, and none of them a year ago.
        ("started_vs_not_yet", "retention", [], "not followed for so long", "too few to say"),
        ("started_vs_not_yet", "retention", [(150, 0)], "nobody alike", "not comparable"),
        ("started_vs_not_yet", "rating_change", [(150, 0)], "nobody alike", "not comparable"),
        (
            "started_vs_not_yet", "rating_change", [(150, 150)], "not known before and after",
            "too few to say",
        ),
        ("mentored_vs_applied", "retention", [(90, 0)], "nobody alike", "not comparable"),
        ("offered_vs_not", "retention", [(40, 40)], "not followed for so long", "too few to say"),
    ],
)  # fmt: skip
def test_every_estimand_says_why_nobody_was_compared(
    estimand: str, outcome: str, eligible: list[tuple[int, int]], reason: str, verdict: str
) -> None:
    given = [of(estimand, *counts) for counts in eligible]
    found = asked(EMPTY, people(200, 200), eligible=given, outcome=outcome, estimand=estimand)
    row = found.loc[("all", 12)]
    assert (row["reason"], row["verdict"], row["is_suppressed"]) == (reason, verdict, True)
    assert row[NUMBERS].isna().all()


@pytest.mark.parametrize("estimand", ["mentored_vs_applied", "offered_vs_not"])
def test_applicants_and_lotteries_are_asked_about_where_there_are_any(estimand: str) -> None:
    assert asked(EMPTY, people(200, 200), estimand=estimand).empty
    given = [of(estimand, 40, 40)]
    found = asked(EMPTY, people(200, 200), eligible=given, estimand=estimand)
    assert len(found) == 1
    # A change of the rating is not compared among those who applied in vain.
    change = asked(
        EMPTY, people(200, 200), eligible=given, estimand=estimand, outcome="rating_change"
    )
    assert len(change) == (estimand == "offered_vs_not")


def test_counts_of_which_some_are_missing_are_read_as_the_warehouse_gives_them() -> None:
    flow = pd.DataFrame([*people(20, 20), *people(None, None, program="p")], columns=FLOW)
    missing = {"treated_n": "Int32", "control_n": "Int32"}
    asked = {"roles": ["mentee"], "outcomes": ["retention"], "horizons_months": [12]}
    nobody = pd.DataFrame(columns=ELIGIBLE)
    plain = with_unanswered(EMPTY, flow, nobody, **asked)
    nullable = with_unanswered(EMPTY, flow.astype(missing), nobody, **asked)
    pd.testing.assert_frame_equal(nullable, plain)
    assert str(nullable["matched_share"].dtype) in ("float64", "object")


def test_of_nine_who_started_not_even_the_reason_is_told() -> None:
    row = asked(EMPTY, people(9, None)).loc[("all", 12)]
    assert row["verdict"] == "too few to say"
    assert pd.isna(row["reason"])


def test_an_answered_question_is_left_as_it_is() -> None:
    cells = pd.DataFrame([CELL])
    found = asked(cells, people(200, 200), horizons=(12, 24))
    assert found.loc[("all", 12), "effect"] == pytest.approx(0.05)
    assert found.loc[("all", 12), "verdict"] == "clear benefit"
    assert pd.isna(found.loc[("all", 12), "reason"])
    assert found.loc[("all", 24), "reason"] == "not followed for so long"
    assert found.loc[("all", 24), "verdict"] == "too few to say"


def test_a_program_that_found_nobody_alike_has_a_row_of_its_own() -> None:
    cells = pd.DataFrame([{**CELL, "treated_n": 280}, {**CELL, "program": "p1"}])
    flow = people(280, 200) + people(200, 200, program="p1") + people(80, None, program="p2")
    found = asked(cells, flow)
    assert found.loc[("p2", 12), "reason"] == "nobody alike"
    assert found.loc[("p2", 12), "verdict"] == "not comparable"
    # That 80 is what is left of 280 gives nobody away.
    assert found["is_suppressed"].tolist() == [False, False, True]


def test_three_who_found_nobody_alike_cannot_be_computed_from_the_others() -> None:
    # 203 less 200 would be the three of p2: p1 keeps its effect, but not its counts.
    cells = pd.DataFrame([{**CELL, "treated_n": 203}, {**CELL, "program": "p1"}])
    flow = people(203, 200) + people(200, 200, program="p1") + people(3, None, program="p2")
    found = asked(cells, flow)
    assert found["is_suppressed"].tolist() == [False, False, True]
    p1 = found.loc[("p1", 12)]
    assert p1["effect"] == pytest.approx(0.05)
    assert p1[["treated_n", "matched_treated_n", "control_n", "control_ess"]].isna().all()
    assert found["reason"].dropna().empty
