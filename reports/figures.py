"""Charts as Plotly figures: data for `assets/charts.js`, which draws them in the page's colors."""

from __future__ import annotations

import datetime as dt
import json
import math
from itertools import groupby, pairwise
from typing import Any

import plotly.graph_objects as go

from reports import formats
from reports.aims import Aim
from reports.charts import Chart, Point, Series
from reports.strips import round_ends

DODGE_DAYS = 28  # so that the error bars of one year stand beside each other
DRAWN_DECIMALS = 4
# As many years as can be labeled beside each other, also on a phone.
YEARS_SMALL, YEARS_WIDE = 6, 8

AXIS: dict[str, Any] = {
    "showgrid": False,
    "linecolor": "var(--rule)",
    "tickcolor": "var(--rule)",
    "ticks": "outside",
    "fixedrange": True,
    "zeroline": False,
}
# What all figures have in common.
STANDING: dict[str, Any] = {
    "template": go.layout.Template(),
    "autosize": True,
    "margin": {"l": 52, "r": 12, "t": 8, "b": 44, "autoexpand": True},
    "font": {"family": "var(--sans)", "size": 13, "color": "var(--ink)"},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "hovermode": "closest",
    "dragmode": False,
    "showlegend": True,
    "legend": {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1.02,
        "yanchor": "bottom",
        "bgcolor": "rgba(0,0,0,0)",
        "itemclick": "toggle",
    },
    "hoverlabel": {
        "bgcolor": "var(--raised)",
        "bordercolor": "var(--rule)",
        "font": {"color": "var(--ink)", "family": "var(--sans)", "size": 13},
        "align": "left",
    },
}

Vertex = tuple[str | int, float | None]


def figure_json(chart: Chart) -> str:
    """Return the figure of a chart as JSON that is safe inside a script element."""
    return figure_text(go.Figure(data=_traces(chart), layout=_layout(chart)))


