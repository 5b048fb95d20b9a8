"""The benchmark of growth: work that must not grow faster than what is read, whatever stands in it.

User time of this process, since others may be at work on the machine.
"""

from __future__ import annotations

import datetime as dt
import resource
import tempfile
from pathlib import Path

from ingest.load import load
from ingest.people.redaction import Redactor
from workspace.config import WorkspaceConfig

FILES = (50, 200, 600)
BLANK_ROWS = (250_000, 500_000)
COMMENTS, COMMENT_LETTERS = 20, 90_000
HEADER = "meeting_id,pairing_id,scheduled_at,status\n"


def main() -> None:
    """Print what many files, long comments and blank rows take."""
    for files_n in FILES:
        with tempfile.TemporaryDirectory(prefix="mentorship-bench-") as folder:
            seconds = many_files(Path(folder), files_n)
        each = f"{seconds / files_n * 1000:.0f} ms each"
        print(f"{f'{files_n} files':<22}{seconds:9.2f} s   ({each})")
    print(f"{'20 comments of 90 kB':<22}{long_comments():9.2f} s   (at most 2)")
    for rows_n in BLANK_ROWS:
        with tempfile.TemporaryDirectory(prefix="mentorship-bench-") as folder:
            seconds = blank_rows(Path(folder), rows_n)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(f"{f'{rows_n:,} blank rows':<22}{seconds:9.2f} s   ({peak} MB at most so far)")


def many_files(root: Path, files_n: int) -> float:
    """Return the seconds that a source of so many files takes, one record in each."""
    folder = root / "exports" / "meetings"
    folder.mkdir(parents=True)
    for n in range(files_n):
        (folder / f"{n:05}.csv").write_text(f"{HEADER}m{n},p,2020-03-01T10:00:00,held\n")
    return load_seconds(root, "exports/meetings/*.csv")


def blank_rows(root: Path, rows_n: int) -> float:
    """Return the seconds that a file takes with so many rows of nothing but separators."""
    (root / "exports").mkdir(parents=True)
    row = "m1,p,2020-03-01T10:00:00,held\n"
    (root / "exports" / "blank.csv").write_text(HEADER + row + ",,,\n" * rows_n)
    return load_seconds(root, "exports/blank.csv")


def long_comments() -> float:
    """Return the seconds that redacting comments with an `@` and no space takes."""
    redactor = Redactor(names=["Ann", "Smith"], ids=["E1"], full_names=[("Ann", "Smith")])
    began = user_seconds()
    for n in range(COMMENTS):
        redactor.redact("@" + "x" * COMMENT_LETTERS + str(n))
    return user_seconds() - began


def load_seconds(root: Path, meetings: str) -> float:
    """Return the seconds of a load of a small company with these meetings."""
    tables = {
        "job_history": "employee_id,effective_on,event\nE1,2019-01-01,hire\nE2,2019-01-01,hire\n",
        "programs": "program_id,program_name\ng,Guides\n",
        "pairings": "pairing_id,program_id,mentor_id,mentee_id,started_on\np,g,E1,E2,2020-02-01\n",
    }
    for table, text in tables.items():
        (root / "exports" / f"{table}.csv").write_text(text)
    sources = [{"table": table, "path": f"exports/{table}.csv"} for table in tables]
    config = WorkspaceConfig.model_validate(
        {
            "organization": "Example",
            "sources": [*sources, {"table": "meetings", "path": meetings}],
            "ingest": {"maximum_quarantined_share": 1.0},
        }
    )
    began = user_seconds()
    load(
        config,
        root=root,
        raw_path=root / "state" / "raw.duckdb",
        quarantine=root / "state" / "quarantine",
        key=bytes(32),
        today=dt.date(2026, 6, 30),
    )
    return user_seconds() - began


def user_seconds() -> float:
    """Return the user time of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


if __name__ == "__main__":
    main()
