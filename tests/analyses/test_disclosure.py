"""No hidden cell can be computed from the shown ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.disclosure import (
    blank,
    families_of,
    small_cells,
    sums_of,
    thin_months,
    why_hidden,
    with_complements,
)


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


@settings(deadline=None)  # how fast it is depends on the machine
@given(st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_no_family_leaves_a_hidden_remainder_below_the_threshold(people: list[int]) -> None:
    hidden = _one_family(people).to_numpy()
    remainder = int(np.array(people)[hidden].sum())
    assert not hidden.any() or hidden.all() or (hidden.sum() >= 2 and remainder >= 5)


def _quarters(people: dict[str, int]) -> tuple[pd.Series, list[pd.DataFrame]]:
    """Return the people of a year, its quarters and months, and how they add up."""
    cells = pd.DataFrame({"period": list(people)})
    counts = pd.Series(list(people.values()))
    longer = {"Q1": "year", "Q2": "year", "Q3": "year", "April": "Q2", "May": "Q2"}
    sums = [
        sums_of(
            cells,
            counts,
            key=["period"],
            is_part=cells["period"].map(longer).eq(total),
            total={"period": total},
            minimum_group_size=5,
        )
        for total in ("year", "Q2")
    ]
    return counts, sums


def test_a_hidden_total_cannot_be_added_up_from_its_parts() -> None:
    people, sums = _quarters({"year": 36, "Q1": 4, "Q2": 12, "Q3": 20, "April": 7, "May": 5})
    hidden = with_complements(people < 5, people, sums=sums, minimum_group_size=5)
    # The first quarter takes the second with it, and that one takes May.
    assert hidden.tolist() == [False, True, True, False, False, True]


def test_company_that_a_later_choice_makes_needless_is_shown_again() -> None:
    # The row finds the 6 first; the column needs the 8, which then serves the row as well.
    cells = pd.DataFrame(
        {"row": ["a", "a", "a", "b", None], "column": [None, "x", None, None, "x"]}
    )
    people = pd.Series([2, 8, 6, 9, 3])
    families = [families_of(cells, alike=[n], is_member=cells[n].notna()) for n in cells]
    hidden = with_complements(people < 5, people, families, minimum_group_size=5)
    assert hidden.tolist() == [True, True, False, False, True]


def test_the_cheapest_cell_joins() -> None:
    cells = pd.DataFrame({"total": ["t"] * 3})
    family = families_of(cells, alike=["total"], is_member=pd.Series(True, index=cells.index))
    people, cost = pd.Series([3, 20, 30]), pd.Series([3, 20, 10])
    hidden = with_complements(people < 5, people, [family], cost=cost, minimum_group_size=5)
    assert hidden.tolist() == [True, False, True]


def test_a_cell_that_is_all_of_a_dear_total_is_as_dear() -> None:
    # "a" is all there is of a program whose number is dear: "b" joins the small one instead.
    cells = pd.DataFrame({"part": ["program", "a", "all", "small", "b"]})
    people = pd.Series([20, 20, 63, 3, 40])
    sums = [
        pd.DataFrame({"cell": [1], "sum": 0, "total": 0}),
        pd.DataFrame({"cell": [3, 1, 4], "sum": 0, "total": 2}),
    ]
    cost = people.where(cells["part"] != "program", people * 10)
    hidden = with_complements(people < 5, people, sums=sums, cost=cost, minimum_group_size=5)
    assert cells["part"][hidden].tolist() == ["small", "b"]


@pytest.mark.parametrize(("total", "adds_up"), [(20, True), (16, True), (15, False)])
def test_cells_that_count_five_people_twice_do_not_add_up(total: int, adds_up: bool) -> None:
    cells = pd.DataFrame({"program": ["all", "a", "b"]})
    sums = sums_of(
        cells,
        pd.Series([total, 10, 10]),
        key=["program"],
        is_part=cells["program"].ne("all"),
        total={"program": "all"},
        minimum_group_size=5,
    )
    assert sums["cell"].tolist() == ([1, 2] if adds_up else [])


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=9, max_size=9))
def test_no_sum_of_a_table_with_its_totals_leaves_one_cell_unknown(inner: list[int]) -> None:
    table = pd.DataFrame(
        [(row, column, inner[3 * i + j]) for i, row in enumerate("abc")
         for j, column in enumerate("xyz")], columns=["row", "column", "people"],
    )  # fmt: skip
    rows = table.groupby("row", as_index=False)["people"].sum().assign(column="all")
    columns = table.groupby("column", as_index=False)["people"].sum().assign(row="all")
    whole = pd.DataFrame({"row": ["all"], "column": ["all"], "people": [sum(inner)]})
    cells = pd.concat([table, rows, columns, whole], ignore_index=True)
    sums = [
        sums_of(
            cells,
            cells["people"],
            key=["row", "column"],
            is_part=cells[name].ne("all"),
            total={name: "all"},
            minimum_group_size=5,
        )
        for name in ("row", "column")
    ]
    own = small_cells(cells["people"], minimum_group_size=5)
    hidden = with_complements(own, cells["people"], sums=sums, minimum_group_size=5).to_numpy()
    for way in sums:
        for _, found in way.groupby("total"):
            assert hidden[[*found["cell"], found["total"].iloc[0]]].sum() != 1


def test_why_a_cell_is_hidden_is_said() -> None:
    own, hidden = pd.Series([True, False, False]), pd.Series([True, True, False])
    assert why_hidden(hidden, own).tolist() == [
        "small group", "would give away a smaller group", None,
    ]  # fmt: skip


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
