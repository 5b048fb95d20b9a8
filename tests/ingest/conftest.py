"""A small workspace to load: exports written by hand, results read back."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from ingest.columns.sources import Sources
from ingest.erasing import Found, find_people
from ingest.load import LoadReport, load
from ingest.people.tombstones import Tombstones
from workspace.config import WorkspaceConfig

KEY = bytes(range(32))
TODAY = dt.date(2026, 6, 30)
JOBS = """\
employee_id,effective_on,event,department,level,manager_id
E1,2019-01-01,hire,Sales,1,E3
E2,2019-02-01,hire,Sales,2,E3
E3,2018-01-01,hire,Sales,5,
E4,2020-01-01,hire,Legal,1,E3
E4,2022-01-01,exit,,,
"""
PEOPLE = """\
employee_id,email,other_emails,first_name,last_name
E1,Quillon.Zyx@corp.example,,Quillon,Zyxwarth
E2,bea@corp.example,bea.old@corp.example; bea2@corp.example,Beatrixa,Vandermuggle
E3,cy@corp.example,,Cyprianus,Ostrogoth
E4,dee@corp.example,,Deewanda,Uzbekov
"""


@dataclass
class Workspace:
    """A folder of exports and what loading them gave."""

    root: Path
    sources: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    remembers: bool = False

    def write(self, table: str, text: str | bytes, name: str | None = None, **source: Any) -> Path:
        """Write an export and declare it as a source."""
        relative = f"exports/{name or table + '.csv'}"
        path = self.root / relative
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.sources.append({"table": table, "path": relative, **source})
        return path

    @property
    def raw_path(self) -> Path:
        return self.root / "state" / "raw.duckdb"

    @property
    def quarantine(self) -> Path:
        return self.root / "state" / "quarantine"

    @property
    def tombstones(self) -> Path:
        return self.root / "state" / "tombstones.json"

    @property
    def config(self) -> WorkspaceConfig:
        """The configuration as declared so far."""
        return WorkspaceConfig.model_validate(
            {"organization": "Example", "sources": self.sources, **self.settings}
        )

    def bury(self, *identifiers: str) -> Found:
        """Write the tombstones of people, as `mentorship erase` does."""
        self.tombstones.parent.mkdir(exist_ok=True)
        with Sources(self.config, root=self.root) as sources:
            found = find_people(
                identifiers,
                self.config,
                root=self.root,
                key=KEY,
                sources=sources,
                tombstones=Tombstones.read(self.tombstones),
            )
        found.tombstones.write(self.tombstones)
        return found

    @property
    def store(self) -> Path:
        return self.root / "state" / "settled"

    def load(self, *, forget: bool = False) -> LoadReport:
        """Load the exports and check that every record is accounted for."""
        report = load(
            self.config,
            root=self.root,
            raw_path=self.raw_path,
            quarantine=self.quarantine,
            key=KEY,
            today=TODAY,
            store=self.store if self.remembers else None,
            forget=forget,
            tombstones=self.tombstones,
        )
        totals = report.quality[report.quality["reason"] == "total"]
        ends = totals["rows_kept"] + totals["rows_quarantined"] + totals["rows_duplicate"]
        assert (totals["rows_in"] == ends).all()
        return report

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query of the raw database gives."""
        with duckdb.connect(str(self.raw_path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def waiting(self, table: str) -> list[dict[str, str]]:
        """Return the quarantined records of a table."""
        path = self.quarantine / f"{table}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def reasons(self, table: str) -> list[tuple[int, str]]:
        """Return the record number and the reason of each quarantined record of a table."""
        return [(int(row["record"]), row["reason"]) for row in self.waiting(table)]


def total(report: LoadReport, table: str) -> tuple[int, int, int, int]:
    """Return rows in, kept, quarantined and duplicate of a table's files together."""
    frame: pd.DataFrame = report.quality
    chosen = frame[(frame["reason"] == "total") & (frame["table"] == table)]
    columns = ["rows_in", "rows_kept", "rows_quarantined", "rows_duplicate"]
    return tuple(int(chosen[column].sum()) for column in columns)  # type: ignore[return-value]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with nothing in it that may quarantine whatever it likes."""
    return Workspace(tmp_path, settings={"ingest": {"maximum_quarantined_share": 1.0}})


@pytest.fixture
def company(workspace: Workspace) -> Workspace:
    """A workspace with four people, of whom E4 left on 2022-01-01."""
    workspace.write("job_history", JOBS)
    workspace.write("people", PEOPLE)
    return workspace


@pytest.fixture
def shared_exports() -> Path:
    """The folder of real exports beside the checkout."""
    folder = Path(__file__).parents[2].parent / "shared" / "data" / "exports"
    if not folder.is_dir():
        pytest.skip("the folder of real files is not beside this checkout")
    return folder


def raw_of(row: dict[str, str]) -> Any:
    """Return the whole record that a quarantined row carries."""
    return json.loads(row["raw"])
