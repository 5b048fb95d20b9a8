"""The configuration that a command follows: read, and held against the lists of their owners."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError, Place
from workspace.folder import Workspace
from workspace.reading import read_config


def read_configuration(path: Path) -> WorkspaceConfig:
    """Return the configuration in a `mentorship.yml`, every name in it known to its owner.

    Raises:
        ConfigError: the file is missing, is not YAML, or says something it cannot say.
    """
    from analyses.outcomes import check_outcomes
    from analyses.targets import check_targets
    from analyses.warning_rules import check_warnings
    from expectations.declared import check_expectations
    from ingest.declared import check_tables

    config = read_config(path)
    check_tables(config)
    check_expectations(config)
    check_outcomes(config)
    check_warnings(config)
    check_targets(config)
    return config


def effective_config(
    workspace: Workspace, as_of: dt.date | None, *, today: dt.date
) -> WorkspaceConfig:
    """Return the configuration of a workspace with what the command line overrides.

    Raises:
        ConfigError: it cannot be followed, or what is asked for has not come to pass.
    """
    config = read_configuration(workspace.config_path)
    asked = config.as_of if as_of is None else as_of
    if asked is not None and asked > today:
        raise ConfigError(
            "as_of lies in the future: no export describes that day yet.",
            place=Place("--as-of") if as_of is not None else config.place("as_of"),
            found=f"{asked}",
            expected=f"{today} (today, in UTC) or earlier",
            to_do="write the day up to which the exports are known, or leave it out: then it is "
            "the newest day of the job history",
        )
    return config if as_of is None else config.model_copy(update={"as_of": as_of})
