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
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISREG, "a file"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISLNK, "a link that leads nowhere"),
)
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
        """What was released last: what the next release may differ from."""
        return self.state / "released.duckdb"

    @property
    def reconciled_path(self) -> Path:
        """Our counts beside the mentoring platform's own, in full."""
        return self.state / "reconciliation.csv"

    @property
    def docs_path(self) -> Path:
        """Great Expectations' own pages of the last check that wanted them."""
        return self.state / "gx"

    @property
    def key_path(self) -> Path:
        """The key under which people become keys."""
        return self.state / "key"

    @property
    def key_mark_path(self) -> Path:
        """What tells the key that made the state from any other."""
        return self.state / "key_mark"

    @property
    def tombstones_path(self) -> Path:
        """What is remembered of people who were erased; it is there once somebody was."""
        return self.state / "tombstones.json"

    @property
    def rotated(self) -> Path:
        """A state under a new key, whole, on its way to its place; mostly it is not there."""
        return self.state / "rotated"

    @property
    def checked(self) -> Path:
        """What the last check left."""
        return self.state / "check"

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
        """Make the private folders and return a warning where something had to be tightened.

        Raises:
            EnvironmentFailed: the state folder cannot be made private, or a file stands where a
                folder belongs, or the reverse.
        """
        self.refuse_misplaced()
        self.state.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        wide = [path for path in self.wide() if _tighten(path)]
        for folder in (self.runs, self.quarantine, self.actions):
            folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
        if not wide:
            return ()
        first = wide[0].relative_to(self.root)
        if len(wide) == 1:
            return (f"{first} could be read by others; it is private now.",)
        return (f"{first} and {len(wide) - 1:,} more could be read by others; all private now.",)

    def wide(self) -> list[Path]:
        """Return what of the private folder others may read, links aside."""
        return [
            path
            for path in _with_all_inside(self.state)
            if (mode := _mode_of(path)) is not None and mode & _OTHERS
        ]

    def misplaced(self) -> list[tuple[Path, str, str]]:
        """Return each place that holds something else than it should: what it has, what belongs."""
        folders = (
            *(self.root, self.state, self.runs, self.quarantine, self.settled, self.actions),
            *(self.checked, self.docs_path, self.rotated, self.releases),
        )
        files = (
            *(self.raw_path, self.warehouse_path, self.ledger_path, self.history_path),
            *(self.key_path, self.key_mark_path, self.lock_path, self.tombstones_path),
        )
        wanted = {**dict.fromkeys(folders, "a folder"), **dict.fromkeys(files, "a file")}
        there = ((path, kind_of(path), expected) for path, expected in wanted.items())
        return [(path, found, expected) for path, found, expected in there if found != expected]

    def refuse_misplaced(self) -> None:
        """Refuse a workspace in which something else stands where a file or folder belongs.

        Raises:
            EnvironmentFailed: it does, or no database can be kept there.
        """
        if "?" in str(self.root.resolve()):
            # DuckDB puts the ending of its log before it: a?b/raw becomes a.wal?b/raw.
            raise EnvironmentFailed(
                "No database can be kept in a folder whose path has a question mark.",
                place=Place(self.root),
                to_do="rename the folder, or put the workspace elsewhere",
            )
        for path, found, expected in self.misplaced():
            if found != NOTHING:
                raise EnvironmentFailed(
                    f"Where {expected} belongs there is something else.",
                    place=Place(path),
                    found=found,
                    expected=expected,
                    to_do="move it away, then run again; a build overwrites nothing it did not "
                    "make",
                )


NOTHING = "nothing"


def kind_of(path: Path) -> str:
    """Return in words what is at a path, links followed; `nothing` when nothing is.

    Raises:
        EnvironmentFailed: links lead in a circle.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        if not path.is_symlink():
            return NOTHING
        mode = path.lstat().st_mode
    return next((kind for is_it, kind in _KINDS if is_it(mode)), "a device")


def _with_all_inside(folder: Path) -> Iterator[Path]:
    """Yield a folder and everything in it, without following links."""
    yield folder
    for name, folders, files in os.walk(folder):
        for entry in (*folders, *files):
            yield Path(name) / entry


def _mode_of(path: Path) -> int | None:
    """Return the permissions of a path; nothing for a link, or when it has just been removed."""
    try:
        mode = path.stat(follow_symlinks=False).st_mode
    except FileNotFoundError:
        return None
    return None if stat.S_ISLNK(mode) else stat.S_IMODE(mode)


def _tighten(path: Path) -> bool:
    """Take a path's permissions away from group and world; tell whether there were any."""
    mode = _mode_of(path)
    if mode is None or not mode & _OTHERS:
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
