"""What hidden selection would show in: the past, the rating's pull, those who applied in vain.

The companies are those of `test_edges`: follow-up is three months, everybody is alike unless a test
says otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as t_distribution

from analyses.placebo import placebo_tests, vetoes
from tests.models.impact.engine import Engine, Frames, adjusted, placebos
from tests.models.impact.test_edges import JANUARY, company, group, one, starting

# Somebody left early, so that the years before are known of those who left, too.
EARLY_LEAVER = {"x0": ["2022-07-05 exit"]}


def with_reviews(raw: Frames, ratings: Mapping[str, float]) -> Frames:
    """Return the raw tables with a review of December 2023, of five, by a person's first letter."""
    people = raw["job_history"]["person_key"].drop_duplicates()
    reviews = pd.DataFrame(
        {
            "person_key": people,
            "reviewed_on": dt.date(2023, 12, 5),
            "rating": people.str[0].map(ratings),
            "rating_scale_max": 5.0,
        }
    )
    return {**raw, "performance_reviews": reviews.dropna(subset=["rating"])}


def with_applications(raw: Frames, *applied: Sequence[str]) -> Frames:
    """Return the raw tables with mentees' applications: person, status, days of it and its end."""
    rows = [
        {
            "program_id": "p1",
            "participant_key": person,
            "role": "mentee",
            "status": status,
            "applied_on": dt.date.fromisoformat(applied_on),
            "decided_on": dt.date.fromisoformat(decided_on),
        }
        for person, status, applied_on, decided_on in applied
    ]
    return {**raw, "enrollments": pd.DataFrame(rows)}


def test_the_largest_share_of_one_person(short_engine: Engine) -> None:
    # One of twelve mentees leaves, nobody else: 11/144 against eleven times 1/144, squared.
    people = {**group("t", 11), "t11": ["2024-02-15 exit"], **group("c", 12)}
    marts = short_engine.marts(company(people, starting("t", 12)))
    for estimand in ("mentored_vs_not", "started_vs_not_yet"):
        row = one(marts, "retention", estimand=estimand)
        assert row["largest_person_share"] == pytest.approx(121 / 132)


def test_the_rating_pulls_by_what_it_hides(short_engine: Engine) -> None:
    # Well rated people stay, all others leave, and only well rated ones are mentored: nothing among
    # the well rated, one half against everybody.
    people = group("t", 12) | group("g", 12) | group("b", 12, "2024-03-10 exit")
    raw = with_reviews(company(people, starting("t", 12)), {"t": 5, "g": 5, "b": 1})
    row = one(short_engine.marts(raw), "retention")
    assert row["treated_value"] - row["control_value"] == pytest.approx(0.0)
    assert row["rating_pull"] == pytest.approx(0.5)


def test_without_ratings_nobody_knows_what_they_pull(short_engine: Engine) -> None:
    marts = short_engine.marts(company(group("t", 12) | group("c", 12), starting("t", 12)))
    assert pd.isna(one(marts, "retention")["rating_pull"])
    assert marts["rpt_placebos__by_program"]["question"].tolist().count("prior_rating") == 0


def test_earlier_promotions_are_counted_by_the_year(short_engine: Engine) -> None:
    # Hired in June 2022, in the trial of January 2024: 19 months. One of twelve rose twice in them.
    people = group("t", 11) | group("c", 12) | EARLY_LEAVER
    people["t11"] = ["2022-09-10 promotion", "2023-12-31 promotion", "2024-01-20 promotion"]
    marts = short_engine.marts(company(people, starting("t", 12)))
    rows = marts["rpt_placebos__by_program"].query("role == 'mentee' and program == 'all'")
    assert rows["question"].tolist() == ["prior_promotion"]
    assert rows["difference"].tolist() == pytest.approx([2 * 12 / 19 / 12])


def test_mentors_hired_into_their_level_lag_behind_those_who_rose_to_it_and_that_is_no_alarm(
    short_engine: Engine,
) -> None:
    # Twelve of a kind; of the 24 who mentor nobody eight were promoted in the 19 months before.
    people = group("t", 12) | group("m", 12) | group("c", 4) | EARLY_LEAVER
    people |= group("r", 8, "2023-03-10 promotion")
    starts = [(f"m{n}", JANUARY, "p1", f"t{n}") for n in range(12)]
    marts = short_engine.marts(company(people, starts))
    rows = marts["rpt_placebos__by_program"].query("role == 'mentor' and program == 'all'")
    assert rows["difference"].tolist() == pytest.approx([-8 * 12 / 19 / 24])
    test = placebos(marts).query("role == 'mentor' and program == 'all'").iloc[0]
    assert test["placebo_p_value"] > 0.99
    assert not test["has_failed_placebo"]


