"""Cases of real exports: checked by the command, loaded, and built where a number tells."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml

from analyses.files import read_results
from ingest.load import load
from ingest.people.keys import person_key, workspace_key
from mentorship.configuration import effective_config
from workspace.folder import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.shared_data]
CASES = Path(__file__).parents[2].parent / "shared" / "cases"
LEFT, CAME = "exit", "hire"


class Case:
    """A case in a workspace of its own, and what a command said of it."""

    def __init__(self, name: str, folder: Path) -> None:
        if not CASES.is_dir():
            pytest.skip("the folder of cases is not beside this checkout")
        (found,) = CASES.glob(f"{name}-*")
        shutil.copytree(found, folder / "w", copy_function=shutil.copyfile)
        for path in (folder / "w", *(folder / "w").rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self.workspace = Workspace(folder / "w")
        self.said = ""

    def declare(self, **settings: Any) -> None:
        """Change the configuration; the first source takes what belongs to sources."""
        path = self.workspace.config_path
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**config, **settings}), encoding="utf-8")

    def run(self, command: str) -> int:
        ended = subprocess.run(
            [sys.executable, "-m", "mentorship.cli", command, "-C", str(self.workspace.root)],
            check=False,
            capture_output=True,
            text=True,
        )
        self.said = ended.stdout + ended.stderr
        return ended.returncode

    def build(self) -> Case:
        assert self.run("build") == 0, self.said
        return self

    def load(self) -> Case:
        """Read the exports as a build does, and go no further."""
        today = dt.datetime.now(tz=dt.UTC).date()
        self.workspace.prepare()
        load(
            effective_config(self.workspace, None, today=today),
            root=self.workspace.root,
            raw_path=self.workspace.raw_path,
            quarantine=self.workspace.quarantine,
            key=workspace_key(self.workspace),
            today=today,
            tombstones=self.workspace.tombstones_path,
        )
        return self

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.workspace.raw_path), read_only=True) as raw:
            return raw.execute(query, values).fetchall()

    def key(self, who: str) -> str:
        return person_key(who, key=workspace_key(self.workspace))

    def history(self, who: str) -> list[tuple[str, str]]:
        return self.rows(
            "select cast(effective_on as varchar), event from job_history "
            "where person_key = $key order by all",
            key=self.key(who),
        )

    def metric(self, measure: str, *, grain: str) -> pd.DataFrame:
        """Return a measure of the whole workforce by the year of its period."""
        table = read_results(self.workspace.site / "data").metrics
        chosen = table[
            (table["measure"] == measure)
            & (table["population"] == "workforce")
            & (table["dimension"] == "all")
            & (table["period_grain"] == grain)
        ]
        years = pd.to_datetime(chosen["period_start"]).dt.year
        return chosen.assign(year=years).set_index("year").sort_index()


HISTORIES = {
    "01": {
        "P04": [("2018-04-01", CAME), ("2022-12-31", "change"), ("2023-03-17", LEFT)],
        "P05": [("2023-06-12", CAME), ("2023-06-16", LEFT)],
    },
    "02": {
        "P03": [("2019-02-04", CAME)],
    },
    "03": {
        "P02": [("2019-02-04", CAME), ("2023-03-31", LEFT), ("2023-04-30", "change")],
    },
    "04": {
        "P01": [("2015-02-02", CAME)],
    },
    "06": {
        "Q01": [("2022-12-31", "change")],
    },
    "09": {
        "P01": [("2019-02-04", CAME)],
        "P05": [("2019-02-04", CAME)],
    },
    "13": {
        "00123": [("2019-02-04", CAME)],
    },
    "14": {
        "P01": [("2018-01-08", CAME), ("2020-05-31", "promotion")],
        "P02": [("2018-01-08", CAME), ("2020-06-01", "promotion"), ("2023-04-01", LEFT)],
    },
    "22": {
        "P1": [("2019-02-04", CAME), ("2023-01-31", "change")],
        "P4": [("2019-02-04", CAME), ("2023-01-31", "change"), ("2023-03-31", LEFT)],
    },
}
SENTENCES = {
    "01": [],
    "02": ["Nobody is hired who has not left: each person has one open employment."],
    "03": ["After an exit nothing happens to a person until a hire or rehire."],
    "04": ["1 people are employed by their status and have a day of leaving in the past"],
    "06": ["5 people are in no snapshot taken more than 92 days after their hire"],
    "09": [],
    "10": ["about a program (recommendation, satisfaction) and name none in program_id"],
    "12": [
        "All 12 responses of a wave were handed in in one second, 1980-01-01 00:00:00",
        "`constants: {submitted_at: 2026-03-31}`",
    ],
    "13": [],
    "14": [],
    "20": [],
    "21": [],
    "22": [],
    "24": [],
}
UNSAID = {
    "06": "leave it empty",
    "14": "one state per person is all it holds",
    "24": "leave it empty",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_case_says_what_was_found(tmp_path: Path, name: str) -> None:
    case = Case(name, tmp_path)
    assert case.run("check") == 0, case.said
    for sentence in SENTENCES[name]:
        assert sentence in case.said
    if name in UNSAID:
        assert UNSAID[name] not in case.said


@pytest.mark.parametrize("name", HISTORIES)
def test_people_of_a_case_have_the_history(tmp_path: Path, name: str) -> None:
    case = Case(name, tmp_path).load()
    assert {who: case.history(who) for who in HISTORIES[name]} == HISTORIES[name]


def test_08_levels_with_new_numbers_promote_nobody(tmp_path: Path) -> None:
    case = Case("08", tmp_path)
    assert case.run("check") == 1
    assert "57 of 57 people have a promotion within 7 days from 2023-01-01 on" in case.said
    case.declare(ingest={"level_changes": [dt.date(2023, 1, 1)]})
    assert case.run("check") == 0, case.said
    case.load()
    promoted = case.rows(
        "select count(distinct person_key), min(effective_on), max(effective_on) "
        "from job_history where event = 'promotion'"
    )
    assert promoted == [(6, dt.date(2023, 9, 1), dt.date(2023, 9, 1))]


def test_15_mentees_in_columns_are_six_pairings(tmp_path: Path) -> None:
    case = Case("15", tmp_path)
    assert case.run("check") == 1
    assert 'set_aside: {"Mentee 3": ""}' in case.said
    config = yaml.safe_load(case.workspace.config_path.read_text(encoding="utf-8"))
    others = [source for source in config["sources"] if source["table"] != "pairings"]
    pairings = {
        "table": "pairings",
        "path": "exports/matches.csv",
        "columns": {"mentor_id": "Mentor", "started_on": "Start"},
        "each_of": {"mentee_id": ["Mentee 1", "Mentee 2", "Mentee 3"]},
        "constants": {"program_id": "rise", "pairing_id": "{record}"},
    }
    case.declare(sources=[*others, pairings])
    assert case.run("check") == 0, case.said
    case.load()
    pairs = case.rows("select mentor_key, mentee_key from pairings")
    expected = {"P01": ("P02", "P03"), "P04": ("P05", "P06", "P07"), "P08": ("P09",)}
    assert sorted(pairs) == sorted(
        (case.key(mentor), case.key(mentee))
        for mentor, mentees in expected.items()
        for mentee in mentees
    )


def test_17_advice_names_the_grades_that_stand_there(tmp_path: Path) -> None:
    case = Case("17", tmp_path)
    assert case.run("check") == 1
    assert "values: {level: {Band 4: 4, L3: 3, M1: '?'}}" in case.said


def test_18_a_plain_list_of_employees_is_drafted(tmp_path: Path) -> None:
    case = Case("18", tmp_path)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "mentorship.cli", "init", str(tmp_path / "new")),
            *("--exports", str(case.workspace.exports)),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    drafted = yaml.safe_load((tmp_path / "new" / "mentorship.yml").read_text(encoding="utf-8"))
    (history,) = (s for s in drafted["sources"] if s["table"] == "job_history")
    assert history["preset"] == "spells"
    assert history["columns"]["left_on"] == "termination_date"
    assert "people" in {source["table"] for source in drafted["sources"]}


def test_20_the_greater_level_of_a_day_holds(tmp_path: Path) -> None:
    case = Case("20", tmp_path).build()
    with duckdb.connect(str(case.workspace.warehouse_path), read_only=True) as warehouse:
        found = warehouse.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where table_name = 'int_employment__attributed'"
        ).fetchall()
        levels = warehouse.execute(
            f"select distinct level from {'.'.join(found[0])} "
            "where person_key = $key and valid_from = date '2023-03-01'",
            {"key": case.key("P01")},
        ).fetchall()
    assert levels == [(10,)]


def test_21_who_was_away_and_is_back_is_retained(tmp_path: Path) -> None:
    rates = Case("21", tmp_path).build().metric("retention_12_months", grain="year")
    (year,) = rates.loc[[2023]].itertuples()
    assert (year.numerator, year.denominator) == (19, 20)


def test_24_years_before_the_first_snapshot_have_no_rate(tmp_path: Path) -> None:
    case = Case("24", tmp_path).build()
    for measure in ("retention_12_months", "promotion_12_months", "turnover"):
        assert min(case.metric(measure, grain="year").index, default=2020) >= 2020
