"""What a chart shows, before anybody draws it: the same points feed picture, table and download."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from analyses.periods import MONTHS
from reports import formats
from reports.aims import Aim
from reports.definitions import Definition
from reports.frames import records
from reports.numbers import Cell, Numbers, curve_cell

POPULATIONS = {
    "mentees": "Mentees",
    "mentors": "Mentors",
    "participants": "Mentees and mentors",
    "comparison": "Comparison group",
    "workforce": "Whole workforce",
}
CURVE_MONTHS_APART = 6


@dataclass(frozen=True)
class Style:
    """How a series is told apart: by color, and by dash and marker for who sees no color."""

    color: str
    dash: str
    marker: str


STYLES = {
    "mentees": Style("series-1", "solid", "circle"),
    "mentors": Style("series-2", "dash", "diamond"),
    "participants": Style("series-1", "solid", "circle"),
    "workforce": Style("workforce", "dot", "square"),
}
PROGRAM_STYLES = (
    Style("series-1", "solid", "circle"),
    Style("series-2", "dash", "diamond"),
    Style("series-3", "dot", "square"),
    Style("series-4", "dashdot", "triangle-up"),
    Style("series-5", "longdash", "cross"),
    Style("series-6", "longdashdot", "pentagon"),
)


@dataclass(frozen=True)
class Point:
    """One point: where it stands, what that place is called, and the number."""

    position: str | int
    label: str
    cell: Cell


@dataclass(frozen=True)
class Series:
    """One line of a chart."""

    name: str
    style: Style
    points: tuple[Point, ...]

    @property
    def shown(self) -> tuple[Point, ...]:
        """The points that have a number."""
        return tuple(point for point in self.points if point.cell.is_shown)


@dataclass(frozen=True)
class Chart:
    """A picture, its table and its download.

    Attributes:
        name: unique on the site; names the download and the block that holds the figure.
        title: what the reader sees first.
        kind: a line per period with a band, dots with error bars, or steps by month.
        definition: the measure of every number in it.
        series: the lines, in the order of the legend.
        place: what the horizontal position is, as a column of the table.
        empty: why there is nothing to draw, when there is not.
        is_small: whether it stands beside text instead of over the whole width.
        aims: the targets of these numbers.
    """

    name: str
    title: str
    kind: Literal["band", "bars", "steps"]
    definition: Definition
    series: tuple[Series, ...]
    place: str
    empty: str = ""
    is_small: bool = False
    aims: tuple[Aim, ...] = ()

    @property
    def download(self) -> str:
        """The address of the download, seen from a page."""
        return f"data/charts/{self.name}.csv"

    @property
    def summary(self) -> str:
        """What somebody who cannot see the chart is told: the first and last point of each line."""
        parts = []
        for series in self.series:
            if not series.shown:
                continue
            first, last = series.shown[0], series.shown[-1]
            parts.append(
                f"{series.name}: {first.cell.text} in {first.label}"
                + (f", {last.cell.text} in {last.label}" if last is not first else "")
            )
        return f"Chart: {self.title}. " + "; ".join(parts) + ". The table below holds every number."

    @property
    def hidden_n(self) -> int:
        """How many points are hidden."""
        return sum(p.cell.is_hidden for series in self.series for p in series.points)

    @property
    def at_risk_months(self) -> tuple[str, ...]:
        """The months at which a curve prints how many are still followed; none without counts."""
        has_counts = any(p.cell.denominator is not None for s in self.series for p in s.shown)
        return tuple(str(month) for month in self._months_shown) if has_counts else ()

    def at_risk(self, series: Series) -> tuple[str, ...]:
        """How many people of a line are still followed at those months."""
        followed = {
            point.position: formats.count(point.cell.denominator)
            for point in series.shown
            if point.cell.denominator is not None
        }
        return tuple(followed.get(month, "\u2013") for month in self._months_shown)

    @property
    def last_month(self) -> int:
        """The month at which a curve ends."""
        return max((int(p.position) for s in self.series for p in s.points), default=0)

    @property
    def _months_shown(self) -> range:
        return range(0, self.last_month + 1, CURVE_MONTHS_APART)

    def as_csv(self) -> str:
        """Return precisely the numbers of this chart as a download."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        place = self.place.lower().replace(" ", "_").replace("-", "_")
        writer.writerow(
            ["measure", "group", place, "starts_on", "value", "ci_low", "ci_high", "numerator",
             "denominator", "unit", "note"]
        )  # fmt: skip
        for series in self.series:
            for point in series.points:
                cell = point.cell
                label = point.position if isinstance(point.position, int) else point.label
                row = (self.definition.measure, series.name, label, cell.starts_on, cell.value,
                       cell.ci_low, cell.ci_high, cell.numerator, cell.denominator, cell.unit,
                       "" if cell.is_shown else cell.text)  # fmt: skip
                writer.writerow([formats.csv_cell(value) for value in row])
        return text.getvalue()


