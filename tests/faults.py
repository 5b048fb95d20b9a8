"""Kill builds at many moments, and count what is promised of them: run by `make faults`.

A small workspace is built over and over. Each build is ended at another moment by a signal: KILL,
as a machine does that runs out of memory, TERM, as a scheduler does, or INT, as somebody does at a
terminal. Each moment lies a share of a stage's time after the stage before it has ended. What
builds leave piles up for a few kills; then one is let finish.
"""

from __future__ import annotations

import argparse
import itertools
import json
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mentorship.ledger import CRASHED, Ledger
from mentorship.progress import plain_table
from tests.mentorship.conftest import make_workspace
from workspace.folder import Workspace
from workspace.leash import VARIABLE
from workspace.writing import append_line

# The stages of a build as it tells of them, and how many moments of each are tried. More where
# more is written.
STAGES = {
    "Looking for changes": 4,
    "Reading the exports": 18,
    "Modeling people, pairings and measures": 14,
    "Waiting for the expectations": 2,
    "Estimating, hiding small groups, and attacking the rest": 4,
    "Writing the results": 4,
    "Rendering the pages": 8,
    "Publishing": 14,
}
# What a process ends with that a signal ends; a killed one has no say in it.
EXIT_CODES = {signal.SIGKILL: -signal.SIGKILL, signal.SIGTERM: 143, signal.SIGINT: 130}
# A busy machine takes its time to end a process.
_GRACE_SECONDS = 30.0


def content(release: Path) -> dict[str, bytes]:
    """Return what a release says, without the one file that knows when it was made."""
    return {
        path.relative_to(release).as_posix(): path.read_bytes()
        for path in release.rglob("*")
        if path.is_file() and path.name != "run.json"
    }