def test_whoever_is_here_for_less_than_a_year_has_no_past(short_engine: Engine) -> None:
    # Hired in June 2022: in May 2023 it is eleven months, in June twelve.
    people = group("t", 12) | group("c", 12) | EARLY_LEAVER
    may = short_engine.marts(company(people, starting("t", 12, "2023-05-10")))
    june = short_engine.marts(company(people, starting("t", 12, "2023-06-10")))
    assert may["rpt_placebos__by_program"].empty
    assert not june["rpt_placebos__by_program"].empty


def test_a_promotion_in_months_that_no_leaver_is_known_of_counts_for_nothing(
    short_engine: Engine,
) -> None:
    # The first exit of all is of 2024, so nobody is known of those who left before.
    people = {**group("t", 12), **group("c", 12), "x0": ["2024-03-05 exit"]}
    marts = short_engine.marts(company(people, starting("t", 12)))
    assert marts["rpt_placebos__by_program"].empty


def test_the_own_past_and_the_effect_have_in_common_what_each_person_adds(
    short_engine: Engine,
) -> None:
    people = group("t", 20) | group("c", 20) | EARLY_LEAVER
    for person in ("t0", "t1", "t2", "c0"):
        people[person] = ["2023-01-10 promotion", "2024-03-05 promotion"]
    for person in ("t3", "c1", "c2"):
        people[person] = ["2024-03-05 promotion"]
    raw = company(people, starting("t", 20))
    names = ["int_past__joined", "int_influence__by_person", "int_incidences__by_horizon"]
    marts = short_engine.marts(raw, also=[*names, "int_sums__by_person"])
    group_number = marts["int_past__joined"]["group_number"].min()

    def of_group(name: str) -> pd.DataFrame:
        return marts[name][marts[name]["group_number"].eq(group_number)]

    incidence = of_group("int_incidences__by_horizon").query("outcome == 'promotion'")
    own = of_group("int_influence__by_person").merge(incidence[["arm", "incidence"]], on="arm")
    own["effect"] = own["promotion_own_3"] - own["incidence"] * own["promotion_lost_3"]
    past = of_group("int_sums__by_person").query("outcome == 'prior_promotion'").copy()
    sums = past.groupby("arm")[["weighted_outcome", "weight"]].transform("sum")
    mean = sums["weighted_outcome"] / sums["weight"]
    past["lead"] = (past["weighted_outcome"] - mean * past["weight"]) / sums["weight"]
    both = own.merge(past, on=["arm", "person_number"])
    # Nobody stands in both arms, so the signs of an arm cancel each other.
    twin = (both["effect"] * both["lead"]).sum()
    assert twin > 0
    assert one(marts, "promotion")["past_covariance"] == pytest.approx(twin, rel=1e-9)


def test_applicants_are_held_against_those_of_their_round(short_engine: Engine) -> None:
    # Twelve of twelve start in January; ten of the round are put on the waiting list, four of them
    # leave, and one starts in March, when five of the others are left. The withdrawn and those who
    # never applied stand aside.
    people = (
        group("t", 11)
        | {"t11": ["2024-02-20 exit"]}
        | group("c", 4, "2024-02-15 exit")
        | {f"c{n}": [] for n in range(4, 10)}
        | group("w", 5, "2024-02-15 exit")
        | group("o", 20)
    )
    raw = with_applications(
        company(people, [*starting("t", 12), ("c9", "2024-03-10")]),
        *((f"t{n}", "selected", "2024-01-02", "2024-01-08") for n in range(12)),
        *((f"c{n}", "waitlisted", "2024-01-02", "2024-01-08") for n in range(10)),
        *((f"w{n}", "withdrawn", "2024-01-02", "2024-01-08") for n in range(5)),
    )
    marts = short_engine.marts(raw)
    row = one(marts, "retention", estimand="mentored_vs_applied")
    assert (row["treated_n"], row["matched_treated_n"], row["control_n"]) == (13, 13, 10)
    assert row["treated_value"] == pytest.approx(12 / 13)
    # January: ten stand for twelve, six of them stay. March: five stand for one, and all stay.
    assert row["control_value"] == pytest.approx((6 * 1.2 + 5 * 0.2) / 13)
    assert row["contamination_share"] == pytest.approx(1.2 / 13)
    assert (row["treated_event_n"], row["control_event_n"]) == (1, 4)
    assert one(marts, "retention", estimand="mentored_vs_applied", program="p1")["treated_n"] == 13

    # The veto, in the month of the decision: 0.6 of ten against all of twenty that never applied.
    veto = marts["rpt_vetoes__by_role"].query("role == 'mentee'").iloc[0]
    assert (veto["turned_down_n"], veto["control_n"]) == (10, 20)
    assert veto["z_variance"] == pytest.approx(1.0)
    assert veto["z_sum"] == pytest.approx(-0.4 / np.sqrt(0.24 / 10))


