"""The analyst's page: what came in, what was refused, what was measured, and how to repeat it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.results import TABLES, Results
from reports import formats
from reports.definitions import Definition
from reports.drift import Drift, drift
from reports.frames import records
from reports.layout import ASSETS
from reports.pages.evidence import Evidence, evidence
from reports.reconciliation import Figure, figures
from reports.reliability import Scale, alone, scales
from reports.view import View

REASONS = ASSETS / "reasons.json"


@dataclass(frozen=True)
class Reason:
    """How many rows of one export met one fate, and what that is."""

    reason: str
    rows: str
    meaning: str


@dataclass(frozen=True)
class Source:
    """What became of the rows of one export."""

    table: str
    source: str
    rows_in: str
    rows_kept: str
    rows_quarantined: str
    rows_duplicate: str
    unlinked: str
    set_aside: tuple[Reason, ...]
    flaws: tuple[Reason, ...]


@dataclass(frozen=True)
class Check:
    """One expectation of an export and whether it was met."""

    table: str
    column: str
    expectation: str
    sentence: str
    to_do: str
    severity: str
    is_met: bool
    rows: str

    @property
    def outcome(self) -> str:
        """What the check found, in a word."""
        if self.is_met:
            return "met"
        return "failed" if self.severity == "critical" else "warning"


@dataclass(frozen=True)
class Analyst:
    """What the analyst's page says."""

    sources: tuple[Source, ...]
    figures: tuple[Figure, ...]
    scales: tuple[Scale, ...]
    alone: tuple[str, ...]
    attention: tuple[Check, ...]
    met: tuple[Check, ...]
    drift: Drift | None
    evidence: Evidence
    measures: tuple[Definition, ...]
    downloads: tuple[str, ...]


def analyst(view: View, results: Results) -> Analyst:
    """Return what the analyst's page says."""
    found = checks(results.gates)
    return Analyst(
        sources=_sources(results.quality),
        figures=figures(results.reconciliation, _meanings()),
        scales=scales(results.reliability),
        alone=alone(results.reliability),
        attention=tuple(check for check in found if not check.is_met),
        met=tuple(check for check in found if check.is_met),
        drift=drift(results.loads),
        evidence=evidence(view, results),
        measures=tuple(view.catalog),
        downloads=tuple(f"{table}.{kind}" for table in TABLES for kind in ("csv", "parquet")),
    )


def checks(gates: pd.DataFrame) -> tuple[Check, ...]:
    """Return the expectations, those that need attention first."""
    found = [
        Check(
            table=str(row["table"]),
            column=str(row["column"] or ""),
            expectation=str(row["expectation"]),
            sentence=str(row["sentence"] or ""),
            to_do=str(row["to_do"] or ""),
            severity=str(row["severity"]),
            is_met=bool(row["is_met"]),
            rows=_broken(row["unexpected_n"], row["rows_n"]),
        )
        for row in records(gates)
    ]
    return tuple(
        sorted(
            found,
            key=lambda c: (c.is_met, c.severity != "critical", c.table, c.column, c.expectation),
        )
    )


def _broken(unexpected_n: float | None, rows_n: float | None) -> str:
    """Return the rows that break a promise; one that the table breaks as a whole has no such."""
    if unexpected_n and rows_n is not None and unexpected_n >= rows_n:
        return "the table as a whole"
    return _of(unexpected_n, rows_n)


def _of(unexpected_n: float | None, rows_n: float | None) -> str:
    if unexpected_n is None:
        return "not counted"
    total = "" if rows_n is None else f" of {formats.count(rows_n)}"
    return f"{formats.count(unexpected_n)}{total}"


def _unlinked(row: dict[str, Any]) -> str:
    """Return the share of an export's records whose person is nobody we know."""
    if row["unlinked_share"] is None:
        return "names nobody"
    return f"{formats.amount(row['unlinked_share'], 'share')}: " + _of(
        row["rows_unlinked"], row["rows_with_person"]
    )


def _meanings() -> dict[str, str]:
    """Return what each reason code means."""
    meanings: dict[str, str] = json.loads(REASONS.read_text(encoding="utf-8"))
    return meanings


def _sources(quality: pd.DataFrame) -> tuple[Source, ...]:
    meanings = _meanings()
    rows = records(quality)

    def reasons(total: dict[str, Any], *, is_kept: bool) -> tuple[Reason, ...]:
        """Return the reasons of rows that were set aside, or the flaws of rows that were kept."""
        return tuple(
            Reason(code, formats.count(row["rows"] or 0), meanings.get(code, ""))
            for row in rows
            if (row["table"], row["source"]) == (total["table"], total["source"])
            and (code := str(row["reason"])) != "total"
            and is_kept == (not (row["rows_quarantined"] or row["rows_duplicate"]))
        )

    rows.sort(key=lambda row: (str(row["table"]), str(row["source"]), str(row["reason"])))
    return tuple(
        Source(
            table=str(row["table"]),
            source=str(row["source"]),
            rows_in=formats.count(row["rows_in"] or 0),
            rows_kept=formats.count(row["rows_kept"] or 0),
            rows_quarantined=formats.count(row["rows_quarantined"] or 0),
            rows_duplicate=formats.count(row["rows_duplicate"] or 0),
            unlinked=_unlinked(row),
            set_aside=reasons(row, is_kept=False),
            flaws=reasons(row, is_kept=True),
        )
        for row in rows
        if row["reason"] == "total"
    )
