"""The page about reasons, and their meanings for the analyst's page."""

from __future__ import annotations

import json

from docs.generate.markdown import table_of
from docs.generate.project import PROJECT
from ingest.columns.casts import UNREADABLE
from ingest.records.reasons import DUPLICATE, REASONS

MEANINGS_OF_REASONS = PROJECT / "reports" / "assets" / "reasons.json"


def reasons() -> str:
    """Return the page about quarantine reasons."""
    return "\n".join(
        [
            "# Reasons",
            "",
            "Why a record of an export is not in the warehouse. The code stands in "
            "`state/quarantine/<table>.csv` beside the whole record, and in the result table "
            "`quality` with a count. *Counts* says whether it counts toward "
            "`ingest.maximum_quarantined_share`.",
            "",
            *table_of(
                ("code", "meaning", "expected", "what to do", "counts"),
                (
                    (
                        f"`{reason.code}`",
                        reason.meaning,
                        reason.expected or _expected(reason.code),
                        reason.to_do,
                        "yes" if reason.is_problem else "no",
                    )
                    for reason in REASONS.values()
                ),
            ),
            "",
            f"`{DUPLICATE}` is no quarantine: the record says what another of the same source or "
            "key says, is dropped, and is counted in `rows_duplicate`. A reason whose meaning says "
            "that the row is kept is no quarantine either: `quality` counts such rows in `rows` "
            "alone.",
        ]
    )


def _expected(code: str) -> str:
    """Return what a reason without words of its own expects, as the quarantine says it."""
    is_of_kind = code in UNREADABLE.values()
    return "what the column's kind says" if is_of_kind else "an answer on the scale of its item"


def meanings_of_reasons() -> str:
    """Return what the analyst's page reads, since pages know nothing of ingest."""
    meanings = {reason.code: reason.meaning for reason in REASONS.values()}
    meanings[DUPLICATE] = "the record says what another one says, and counts once"
    return json.dumps(meanings, indent=1, ensure_ascii=False) + "\n"
