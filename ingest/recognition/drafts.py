"""What a file is likely to be: by a vendor's preset, by our own headers, or by its words."""

from __future__ import annotations

from ingest.columns.presets import read_preset
from ingest.contract import TABLES, Table
from ingest.files.headers import folded
from ingest.recognition.candidates import Candidate, Draft, Unknown, draft_of
from ingest.recognition.inspection import InspectedFile
from ingest.recognition.vendors import Vendors, candidates_of_vendors
from ingest.recognition.words import draft_by_words

# Share of a file's headers that must be a table's.
OWN_SHARE_MIN = 0.8


def drafted(inspected: InspectedFile, vendors: Vendors) -> list[Draft] | Unknown:
    """Return what a file fills: one table, or several where a vendor's file holds several."""
    candidates = candidates_of_vendors(inspected, vendors)
    if isinstance(candidates, Unknown):
        return candidates
    refused: list[Unknown] = []
    for ways in (candidates, _own(inspected)):
        answers = [draft_of(candidate) for candidate in ways]
        refused += [one for one in answers if isinstance(one, Unknown)]
        drafts = [one for one in answers if isinstance(one, Draft)]
        if drafts:
            others = [one.reason for one in answers if isinstance(one, Unknown)]
            return [_without(draft, others) for draft in drafts]
    found = draft_by_words(inspected)
    if isinstance(found, Unknown):
        return refused[0] if refused else found
    return found


def _without(draft: Draft, others: list[str]) -> Draft:
    """Return a draft that asks about other tables which its file does not fill after all."""
    for reason in others:
        draft = draft.asking(f"one table of this vendor's is not drafted from it: {reason}; right?")
    return draft


def _own(inspected: InspectedFile) -> list[Candidate]:
    """Return the table whose column names the headers are.

    Written as they stand there they are ours; `Employee ID` may stand in any file.
    """
    headers = {folded(header) for header in inspected.headers}
    shares = {
        table.name: len(headers & {column.name for column in table.columns}) / len(headers)
        for table in TABLES.values()
        if headers and _required(table) <= headers
    }
    best = max(sorted(shares), key=lambda name: shares[name], default=None)
    if best is None or shares[best] < OWN_SHARE_MIN:
        return []
    is_ours = _required(TABLES[best]) <= set(inspected.headers)
    return [
        Candidate(
            inspected,
            best,
            "canonical",
            read_preset("canonical"),
            f"its headers are those of the table {best}",
            is_vouched=is_ours,
            is_by_words=not is_ours,
        )
    ]


def _required(table: Table) -> set[str]:
    return {column.name for column in table.columns if column.is_required}
