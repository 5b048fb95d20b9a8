"""A built company: what its numbers add up to, and that releases one person apart are the same."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analyses.files import read_results
from analyses.released import COUNTING
from demo.company import generate
from mentorship.audit import audit_site
from workspace.folder import Workspace

pytestmark = pytest.mark.slow
EMPLOYEES = 600
# What the analyst's page says of files and of the run is about records, and says so, as does the
# line that leads to it: it counts the checks, of which a first build makes fewer.
ABOUT_RECORDS = "analyst.html"
CHECKS = re.compile(r"\d+ checks of the exports[^<]*")
# What reads a text of a type of the package, or raises.
READS = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": dt.date.fromisoformat,
}
ENDS = (
    "completion", "ended_early_by_participant", "ended_early_by_program_team",
    "ended_by_inactivity", "ended_early_by_leaving", "concluded_early",
)  # fmt: skip


def build(root: Path) -> Path:
    """Return the release of a workspace that is built."""
    words = [sys.executable, "-m", "mentorship.cli", "build", "-C", str(root)]
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return (root / "site").resolve()


def without_lines(root: Path, *words: str) -> int:
    """Take every line of the exports that holds one of the words out; return how many."""
    gone = 0
    for path in (root / "exports").rglob("*.csv"):
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        kept = [line for line in lines if not any(word in line.lower() for word in words)]
        gone += len(lines) - len(kept)
        path.write_text("".join(kept), encoding="utf-8")
    return gone


def lines(root: Path, name: str) -> list[list[str]]:
    path = next((root / "exports").rglob(name))
    return [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]


def mentee(root: Path) -> tuple[str, str]:
    """Return the employee id and the e-mail of a mentee who manages nobody."""
    managers = {row[-2] for row in lines(root, "Worker_Job_History.csv")}
    ids = {row[1].lower(): row[0] for row in lines(root, "Worker_Personal_Data.csv")}
    for row in lines(root, "matches.csv")[1:]:
        email = row[3].lower()
        if email in ids and ids[email] not in managers and row[4] < "2024":
            return ids[email].lower(), email
    raise AssertionError("every mentee is a manager")


def told_apart(old: Path, new: Path) -> list[str]:
    """Return the tables and the pages in which two releases differ."""
    before, after = read_results(old / "data"), read_results(new / "data")
    tables = [
        name for name in COUNTING
        if not getattr(before, name).astype(str).equals(getattr(after, name).astype(str))
    ]  # fmt: skip
    pages = [
        page.name for page in sorted(old.glob("*.html"))
        if page.name != ABOUT_RECORDS and read(page) != read(new / page.name)
    ]  # fmt: skip
    return [*tables, *pages]


def read(page: Path) -> str:
    text, lines_n = CHECKS.subn("", page.read_text(encoding="utf-8"))
    assert lines_n > 0
    return text


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("company")
    Workspace(root).prepare()
    generate(root, employees=EMPLOYEES, seed=2024)
    build(root)
    return root


@pytest.fixture(scope="module")
def warehouse(company: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return the company's warehouse, whose numbers disclosure control has not seen."""
    workspace = Workspace(company)
    with duckdb.connect(str(workspace.warehouse_path), read_only=True) as connection:
        connection.execute(f"attach '{workspace.raw_path}' as raw (read_only)")
        yield connection


