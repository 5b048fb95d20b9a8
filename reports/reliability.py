"""How far the items of scores go together, as the analyst reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.verdicts import COUNTED, NOT_MEASURED
from reports import formats
from reports.frames import records


@dataclass(frozen=True)
class Scale:
    """One score of one wave.

    Attributes:
        label: what is measured.
        scale: lowest and highest answer.
        survey: the survey's id.
        wave: the wave's name.
        items: how many items it has.
        respondents: about how many answered all of them.
        value: Cronbach's alpha, or why there is none.
        interval: its limits.
    """

    label: str
    scale: str
    survey: str
    wave: str
    items: str
    respondents: str
    value: str
    interval: str


def scales(frame: pd.DataFrame) -> tuple[Scale, ...]:
    """Return the scores of several items, by survey and wave.

    Args:
        frame: the result table `reliability`.
    """
    rows = [row for row in records(frame) if row["status"] != NOT_MEASURED]
    rows.sort(key=lambda row: (row["construct"], row["scale_name"], row["survey_id"], row["wave"]))
    return tuple(_scale(row) for row in rows)


def alone(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return what a single item measures."""
    single = frame.loc[frame["status"].eq(NOT_MEASURED), "construct"]
    return tuple(_label(name) for name in sorted(set(single)))


def _label(construct: Any) -> str:
    return str(construct).replace("_", " ")


def _scale(row: dict[str, Any]) -> Scale:
    is_counted = row["status"] == COUNTED
    return Scale(
        label=_label(row["construct"]),
        scale=str(row["scale_name"]),
        survey=str(row["survey_id"]),
        wave=str(row["wave"]),
        items="" if row["items_n"] is None else f"{row['items_n']:.0f}",
        respondents=f"about {formats.count(row['respondents'])}" if is_counted else "",
        value=f"{row['cronbach_alpha']:.2f}" if is_counted else str(row["status"]),
        interval=f"{row['ci_low']:.2f} to {row['ci_high']:.2f}" if is_counted else "",
    )
