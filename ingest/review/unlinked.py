"""What the analyst must look at: identifiers that link nobody, and people who cannot be told apart.

Two lists in the quarantine, in plain text: `suggested_links.csv` has every identifier of nobody
with whom it may mean, `identity_conflicts.csv` has conflicts by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from pathlib import Path

from ingest.columns.exports import Export
from ingest.columns.tables import Load
from ingest.people.conflicts import Conflict, Conflicts, What
from ingest.people.crosswalk import UNLINKED
from ingest.people.identifiers import Identifiers, Unlinked
from ingest.people.identity import Directory
from ingest.people.suggestions import Suggester, Suggestion, Why
from ingest.review.cells import QuarantinedCells
from ingest.review.quarantine import found_in, write_list

SUGGESTED = "suggested_links.csv"
CONFLICTS = "identity_conflicts.csv"
SUGGESTED_COLUMNS = (
    *("identifier", "table", "column", "source", "line", "rows", "reason"),
    *("employee_id", "first_name", "last_name", "why", "to_do"),
)
CONFLICTS_COLUMNS = (
    *("conflict", "shared", "employee_id", "first_name", "last_name", "birth_year", "email"),
    *("why", "to_do"),
)

# How each suggestion came about, and what makes it a link where it is right.
WHYS: dict[Why, tuple[str, str]] = {
    "lost_zeros": (
        "the same id but for zeros at the beginning",
        "export the id as text, with its zeros",
    ),
    "lookalike_letters": (
        "the same but for letters that look alike",
        "type it anew where it was typed",
    ),
    "spelling": (
        "the same id but for case, spaces or decimals",
        "write it in one way in the job history; both are there, and count as two people",
    ),
    "email_typo": (
        "one letter more, less, other or swapped",
        "correct it, or add it to other_emails of the person",
    ),
    "domain_typo": (
        "the same name before the @, and a domain that is nearly the same",
        "correct it, or add it to other_emails of the person",
    ),
    "other_domain": (
        "the same name before the @, at another domain",
        "add it to other_emails; where all of the domain are the same people, add the domain to "
        "ingest.email_domain_aliases",
    ),
    "tagged_email": (
        "the same e-mail without what follows the +",
        "add it to other_emails of the person",
    ),
    "name_in_email": (
        "the e-mail is made of this person's name",
        "add it to other_emails of the person",
    ),
    "name_and_hire_month": (
        "the same name and month of hire",
        "add the e-mail to other_emails, or the employee id to identifiers",
    ),
    "same_name": (
        "the same name, which nobody else has",
        "add the e-mail to other_emails, or the employee id to identifiers",
    ),
    "same_email": (
        "the same e-mail and name, employed one after the other",
        "map one id to the other in every export with `values: {employee_id: ...}`",
    ),
    "same_name_and_hire_month": (
        "the same name and month of hire",
        "map one id to the other in every export with `values: {employee_id: ...}`",
    ),
}
CONFLICT_TO_DO: dict[What, str] = {
    "two_ids": "map one id to the other in every export with `values: {employee_id: ...}`, or "
    "remove the second position",
    "reused_id": "give one of the two another id in every export, or correct the record that is "
    "wrong",
    "shared_email": "correct it in people, or use employee ids where it stands",
}


def list_unlinked(
    load: Load,
    identifiers: Identifiers,
    cells: QuarantinedCells,
    directory: Directory,
    conflicts: Conflicts,
    folder: Path,
) -> None:
    """Write the two lists into a folder, in place of earlier ones, and count them in a warning.

    Args:
        load: the load, all checks done.
        identifiers: what the load has learned of identifiers.
        cells: where the cells of quarantined records are found.
        directory: everybody.
        conflicts: what is said against one id per person.
        folder: the quarantine.
    """
    found = sorted(
        (*_in_quarantine(load, cells), *identifiers.unlinked, *_strangers(load, directory)),
        key=lambda one: (one.table, one.column, one.identifier, one.source),
    )
    named = [who for who, person in directory.people if person.first_name and person.last_name]
    has_months = any(row.hired_month for row in directory.listed)
    months = conflicts.hire_months(load, named) if has_months else {}
    suggester = Suggester(directory, months)
    # Of an identifier of two people everything is known but who is meant.
    suggested = suggester.suggest(
        one.identifier for one in found if one.is_own and one.reason != "ambiguous_person"
    )
    pairs = [
        (who, suggestion)
        for who, suggestion in suggester.of_each_other(conflicts.successors)
        if suggestion not in suggested.get(who, ())
    ]
    write_list(
        folder / SUGGESTED, SUGGESTED_COLUMNS, _suggestions(found, suggested, pairs, conflicts)
    )
    write_list(folder / CONFLICTS, CONFLICTS_COLUMNS, _conflicts(conflicts.conflicts))
    for sentence in _sentences({one.identifier for one in found}, suggested, pairs):
        load.remarks.warn(sentence)


def _in_quarantine(load: Load, cells: QuarantinedCells) -> Iterator[Unlinked]:
    """Yield the identifiers for which records are in quarantine."""
    files = load.ledger.problems_by_file()
    for export in (export for export in load.exports if export.number in files):
        rows = load.connection.execute(
            "select _record, _line, reason, column_name from problems "
            "where _file = $file and list_contains($reasons, reason) order by _record",
            {"file": export.number, "reasons": list(UNLINKED.values())},
        ).fetchall()
        if not rows:
            continue
        records = cells.records(export, {record for record, *_ in rows})
        counted: dict[tuple[str, str, str], list[int | None]] = {}
        for record, line, reason, column in rows:
            identifier = (found_in(export, reason, column, records[record].cells) or "").strip()
            counted.setdefault((identifier, column, reason), []).append(line)
        for (identifier, column, reason), lines in counted.items():
            yield _unlinked(export, identifier, column, lines[0], len(lines), reason)


def _unlinked(
    export: Export, identifier: str, column: str, line: int | None, rows_n: int, reason: str
) -> Unlinked:
    is_own = export.source.ids_of is None or "@" in identifier
    table = export.mapping.table.name
    return Unlinked(identifier, table, column, export.path, line, rows_n, reason, is_own)


def _strangers(load: Load, directory: Directory) -> Iterator[Unlinked]:
    """Yield the ids of people of whom the job history says nothing."""
    paths = {export.path for export in load.exports.of_table("people")}
    source = next(iter(paths)) if len(paths) == 1 else ""
    for who in sorted({who for who, _ in directory.people} - directory.employed):
        yield Unlinked(
            who, "people", "employee_id", source, None, 1, "not_in_job_history", is_own=True
        )


def _suggestions(
    found: Iterable[Unlinked],
    suggested: dict[str, tuple[Suggestion, ...]],
    pairs: Iterable[tuple[str, Suggestion]],
    conflicts: Conflicts,
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the list of suggestions, those with a suggestion first."""
    rows = [
        (one, suggestion)
        for one in found
        for suggestion in (suggested.get(one.identifier, ()) if one.is_own else ()) or (None,)
    ]
    rows.sort(key=lambda row: row[1] is None)
    for one, suggestion in rows:
        where = (one.identifier, one.table, one.column, one.source, one.line, one.rows_n)
        yield *where, one.reason, *_suggested(suggestion, conflicts)
    for who, suggestion in sorted(pairs, key=lambda pair: (pair[1].why, pair[0])):
        nowhere = ("job_history", "employee_id", None, None, None, "perhaps_two_ids")
        yield who, *nowhere, *_suggested(suggestion, conflicts)


