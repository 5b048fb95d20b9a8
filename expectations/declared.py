"""What `mentorship.yml` says of expectations, held against those there are."""

from __future__ import annotations

from expectations.past import DATES
from workspace.config import WorkspaceConfig


def check_expectations(config: WorkspaceConfig) -> None:
    """Refuse limits of tables, columns and expectations that nobody checks.

    Raises:
        ConfigError: naming the key and the nearest name that would do.
    """
    dated = "a table with dates"
    for number, source in enumerate(config.sources):
        if source.stale_after_days is not None:
            config.refuse_unknown(
                *("sources", number), names=[source.table], known=DATES, what=dated
            )
    limits = config.expectations
    config.refuse_unknown(
        *("expectations", "stale_after_days"),
        names=limits.stale_after_days,
        known=DATES,
        what=dated,
    )
    if "watched_columns" in limits.model_fields_set:
        _check_watched(config)
    if limits.critical:
        from expectations.catalog import names

        config.refuse_unknown(
            *("expectations", "critical"),
            names=limits.critical,
            known=names(),
            what="an expectation, as table.expectation",
        )


def _check_watched(config: WorkspaceConfig) -> None:
    from expectations.values import WATCHABLE

    keys = ("expectations", "watched_columns")
    tables = config.expectations.watched_columns
    config.refuse_unknown(
        *keys,
        names=tables,
        known=WATCHABLE,
        what="a table with columns that hold a few values",
    )
    for table, columns in tables.items():
        config.refuse_unknown(
            *keys,
            names=columns,
            known=WATCHABLE[table],
            what=f"a column of {table} that can be watched",
        )
