"""A small raw database, written straight from the contract, that keeps every promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.contract import LINEAGE, TABLES

AS_OF = "2025-06-30"

# Ann mentors Bea in one program; Cid, who was there before, left and came back.
SOUND_ROWS: dict[str, list[dict[str, Any]]] = {
    "job_history": [
        {"person_key": "ann", "effective_on": "2018-01-01", "event": "hire", "level": 5},
        {"person_key": "bea", "effective_on": "2022-03-01", "event": "hire", "level": 1},
        {"person_key": "bea", "effective_on": "2024-03-01", "event": "promotion", "level": 2},
        {"person_key": "cid", "effective_on": "2019-01-01", "event": "hire", "level": 3},
        {
            "person_key": "cid",
            "effective_on": "2024-09-01",
            "event": "exit",
            "exit_reason": "voluntary",
        },
        {"person_key": "cid", "effective_on": "2025-05-01", "event": "rehire", "level": 3},
    ],
    "people": [
        {"person_key": "ann", "birth_year": 1975},
        {"person_key": "bea", "birth_year": 1998},
        {"person_key": "cid"},
    ],
    "performance_reviews": [
        {"person_key": "bea", "reviewed_on": "2023-12-15", "rating": 4, "rating_scale_max": 5}
    ],
    "talent_plans": [{"person_key": "bea", "planned_on": "2024-01-10", "plan_type": "development"}],
    "programs": [
        {
            "program_id": "grow",
            "program_type": "one_to_one",
            "starts_on": "2023-01-01",
            "ends_on": "2025-12-31",
        }
    ],
    "enrollments": [
        {
            "program_id": "grow",
            "participant_key": "bea",
            "role": "mentee",
            "status": "selected",
            "applied_on": "2022-12-01",
            "decided_on": "2022-12-20",
        }
    ],
    "pairings": [
        {
            "pairing_id": "p1",
            "program_id": "grow",
            "mentor_key": "ann",
            "mentee_key": "bea",
            "started_on": "2023-02-01",
            "ended_on": "2024-01-31",
            "end_reason": "completed",
        },
        {
            "pairing_id": "p2",
            "program_id": "grow",
            "mentor_key": "ann",
            "mentee_key": "cid",
            "started_on": "2025-05-15",
        },
    ],
    "meetings": [
        {
            "meeting_id": "m1",
            "pairing_id": "p1",
            "scheduled_at": "2023-02-10 09:00",
            "status": "held",
            "duration_minutes": 45,
        }
    ],
    "goals": [
        {
            "goal_id": "g1",
            "pairing_id": "p1",
            "set_on": "2023-03-01",
            "completed_on": "2023-11-01",
            "status": "completed",
        }
    ],
    "feedback": [
        {
            "feedback_id": "f1",
            "pairing_id": "p1",
            "given_at": "2023-04-02 10:00",
            "about_on": "2023-04-01",
        }
    ],
    "exposures": [{"exposure_id": "e1", "mentee_key": "bea", "occurred_on": "2023-05-05"}],
    "learning": [{"person_key": "bea", "completed_on": "2023-06-06", "kind": "course", "hours": 8}],
    "recognitions": [{"person_key": "ann", "awarded_on": "2024-02-02"}],
    "survey_responses": [
        {
            "survey_id": "s1",
            "wave": "w1",
            "response_id": "r1",
            "respondent_key": "bea",
            "program_id": "grow",
            "submitted_at": "2024-02-01 12:00",
            "item_id": "q1",
            "answer": "5",
        },
        {
            "survey_id": "s1",
            "wave": "w1",
            "response_id": "r1",
            "respondent_key": "bea",
            "program_id": "grow",
            "submitted_at": "2024-02-01 12:00",
            "item_id": "q2",
            "answer": "It helped.",
        },
    ],
    "survey_items": [
        {
            "survey_id": "s1",
            "item_id": "q1",
            "construct": "satisfaction",
            "kind": "likert",
            "scale_min": 1,
            "scale_max": 5,
        },
        {"survey_id": "s1", "item_id": "q2", "kind": "text"},
    ],
}


class RawDatabase:
    """A raw database under construction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = duckdb.connect(str(path))
        self._records_n = 0
        for table in TABLES.values():
            types = {column.raw_name: column.sql_type for column in table.raw_columns} | LINEAGE
            columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
            self.sql(f"create table {table.name} ({columns})")
        self.sql(
            f"create table settings as select 'Example Corp' as organization, "
            f"date '{AS_OF}' as as_of, date '2025-07-01' as follow_up_ends_on, "
            "2 as middle_level_min, 4 as senior_level_min, false as has_gender_dimension"
        )

    def sql(self, statement: str) -> None:
        self.connection.execute(statement)

    def insert(self, table: str, **values: Any) -> None:
        self._records_n += 1
        row = values | {"_source": f"exports/{table}.csv", "_record": self._records_n}
        columns = ", ".join(f'"{name}"' for name in row)
        places = ", ".join("?" for _ in row)
        self.connection.execute(
            f"insert into {table} ({columns}) values ({places})", list(row.values())
        )

    def count_tables(self) -> None:
        counts = " union all ".join(
            f"select '{name}' as table_name, count(*) > 0 as is_present, count(*) as rows_n "
            f"from {name}"
            for name in TABLES
        )
        self.sql(f"create table tables as {counts}")

    def close(self) -> None:
        self.connection.close()


@pytest.fixture(scope="module")
def make_sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], RawDatabase]]:
    """Return a maker of raw databases that keep every promise, still open for defects."""
    made: list[RawDatabase] = []

    def make() -> RawDatabase:
        raw = RawDatabase(tmp_path_factory.mktemp("run $1 of 'two' 100%") / "raw.duckdb")
        made.append(raw)
        for table, rows in SOUND_ROWS.items():
            for row in rows:
                raw.insert(table, **row)
        return raw

    yield make
    for raw in made:
        raw.close()
