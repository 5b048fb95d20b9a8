"""The benchmark of the load, part of `make bench`: one big export, stage by stage, never a test.

Each stage is compared with a plain `create table as from read_csv` of the same file by DuckDB in
the same run, with as many threads. Every measurement is a process of its own, whose peak memory is
the machine's word for it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MEGABYTE = 1 << 20
EMPLOYEES = 20_000
# What the project wants of itself, as multiples of the plain read.
LANDING_MAX, STAGES_MAX, MEMORY_MAX = 2, 6, 4096
STAGES = ("typing", "keys", "duplicates", "identity")

COLUMNS = {
    # Ten answers to a response; every person answers again and again.
    "survey_responses": """
        's' as survey_id, 'w' || i // 1000003 as wave, 'r' || i // 10 as response_id,
        'E' || (i // 10) % {employees} as respondent_id,
        cast(date '2015-01-01' + cast((i // 10) % 4000 as integer) as varchar) as submitted_at,
        'q' || i % 10 as item_id, 1 + (i * 7919) % 5 as answer
    """,
    "meetings": """
        i as meeting_id, (i // 20) % {pairings} as pairing_id,
        cast(date '2015-01-01' + cast(i % 4000 as integer) as varchar) as scheduled_at,
        case when i % 7 > 0 then 30 + (i % 4) * 15 end as duration_minutes,
        ['held', 'held', 'held', 'cancelled', 'no_show'][1 + i % 5] as status,
        ['in_person', 'video', 'phone'][1 + i % 3] as modality, null as kind
    """,
}
OTHERS = {
    "job_history": "'E' || i as employee_id, '2010-01-01' as effective_on, 'hire' as event, "
    "'D' || i % 20 as department, 1 + i % 7 as level",
    "people": "'E' || i as employee_id, 'p' || i || '@corp.example' as email, "
    "'First' || i % 997 as first_name, 'Last' || i % 4999 as last_name",
    "pairings": "i as pairing_id, 'g' as program_id, 'E' || i as mentor_id, "
    "'E' || (i + 1) % {employees} as mentee_id, '2014-01-01' as started_on",
    "survey_items": "'s' as survey_id, 'q' || i as item_id, 'likert' as kind, "
    "1 as scale_min, 5 as scale_max",
}


def main() -> None:
    """Make a big export, load it, and print what each stage took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100, help="size of the big export")
    parser.add_argument("--full", action="store_true", help="800 megabytes")
    parser.add_argument("--rows", type=int, help="rows of the big export, in place of its size")
    parser.add_argument("--table", choices=COLUMNS, default="survey_responses")
    parser.add_argument("--measure", choices=("plain", "load"), help=argparse.SUPPRESS)
    parser.add_argument("--workspace", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure == "plain":
        print(json.dumps(read_plainly(asked.workspace / f"exports/{asked.table}.csv")))
    elif asked.measure == "load":
        print(json.dumps(load_workspace(asked.workspace, asked.table)))
    else:
        with tempfile.TemporaryDirectory(prefix="mentorship-bench-") as folder:
            rows_n = asked.rows or rows_of(800 if asked.full else asked.megabytes, asked.table)
            write_exports(Path(folder), asked.table, rows_n)
            print_comparison(Path(folder), asked.table, rows_n)


def rows_of(megabytes: int, table: str) -> int:
    """Return about how many rows a file of some size has."""
    return megabytes * MEGABYTE // {"survey_responses": 37, "meetings": 44}[table]


def write_exports(root: Path, table: str, rows_n: int) -> None:
    """Write the big export and what it refers to."""
    import duckdb

    (root / "exports").mkdir()
    sizes = dict.fromkeys(OTHERS, EMPLOYEES) | {"survey_items": 10, table: rows_n}
    with duckdb.connect(config={"temp_directory": str(root)}) as connection:
        for name, columns in (OTHERS | {table: COLUMNS[table]}).items():
            chosen = columns.format(employees=EMPLOYEES, pairings=EMPLOYEES)
            connection.execute(
                f"copy (select {chosen} from range({sizes[name]}) as r(i)) "
                f"to '{root}/exports/{name}.csv' (header)"
            )


def print_comparison(root: Path, table: str, rows_n: int) -> None:
    """Print each stage of the load beside a plain read of the big export."""
    size = (root / f"exports/{table}.csv").stat().st_size / MEGABYTE
    plain, first, again = (
        measured(root, table, "plain"),
        measured(root, table, "load"),
        measured(root, table, "load"),
    )
    unit = plain["seconds"]
    print(f"{table}: {rows_n:,} rows, {size:,.0f} MB")
    print(f"{'stage':<22}{'seconds':>9}{'plain reads':>13}")
    print(f"{'plain read':<22}{unit:9.2f}{1:13.1f}")
    for stage, seconds in first["stages"].items():
        wanted = f"   (at most {LANDING_MAX})" if stage == "landing" else ""
        print(f"{stage:<22}{seconds:9.2f}{seconds / unit:13.1f}{wanted}")
    together = sum(first["stages"].get(stage, 0) for stage in STAGES)
    wanted = f"   (at most {STAGES_MAX})"
    print(f"{' + '.join(STAGES)}\n{'':<22}{together:9.2f}{together / unit:13.1f}{wanted}")
    print(f"{'the whole load':<22}{first['seconds']:9.2f}{first['seconds'] / unit:13.1f}")
    print(f"{'load, nothing changed':<22}{again['seconds']:9.2f}{again['seconds'] / unit:13.1f}")
    print(f"{'peak memory':<22}{first['megabytes']:9.0f} MB  (at most {MEMORY_MAX})")
    print(f"{'of the plain read':<22}{plain['megabytes']:9.0f} MB")


def measured(root: Path, table: str, what: str) -> dict[str, Any]:
    """Return what a process of its own measured."""
    command = [sys.executable, "-m", "tests.bench_load", "--measure", what, "--table", table]
    shown = subprocess.run(
        [*command, "--workspace", str(root)],
        cwd=Path(__file__).parents[1],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    result: dict[str, Any] = json.loads(shown.stdout)
    return result


def read_plainly(path: Path) -> dict[str, Any]:
    """Read a file into a table of texts, and nothing else."""
    import duckdb

    with duckdb.connect(config={"temp_directory": ""}) as connection:
        started = time.perf_counter()
        connection.execute(
            "create table plain as from read_csv($path, all_varchar = true)", {"path": str(path)}
        )
        return {"seconds": time.perf_counter() - started, "megabytes": peak_megabytes()}


def load_workspace(root: Path, table: str) -> dict[str, Any]:
    """Load the workspace, remembering what was read."""
    from ingest.load import load
    from workspace.config import WorkspaceConfig

    names = [*OTHERS, *([] if table in OTHERS else [table])]
    config = WorkspaceConfig.model_validate(
        {
            "organization": "Bench",
            "sources": [{"table": name, "path": f"exports/{name}.csv"} for name in names],
        }
    )
    started = time.perf_counter()
    report = load(
        config,
        root=root,
        raw_path=root / "state" / "raw.duckdb",
        quarantine=root / "state" / "quarantine",
        key=bytes(32),
        today=dt.date(2026, 6, 30),
        store=root / "state" / "settled",
    )
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "stages": report.timings, "megabytes": peak_megabytes()}


def peak_megabytes() -> float:
    """Return the most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE


if __name__ == "__main__":
    main()
