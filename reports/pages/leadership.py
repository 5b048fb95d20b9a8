"""The page for leadership, and the headline of each metric that the index shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyses.verdicts import HEADLINE, PRIMARY_HORIZON_MONTHS
from reports.aims import Aim
from reports.charts import POPULATIONS, Chart, trend
from reports.definitions import LEADERSHIP, Definition
from reports.dimensions import LEVELS
from reports.doubts import Doubt, doubt
from reports.effects import Effect
from reports.facts import Program
from reports.findings import Finding, aloud, findings
from reports.folding import Folded, fold
from reports.headlines import (
    METRICS,
    ORGANIZATION_THEMES,
    PROGRAM_METRICS,
    PROMOTION,
    REACH,
    SATISFACTION,
    WORKPLACE,
    Metric,
    words,
)
from reports.numbers import Cell
from reports.strips import Mark, Strip, strip
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
        steps: of each level band the share promoted, of mentees and of everybody; none without
            mentees.
    """

    cells: tuple[Cell, ...]
    folded: tuple[Folded[Definition], ...]
    steps: tuple[tuple[str, Cell, Cell], ...]


@dataclass(frozen=True)
class ProgramVerdicts:
    """What was found of one program, good or bad.

    Attributes:
        program: which one.
        effects: of each declared question its name and the estimate.
    """

    program: Program
    effects: tuple[tuple[str, Effect], ...]


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
        verdicts: what was found of each program.
        reach: how many of those who could take part are mentored, in the newest year there is.
        aims: targets of what this page speaks of.
    """

    findings: tuple[Finding, ...]
    doubt: Doubt | None
    headlines: tuple[Headline, ...]
    organization: Organization
    sayings: tuple[str, ...]
    misleading: tuple[Effect, ...]
    verdicts: tuple[ProgramVerdicts, ...]
    reach: Cell | None
    aims: tuple[Aim, ...]


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
    paid = view.account.aloud if view.account and found else ""
    sayings = (*map(aloud, found), *filter(None, (paid, *map(_saying, counted))))
    organization = _organization(view, {headline.metric.measure for headline in counted})
    return Leadership(
        findings=found,
        doubt=doubt(found),
        headlines=counted,
        organization=organization,
        sayings=sayings,
        misleading=alone,
        verdicts=tuple(filter(None, (_verdicts(view, program) for program in view.programs))),
        reach=_reach(view),
        aims=_aims(view),
    )


def _verdicts(view: View, program: Program) -> ProgramVerdicts | None:
    """Return what was found of a program; nothing where no question was asked of it."""
    found = (
        (words(outcome).title, effect)
        for outcome in view.outcomes.primary
        if (effect := view.effects.one(
            outcome=outcome.name, horizon_months=PRIMARY_HORIZON_MONTHS, estimand=HEADLINE,
            program=program.program,
        ))
    )  # fmt: skip
    effects = tuple(found)
    return ProgramVerdicts(program, effects) if effects else None


def _reach(view: View) -> Cell | None:
    """Return the newest year's reach; nothing where nobody is known to be mentored."""
    if REACH.measure not in view.catalog or not view.facts.has_pairings:
        return None
    years = view.numbers.series(REACH.measure, population=REACH.populations[0], grain="year")
    shown = [cell for cell in years if cell.is_shown]
    if shown:
        return shown[-1]
    return view.numbers.overall(REACH.measure, population=REACH.populations[0])


def _aims(view: View) -> tuple[Aim, ...]:
    """Return the targets of all programs that are of what leadership is shown."""
    spoken_of = {metric.measure for metric in METRICS}
    return tuple(
        aim
        for aim in view.aims
        if aim.program == "all"
        and (aim.definition.audience == LEADERSHIP or aim.definition.measure in spoken_of)
    )


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
    return Organization(
        tuple(cell for cell in cells if cell.is_shown), fold(without), tuple(_steps(view))
    )


def _steps(view: View) -> Iterator[tuple[str, Cell, Cell]]:
    """Yield from which level band which share is promoted, where mentees' can be shown."""
    for band in LEVELS if view.facts.has_pairings else ():
        mentees, everybody = (
            view.numbers.of_member(
                PROMOTION.measure, population=population, dimension="level_band", member=band
            )
            for population in ("mentees", "workforce")
        )
        if mentees.is_shown:
            yield band, mentees, everybody


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