def test_whoever_was_selected_waits_three_months_to_count_as_not_matched(
    short_engine: Engine,
) -> None:
    # Selected in January and never matched: in the trials of March not yet, in those of April.
    people = group("m", 12) | group("a", 12) | group("s", 12)
    raw = with_applications(
        company(people, [*starting("m", 12, "2024-03-10"), *starting("a", 12, "2024-04-10")]),
        *((f"{letter}{n}", "selected", "2024-01-02", "2024-01-08")
          for letter in "mas" for n in range(12)),
    )  # fmt: skip
    row = one(short_engine.marts(raw), "retention", estimand="mentored_vs_applied")
    assert (row["treated_n"], row["matched_treated_n"], row["control_n"]) == (24, 12, 12)


def test_applicants_are_alike_in_level_and_rating_where_they_can_be(short_engine: Engine) -> None:
    people = group("t", 12) | group("g", 12) | group("b", 12, "2024-03-10 exit")
    raw = with_reviews(company(people, starting("t", 12)), {"t": 5, "g": 5, "b": 1})
    raw = with_applications(
        raw,
        *((f"t{n}", "selected", "2024-01-02", "2024-01-08") for n in range(12)),
        *((f"{letter}{n}", "declined", "2024-01-02", "2024-01-08")
          for letter in "gb" for n in range(12)),
    )  # fmt: skip
    row = one(short_engine.marts(raw), "retention", estimand="mentored_vs_applied")
    assert (row["control_n"], row["control_value"]) == (12, 1.0)


def test_without_applications_nothing_is_asked_of_applicants(short_engine: Engine) -> None:
    marts = short_engine.marts(company(group("t", 12) | group("c", 12), starting("t", 12)))
    assert marts["rpt_vetoes__by_role"].empty
    assert "mentored_vs_applied" not in set(marts["rpt_effects__by_horizon"]["estimand"])


def lottery(rng: np.random.Generator) -> tuple[Frames, pd.DataFrame]:
    """Return the raw tables of two draws with no-shows, and one row per person drawn."""
    rows = []
    for draw, size, places in (("first", 40, 20), ("second", 30, 10)):
        for n in range(size):
            is_offered = n < places
            rows.append(
                {
                    "person": f"{draw}{n}",
                    "draw": draw,
                    "is_offered": int(is_offered),
                    "is_started": int(rng.random() < (0.8 if is_offered else 0.1)),
                    "stayed": int(rng.random() < (0.65 if is_offered else 0.5)),
                }
            )
    drawn = pd.DataFrame(rows)
    # Rated before by all; afterwards only those who stayed, and not the last of each draw.
    before, after = rng.integers(2, 5, len(drawn)), rng.integers(1, 6, len(drawn))
    is_rated = drawn["stayed"].eq(1) & drawn.duplicated("draw", keep="last")
    drawn["rating_change"] = np.where(is_rated, (after - before) / 5, np.nan)
    people = {row.person: [] if row.stayed else ["2024-03-15 exit"] for row in drawn.itertuples()}
    starts = [(row.person, JANUARY) for row in drawn.itertuples() if row.is_started]
    raw = company(people, starts)
    raw["performance_reviews"] = pd.DataFrame(
        {
            "person_key": [*drawn["person"], *drawn.loc[is_rated, "person"]],
            "reviewed_on": [dt.date(2023, 12, 5)] * len(drawn)
            + [dt.date(2024, 3, 5)] * int(is_rated.sum()),
            "rating": [*before, *after[is_rated]],
            "rating_scale_max": 5.0,
        }
    )
    raw["enrollments"] = pd.DataFrame(
        {
            "program_id": "p1",
            "participant_key": drawn["person"],
            "role": "mentee",
            "status": np.where(drawn["is_offered"] == 1, "selected", "waitlisted"),
            "applied_on": dt.date(2023, 12, 5),
            "decided_on": dt.date(2024, 1, 8),
            "assignment": np.where(drawn["is_offered"] == 1, "offered", "not_offered"),
            "draw": drawn["draw"],
        }
    )
    return raw, drawn


