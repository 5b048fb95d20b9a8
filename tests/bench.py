"""The benchmark behind `make bench`: how long, how fast and how much memory, never a test.

Everything is made in a new folder, so nothing dbt or an earlier build remembers can help. Peak
memory is that of all processes of the command together, sampled where the machine can tell
(Linux), else that of its largest process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = str(Path(sys.executable).with_name("mentorship"))
REPEATS = 3
SAMPLE_SECONDS = 0.05
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Measured:
    """Wall time of a command and the peak memory of its processes."""

    seconds: float
    peak_megabytes: float


def main() -> None:
    """Build the demo in a new folder and print what it took."""
    with tempfile.TemporaryDirectory(prefix="mentorship-bench-") as folder:
        root = Path(folder) / "demo"
        demo = measure("demo", "--out", str(root))
        unchanged = min(measure("build", "-C", str(root)).seconds for _ in range(REPEATS))
        helped = min(measure("--help").seconds for _ in range(REPEATS))
        run = first_run(root)
    print_stages(run, demo)
    print()
    # In brackets: what the project wants of itself on two cores.
    print(f"{'the whole demo':<22}{demo.seconds:9.2f} s   (at most 30)")
    print(f"{'peak memory':<22}{demo.peak_megabytes:9.0f} MB  (at most 1024)")
    print(f"{'build, nothing to do':<22}{unchanged:9.2f} s   (at most 1.5)")
    print(f"{'mentorship --help':<22}{helped:9.2f} s   (at most 0.5)")


def print_stages(run: dict[str, Any], demo: Measured) -> None:
    """Print the seconds of each stage of the build, and the rows that passed in a second."""
    rows_n, timings = run["rows"]["rows_in"], run["timings"]
    print(f"{'stage':<22}{'seconds':>9}  {'rows a second':>14}")
    for stage, seconds in timings.items():
        has_rows = stage in ("ingest", "models")
        print(f"{stage:<22}{seconds:9.2f}  {f'{rows_n / seconds:14,.0f}' if has_rows else ''}")
    outside = demo.seconds - sum(timings.values())
    print(f"{'start and imports':<22}{outside:9.2f}")
    print(f"{rows_n:,} rows read")


def first_run(root: Path) -> dict[str, Any]:
    """Return the ledger's record of the first build of a workspace."""
    shown = subprocess.run(
        [COMMAND, "status", "--json", "-C", str(root)], check=True, capture_output=True
    )
    runs: list[dict[str, Any]] = json.loads(shown.stdout)["runs"]
    return runs[-1]


def measure(*words: str) -> Measured:
    """Return what one run of the command takes; stops the benchmark when it fails."""
    started = time.perf_counter()
    with (
        tempfile.TemporaryFile() as shown,
        subprocess.Popen([COMMAND, *words], stdout=shown, stderr=shown) as process,
    ):
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(memory_of(pid) for pid in family_of(process.pid)))
            time.sleep(SAMPLE_SECONDS)
        seconds = time.perf_counter() - started
        if process.returncode != 0:
            shown.seek(0)
            sys.exit(shown.read().decode(errors="replace"))
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Measured(seconds, max(peak, 0 if peak else largest) / MEGABYTE)


def family_of(pid: int) -> list[int]:
    """Return a process and all it has started, as far as Linux tells."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return [pid]
    return [pid, *(one for child in text.split() for one in family_of(int(child)))]


def memory_of(pid: int) -> int:
    """Return the bytes of memory a process holds; pages it shares are counted for each."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


if __name__ == "__main__":
    main()
