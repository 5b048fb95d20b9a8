"""Rows of a results table as plain Python values: one kind of missing, one kind of date."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries in which whatever is missing is None."""
    columns = [str(column) for column in frame.columns]
    values = [_plain(frame[column]) for column in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def date(value: object) -> dt.date | None:
    """Return a date from whatever a results table or `run.json` holds for one."""
    if value is None or value == "":
        return None
    return dt.date.fromisoformat(str(value)[:10])


def _plain(column: pd.Series[Any]) -> list[Any]:
    there = column.notna().tolist()
    return [v if is_there else None for v, is_there in zip(column.tolist(), there, strict=True)]
