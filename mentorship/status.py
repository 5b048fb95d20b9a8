"""The status: what is published, and how the last runs ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mentorship.ledger import CRASHED, PUBLISHED, Ledger, Run
from mentorship.lock import is_held
from mentorship.progress import plain_table
from mentorship.publish import current_release
from workspace.age import Age
from workspace.config import ReportConfig
from workspace.folder import Workspace

RUNNING = "running"
_RUNS_SHOWN = 10


def status(
    workspace: Workspace, *, today: dt.date, limits: ReportConfig | None = None
) -> dict[str, Any]:
    """Return what is published and every run, newest first, as a record.

    Args:
        workspace: the folder.
        today: the day from which the age of the data is counted.
        limits: from how many days on the data is old, where the configuration can be read.
    """
    release = current_release(workspace)
    is_running = is_held(workspace.lock_path)
    runs = Ledger(workspace.ledger_path).runs()
    age = _age(runs, release.name if release else None, today, limits or ReportConfig())
    return {
        "as_of": None if age is None else age.as_of.isoformat(),
        "age_days": None if age is None else age.days,
        "warning": (age.warning if age else "") or None,
        "workspace": str(workspace.root),
        "release": None if release is None else release.name,
        "published_at": _published_at(runs, release.name if release else None),
        "site": str(workspace.site) if release else None,
        "is_running": is_running,
        "runs": [_record(run, is_running=is_running and run is runs[-1]) for run in reversed(runs)],
    }


def status_lines(record: dict[str, Any]) -> list[str]:
    """Return a status as lines of text."""
    shown = record["runs"][:_RUNS_SHOWN]
    lines = (
        [
            f"site: {record['site']}/index.html",
            f"release: {record['release']}, published {record['published_at'] or 'unknown'}",
        ]
        if record["release"]
        else ["Nothing is published yet: run `mentorship build`."]
    )
    if record["as_of"]:
        lines.append(f"data: as of {record['as_of']}, {record['age_days']} days old")
    if record["warning"]:
        lines.append(f"warning: {record['warning']}")
    if not shown:
        return lines
    rows = [
        (
            run["run_id"],
            run["started_at"][:19].replace("T", " "),
            run["outcome"],
            "" if run["exit_code"] is None else str(run["exit_code"]),
            _seconds(run.get("timings", {})),
            str(run.get("message") or "").split("\n")[0],
        )
        for run in shown
    ]
    header = ("run", "started (UTC)", "outcome", "exit", "seconds", "")
    return [*lines, "", *plain_table(header, rows)]


def _seconds(timings: dict[str, Any]) -> str:
    told = [seconds for seconds in timings.values() if isinstance(seconds, int | float)]
    return f"{sum(told):.1f}" if told else ""


def _record(run: Run, *, is_running: bool) -> dict[str, Any]:
    record = run.as_record()
    if is_running and run.outcome == CRASHED:
        record["outcome"] = RUNNING
    return record


def _age(runs: list[Run], release: str | None, today: dt.date, limits: ReportConfig) -> Age | None:
    """Return how old the published data is, where a release says which day it describes."""
    found = (run for run in runs if run.run_id == release and run.outcome == PUBLISHED)
    as_of = next((run.facts.get("as_of") for run in found), None)
    if as_of is None:
        return None
    return Age(dt.date.fromisoformat(as_of), today, limits.amber_after_days, limits.red_after_days)


def _published_at(runs: list[Run], release: str | None) -> str | None:
    found = (run for run in runs if run.run_id == release and run.outcome == PUBLISHED)
    return next((run.finished_at for run in found), None)