def test_nobody_named_in_a_comment_is_in_what_comments_are_read_for_or_in_results(
    company: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    """The demo's people name colleagues; the exports hold them, and nothing behind ingest does."""
    head, *people = lines(company, "Worker_Personal_Data.csv")
    places = [place for place, name in enumerate(head) if "First" in name or "Last" in name]
    names = {row[place].casefold() for row in people for place in places if len(row) > max(places)}
    names = {name for name in names if name.isalpha()}
    assert len(places) == 2
    assert len(names) > 100
    exported = next((company / "exports").rglob("Mentoring_Pulse.csv")).read_text(encoding="utf-8")
    assert names & {word.casefold() for word in re.findall(r"Thanks to (\w+)", exported)}
    said = warehouse.execute("select words from int_comments__read where words is not null")
    assert not names & {word for (words,) in said.fetchall() for word in words.split()}
    tables = (company / "site" / "data" / f"{name}.csv" for name in ("comments", "topics"))
    told = "".join(table.read_text(encoding="utf-8") for table in tables)
    assert not names & {word.casefold() for word in re.findall(r"[^\W\d_]+", told)}


def test_comments_count_people_as_their_rows_do(warehouse: duckdb.DuckDBPyConnection) -> None:
    """By another way: one expression over the comments, for the goals that the demo speaks of."""
    found = warehouse.execute(
        """
        select survey_id, count(distinct respondent)
        from int_comments__read
        where regexp_matches(words, ' (goals?|milestones|deadlines|progress|ziele|fortschritt) ')
        group by survey_id
        """
    ).fetchall()
    counted = warehouse.execute(
        "select survey_id, people_n from rpt_comments__by_theme "
        "where program = 'all' and wave = 'all' and theme = '3 Milestones and goals'"
    ).fetchall()
    assert sorted(found) == sorted(counted)


def test_completion_and_the_five_early_ends_are_all_pairings_that_were_due(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    cells = warehouse.execute(
        """
        select
            sum(numerator) as ended_n,
            min(denominator) as least_due_n,
            max(denominator) as most_due_n,
            count(*) as measures_n
        from int_pairing_ends__counted
        where list_contains(?, measure)
        group by population, program, dimension, member, period_grain, period_start
        """,
        [list(ENDS)],
    ).fetchall()
    assert cells
    assert [cell for cell in cells if cell != (cell[0], cell[0], cell[0], len(ENDS))] == []


def test_the_funnel_of_applications_only_narrows(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Applied, decided, selected, followed for 90 days, started."""
    funnels = warehouse.execute(
        """
        select
            max(denominator) filter (measure = 'withdrawn_share') as applied_n,
            max(denominator) filter (measure = 'selection_rate') as decided_n,
            max(numerator) filter (measure = 'selection_rate') as selected_n,
            max(denominator) filter (measure = 'started_share') as followed_n,
            max(numerator) filter (measure = 'started_share') as started_n
        from int_applications__counted
        group by population, program, dimension, member, period_grain, period_start
        having started_n > 0
        """
    ).fetchall()
    assert funnels
    assert [steps for steps in funnels if list(steps) != sorted(steps, reverse=True)] == []


def test_who_stayed_and_who_is_gone_are_who_was_there(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Retention, and exits counted anew from the spells, of everybody employed on 1 January."""
    years = warehouse.execute(
        """
        with cells as (
            select period_start as first_day, period_start + interval 1 year as last_day,
                numerator as stayed_n, denominator as there_n
            from int_windows__counted
            where measure = 'retention_12_months' and population = 'workforce'
                and dimension = 'all' and period_grain = 'year'
        ),
        there as (
            select distinct cells.first_day, cells.last_day, stretches.person_key
            from cells
            inner join int_employment__attributed as stretches
                on cells.first_day >= stretches.valid_from
                and coalesce(cells.first_day < stretches.valid_to, true)
            where stretches.employment_type <> 'contractor'
        ),
        counted as (
            select there.first_day, count(*) as there_n,
                count(*) filter (not exists (
                    from int_employment__spelled as spells
                    where spells.person_key = there.person_key
                        and there.last_day >= spells.started_on
                        and coalesce(there.last_day < spells.ended_on, true)
                )) as gone_n
            from there
            group by there.first_day
        )
        select cells.stayed_n + counted.gone_n, cells.there_n, counted.there_n
        from cells
        left join counted on cells.first_day = counted.first_day
        """
    ).fetchall()
    assert years
    assert [year for year in years if len(set(year)) > 1] == []


def test_cadence_times_active_months_is_the_meetings_held(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Periods of each length and the whole time each hold every meeting of the export."""
    ((held_n,),) = warehouse.execute(
        """
        select count(*)
        from stg_program__meetings
        cross join int_settings__resolved
        where status_code = 'held' and scheduled_on < follow_up_ends_on
        """
    ).fetchall()
    sums = warehouse.execute(
        """
        select period_grain, sum(numerator) as held_n
        from int_active_months__counted
        where measure = 'cadence' and program = 'all' and dimension = 'all'
        group by period_grain
        """
    ).fetchall()
    grains = ("all", "quarter", "half_year", "year")
    assert dict(sums) == pytest.approx(dict.fromkeys(grains, held_n))


@pytest.mark.parametrize("missing", ["person", "pairing", "answer"])
def test_nothing_tells_of_the_one_that_is_missing(
    company: Path, tmp_path: Path, missing: str
) -> None:
    root = tmp_path / "company"
    shutil.copytree(company, root, symlinks=True)
    employee, email = mentee(root)
    words = {
        "person": (employee, email),
        "pairing": (lines(root, "matches.csv")[5][0].lower() + ",",),
        "answer": (lines(root, "Mentoring_Pulse.csv")[40][8].lower(),),
    }[missing]
    assert without_lines(root, *words) > 0
    old = (root / "site").resolve()
    new = build(root)
    assert told_apart(old, new) == []
    assert audit_site(new, before=(old,), seconds=60)["is_passed"]


def test_tables_are_as_the_package_beside_them_describes_them(company: Path) -> None:
    folder = company / "site" / "data"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {one["path"] for one in package["resources"]} == {f.name for f in folder.glob("*.csv")}
    for resource in package["resources"]:
        schema = resource["schema"]
        rows = pd.read_csv(folder / resource["path"], keep_default_na=False, dtype=str)
        assert list(rows) == [field["name"] for field in schema["fields"]]
        for field in schema["fields"]:
            given = rows[field["name"]][lambda texts: texts != ""]
            assert given.map(READS[field["type"]]).notna().all()
        for key in schema["uniqueKeys"]:
            assert not rows.duplicated(key).any()
