"""What is hidden, and with what."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.disclosure import (
    bears_counts,
    blank,
    smallest_together,
    thin_months,
)


def _hidden(people: list[int]) -> list[bool]:
    return smallest_together(pd.Series(people), 5).tolist()


def test_a_hidden_part_takes_the_next_ones_until_they_are_ten() -> None:
    assert _hidden([3, 40, 20, 30]) == [True, False, True, False]
    assert _hidden([4, 3, 20, 30]) == [True, True, True, False]
    assert _hidden([4, 3, 4, 30]) == [True, True, True, False]


def test_nothing_small_hides_nothing_and_nobody_is_no_small_part() -> None:
    assert _hidden([20, 30, 40]) == [False] * 3
    assert _hidden([20, 0, 40]) == [False] * 3


def test_where_there_are_no_more_all_parts_are_hidden() -> None:
    assert _hidden([3, 4, 0]) == [True, True, False]


@settings(deadline=None)  # how fast it is depends on the machine
@given(st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_hidden_parts_are_never_one_nor_few_together(people: list[int]) -> None:
    hidden = np.array(_hidden(people))
    together = int(np.array(people)[hidden].sum())
    assert not hidden.any() or hidden.all() or (hidden.sum() >= 2 and together >= 10)


def test_counts_are_published_where_no_part_is_too_small() -> None:
    parts = pd.Series([False, True, True, True, True])
    role = pd.Series(["mentee", "mentee", "mentee", "mentor", "mentor"])
    people = pd.Series([40, 31, 9, 30, 0])
    borne = bears_counts(parts, people, [role], minimum=10)
    assert borne.tolist() == [False, False, False, True, True]


def test_a_curve_on_which_nothing_has_happened_to_few_is_hidden_after_its_start() -> None:
    curves = pd.DataFrame(
        {"month": [0, 1, 2, 3], "value": [1.0, 1.0, 0.9, 1.0], "at_risk_n": [9, 9, 9, 10]}
    )
    assert thin_months(curves, minimum_group_size=5).tolist() == [False, True, False, False]


def test_blank_leaves_no_number_behind() -> None:
    frame = pd.DataFrame({"member": ["a", "b"], "value": [0.5, 0.6]})
    blanked = blank(frame, pd.Series([True, False]), ["value"])
    assert blanked["value"].isna().tolist() == [True, False]
    assert blanked["is_suppressed"].tolist() == [True, False]
