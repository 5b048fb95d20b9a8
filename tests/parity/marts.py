"""Every mart of both engines, compared value by value."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from ingest.load import load
from mentorship.warehouse import DuckDb, Engine, build_warehouse, model_variables
from workspace.folder import Workspace
from workspace.reading import read_config

TOLERANCE = 1e-9
MARTS = ("dim_", "fct_", "rpt_")
KEY = bytes(32)
TODAY = dt.date(2027, 1, 1)


@dataclass(frozen=True)
class Difference:
    """What the two engines say of one mart.

    Attributes:
        mart: its name.
        rows_n: its rows on DuckDB.
        unmatched_n: rows of either engine without one of the same words, numbers and days in the
            other.
        largest: how far a fraction is from the same one of the other engine, as a share of it where
            it is above 1; infinite where only one of them is null.
    """

    mart: str
    rows_n: int
    unmatched_n: int
    largest: float

    @property
    def is_none(self) -> bool:
        """Whether the mart is the same on both."""
        return self.unmatched_n == 0 and self.largest <= TOLERANCE


@dataclass(frozen=True)
class Sides:
    """One raw database modeled twice, and the seconds each took."""

    ours: Path
    theirs: Path
    seconds: tuple[float, float]

    def differences(self) -> Iterator[Difference]:
        """Yield what differs, mart by mart."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.ours}' as ours (read_only)")
            connection.execute(f"attach '{self.theirs}' as theirs (read_only)")
            found = connection.execute(
                "select table_name from duckdb_tables() where database_name = 'ours' order by 1"
            ).fetchall()
            for (mart,) in found:
                if mart.startswith(MARTS):
                    ours, theirs = (
                        connection.execute(f"from {side}.{mart}").df()
                        for side in ("ours", "theirs")
                    )
                    yield difference(mart, ours, theirs)


def company(folder: Path, *, people: int, seed: int) -> Workspace:
    """Return the workspace of a made-up company."""
    from demo.company import generate

    workspace = Workspace(folder)
    workspace.prepare()
    generate(workspace.root, employees=people, seed=seed)
    return workspace


def modeled(workspace: Workspace, engine: Engine) -> Sides:
    """Return what DuckDB and another engine make of a workspace's exports."""
    config = read_config(workspace.config_path)
    variables = model_variables(config, today=TODAY)
    raw_path = workspace.state / "raw.duckdb"
    load(
        config,
        root=workspace.root,
        raw_path=raw_path,
        quarantine=workspace.state / "quarantine",
        key=KEY,
        today=TODAY,
    )
    paths, seconds = [], []
    for one in (DuckDb(), engine):
        path = workspace.state / f"{one.target}.duckdb"
        began = time.perf_counter()
        build_warehouse(raw_path, path, workspace.state, variables=variables, engine=one)
        seconds.append(time.perf_counter() - began)
        paths.append(path)
    return Sides(paths[0], paths[1], (seconds[0], seconds[1]))


def difference(mart: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> Difference:
    """Return how one mart differs: rows are matched by all that is no fraction."""
    fractions = list(ours.select_dtypes("float64"))
    words = [column for column in ours if column not in fractions]
    sides = [_in_order(side[list(ours)], words, fractions) for side in (ours, theirs)]
    keys = [side[words].value_counts(dropna=False) for side in sides]
    unmatched_n = int(keys[0].sub(keys[1], fill_value=0).abs().sum())
    if unmatched_n or not fractions:
        return Difference(mart, len(ours), unmatched_n, 0.0)
    one, other = (side[fractions] for side in sides)
    if not one.isna().equals(other.isna()):
        return Difference(mart, len(ours), 0, float("inf"))
    apart = (one - other).abs() / one.abs().clip(lower=1)
    return Difference(mart, len(ours), 0, float(apart.max().fillna(0).max()))


def _in_order(rows: pd.DataFrame, words: list[str], fractions: list[str]) -> pd.DataFrame:
    """Return rows in an order that does not turn on the last digits of a fraction."""
    written = rows[words].astype("string").fillna("\0")
    rough = rows[fractions].round(6).add_prefix("~")
    order = pd.concat([written, rough], axis=1).sort_values([*words, *rough.columns]).index
    return pd.concat([written, rows[fractions]], axis=1).loc[order].reset_index(drop=True)
