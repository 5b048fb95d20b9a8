"""What is over is counted as it was, by every cut, unless many people have changed it."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from analyses.closed import settled_cells

FIRST, SECOND = dt.date(2024, 1, 31), dt.date(2024, 12, 31)
PEOPLE = {"stayed": "followed"}


def counted(
    months: dict[str, tuple[int, int]], *, years: tuple[int, ...] = (2023,)
) -> pd.DataFrame:
    """Return the cells of people in two departments who started in these months, half staying."""
    rows = []
    for dimension, members in (("all", ("all",)), ("department", ("a", "b"))):
        for member in members:

            def people(start: str, member: str = member) -> int:
                a, b = months[start]
                return {"all": a + b, "a": a, "b": b}[member]

            periods = [("month", start, people(start)) for start in months]
            periods += [
                ("year", f"{year}-01-01", sum(people(s) for s in months if s[:4] == str(year)))
                for year in years
            ]
            periods.append(("all", min(months), sum(people(start) for start in months)))
            rows += [
                {"measure": "stayed", "program": "all", "population": "mentees",
                 "dimension": dimension, "member": member, "period_grain": grain,
                 "period_start": pd.Timestamp(start), "unit": "share", "estimator": "share",
                 "numerator": n / 2, "square_sum": None, "denominator": n, "people_n": n}
                for grain, start, n in periods if n
            ]  # fmt: skip
    return pd.DataFrame(rows)


def settled(cells: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    return settled_cells(
        cells, before, before, people=PEOPLE, needed=10, as_of=FIRST if before is None else SECOND
    )


def numbers(cells: pd.DataFrame, grain: str) -> dict[tuple[str, str], float]:
    own = cells[cells["period_grain"].eq(grain)]
    starts = own["period_start"].dt.strftime("%Y-%m")
    return dict(zip(zip(own["member"], starts, strict=True), own["people_n"], strict=True))


THEN = {"2023-03-01": (20, 30), "2023-06-01": (15, 15)}


def test_one_person_taken_out_of_a_closed_month_is_still_counted_everywhere() -> None:
    before = settled(counted(THEN))
    now = {"2023-03-01": (19, 30), "2023-06-01": (15, 15), "2024-02-01": (12, 0)}
    found = settled(counted(now), before)
    assert numbers(found, "month")["all", "2023-03"] == 50
    assert numbers(found, "month")["a", "2023-03"] == 20
    assert numbers(found, "year") == {
        ("all", "2023-01"): 80, ("a", "2023-01"): 35, ("b", "2023-01"): 45,
    }  # fmt: skip
    # Twelve have come since: the whole time counts them, and the one who is gone.
    assert sorted(numbers(found, "all").values()) == [45, 47, 92]


def test_a_move_between_departments_changes_neither() -> None:
    before = settled(counted(THEN))
    found = settled(counted({"2023-03-01": (21, 29), "2023-06-01": (15, 15)}), before)
    assert numbers(found, "month") == numbers(before, "month")
    assert numbers(found, "all") == numbers(before, "all")


def test_a_correction_of_many_people_is_counted() -> None:
    before = settled(counted(THEN))
    now = {"2023-03-01": (30, 30), "2023-06-01": (15, 15)}
    found = settled(counted(now), before)
    assert numbers(found, "month")["a", "2023-03"] == 30
    assert numbers(found, "all")["all", "2023-03"] == 90


def test_a_month_that_was_not_listed_is_new() -> None:
    # Its people were not yet followed long enough: they belong to no month of the first release.
    before = settled(counted(THEN))
    found = settled(counted(THEN | {"2023-09-01": (14, 0)}), before)
    assert numbers(found, "month")["all", "2023-09"] == 14


def test_a_median_of_a_closed_period_stands_with_its_whole_until_many_change_it() -> None:
    """Two medians make none, so the whole time cannot count the period as it was: it stands."""

    def medians(people: int, median: float) -> pd.DataFrame:
        cell = {
            "measure": "days", "program": "all", "population": "mentees", "dimension": "all",
            "member": "all", "period_start": pd.Timestamp("2023-01-01"), "unit": "days",
            "estimator": "median", "numerator": people / 2, "square_sum": None,
            "denominator": people, "people_n": people, "median": median,
        }  # fmt: skip
        return pd.DataFrame([{**cell, "period_grain": grain} for grain in ("year", "all")])

    first = settled_cells(medians(40, 5), None, None, people={}, needed=10, as_of=FIRST)
    few = settled_cells(medians(42, 6), first, first, people={}, needed=10, as_of=SECOND)
    assert few["median"].tolist() == [5, 5]
    assert few["denominator"].tolist() == [40, 40]
    many = settled_cells(medians(60, 6), first, first, people={}, needed=10, as_of=SECOND)
    assert many["median"].tolist() == [6, 6]
