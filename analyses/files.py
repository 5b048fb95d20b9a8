"""The results as files: typed, sorted and rounded, so that the same inputs give the same bytes.

Only `run.json` knows when it was made.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from analyses.package import described
from analyses.results import TABLES, Results, Table
from analyses.rounding import significant
from analyses.semantics import semantic_yaml
from workspace.database import connect
from workspace.spreadsheets import neutralized


def write_results(results: Results, folder: Path) -> None:
    """Write every result table as CSV and Parquet, what describes them, and `run.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    with connect() as connection:
        for name, table in TABLES.items():
            frame = _rounded(getattr(results, name), table)
            _write(connection, frame, table, folder / f"{name}.parquet", "format parquet")
            _write(connection, _neutralized(frame, table), table, folder / f"{name}.csv", "header")
    run = json.dumps(results.run, indent=2, sort_keys=True, default=str, ensure_ascii=False)
    package = json.dumps(described(), indent=2, ensure_ascii=False)
    semantics = semantic_yaml(results.measures.to_dict("records"))
    written = {"run.json": f"{run}\n", "datapackage.json": f"{package}\n"}
    for name, text in {**written, "semantic_model.yml": semantics}.items():
        (folder / name).write_text(text, encoding="utf-8")


def _write(
    connection: duckdb.DuckDBPyConnection,
    frame: pd.DataFrame,
    table: Table,
    path: Path,
    options: str,
) -> None:
    """Write the frame, typed and sorted, into one file."""
    typed = ", ".join(f'cast("{c.name}" as {c.kind}) as "{c.name}"' for c in table.columns)
    target = str(path).replace("'", "''")
    # DuckDB reads columns as they lie in memory, and cannot read a reversed view.
    connection.register("frame", frame.reset_index(drop=True).copy(deep=True))
    connection.sql(f"copy (select {typed} from frame order by all) to '{target}' ({options})")
    connection.unregister("frame")


def _neutralized(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame with text that a spreadsheet would run made harmless."""
    harmless = frame.copy()
    for column in _of_kind(table, "varchar"):
        texts = harmless[column].drop_duplicates().dropna()
        changed = {text: safe for text in texts if (safe := neutralized(str(text))) != text}
        if changed:
            harmless[column] = harmless[column].replace(changed)
    return harmless


def read_results(folder: Path) -> Results:
    """Return the results that `write_results` left in a folder."""
    with connect() as connection:
        frames = {
            name: connection.read_parquet(
                str(folder / f"{name}.parquet"), hive_partitioning=False
            ).df()
            for name in TABLES
        }
    return Results(**frames, run=json.loads((folder / "run.json").read_text(encoding="utf-8")))


def empty_frame(table: Table) -> pd.DataFrame:
    """Return a frame with these columns and no row."""
    return pd.DataFrame({column: pd.Series(dtype="object") for column in table})


def _of_kind(table: Table, kind: str) -> list[str]:
    return [column.name for column in table.columns if column.kind == kind]


def _rounded(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame with its floats at 10 significant digits: parallel sums differ beyond."""
    return frame.assign(
        **{
            column: significant(pd.to_numeric(frame[column]).to_numpy(dtype=float, na_value=np.nan))
            for column in _of_kind(table, "double")
        }
    )
