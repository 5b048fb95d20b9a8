"""The gate's process: it gets ready beside other work, and never outlives whoever started it."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from expectations.brief import Brief
from mentorship.gate import Gate, gate_beside, gate_warnings
from mentorship.progress import Progress
from workspace.config import ExpectationsConfig
from workspace.errors import DataRefused, MentorshipError

LONGEST_MS = 120_000


def ended(pid: int) -> bool:
    """Return whether a process ends within two minutes, without asking again and again."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    try:
        return bool(poll.poll(LONGEST_MS))
    finally:
        os.close(handle)


def test_a_gate_that_is_never_asked_is_gone_when_its_context_ends(tmp_path: Path) -> None:
    with gate_beside(tmp_path / "raw.duckdb", organization="A", progress=Progress()) as gate:
        process = gate._process
        assert process.poll() is None
    assert process.returncode == -signal.SIGKILL
    assert process.stdin is not None
    assert process.stdin.closed


def test_what_was_refused_before_there_was_anything_to_check_stays_the_reason(
    tmp_path: Path,
) -> None:
    started: list[Gate] = []

    def refused() -> None:
        with gate_beside(tmp_path / "raw.duckdb", organization="A", progress=Progress()) as gate:
            started.append(gate)
            raise DataRefused("An export is gone.")

    with pytest.raises(DataRefused, match="An export is gone"):
        refused()
    assert started[0]._process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("number", "words", "code"),
    [
        (signal.SIGTERM, "could not be checked", 5),
        # Whom nobody else kills, the system kills for its memory.
        (signal.SIGKILL, "too little memory", 4),
    ],
)
def test_a_gate_that_died_says_so_when_it_is_asked(
    tmp_path: Path, number: signal.Signals, words: str, code: int
) -> None:
    raw_path = tmp_path / "raw.duckdb"
    with gate_beside(raw_path, organization="A", progress=Progress()) as gate:
        gate._process.send_signal(number)
        gate._process.wait()
        gate.begin(Brief(raw_path, tmp_path / "gates.json", ExpectationsConfig()), leavers=())
        with pytest.raises(MentorshipError, match=words) as caught:
            gate.answer()
    assert caught.value.exit_code == code


def test_a_build_that_is_killed_takes_its_gate_with_it(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from mentorship.gate import gate_beside\n"
        "from mentorship.progress import Progress\n"
        "folder = Path(sys.argv[1])\n"
        "with gate_beside(folder, organization='A', progress=Progress()) as gate:\n"
        "    print(gate._process.pid, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "raw.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as build:
        assert build.stdout is not None
        gate = int(build.stdout.readline())
        build.kill()
    assert ended(gate)


def broken_gates(*, severity: str) -> pd.DataFrame:
    """Return three broken promises, the first two with the same thing to do, and one kept."""
    rows = [
        ("people", "a", "Ids are there.", "Mend the ids.", "3 of 9 ids are missing.", False),
        ("pairings", "b", "Dates are 100 %.", "Mend the ids.", "2 of 8 dates are not.", False),
        ("pairings", "c", "Days are days.", "Mend the days.", "1 day is none.", False),
        ("pairings", "d", "All is well.", "Nothing.", "", True),
    ]
    columns = ["table", "expectation", "sentence", "to_do", "found", "is_met"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(column="", severity=severity, unexpected_n=1, rows_n=9)


def test_a_warning_says_what_was_found_and_what_to_do() -> None:
    assert gate_warnings(broken_gates(severity="warning")) == [
        "people: 3 of 9 ids are missing. Mend the ids.",
        "pairings: 2 of 8 dates are not. Mend the ids.",
        "pairings: 1 day is none. Mend the days.",
    ]


def test_a_refusal_says_what_was_found_and_each_thing_to_do_once(tmp_path: Path) -> None:
    raw_path = tmp_path / "raw.duckdb"
    with duckdb.connect(str(raw_path)) as connection:
        connection.execute("create table people as select 'exports/people.csv' as _source")
    said = io.StringIO()
    with (
        gate_beside(raw_path, organization="A", progress=Progress(said)) as gate,
        pytest.raises(DataRefused) as caught,
    ):
        gate._refuse_broken(broken_gates(severity="critical"))
    error = caught.value
    assert error.found == (
        "people: 3 of 9 ids are missing. pairings: 2 of 8 dates are not. pairings: 1 day is none."
    )
    assert error.expected == (
        "people: Ids are there. pairings: Dates are 100 %. pairings: Days are days."
    )
    assert (error.to_do or "").startswith("Mend the ids. All of them: ")
    notes = [line for line in said.getvalue().splitlines() if ": Mend the" in line]
    assert notes == ["pairings: Mend the days."]
