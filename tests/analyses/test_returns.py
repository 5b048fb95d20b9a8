"""Return on investment, worked out by hand: 100 mentees, five of a hundred kept."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analyses.results import EFFECTS
from analyses.returns import returns
from workspace.config import CostsConfig

COSTS: dict[str, Any] = {
    "currency": "EUR", "budget": {"amount": 50_000, "mentees": 50}, "hours_per_mentee": 10,
    "hours_per_mentor": 5, "hourly_cost": 40, "yearly_pay": 100_000, "replacement_share": 0.5,
}  # fmt: skip


def effect(outcome: str = "retention", **given: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(EFFECTS), "role": "mentee", "program": "all", "subgroup_dimension": "all",
        "subgroup_member": "all", "outcome": outcome, "horizon_months": 12,
        "estimand": "mentored_vs_not", "treated_n": 120, "matched_treated_n": 100, "effect": 0.05,
        "ci_low": 0.01, "ci_high": 0.09, "verdict": "clear benefit",
        "minimum_detectable_effect": 0.06, **given,
    }  # fmt: skip


def account(*rows: dict[str, Any], costs: dict[str, Any] | None = COSTS) -> pd.DataFrame:
    found = returns(
        pd.DataFrame(rows, columns=[*EFFECTS]),
        None if costs is None else CostsConfig.model_validate(costs),
    )
    return found.set_index("item")


def ends(found: pd.DataFrame, item: str) -> list[float]:
    return [float(found.loc[item, end]) for end in ("low", "central", "high")]


def test_the_first_year_by_hand() -> None:
    found = account(effect())
    assert ends(found, "people_kept") == pytest.approx([1, 5, 9])
    # A mentee: 1,000 of the budget, ten hours of their own and five of the mentor's.
    assert found.loc["program_costs", "central"] == 100_000
    assert found.loc["mentee_time", "central"] == 40_000
    assert found.loc["mentor_time", "central"] == 20_000
    assert found.loc["full_cost", "central"] == 160_000
    # Replacing one costs 50,000.
    assert ends(found, "benefit_of_people_kept") == pytest.approx([50_000, 250_000, 450_000])
    assert ends(found, "net_benefit") == pytest.approx([-110_000, 90_000, 290_000])
    assert ends(found, "return_on_investment") == pytest.approx([-0.6875, 0.5625, 1.8125])
    assert ends(found, "break_even_replacement_cost") == pytest.approx([160 / 9 * 1e3, 32e3, 160e3])
    assert found.loc["break_even_people", "central"] == pytest.approx(3.2)


def test_promotions_earn_what_is_declared_and_only_where_clear() -> None:
    costs = {**COSTS, "promotion_value": 4_000}
    found = account(effect(), effect("promotion"), costs=costs)
    # Five promotions are 20,000: 140,000 are left to five people.
    assert ends(found, "benefit_of_promotions") == pytest.approx([4_000, 20_000, 36_000])
    assert ends(found, "break_even_replacement_cost")[1] == pytest.approx(28_000)
    # A lottery that offered 200 a mentor: of its ten promotions, half are of those who cost.
    lottery = effect("promotion", estimand="offered_vs_not", treated_n=200)
    found = account(effect(), lottery, costs=costs)
    assert ends(found, "promotions_caused")[1] == pytest.approx(10)
    assert ends(found, "benefit_of_promotions")[1] == pytest.approx(20_000)
    found = account(effect(), effect("promotion", verdict="likely benefit"), costs=costs)
    assert ends(found, "benefit_of_promotions") == [0, 0, 0]
    assert ends(found, "promotions_caused") == pytest.approx([1, 5, 9])


@pytest.mark.parametrize(
    "verdict", ["no clear effect", "likely benefit", "benefit, unless selection explains it"]
)
def test_what_is_not_clear_is_counted_and_earns_nothing(verdict: str) -> None:
    found = account(effect(verdict=verdict))
    assert ends(found, "people_kept") == pytest.approx([1, 5, 9])
    roi = found.loc["return_on_investment"]
    assert (roi["status"], roi["reason"]) == ("refused", verdict)
    assert pd.isna(roi["central"])
    # What it would take needs no estimate.
    assert found.loc["break_even_people", "central"] == pytest.approx(3.2)


def test_what_is_withdrawn_is_not_even_counted() -> None:
    found = account(effect(verdict="contradicted by placebo"))
    assert pd.isna(found.loc["people_kept", "central"])
    assert found.loc["people_kept", "reason"] == "contradicted by placebo"
    hidden = account(effect(effect=None, matched_treated_n=None, verdict="too few to say"))
    assert set(hidden.drop("replacement_cost")["status"]) == {"refused"}


def test_a_clear_harm_is_said_and_never_breaks_even() -> None:
    found = account(effect(effect=-0.05, ci_low=-0.09, ci_high=-0.01, verdict="clear harm"))
    # 5 x 50,000 lost, and 160,000 spent.
    assert ends(found, "return_on_investment")[1] == pytest.approx(-2.5625)
    assert found.loc["break_even_replacement_cost", "status"] == "refused"


def test_without_costs_only_people_are_counted() -> None:
    found = account(effect(), costs=None)
    assert ends(found, "people_kept") == pytest.approx([1, 5, 9])
    assert found.loc["return_on_investment", "reason"] == "needs costs in mentorship.yml"
    assert account(effect(estimand="naive")).empty


def test_the_better_design_answers_where_it_has_the_size() -> None:
    lottery = effect(estimand="offered_vs_not", effect=0.1, ci_low=0.05, ci_high=0.15)
    # Of everybody it offered a mentor.
    assert ends(account(effect(), lottery), "people_kept") == pytest.approx([6, 12, 18])
    small = {**lottery, "minimum_detectable_effect": 0.11}
    assert ends(account(effect(), small), "people_kept") == pytest.approx([1, 5, 9])


def test_replacing_costs_what_it_costs_at_the_levels_of_the_mentees() -> None:
    by_level = {
        **COSTS,
        "yearly_pay": {"junior": 40_000, "middle": 60_000, "senior": 100_000},
        "replacement_share": {"junior": 0.2, "middle": 0.25, "senior": 1.0},
    }
    bands = [
        effect(subgroup_dimension="level_band", subgroup_member=band, treated_n=n)
        for band, n in (("junior", 50), ("middle", 40), ("senior", 30))
    ]
    # (50 x 8,000 + 40 x 15,000 + 30 x 100,000) / 120
    found = account(effect(), *bands, costs=by_level)
    assert found.loc["replacement_cost", "central"] == pytest.approx(4e6 / 120)
    # One band is hidden: the cheapest stands for all.
    found = account(effect(), *bands[:2], costs=by_level)
    assert found.loc["replacement_cost", "central"] == pytest.approx(8_000)
