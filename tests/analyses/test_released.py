"""A number moves between releases only when many people move it."""

from __future__ import annotations

import pandas as pd

from analyses.released import beside_released
from tests.analyses.test_publishing import planned


def release(*years: int, rest: int, stayed: int | None = None) -> pd.DataFrame:
    """Return planned cells of years with so many people, and so many in no year yet."""
    whole = {"people": sum(years) + rest}
    if stayed is not None:
        whole["numerator"] = stayed
    periods = [
        {"people": n, "period_grain": "year", "period_start": f"{2022 + i}-01-01"}
        for i, n in enumerate(years)
    ]
    return planned(whole, *periods).cells


def people(cells: pd.DataFrame) -> list[float]:
    return cells["denominator"].astype(float).tolist()


def test_without_a_release_before_everything_is_new() -> None:
    assert people(beside_released(release(20, rest=10), None, needed=10)) == [30, 20]


def test_the_whole_time_stands_until_ten_more_are_counted() -> None:
    before = release(20, rest=10)
    assert people(beside_released(release(20, rest=19), before, needed=10)) == [30, 20]
    assert people(beside_released(release(20, rest=20), before, needed=10)) == [40, 20]


def test_a_period_that_is_over_keeps_its_number_and_the_whole_time_counts_it_so() -> None:
    before = release(20, rest=10)
    # One person of 2022 is gone, twelve have come since: 41 are counted, and 42 are said.
    after = beside_released(release(19, rest=22), before, needed=10)
    assert people(after) == [42, 20]


def test_one_person_whose_outcome_changed_shows_nothing() -> None:
    before = release(20, rest=10, stayed=15)
    after = beside_released(release(20, rest=10, stayed=16), before, needed=10)
    pd.testing.assert_frame_equal(after, before)
