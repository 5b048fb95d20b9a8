"""Results: typed, sorted, rounded, the same bytes for the same facts."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.files import empty_frame, read_results, write_results
from analyses.released import COUNTING
from analyses.results import (
    METRICS,
    TABLES,
    Results,
    Table,
)
from analyses.rounding import coarse, significant


def _results(metrics: pd.DataFrame) -> Results:
    others = {name: empty_frame(columns) for name, columns in TABLES.items() if name != "metrics"}
    return Results(metrics=metrics, **others, run={"run_id": "r", "as_of": "2025-12-31"})


def _metrics(values: list[float]) -> pd.DataFrame:
    frame = empty_frame(METRICS).reindex(range(len(values)))
    frame["measure"] = [f"m{i}" for i in range(len(values))]
    frame["value"] = np.array(values, dtype=float)
    frame["period_start"] = pd.Timestamp("2025-01-01")
    frame["is_suppressed"] = False
    return frame


def test_every_table_goes_through_the_ledger_or_says_why_not() -> None:
    """Others hold nothing of people, or only what the tables of the ledger publish."""
    of_files_and_words = {"quality", "gates", "loads", "measures", "outcomes", "programs"}
    of_what_is_published = {"targets", "standings", "returns", "guardrails"}
    assert {*COUNTING} | of_files_and_words | of_what_is_published == {*TABLES}


def test_numbers_keep_ten_significant_digits() -> None:
    rounded = significant(np.array([123456.78901234, 0.000012345678901234, np.inf]))
    assert rounded[:2].tolist() == [123456.7890, 0.00001234567890]
    assert np.isnan(rounded[2])


def test_what_is_left_of_a_zero_is_zero() -> None:
    assert significant(np.array([2.7e-16, -3.8e-17, 1e-11])).tolist() == [0.0, 0.0, 1e-11]


def test_order_and_last_bits_do_not_change_a_byte(tmp_path: Path) -> None:
    frame = _metrics([0.1, 0.2 + 0.1])
    shuffled = frame.iloc[::-1].assign(value=[0.3, 0.1])
    write_results(_results(frame), tmp_path / "a")
    write_results(_results(shuffled), tmp_path / "b")
    for name in ("metrics.csv", "metrics.parquet", "effects.csv", "run.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_results_survive_the_round_trip(tmp_path: Path) -> None:
    write_results(_results(_metrics([0.5])), tmp_path)
    again = read_results(tmp_path)
    assert again.metrics["value"].tolist() == [0.5]
    assert again.metrics["numerator"].isna().all()
    assert again.run["as_of"] == "2025-12-31"


def test_a_frame_with_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="results table metrics"):
        _results(pd.DataFrame({"measure": ["m"]}))


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_table_says_what_a_row_is_and_every_column_what_it_means(table: Table) -> None:
    assert table.grain.startswith("One row per ")
    assert set(table.key) <= set(table)
    assert table.key
    sentences = [table.grain, *(column.sentence for column in table.columns)]
    assert [text for text in sentences if text[:1].islower() or not text.endswith(".")] == []


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_amount_has_a_unit_and_nothing_else_has_one(table: Table) -> None:
    is_amount = {
        column.name: column.kind in ("integer", "double") and not column.name.endswith("_number")
        for column in table.columns
    }
    assert {column.name: bool(column.unit.name) for column in table.columns} == is_amount


def test_meanings_are_read_without_pandas() -> None:
    asked = "import sys, analyses.results; print('pandas' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_what_lies_between_two_steps_is_rounded_alike_whatever_its_last_digit() -> None:
    """0.555 as sums in another order leave it: a hair below, exactly, a hair above."""
    between = pd.Series([0.5549999999999999, 0.555, 0.5550000000000002, 0.5549, None])
    assert coarse(between, 0.01).round(9).tolist()[:4] == [0.56, 0.56, 0.56, 0.55]
    assert coarse(between, 0.01).isna().tolist() == [False] * 4 + [True]
    # In binary 0.35 is less than three and a half tenths.
    assert coarse(pd.Series([0.35]), 0.1).round(9).tolist() == [0.4]
