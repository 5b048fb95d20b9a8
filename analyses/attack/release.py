"""A published folder as an attacker reads it: its tables, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analyses.results import TABLES as TABLES_OF_RESULTS
from analyses.results import Column
from workspace.database import connect
from workspace.errors import ConfigError, Place

TABLES = ("metrics", "effects", "curves", "flow", "survival", "balance", "measures")
# Thresholds of a release that does not say its own.
MINIMUM_GROUP_SIZE, MINIMUM_EFFECT_GROUP_SIZE = 5, 10
CONFIDENCE = 0.95
# What tells the rows of a table apart, beside when they were counted.
KEYS = {name: [*TABLES_OF_RESULTS[name].key] for name in TABLES}
# Names of columns that an error shows.
SHOWN = 8
TEXTS = {"measure", "program", "population", "dimension", "member", "reason", "verdict", "step"}


@dataclass(frozen=True)
class Release:
    """The tables of a published folder.

    Attributes:
        tables: result tables by name; one that is not published has no rows.
        run: what `run.json` says.

    `edition_number` of a row says with which others it was counted; without that, all rows of a
    release were counted together.
    """

    tables: Mapping[str, pd.DataFrame]
    run: Mapping[str, Any]

    @property
    def editions(self) -> set[str]:
        """Return the editions whose rows it shows."""
        shown = (frame["edition"] for frame in self.tables.values() if "edition" in frame)
        return {edition for column in shown for edition in column.unique()}

    @property
    def minimum_group_size(self) -> int:
        """Return the fewest people that are shown."""
        return int(self.run.get("privacy", {}).get("minimum_group_size", MINIMUM_GROUP_SIZE))

    @property
    def minimum_effect_group_size(self) -> int:
        """Return the fewest people in an arm that is shown."""
        found = self.run.get("privacy", {}).get("minimum_effect_group_size")
        return int(found or max(MINIMUM_EFFECT_GROUP_SIZE, self.minimum_group_size))


def read_release(site: Path) -> Release:
    """Return the release in a published folder: a site, or its folder `data`.

    Raises:
        FileNotFoundError: there is no table `metrics` in it.
        ConfigError: a file in it is not one that a build published.
    """
    data = _data_of(site)
    if not any((data / f"metrics.{kind}").exists() for kind in ("parquet", "csv")):
        raise FileNotFoundError(data / "metrics.csv")
    run = {"run_id": str(site)} | _read_run(data)
    return release_of({name: _read(data, name) for name in TABLES}, run)


def read_kept(sites: Iterable[Path]) -> list[Release]:
    """Return the releases in published folders, but for those that say nothing of editions.

    Those are of earlier versions, and tell by themselves what no later release can take back.
    """
    return [read_release(site) for site in sites if "edition" in _read_run(_data_of(site))]


def lacking(site: Path) -> tuple[str, ...]:
    """Return the tables that a published folder should have, and has not."""
    data = _data_of(site)
    return tuple(
        name
        for name in TABLES
        if not any((data / f"{name}.{kind}").exists() for kind in ("parquet", "csv"))
    )


def _data_of(site: Path) -> Path:
    return site / "data" if (site / "data").is_dir() else site


def _read_run(data: Path) -> dict[str, Any]:
    """Return the facts of the run, as far as the folder says them."""
    path = data / "run.json"
    if not path.exists():
        return {}
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _foreign(path, str(error), expected="JSON") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("privacy", {}), dict):
        raise _foreign(path, "JSON of another shape", expected="the facts of a run")
    return facts


def _read(data: Path, name: str) -> pd.DataFrame:
    """Return a table with its columns as they should be; no rows where there is no file."""
    csv, parquet = data / f"{name}.csv", data / f"{name}.parquet"
    path = csv if csv.exists() else parquet
    if not path.exists():
        return pd.DataFrame()
    try:
        if path == csv:
            frame = pd.read_csv(csv, keep_default_na=False, na_values=[""], low_memory=False)
        else:
            with connect() as connection:
                frame = connection.read_parquet(str(parquet)).df()
    except (ValueError, duckdb.Error) as error:
        raise _foreign(path, str(error).splitlines()[0], expected="a table") from error
    needed = {*KEYS[name], *({"is_suppressed"} & set(TABLES_OF_RESULTS[name]))}
    if missing := sorted(needed - set(frame.columns)):
        named = ", ".join(map(str, frame.columns[:SHOWN]))
        raise _foreign(path, f"columns {named}", expected=f"columns {', '.join(missing)} too")
    for column in TABLES_OF_RESULTS[name].columns:
        if column.name in frame:
            frame[column.name] = _typed(frame[column.name], column, path)
    return frame


def _typed(values: pd.Series, column: Column, path: Path) -> pd.Series:
    """Return the values of a column as numbers, days, or true and false, where it holds such."""
    # The last row of a file that was cut off lacks them.
    is_lacking = {"is_suppressed": ~values.isin([True, False]), "edition_number": values.isna()}
    if column.name in is_lacking and is_lacking[column.name].any():
        raise _foreign(path, "rows without", column=column.name, expected=column.kind)
    try:
        if column.kind in ("integer", "double"):
            return pd.to_numeric(values)
        if column.kind == "date":
            return pd.to_datetime(values)
    except ValueError as error:
        found = str(error).splitlines()[0]
        raise _foreign(path, found, column=column.name, expected=column.kind) from error
    return values


def _foreign(path: Path, found: str, *, expected: str, column: str | None = None) -> ConfigError:
    return ConfigError(
        "This file is not as a build publishes it, so it cannot be attacked.",
        place=Place(path, column=column),
        found=found,
        expected=expected,
        to_do="name a folder that was published, and copied, as a whole",
    )


def release_of(tables: Mapping[str, pd.DataFrame], run: Mapping[str, Any]) -> Release:
    """Return the release that frames would make, as it would be read from a folder."""
    return Release(
        tables={name: _as_read(tables[name].copy(), str(run.get("run_id", ""))) for name in TABLES},
        run=run,
    )


def together(releases: Sequence[Release]) -> Release:
    """Return several releases as one: each row once for every edition in which it was counted."""
    frames = {name: [one.tables[name] for one in releases if len(one.tables[name])]
              for name in TABLES}  # fmt: skip
    latest = releases[-1]
    tables = {
        name: pd.concat(found, ignore_index=True).drop_duplicates(
            [*KEYS[name], *({"edition"} & set(found[0].columns))], keep="last",
            ignore_index=True,
        )
        if found
        else latest.tables[name]
        for name, found in frames.items()
    }  # fmt: skip
    return Release(tables=tables, run=latest.run)


def _as_read(frame: pd.DataFrame, run_id: str) -> pd.DataFrame:
    if len(frame) and "is_suppressed" in frame:
        counted = (
            frame["edition_number"] if "edition_number" in frame else pd.Series(run_id, frame.index)
        )
        frame["edition"] = counted.astype(str)
    for column in {"period_start"} & set(frame.columns):
        frame[column] = pd.to_datetime(frame[column])
    for column in TEXTS & set(frame.columns):
        frame[column] = frame[column].astype(object).where(frame[column].notna(), "").astype(str)
    if "is_suppressed" in frame:
        frame["is_suppressed"] = frame["is_suppressed"].astype(bool)
    return frame.reset_index(drop=True)
