"""A workspace small enough to read and large enough to be built."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from workspace.folder import Workspace

PEOPLE_N = 240
CONFIG = """\
organization: Example Corp
sources:
  - {table: job_history, path: "exports/job_history.csv"}
  - {table: people, path: "exports/people.csv"}
  - {table: programs, path: "exports/programs.csv"}
  - {table: pairings, path: "exports/pairings.csv"}
  - {table: survey_items, path: "exports/survey_items.csv"}
  - {table: survey_responses, path: "exports/survey_responses.csv"}
"""


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def job_history() -> list[tuple[object, ...]]:
    """Return hires through 2020, every fifth person promoted in 2022, every fourth out in 2023."""
    rows: list[tuple[object, ...]] = []
    for n in range(PEOPLE_N):
        level = 1 + n % 6
        here = (f"E{n:04}", ("Sales", "Operations")[n % 2])
        day = dt.timedelta(days=n)
        rows.append((*here, dt.date(2020, 1, 1) + day, "hire", level, ""))
        if n % 5 == 0:
            rows.append((*here, dt.date(2022, 1, 1) + day, "promotion", level + 1, ""))
        if n % 4 == 0:
            rows.append((*here, dt.date(2023, 1, 1) + day, "exit", level, "voluntary"))
    return rows


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with exports and without a build."""
    return make_workspace(tmp_path)


@pytest.fixture(scope="session")
def small_workspace() -> Callable[[Path], Workspace]:
    """Return the function that makes such a workspace in a folder."""
    return make_workspace


def make_workspace(folder: Path) -> Workspace:
    """Return a workspace with exports, in a folder whose name has a space."""
    workspace = Workspace(folder / "a workspace")
    exports = workspace.exports
    exports.mkdir(parents=True)
    workspace.config_path.write_text(CONFIG, encoding="utf-8")
    write_csv(
        exports / "job_history.csv",
        ("employee_id", "department", "effective_on", "event", "level", "exit_reason"),
        job_history(),
    )
    write_csv(
        exports / "people.csv",
        ("employee_id", "email", "first_name", "last_name"),
        [(f"E{n:04}", f"p{n}@example.com", f"Nia{n}", f"Vesterholm{n}") for n in range(PEOPLE_N)],
    )
    write_csv(
        exports / "programs.csv",
        ("program_id", "program_name", "program_type", "starts_on"),
        [("P1", "Pilot", "one_to_one", "2021-01-01")],
    )
    write_csv(
        exports / "pairings.csv",
        ("pairing_id", "program_id", "mentor_id", "mentee_id", "started_on"),
        [(f"X{n}", "P1", f"E{n + 60:04}", f"E{n:04}", "2021-03-01") for n in range(60)],
    )
    write_csv(
        exports / "survey_items.csv",
        ("survey_id", "item_id", "construct", "text", "kind", "scale_min", "scale_max"),
        [("S1", "q1", "satisfaction", "How satisfied are you?", "likert", 1, 5)],
    )
    write_csv(
        exports / "survey_responses.csv",
        (
            *("survey_id", "wave", "response_id", "respondent_id", "program_id"),
            *("submitted_at", "item_id", "answer"),
        ),
        [
            (
                "S1",
                "w1",
                f"R{n}",
                f"p{n}@example.com",
                "P1",
                "2021-09-01",
                "q1",
                1 + n % 5,
            )
            for n in range(60)
        ],
    )
    return workspace