def figure_text(figure: Any) -> str:
    """Return any figure as JSON that is safe inside a script element."""
    drawn = figure.to_plotly_json()
    text = json.dumps(drawn, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def chart_text(text: str) -> str:
    """Return text that Plotly will not read as its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _traces(chart: Chart) -> list[Any]:
    bottom, _ = _ends(chart)
    scale = formats.unit(_unit(chart)).scale
    traces: list[Any] = []
    if chart.kind != "bars":
        traces += [_band(chart, series, scale) for series in chart.series]
    traces += [_line(chart, number, scale) for number in range(len(chart.series))]
    traces += [
        _hidden(chart, number, bottom * scale)
        for number, series in enumerate(chart.series)
        if any(p.cell.is_hidden for p in series.points)
    ]
    return traces


def _line(chart: Chart, number: int, scale: float) -> Any:
    series = chart.series[number]
    color = f"var(--{series.style.color})"
    values = [_scaled(p.cell.value, scale) for p in series.points]
    isolated = _isolated(series) if chart.kind == "band" else set()
    with_bar = [chart.kind == "bars" or i in isolated for i in range(len(series.points))]
    return go.Scatter(
        x=_positions(chart, number),
        y=values,
        name=chart_text(series.name),
        mode="lines" if chart.kind == "steps" else "lines+markers",
        connectgaps=False,
        line={
            "color": color,
            "width": 2.25,
            "dash": series.style.dash,
            "shape": "hv" if chart.kind == "steps" else "linear",
        },
        marker={"color": color, "size": 7, "symbol": series.style.marker},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [_reach(p, p.cell.ci_high, scale, with_bar[i]) for i, p in _numbered(series)],
            "arrayminus": [
                _reach(p, p.cell.ci_low, scale, with_bar[i]) for i, p in _numbered(series)
            ],
            "color": color,
            "thickness": 1.25,
            "width": 3,
            "visible": any(with_bar),
        },
        text=[_hover(series, point) for point in series.points],
        hovertemplate="%{text}<extra></extra>",
    )


def _numbered(series: Series) -> list[tuple[int, Point]]:
    return list(enumerate(series.points))


def _reach(point: Point, end: float | None, scale: float, is_drawn: bool) -> float | None:
    if not is_drawn or end is None or point.cell.value is None:
        return None
    return _scaled(abs(end - point.cell.value), scale)


def _scaled(value: float | None, scale: float) -> float | None:
    """Return what is drawn: finer than a screen can show, and no longer than that."""
    return None if value is None else round(value * scale, DRAWN_DECIMALS)


def _band(chart: Chart, series: Series, scale: float) -> Any:
    """One closed outline per run of neighboring points, so that a gap stays a gap."""
    x: list[str | int | None] = []
    y: list[float | None] = []
    for run in _runs(series):
        upper = [(p.position, _scaled(p.cell.ci_high, scale)) for p in run]
        lower = [(p.position, _scaled(p.cell.ci_low, scale)) for p in run]
        if chart.kind == "steps":
            upper, lower = _stepped(upper), _stepped(lower)
        outline = [*upper, *reversed(lower), upper[0]]
        x += [*(position for position, _ in outline), None]
        y += [*(value for _, value in outline), None]
    return go.Scatter(
        x=x[:-1],
        y=y[:-1],
        mode="lines",
        fill="toself",
        fillcolor=f"var(--{series.style.color}-band)",
        line={"width": 0, "color": f"var(--{series.style.color}-band)"},
        hoverinfo="skip",
        showlegend=False,
        name=chart_text(f"{series.name}, range"),
    )


def _stepped(line: list[Vertex]) -> list[Vertex]:
    steps = [line[0]]
    for (_, before), (position, value) in pairwise(line):
        steps += [(position, before), (position, value)]
    return steps


def _runs(series: Series) -> list[list[Point]]:
    """Stretches of at least two neighboring points that have an interval."""
    grouped = groupby(series.points, key=_has_interval)
    runs = [list(points) for has_interval, points in grouped if has_interval]
    return [run for run in runs if len(run) > 1]


def _isolated(series: Series) -> set[int]:
    """Places of the points that no band can reach: they carry an error bar instead."""
    in_runs = {id(point) for run in _runs(series) for point in run}
    return {i for i, p in _numbered(series) if _has_interval(p) and id(p) not in in_runs}


def _has_interval(point: Point) -> bool:
    return point.cell.ci_low is not None and point.cell.ci_high is not None


def _hidden(chart: Chart, number: int, bottom: float) -> Any:
    """Crosses at the foot of the chart, each in the color and the place of its line."""
    series = chart.series[number]
    hidden = [
        (position, point)
        for position, point in zip(_positions(chart, number), series.points, strict=True)
        if point.cell.is_hidden
    ]
    color = f"var(--{series.style.color})"
    return go.Scatter(
        x=[position for position, _ in hidden],
        y=[bottom] * len(hidden),
        mode="markers",
        name=chart_text(f"{series.name}, hidden"),
        showlegend=False,
        cliponaxis=False,
        marker={
            "symbol": "x-thin-open",
            "size": 8,
            "color": color,
            "line": {"color": color, "width": 1.5},
        },
        text=[_hover(series, point) for _, point in hidden],
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(series: Series, point: Point) -> str:
    cell = point.cell
    basis = cell.basis_text
    if isinstance(point.position, int) and cell.denominator is not None:
        basis = f"{formats.count(cell.denominator)} people followed"
    lines = (f"<b>{chart_text(series.name)}</b>, {point.label}", cell.text, cell.range_text, basis)
    return "<br>".join(line for line in lines if line)


def _positions(chart: Chart, number: int) -> list[str | int]:
    """Where the points stand; dots of several series in one year step aside for each other."""
    positions = [point.position for point in chart.series[number].points]
    if chart.kind != "bars":
        return positions
    shift = (number - (len(chart.series) - 1) / 2) * DODGE_DAYS
    return [
        (dt.date.fromisoformat(str(p)) + dt.timedelta(days=round(shift))).isoformat()
        for p in positions
    ]


def _unit(chart: Chart) -> str:
    shown = (p.cell.unit for series in chart.series for p in series.shown)
    return next(shown, chart.definition.unit)


def _ends(chart: Chart) -> tuple[float, float]:
    cells = [p.cell for series in chart.series for p in series.shown]
    values = [v for c in cells for v in (c.value, c.ci_low, c.ci_high) if v is not None]
    values += [aim.value for aim in chart.aims]
    how = formats.unit(_unit(chart))
    return round_ends(
        min(values, default=0), max(values, default=1), lowest=how.lowest, highest=how.highest
    )


def _years_apart(chart: Chart) -> int:
    """Return how many years lie between two labels, so that none is turned or cut off."""
    years = [int(str(p.position)[:4]) for series in chart.series for p in series.points]
    most = YEARS_SMALL if chart.is_small else YEARS_WIDE
    return math.ceil((max(years) - min(years) + 1) / most) if years else 1


def _target(aim: Aim, scale: float) -> dict[str, Any]:
    """Return the line of a target across the whole chart."""
    height = _scaled(aim.value, scale)
    line = {"color": "var(--ink)", "width": 1.5, "dash": "dashdot"}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": height,
        "y1": height,
        "line": line,
        "layer": "above",
    }


def _layout(chart: Chart) -> Any:
    how = formats.unit(_unit(chart))
    low, high = (end * how.scale for end in _ends(chart))
    across = (
        {
            "title": {"text": "Months since the start", "font": {"size": 13}},
            "dtick": 6,
            "range": [0, chart.last_month + 0.5],
        }
        if chart.kind == "steps"
        else {
            "type": "date",
            "tickformat": "%Y",
            "tickangle": 0,
            "tick0": "2000-01-01",
            "dtick": f"M{12 * _years_apart(chart)}",
        }
    )
    return go.Layout(
        **STANDING,
        shapes=[_target(aim, how.scale) for aim in chart.aims],
        xaxis={**AXIS, **across},
        yaxis={
            **AXIS,
            "showgrid": True,
            "gridcolor": "var(--rule)",
            "linecolor": "rgba(0,0,0,0)",
            "ticks": "",
            "range": [low, high],
            "ticksuffix": how.suffix if how.suffix.endswith("%") else "",
            "nticks": 6,
        },
    )
