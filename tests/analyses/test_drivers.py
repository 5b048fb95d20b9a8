"""Drivers: four pairings worked out by hand, and what is not said of too few."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analyses.drivers import LISTED, OUTCOMES, driver_rows, driver_table, estimated, read_drivers
from analyses.results import DRIVERS

EVERYTHING = {need for one in (*LISTED, *OUTCOMES) for need in one.needs}
# One stratum: with the practice both reached the end, without it one of two. Distances from the
# means are 1/2 and 1/4; products sum to 1/2, squares to 1.
FOUR = {
    "driver": "goal_by_day_30", "contrast": "done", "outcome": "completion", "program": "all",
    "pairings_n": 4, "strata_n": 1, "mentees_n": 4, "doing_mentees_n": 2, "lacking_mentees_n": 2,
    "doing_n": 2, "doing_outcome_sum": 2.0, "lacking_outcome_sum": 1.0, "product_sum": 0.5,
    "square_sum": 1.0,
    **{f"{cluster}_{name}": value for cluster in ("mentee", "mentor", "both") for name, value in
       (("clusters_n", 4), ("products", 0.1875), ("crosses", 0.125), ("squares", 0.25))},
}  # fmt: skip
SHORT = {"driver": "goal_by_day_30", "program": "all", "pairings_n": 40, "lacking_n": 13,
         "mentees_n": 40, "doing_mentees_n": 27, "lacking_mentees_n": 13}  # fmt: skip
MANY = {**FOUR, "pairings_n": 40, "mentees_n": 40, "doing_mentees_n": 27, "lacking_mentees_n": 13,
        "doing_n": 27, "doing_outcome_sum": 20.0, "lacking_outcome_sum": 5.0}  # fmt: skip


def table(cell: dict[str, Any], **given: Any) -> pd.DataFrame:
    how = {"exported": EVERYTHING, "programs": ["p"], "minimum_group_size": 10, **given}
    rows = driver_rows(pd.DataFrame([cell]), pd.DataFrame([SHORT]), confidence=0.95, **how)
    return driver_table(rows.assign(as_of=None, edition_number=1))[list(DRIVERS)]


def one(cell: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Return the row of a goal by day 30 and completion in all programs."""
    found = table(cell, **given)
    wanted = found["outcome"].eq("completion") & found["driver"].eq("goal_by_day_30")
    return dict(found[wanted & found["program"].eq("all")].iloc[0])


def test_the_difference_and_its_interval_of_four_pairings() -> None:
    """Influences 0, 0, 1/4, -1/4: variance 1/8, times 4/3 for clusters, times 3/2 for a stratum."""
    found = estimated(pd.DataFrame([FOUR]), confidence=0.95).iloc[0]
    assert found["difference"] == pytest.approx(0.5)
    assert found["se"] == pytest.approx(0.5)
    # Student's t with 2 degrees of freedom: 4.303 for 95 %, and 0.423 beyond one standard error.
    assert found["ci_high"] == pytest.approx(0.5 + 4.302653 * 0.5)
    assert found["p_value"] == pytest.approx(0.42265, abs=1e-5)


def test_a_variance_by_both_people_is_never_smaller_than_by_mentees() -> None:
    """The two without the practice share a mentor: 1/4 and -1/4 cancel, by mentee they do not."""
    shared = {"mentor_clusters_n": 3, "mentor_products": 0.09375, "mentor_crosses": 0.1875,
              "mentor_squares": 0.375}  # fmt: skip
    found = estimated(pd.DataFrame([{**FOUR, **shared}]), confidence=0.95).iloc[0]
    assert found["se"] == pytest.approx(0.5)


def test_numbers_are_rounded_and_a_practice_is_listed_by_strength_times_shortfall() -> None:
    found = one(MANY)
    assert found["lacking_share"] == pytest.approx(0.32)  # 13 of 40
    assert found["difference"] == pytest.approx(0.5)
    assert found["potential"] == pytest.approx(0.16)
    assert found["unit"] == "difference"


@pytest.mark.parametrize(
    ("few", "what"),
    [
        ({"lacking_mentees_n": 9}, "nine mentees on a side"),
        ({"mentees_n": 29}, "29 mentees on both sides"),
        ({"lacking_outcome_sum": 4.0}, "four with the outcome on a side"),
        ({"doing_outcome_sum": 23.0}, "four without it on a side"),
    ],
)
def test_of_too_few_nothing_is_said(few: dict[str, Any], what: str) -> None:
    found = one({**MANY, **few})
    assert (found["status"], found["is_suppressed"]) == ("too few to say", True), what
    assert pd.isna(found["difference"]), what


def test_without_its_table_a_practice_is_not_measured_and_without_pairings_there_is_none() -> None:
    found = one(MANY, exported=EVERYTHING - {"goals"})
    assert (found["status"], found["reason"]) == ("not measured", "needs goals")
    assert not found["is_suppressed"]
    assert table(MANY, exported=set()).empty


def test_every_driver_has_a_row_for_every_outcome_and_program() -> None:
    found = table(MANY)
    main = found[found["contrast"].isin(["done", "each"])]
    assert len(main) == 2 * len(LISTED) * len(OUTCOMES)
    assert set(found.loc[found["program"].eq("p"), "status"]) == {"too few to say"}


def test_an_amount_without_bands_is_refused() -> None:
    entry = {"name": "a", "label": "A", "theme": "1", "sentence": "A.", "kind": "amount",
             "value": "a", "known": "b", "lacking": "no", "doing": "with", "needs": []}  # fmt: skip
    with pytest.raises(ValueError, match="the driver a is not complete"):
        read_drivers([entry])
