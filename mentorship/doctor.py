"""The doctor: does this machine, and this folder, have what a build needs?

It asks without building, changes nothing that stays, and answers whatever else is broken.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from mentorship.checkout import CHECKOUT, DISTRIBUTION, refuse_stripped_python
from mentorship.failure import explained
from mentorship.ledger import PUBLISHED, Ledger
from mentorship.lock import is_held, lock
from mentorship.publish import refuse_foreign_site
from workspace.database import connect
from workspace.errors import EnvironmentFailed, MentorshipError
from workspace.folder import Workspace
from workspace.memory import available_bytes

FINE, WARNING, PROBLEM = "fine", "warning", "problem"
_GIB = 1 << 30
# What a build of a small company takes, and of one with a few thousand people.
LEAST_MEMORY, COMFORTABLE_MEMORY = 1.5 * _GIB, 4 * _GIB
LEAST_DISK, COMFORTABLE_DISK = 0.5 * _GIB, 5 * _GIB
# Rows take their room about three times: settled, raw, warehouse. And once more while building.
DISK_PER_EXPORT = 4
# What DuckDB must bring along, since it can fetch nothing where there is no network.
EXTENSIONS = ("core_functions", "json", "parquet")


@dataclass(frozen=True)
class Finding:
    """What was found of one thing.

    Attributes:
        name: the thing.
        status: fine, warning or problem.
        found: what is the case.
        to_do: what to do about it; empty where nothing is.
    """

    name: str
    status: str
    found: str
    to_do: str = ""


@dataclass(frozen=True)
class Examination:
    """Everything that was found.

    Attributes:
        workspace: the folder that was examined.
        findings: one per thing, in the order in which they were asked.
    """

    workspace: Path
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """The exit code: 4 when a build would fail for the machine's sake."""
        is_ill = any(finding.status == PROBLEM for finding in self.findings)
        return EnvironmentFailed.exit_code if is_ill else 0

    def as_record(self) -> dict[str, Any]:
        """Return the examination as a record for `--json`."""
        return {
            "workspace": str(self.workspace),
            "exit_code": self.exit_code,
            "findings": [asdict(finding) for finding in self.findings],
        }

    def lines(self) -> list[str]:
        """Return the examination as lines of text."""
        lines = []
        for one in self.findings:
            lines.append(f"{one.status:<8} {one.name}: {one.found}")
            if one.to_do:
                lines.append(f"{'':<8} to do: {one.to_do}")
        return lines


def examine(workspace: Workspace, *, now: dt.datetime) -> Examination:
    """Return what the machine and the folder of a workspace have and lack.

    Args:
        workspace: the folder; it may be anything, also nothing yet.
        now: what the clock says.
    """
    asked: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("extensions", _extensions),
        ("memory", _memory),
        ("disk", lambda: _disk(workspace)),
        ("places", lambda: _places(workspace)),
        ("locks", lambda: _locks(workspace)),
        ("modes", lambda: _modes(workspace)),
        ("configuration", lambda: _configuration(workspace)),
        ("key", lambda: _key(workspace)),
        ("ledger", lambda: _ledger(workspace)),
        ("history", lambda: _history(workspace)),
        ("clock", lambda: _clock(workspace, now)),
    )
    return Examination(workspace.root, tuple(_asked(name, ask) for name, ask in asked))


