"""Cronbach's alpha: by hand, as published, and hidden where few answered."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analyses.editions import beside_released
from analyses.released import Edition, Released
from analyses.reliability import (
    CELL,
    NUMBERS,
    alpha,
    alpha_interval,
    reliability_rows,
    reliability_table,
)


def cells(**changed: object) -> pd.DataFrame:
    """Return one score of 2 items: variances 8 and 6, that of the sum 26."""
    row = {
        "survey_id": "s", "wave": "w", "construct": "trust", "scale_name": "1-5", "items_n": 2,
        "people_n": 43, "item_squares": 14.0, "total_squares": 26.0,
    }  # fmt: skip
    return pd.DataFrame([{**row, **changed}])


def rows(**changed: object) -> pd.DataFrame:
    return reliability_rows(cells(**changed), confidence=0.95, minimum_group_size=10)


def test_alpha_by_hand() -> None:
    """2 x (1 - 14 / 26) = 12 / 13."""
    found = alpha(np.array([2.0]), np.array([14.0]), np.array([26.0]))
    assert found[0] == pytest.approx(12 / 13)


def test_alpha_of_items_that_go_against_each_other_is_negative() -> None:
    """2 x (1 - 20 / 10) = -2."""
    assert alpha(np.array([2.0]), np.array([20.0]), np.array([10.0]))[0] == -2


def test_no_alpha_of_one_item_or_of_sums_that_are_all_alike() -> None:
    found = alpha(np.array([1.0, 2.0]), np.array([5.0, 4.0]), np.array([5.0, 0.0]))
    assert np.isnan(found).all()


def test_alpha_as_bland_and_altman_published_it() -> None:
    """BMJ 1997;314:572: ten items, variances of 11.16 in sum, of the sum 77.44: 0.95."""
    found = alpha(np.array([10.0]), np.array([11.16]), np.array([77.44]))
    assert round(float(found[0]), 2) == 0.95


def test_the_interval_as_the_documentation_of_pingouin_prints_it() -> None:
    """cronbach_alpha of its data of 15 people and 10 items, and of 12 and 11."""
    low, high = alpha_interval(
        np.array([0.5917188485995826, 0.801695]),
        items_n=np.array([10.0, 11.0]),
        people_n=np.array([15.0, 12.0]),
        confidence=0.95,
    )
    assert np.round(low, 3).tolist() == [0.195, 0.581]
    assert np.round(high, 3).tolist() == [0.84, 0.933]


def test_what_is_published_gives_no_exact_number_of_respondents_back() -> None:
    one = reliability_table(rows(people_n=40)).iloc[0]
    other = reliability_table(rows(people_n=44)).iloc[0]
    names = ["cronbach_alpha", "ci_low", "ci_high", "respondents"]
    assert one[names].tolist() == other[names].tolist()
    assert (one["cronbach_alpha"], one["respondents"], one["status"]) == (0.92, 40, "counted")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"people_n": 30}, "counted"),
        ({"people_n": 29}, "too few to say"),
        ({"total_squares": 0.0, "item_squares": 0.0}, "too few to say"),
        ({"items_n": 1}, "not measured"),
    ],
)
def test_who_is_hidden(changed: dict[str, object], status: str) -> None:
    row = rows(**changed).iloc[0]
    assert row["status"] == status
    assert pd.isna(row["cronbach_alpha"]) == (status != "counted")
    assert bool(row["is_suppressed"]) == (status == "too few to say")


def test_nothing_to_score_is_an_empty_table() -> None:
    assert reliability_rows(cells().iloc[:0], confidence=0.95, minimum_group_size=10).empty


def test_a_number_stands_until_ten_people_have_moved_it() -> None:
    edition = Edition(1, dt.date(2024, 1, 1), "m")
    first = beside_released({"reliability": rows()}, None, edition=edition, needed=10)
    released = Released(edition, first.tables)
    later = Edition(2, dt.date(2024, 2, 1), "m")
    for people_n, value in ((52, 0.92), (53, 0.77)):
        today = {"reliability": rows(people_n=people_n, item_squares=16.0)}
        found = beside_released(today, released, edition=later, needed=10)
        assert found.tables["reliability"]["cronbach_alpha"].tolist() == [value]


def test_a_hidden_row_is_the_same_beside_a_release() -> None:
    edition = Edition(1, dt.date(2024, 1, 1), "m")
    first = beside_released({"reliability": rows(people_n=9)}, None, edition=edition, needed=10)
    released = Released(edition, first.tables)
    today = {"reliability": rows(people_n=8, total_squares=20.0)}
    later = beside_released(
        today, released, edition=Edition(2, dt.date(2024, 2, 1), "m"), needed=10
    )
    tables = [reliability_table(each.tables["reliability"]) for each in (first, later)]
    named = [*CELL, "items_n", *NUMBERS, "status", "is_suppressed", "as_of", "edition_number"]
    pd.testing.assert_frame_equal(tables[0][named], tables[1][named], check_dtype=False)
