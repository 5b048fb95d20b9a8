"""A log in which one thing has several records: the last one tells how it stands."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.columns.exports import Export
from ingest.columns.tables import Load
from workspace.config import IngestConfig


def derive_latest(load: Load, exports: Sequence[Export], _: IngestConfig) -> None:
    """Create `derived_rows`: of the records with one key, the one that was written last.

    The order is that of `told_at` where there is one, then that of the files and their records.
    """
    table = exports[0].mapping.table
    columns = ", ".join(column.name for column in table.columns)
    load.connection.execute(
        f"""
        create or replace table derived_rows as
        select _file, _record, _line, {columns}
        from held_records
        where _problem is null
        qualify row_number() over (
            partition by {", ".join(table.key)}
            order by told_at desc nulls last, _file desc, _record desc
        ) = 1
        """
    )
