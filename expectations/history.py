"""The history of loads: what each load that was published held, and how it stood in the gate.

A file of JSON lines without a word of any export: counts, and keyed marks of the values of coded
columns. It is what the next load is compared with, and what the result table `loads` is made of.
Deleting it forgets; nothing else depends on it. It is always replaced as a whole, so a line that
cannot be read is damage, and is refused: the next load would be compared with nothing, unnoticed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.known import Known, SourceLimit
from expectations.past import Months
from expectations.values import Marks
from workspace.errors import EnvironmentFailed, Place
from workspace.writing import PRIVATE_FILE, move_whole

if TYPE_CHECKING:
    import pandas as pd

# What is said of each load and table.
COLUMNS = (
    "load_number",
    "as_of",
    "table",
    "rows_in",
    "rows_quarantined",
    "rows_duplicate",
    "quarantined_share",
    "rows_n",
    "change_share",
    "expectations_n",
    "failed_n",
)
# So many loads are shown: a year of weekly builds.
SHOWN = 53
_VERSION = 1


@dataclass(frozen=True)
class LoadedTable:
    """One table of one load: records of its files, rows that came of them, and its promises.

    A critical promise that is broken refuses the load, so what failed are warnings.
    """

    rows_in: int
    rows_quarantined: int
    rows_duplicate: int
    rows_n: int
    expectations_n: int
    failed_n: int


@dataclass(frozen=True)
class Load:
    """What one set of exports held.

    Attributes:
        inputs: one hash of all of them; the same exports are the same load.
        as_of: the day they describe.
        tables: what became of each table that was there.
        marks: of each watched column, the marks of its values with the rows that have them.
        marked_with: a hash of the salt of the marks; marks of another salt say nothing.
        months: of each table with dates, the rows of each month.
    """

    inputs: str
    as_of: dt.date
    tables: Mapping[str, LoadedTable]
    marks: Marks
    marked_with: str
    months: Months = field(default_factory=dict)


class History:
    """The history of one workspace."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def loads(self) -> list[Load]:
        """Return the loads, oldest first; one that was built again counts as it was built last."""
        loads: list[Load] = []
        for load in self._lines():
            if loads and loads[-1].inputs == load.inputs:
                loads.pop()
            loads.append(load)
        return loads

    def before(self, inputs: str) -> list[Load]:
        """Return the loads that came before the load of these inputs, oldest first."""
        loads = self.loads()
        return loads[:-1] if loads and loads[-1].inputs == inputs else loads

    def is_last(self, inputs: str) -> bool:
        """Return whether the last load was of these inputs: they were published already."""
        loads = self.loads()
        return bool(loads) and loads[-1].inputs == inputs

    def add(self, load: Load) -> None:
        """Write a load down, unless it is the last one already."""
        if self.loads()[-1:] == [load]:
            return
        before = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        _write(self.path, [*before, _line_of(load)])

    def _lines(self) -> Iterable[Load]:
        """Yield the load of each line; one that another version wrote is passed over.

        Raises:
            EnvironmentFailed: a line tells of no load.
        """
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").split("\n")
        except FileNotFoundError:
            return
        if lines[-1] == "" and len(lines) > 1:
            lines.pop()
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
                if isinstance(record["version"], int) and record["version"] != _VERSION:
                    continue
                yield _load_of(record)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                raise EnvironmentFailed(
                    "The history of loads is damaged.",
                    place=Place(self.path, number),
                    found="a line that tells of no load",
                    expected="what the last builds wrote",
                    to_do="restore the file from your backup, or remove it: the next load is then "
                    "compared with none before it",
                ) from None


def copy_without_marks(source: Path, target: Path) -> None:
    """Write a history anew without what was marked under a key: its counts stay.

    Raises:
        EnvironmentFailed: the history is damaged.
    """
    loads = History(source).loads()
    if loads:
        _write(target, [_line_of(replace(load, marks={}, marked_with="")) for load in loads])


def _line_of(load: Load) -> str:
    record = {"version": _VERSION, **asdict(load), "as_of": load.as_of.isoformat()}
    return json.dumps(record, sort_keys=True)


