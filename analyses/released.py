"""The ledger of what was released: what the next release may differ from.

It is `state/released.duckdb`, a DuckDB file (0600) that each published build replaces as a whole.
Without it the next release is all new.

    edition   one row: number, as_of, and made_by (version and configuration)
    settled   rows of `rpt_metrics__by_period` as they were counted, closed periods as they stood;
              `counted_until` is the day up to which
    metrics, survival, effects, curves, flow, balance, drivers, warnings, reconciliation,
    reliability, comments, topics
              the rows behind each published one, with `edition_number` and `as_of`, and the people
              they rest on (`analyses.editions.LEDGER`)

No table has a row per person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from workspace.database import connect

COUNTING = (
    *("metrics", "survival", "effects", "curves", "flow", "balance", "drivers", "warnings"),
    *("reconciliation", "reliability", "comments", "topics"),
)


@dataclass(frozen=True)
class Edition:
    """Numbers that were counted together.

    Attributes:
        number: 1 for the first.
        as_of: day of the exports.
        made_by: version and configuration; others may make other numbers of the same people.
    """

    number: int
    as_of: dt.date | None
    made_by: str


@dataclass(frozen=True)
class Released:
    """What was released last.

    Attributes:
        edition: its newest numbers.
        tables: by table, the rows behind what was published.
        settled: the counted cells, as the next release begins with them.
    """

    edition: Edition
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    settled: pd.DataFrame = field(default_factory=pd.DataFrame)


def read_released(path: Path) -> Released | None:
    """Return what was released last; nothing where there was none."""
    if not path.exists():
        return None
    with connect(path, read_only=True) as connection:
        names = [str(row[0]) for row in connection.sql("show tables").fetchall()]
        frames = {name: connection.table(name).df() for name in names}
    edition = frames["edition"].iloc[0]
    as_of = None if pd.isna(edition["as_of"]) else pd.Timestamp(edition["as_of"]).date()
    return Released(
        Edition(int(edition["number"]), as_of, str(edition["made_by"])),
        {name: frames[name] for name in COUNTING if name in frames},
        frames["settled"],
    )


def write_released(released: Released, path: Path) -> None:
    """Keep what this release has, readable by nobody else.

    Args:
        released: what is published.
        path: where to; replaced as a whole.
    """
    staged = path.with_suffix(".new")
    staged.unlink(missing_ok=True)
    edition = pd.DataFrame([vars(released.edition)])
    frames = {"edition": edition, "settled": released.settled, **released.tables}
    with connect(staged) as connection:
        staged.chmod(0o600)
        for name, frame in frames.items():
            # A column of objects without any value has no type of its own.
            bare = [c for c in frame if frame[c].dtype == object and frame[c].isna().all()]
            connection.register("frame", frame.assign(**dict.fromkeys(bare, np.nan)))
            connection.sql(f"create table {name} as select * from frame")
            connection.unregister("frame")
    staged.replace(path)
