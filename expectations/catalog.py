"""Every promise that the tables present have made, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Mapping

from expectations import (
    enrollments,
    exposures,
    feedback,
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
)
from expectations.contract_suite import contract_promises
from expectations.promise import Promise
from ingest.contract import TABLES

_MODULES = (
    job_history,
    people,
    performance_reviews,
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

BEYOND_THE_CONTRACT: dict[str, tuple[Promise, ...]] = {
    module.TABLE: module.PROMISES for module in _MODULES
}


def promised(rows_kept: Mapping[str, int]) -> dict[str, tuple[Promise, ...]]:
    """Return the promises of each table present, given how many rows ingest kept of it.

    A table that is absent promises nothing, and a promise about two tables needs both.
    """
    return {
        name: (
            *contract_promises(table, rows_kept[name]),
            *(
                promise
                for promise in BEYOND_THE_CONTRACT.get(name, ())
                if all(needed in rows_kept for needed in promise.needs)
            ),
        )
        for name, table in TABLES.items()
        if name in rows_kept
    }