def _write(path: Path, lines: Iterable[str]) -> None:
    """Replace a file by lines, in one step; it is for its owner only."""
    partial = path.with_suffix(".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    move_whole(partial, path)


def inputs_hash(hashes: Mapping[str, str]) -> str:
    """Return one hash of a load's inputs.

    Args:
        hashes: SHA-256 of each file by its name.
    """
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()


def load_of(
    *,
    inputs: str,
    as_of: dt.date,
    quality: pd.DataFrame,
    gates: pd.DataFrame,
    marks: Marks,
    salt: str,
    months: Months,
) -> Load:
    """Return what a load held.

    Args:
        inputs: the hash of its inputs.
        as_of: the day they describe.
        quality: what ingest counted, per file and reason.
        gates: what the expectations found.
        marks: the marks of its watched columns.
        salt: what they were made with.
        months: the rows of each month.
    """
    totals = quality[quality["reason"] == "total"]
    records = totals.groupby("table")[["rows_in", "rows_quarantined", "rows_duplicate"]].sum()
    counts = {str(table): (int(n), int(q), int(d)) for table, n, q, d in records.itertuples()}
    tables = {
        str(table): LoadedTable(
            rows_in=counts[str(table)][0],
            rows_quarantined=counts[str(table)][1],
            rows_duplicate=counts[str(table)][2],
            rows_n=int(asked["rows_n"].max()),
            expectations_n=len(asked),
            failed_n=int((~asked["is_met"]).sum()),
        )
        for table, asked in gates.groupby("table", sort=False)
        if str(table) in counts
    }
    return Load(inputs, as_of, tables, marks, _hash_of(salt), months)


def known_before(
    before: Iterable[Load],
    *,
    salt: str,
    is_confirmed: bool,
    sources: tuple[SourceLimit, ...],
) -> Known:
    """Return what the loads before one tell of it.

    Args:
        before: those loads, oldest first.
        salt: what the marks of this load are made with.
        is_confirmed: whether differences are accepted.
        sources: the sources with a limit of their own.
    """
    loads = list(before)
    last = loads[-1] if loads else None
    comparable = [load for load in loads if load.marked_with == _hash_of(salt)]
    marks: dict[str, dict[str, dict[str, int]]] = {}
    if last is not None and last in comparable:
        for table, columns in last.marks.items():
            for column, now in columns.items():
                ever = (load.marks.get(table, {}).get(column, {}) for load in comparable)
                marks.setdefault(table, {})[column] = {
                    **{mark: 0 for seen in ever for mark in seen},
                    **now,
                }
    volumes = {} if last is None else {name: table.rows_n for name, table in last.tables.items()}
    return Known(
        volumes,
        marks,
        salt,
        is_confirmed,
        sources,
        months={} if last is None else last.months,
        months_as_of=None if last is None else last.as_of,
    )


def loads_frame(loads: list[Load]) -> pd.DataFrame:
    """Return one row per load and table, the newest loads only.

    Args:
        loads: every load, oldest first; the oldest has number 1.
    """
    import pandas as pd

    earlier: list[Load | None] = [None, *loads]
    rows = [
        {
            "load_number": number,
            "as_of": load.as_of,
            "table": name,
            **asdict(table),
            "quarantined_share": _share(table.rows_quarantined, table.rows_in),
            "change_share": _change(table, before.tables.get(name) if before else None),
        }
        for number, (before, load) in list(enumerate(zip(earlier, loads, strict=False), 1))[-SHOWN:]
        for name, table in load.tables.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _change(table: LoadedTable, before: LoadedTable | None) -> float | None:
    return table.rows_n / before.rows_n - 1 if before is not None and before.rows_n else None


def _hash_of(salt: str) -> str:
    return hashlib.sha256(salt.encode()).hexdigest()[:16]


def _load_of(record: dict[str, Any]) -> Load:
    """Return the load a line tells of.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it tells of none.
    """
    if record["version"] != _VERSION:
        raise ValueError("another version wrote this line")
    return Load(
        inputs=str(record["inputs"]),
        as_of=dt.date.fromisoformat(record["as_of"]),
        tables={
            str(name): LoadedTable(**{column: int(n) for column, n in table.items()})
            for name, table in record["tables"].items()
        },
        marks={
            table: {
                column: {mark: int(n) for mark, n in marks.items()}
                for column, marks in columns.items()
            }
            for table, columns in record["marks"].items()
        },
        marked_with=str(record["marked_with"]),
        # Earlier versions did not count them.
        months={
            str(table): {str(month): int(n) for month, n in months.items()}
            for table, months in record.get("months", {}).items()
        },
    )
