"""The check: everything a build reads and asks of the exports, and nothing published."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mentorship.checkout import refuse_stripped_python
from mentorship.configuration import effective_config
from mentorship.erasure import refuse_lost_tombstones
from mentorship.gate import gate_beside, gate_warnings
from mentorship.loads import ThisLoad, refuse_earlier_day
from mentorship.lock import lock
from mentorship.progress import Progress
from mentorship.rotation import finish_rotation
from workspace.folder import Workspace, private_files

# The first of Great Expectations' own pages, in the folder it keeps them in.
INDEX = Path("site/index.html")


@dataclass(frozen=True)
class Findings:
    """What a check found in exports that a build would accept.

    Attributes:
        sources: one record per export: its table and what became of its rows.
        as_of: the day the exports describe.
        quarantine: where the rows lie that a build would leave out.
        docs: the first of Great Expectations' own pages, where they were wanted.
        warnings: what the reader should act on.
        expectations_n: how many expectations were checked.
    """

    sources: tuple[dict[str, Any], ...]
    as_of: dt.date
    quarantine: Path
    docs: Path | None
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
            "data_docs": None if self.docs is None else str(self.docs),
            "expectations_n": self.expectations_n,
            "warnings": list(self.warnings),
        }


def check(
    workspace: Workspace, *, today: dt.date, progress: Progress, has_docs: bool = False
) -> Findings:
    """Return what the exports of a workspace hold.

    Args:
        workspace: the folder to check.
        today: the day of the check; only defaults and freshness limits ask for it.
        progress: who is told what happens.
        has_docs: whether Great Expectations' own pages are wanted, too.

    Raises:
        DataRefused: a build would refuse them.
        ConfigError: the configuration cannot be followed.
        LockedError: a build holds the workspace.
    """
    from ingest.columns.presets import leavers_notes
    from ingest.columns.sources import Sources

    config = effective_config(workspace, None, today=today)
    docs_path = workspace.docs_path if has_docs else None
    refuse_stripped_python()
    warnings = workspace.prepare()
    folder = workspace.checked
    with private_files(), lock(workspace.lock_path):
        finish_rotation(workspace, run_id="")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        raw_path, quarantine = folder / "raw.duckdb", folder / "quarantine"
        with (
            gate_beside(raw_path, organization=config.organization, progress=progress) as gate,
            Sources(config, root=workspace.root) as sources,
        ):
            with progress.stage("ingest", "Reading the exports"):
                from ingest.load import load
                from ingest.people.keys import workspace_key

                key = workspace_key(workspace)
                refuse_lost_tombstones(workspace)
                loaded = load(
                    config,
                    root=workspace.root,
                    raw_path=raw_path,
                    quarantine=quarantine,
                    key=key,
                    today=today,
                    sources=sources,
                    tombstones=workspace.tombstones_path,
                )
            with progress.stage("expectations", "Checking the expectations"):
                refuse_earlier_day(workspace, config.as_of or today, today=today)
                this_load = ThisLoad(workspace, config, loaded, raw_path, key=key)
                brief = this_load.brief(sources.files(), quarantine=quarantine, docs_path=docs_path)
                gate.begin(brief, leavers=leavers_notes(config.sources, root=workspace.root))
                try:
                    gates = gate.answer()
                finally:
                    if docs_path is not None:
                        progress.note(f"Great Expectations' own pages: {docs_path / INDEX}")
        refuse_earlier_day(workspace, loaded.as_of, today=today)
        raw_path.unlink()
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
        quarantine=quarantine,
        docs=None if docs_path is None else docs_path / INDEX,
        warnings=(*warnings, *loaded.warnings, *gate_warnings(gates)),
        expectations_n=len(gates),
    )
