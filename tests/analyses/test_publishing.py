"""Which cells a release has: the same for all measures of the same people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from analyses.publishing import GRAINS, Planned, plannable

CELL = {
    "measure": "retention_12_months",
    "program": "all",
    "population": "mentees",
    "dimension": "all",
    "member": "all",
    "period_grain": "all",
    "period_start": "2022-01-01",
    "unit": "share",
    "estimator": "share",
    "square_sum": None,
}


def planned(
    *cells: dict[str, Any], grains: Collection[str] = GRAINS, practices: Collection[str] = ()
) -> Planned:
    """Return the plan of cells with so many people, half of whom stayed."""
    given = (
        {"numerator": c["people"] / 2, "denominator": c["people"], "people_n": c["people"], **c}
        for c in cells
    )
    rows = pd.DataFrame([{**CELL, **cell} for cell in given]).drop(columns="people")
    rows["period_start"] = pd.to_datetime(rows["period_start"])
    return plannable(
        rows, people={}, minimum_group_size=5, allowed_grains=grains, practices=practices
    ).planned({})


def counted(result: Planned, column: str, **where: str) -> dict[str, float]:
    cells = result.cells
    for name, value in where.items():
        cells = cells[cells[name].eq(value)]
    return dict(zip(cells[column].astype(str), cells["denominator"].astype(float), strict=True))


def test_members_of_fewer_than_ten_are_merged_until_they_are_ten() -> None:
    cut = {"dimension": "department"}
    result = planned(
        {"people": 60},
        {"people": 30, "member": "a", **cut},
        {"people": 16, "member": "b", **cut},
        {"people": 7, "member": "c", **cut},
        {"people": 4, "member": "d", **cut},
        # Three are in no department.
    )
    assert counted(result, "member", dimension="department") == {
        "a": 30, "b": 16, "Other (2 groups)": 14,
    }  # fmt: skip


def test_a_member_joins_one_that_is_too_small_alone() -> None:
    cut = {"dimension": "work_arrangement"}
    result = planned(
        {"people": 42},
        {"people": 20, "member": "onsite", **cut},
        {"people": 14, "member": "remote", **cut},
        {"people": 6, "member": "hybrid", **cut},
        {"people": 2, "member": "unknown", **cut},
    )
    assert counted(result, "member", dimension="work_arrangement") == {
        "onsite": 20, "Other (3 groups)": 22,
    }  # fmt: skip


def test_a_dimension_of_which_one_group_is_left_is_not_published() -> None:
    cut = {"dimension": "department"}
    result = planned(
        {"people": 14}, {"people": 8, "member": "a", **cut}, {"people": 6, "member": "b", **cut}
    )
    assert counted(result, "member", dimension="department") == {}


def test_periods_are_published_where_all_of_them_and_the_rest_have_ten() -> None:
    quarters = [
        {"people": n, "period_grain": "quarter", "period_start": start}
        for n, start in ((12, "2022-01-01"), (10, "2022-04-01"))
    ]
    years = [
        {"people": n, "period_grain": "year", "period_start": start}
        for n, start in ((22, "2022-01-01"), (10, "2023-01-01"))
    ]
    # 42 - 22 and 42 - 32 people began in no listed period.
    assert set(planned({"people": 42}, *quarters, *years).cells["period_grain"]) == {
        "all", "quarter", "year",
    }  # fmt: skip
    # Nine in one quarter, or four who began after all listed years.
    small = {**quarters[1], "people": 9}
    found = planned({"people": 36}, quarters[0], small, *years)
    assert set(found.cells["period_grain"]) == {"all"}


def test_a_cut_is_published_by_the_finest_period_of_which_every_cell_is_shown() -> None:
    """Of 24 people in each half-year, one quarter has nine, or one half-year does."""

    def grains(*quarters: int) -> set[str]:
        halves = [sum(quarters[at : at + 2]) for at in (0, 2)]
        starts = ("2022-01-01", "2022-04-01", "2022-07-01", "2022-10-01")
        by_grain = {"quarter": quarters, "half_year": halves, "year": [sum(quarters)]}
        cells = [
            {"people": n, "program": "p", "period_grain": grain, "period_start": start}
            for grain, sizes in by_grain.items()
            for n, start in zip(sizes, starts[:: 4 // len(sizes)], strict=True)
        ]
        whole = [{"people": sum(quarters), "program": program} for program in ("all", "p")]
        result = planned(*whole, *cells)
        assert not result.cells["is_small"].any()
        return set(result.cells["period_grain"])

    # The year is beside the finest one for pages that compare programs.
    assert grains(12, 12, 12, 12) == {"all", "year", "quarter"}
    assert grains(9, 15, 12, 12) == {"all", "year", "half_year"}
    assert grains(5, 4, 24, 15) == {"all", "year"}


def test_where_one_program_is_too_small_none_has_counts_or_periods() -> None:
    year = {"period_grain": "year"}
    result = planned(
        {"people": 40},
        {"people": 31, "program": "a"},
        {"people": 9, "program": "b"},
        {"people": 31, "program": "a", **year},
    )
    cells = result.cells.set_index("program")
    assert cells["has_counts"].to_dict() == {"all": True, "a": False, "b": False}
    assert cells["is_small"].to_dict() == {"all": False, "a": False, "b": True}
    assert set(cells["period_grain"]) == {"all"}


def test_cohorts_are_quarters_where_all_bear_them_and_else_years() -> None:
    def cohorts(*sizes: int) -> list[dict[str, Any]]:
        quarters = ("2022-Q1", "2022-Q2", "2023-Q1", "2023-Q2")
        return [
            {"people": n, "program": "p", "dimension": "cohort", "member": f"p {quarter}"}
            for n, quarter in zip(sizes, quarters, strict=False)
        ]

    whole = [{"people": 40}, {"people": 40, "program": "p"}]
    found = counted(planned(*whole, *cohorts(10, 10, 10, 10)), "member", dimension="cohort")
    assert found == {"p 2022-Q1": 10, "p 2022-Q2": 10, "p 2023-Q1": 10, "p 2023-Q2": 10}
    found = counted(planned(*whole, *cohorts(9, 11, 10, 10)), "member", dimension="cohort")
    assert found == {"p 2022": 20, "p 2023": 20}


def test_mentees_and_mentors_together_are_not_published() -> None:
    result = planned({"people": 40}, {"people": 60, "population": "participants"})
    assert set(result.cells["population"]) == {"mentees"}


def test_a_workspace_may_publish_fewer_periods() -> None:
    cells = [{"people": 60}, {"people": 60, "period_grain": "year"}]
    cells += [{"people": 60, "period_grain": "month"}]
    assert set(planned(*cells).cells["period_grain"]) == {"all", "year", "month"}
    assert set(planned(*cells, grains=("year",)).cells["period_grain"]) == {"all", "year"}
    assert set(planned(*cells, grains=()).cells["period_grain"]) == {"all"}


def test_a_practice_has_fewer_cells_than_an_outcome() -> None:
    cut = {"dimension": "department"}
    cells = [
        {"people": 60},
        {"people": 60, "period_grain": "month", "period_start": "2024-01-01"},
        {"people": 60, "period_grain": "quarter", "period_start": "2024-01-01"},
        {"people": 60, "program": "p"},
        {"people": 60, "program": "p", "period_grain": "quarter", "period_start": "2024-01-01"},
        {"people": 60, "program": "p", "period_grain": "year", "period_start": "2024-01-01"},
        *({"people": 30, "member": member, "program": program, **cut}
          for member in "ab" for program in ("all", "p")),
        *({"people": 30, "member": member, "period_grain": "year", "period_start": "2024-01-01",
           **cut} for member in "ab"),
    ]  # fmt: skip
    columns = ["program", "dimension", "period_grain"]

    def found(practices: Collection[str]) -> set[tuple[str, ...]]:
        rows = planned(*cells, practices=practices).cells[columns]
        return set(rows.itertuples(index=False, name=None))

    assert found(()) - found(["retention_12_months"]) == {
        ("all", "all", "month"), ("p", "all", "quarter"),
        ("p", "department", "all"), ("all", "department", "year"),
    }  # fmt: skip
    assert found(["retention_12_months"]) == {
        ("all", "all", "all"), ("all", "all", "quarter"),
        ("p", "all", "all"), ("p", "all", "year"), ("all", "department", "all"),
    }  # fmt: skip


def test_a_practice_has_years_beside_its_quarters_and_no_months() -> None:
    cell = {"people": 60, "period_start": "2024-01-01"}
    cells = [{**cell, "period_grain": grain} for grain in ("all", "month", "quarter", "year")]
    result = planned(*cells, practices=[CELL["measure"]])
    assert set(result.cells["period_grain"]) == {"all", "quarter", "year"}


def test_medians_are_of_everybody_and_of_programs_only() -> None:
    cut = {"dimension": "department", "estimator": "median"}
    result = planned(
        {"people": 60, "estimator": "median"},
        {"people": 60, "estimator": "median", "program": "p"},
        *({"people": 30, "member": member, **cut} for member in "ab"),
    )
    assert set(result.cells["dimension"]) == {"all"}
    assert set(result.cells["program"]) == {"all", "p"}
