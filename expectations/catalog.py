"""Every promise that the tables present have made, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from expectations import (
    beginnings,
    drift,
    enrollments,
    exposures,
    feedback,
    freshness,
    goals,
    job_history,
    learning,
    meetings,
    pairings,
    people,
    performance_reviews,
    programs,
    recognitions,
    survey_items,
    survey_responses,
    talent_plans,
)
from expectations.contract_suite import contract_promises
from expectations.known import NOTHING_KNOWN, Known
from expectations.promise import Promise
from ingest.contract import TABLES
from workspace.config import ExpectationsConfig

_MODULES = (
    job_history,
    people,
    performance_reviews,
    talent_plans,
    programs,
    enrollments,
    pairings,
    meetings,
    goals,
    feedback,
    exposures,
    learning,
    recognitions,
    survey_responses,
    survey_items,
)

_BY_TABLE = {module.TABLE: module.PROMISES for module in _MODULES}
_LIMITED_BY_TABLE = {
    module.TABLE: module.limited for module in (job_history, pairings, meetings, survey_responses)
}


def beyond_the_contract(
    table: str, limits: ExpectationsConfig, known: Known = NOTHING_KNOWN
) -> tuple[Promise, ...]:
    """Return what a table promises beyond its contract, if all tables are there."""
    made = (
        *_BY_TABLE.get(table, ()),
        *(_LIMITED_BY_TABLE[table](limits) if table in _LIMITED_BY_TABLE else ()),
        *beginnings.promises(table),
        *freshness.promises(table, limits, known),
        *drift.promises(table, limits, known),
    )
    return tuple(_as_grave_as_said(promise, limits) for promise in made)


def promised(
    rows_kept: Mapping[str, int], limits: ExpectationsConfig, known: Known = NOTHING_KNOWN
) -> dict[str, tuple[Promise, ...]]:
    """Return the promises of each table present, given how many rows ingest kept of it.

    A table that is absent promises nothing, and a promise about two tables needs both.

    Args:
        rows_kept: rows of each table that ingest kept.
        limits: the thresholds.
        known: what is known besides the exports.
    """
    return {
        name: (
            *(
                _as_grave_as_said(promise, limits)
                for promise in contract_promises(table, rows_kept[name])
            ),
            *(
                promise
                for promise in beyond_the_contract(name, limits, known)
                if all(needed in rows_kept for needed in promise.needs)
            ),
        )
        for name, table in TABLES.items()
        if name in rows_kept
    }


def names() -> set[str]:
    """Return every promise by the name that `mentorship.yml` gives it."""
    limits = ExpectationsConfig()
    made = {
        promise.full_name
        for name, table in TABLES.items()
        for promise in (*contract_promises(table, 0), *beyond_the_contract(name, limits))
    }
    return made | freshness.names() | drift.names()


def _as_grave_as_said(promise: Promise, limits: ExpectationsConfig) -> Promise:
    """Return a promise as the configuration sees it: graver than usual, or as it is."""
    is_critical = promise.full_name in limits.critical
    return replace(promise, severity="critical") if is_critical else promise
