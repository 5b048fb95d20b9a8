"""Workspaces of the kinds that real exports are, built whole: what is published is worked out here.

The first is of our own tables with the contradictions of people's records. The second is ten yearly
snapshots of a company that publishes its turnover.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from analyses.files import read_results
from tests.mentorship.conftest import write_csv
from workspace.folder import Workspace

pytestmark = pytest.mark.slow

OWN = """\
organization: Example Corp
as_of: 2024-06-30
sources:
  - {table: job_history, path: exports/job_history.csv}
  - {table: survey_responses, path: exports/answers.csv}
  - {table: survey_items, path: exports/items.csv}
"""
YEARLY = """\
organization: Example Corp
sources:
  - table: job_history
    path: exports/staff.csv
    preset: snapshots
    date_format: ["%Y", "%Y-%m-%d"]
    columns: {employee_id: id, snapshot_on: year, hired_on: service date, department: dept}
"""
# Of each year: who left in it, and who came at its end. At the end of 2014 there were 100.
LEFT = {2015: 12, 2016: 15, 2017: 11, 2018: 20, 2019: 14, 2020: 10, 2021: 16, 2022: 18, 2023: 13}
CAME = {2015: 20, 2016: 15, 2017: 21, 2018: 10, 2019: 24, 2020: 20, 2021: 16, 2022: 28, 2023: 13}
# Headcounts at the ends of the years: 100, 108, 108, 118, 108, 118, 128, 128, 138, 138.
TURNOVER = {
    2015: 12 / 104,
    2016: 15 / 108,
    2017: 11 / 113,
    2018: 20 / 113,
    2019: 14 / 113,
    2020: 10 / 123,
    2021: 16 / 128,
    2022: 18 / 133,
    2023: 13 / 138,
}


def build(folder: Path, config: str, **tables: list[tuple[object, ...]]) -> tuple[Workspace, str]:
    """Return a workspace that has been built, and what the command said."""
    workspace = Workspace(folder)
    workspace.exports.mkdir()
    workspace.config_path.write_text(config, encoding="utf-8")
    for name, (header, *rows) in tables.items():
        write_csv(workspace.exports / f"{name}.csv", [str(cell) for cell in header], rows)
    ended = subprocess.run(
        [sys.executable, "-m", "mentorship.cli", "build", "-C", str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return workspace, ended.stdout + ended.stderr


def metric(workspace: Workspace, measure: str) -> pd.DataFrame:
    """Return a measure of the whole workforce, one row a year."""
    table = read_results(workspace.site / "data").metrics
    chosen = table[
        (table["measure"] == measure)
        & (table["population"] == "workforce")
        & (table["dimension"] == "all")
        & (table["period_grain"] == "year")
    ]
    years = pd.to_datetime(chosen["period_start"]).dt.year
    return chosen.assign(year=years).set_index("year").sort_index()


def own_tables() -> dict[str, list[tuple[object, ...]]]:
    """Return sixty people: twelve with two levels of a day, two with a break, twelve who left."""
    jobs: list[tuple[object, ...]] = [
        ("employee_id", "effective_on", "event", "department", "level")
    ]
    for n in range(60):
        jobs.append((f"E{n:02}", dt.date(2019, 1, 7), "hire", "Care", 9))
    for n in range(12):
        jobs += [(f"E{n:02}", "2023-03-01", "promotion", "Care", level) for level in (10, 9)]
    for n in (20, 21):
        jobs.append((f"E{n}", "2023-03-01", "exit", "", ""))
        jobs.append((f"E{n}", "2023-09-01", "rehire", "Care", 9))
    jobs += [(f"E{n}", "2023-05-01", "exit", "", "") for n in range(30, 42)]
    answers: list[tuple[object, ...]] = [
        ("survey_id", "wave", "response_id", "respondent_id", "submitted_at", "item_id", "answer")
    ]
    for n in range(12):
        moment = "1970-01-01 00:00:00"
        answers.append(("s", "placeholder", f"a{n}", "", moment, "work", 1 + n % 5))
        # A day without a time is no placeholder.
        answers.append(("s", "a day", f"b{n}", f"E{n:02}", "2023-10-02", "work", 1 + n % 5))
        answers.append(("s", "a day", f"b{n}", f"E{n:02}", "2023-10-02", "mood", 1 + n % 5))
    items = [
        ("survey_id", "item_id", "construct", "kind", "scale_min", "scale_max"),
        ("s", "work", "satisfaction", "likert", 1, 5),
        ("s", "mood", "Gladness", "likert", 1, 5),
    ]
    return {"job_history": jobs, "answers": answers, "items": items}


def staff() -> list[tuple[object, ...]]:
    """Return ten yearly snapshots; the longest there leave first, and hires go back to 2005."""
    employed = [(f"P{n}", f"{2005 + n % 9}-03-01") for n in range(100)]
    rows: list[tuple[object, ...]] = [("id", "year", "service date", "dept")]
    rows += [(who, 2014, on, "Care") for who, on in employed]
    for year in LEFT:
        employed = employed[LEFT[year] :]
        employed += [(f"N{year}-{n}", f"{year}-12-31") for n in range(CAME[year])]
        rows += [(who, year, on, "Care") for who, on in employed]
    return rows


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str]:
    return build(tmp_path_factory.mktemp("own"), OWN, **own_tables())


@pytest.fixture(scope="module")
def yearly(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str]:
    return build(tmp_path_factory.mktemp("yearly"), YEARLY, staff=staff())


def test_who_was_away_within_the_window_is_retained(own: tuple[Workspace, str]) -> None:
    """Twelve of sixty left; two more were away from March to September."""
    row = metric(own[0], "retention_12_months").loc[2023]
    assert (row["numerator"], row["denominator"]) == (48, 60)


def test_of_two_levels_of_a_day_the_greater_holds(own: tuple[Workspace, str]) -> None:
    with duckdb.connect(str(own[0].warehouse_path), read_only=True) as warehouse:
        found: list[Any] = warehouse.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where table_name = 'int_employment__attributed'"
        ).fetchall()
        levels = warehouse.execute(
            f"select level, count(distinct person_key) from {'.'.join(found[0])} "
            "where valid_from = date '2023-03-01' and level is not null group by all order by 1"
        ).fetchall()
    assert (10, 12) in levels


def test_what_nothing_can_use_is_said(own: tuple[Workspace, str]) -> None:
    _, said = own
    assert "All 12 responses of a wave were handed in in one second, 1970-01-01" in said
    assert "2023-10-02" not in said
    assert "are about a program (recommendation, satisfaction)" in said or (
        "are about a program (satisfaction" in said
    )
    assert "workplace_satisfaction" in said


def test_yearly_snapshots_give_the_turnover_of_each_year(yearly: tuple[Workspace, str]) -> None:
    found = metric(yearly[0], "turnover")["value"].to_dict()
    assert found == pytest.approx(TURNOVER)


def test_years_before_the_first_snapshot_have_no_rate(yearly: tuple[Workspace, str]) -> None:
    """Hires go back to 2005, and of those who left by 2014 nobody is in a file."""
    retained = metric(yearly[0], "retention_12_months")
    assert retained.index.min() == 2015
    assert retained["value"].loc[2015] == pytest.approx(88 / 100)
    assert metric(yearly[0], "turnover").index.min() == 2015


def test_a_turn_s_own_rows_are_nobody_s_empty_departments(yearly: tuple[Workspace, str]) -> None:
    assert "leave it empty" not in yearly[1]
