"""The compiled models, once per session: dbt takes longer to start than all of them to run."""

from __future__ import annotations

import pytest

from tests.models.impact.engine import Engine, compiled


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the models of the core scope: mentees, twelve months."""
    return compiled()


@pytest.fixture(scope="session")
def short_engine() -> Engine:
    """Return the models of both roles over three months: short enough to work out by hand."""
    return compiled(
        {
            "impact_roles": ["mentee", "mentor"],
            "impact_horizons": [3],
            "impact_subgroups": ["level_band"],
        }
    )