def trend(
    numbers: Numbers,
    measure: str,
    *,
    name: str,
    title: str,
    populations: Sequence[str],
    program: str = "all",
    grain: str,
    kind: Literal["band", "bars"] = "band",
    is_small: bool = False,
) -> Chart:
    """Return a measure over time, one line per population."""
    lines = tuple(
        Series(
            POPULATIONS[population],
            STYLES[population],
            _dated(
                numbers.series(measure, population=population, program=program, grain=grain), grain
            ),
        )
        for population in populations
    )
    empty = numbers.no_periods(measure, population=populations[0], program=program)
    return chart_of(
        name=name,
        title=title,
        kind=kind,
        definition=numbers.catalog[measure],
        series=lines,
        place=formats.grain(grain).capitalize(),
        empty=empty,
        is_small=is_small,
    )


def by_program(
    numbers: Numbers,
    measure: str,
    *,
    name: str,
    title: str,
    population: str,
    programs: Sequence[tuple[str, str]],
) -> Chart:
    """Return a measure by year, one line per program: (id, name) pairs."""
    lines = tuple(
        Series(
            label,
            PROGRAM_STYLES[i % len(PROGRAM_STYLES)],
            _dated(
                numbers.series(measure, population=population, program=program, grain="year"),
                "year",
            ),
        )
        for i, (program, label) in enumerate(programs)
    )
    return chart_of(
        name=name,
        title=title,
        kind="bars",
        definition=numbers.catalog[measure],
        series=lines,
        place="Year",
        empty=numbers.missing(measure, population=population),
    )


def curve(
    survival: pd.DataFrame,
    numbers: Numbers,
    *,
    outcome: str,
    definition: Definition,
    name: str,
    title: str,
    populations: Sequence[str],
    minimum_group_size: int,
    program: str = "all",
) -> Chart:
    """Return a curve by months since the start, one line per population."""
    whole = survival[
        (survival["outcome"] == outcome)
        & (survival["program"] == program)
        & (survival["dimension"] == "all")
    ]
    rows = sorted(records(whole), key=lambda row: int(row["month"]))
    lines = tuple(
        Series(
            POPULATIONS[population],
            STYLES[population],
            tuple(
                Point(
                    int(row["month"]),
                    f"month {int(row['month'])}",
                    curve_cell(row, definition=definition, minimum_group_size=minimum_group_size),
                )
                for row in rows
                if row["population"] == population
            ),
        )
        for population in populations
    )
    return chart_of(
        name=name,
        title=title,
        kind="steps",
        definition=definition,
        series=lines,
        place="Month",
        empty=numbers.missing(definition.measure, population=populations[0]),
    )


def chart_of(
    *,
    name: str,
    title: str,
    kind: Literal["band", "bars", "steps"],
    definition: Definition,
    series: Sequence[Series],
    place: str,
    empty: Cell,
    is_small: bool = False,
) -> Chart:
    """Return a chart of the lines that have points; without any number it says why."""
    drawn = tuple(line for line in series if line.points)
    reason = ""
    if not drawn:
        reason = empty.text
    elif not any(line.shown for line in drawn):
        reason = f"every {place.lower()} is {drawn[0].points[0].cell.text}"
    return Chart(name, title, kind, definition, drawn, place, reason, is_small)


def _dated(cells: Sequence[Cell], grain: str) -> tuple[Point, ...]:
    """Points of consecutive periods: one that the results skip is a gap, not a straight line."""
    by_start = {cell.starts_on: cell for cell in cells if cell.starts_on is not None}
    if not by_start:
        return ()
    points = []
    start, step = min(by_start), _months_between(sorted(by_start), grain)
    while start <= max(by_start):
        gap = Cell(cells[0].definition, "no data", cells[0].minimum_group_size, starts_on=start)
        cell = by_start.get(start, gap)
        points.append(Point(start.isoformat(), formats.period(start, grain), cell))
        start = _months_later(start, step)
    return tuple(points)


def _months_between(starts: Sequence[dt.date], grain: str) -> int:
    """Months from one point to the next: a survey held twice a year skips no quarter."""
    ordinals = [start.year * 12 + start.month for start in starts]
    gaps = [after - before for before, after in pairwise(ordinals)]
    return math.gcd(*gaps) if gaps else MONTHS[grain]


def _months_later(start: dt.date, months: int) -> dt.date:
    years, month = divmod(start.month - 1 + months, 12)
    return start.replace(year=start.year + years, month=month + 1)