def _asked(name: str, ask: Callable[[], Finding]) -> Finding:
    """Return what was found; what cannot even be asked is a problem with its own words."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - one broken thing must not hide the others
        problem = explained(error)
        where = f" ({problem.place})" if str(problem.place) else ""
        return Finding(name, PROBLEM, f"{problem.message}{where}", problem.to_do or "")


def _python() -> Finding:
    version = platform.python_version()
    found = f"Python {version} on {platform.system()} {platform.machine()}"
    refuse_stripped_python()
    return Finding("python", FINE, found)


def _packages() -> Finding:
    """Hold what is installed against the lock: another version may count otherwise."""
    text = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    # A package may be locked in several versions, each for some versions of Python.
    locked: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.MULTILINE):
        locked.setdefault(name, []).append(version)
    needed = set(_needed())
    missing, other = [], []
    for name in sorted(needed):
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if installed not in locked.get(name, [installed]):
            other.append(f"{name} {installed} instead of {' or '.join(locked[name])}")
    to_do = "run `make test` or `make demo` in the checkout: both install the locked set"
    if missing:
        return Finding("packages", PROBLEM, f"not installed: {', '.join(missing)}", to_do)
    if other:
        return Finding("packages", WARNING, f"not as locked: {', '.join(other)}", to_do)
    return Finding("packages", FINE, f"{len(needed)} packages as locked")


def _needed() -> Iterator[str]:
    """Yield the packages that the project itself names, as the lock spells them."""
    import tomllib

    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if project["name"] != DISTRIBUTION:
        raise MentorshipError("This checkout is not that of mentorship-impact.")
    for line in project["dependencies"]:
        yield re.split(r"[<>=\[;\s]", line)[0].lower()


def _extensions() -> Finding:
    import duckdb

    with connect() as connection:
        rows = connection.execute("select extension_name from duckdb_extensions() where loaded")
        loaded = {str(name) for (name,) in rows.fetchall()}
    missing = [name for name in EXTENSIONS if name not in loaded]
    found = f"DuckDB {duckdb.__version__}"
    if missing:
        to_do = "install the package duckdb as the lock has it: its wheel brings them along"
        return Finding("extensions", PROBLEM, f"{found} without {', '.join(missing)}", to_do)
    return Finding("extensions", FINE, f"{found} with {', '.join(EXTENSIONS)}")


def _memory() -> Finding:
    least = available_bytes()
    if least is None:
        return Finding("memory", WARNING, "this system does not say how much there is")
    return _enough(
        "memory",
        least,
        f"{_gib(least)} may be used",
        least=LEAST_MEMORY,
        comfortable=COMFORTABLE_MEMORY,
        to_do="free memory, or raise the limit (ulimit -v, or that of the container)",
    )


def _disk(workspace: Workspace) -> Finding:
    free = shutil.disk_usage(_nearest(workspace.root)).free
    exports = [p for p in workspace.exports.rglob("*") if p.is_file() and not p.is_symlink()]
    needed = DISK_PER_EXPORT * sum(path.stat().st_size for path in exports)
    return _enough(
        "disk",
        free,
        f"{_gib(free)} free",
        least=max(LEAST_DISK, needed),
        comfortable=max(COMFORTABLE_DISK, needed),
        to_do="free disk space: databases, releases and what builds remember take a few times the "
        "room of the exports",
    )


def _places(workspace: Workspace) -> Finding:
    workspace.refuse_misplaced()
    refuse_foreign_site(workspace)
    if workspace.rotated.exists():
        found = "a new key waits for the next build, which puts it in its place"
        return Finding("places", WARNING, found, "run `mentorship build`")
    return Finding("places", FINE, "every file and folder is where it belongs, or not there yet")


def _locks(workspace: Workspace) -> Finding:
    """Try in the folder itself: a file system may have locks and no links, or the reverse."""
    if is_held(workspace.lock_path):
        return Finding("locks", FINE, "a build holds the workspace right now")
    with tempfile.TemporaryDirectory(dir=_nearest(workspace.root), prefix=".doctor-") as name:
        folder = Path(name)
        with lock(folder / "lock"):
            pass
        (folder / "link").symlink_to("lock")
        os.replace(folder / "link", folder / "site")
        (folder / "key").hardlink_to(folder / "lock")
        (folder / "lock").chmod(0o600)
        if stat.S_IMODE((folder / "lock").stat().st_mode) != 0o600:
            to_do = "put the workspace on a file system with POSIX permissions"
            return Finding("locks", PROBLEM, "the file system does not keep permissions", to_do)
    return Finding("locks", FINE, "the file system has locks, links and permissions")


def _modes(workspace: Workspace) -> Finding:
    if not workspace.state.exists():
        return Finding("modes", FINE, "there is no state yet")
    wide = workspace.wide()
    if not wide:
        return Finding("modes", FINE, "state/ is for its owner only")
    found = f"others may read {len(wide):,} entries of state/, {wide[0]} first"
    return Finding("modes", WARNING, found, f"chmod -R go-rwx {workspace.state}")


def _configuration(workspace: Workspace) -> Finding:
    from mentorship.configuration import read_configuration

    if not workspace.config_path.exists():
        found = f"no file {workspace.config_path}"
        return Finding("configuration", WARNING, found, "run `mentorship init DIR`")
    try:
        config = read_configuration(workspace.config_path)
    except MentorshipError as error:
        if error.exit_code == EnvironmentFailed.exit_code:
            raise
        found = f"{error.message} ({error.place})"
        return Finding("configuration", WARNING, found, error.to_do or "")
    return Finding("configuration", FINE, f"{len(config.sources)} sources")


def _key(workspace: Workspace) -> Finding:
    from ingest.people.keys import examine_key

    return Finding("key", FINE, examine_key(workspace))


def _ledger(workspace: Workspace) -> Finding:
    ledger = Ledger(workspace.ledger_path)
    runs, odd_n = ledger.runs(), ledger.odd_lines()
    found = f"{len(runs):,} runs" if runs else "no run yet"
    if odd_n:
        found += f", and {odd_n} lines that tell of none; they are passed over"
        return Finding("ledger", WARNING, found)
    return Finding("ledger", FINE, found)


def _history(workspace: Workspace) -> Finding:
    from expectations.history import History

    return Finding("history", FINE, f"{len(History(workspace.history_path).loads()):,} loads")


def _clock(workspace: Workspace, now: dt.datetime) -> Finding:
    """Hold the clock against the newest thing that is known to have happened."""
    runs = [run for run in Ledger(workspace.ledger_path).runs() if run.outcome == PUBLISHED]
    moments = [moment for run in runs if (moment := _moment(run.started_at))]
    pages = CHECKOUT / "pyproject.toml"
    moments.append(dt.datetime.fromtimestamp(pages.stat().st_mtime, dt.UTC))
    newest = max(moments)
    found = f"{now:%Y-%m-%d %H:%M} UTC"
    if newest - now > dt.timedelta(days=1):
        found += (
            f", earlier than {newest:%Y-%m-%d %H:%M}, when the last build or this code was made"
        )
        to_do = "set the clock right: without `as_of` it decides up to which day exports are read"
        return Finding("clock", PROBLEM, found, to_do)
    return Finding("clock", FINE, found)


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _enough(
    name: str, there: float, found: str, *, least: float, comfortable: float, to_do: str
) -> Finding:
    if there < least:
        return Finding(name, PROBLEM, f"{found}; a build needs {_gib(least)}", to_do)
    if there < comfortable:
        return Finding(name, WARNING, f"{found}; {_gib(comfortable)} are comfortable", to_do)
    return Finding(name, FINE, found)


def _gib(size: float) -> str:
    return f"{size / _GIB:,.1f} GB"


def _nearest(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