def _suggested(suggestion: Suggestion | None, conflicts: Conflicts) -> tuple[object, ...]:
    if suggestion is None:
        return (None,) * 5
    person = (conflicts.records.get(suggestion.employee_id) or (None,))[0]
    names = (None, None) if person is None else (person.first_name, person.last_name)
    return (suggestion.employee_id, *names, *WHYS[suggestion.why])


def _conflicts(conflicts: Iterable[Conflict]) -> Iterator[tuple[object, ...]]:
    for conflict in conflicts:
        for who, person in conflict.people:
            yield (
                conflict.what,
                conflict.shared,
                who,
                person.first_name,
                person.last_name,
                person.birth_year,
                person.email,
                conflict.why,
                CONFLICT_TO_DO[conflict.what],
            )


def _sentences(found: set[str], suggested: Sized, pairs: Sized) -> Iterator[str]:
    """Yield what the run's record says: how many, and where they stand."""
    if found:
        lead = "identifier leads" if len(found) == 1 else "identifiers lead"
        listed = f"{SUGGESTED} in quarantine lists them"
        if suggested:
            listed = (
                f"for {len(suggested)} of them {SUGGESTED} in quarantine suggests who may be meant"
            )
        yield f"{len(found)} {lead} to nobody in the job history; {listed}."
    if pairs:
        counts = "employee id may be that of somebody who has another, and counts apart"
        if len(pairs) > 1:
            counts = "employee ids may be those of people who have another, and count apart"
        yield f"{len(pairs)} {counts}; {SUGGESTED} in quarantine says whose."
