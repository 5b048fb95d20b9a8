"""The verdicts, each line once: the first that applies, whatever would come after it."""

from __future__ import annotations

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
}


def judged(
    *, max_abs_smd: float = 0.05, has_failed_placebo: bool = False, **cells: object
) -> pd.Series:
    """Return the effect of one cell. The standard error is 0.02, so 0.05 is z = 2.5."""
    placebos = pd.DataFrame(
        [
            {
                "role": "mentee",
                "program": "all",
                "placebo_effect": 0.0,
                "placebo_ci_low": -0.04,
                "placebo_ci_high": 0.04,
                "placebo_p_value": 0.9,
                "has_failed_placebo": has_failed_placebo,
            }
        ]
    )
    balance = pd.DataFrame([{"role": "mentee", "program": "all", "max_abs_smd": max_abs_smd}])
    found = adjusted_effects(
        pd.DataFrame([{**SOUND, **cells}]),
        placebos,
        balance,
        confidence=0.95,
        minimum_group_size=10,
        minimum_retained_share=0.5,
    )
    return found.iloc[0]


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


def test_too_few_matched_is_not_comparable() -> None:
    assert judged(matched_share=0.5)["verdict"] == verdicts.CLEAR_BENEFIT
    assert judged(matched_share=0.49)["verdict"] == verdicts.NOT_COMPARABLE


def test_a_failed_placebo_withdraws_the_headline() -> None:
    assert judged(has_failed_placebo=True)["verdict"] == verdicts.CONTRADICTED


def test_few_treated_get_students_interval() -> None:
    # 20 treated: t(19) is 2.093, so 0.0400 (z = 2.00) is no longer clear.
    row = judged(matched_treated_n=20, treated_n=20, control_value=0.86)
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
    balance = pd.DataFrame([{"role": "mentee", "program": "all", "max_abs_smd": 0.0}])
    found = adjusted_effects(
        cells,
        empty,
        balance,
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
