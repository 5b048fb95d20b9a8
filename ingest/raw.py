"""The raw database: the canonical tables with keys for people, and nothing that names anybody."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from ingest.columns.tables import Load
from ingest.contract import LINEAGE, TABLES, Table
from ingest.people.crosswalk import write_identities
from ingest.people.identifiers import Identifiers
from ingest.records.parquet import quoted
from workspace.config import WorkspaceConfig


def write_raw(
    load: Load,
    identifiers: Identifiers,
    config: WorkspaceConfig,
    path: Path,
    *,
    as_of: dt.date,
    follow_up_ends_on: dt.date,
) -> None:
    """Write the raw database: each table of the contract, `settings`, `tables`, `identities`.

    The file is complete on return: checkpointed, closed, without a log beside it.
    """
    connection = load.connection
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    files = pd.DataFrame(
        [(export.number, export.path) for export in load.exports], columns=["_file", "path"]
    )
    connection.register("file_paths", files)
    connection.execute(f"attach '{quoted(path)}' as raw")
    path.chmod(0o600)
    connection.execute("begin")
    for table in TABLES.values():
        _write_table(load, table)
    _write_settings(load, config, as_of, follow_up_ends_on)
    write_identities(load, identifiers)
    connection.unregister("file_paths")
    connection.execute("commit")
    connection.execute("checkpoint raw")
    connection.execute("detach raw")


def _write_table(load: Load, table: Table) -> None:
    """Write a table in the order of its files' paths, their records, and the rows of these."""
    connection = load.connection
    columns = ", ".join(f"r.{c.name} as {c.raw_name}" for c in table.raw_columns)
    order = ", ".join(f"r.{column.name}" for column in table.raw_columns)
    if table.name == "survey_responses":
        order = "r.item_id"
    for n, rows in enumerate(load.tables.in_batches(table)):
        start = f"insert into raw.{table.name}" if n else f"create table raw.{table.name} as"
        connection.execute(
            f"""
            {start}
            select
                {columns},
                cast(f.path as {LINEAGE["_source"]}) as _source,
                cast(r._record as {LINEAGE["_record"]}) as _record,
                cast(r._line as {LINEAGE["_line"]}) as _line,
            from ({rows}) as r
            inner join file_paths as f on r._file = f._file
            order by f.path, r._record, {order}
            """
        )


def _write_settings(
    load: Load, config: WorkspaceConfig, as_of: dt.date, follow_up_ends_on: dt.date
) -> None:
    workforce = config.workforce
    load.connection.execute(
        """
        create table raw.settings as select
            cast($organization as varchar) as organization,
            cast($as_of as date) as as_of,
            cast($follow_up_ends_on as date) as follow_up_ends_on,
            cast($middle_level_min as integer) as middle_level_min,
            cast($senior_level_min as integer) as senior_level_min,
            cast($has_gender_dimension as boolean) as has_gender_dimension
        """,
        {
            "organization": config.organization,
            "as_of": as_of,
            "follow_up_ends_on": follow_up_ends_on,
            "middle_level_min": workforce.middle_level_min,
            "senior_level_min": workforce.senior_level_min,
            "has_gender_dimension": "gender" in config.privacy.protected_dimensions,
        },
    )
    present = {export.mapping.table.name for export in load.exports}
    counts = " union all ".join(
        f"select {place} as place, '{name}' as table_name, count(*) as rows_n from raw.{name}"
        for place, name in enumerate(TABLES)
    )
    load.connection.execute(
        "create table raw.tables as select table_name, "
        f"list_contains($present, table_name) as is_present, rows_n from ({counts}) order by place",
        {"present": sorted(present)},
    )
