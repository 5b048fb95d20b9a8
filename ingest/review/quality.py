"""The quality of a load: every file's records add up, and a source with too many bad ones stops.

`rows_in = rows_kept + rows_quarantined + rows_duplicate` holds on every "total" row.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ingest.columns.exports import Export
from ingest.columns.tables import Load
from ingest.files.remote.addresses import shown_path
from ingest.people.identifiers import Identifiers
from ingest.records.reasons import DUPLICATE, REASONS, is_problem
from workspace.errors import DataRefused, Place, refuse_together

# What the row of a reason says of people: nothing.
NO_PEOPLE = (0, 0, None)
# What is said of each file and reason.
COLUMNS = (
    "table",
    "source",
    "reason",
    "rows_in",
    "rows_kept",
    "rows_quarantined",
    "rows_duplicate",
    "rows",
    "rows_with_person",
    "rows_unlinked",
    "unlinked_share",
)
# Reasons for which every record of a person waits.
WHOLE_PEOPLE = ("two_ids", "reused_id")


def quality_frame(load: Load, identifiers: Identifiers) -> pd.DataFrame:
    """Return one row per file with reason "total", and one per reason.

    A reason's row counts its records in `rows`, and again in `rows_quarantined` or
    `rows_duplicate` when that is where they went; `rows_in` and `rows_kept` belong to the total
    alone, and are 0 there. So do `rows_with_person`, which name a person, `rows_unlinked` among
    them, whose person is nobody we know, and their share.

    Raises:
        RuntimeError: a file's records do not add up, which is a defect of ours.
    """
    kept, problems = load.tables.kept_by_file(), load.ledger.problems_by_file()
    duplicates = load.ledger.duplicates_by_file()
    flaws: dict[int, list[tuple[str, int]]] = {}
    for file, reason, n in load.ledger.flaws:
        flaws.setdefault(file, []).append((reason, n))
    rows: list[tuple[object, ...]] = []
    for export in load.exports:
        reasons = problems.get(export.number, {})
        duplicates_n = duplicates.get(export.number, 0)
        kept_n, quarantined_n = kept.get(export.number, 0), sum(reasons.values())
        rows_in = records_read_n(load, export)
        if rows_in != kept_n + quarantined_n + duplicates_n:
            raise RuntimeError(
                f"{export.path}: {rows_in} records in, but {kept_n} kept, {quarantined_n} "
                f"quarantined and {duplicates_n} duplicates"
            )
        name = (export.mapping.table.name, export.path)
        named_n, unlinked_n = identifiers.linked.get(export.number, (0, 0))
        linked = (named_n, unlinked_n, unlinked_n / named_n if named_n else None)
        rows.append(
            (*name, "total", rows_in, kept_n, quarantined_n, duplicates_n, rows_in, *linked)
        )
        rows.extend(
            (*name, reason, 0, 0, n, 0, n, *NO_PEOPLE) for reason, n in sorted(reasons.items())
        )
        if duplicates_n:
            rows.append((*name, DUPLICATE, 0, 0, 0, duplicates_n, duplicates_n, *NO_PEOPLE))
        rows.extend(
            (*name, reason, 0, 0, 0, 0, n, *NO_PEOPLE) for reason, n in flaws.get(export.number, ())
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def records_read_n(load: Load, export: Export) -> int:
    """Return the records of a file but those that were taken out: how many these are tells of one.

    Who was erased would be known by the number of records.
    """
    return export.landing.records_n - load.ledger.gone.get(export.number, 0)


def refuse_bad_sources(load: Load, *, maximum_share: float, quarantine: Path) -> None:
    """Refuse each source more of whose records are in quarantine than the workspace allows.

    One bad record never refuses a source, unless the share is 0. What a vendor's rules set aside
    does not count.
    """
    by_file = load.ledger.problems_by_file()
    refused: list[DataRefused] = []
    for source_number in sorted({export.source_number for export in load.exports}):
        exports = load.exports.of_source(source_number)
        counts: dict[str, int] = {}
        for export in exports:
            for reason, n in by_file.get(export.number, {}).items():
                if is_problem(reason):
                    counts[reason] = counts.get(reason, 0) + n
        rows_in = sum(records_read_n(load, export) for export in exports)
        allowed = max(maximum_share * rows_in, 1 if maximum_share > 0 else 0)
        problems_n = sum(counts.values())
        if problems_n <= allowed:
            continue
        worst = max(sorted(counts), key=lambda reason: counts[reason])
        source, table = exports[0].source, exports[0].mapping.table.name
        place, to_do = _first_of(load, source_number, worst)
        refused.append(
            DataRefused(
                f"Too many records of {table} cannot be used.",
                place=place,
                found=f"{problems_n} of {rows_in} records of {shown_path(source.path)} in "
                f"quarantine, {counts[worst]} of them {worst}: {REASONS[worst].meaning}",
                expected=f"at most {maximum_share:.4g} of them (ingest.maximum_quarantined_share)",
                to_do=f"{to_do}; every record with its reason is in "
                f"{quarantine.name}/{table}.csv in the state folder",
            )
        )
    refuse_together(refused)


def refuse_lost_exits(load: Load, *, maximum_share: float) -> None:
    """Refuse a job history more of whose exits are in quarantine than the workspace allows.

    They are few among its records, and whoever's exit is missing counts as staying. What sets a
    whole person aside loses nobody's exit alone.
    """
    rows = load.connection.execute(
        """
        select reason, count(*) as exits_n
        from exit_records
        left join problems using (_file, _record)
        anti join duplicates using (_file, _record)
        group by all
        """
    ).fetchall()
    exits_n = sum(n for _, n in rows)
    lost = {reason: n for reason, n in rows if reason is not None and reason not in WHOLE_PEOPLE}
    if sum(lost.values()) <= max(maximum_share * exits_n, 1 if maximum_share > 0 else 0):
        return
    worst = max(sorted(lost), key=lambda reason: lost[reason])
    source_number = load.exports.of_table("job_history")[0].source_number
    place, to_do = _first_of(load, source_number, worst)
    raise DataRefused(
        "Too many exits cannot be used: people who left would count as staying.",
        place=place,
        found=f"{sum(lost.values())} of {exits_n} exits in quarantine, {lost[worst]} of them "
        f"{worst}: {REASONS[worst].meaning}",
        expected=f"at most {maximum_share:.4g} of them (ingest.maximum_quarantined_share)",
        to_do=f"{to_do}; every record with its reason is in quarantine/job_history.csv in the "
        "state folder",
    )


def _first_of(load: Load, source_number: int, reason: str) -> tuple[Place, str]:
    """Return where the first record with a reason stands, and what to do about it."""
    numbers = {e.number: e for e in load.exports.of_source(source_number)}
    row = load.connection.execute(
        "select _file, _line, column_name from problems "
        "where reason = $reason and list_contains($files, _file) order by all limit 1",
        {"reason": reason, "files": list(numbers)},
    ).fetchone()
    if row is None:
        return Place(), REASONS[reason].to_do
    file, line, column = row
    export = numbers[int(file)]
    places = export.mapping.positions.get(column or "", ())
    header = export.landing.head.names[places[0]] if places else column
    to_do = load.remarks.to_do(int(file), column, reason)
    # All columns are told at once, so that one run is enough to mend them.
    for name, advice in load.remarks.others(int(file), column).items():
        there = export.mapping.positions.get(name, ())
        named = export.landing.head.names[there[0]] if there else name
        to_do += f". Column {named}: {advice}"
    return Place(export.path, line, header), to_do
