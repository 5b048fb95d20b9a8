"""No hidden cell can be computed from the shown ones."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analyses.disclosure import blank, families_of, small_cells, with_complements


def _one_family(people: list[int]) -> pd.Series:
    cells = pd.DataFrame({"people": people, "total": "t"})
    families = families_of(cells, alike=["total"], is_member=pd.Series(True, index=cells.index))
    hidden = small_cells(cells["people"], minimum_group_size=5)
    return with_complements(hidden, cells["people"], [families], minimum_group_size=5)


def test_five_people_are_shown_and_four_are_not() -> None:
    assert small_cells(pd.Series([4, 5]), minimum_group_size=5).tolist() == [True, False]


def test_all_or_none_of_a_small_group_is_hidden() -> None:
    people, outcomes = pd.Series([9, 9, 9, 10]), pd.Series([9, 0, 8, 10])
    hidden = small_cells(people, outcomes, minimum_group_size=5)
    assert hidden.tolist() == [True, True, False, False]


def test_a_hidden_cell_takes_the_smallest_shown_one_with_it() -> None:
    assert _one_family([3, 40, 20, 30]).tolist() == [True, False, True, False]


def test_hidden_cells_that_are_few_together_take_another() -> None:
    assert _one_family([1, 2, 20, 30]).tolist() == [True, True, True, False]


def test_two_hidden_cells_of_five_or_more_need_no_company() -> None:
    assert _one_family([4, 3, 20, 30]).tolist() == [True, True, False, False]


def test_nothing_small_hides_nothing() -> None:
    assert not _one_family([20, 30, 40]).any()


def test_company_is_found_across_crossing_families() -> None:
    # Rows and columns of a table: hiding one cell must hide a rectangle.
    cells = pd.DataFrame(
        {"row": list("aaabbbccc"), "column": list("xyzxyzxyz"), "people": [2, *[20] * 8]}
    )
    everyone = pd.Series(True, index=cells.index)
    families = [families_of(cells, alike=[name], is_member=everyone) for name in ("row", "column")]
    hidden = with_complements(cells["people"] < 5, cells["people"], families, minimum_group_size=5)
    by_row, by_column = (hidden.groupby(cells[name]).sum() for name in ("row", "column"))
    assert set(by_row) | set(by_column) <= {0, 2, 3}


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_no_family_leaves_a_hidden_remainder_below_the_threshold(people: list[int]) -> None:
    hidden = _one_family(people).to_numpy()
    remainder = int(np.array(people)[hidden].sum())
    assert not hidden.any() or hidden.all() or (hidden.sum() >= 2 and remainder >= 5)


def test_blank_leaves_no_number_behind() -> None:
    frame = pd.DataFrame({"member": ["a", "b"], "value": [0.5, 0.6]})
    blanked = blank(frame, pd.Series([True, False]), ["value"])
    assert blanked["value"].isna().tolist() == [True, False]
    assert blanked["is_suppressed"].tolist() == [True, False]
