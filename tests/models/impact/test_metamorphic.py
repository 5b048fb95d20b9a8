"""Changes to a company that must not change what is said of it, or must in a known way."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from tests.models.impact.engine import Engine, Frames, adjusted, placebos
from tests.study import company
from tests.study.simulate import EFFECT

PERSON_COLUMNS = ("person_key", "mentee_key")
NUMBERS = ["effect", "se", "ci_low", "risk_ratio", "e_value", "control_ess", "largest_weight"]


@pytest.fixture(scope="module")
def raw() -> Frames:
    return company.draw(employees=1_500, law=EFFECT, rng=np.random.default_rng(11)).raw


@pytest.fixture(scope="module")
def marts(engine: Engine, raw: Frames) -> Frames:
    return engine.marts(raw, also=["int_groups__counted"])


def assert_same(one: Frames, other: Frames) -> None:
    pd.testing.assert_frame_equal(adjusted(one), adjusted(other), rtol=1e-10, atol=1e-12)
    pd.testing.assert_frame_equal(placebos(one), placebos(other), rtol=1e-8, atol=1e-12)
    for mart in ("rpt_curves__by_month", "rpt_balance__by_covariate", "rpt_flow__by_step"):
        pd.testing.assert_frame_equal(one[mart], other[mart], rtol=1e-10, atol=1e-12)


def test_the_order_of_rows_and_their_files_change_nothing(
    engine: Engine, raw: Frames, marts: Frames
) -> None:
    rng = np.random.default_rng(1)
    shuffled = {
        name: frame.iloc[rng.permutation(len(frame))].assign(
            _source=rng.choice(["a.csv", "b.csv"], len(frame)), _line=np.arange(len(frame))
        )
        if name != "settings"
        else frame
        for name, frame in raw.items()
    }
    assert_same(engine.marts(shuffled), marts)


def renamed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the frame with keys that sort otherwise."""
    return frame.assign(
        **{
            column: frame[column].map(
                lambda key: hashlib.sha256(f"{name}{key}".encode()).hexdigest()[:12]
            )
            for column in PERSON_COLUMNS
            if column in frame
        }
    )


def test_other_names_for_people_change_nothing(engine: Engine, raw: Frames, marts: Frames) -> None:
    other = {name: renamed(frame, "other") for name, frame in raw.items()}
    assert_same(engine.marts(other), marts)


def test_a_company_pasted_twice_has_the_same_effect_and_half_the_variance(
    engine: Engine, raw: Frames, marts: Frames
) -> None:
    twice = {
        name: frame
        if name == "settings"
        else pd.concat([renamed(frame, "one"), renamed(frame, "two")], ignore_index=True)
        for name, frame in raw.items()
    }
    doubled = engine.marts(twice, also=["int_groups__counted"])
    keys = ["program", "outcome", "estimand"]
    one, two = (
        each["rpt_effects__by_horizon"].set_index(keys).sort_index() for each in (marts, doubled)
    )
    for column in ("treated_value", "control_value", "matched_share", "contamination_share"):
        pd.testing.assert_series_equal(two[column], one[column], rtol=1e-10)
    for column in ("treated_n", "control_n", "treated_event_n", "control_event_n"):
        assert (two[column] == 2 * one[column]).all()
    people_n = int(marts["int_groups__counted"]["people_n"].iloc[0])
    assert int(doubled["int_groups__counted"]["people_n"].iloc[0]) == 2 * people_n
    # C/(C-1) is of persons: with twice as many, half the variance is corrected a little less.
    corrected = (2 * people_n / (2 * people_n - 1)) / (people_n / (people_n - 1))
    headline = one.index.get_level_values("estimand") == "mentored_vs_not"
    for column in ("treated_variance", "control_variance", "covariance"):
        np.testing.assert_allclose(
            two.loc[headline, column],
            one.loc[headline, column] / 2 * corrected,
            rtol=1e-6,
            atol=1e-15,
        )
        np.testing.assert_allclose(
            two.loc[~headline, column], one.loc[~headline, column] / 2, rtol=0.005, atol=1e-12
        )
    before, after = (each["rpt_balance__by_covariate"] for each in (marts, doubled))
    assert np.allclose(after["control_after"], 2 * before["control_after"])
