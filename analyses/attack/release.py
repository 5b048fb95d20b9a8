"""A published folder as an attacker reads it: its tables, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analyses.results import TABLES as TABLES_OF_RESULTS

TABLES = ("metrics", "effects", "curves", "flow", "survival", "balance", "measures")
# Thresholds of a release that does not say its own.
MINIMUM_GROUP_SIZE, MINIMUM_EFFECT_GROUP_SIZE = 5, 10
CONFIDENCE = 0.95
# What tells the rows of a table apart, beside when they were counted.
KEYS = {name: [*TABLES_OF_RESULTS[name].key] for name in TABLES}
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
    """
    data = site / "data" if (site / "data").is_dir() else site
    if not any((data / f"metrics.{kind}").exists() for kind in ("parquet", "csv")):
        raise FileNotFoundError(data / "metrics.csv")
    run = data / "run.json"
    facts = json.loads(run.read_text(encoding="utf-8")) if run.exists() else {}
    return release_of({name: _read(data, name) for name in TABLES}, {"run_id": str(site)} | facts)


def read_kept(sites: Iterable[Path]) -> list[Release]:
    """Return the releases in published folders, but for those that say nothing of editions.

    Those are of earlier versions, and tell by themselves what no later release can take back.
    """
    runs = ((site, site / "data" / "run.json") for site in sites)
    return [
        read_release(site)
        for site, run in runs
        if run.exists() and "edition" in json.loads(run.read_text(encoding="utf-8"))
    ]


def _read(data: Path, name: str) -> pd.DataFrame:
    csv, parquet = data / f"{name}.csv", data / f"{name}.parquet"
    if csv.exists():
        frame = pd.read_csv(csv, keep_default_na=False, na_values=[""], low_memory=False)
    elif parquet.exists():
        import duckdb

        with duckdb.connect() as connection:
            frame = connection.read_parquet(str(parquet)).df()
    else:
        return pd.DataFrame()
    return frame


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
