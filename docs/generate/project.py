"""The dbt project, parsed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
PROJECT = DOCS.parent


def parse_project(folder: Path) -> Path:
    """Return the path of dbt's manifest of this project, parsed into a folder."""
    target = folder / "target"
    paths = {
        "MENTORSHIP_RAW": str(folder / "raw.duckdb"),
        "MENTORSHIP_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        "DO_NOT_TRACK": "1",
    }
    where = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT))
    subprocess.run(  # noqa: S603 - our own project, on our own paths
        [
            str(Path(sys.executable).with_name("dbt")),
            *("--quiet", "--no-version-check", "parse"),
            *where,
        ],
        env=os.environ | paths,
        check=True,
    )
    return target / "manifest.json"
