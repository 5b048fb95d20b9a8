"""The ledger: append-only, readable after any crash, and honest about runs that never ended."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mentorship.ledger import Ledger
from workspace.errors import ConfigError, DataRefused


def ledger_at(folder: Path) -> Ledger:
    return Ledger(folder / "ledger.jsonl")


def publish(ledger: Ledger, run_id: str) -> None:
    with ledger.recorded(run_id) as entry:
        entry |= {"outcome": "published", "rows": {"rows_in": 3}}


def start_only(ledger: Ledger, run_id: str) -> None:
    """Write what a run leaves that is killed before its end."""
    publish(ledger, run_id)
    lines = ledger.path.read_text(encoding="utf-8").splitlines(keepends=True)
    ledger.path.write_text("".join(lines[:-1]), encoding="utf-8")


def test_a_run_has_a_line_at_its_start_and_one_at_its_end(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    with ledger.recorded("a", version="1") as entry:
        assert ledger.runs()[0].outcome == "crashed"
        entry |= {"outcome": "published"}
    events = [json.loads(line)["event"] for line in ledger.path.read_text().splitlines()]
    assert events == ["started", "finished"]
    run = ledger.runs()[0]
    assert (run.run_id, run.outcome, run.exit_code) == ("a", "published", 0)
    assert run.facts["version"] == "1"


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (DataRefused("no"), "refused", 1),
        (ConfigError("no"), "failed", 2),
        (PermissionError(13, "Permission denied", "x"), "failed", 4),
        (ValueError("no"), "failed", 5),
        (KeyboardInterrupt(), "failed", 130),
    ],
)
def test_a_run_that_raises_ends_with_its_exit_code(
    tmp_path: Path, error: BaseException, outcome: str, code: int
) -> None:
    ledger = ledger_at(tmp_path)
    with pytest.raises(type(error)), ledger.recorded("a"):
        raise error
    run = ledger.runs()[0]
    assert (run.outcome, run.exit_code) == (outcome, code)
    assert run.facts["message"]


def test_a_run_without_an_end_crashed(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    start_only(ledger, "a")
    publish(ledger, "b")
    assert [(run.run_id, run.outcome) for run in ledger.runs()] == [
        ("a", "crashed"),
        ("b", "published"),
    ]
    assert ledger.published() == ["b"]


def test_a_line_cut_short_spoils_only_itself(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    publish(ledger, "a")
    publish(ledger, "b")
    whole = ledger.path.read_bytes()
    for cut in range(1, 60):
        ledger.path.write_bytes(whole[:-cut])
        first, second = ledger.runs()
        assert first.outcome == "published"
        # Without its newline alone the line is still whole.
        assert second.outcome == ("published" if cut == 1 else "crashed")
    publish(ledger, "c")
    assert [run.run_id for run in ledger.runs()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "started"}',
        '{"event": "finished", "at": "2026-07-01"}',
        '{"event": "started", "run_id": 7, "at": "2026-07-01"}',
        '{"event": "started", "run_id": ["a"], "at": "2026-07-01"}',
        '{"event": "started", "run_id": "a", "at": null}',
        '{"event": "finished", "run_id": "a", "at": "2026-07-01", "outcome": {}, "exit_code": 0}',
        '{"event": "finished", "run_id": "a", "at": "2026-07-01", "outcome": "published"}',
        '{"event": "started", "run_id": "a", "at": "2026-07-01", "timings": 3}',
        '{"event": ["started"]}',
        *("null", "7", "[]", "\x00\x00", "[" * 100_000, "1" * 10_000),
    ],
)
def test_a_line_that_tells_of_no_run_blocks_nothing(tmp_path: Path, line: str) -> None:
    ledger = ledger_at(tmp_path)
    publish(ledger, "b")
    with ledger.path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    publish(ledger, "c")
    assert ledger.published() == ["b", "c"]
    assert ledger.odd_lines() == 1


def test_the_last_day_is_that_of_the_newest_published_run(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    assert ledger.last_as_of() is None
    for run_id, outcome, day in (
        ("a", "published", "2025-06-30"),
        ("b", "published", "no day"),
        ("c", "unchanged", "2026-06-30"),
    ):
        with ledger.recorded(run_id) as entry:
            entry |= {"outcome": outcome, "as_of": day}
    assert ledger.last_as_of() == dt.date(2025, 6, 30)


def test_a_separator_of_lines_in_a_name_breaks_no_line(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    with ledger.recorded("a", warnings=["the header a\u2028b\u0085c is empty"]) as end:
        end["outcome"] = "published"
    assert ledger.published() == ["a"]


def test_the_last_change_passes_over_runs_with_nothing_to_do(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    assert ledger.last_change(before="z") is None
    publish(ledger, "a")
    with ledger.recorded("b") as entry:
        entry |= {"outcome": "unchanged"}
    start_only(ledger, "c")
    last = ledger.last_change(before="c")
    assert last is not None
    assert last.run_id == "a"
    crashed = ledger.last_change(before="d")
    assert crashed is not None
    assert crashed.outcome == "crashed"


def test_a_ledger_that_cannot_be_written_does_not_hide_the_first_problem(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)

    def fail() -> None:
        with ledger.recorded("a"):
            ledger.path.unlink()
            ledger.path.mkdir()
            raise DataRefused("the first problem")

    with pytest.raises(DataRefused, match="the first problem"):
        fail()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_ledger_that_is_no_file_tells_nothing_and_is_not_waited_for(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    ledger = ledger_at(tmp_path)
    make(ledger.path)
    assert ledger.runs() == []
    assert ledger.odd_lines() == 0
