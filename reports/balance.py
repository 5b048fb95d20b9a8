"""Were the two groups alike before? The love plot, its table and its download."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from reports import formats
from reports.definitions import Definition
from reports.facts import covariate
from reports.figures import AXIS, DRAWN_DECIMALS, STANDING, chart_text, figure_text
from reports.frames import date, records
from reports.terms import BY_NAME

TARGET_SMD = 0.1
TOLERATED_SMD = 0.25
LEVELS = {"-1": "not known", "-1.0": "not known"}
PIXELS_PER_LEVEL = 17
PIXELS_BESIDE = 96
LONGEST_LABEL = 34


@dataclass(frozen=True)
class Level:
    """One level of one covariate: how far apart the groups are, in standard deviations."""

    covariate: str
    level: str
    before: float | None
    after: float | None

    @property
    def label(self) -> str:
        """The covariate and its level, as in `Department: Sales`."""
        return f"{self.covariate}: {self.level}"

    @property
    def is_shown(self) -> bool:
        """Whether the level has numbers."""
        return self.before is not None and self.after is not None

    def written(self, value: float | None) -> str:
        """Return a difference as text."""
        return "hidden" if value is None else formats.decimal(value, 2)


@dataclass(frozen=True)
class LovePlot:
    """Every level before and after matching, with the guides at 0.1 and 0.25.

    Attributes:
        name: unique on the site; names the download and the block that holds the figure.
        title: what the reader sees first.
        role: whose mentoring.
        program: in which program.
        levels: every level of every covariate.
    """

    name: str
    title: str
    role: str
    program: str
    levels: tuple[Level, ...]

    @property
    def definition(self) -> Definition:
        """What a standardized difference is."""
        return BY_NAME["max_abs_smd"]

    @property
    def download(self) -> str:
        """The address of the download, seen from a page."""
        return f"data/charts/{self.name}.csv"

    @property
    def shown(self) -> tuple[Level, ...]:
        """The levels that have numbers."""
        return tuple(level for level in self.levels if level.is_shown)

    @property
    def hidden_n(self) -> int:
        """How many levels are hidden."""
        return len(self.levels) - len(self.shown)

    @property
    def height(self) -> int:
        """How tall the picture is, in pixels: a line per level."""
        return PIXELS_BESIDE + PIXELS_PER_LEVEL * len(self.shown)

    def largest(self, when: str) -> str:
        """Return the largest absolute difference before or after matching, as text."""
        sizes = [abs(value) for level in self.shown if (value := getattr(level, when)) is not None]
        return formats.decimal(max(sizes), 2) if sizes else "hidden"

    @property
    def summary(self) -> str:
        """What somebody who cannot see the plot is told."""
        return (
            f"Chart: {self.title}. Largest absolute difference {self.largest('before')} before "
            f"matching and {self.largest('after')} after it; the target is {TARGET_SMD}. "
            "The table below holds every number."
        )

    def as_csv(self) -> str:
        """Return precisely the numbers of this plot as a download."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["covariate", "level", "smd_before", "smd_after", "note"])
        for level in self.levels:
            note = "" if level.is_shown else "hidden"
            row = (level.covariate, level.level, level.before, level.after, note)
            writer.writerow([formats.csv_cell(value) for value in row])
        return text.getvalue()


def love_plots(frame: pd.DataFrame, names: dict[str, str]) -> tuple[LovePlot, ...]:
    """Return one plot per role and program, all programs together first.

    Args:
        frame: the result table `balance`.
        names: the name of each program by its id, `all` among them.
    """
    rows = records(frame)
    groups = sorted(
        {(str(row["role"]), str(row["program"])) for row in rows},
        key=lambda group: (group[0], group[1] != "all", group[1]),
    )
    return tuple(
        LovePlot(
            name=f"balance-{role}-{number}",
            title=f"{role.capitalize()}s, {names.get(program, program)}: alike before?",
            role=role,
            program=program,
            levels=tuple(
                _level(row) for row in rows if (row["role"], row["program"]) == (role, program)
            ),
        )
        for number, (role, program) in enumerate(groups, start=1)
    )


def _level(row: dict[str, Any]) -> Level:
    is_hidden = bool(row["is_suppressed"])
    before, after = (
        None if is_hidden or row[name] is None else float(row[name])
        for name in ("smd_before", "smd_after")
    )
    name = covariate(str(row["covariate"]))
    level = _level_name(str(row["covariate"]), str(row["level"]))
    return Level(name[0].upper() + name[1:], level, before, after)


def _level_name(covariate_name: str, level: str) -> str:
    """Return a level as people say it, as in `2022 Q1` for a quarter."""
    if covariate_name == "trial_quarter":
        starts_on = date(level)
        return formats.period(starts_on, "quarter") if starts_on else level
    return LEVELS.get(level, level)


def love_json(plot: LovePlot) -> str:
    """Return the figure of a love plot as JSON that is safe inside a script element."""
    return figure_text(go.Figure(data=[_dots(plot, "before"), _dots(plot, "after")],
                                 layout=_layout(plot)))  # fmt: skip


def _dots(plot: LovePlot, when: str) -> Any:
    is_after = when == "after"
    color = "var(--series-1)" if is_after else "var(--series-2)"
    symbol = "circle" if is_after else "diamond-open"
    sizes = [getattr(level, when) for level in plot.shown]
    return go.Scatter(
        x=[round(abs(size), DRAWN_DECIMALS) for size in sizes],
        y=list(range(len(sizes))),
        mode="markers",
        name=f"{when} matching",
        marker={"symbol": symbol, "size": 8, "color": color},
        cliponaxis=False,
        text=[
            f"<b>{chart_text(level.label)}</b><br>{when} matching: {level.written(size)}"
            for level, size in zip(plot.shown, sizes, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _layout(plot: LovePlot) -> Any:
    labels = [chart_text(_short(level.label)) for level in plot.shown]
    guides = [
        {
            "type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1,
            "line": {"color": f"var(--{color})", "width": 1.25, "dash": dash}, "layer": "below",
        }
        for at, color, dash in ((TARGET_SMD, "good", "dash"), (TOLERATED_SMD, "alarm-rule", "dot"))
    ]  # fmt: skip
    sizes = [abs(v) for level in plot.shown for v in (level.before, level.after) if v is not None]
    furthest = max(*sizes, TOLERATED_SMD * 1.2)
    return go.Layout(
        **{**STANDING, "height": plot.height},
        shapes=guides,
        xaxis={
            **AXIS,
            "title": {"text": "Absolute standardized difference", "font": {"size": 13}},
            "range": [-0.012 * furthest, 1.04 * furthest],
            "tickvals": [0, TARGET_SMD, TOLERATED_SMD, 0.5, 0.75, 1, 1.5, 2, 3],
        },
        yaxis={
            **AXIS,
            "showgrid": True,
            "gridcolor": "var(--rule)",
            "ticks": "",
            "tickvals": list(range(len(labels))),
            "ticktext": labels,
            "tickfont": {"size": 11},
            "range": [len(labels) - 0.4, -0.6],
            "automargin": True,
        },
    )


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "\u2026"
