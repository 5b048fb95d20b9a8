"""The results: the only thing a report ever reads, and the only door to it.

A `Results` has passed disclosure control. Its tables are sorted and rounded when written, so the
same inputs give the same bytes; only `run.json` knows when it was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from workspace.spreadsheets import neutralized

SIGNIFICANT_DIGITS = 10
# Smaller numbers are what is left of a zero after parallel sums.
SMALLEST = 1e-12

# Column: DuckDB type, in the order in which the columns are written. The first columns up to the
# first measurement are the table's key and its sort order.
METRICS = {
    "measure": "varchar",
    "program": "varchar",
    "population": "varchar",
    "dimension": "varchar",
    "member": "varchar",
    "period_grain": "varchar",
    "period_start": "date",
    "value": "double",
    "ci_low": "double",
    "ci_high": "double",
    "numerator": "double",
    "denominator": "double",
    "unit": "varchar",
    "is_suppressed": "boolean",
    "reason": "varchar",
}
EFFECTS = {
    "role": "varchar",
    "program": "varchar",
    "subgroup_dimension": "varchar",
    "subgroup_member": "varchar",
    "outcome": "varchar",
    "horizon_months": "integer",
    "estimand": "varchar",
    "treated_n": "integer",
    "matched_treated_n": "integer",
    "control_n": "integer",
    "control_ess": "double",
    "treated_value": "double",
    "control_value": "double",
    "effect": "double",
    "se": "double",
    "se_mentor_clustered": "double",
    "ci_low": "double",
    "ci_high": "double",
    "risk_ratio": "double",
    "p_value": "double",
    "q_value": "double",
    "e_value": "double",
    "e_value_ci": "double",
    "minimum_detectable_effect": "double",
    "placebo_effect": "double",
    "placebo_ci_low": "double",
    "placebo_ci_high": "double",
    "placebo_p_value": "double",
    "max_abs_smd": "double",
    "matched_share": "double",
    "full_follow_up_share": "double",
    "contamination_share": "double",
    "largest_weight": "double",
    "verdict": "varchar",
    "reason": "varchar",
    "is_suppressed": "boolean",
}
SURVIVAL = {
    "population": "varchar",
    "program": "varchar",
    "dimension": "varchar",
    "member": "varchar",
    "outcome": "varchar",
    "month": "integer",
    "value": "double",
    "ci_low": "double",
    "ci_high": "double",
    "at_risk_n": "integer",
    "is_suppressed": "boolean",
}
CURVES = {
    "role": "varchar",
    "program": "varchar",
    "outcome": "varchar",
    "arm": "varchar",
    "month": "integer",
    "value": "double",
    "ci_low": "double",
    "ci_high": "double",
    "at_risk_n": "integer",
    "is_suppressed": "boolean",
}
BALANCE = {
    "role": "varchar",
    "program": "varchar",
    "covariate": "varchar",
    "level": "varchar",
    "smd_before": "double",
    "smd_after": "double",
    "is_suppressed": "boolean",
}
FLOW = {
    "role": "varchar",
    "program": "varchar",
    "step_number": "integer",
    "step": "varchar",
    "reason": "varchar",
    "treated_n": "integer",
    "control_n": "integer",
    "is_suppressed": "boolean",
}
QUALITY = {
    "table": "varchar",
    "source": "varchar",
    "reason": "varchar",
    "rows_in": "integer",
    "rows_kept": "integer",
    "rows_quarantined": "integer",
    "rows_duplicate": "integer",
    "rows": "integer",
    "rows_with_person": "integer",
    "rows_unlinked": "integer",
    "unlinked_share": "double",
}
GATES = {
    "table": "varchar",
    "expectation": "varchar",
    "column": "varchar",
    "severity": "varchar",
    "is_met": "boolean",
    "unexpected_n": "integer",
    "rows_n": "integer",
    "sentence": "varchar",
    "to_do": "varchar",
    "found": "varchar",
}
LOADS = {
    "load_number": "integer",
    "as_of": "date",
    "table": "varchar",
    "rows_in": "integer",
    "rows_quarantined": "integer",
    "rows_duplicate": "integer",
    "quarantined_share": "double",
    "rows_n": "integer",
    "change_share": "double",
    "expectations_n": "integer",
    "failed_n": "integer",
}
MEASURES = {
    "measure": "varchar",
    "label": "varchar",
    "theme": "varchar",
    "audience": "varchar",
    "sentence": "varchar",
    "formula": "varchar",
    "numerator": "varchar",
    "denominator": "varchar",
    "estimator": "varchar",
    "unit": "varchar",
    "direction": "varchar",
    "interval": "varchar",
    "standard": "varchar",
    "needs": "varchar",
    "is_measured": "boolean",
    "lineage": "varchar",
}
PROGRAMS = {
    "program": "varchar",
    "program_name": "varchar",
    "program_type": "varchar",
    "starts_on": "date",
    "is_voluntary": "boolean",
}

TABLES: dict[str, dict[str, str]] = {
    "metrics": METRICS,
    "effects": EFFECTS,
    "curves": CURVES,
    "balance": BALANCE,
    "flow": FLOW,
    "survival": SURVIVAL,
    "quality": QUALITY,
    "gates": GATES,
    "loads": LOADS,
    "measures": MEASURES,
    "programs": PROGRAMS,
}


@dataclass(frozen=True)
class Results:
    """Everything a report may know, one frame per result table and the facts of the run.

    Attributes:
        metrics: one row per measure, program, population, member of a dimension and period.
        effects: one row per role, program, subgroup, outcome, horizon and estimand.
        curves: one row per role, program, outcome, arm and month of follow-up.
        balance: one row per role, program, covariate and level.
        flow: one row per role, program, step of the design and reason.
        survival: one row per descriptive curve and month.
        quality: one row per source file and reason; counts of file rows, not of people.
        gates: one row per expectation.
        loads: one row per load and table, this load and those published before it; counts of file
            rows, not of people.
        measures: one row per measure, as the dbt project defines it.
        programs: one row per program.
        run: what `run.json` says: run id, versions, inputs, `as_of`, timings, warnings.
    """

    metrics: pd.DataFrame
    effects: pd.DataFrame
    curves: pd.DataFrame
    balance: pd.DataFrame
    flow: pd.DataFrame
    survival: pd.DataFrame
    quality: pd.DataFrame
    gates: pd.DataFrame
    loads: pd.DataFrame
    measures: pd.DataFrame
    programs: pd.DataFrame
    run: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Refuse a frame that does not hold exactly the columns its table declares."""
        for name, columns in TABLES.items():
            given = list(getattr(self, name).columns)
            if given != list(columns):
                raise ValueError(f"results table {name} holds {given}, not {list(columns)}")


