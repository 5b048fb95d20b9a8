"""A workspace: one folder with a configuration, exports, private state and published releases."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workspace.errors import EnvironmentFailed, Place

PRIVATE_FOLDER = 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Workspace:
    """Where everything lies; nothing here is created before `prepare`."""

    root: Path

    @property
    def config_path(self) -> Path:
        """The configuration."""
        return self.root / "mentorship.yml"

    @property
    def exports(self) -> Path:
        """The folder of exports; read, never written."""
        return self.root / "exports"

    @property
    def state(self) -> Path:
        """The private folder."""
        return self.root / "state"

    @property
    def raw_path(self) -> Path:
        """The raw database of the published build."""
        return self.state / "raw.duckdb"

    @property
    def warehouse_path(self) -> Path:
        """The warehouse of the published build."""
        return self.state / "warehouse.duckdb"

    @property
    def ledger_path(self) -> Path:
        """The ledger of runs."""
        return self.state / "ledger.jsonl"

    @property
    def history_path(self) -> Path:
        """What each published load held."""
        return self.state / "gate_history.jsonl"

    @property
    def released_path(self) -> Path:
        """The counted cells of the last release: what the next one may differ from."""
        return self.state / "released.parquet"

    @property
    def docs_path(self) -> Path:
        """Great Expectations' own pages of the last check that wanted them."""
        return self.state / "gx"

    @property
    def key_path(self) -> Path:
        """The key under which people become keys."""
        return self.state / "key"

    @property
    def lock_path(self) -> Path:
        """The file whose lock a build holds."""
        return self.state / "lock"

    @property
    def quarantine(self) -> Path:
        """Rows that could not be read or linked, each with its reason."""
        return self.state / "quarantine"

    @property
    def settled(self) -> Path:
        """What each export became in the last load, so that only changes are read."""
        return self.state / "settled"

    @property
    def actions(self) -> Path:
        """Lists for program owners, by pairing id."""
        return self.state / "actions"

    @property
    def runs(self) -> Path:
        """One folder per build that is running or did not publish."""
        return self.state / "runs"

    @property
    def truth_path(self) -> Path:
        """What the generator planted; only a demo workspace has it."""
        return self.state / "truth.json"

    @property
    def releases(self) -> Path:
        """The published releases, one folder each."""
        return self.root / "releases"

    @property
    def site(self) -> Path:
        """The link to the newest release."""
        return self.root / "site"

    def prepare(self) -> tuple[str, ...]:
        """Make the private folders and return warnings about what had to be tightened.

        Raises:
            EnvironmentFailed: the state folder cannot be made private.
        """
        warnings = []
        self.state.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        private = (self.key_path, self.ledger_path, self.history_path)
        for path in (self.state, *(p for p in private if p.exists())):
            if _tighten(path):
                warnings.append(
                    f"{path.relative_to(self.root)} could be read by others; it is private now."
                )
        for folder in (self.runs, self.quarantine, self.actions):
            folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
        return tuple(warnings)


def _tighten(path: Path) -> bool:
    """Take a path's permissions away from group and world; tell whether there were any."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & _OTHERS:
        return False
    private = mode & ~_OTHERS
    try:
        path.chmod(private)
    except PermissionError as error:
        raise EnvironmentFailed(
            "The state folder can be read by others and cannot be made private.",
            place=Place(path),
            found=f"mode {mode:04o}",
            expected=f"mode {private:04o}",
            to_do="run as the owner of the folder, or change its owner",
        ) from error
    if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        raise EnvironmentFailed(
            "The file system does not keep permissions, so the state cannot be private.",
            place=Place(path),
            to_do="put the workspace on a file system with POSIX permissions",
        )
    return True


@contextmanager
def private_files() -> Iterator[int]:
    """Create every file for its owner only; gives the umask that held before."""
    before = os.umask(0o077)
    try:
        yield before
    finally:
        os.umask(before)