def start_build(workspace: Workspace) -> subprocess.Popen[str]:
    """Return a build that has begun; its standard error tells of its stages."""
    # After a run that never came to its end nothing is taken for granted: there is much to do.
    if workspace.ledger_path.exists():
        killed = {
            "event": "started",
            "run_id": f"killed-{time.time_ns()}",
            "at": "2026-01-01T00:00:00+00:00",
        }
        append_line(workspace.ledger_path, json.dumps(killed))
    return subprocess.Popen(
        [sys.executable, "-m", "mentorship.cli", "build", "-C", str(workspace.root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_signals,
    )


def _heed_signals() -> None:
    """Undo what a shell does to programs in its background: they are told to ignore some."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@dataclass(frozen=True)
class Killed:
    """How a build ended that got a signal: its exit code, and how many of its children live on."""

    exit_code: int
    children_n: int


def kill_at(
    workspace: Workspace, number: signal.Signals, *, after: str | None, seconds: float
) -> Killed | None:
    """Return how a build ended that got a signal some time after a stage; nothing if it was faster.

    Args:
        workspace: what to build.
        number: the signal.
        after: the sentence of the stage; the start of the process without one.
        seconds: how long after.
    """
    with start_build(workspace) as build:
        assert build.stderr is not None
        if after is not None:
            while after not in (line := build.stderr.readline()):
                if not line:
                    return None
        time.sleep(seconds)
        build.send_signal(number)
        build.stderr.read()
        build.wait()
    return None if build.returncode == 0 else Killed(build.returncode, _children_left(build.pid))


def _children_left(parent: int) -> int:
    """Return how many processes of a build outlive it, after a moment of grace."""
    until = time.monotonic() + _GRACE_SECONDS
    while (left := len(list(_children(parent)))) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def _children(parent: int) -> Iterator[int]:
    wanted = f"{VARIABLE}={parent}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = wanted in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if is_ours:
            yield int(folder.name)


def wide_files(workspace: Workspace) -> list[Path]:
    """Return what lies in the private folder and others may read."""
    there = (workspace.state, *workspace.state.rglob("*"))
    # A link has no rights of its own.
    files = [path for path in there if not path.is_symlink()]
    return [path for path in files if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def half_made(workspace: Workspace) -> list[Path]:
    """Return what a killed run has left and a finished one should have removed."""
    runs = Ledger(workspace.ledger_path).runs()
    crashed = {run.run_id for run in runs if run.outcome == CRASHED}
    there = (*workspace.runs.iterdir(), *workspace.releases.iterdir(), *workspace.root.iterdir())
    return [p for p in there if p.name in crashed or p.name.endswith(".tmp")]


def finish(workspace: Workspace) -> dict[str, float]:
    """Let a build come to its end, and return the seconds of its stages.

    Raises:
        AssertionError: it did not publish.
    """
    with start_build(workspace) as build:
        assert build.stderr is not None
        said = build.stderr.read()
    assert build.returncode == 0, said
    lines = (line.split(" s  ", 1) for line in said.splitlines())
    seconds = {parts[1]: float(parts[0]) for parts in lines if parts[-1] in STAGES}
    assert set(seconds) == set(STAGES), said
    return seconds


@dataclass(frozen=True)
class Moment:
    """When a signal comes: after which stage has ended, and how far into the next one."""

    after: str | None
    stage: str
    share: float


MOMENTS = [
    Moment(after, stage, (n + 0.5) / moments_n)
    for after, (stage, moments_n) in zip([None, *STAGES], STAGES.items(), strict=False)
    for n in range(moments_n)
]


def main() -> int:
    """Return 0 when every promise was kept; print how often each was tried."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=int, default=1, help="which part of the moments to try")
    parser.add_argument("--parts", type=int, default=1, help="of so many")
    parser.add_argument("--chain", type=int, default=6, help="kills before a build is let finish")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        workspace = make_workspace(Path(folder))
        tried = MOMENTS[given.part - 1 :: given.parts]
        counts = attack(workspace, tried, chain=given.chain)
    rows = [(what, str(n)) for what, n in counts.items()]
    print("\n".join(plain_table(("what", "how often"), rows)))
    return 1 if any(n for what, n in counts.items() if what in BROKEN) else 0


# What must not be counted even once.
BROKEN = (
    "site torn",
    "another exit code than promised",
    "children left",
    "files that others may read",
    "build that did not publish the same bytes",
    "half-made runs and releases left by a build",
)


def attack(workspace: Workspace, tried: Sequence[Moment], *, chain: int) -> Counter[str]:
    """Return how often each thing came to pass while the builds of a workspace were killed."""
    # The second build compares with the first, as all after it do, and says so on its pages.
    finish(workspace)
    seconds = finish(workspace)
    good = content(workspace.site)
    counts: Counter[str] = Counter(dict.fromkeys(("killed", "finished", *BROKEN), 0))
    waiting = 0
    for number, moment in zip(itertools.cycle(EXIT_CODES), tried, strict=False):
        delay = seconds[moment.stage] * moment.share
        killed = kill_at(workspace, number, after=moment.after, seconds=delay)
        print(f"{moment.stage}, {moment.share:.2f}, {number.name}: {killed}", file=sys.stderr)
        if killed is None:
            counts["too late: the build had ended"] += 1
        else:
            # A process that has hardly begun is ended by the signal itself, or with 1 where Python
            # has not found its packages yet.
            promised = {EXIT_CODES[number], *([-number, 1] if moment.after is None else [])}
            counts["killed"] += 1
            counts[f"killed by {number.name}"] += 1
            counts["another exit code than promised"] += killed.exit_code not in promised
            counts["children left"] += killed.children_n
            waiting += 1
        counts["site torn"] += content(workspace.site) != good
        counts["files that others may read"] += len(wide_files(workspace))
        if waiting == chain or moment == tried[-1]:
            waiting = 0
            # The machine may be faster or slower by now.
            seconds = finish(workspace)
            counts["finished"] += 1
            counts["build that did not publish the same bytes"] += content(workspace.site) != good
            counts["half-made runs and releases left by a build"] += len(half_made(workspace))
            print(dict(counts), file=sys.stderr)
    return counts


if __name__ == "__main__":
    sys.exit(main())
