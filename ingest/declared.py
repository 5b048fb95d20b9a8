"""What `mentorship.yml` says of tables, held against the contract."""

from __future__ import annotations

from ingest.contract import TABLES
from workspace.config import WorkspaceConfig


def check_tables(config: WorkspaceConfig) -> None:
    """Refuse a source of an unknown table, and sources without the one that all others need.

    Raises:
        ConfigError: naming the source and the nearest table, or the table that is missing.
    """
    for number, source in enumerate(config.sources):
        config.refuse_unknown(
            *("sources", number, "table"),
            names=[source.table],
            known=TABLES,
            what="a canonical table",
            found=source.table,
        )
    if not any(source.table == "job_history" for source in config.sources):
        raise config.refusal(
            "sources",
            problem="none of them fills job_history, which is required: every measure counts "
            "from it.",
        )
