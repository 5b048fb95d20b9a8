"""The check: everything a build reads and asks of the exports, and nothing published."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mentorship.build import effective_config
from mentorship.gate import gate_beside, gate_warnings
from mentorship.lock import lock
from mentorship.progress import Progress
from mentorship.workspace import Workspace, private_files


@dataclass(frozen=True)
class Findings:
    """What a check found in exports that a build would accept.

    Attributes:
        sources: one record per export: its table and what became of its rows.
        as_of: the day the exports describe.
        quarantine: where the rows lie that a build would leave out.
        warnings: what the reader should act on.
        expectations_n: how many expectations were checked.
    """

    sources: tuple[dict[str, Any], ...]
    as_of: dt.date
    quarantine: Path
    warnings: tuple[str, ...]
    expectations_n: int

    def as_record(self) -> dict[str, Any]:
        """Return the findings as a record for `--json`."""
        return {
            "outcome": "accepted",
            "exit_code": 0,
            "as_of": self.as_of.isoformat(),
            "sources": list(self.sources),
            "quarantine": str(self.quarantine),
            "expectations_n": self.expectations_n,
            "warnings": list(self.warnings),
        }


def check(workspace: Workspace, *, today: dt.date, progress: Progress) -> Findings:
    """Return what the exports of a workspace hold.

    Raises:
        DataRefused: a build would refuse them.
        ConfigError: the configuration cannot be followed.
        LockedError: a build holds the workspace.
    """
    config = effective_config(workspace, None)
    warnings = workspace.prepare()
    folder = workspace.state / "check"
    with private_files(), lock(workspace.lock_path):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with progress.stage("ingest", "Reading the exports"):
            from ingest.keys import read_or_create_key
            from ingest.load import load

            loaded = load(
                config,
                root=workspace.root,
                raw_path=folder / "raw.duckdb",
                quarantine=folder / "quarantine",
                key=read_or_create_key(workspace.key_path),
                today=today,
            )
        with (
            progress.stage("expectations", "Checking the expectations"),
            gate_beside(
                folder / "raw.duckdb", organization=config.organization, progress=progress
            ) as gate,
        ):
            gates = gate.answer()
        (folder / "raw.duckdb").unlink()
    totals = loaded.quality[loaded.quality["reason"] == "total"]
    return Findings(
        sources=tuple(
            {
                "table": str(row.table),
                "source": str(row.source),
                "rows_in": int(row.rows_in),
                "rows_kept": int(row.rows_kept),
                "rows_quarantined": int(row.rows_quarantined),
                "rows_duplicate": int(row.rows_duplicate),
            }
            for row in totals.itertuples()
        ),
        as_of=loaded.as_of,
        quarantine=folder / "quarantine",
        warnings=(*warnings, *loaded.warnings, *gate_warnings(gates)),
        expectations_n=len(gates),
    )
