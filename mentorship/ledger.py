"""The run ledger: what was built when, from what, and how it ended.

An append-only file of JSON lines. A run writes `started` before it does anything and `finished`
after everything, so a run without an end is one that was killed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mentorship.failure import exit_code, explained
from workspace.writing import append_line

PUBLISHED = "published"
UNCHANGED = "unchanged"
REFUSED = "refused"
FAILED = "failed"
CRASHED = "crashed"

_REFUSED_CODE = 1


@dataclass(frozen=True)
class Run:
    """One run as the ledger knows it.

    Attributes:
        run_id: its name; a published run's release has the same.
        started_at: UTC time, ISO 8601.
        finished_at: the same; empty when the run never came to its end.
        outcome: published, unchanged, refused, failed or crashed.
        exit_code: what the command returned; empty when the run never came to its end.
        facts: everything else its lines say.
    """

    run_id: str
    started_at: str
    finished_at: str | None
    outcome: str
    exit_code: int | None
    facts: dict[str, Any]

    def as_record(self) -> dict[str, Any]:
        """Return the run as one flat record for `--json`."""
        return {
            "run_id": self.run_id,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            **self.facts,
        }


class Ledger:
    """The ledger of one workspace."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def runs(self) -> list[Run]:
        """Return every run, oldest first; a line that tells of none is passed over."""
        starts: dict[str, dict[str, Any]] = {}
        ends: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            {"started": starts, "finished": ends}[line["event"]].setdefault(line["run_id"], line)
        return [_run(start, ends.get(run_id)) for run_id, start in starts.items()]

    def published(self) -> list[str]:
        """Return the ids of the published runs, oldest first."""
        return [run.run_id for run in self.runs() if run.outcome == PUBLISHED]

    def last_as_of(self) -> dt.date | None:
        """Return the day that the exports of the newest published run describe."""
        for run in reversed(self.runs()):
            if run.outcome == PUBLISHED:
                with suppress(KeyError, TypeError, ValueError):
                    return dt.date.fromisoformat(run.facts["as_of"])
        return None

    def last_change(self, *, before: str) -> Run | None:
        """Return the newest run before this one that did more than find nothing to do."""
        earlier = (run for run in reversed(self.runs()) if run.run_id != before)
        return next((run for run in earlier if run.outcome != UNCHANGED), None)

    @contextmanager
    def recorded(self, run_id: str, **facts: Any) -> Iterator[dict[str, Any]]:
        """Record a run around the work; gives the dictionary its last line is written from."""
        self._append({"event": "started", "run_id": run_id, "at": _now(), **facts})
        end: dict[str, Any] = {"outcome": FAILED}
        try:
            yield end
        except BaseException as error:
            code = exit_code(error)
            outcome = REFUSED if code == _REFUSED_CODE else FAILED
            end |= {"outcome": outcome, "exit_code": code, **explained(error).as_record()}
            # On a full disk the error that filled it matters more than this line.
            with suppress(OSError):
                self._append({"event": "finished", "run_id": run_id, "at": _now(), **end})
            raise
        end.setdefault("exit_code", 0)
        self._append({"event": "finished", "run_id": run_id, "at": _now(), **end})

    def odd_lines(self) -> int:
        """Return how many lines tell of no run."""
        return sum(1 for text in self._texts() if _line_of(text) is None)

    def _lines(self) -> Iterator[dict[str, Any]]:
        return (line for text in self._texts() if (line := _line_of(text)) is not None)

    def _texts(self) -> list[str]:
        # A pipe would be waited for without end, also by what tells that there is one.
        if not self.path.is_file():
            return []
        texts = self.path.read_text(encoding="utf-8", errors="replace").split("\n")
        return [text for text in texts if text]

    def _append(self, line: dict[str, Any]) -> None:
        append_line(self.path, json.dumps(line, default=str, ensure_ascii=False))


def _line_of(text: str) -> dict[str, Any] | None:
    """Return what a line of ours says: a crash, a disk or a hand may have left others."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return line if _tells_of_a_run(line) else None


def _tells_of_a_run(line: Any) -> bool:
    kinds: dict[str, type] = {"event": str, "run_id": str, "at": str}
    if isinstance(line, dict) and line.get("event") == "finished":
        kinds |= {"outcome": str, "exit_code": int}
    return (
        isinstance(line, dict)
        and line.get("event") in ("started", "finished")
        and all(isinstance(line.get(key), kind) for key, kind in kinds.items())
        and isinstance(line.get("timings", {}), dict)
    )


def _run(start: dict[str, Any], end: dict[str, Any] | None) -> Run:
    known = {"event", "run_id", "at", "outcome", "exit_code"}
    facts = {key: text for key, text in (start | (end or {})).items() if key not in known}
    return Run(
        run_id=start["run_id"],
        started_at=start["at"],
        finished_at=None if end is None else end["at"],
        outcome=CRASHED if end is None else end["outcome"],
        exit_code=None if end is None else end["exit_code"],
        facts=facts,
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat("T", "milliseconds")
