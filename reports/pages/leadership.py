"""The page for leadership, and the headline of each metric that the index shares."""

from __future__ import annotations

from dataclasses import dataclass

from reports.charts import POPULATIONS, Chart, trend
from reports.definitions import LEADERSHIP
from reports.doubts import Doubt, doubt
from reports.effects import Effect
from reports.findings import Finding, aloud, findings
from reports.headlines import (
    ORGANIZATION_THEMES,
    PROGRAM_METRICS,
    SATISFACTION,
    WORKPLACE,
    Metric,
)
from reports.numbers import Cell
from reports.strips import Mark, Strip, strip
from reports.themes import Folded, fold
from reports.view import View


@dataclass(frozen=True)
class Headline:
    """One metric in one glance.

    Attributes:
        metric: which one.
        whom: the population of the large number.
        cell: the large number.
        strip: the same measure for everybody it is known for, on one scale.
        chart: the same by year, where a page has room for it.
    """

    metric: Metric
    whom: str
    cell: Cell
    strip: Strip
    chart: Chart | None = None


@dataclass(frozen=True)
class Organization:
    """What leadership is told of the organization, a number a line.

    Attributes:
        cells: the whole workforce's numbers of the whole time.
        folded: measures without such a number.
    """

    cells: tuple[Cell, ...]
    folded: tuple[Folded, ...]


@dataclass(frozen=True)
class Leadership:
    """What leadership reads.

    Attributes:
        findings: the declared questions with their answers.
        doubt: what could still be behind them.
        headlines: what was counted.
        organization: what was counted of the organization, beside the headlines.
        sayings: sentences that may be repeated as they stand.
        misleading: naive numbers that stand alone.
    """

    findings: tuple[Finding, ...]
    doubt: Doubt | None
    headlines: tuple[Headline, ...]
    organization: Organization
    sayings: tuple[str, ...]
    misleading: tuple[Effect, ...]


def headlines(view: View, *, with_charts: bool) -> tuple[Headline, ...]:
    """Return satisfaction, retention and promotion in one glance each."""
    metrics = list(PROGRAM_METRICS)
    if not view.numbers.overall(SATISFACTION.measure, population="mentees").is_shown:
        # Without a survey of the program, satisfaction at work is still worth knowing.
        workplace = view.numbers.overall(WORKPLACE.measure, population="workforce")
        metrics[:1] = [SATISFACTION, WORKPLACE] if workplace.is_shown else [SATISFACTION]
    return tuple(_headline(view, metric, with_chart=with_charts) for metric in metrics)


def leadership(view: View) -> Leadership:
    """Return what the leadership page says."""
    found = findings(view)
    # Beside an estimate the naive number stands with it; without one it stands alone, at the end.
    alone = () if found else view.effects.misleading
    counted = headlines(view, with_charts=True)
    sayings = (*map(aloud, found), *filter(None, map(_saying, counted)))
    organization = _organization(view, {headline.metric.measure for headline in counted})
    return Leadership(found, doubt(found), counted, organization, sayings, alone)


def _organization(view: View, shown_above: set[str]) -> Organization:
    """Return what is listed for leadership of the organization's themes, but for the headlines."""
    listed = view.catalog.listed(LEADERSHIP)
    cells = [
        view.numbers.overall(definition.measure, population="workforce")
        for theme in ORGANIZATION_THEMES
        for definition in listed.get(theme, ())
        if definition.measure not in shown_above
    ]
    without = [(cell.text, cell.definition) for cell in cells if not cell.is_shown]
    return Organization(tuple(cell for cell in cells if cell.is_shown), fold(without))


def _saying(headline: Headline) -> str:
    """Return a number that was counted as a sentence; empty where it is not shown."""
    metric = headline.metric
    if not headline.cell.is_shown:
        return ""
    whom = "people" if headline.cell.population == "workforce" else headline.whom.lower()
    return f"Of the {whom} {metric.whom}, {headline.cell.text} {metric.became}."


def _headline(view: View, metric: Metric, *, with_chart: bool) -> Headline:
    populations = _compared(metric)
    marks = [view.mark(metric.measure, p, label=POPULATIONS[p]) for p in populations]
    known: list[Mark] = [mark for mark in marks if mark.cell.state not in ("no data",)]
    first = next((i for i, mark in enumerate(marks) if mark.cell.is_shown), 0)
    chart = trend(
        view.numbers,
        metric.measure,
        name=f"{metric.key}-by-year",
        title=f"{metric.title} by year",
        populations=populations,
        grain="year",
        is_small=True,
    )
    return Headline(
        metric=metric,
        whom=POPULATIONS[populations[first]],
        cell=marks[first].cell,
        strip=strip([mark for mark in known if mark.cell.state != "not measured"]),
        chart=chart if with_chart and not chart.empty else None,
    )


def _compared(metric: Metric) -> tuple[str, ...]:
    """Leadership compares two groups at most: three would ask for an explanation."""
    if "workforce" in metric.populations:
        return ("mentees", "workforce")
    return metric.populations[:2]
