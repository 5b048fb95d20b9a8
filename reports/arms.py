"""The mentored and the people they are compared with, month by month."""

from __future__ import annotations

import pandas as pd

from reports.charts import Chart, Point, Series, Style, chart_of
from reports.frames import records
from reports.headlines import words
from reports.numbers import Cell, curve_cell
from reports.outcomes import Outcome
from reports.terms import followed

ARMS = (
    ("mentored", "Mentored", Style("series-1", "solid", "circle")),
    ("comparison", "Alike, without a mentor", Style("workforce", "dot", "square")),
)


def arm_curve(
    curves: pd.DataFrame,
    *,
    outcome: Outcome,
    part: str,
    program: str,
    role: str,
    minimum_group_size: int,
) -> Chart:
    """Return both arms' curve of one outcome, with intervals and the people still followed."""
    definition = followed(outcome)
    became = words(outcome).became
    chosen = curves[
        (curves["role"] == role)
        & (curves["program"] == program)
        & (curves["outcome"] == outcome.name)
    ]
    rows = sorted(records(chosen), key=lambda row: int(row["month"]))
    lines = tuple(
        Series(
            label,
            style,
            tuple(
                Point(
                    int(row["month"]),
                    f"month {int(row['month'])}",
                    curve_cell(row, definition=definition, minimum_group_size=minimum_group_size),
                )
                for row in rows
                if row["arm"] == arm
            ),
        )
        for arm, label, style in ARMS
    )
    return chart_of(
        name=f"{outcome.name}-arms-{part}",
        title=f"{became[0].upper()}{became[1:]}: mentees and people like them",
        kind="steps",
        definition=definition,
        series=lines,
        place="Month",
        empty=Cell(definition, "no data", minimum_group_size),
    )
