"""The loads of a workspace: what this one is compared with, and what is kept of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mentorship.gate import verdicts_path
from mentorship.ledger import Ledger
from workspace.config import SourceConfig, WorkspaceConfig
from workspace.errors import DataRefused
from workspace.folder import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from expectations.brief import Brief
    from expectations.history import Load
    from ingest.files.local import SourceFile
    from ingest.load import LoadReport

CHANGES_NAME = "changed_values.csv"


class ThisLoad:
    """One load beside the published ones before it.

    A load is told by its inputs: the same exports built again are the same load, which is not
    compared with itself and adds nothing to the history.

    Args:
        workspace: whose load it is.
        config: its configuration.
        loaded: what ingest did.
        raw_path: the raw database it wrote.
        key: the workspace's key.
    """

    def __init__(
        self,
        workspace: Workspace,
        config: WorkspaceConfig,
        loaded: LoadReport,
        raw_path: Path,
        *,
        key: bytes,
    ) -> None:
        from expectations.history import History, inputs_hash
        from expectations.values import mark_salt

        self._published_path = workspace.raw_path
        self._config = config
        self._loaded = loaded
        self._raw_path = raw_path
        self._salt = mark_salt(key)
        self._history = History(workspace.history_path)
        self._inputs = inputs_hash({file.path: file.sha256 for file in loaded.inputs})

    def brief(
        self,
        files: Sequence[tuple[SourceConfig, Sequence[SourceFile]]],
        *,
        quarantine: Path,
        is_confirmed: bool = False,
        docs_path: Path | None = None,
    ) -> Brief:
        """Return what the gate is told of this load.

        Args:
            files: the files of each source.
            quarantine: the folder in which values are listed that are new or gone.
            is_confirmed: whether it may differ from the last load; one that was published may.
            docs_path: the folder for Data Docs, where they are wanted.
        """
        from expectations.brief import Brief
        from expectations.history import known_before
        from expectations.known import SourceLimit

        return Brief(
            raw_path=self._raw_path.resolve(),
            verdicts_path=verdicts_path(self._raw_path).resolve(),
            changes_path=quarantine.resolve() / CHANGES_NAME,
            published_path=self._published_path.resolve(),
            limits=self._config.expectations,
            known=known_before(
                self._history.before(self._inputs),
                salt=self._salt,
                is_confirmed=is_confirmed or self._history.is_last(self._inputs),
                sources=tuple(
                    SourceLimit(source.table, tuple(file.shown for file in found), days)
                    for source, found in files
                    if (days := source.stale_after_days) is not None
                ),
            ),
            docs_path=None if docs_path is None else docs_path.resolve(),
        )

    def held(self, gates: pd.DataFrame) -> Load:
        """Return what this load held, and how it stood in the gate."""
        from expectations.history import load_of
        from expectations.past import read_months
        from expectations.values import read_marks

        return load_of(
            inputs=self._inputs,
            as_of=self._loaded.as_of,
            quality=self._loaded.quality,
            gates=gates,
            marks=read_marks(self._raw_path, self._config.expectations.watched_columns, self._salt),
            salt=self._salt,
            months=read_months(self._raw_path),
        )

    def beside_earlier(self, held: Load) -> pd.DataFrame:
        """Return what it held and what those before it held, as `analyses.results.LOADS`."""
        from expectations.history import loads_frame

        return loads_frame([*self._history.before(self._inputs), held])

    def keep(self, held: Load, workspace: Workspace) -> None:
        """Write down what it held in a workspace: the next load is compared with it."""
        from expectations.history import History

        History(workspace.history_path).add(held)


def refuse_earlier_day(workspace: Workspace, as_of: dt.date, *, today: dt.date) -> None:
    """Refuse exports that describe an earlier day than the last release did.

    Without `as_of` in the configuration it is the newest day of the job history up to today, so a
    clock that was set back would publish a report of the past.

    Raises:
        DataRefused: they do.
    """
    last = Ledger(workspace.ledger_path).last_as_of()
    if last is not None and as_of < last:
        raise DataRefused(
            "The exports describe an earlier day than the last release; nothing was published.",
            found=f"as_of {as_of}, on a machine whose clock says {today}",
            expected=f"{last} or later",
            to_do="set the clock right, or put the newest exports back; if the earlier day is "
            "meant, confirm it once with `mentorship build --full-refresh`",
        )
