"""An export as it is opened: landed, mapped, and what is said of it before it is read."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ingest.columns.exports import Export, Planned, land
from ingest.columns.mapping import cleaned
from ingest.columns.tables import Load

EMAIL = r"[^\s@]+@[^\s@]+\.[^\s@]+"
# Records that are enough to tell what a question is answered with.
LOOK_AT_N = 1000


def open_export(
    load: Load, planned: Planned, *, without: Callable[[Export], tuple[Export, int]]
) -> Export:
    """Land a file and take it into the load.

    Args:
        load: the load.
        planned: the file.
        without: takes records out of it that may not be read, and says how many these were.
    """
    landing = land(load.connection, planned)
    for remark in (*planned.file.remarks, *landing.remarks):
        load.remarks.warn(f"{planned.file.shown}: {remark}")
    export, gone_n = without(planned.export(landing))
    load.ledger.note_gone(export.number, gone_n)
    for remark in export.mapping.remarks:
        load.remarks.warn(f"{export.path}: {remark}")
    load.exports.add(export)
    _quarantine_misfits(load, export)
    _warn_of_emails(load, export)
    if landing.records_n == 0:
        load.remarks.warn(f"{export.path} holds headers and no record.")
    return export


def _warn_of_emails(load: Load, export: Export) -> None:
    """Say where a question is answered with e-mail addresses: it may say who answered."""
    items = export.mapping.items
    if not items:
        return
    are_emails = ", ".join(
        f"coalesce(bool_and(regexp_full_match({cleaned(item.position)}, '{EMAIL}')), false)"
        for item in items
    )
    row = load.connection.execute(
        f"select {are_emails} from (from {export.landing.view} limit {LOOK_AT_N})"
    ).fetchone()
    for item in (item for item, is_email in zip(items, row or (), strict=True) if is_email):
        load.remarks.warn(
            f"{export.path}, column {item.header}: every answer is an e-mail address. If "
            "it says who answered, map it: `columns: {respondent_id: HEADER}`."
        )


def _quarantine_misfits(load: Load, export: Export) -> None:
    """Quarantine the records that do not fit the header of their file."""
    if misfits := export.landing.misfits:
        frame = pd.DataFrame(
            [(m.record, m.line, m.reason, m.found) for m in misfits],
            columns=["_record", "_line", "reason", "found"],
        )
        load.connection.register("misfits", frame)
        load.connection.execute(
            "insert into problems select ?, _record, _line, reason, null, found from misfits",
            [export.number],
        )
        load.connection.unregister("misfits")
