"""What the demo's mentoring platform prints of itself, by counting its own rows."""

from __future__ import annotations

import csv
from pathlib import Path

SECTION = """
# What the platform's own dashboard prints, to be held beside what is counted here. It counts a
# match whose mentee the HRIS does not know, and takes every session for held that was not
# cancelled.
reconciliation:
  pairings: {pairings}
  active_pairings: {active}
  completed_pairings: {completed}
  meetings: {meetings}
  hours: {hours:.0f}
"""


def printed_figures(folder: Path) -> str:
    """Return the section `reconciliation` of the demo's configuration.

    Args:
        folder: the platform's exports.
    """
    matches = {row["Match ID"]: row for row in _rows(folder / "matches.csv")}
    sessions = {row["Session ID"]: row for row in _rows(folder / "sessions.csv")}
    held = [row for row in sessions.values() if row["Outcome"] != "Cancelled"]
    return SECTION.format(
        pairings=len(matches),
        active=sum(not row["Closed On"] for row in matches.values()),
        completed=sum(row["Close Reason"] == "Completed" for row in matches.values()),
        meetings=len(held),
        hours=sum(float(row["Minutes"] or 0) for row in held) / 60,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
