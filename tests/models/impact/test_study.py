"""A slice of the simulation study, always the same companies; the whole of it is `make study`."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from demo import hazards
from demo.hazards import Standing
from tests.models.impact.engine import Engine
from tests.study import company, simulate
from tests.study.company import Law

COMPANIES = 8
SLICE = simulate.Scenario("slice", COMPANIES, 2_000, simulate.EFFECT)


@pytest.fixture(scope="module")
def rows(engine: Engine) -> pd.DataFrame:
    found = [
        {"scenario": f"{SLICE.name}/{SLICE.employees}", "number": number, **row}
        for number in range(COMPANIES)
        for row in simulate.estimated(engine, SLICE, number=number, seed=1)
    ]
    return pd.DataFrame(found)


def test_the_engine_finds_what_is_true(rows: pd.DataFrame) -> None:
    lines = simulate.summary(rows, [SLICE], estimand=simulate.HEADLINE)
    assert [line.outcome for line in lines] == ["retention", "promotion"]
    for line in lines:
        assert line.companies == COMPANIES
        # Eight companies tell little of their own spread: so far may it lie from the true one.
        least, most = np.sqrt(stats.chi2.ppf([0.001, 0.999], COMPANIES - 1) / (COMPANIES - 1))
        assert least * line.mean_se < line.spread < most * line.mean_se
        assert abs(line.bias) <= 3 * max(line.spread, line.mean_se) / np.sqrt(COMPANIES)
        assert line.coverage.value[0] >= 6 / 8
    retention, promotion = lines
    assert retention.truth == pytest.approx(0.05, abs=0.005)
    assert promotion.truth == pytest.approx(0.07, abs=0.005)
    # What a dashboard would have said is out of reach of any of these intervals.
    assert retention.naive_bias > 3 * retention.mean_se


def test_the_placebo_leaves_most_sound_companies_alone(rows: pd.DataFrame) -> None:
    assert rows.groupby("number")["has_failed_placebo"].first().sum() <= 2


def test_a_company_can_be_drawn_again_by_itself(rows: pd.DataFrame, engine: Engine) -> None:
    again = pd.DataFrame(simulate.estimated(engine, SLICE, number=3, seed=1))
    first = rows[rows["number"].eq(3)].reset_index(drop=True)[list(again.columns)]
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("is_rare", [False, True])
def test_the_hidden_trait_has_the_same_mean_and_variance_under_both_laws(is_rare: bool) -> None:
    law = Law(hidden=0.4, is_rare=is_rare)
    history = company._History(20_000, law, np.random.default_rng(4))
    history._found()
    assert history.trait.mean() == pytest.approx(0, abs=0.03)
    assert history.trait.var() == pytest.approx(1, abs=0.05)
    assert len(np.unique(history.trait)) == (2 if is_rare else 20_000)


@pytest.mark.parametrize("is_rare", [False, True])
def test_no_multiplier_is_no_effect(is_rare: bool) -> None:
    law = Law(hidden=0.4, is_rare=is_rare)
    drawn = company.draw(employees=300, law=law, rng=np.random.default_rng(2))
    assert drawn.truth == {"retention": 0.0, "promotion": 0.0}


def test_the_exact_truth_is_what_happens_to_many_such_people() -> None:
    # One person's year, lived 40,000 times with mentoring and without, drawn step by step.
    size, law = 40_000, Law(exit_multiplier=0.4, promotion_multiplier=2.0, hidden=0.5)
    person = {
        "department": 2,
        "level": 2,
        "rating": 4,
        "service_month": 30,
        "promotion_month": 45,
        "birth_year": 1990,
    }
    start, trait = 58, 0.7
    exact = company.true_effects(
        Standing(**{name: np.array([value]) for name, value in person.items()}),
        np.array([start]),
        np.array([trait]),
        law,
    )
    lived = {
        is_mentored: _lived(person, start, trait, law, size=size, is_mentored=is_mentored)
        for is_mentored in (True, False)
    }
    for outcome in ("retention", "promotion"):
        difference = lived[True][outcome] - lived[False][outcome]
        assert exact[outcome] == pytest.approx(difference, abs=4 * np.sqrt(2 * 0.2 / size))
        assert abs(exact[outcome]) > 0.03


def _lived(
    person: dict[str, int], start: int, trait: float, law: Law, *, size: int, is_mentored: bool
) -> dict[str, float]:
    """Return the shares still employed and promoted after a year, everything drawn."""
    rng = np.random.default_rng(int(is_mentored))
    now = Standing(**{name: np.full(size, value) for name, value in person.items()})
    stays, promoted = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    traits = np.full(size, trait)
    for month in range(start + 1, start + 13):
        leaving = company._exits(now, month, traits, is_mentored, law).sum(axis=0)
        rising = company._promotion(now, month, traits, is_mentored, law)
        stays &= rng.random(size) >= leaving
        rises = stays & (rng.random(size) < rising)
        promoted |= rises
        rating = now.rating
        if month % 12 == hazards.REVIEW_MONTH:
            score = law.hidden / 2 * trait
            score = score + np.sqrt(1 - (law.hidden / 2) ** 2) * rng.standard_normal(size)
            bounds = np.array([company.ndtri(share) for share in (0.04, 0.17, 0.65, 0.92)])
            drawn = 1 + np.searchsorted(bounds, score)
            rating = np.where(rng.random(size) < hazards.RATING_KEPT_SHARE, rating, drawn)
        now = dataclasses.replace(
            now,
            rating=rating,
            level=now.level + rises,
            promotion_month=np.where(rises, month, now.promotion_month),
        )
    return {"retention": float(stays.mean()), "promotion": float(promoted.mean())}
