"""Everything a page may draw on, and the few choices that all pages share."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analyses.results import Results
from reports.arms import SHOWN, arm_curve
from reports.charts import STYLES, Chart, curve
from reports.definitions import Catalog
from reports.effects import Effects, effects
from reports.facts import Program, RunFacts, programs, run_facts
from reports.numbers import Cell, Numbers
from reports.strips import Mark


@dataclass(frozen=True)
class Metric:
    """One of the things a program is judged by, and whom it is shown for.

    Attributes:
        key: its name in addresses and files.
        title: its name on a page.
        question: what it answers.
        measure: the measure that carries it.
        populations: whose numbers stand beside each other, the most important first.
    """

    key: str
    title: str
    question: str
    measure: str
    populations: tuple[str, ...]


SATISFACTION = Metric(
    "satisfaction",
    "Satisfaction with mentoring",
    "Are people happy with their mentoring?",
    "satisfaction_top_two_box",
    ("mentees", "mentors"),
)
WORKPLACE = Metric(
    "workplace-satisfaction",
    "Satisfaction at work",
    "Are people happy at work?",
    "workplace_satisfaction_top_two_box",
    ("mentees", "workforce"),
)
RETENTION = Metric(
    "retention",
    "Retention",
    "Do people stay?",
    "retention_12_months",
    ("mentees", "mentors", "workforce"),
)
PROMOTION = Metric(
    "promotion",
    "Promotion",
    "Do people move up?",
    "promotion_12_months",
    ("mentees", "mentors", "workforce"),
)
METRICS = (SATISFACTION, WORKPLACE, RETENTION, PROMOTION)
PROGRAM_METRICS = (SATISFACTION, RETENTION, PROMOTION)

CURVES = (
    ("retention", "survival_12_months", "Share still employed"),
    ("promotion", "promotion_incidence_12_months", "Share promoted"),
)


@dataclass(frozen=True)
class View:
    """The results as the pages see them."""

    facts: RunFacts
    catalog: Catalog
    numbers: Numbers
    effects: Effects
    programs: tuple[Program, ...]
    survival: pd.DataFrame
    arms: pd.DataFrame

    @property
    def program_names(self) -> dict[str, str]:
        """The name of each program by its id."""
        return {"all": "all programs", **{p.program: p.name for p in self.programs}}

    @property
    def has_voluntary_program(self) -> bool:
        """Whether people choose to join any program, or nobody recorded that they do not."""
        return any(program.is_voluntary is not False for program in self.programs)

    def populations(self, metric: Metric) -> tuple[str, ...]:
        """Return whose numbers can exist: without pairings, only the workforce's."""
        if self.facts.has_pairings:
            return metric.populations
        return tuple(p for p in metric.populations if p == "workforce") or metric.populations

    def mark(self, measure: str, population: str, *, program: str = "all", label: str) -> Mark:
        """Return a population's number over all years, ready to be drawn on a strip."""
        cell: Cell = self.numbers.overall(measure, population=population, program=program)
        return Mark(label, cell, STYLES[population])

    def curves(
        self, *, populations: tuple[str, ...], program: Program | None = None
    ) -> list[Chart]:
        """Return the curves of staying and of promotion for one program or for all."""
        part = program.slug if program else "all"
        return [
            curve(
                self.survival,
                self.numbers,
                outcome=outcome,
                measure=measure,
                name=f"{outcome}-curve-{part}",
                title=f"{title}, by months since the start",
                populations=populations,
                minimum_group_size=self.facts.minimum_group_size,
                program=program.program if program else "all",
            )
            for outcome, measure, title in CURVES
            if measure in self.catalog
        ]

    def arm_curves(self, *, program: Program | None = None) -> list[Chart]:
        """Return the mentees beside people like them, for one program or for all."""
        if not self.effects.is_estimated:
            return []
        return [
            arm_curve(
                self.arms,
                outcome=outcome,
                title=title,
                part=program.slug if program else "all",
                program=program.program if program else "all",
                role="mentee",
                minimum_group_size=self.facts.minimum_effect_group_size,
            )
            for outcome, title in SHOWN
        ]


def view(results: Results) -> View:
    """Return the results as the pages see them."""
    facts = run_facts(results.run)
    catalog = Catalog(results.measures)
    return View(
        facts=facts,
        catalog=catalog,
        numbers=Numbers(
            results,
            catalog=catalog,
            minimum_group_size=facts.minimum_group_size,
            has_pairings=facts.has_pairings,
        ),
        effects=effects(results.effects),
        programs=programs(results.programs),
        survival=results.survival,
        arms=results.curves,
    )