def write_results(results: Results, folder: Path) -> None:
    """Write every result table as CSV and Parquet, and `run.json`, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for name, columns in TABLES.items():
            frame = _rounded(getattr(results, name), columns)
            _write(connection, frame, columns, folder / f"{name}.parquet", "format parquet")
            _write(
                connection, _neutralized(frame, columns), columns, folder / f"{name}.csv", "header"
            )
    text = json.dumps(results.run, indent=2, sort_keys=True, default=str, ensure_ascii=False)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def _write(
    connection: duckdb.DuckDBPyConnection,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    path: Path,
    options: str,
) -> None:
    """Write the frame, typed and sorted, into one file."""
    typed = ", ".join(f'cast("{c}" as {kind}) as "{c}"' for c, kind in columns.items())
    target = str(path).replace("'", "''")
    # DuckDB reads columns as they lie in memory, and cannot read a reversed view.
    connection.register("frame", frame.reset_index(drop=True).copy(deep=True))
    connection.sql(f"copy (select {typed} from frame order by all) to '{target}' ({options})")
    connection.unregister("frame")


def _neutralized(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return the frame with text that a spreadsheet would run made harmless."""
    harmless = frame.copy()
    for column in (column for column, kind in columns.items() if kind == "varchar"):
        texts = harmless[column].drop_duplicates().dropna()
        changed = {text: safe for text in texts if (safe := neutralized(str(text))) != text}
        if changed:
            harmless[column] = harmless[column].replace(changed)
    return harmless


def read_results(folder: Path) -> Results:
    """Return the results that `write_results` left in a folder."""
    with duckdb.connect() as connection:
        frames = {
            name: connection.read_parquet(
                str(folder / f"{name}.parquet"), hive_partitioning=False
            ).df()
            for name in TABLES
        }
    return Results(**frames, run=json.loads((folder / "run.json").read_text(encoding="utf-8")))


def empty_frame(columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame with these columns and no row."""
    return pd.DataFrame({column: pd.Series(dtype="object") for column in columns})


def _rounded(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return the frame with its floats at 10 significant digits: parallel sums differ beyond."""
    numbers = [column for column in frame.columns if columns[column] == "double"]
    return frame.assign(
        **{
            column: significant(pd.to_numeric(frame[column]).to_numpy(dtype=float, na_value=np.nan))
            for column in numbers
        }
    )


def significant(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the numbers at 10 significant digits; what is not finite becomes missing."""
    finite = np.where(np.isfinite(numbers), numbers, np.nan)
    finite = np.where(np.abs(finite) < SMALLEST, 0.0, finite)
    return np.array([float(f"{n:.{SIGNIFICANT_DIGITS}g}") for n in finite.ravel()]).reshape(
        finite.shape
    )


assert [field.name for field in fields(Results)] == [*TABLES, "run"]  # noqa: S101 - one list, two uses