@pytest.mark.parametrize(
    ("outcome", "value"), [("retention", "stayed"), ("rating_change", "rating_change")]
)
def test_a_lottery_with_no_shows_equals_least_squares_in_two_stages(
    short_engine: Engine, outcome: str, value: str
) -> None:
    sandbox = pytest.importorskip("statsmodels.sandbox.regression.gmm")
    raw, drawn = lottery(np.random.default_rng(3))
    marts = short_engine.marts(raw)
    row = one(marts, outcome, estimand="offered_vs_not")
    drawn = drawn.dropna(subset=[value])
    draws = pd.get_dummies(drawn["draw"]).to_numpy(dtype=float)
    y, z, d = (drawn[name].to_numpy(dtype=float) for name in (value, "is_offered", "is_started"))
    first, second = np.column_stack([z, draws]), np.column_stack([d, draws])
    offer = np.linalg.lstsq(first, y, rcond=None)[0]
    assert row["treated_value"] - row["control_value"] == pytest.approx(offer[0])
    assert (row["treated_n"], row["control_n"]) == (z.sum(), (1 - z).sum())
    assert row["contamination_share"] == pytest.approx(d[z == 0].mean())

    def robust(instruments: np.ndarray, regressors: np.ndarray, residuals: np.ndarray) -> float:
        bread = np.linalg.inv(instruments.T @ regressors)
        meat = (instruments * residuals[:, None]).T @ (instruments * residuals[:, None])
        size = len(residuals)
        return float((bread @ meat @ bread.T)[0, 0] * size / (size - 1))

    variance = row["treated_variance"] + row["control_variance"] - 2 * row["covariance"]
    assert variance == pytest.approx(robust(first, first, y - first @ offer))

    takers = sandbox.IV2SLS(y, second, first).fit()
    found = adjusted(marts, minimum_group_size=5).query(
        f"estimand == 'offered_vs_not' and outcome == '{outcome}' and program == 'all'"
        " and role == 'mentee'"
    )
    shown = found.iloc[0]
    assert shown["taker_effect"] == pytest.approx(takers.params[0])
    half = t_distribution.ppf(0.975, z.sum() - 1) * np.sqrt(robust(first, second, takers.resid))
    assert shown["taker_ci_high"] - shown["taker_effect"] == pytest.approx(half)
    assert (shown["evidence_grade"], shown["sample_ratio_p_value"]) == ("randomized", 1.0)


@pytest.mark.parametrize(
    ("promotion", "rating", "p_value"),
    [
        # One-sided: 1.645 of its standard errors is 0.05; a lag of the mentored is no alarm.
        (1.6448536, None, 0.05),
        (-1.6448536, None, 0.95),
        # Two-sided at half: 2.2414 is 0.025, counted twice.
        (None, 2.2414027, 0.05),
        (None, -2.2414027, 0.05),
        # The smaller of both.
        (1.6448536, 2.5758293, 0.02),
    ],
)
def test_earlier_promotions_fail_one_sided_and_earlier_ratings_two_sided(
    promotion: float | None, rating: float | None, p_value: float
) -> None:
    asked = {"prior_promotion": promotion, "prior_rating": rating}
    cells = pd.DataFrame(
        [
            {"role": "mentee", "program": "all", "question": question, "treated_n": 50,
             "control_n": 50, "difference": z * 0.02, "variance": 0.0004}
            for question, z in asked.items()
            if z is not None
        ]
    )  # fmt: skip
    test = placebo_tests(cells, confidence=0.95, minimum_group_size=10).iloc[0]
    assert test["placebo_p_value"] == pytest.approx(p_value, abs=1e-6)


def test_the_veto_fails_where_wanting_goes_with_staying_or_rising() -> None:
    # Two lead by 1.2 standard errors each: 2.4 / sqrt(2) = 1.697; where they hang together, less.
    cells = pd.DataFrame(
        {
            "role": ["mentee", "mentor"],
            "turned_down_n": 50,
            "control_n": 50,
            "z_sum": 2.4,
            "z_variance": [2.0, 3.0],
        }
    )
    found = vetoes(cells, minimum_group_size=10)
    assert found["veto_p_value"].tolist() == pytest.approx([0.04485, 0.08291], abs=1e-4)
    assert found["has_failed_veto"].tolist() == [True, False]
    few = vetoes(cells.assign(turned_down_n=9), minimum_group_size=10)
    assert few["veto_p_value"].isna().all()
    assert not few["has_failed_veto"].any()
