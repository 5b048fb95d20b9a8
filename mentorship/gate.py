"""The gate: did each export keep its promise? Asked beside dbt, answered before publishing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mentorship.checkout import CHECKOUT
from mentorship.failure import is_about_memory, memory_failed
from mentorship.progress import Progress
from workspace.database import connect
from workspace.errors import DataRefused, EnvironmentFailed, MentorshipError, Place
from workspace.leash import leash

if TYPE_CHECKING:
    import pandas as pd

    from expectations.brief import Brief

_EXPECTATIONS_NAMED = 3
# The expectations that a report without its leavers breaks.
LEAVERS = frozenset({"has_exits", "many_do_not_all_stay"})


class Gate:
    """The expectations of one raw database, being checked in a process of their own.

    Attributes:
        page: where the page for the analyst goes when the gate refuses.
        counts: how many expectations there were and failed, by severity; empty until asked.
        is_begun: there is a raw database, and it is being checked.
        is_asked: somebody has waited for the answer.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        raw_path: Path,
        organization: str,
        progress: Progress,
    ) -> None:
        folder = raw_path.parent
        self.page = folder / "gate.html"
        self._raw_path = raw_path
        self.counts: dict[str, int] = {}
        self.is_begun = False
        self.is_asked = False
        self._process = process
        self._answer = verdicts_path(raw_path)
        self._log = folder / "expectations.log"
        self._organization = organization
        self._progress = progress
        self._leavers: Sequence[str] = ()

    def begin(self, brief: Brief, *, leavers: Sequence[str]) -> None:
        """Let it check a raw database, which is complete by now.

        Args:
            brief: what to check, by which thresholds.
            leavers: what the refusal of a job history without exits says: where the report of each
                system leaves people out.
        """
        from expectations.brief import write_brief

        self._leavers = leavers
        write_brief(brief, brief_path(self._raw_path))
        self.is_begun = True
        assert self._process.stdin is not None  # noqa: S101 - it was started with a pipe
        # A process that is gone has said why in its log, which is read when it is asked.
        with suppress(BrokenPipeError), self._process.stdin as to_begin:
            to_begin.write(b"begin\n")

    def answer(self) -> pd.DataFrame:
        """Return one row per expectation, as `analyses.results.GATES` names them.

        Raises:
            DataRefused: a critical expectation failed; it is shown as a table and as a page.
        """
        from expectations.gate import read_gates

        self.is_asked = True
        code = self._process.wait()
        if code != 0 or not self._answer.exists():
            said = self._log.read_text(encoding="utf-8", errors="replace").strip()
            # A process that is killed without a word was mostly killed for its memory.
            if is_about_memory(said) or code == -signal.SIGKILL:
                raise memory_failed()
            lines = said.splitlines()
            failed = EnvironmentFailed if code == EnvironmentFailed.exit_code else MentorshipError
            raise failed(
                f"The expectations could not be checked: {lines[-1] if lines else 'no output'}",
                place=Place(self._log),
                found=f"exit code {code}",
            )
        gates = read_gates(self._answer)
        self.counts |= gate_counts(gates)
        self._refuse_broken(gates)
        return gates

    def _refuse_broken(self, gates: pd.DataFrame) -> None:
        from expectations.gate import critical_failures
        from reports.gate import render_gate

        critical = critical_failures(gates)
        if critical.empty:
            return

        broken = gates[~gates["is_met"]]
        render_gate(gates, self.page, organization=self._organization)
        first = critical.iloc[0]
        # What is to be done first closes the refusal.
        self._show(
            broken.sort_values(["severity", "table", "expectation"]), unless=str(first["to_do"])
        )
        noun = "expectation" if len(critical) == 1 else "expectations"
        raise DataRefused(
            f"{len(critical)} critical {noun} failed; nothing was published.",
            place=Place(
                self._files_of(str(first["table"])), column=str(first["column"] or "") or None
            ),
            found=_named(critical["table"], critical["found"]),
            expected=_named(critical["table"], critical["sentence"]),
            to_do=" ".join(
                [
                    str(first["to_do"]),
                    *(self._leavers if first["expectation"] in LEAVERS else ()),
                    f"All of them: {self.page}",
                ]
            ),
        )

    def _files_of(self, table: str) -> str:
        """Return the exports that filled a raw table."""
        with connect(self._raw_path, read_only=True) as connection:
            found = (
                connection.table(table).project("_source").distinct().order("_source").fetchall()
            )
        return ", ".join(str(source) for (source,) in found) or table

    def _show(self, broken: pd.DataFrame, *, unless: str) -> None:
        """Show what was found, and once what to do about it, unless that is said elsewhere."""
        shown = broken[["severity", "table", "column", "found"]]
        self._progress.table(
            "What the exports promised and did not keep",
            tuple(shown.columns),
            [tuple(str(cell) for cell in row) for row in shown.itertuples(index=False)],
        )
        for to_do, tables in broken.groupby("to_do", sort=False)["table"]:
            if to_do != unless:
                self._progress.note(f"{', '.join(tables.unique())}: {to_do}")


@contextmanager
def gate_beside(raw_path: Path, *, organization: str, progress: Progress) -> Iterator[Gate]:
    """Start the process of the expectations beside whatever the caller does next; give the gate.

    It has seconds of imports to do, and then waits for `Gate.begin`. When the work after that
    fails, the gate is asked first: a broken promise of an export explains a broken model better
    than the model does. Leaving the context ends the process; so does the end of this one.
    """
    with (raw_path.parent / "expectations.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module, on our own paths
            [sys.executable, "-m", "expectations", str(brief_path(raw_path).resolve())],
            cwd=CHECKOUT,
            env=os.environ | leash() | {"GX_ANALYTICS_ENABLED": "false"},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    gate = Gate(process, raw_path, organization, progress)
    try:
        yield gate
    except MentorshipError:
        if gate.is_begun and not gate.is_asked:
            gate.answer()
        raise
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def brief_path(raw_path: Path) -> Path:
    """Return where the gate of a raw database finds what it is told."""
    return raw_path.with_name("brief.json")


def verdicts_path(raw_path: Path) -> Path:
    """Return where the gate of a raw database leaves its verdicts."""
    return raw_path.with_name("gates.json")


def gate_warnings(gates: pd.DataFrame) -> list[str]:
    """Return what was found, and what to do, where an expectation failed without refusing."""
    broken = gates[~gates["is_met"]]
    return [f"{row.table}: {row.found} {row.to_do}" for row in broken.itertuples()]


def gate_counts(gates: pd.DataFrame) -> dict[str, int]:
    """Return how many expectations there were and failed, by severity."""
    is_broken = ~gates["is_met"]
    counts = {}
    for severity in ("critical", "warning"):
        is_severity = gates["severity"] == severity
        counts[f"{severity}_n"] = int(is_severity.sum())
        counts[f"{severity}_failed_n"] = int((is_severity & is_broken).sum())
    return counts


def _named(tables: pd.Series[str], sentences: pd.Series[str]) -> str:
    """Return the first of some sentences, each with its table, and how many more there are."""
    named = [f"{table}: {said}" for table, said in zip(tables, sentences, strict=True)]
    more = len(named) - _EXPECTATIONS_NAMED
    return " ".join([*named[:_EXPECTATIONS_NAMED], *([f"And {more} more."] if more > 0 else [])])
