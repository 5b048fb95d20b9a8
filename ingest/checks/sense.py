"""All checks of whether records make sense together, in order."""

from __future__ import annotations

from ingest.checks.crowds import check_crowds
from ingest.checks.employment import check_employment
from ingest.checks.keys import check_keys
from ingest.checks.pairings import (
    check_pairing_ids,
    check_pairings,
    check_programs,
    note_mutual_mentoring,
)
from ingest.checks.responses import check_answers, check_responses
from ingest.columns.tables import Load
from ingest.contract import TABLES
from workspace.config import IngestConfig


def check_sense(load: Load, limits: IngestConfig) -> None:
    """Check the tables in the order in which they depend on each other.

    Args:
        load: the load, its rows settled.
        limits: what is too suspicious to be believed, and what is declared to be so.

    Raises:
        DataRefused: the job history cannot be one of people.
    """
    stopwatch = load.stopwatch
    present = {table.name for table in load.exports.tables}
    others_need = ("job_history", "people", "programs", "survey_items")
    with stopwatch.stage("keys"):
        for name in others_need:
            check_keys(load, TABLES[name])
    with stopwatch.stage("sense"):
        check_crowds(load, limits)
        check_employment(load)
        check_programs(load)
        check_pairings(load)
    with stopwatch.stage("keys"):
        check_keys(load, TABLES["pairings"])
    with stopwatch.stage("sense"):
        note_mutual_mentoring(load)
        check_pairing_ids(load)
        check_answers(load)
        check_responses(load)
    with stopwatch.stage("keys"):
        for name in sorted(present - {*others_need, "pairings"}):
            check_keys(load, TABLES[name])
