"""The bounds of the warehouse while dbt builds it; `profiles.yml` names this module.

A limit in the profile itself would be another each time, and dbt parses every model again where
its profile has changed.
"""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from workspace.database import memory_limit


class Plugin(BasePlugin):  # type: ignore[misc] # dbt-duckdb is without types
    """Gives the warehouse its share of the memory there is."""

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:  # noqa: ARG002 - dbt-duckdb's own signature
        """Add the limit to what DuckDB is opened with."""
        if limit := memory_limit():
            config.setdefault("memory_limit", limit)
