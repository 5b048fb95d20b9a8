"""Letters that were encoded twice before they came into a workbook, into JSON or into Parquet."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from ingest.files.readers.encodings import is_twice_encoded
from ingest.files.readers.furniture import take_out
from ingest.files.readers.landing import Landing, Misfit
from ingest.files.readers.relation import MISFITS_MAX, too_many_misfits
from ingest.records.reasons import REASONS
from workspace.errors import DataRefused, Place

# What every such text has: one of these letters before a sign that is no ASCII.
LIKELY = r"[ÂÃâïÄÅ][^\x00-\x7f]"
FOUND = "letters that were encoded twice"
ROWS_AT_ONCE = 10_000


def without_twice_encoded(
    connection: duckdb.DuckDBPyConnection, landing: Landing, shown: str
) -> Landing:
    """Return a landing whose records with letters encoded twice are set apart.

    Raises:
        DataRefused: the headers have such letters, or too many records do.
    """
    if any(is_twice_encoded(header) for header in landing.head.names):
        raise DataRefused(
            "The headers cannot be read.",
            place=Place(shown, landing.head.last_line or None),
            found=FOUND,
            expected="headers as they were typed",
            to_do=REASONS["twice_encoded"].to_do,
        )
    found = _found(connection, landing, shown)
    take_out(connection, landing.view, found, "garbled")
    misfits = sorted((*landing.misfits, *found), key=lambda misfit: misfit.record)
    return replace(landing, misfits=tuple(misfits))


def _found(connection: duckdb.DuckDBPyConnection, landing: Landing, shown: str) -> list[Misfit]:
    cells = [f"c{n}" for n in range(len(landing.head.names))]
    # Most cells are ASCII, which is quicker to tell.
    likely = " or ".join(
        f"(strlen({cell}) <> length({cell}) and regexp_matches({cell}, $likely))" for cell in cells
    )
    rows = connection.execute(
        f"select _record, _line, {', '.join(cells)} from {landing.view} where {likely}",
        {"likely": LIKELY},
    )
    found: list[Misfit] = []
    while chunk := rows.fetchmany(ROWS_AT_ONCE):
        for record, line, *landed in chunk:
            texts = tuple(cell or "" for cell in landed)
            if any(map(is_twice_encoded, texts)):
                found.append(Misfit(record, line, "twice_encoded", FOUND, texts))
        if len(found) >= MISFITS_MAX:
            raise too_many_misfits(found[0], shown)
    return found
