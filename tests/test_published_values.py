"""Real files, whole builds: what the product says of them is what was published of them."""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analyses import intervals

SHARED = Path(__file__).parents[2] / "shared" / "data"

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of real files is not here"),
]

AS_OF = dt.date(2021, 1, 1)


def _months_later(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def _build(workspace: Path) -> Path:
    command = [Path(sys.executable).with_name("mentorship"), "build", "-C", workspace]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return workspace / "site" / "data"


def _write_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.fixture(scope="module")
def job_retention(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workforce-only workspace from one row per person: months observed, and whether they left.

    Whoever left was hired a year before the extract and left after that many months; whoever stayed
    was hired that many months before the extract.
    """
    workspace = tmp_path_factory.mktemp("job_retention")
    history, people = [], []
    with (SHARED / "hr" / "job_retention.csv").open(encoding="utf-8", newline="") as file:
        for number, person in enumerate(csv.DictReader(file), 1):
            months, has_left = int(person["month"]), person["left"] == "1"
            hired_on = _months_later(AS_OF, -12 if has_left else -months)
            history.append([f"E{number}", hired_on.isoformat(), "hire", person["field"], ""])
            if has_left:
                left_on = _months_later(hired_on, months)
                history.append([f"E{number}", left_on.isoformat(), "exit", "", "voluntary"])
            people.append([f"E{number}", person["gender"]])
    columns = ["employee_id", "effective_on", "event", "department", "exit_reason"]
    _write_csv(workspace / "exports" / "job_history.csv", columns, history)
    _write_csv(workspace / "exports" / "people.csv", ["employee_id", "gender"], people)
    (workspace / "mentorship.yml").write_text(
        "organization: Job retention\n"
        f"as_of: {AS_OF}\n"
        "privacy: {protected_dimensions: [gender]}\n"
        "sources:\n"
        "  - {table: job_history, path: exports/job_history.csv}\n"
        "  - {table: people, path: exports/people.csv}\n",
        encoding="utf-8",
    )
    return _build(workspace)


@pytest.mark.parametrize(("gender", "published"), [("F", 0.603), ("M", 0.623)])
def test_survival_at_12_months_is_the_published_kaplan_meier_value(
    job_retention: Path, gender: str, published: float
) -> None:
    # Curves of members are counted, and not published: the release has those of whole populations.
    warehouse = job_retention.resolve().parents[2] / "state" / "warehouse.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        months = connection.execute(
            "select at_risk_n, event_n, competing_n from rpt_survival__by_month "
            "where outcome = 'retention' and population = 'workforce' and dimension = 'gender' "
            "and member = ? and period_grain = 'all' order by month",
            [gender],
        ).df()
    counts = (months[[column]].to_numpy(dtype=float).T for column in months)
    value, _ = intervals.OF_CURVES["survival"](*counts)
    assert value[0, 11] == pytest.approx(published, abs=5e-4)


def test_a_workforce_without_programs_has_no_effects_and_says_so(job_retention: Path) -> None:
    effects = pd.read_csv(job_retention / "effects.csv")
    assert effects.empty
    page = (job_retention.parent / "leadership.html").read_text(encoding="utf-8")
    assert "not measured" in page.lower()


@pytest.mark.slow
@pytest.mark.parametrize(
    "export", ["qualtrics_sample_scrubbed.csv", "qualtrics_sample_legacy_scrubbed.csv"]
)
def test_the_real_qualtrics_export_builds_and_its_record_survives(
    export: str, tmp_path: Path
) -> None:
    history = [
        [f"E{number}", day, event, reason]
        for number in range(1, 31)
        for day, event, reason in (
            ("2015-01-01", "hire", ""),
            *([("2016-06-01", "exit", "voluntary")] if number <= 6 else []),
        )
    ]
    columns = ["employee_id", "effective_on", "event", "exit_reason"]
    _write_csv(tmp_path / "exports" / "job_history.csv", columns, history)
    (tmp_path / "exports" / "survey.csv").write_bytes((SHARED / "exports" / export).read_bytes())
    (tmp_path / "mentorship.yml").write_text(
        "organization: A real export\n"
        "as_of: 2017-12-31\n"
        "sources:\n"
        "  - {table: job_history, path: exports/job_history.csv}\n"
        "  - {table: survey_responses, path: exports/survey.csv, preset: qualtrics}\n",
        encoding="utf-8",
    )
    data = _build(tmp_path)
    quality = pd.read_csv(data / "quality.csv")
    total = quality[(quality["source"] == "exports/survey.csv") & (quality["reason"] == "total")]
    assert total[["rows_in", "rows_kept", "rows_quarantined"]].to_numpy().tolist() == [[1, 1, 0]]
    assert json.loads((data / "run.json").read_text(encoding="utf-8"))["as_of"] == "2017-12-31"
