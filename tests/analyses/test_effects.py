"""The verdicts, each line once: the first that applies, whatever would come after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd
import pytest

from analyses import verdicts
from analyses.effects import adjusted_effects

SOUND = {
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
    "mentor_clustered_variance": 0.000625,
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


def judged(
    *,
    max_abs_smd: float = 0.05,
    levels_n: int = 1,
    has_failed_placebo: bool = False,
    **cells: object,
) -> pd.Series:
    """Return the effect of one cell. The standard error is 0.02, so 0.05 is z = 2.5."""
    return adjusted(
        cells, max_abs_smd=max_abs_smd, levels_n=levels_n, has_failed_placebo=has_failed_placebo
    ).iloc[0]


def adjusted(
    *rows: Mapping[str, object],
    max_abs_smd: float = 0.05,
    levels_n: int = 1,
    has_failed_placebo: bool = False,
    placebo_effect: float = 0.0,
    not_voluntary: Collection[str] = (),
    veto_p_value: float = 0.9,
    has_failed_veto: bool = False,
) -> pd.DataFrame:
    """Return the effects of several cells that differ from the sound one."""
    placebos = pd.DataFrame(
        [
            {
                "role": "mentee",
                "program": "all",
                "placebo_effect": placebo_effect,
                "placebo_ci_low": placebo_effect - 0.04,
                "placebo_ci_high": placebo_effect + 0.04,
                "placebo_p_value": 0.9,
                "placebo_questions": "earlier promotions",
                "placebo_se": 0.02,
                "has_failed_placebo": has_failed_placebo,
            }
        ]
    )
    balance = pd.DataFrame(
        [{"role": "mentee", "program": "all", "max_abs_smd": max_abs_smd, "levels_n": levels_n}]
    )
    return adjusted_effects(
        pd.DataFrame([{**SOUND, **cells} for cells in rows]),
        placebos,
        balance,
        pd.DataFrame(
            [{"role": "mentee", "veto_p_value": veto_p_value, "has_failed_veto": has_failed_veto}]
        ),
        confidence=0.95,
        minimum_group_size=10,
        minimum_retained_share=0.5,
        not_voluntary=not_voluntary,
    )


# 1.96 * 0.02 = 0.0392 makes a clear effect, 1.2816 * 0.02 = 0.0256 a likely one.
@pytest.mark.parametrize(
    ("control_value", "verdict"),
    [
        (0.90 - 0.0393, verdicts.CLEAR_BENEFIT),
        (0.90 - 0.0391, verdicts.LIKELY_BENEFIT),
        (0.90 - 0.0257, verdicts.LIKELY_BENEFIT),
        (0.90 - 0.0255, verdicts.NO_CLEAR_EFFECT),
        (0.90, verdicts.NO_CLEAR_EFFECT),
        (0.90 + 0.0255, verdicts.NO_CLEAR_EFFECT),
        (0.90 + 0.0257, verdicts.LIKELY_HARM),
        (0.90 + 0.0393, verdicts.CLEAR_HARM),
    ],
)
def test_the_interval_decides_what_may_be_said(control_value: float, verdict: str) -> None:
    row = judged(control_value=control_value)
    assert row["verdict"] == verdict
    assert not row["is_suppressed"]


@pytest.mark.parametrize(
    "few",
    [
        {"matched_treated_n": 9, "treated_n": 9},
        {"control_n": 9},
        {"treated_event_n": 2, "control_event_n": 2},
        {"matched_treated_n": 19, "treated_n": 19, "treated_value": 1.0},
        {"control_n": 19, "control_value": 0.0},
    ],
)
def test_too_few_comes_before_everything_and_shows_nothing(few: dict[str, float]) -> None:
    row = judged(**few, max_abs_smd=9.0, has_failed_placebo=True)
    assert row["verdict"] == verdicts.TOO_FEW
    assert row["is_suppressed"]
    assert row[["effect", "ci_low", "ci_high", "p_value", "treated_n"]].isna().all()


def test_all_of_twenty_are_enough_to_say() -> None:
    row = judged(matched_treated_n=20, treated_n=20, treated_value=1.0)
    assert not row["is_suppressed"]


def test_imbalance_comes_before_the_placebo_and_keeps_the_numbers() -> None:
    # Chance gives 3 * sqrt(1/200 + 1/400) = 0.26: 0.255 could be chance, 0.265 could not.
    assert judged(max_abs_smd=0.255)["verdict"] == verdicts.CLEAR_BENEFIT
    row = judged(max_abs_smd=0.265, has_failed_placebo=True)
    assert row["verdict"] == verdicts.NOT_COMPARABLE
    assert row["is_imbalanced"]
    assert row["chance_smd"] == pytest.approx(0.2598, abs=1e-4)
    assert row["effect"] == pytest.approx(0.05)
    # With 20,000 in both arms 0.24 is no chance, but it is tolerated.
    many = {"matched_treated_n": 20_000, "treated_n": 20_000, "control_ess": 20_000.0}
    assert judged(max_abs_smd=0.24, **many)["verdict"] == verdicts.CLEAR_BENEFIT


def test_among_many_levels_chance_makes_one_the_largest() -> None:
    # 64 levels: 0.00135 / 64 in either tail is z = 4.0958, times sqrt(1/200 + 1/400) = 0.0866.
    row = judged(max_abs_smd=0.35, levels_n=64)
    assert row["chance_smd"] == pytest.approx(4.0958 * 0.0866025, abs=1e-4)
    assert row["verdict"] == verdicts.CLEAR_BENEFIT
    assert judged(max_abs_smd=0.36, levels_n=64)["verdict"] == verdicts.NOT_COMPARABLE


def test_an_arm_in_which_nobody_left_has_the_doubt_of_the_other_arms_risk() -> None:
    # 30 mentees of whom none left, against 10 %: 0.3 * 0.3 / 30 = 0.003, and 0.0001 of the other.
    none_left = {
        "matched_treated_n": 30,
        "treated_n": 30,
        "treated_value": 1.0,
        "treated_event_n": 0,
        "treated_variance": 0.0,
        "control_value": 0.9,
        "control_variance": 0.0001,
    }
    row = judged(**none_left)
    assert row["se"] == pytest.approx(0.0031**0.5)
    assert row["verdict"] == verdicts.LIKELY_BENEFIT
    # Of 300 none is a finding: 0.09 / 300 = 0.0003.
    many = judged(**{**none_left, "matched_treated_n": 300, "treated_n": 300})
    assert many["se"] == pytest.approx(0.0004**0.5)
    assert many["verdict"] == verdicts.CLEAR_BENEFIT
    # Five leavers tell their own variance.
    enough = judged(**{**none_left, "treated_event_n": 5, "treated_variance": 0.0002})
    assert enough["se"] == pytest.approx(0.0003**0.5)


def test_few_without_the_event_tell_as_little_as_few_with_it() -> None:
    # All of 40 in the comparison, worth 25, were promoted, of the mentored half: 0.25 / 25 = 0.01.
    row = judged(
        outcome="promotion",
        treated_value=0.5,
        treated_event_n=100,
        control_value=1.0,
        control_n=40,
        control_ess=25.0,
        control_event_n=40,
        control_variance=0.0,
    )
    assert row["se"] == pytest.approx(0.0102**0.5)


def test_where_less_is_better_less_is_a_benefit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyses.effects.DOWNWARD", ("retention",))
    assert judged()["verdict"] == verdicts.CLEAR_HARM
    assert judged(control_value=0.95)["verdict"] == verdicts.CLEAR_BENEFIT
    assert judged(control_value=0.93)["verdict"] == verdicts.LIKELY_BENEFIT


def test_a_hint_is_judged_beside_the_other_declared_question() -> None:
    # z = 1.4 is p = 0.1615: a hint alone, and at p = 1 beside it q = 0.323, none.
    alone = judged(control_value=0.872)
    assert alone["verdict"] == verdicts.LIKELY_BENEFIT
    both = adjusted({"control_value": 0.872}, {"outcome": "promotion", "control_value": 0.90})
    assert both["q_value"].tolist() == pytest.approx([0.16151, 1.0], abs=1e-5)
    assert both["verdict"].tolist() == [verdicts.NO_CLEAR_EFFECT] * 2


def test_a_benefit_that_half_of_the_ratings_pull_explains_is_not_clear() -> None:
    # The lower limit of 0.05 is 0.05 - 0.0392 = 0.0108.
    assert judged(rating_pull=0.0215)["verdict"] == verdicts.CLEAR_BENEFIT
    assert judged(rating_pull=0.0217)["verdict"] == verdicts.BENEFIT_UNLESS
    # Whichever way the rating pulls, something else may pull the other way.
    assert judged(rating_pull=-0.0217)["verdict"] == verdicts.BENEFIT_UNLESS
    assert judged(rating_pull=0.0217, control_value=0.95)["verdict"] == verdicts.HARM_UNLESS
    # Without ratings nobody knows how hard the choice pulls.
    assert judged(rating_pull=None)["verdict"] == verdicts.BENEFIT_UNLESS
    assert judged(rating_pull=None)["evidence_grade"] == verdicts.MATCHED_ONLY


def test_where_nobody_chooses_to_join_nothing_pulls() -> None:
    found = adjusted({"rating_pull": 0.1}, not_voluntary=["all"])
    assert found["verdict"].tolist() == [verdicts.CLEAR_BENEFIT]


def test_a_subgroup_is_held_against_the_pull_of_its_whole() -> None:
    found = adjusted(
        {"rating_pull": 0.0217},
        {"rating_pull": None, "subgroup_dimension": "level_band", "subgroup_member": "senior"},
    )
    assert found["rating_pull"].tolist() == [0.0217, 0.0217]
    assert set(found["verdict"]) == {verdicts.BENEFIT_UNLESS}


def test_a_clear_promotion_effect_is_more_than_the_lead_that_was_there_before() -> None:
    promotion = {"outcome": "promotion", "treated_value": 0.20, "control_value": 0.10}
    # 0.10 - 0.04 = 0.06, with sqrt(0.02 ** 2 + 0.02 ** 2) = 0.0283: from 0.0046 on.
    row = adjusted(promotion, placebo_effect=0.04).iloc[0]
    assert row["own_past_effect"] == pytest.approx(0.06)
    assert row["own_past_ci_low"] == pytest.approx(0.06 - 1.959964 * 0.0008**0.5, abs=1e-7)
    assert row["verdict"] == verdicts.CLEAR_BENEFIT
    assert adjusted(promotion, placebo_effect=0.045)["verdict"].tolist() == [
        verdicts.BENEFIT_UNLESS
    ]
    # What they have in common is certain: 0.0008 - 2 * 0.0002 = 0.0004, from 0.0158 on.
    common = adjusted({**promotion, "past_covariance": 0.0002}, placebo_effect=0.045).iloc[0]
    assert common["own_past_ci_low"] == pytest.approx(0.055 - 1.959964 * 0.02, abs=1e-7)
    assert common["verdict"] == verdicts.CLEAR_BENEFIT
    # Over six months a lead is half of a year's.
    half = adjusted({**promotion, "horizon_months": 6}, placebo_effect=0.04).iloc[0]
    assert half["own_past_effect"] == pytest.approx(0.08)


def test_applicants_veto_what_was_only_matched_and_not_themselves() -> None:
    applied = {"estimand": verdicts.APPLIED, "rating_pull": None}
    found = adjusted({}, applied, has_failed_veto=True, has_failed_placebo=True, max_abs_smd=9.0)
    assert found["verdict"].tolist() == [verdicts.NOT_COMPARABLE, verdicts.CLEAR_BENEFIT]
    found = adjusted({}, applied, has_failed_veto=True, veto_p_value=0.01)
    assert found["verdict"].tolist() == [verdicts.VETOED, verdicts.CLEAR_BENEFIT]
    assert found["evidence_grade"].tolist() == ["matched_only", "applicants"]
    assert found["veto_p_value"].tolist()[0] == 0.01
    assert found[["veto_p_value", "placebo_p_value", "max_abs_smd"]].iloc[1].isna().all()


OFFER = {
    "estimand": verdicts.OFFERED,
    "rating_pull": None,
    "take_up": 0.8,
    "take_up_variance": 0.001,
    "take_up_covariance": 0.0001,
    "offered_kept_n": 200,
    "offered_lost_n": 10,
    "not_offered_kept_n": 300,
    "not_offered_lost_n": 15,
}


def test_the_effect_on_those_who_took_the_offer() -> None:
    # 0.05 / 0.8 = 0.0625; 0.0004 - 2 * 0.0625 * 0.0001 + 0.0625 ** 2 * 0.001, by 0.8 squared.
    row = judged(**OFFER, has_failed_placebo=True)
    assert row["taker_effect"] == pytest.approx(0.0625)
    variance = (0.0004 - 0.0000125 + 0.00390625 * 0.001) / 0.64
    assert row["taker_ci_low"] == pytest.approx(0.0625 - 1.959964 * variance**0.5, abs=1e-7)
    assert (row["evidence_grade"], row["verdict"]) == ("randomized", verdicts.CLEAR_BENEFIT)
    assert row["sample_ratio_p_value"] == 1.0


def test_an_arm_that_is_lost_more_often_takes_the_label_away() -> None:
    # 10 of 210 lost against 50 of 350: 560 * (200 * 50 - 10 * 300) ** 2 / (210 * 350 * 500 * 60).
    skewed = {**OFFER, "not_offered_lost_n": 50}
    row = judged(**skewed)
    assert row["sample_ratio_p_value"] == pytest.approx(0.00042, abs=1e-5)
    assert row["evidence_grade"] == "applicants"


def test_few_who_started_without_applying_are_not_what_is_left() -> None:
    applied = {"estimand": verdicts.APPLIED, "treated_n": 195, "matched_treated_n": 195}
    found = adjusted({"estimand": verdicts.FIXED}, applied)
    assert found["treated_n"].isna().tolist() == [False, True]
    assert found["se"].tolist()[1] == 0.02
    many = adjusted({"estimand": verdicts.FIXED}, {**applied, "treated_n": 190})
    assert many["treated_n"].tolist() == [200, 190]


def test_too_few_matched_is_not_comparable() -> None:
    assert judged(matched_share=0.5)["verdict"] == verdicts.CLEAR_BENEFIT
    assert judged(matched_share=0.49)["verdict"] == verdicts.NOT_COMPARABLE


def test_a_failed_placebo_withdraws_the_headline() -> None:
    assert judged(has_failed_placebo=True)["verdict"] == verdicts.CONTRADICTED


def test_few_treated_get_students_interval() -> None:
    # 20 treated: t(19) is 2.093, so 0.0400 (z = 2.00) is no longer clear.
    row = judged(matched_treated_n=20, treated_n=20, treated_event_n=10, control_value=0.86)
    assert row["ci_low"] == pytest.approx(0.04 - 2.0930241 * 0.02, abs=1e-7)
    assert row["verdict"] == verdicts.LIKELY_BENEFIT
    assert judged(matched_treated_n=50, treated_n=50, control_value=0.86)["verdict"] == (
        verdicts.CLEAR_BENEFIT
    )


def test_the_risk_ratio_of_retention_is_of_leaving() -> None:
    row = judged()
    assert row["risk_ratio"] == pytest.approx(0.10 / 0.15)
    assert row["minimum_detectable_effect"] == pytest.approx(2.80 * 0.02)


def test_the_placebos_joint_p_value_stands_beside_its_effect() -> None:
    row = judged()
    assert row[["placebo_effect", "placebo_p_value"]].tolist() == [0.0, 0.9]
    assert pd.isna(judged(control_n=9)["placebo_p_value"])


def test_the_error_clustered_by_mentor_is_printed_and_decides_nothing() -> None:
    # 0.025 against 0.02: 0.0393 is 1.97 of the one and 1.57 of the other.
    row = judged(control_value=0.90 - 0.0393)
    assert row["se_mentor_clustered"] == pytest.approx(0.025)
    assert row["ci_low"] == pytest.approx(0.0393 - 1.959964 * 0.02, abs=1e-7)
    assert row["verdict"] == verdicts.CLEAR_BENEFIT
    assert pd.isna(judged(mentor_clustered_variance=None)["se_mentor_clustered"])
    assert pd.isna(judged(control_n=9)["se_mentor_clustered"])


def test_a_secondary_question_is_judged_on_q() -> None:
    # z = 2.5 is p = 0.012; among ten such questions with nine at p = 1, q = 0.12.
    others = [
        {**SOUND, "outcome": "internal_move", "horizon_months": month, "control_value": 0.90}
        for month in range(1, 10)
    ]
    cells = pd.DataFrame([{**SOUND, "outcome": "voluntary_retention"}, *others])
    empty = pd.DataFrame(columns=["role", "program", "has_failed_placebo", "placebo_p_value"])
    empty = empty.assign(placebo_effect=None, placebo_ci_low=None, placebo_ci_high=None)
    empty = empty.assign(placebo_questions=None, placebo_se=None)
    balance = pd.DataFrame(
        [{"role": "mentee", "program": "all", "max_abs_smd": 0.0, "levels_n": 1}]
    )
    found = adjusted_effects(
        cells,
        empty,
        balance,
        pd.DataFrame(columns=["role", "veto_p_value", "has_failed_veto"]),
        confidence=0.95,
        minimum_group_size=10,
        minimum_retained_share=0.5,
    )
    row = found[found["outcome"].eq("voluntary_retention")].iloc[0]
    assert row["p_value"] == pytest.approx(0.012419, abs=1e-6)
    assert row["q_value"] == pytest.approx(0.12419, abs=1e-5)
    assert row["verdict"] == verdicts.LIKELY_BENEFIT


def test_the_placebo_reaches_2_80_of_its_standard_errors() -> None:
    # Its interval, from -0.04 to 0.04, is 1.96 of them to either side.
    assert judged()["placebo_reach"] == pytest.approx(0.04 / 1.96 * 2.80, rel=1e-4)
