"""The tutorial's exports are read as the tutorial says they are."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ingest.load import load
from mentorship.config import WorkspaceConfig
from mentorship.starter import CONFIGURATION

DOCS = Path(__file__).parents[2] / "docs"
COUNTS = re.compile(r"^(\w+)\s+exports/\S+\s+([\d,]+)\s+([\d,]+)\s+(\d+)\s+(\d+)$", re.MULTILINE)
TUTORIAL = (DOCS / "tutorial.md").read_text(encoding="utf-8")
MAPPED = re.findall(r"```yaml\n(.*?)```", TUTORIAL, flags=re.DOTALL)[-1]


@pytest.mark.parametrize(("configuration", "shown"), [(CONFIGURATION, 0), (MAPPED, 1)])
def test_the_counts_are_those_of_the_tutorial(
    tmp_path: Path, configuration: str, shown: int
) -> None:
    subprocess.run([sys.executable, DOCS / "tutorial_exports.py"], cwd=tmp_path, check=True)
    loaded = load(
        WorkspaceConfig.model_validate(yaml.safe_load(configuration)),
        root=tmp_path,
        raw_path=tmp_path / "raw.duckdb",
        quarantine=tmp_path / "quarantine",
        key=bytes(32),
        today=dt.date(2026, 1, 5),
    )
    totals = loaded.quality[loaded.quality["reason"] == "total"]
    columns = ["table", "rows_in", "rows_kept", "rows_quarantined", "rows_duplicate"]
    tables = TUTORIAL.split("$ mentorship check\n")[1:]
    said = [tuple(row) for row in COUNTS.findall(tables[shown].split("```")[0])]
    assert [tuple(map(str, row)) for row in totals[columns].itertuples(index=False)] == said
    assert f"the exports describe {loaded.as_of}." in tables[shown]
