"""The program owner's pages: all programs together, and one page for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reports import formats
from reports.aims import Aim
from reports.charts import POPULATIONS, STYLES, Chart, by_program, trend
from reports.comments import Comments, comments
from reports.definitions import PROGRAM_OWNERS, Definition
from reports.dimensions import DIMENSIONS, place
from reports.drivers import Practices, practices
from reports.early_warnings import EarlyWarnings, early_warnings
from reports.facts import Program
from reports.folding import Folded, fold
from reports.forest import Forest
from reports.forest import by_program as effects_by_program
from reports.headlines import METRICS, PROGRAM_METRICS, WORKFORCE_METRICS, Metric
from reports.numbers import Cell
from reports.standings import Clause, theme_line
from reports.strips import Mark, Scale, Strip, scale_around, strip
from reports.themes import Whole, listed, wholes_of
from reports.view import View

MAXIMUM_LINES = 6  # more programs than this in one chart and nobody can follow a line
TREND_GRAINS = ("quarter", "half_year", "year")  # the finest first


@dataclass(frozen=True)
class Row:
    """One row of a comparison table: its name, a cell per column, and where the name leads."""

    label: str
    cells: tuple[Cell, ...]
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """A table with a column per measure, each on its own scale, and the same by year.

    Attributes:
        key: its name in addresses.
        title: what is compared.
        head: the name of the first column.
        definitions: the measure of each column.
        rows: what is compared, in order.
        scales: the scale of each column's inline bars.
        years: the same numbers year by year; the label holds the year.
    """

    key: str
    title: str
    head: str
    definitions: tuple[Definition, ...]
    rows: tuple[Row, ...]
    scales: tuple[Scale | None, ...]
    years: tuple[tuple[int, tuple[Row, ...]], ...] = ()


@dataclass(frozen=True)
class Headnote:
    """One number of a program beside the same number of all programs."""

    metric: Metric
    cell: Cell
    strip: Strip


@dataclass(frozen=True)
class Theme:
    """The measures of one theme that are listed for program owners.

    Attributes:
        name: the theme.
        charts: those with numbers over time.
        wholes: those with a number of the whole time alone.
        folded: those without any number.
        line: where the theme stands.
    """

    name: str
    charts: tuple[Chart, ...]
    wholes: tuple[Whole, ...] = ()
    folded: tuple[Folded[Definition], ...] = ()
    line: tuple[Clause, ...] = ()


@dataclass(frozen=True)
class Programs:
    """What the page of all programs says."""

    overview: Comparison | None
    forests: tuple[Forest, ...]
    arms: tuple[Chart, ...]
    practices: Practices | None
    warnings: EarlyWarnings | None
    comments: Comments
    trends: tuple[Chart, ...]
    by_program: tuple[Chart, ...]
    curves: tuple[Chart, ...]
    cohorts: Comparison | None
    cuts: tuple[Comparison, ...]
    themes: tuple[Theme, ...]
    whom: str
    aims: tuple[Aim, ...]


@dataclass(frozen=True)
class ProgramPage:
    """What the page of one program says."""

    program: Program
    headnotes: tuple[Headnote, ...]
    forests: tuple[Forest, ...]
    arms: tuple[Chart, ...]
    practices: Practices | None
    warnings: EarlyWarnings | None
    comments: Comments
    trends: tuple[Chart, ...]
    curves: tuple[Chart, ...]
    cohorts: Comparison | None
    cuts: tuple[Comparison, ...]
    themes: tuple[Theme, ...]
    aims: tuple[Aim, ...]


def programs(view: View) -> Programs:
    """Return what the page of all programs says."""
    whom = "mentees" if view.facts.has_pairings else "workforce"
    curve_groups = ("mentees", "mentors", "workforce") if whom == "mentees" else ("workforce",)
    return Programs(
        overview=_overview(view),
        forests=_forests(view, view.programs),
        arms=tuple(view.arm_curves()),
        practices=practices(view.drivers, "all"),
        warnings=early_warnings(view.warnings, "all"),
        comments=comments(view.comments, view.topics, "all"),
        trends=tuple(_trend(view, metric, None) for metric in METRICS),
        by_program=tuple(_by_program(view, metric) for metric in PROGRAM_METRICS)
        if 1 < len(view.programs) <= MAXIMUM_LINES
        else (),
        curves=tuple(view.curves(populations=curve_groups)),
        cohorts=_cohorts(view, None),
        cuts=_cuts(view, whom, None),
        themes=_themes(view, None),
        whom=POPULATIONS[whom],
        aims=_aims(view, None),
    )


def program_page(view: View, program: Program) -> ProgramPage:
    """Return what the page of one program says."""
    return ProgramPage(
        program=program,
        headnotes=tuple(_headnote(view, metric, program) for metric in PROGRAM_METRICS),
        forests=_forests(view, (program,)),
        arms=tuple(view.arm_curves(program=program)),
        practices=practices(view.drivers, program.program),
        warnings=early_warnings(view.warnings, program.program),
        comments=comments(view.comments, view.topics, program.program),
        trends=tuple(_trend(view, metric, program) for metric in PROGRAM_METRICS),
        curves=tuple(view.curves(populations=("mentees", "mentors"), program=program)),
        cohorts=_cohorts(view, program),
        cuts=_cuts(view, "mentees", program),
        themes=_themes(view, program),
        aims=_aims(view, program),
    )


def _forests(view: View, shown: tuple[Program, ...]) -> tuple[Forest, ...]:
    """Return the effects on each declared outcome, of all programs and of those shown."""
    found = (
        effects_by_program(view.effects, shown, outcome=outcome.name)
        for outcome in view.outcomes.primary
    )
    return tuple(forest for forest in found if forest)


def _aims(view: View, program: Program | None) -> tuple[Aim, ...]:
    """Return the targets of a program, or those of all programs together."""
    id_ = program.program if program else "all"
    return tuple(aim for aim in view.aims if aim.program == id_)


def _themes(view: View, program: Program | None) -> tuple[Theme, ...]:
    """Return what is listed for program owners, theme by theme, but for what headlines show."""
    shown_above = {metric.measure for metric in METRICS}
    themes = (
        replace(
            _theme(view, name, [one for one in those if one.measure not in shown_above], program),
            line=_line(view, name, program),
        )
        for name, those in view.catalog.listed(PROGRAM_OWNERS).items()
    )
    return tuple(theme for theme in themes if theme.charts or theme.wholes or theme.folded)


def _line(view: View, name: str, program: Program | None) -> tuple[Clause, ...]:
    """Return where a theme stands, by everything that is measured of it."""
    return theme_line(
        view.standings,
        view.aims,
        measures={d.measure for d in view.catalog if d.theme_name == name},
        program=program.program if program else "all",
    )


def _theme(
    view: View, name: str, definitions: Iterable[Definition], program: Program | None
) -> Theme:
    """Return a theme; what counts the workforce alone says nothing of a program."""
    charts: list[Chart] = []
    wholes: list[Whole] = []
    folded: list[tuple[str, Definition]] = []
    for definition in definitions:
        metric = listed(view, definition)
        if program and set(metric.populations) == {"workforce"}:
            continue
        chart = _trend(view, metric, program)
        found = tuple(wholes_of(view, metric, program)) if chart.empty else ()
        if not chart.empty:
            charts.append(chart)
        elif found:
            wholes += found
        else:
            folded.append((chart.empty, definition))
    return Theme(name, tuple(charts), tuple(wholes), fold(folded))


def _trend(view: View, metric: Metric, program: Program | None) -> Chart:
    """Return a metric by the finest period that has a number to show."""
    charts = [_trend_by(view, metric, program, grain) for grain in TREND_GRAINS]
    found = next((chart for chart in charts if not chart.empty), None)
    own = tuple(aim for aim in _aims(view, program) if aim.definition.measure == metric.measure)
    return replace(found or replace(charts[-1], title=f"{metric.title}, over time"), aims=own)


def _trend_by(view: View, metric: Metric, program: Program | None, grain: str) -> Chart:
    populations = view.populations(metric)
    if program:
        populations = tuple(p for p in populations if p != "workforce")
    return trend(
        view.numbers,
        metric.measure,
        name=f"{metric.key}-by-{formats.grain(grain)}-{program.slug if program else 'all'}",
        title=f"{metric.title}, by {formats.grain(grain)}",
        populations=populations,
        program=program.program if program else "all",
        grain=grain,
    )


def _by_program(view: View, metric: Metric) -> Chart:
    return by_program(
        view.numbers,
        metric.measure,
        name=f"{metric.key}-by-program",
        title=f"{metric.title} of mentees, by program and year",
        population="mentees",
        programs=[(program.program, program.name) for program in view.programs],
    )


def _headnote(view: View, metric: Metric, program: Program) -> Headnote:
    here = view.mark(metric.measure, "mentees", program=program.program, label="This program")
    everywhere = view.mark(metric.measure, "mentees", label="All programs")
    other = Mark(everywhere.label, everywhere.cell, STYLES["workforce"])
    return Headnote(metric, here.cell, strip([here, other]))


def _overview(view: View) -> Comparison | None:
    rows = [
        Row(
            program.name,
            tuple(
                view.numbers.overall(m.measure, population="mentees", program=program.program)
                for m in PROGRAM_METRICS
            ),
            href=program.page,
            note=program.note,
        )
        for program in view.programs
    ]
    return _comparison(
        "programs",
        "Programs side by side: mentees",
        "Program",
        rows,
        definitions=_definitions(view, PROGRAM_METRICS),
    )


def _cohorts(view: View, program: Program | None) -> Comparison | None:
    names = {p.program: p.name for p in view.programs}
    found = view.numbers.members("cohort")
    own = [(p, member) for p, member in found if p != "all"] or list(found)
    rows = [
        Row(
            _cohort_label(member, program_id=p, name=None if program else names.get(p, p)),
            tuple(
                view.numbers.of_member(
                    m.measure,
                    population="mentees",
                    program=p,
                    dimension="cohort",
                    member=member,
                )
                for m in PROGRAM_METRICS
            ),
        )
        for p, member in own
        if program is None or p == program.program
    ]
    return _comparison(
        "cohorts",
        "By cohort: mentees who started in the same quarter",
        "Cohort",
        rows,
        definitions=_definitions(view, PROGRAM_METRICS),
    )


def _cohort_label(member: str, *, program_id: str, name: str | None) -> str:
    """Return a cohort's label: the program's name instead of its id, and the quarter of start."""
    start = member.removeprefix(program_id).strip().replace("-Q", " Q")
    return f"{name}, {start}" if name else start


def _cuts(view: View, population: str, program: Program | None) -> tuple[Comparison, ...]:
    metrics = PROGRAM_METRICS if population != "workforce" else WORKFORCE_METRICS
    cuts = (
        _cut(view, dimension, metrics, population, program)
        for dimension in view.numbers.dimensions()
        if dimension in DIMENSIONS
    )
    return tuple(cut for cut in cuts if cut)


def _cut(
    view: View,
    dimension: str,
    metrics: tuple[Metric, ...],
    population: str,
    program: Program | None,
) -> Comparison | None:
    id_ = program.program if program else "all"
    members = sorted(
        {member for p, member in view.numbers.members(dimension) if p == id_}, key=place
    )

    def rows(year: int | None) -> list[Row]:
        return [
            Row(
                member.capitalize() if dimension != "department" else member,
                tuple(
                    view.numbers.of_member(
                        metric.measure,
                        population=population,
                        program=id_,
                        dimension=dimension,
                        member=member,
                        year=year,
                    )
                    for metric in metrics
                ),
            )
            for member in members
        ]

    years = [(year, _worth_showing(rows(year))) for year in view.numbers.years(dimension)]
    return _comparison(
        f"by-{dimension.replace('_', '-')}",
        f"By {DIMENSIONS[dimension].lower()}: {POPULATIONS[population].lower()}",
        DIMENSIONS[dimension],
        rows(None),
        definitions=_definitions(view, metrics),
        years=tuple((year, found) for year, found in reversed(years) if found),
    )


def _comparison(
    key: str,
    title: str,
    head: str,
    rows: list[Row],
    *,
    definitions: tuple[Definition, ...],
    years: tuple[tuple[int, tuple[Row, ...]], ...] = (),
) -> Comparison | None:
    kept = tuple(rows) if key == "programs" else _worth_showing(rows)
    if not kept and years:
        # Numbers exist by year only: the newest year stands for the whole.
        (newest, kept), years = years[0], years[1:]
        title = f"{title}, {newest}"
    if not kept:
        return None
    scales = tuple(scale_around(row.cells[i] for row in kept) for i in range(len(definitions)))
    return Comparison(key, title, head, definitions, kept, scales, years)


def _worth_showing(rows: list[Row]) -> tuple[Row, ...]:
    """Rows in which at least one cell is a number or hides one."""
    return tuple(
        row for row in rows if any(c.state not in ("no data", "not measured") for c in row.cells)
    )


def _definitions(view: View, metrics: tuple[Metric, ...]) -> tuple[Definition, ...]:
    return tuple(view.catalog[metric.measure] for metric in metrics)
