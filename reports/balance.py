"""Were the two groups alike before? The love plot, its table and its download."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analyses.verdicts import (
    CHANCE_STANDARD_ERRORS,
    HEADLINE,
    LARGEST_TOLERATED_SMD,
    PRIMARY_HORIZON_MONTHS,
    TARGET_SMD,
)
from reports import formats
from reports.definitions import Definition
from reports.effects import Effect, Effects
from reports.facts import covariate
from reports.figures import AXIS, DRAWN_DECIMALS, STANDING, chart_text, figure_text
from reports.frames import date, records
from reports.terms import BY_NAME

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
    """Every level before and after matching, with guides at the target and at what is tolerated.

    Attributes:
        name: unique on the site; names the download and the block that holds the figure.
        title: what the reader sees first.
        role: whose mentoring.
        program: in which program.
        levels: every level of every covariate.
        largest_left: the largest absolute difference after matching over all levels, hidden ones
            too; empty where it is not published.
        chance: the largest difference that chance gives groups of this size.
    """

    name: str
    title: str
    role: str
    program: str
    levels: tuple[Level, ...]
    largest_left: float | None = None
    chance: float | None = None

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
    def left(self) -> str:
        """The largest difference after matching, over every level where the results say it."""
        if self.largest_left is None:
            return f"{self.largest('after')} among the levels shown"
        return f"{formats.decimal(self.largest_left, 2)} over all levels"

    @property
    def missing(self) -> str:
        """How many levels are left out, as a sentence; empty when none is."""
        if not self.hidden_n:
            return ""
        levels = formats.plural(len(self.levels), "level")
        return f"{formats.count(self.hidden_n)} of {levels} left out: hidden."

    @property
    def rule(self) -> str:
        """When the groups are not compared, as a sentence."""
        chance = "" if self.chance is None else f", here {formats.decimal(self.chance, 2)}"
        return (
            f"Nothing is compared when a difference is above {LARGEST_TOLERATED_SMD} and above "
            f"what chance gives groups of this size ({CHANCE_STANDARD_ERRORS} "
            f"\u221a(1/n\u2081 + 1/ess\u2080){chance})."
        )

    @property
    def summary(self) -> str:
        """What somebody who cannot see the plot is told."""
        return (
            f"Chart: {self.title}. Largest absolute difference before matching: "
            f"{self.largest('before')} among the levels shown; after it: {self.left}; the target "
            f"is {TARGET_SMD}. {self.missing} The table below holds every number."
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


def love_plots(
    frame: pd.DataFrame, names: dict[str, str], effects: Effects
) -> tuple[LovePlot, ...]:
    """Return one plot per role and program, all programs together first.

    Args:
        frame: the result table `balance`.
        names: the name of each program by its id, `all` among them.
        effects: the estimates that the balance stands behind.
    """
    rows = records(frame)
    groups = sorted(
        {(str(row["role"]), str(row["program"])) for row in rows},
        key=lambda group: (group[0], group[1] != "all", group[1]),
    )
    judged = {group: _judged(effects, *group) for group in groups}
    return tuple(
        LovePlot(
            name=f"balance-{role}-{number}",
            title=f"{role.capitalize()}s, {names.get(program, program)}: alike before?",
            role=role,
            program=program,
            levels=tuple(
                _level(row) for row in rows if (row["role"], row["program"]) == (role, program)
            ),
            largest_left=found.max_abs_smd if (found := judged[role, program]) else None,
            chance=found.chance_smd if found else None,
        )
        for number, (role, program) in enumerate(groups, start=1)
    )


def _judged(effects: Effects, role: str, program: str) -> Effect | None:
    """Return the estimate whose balance is printed: the declared question, or else the first."""
    found = [e for e in effects.of(role=role, program=program) if e.max_abs_smd is not None]
    found.sort(key=lambda e: (not e.is_whole, e.estimand != HEADLINE,
                              e.horizon_months != PRIMARY_HORIZON_MONTHS))  # fmt: skip
    return next(iter(found), None)


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
        for at, color, dash in (
            (TARGET_SMD, "good", "dash"), (LARGEST_TOLERATED_SMD, "alarm-rule", "dot"),
        )
    ]  # fmt: skip
    sizes = [abs(v) for level in plot.shown for v in (level.before, level.after) if v is not None]
    furthest = max(*sizes, LARGEST_TOLERATED_SMD * 1.2)
    return go.Layout(
        **{**STANDING, "height": plot.height},
        shapes=guides,
        xaxis={
            **AXIS,
            "title": {"text": "Absolute standardized difference", "font": {"size": 13}},
            "range": [-0.012 * furthest, 1.04 * furthest],
            "tickvals": [0, TARGET_SMD, LARGEST_TOLERATED_SMD, 0.5, 0.75, 1, 1.5, 2, 3],
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
