"""Everything a page may draw on, and the few choices that all pages share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analyses.results import Results
from analyses.verdicts import PRIMARY_HORIZON_MONTHS, PRIMARY_ROLE
from reports.account import Account, account
from reports.aims import Aim, aims
from reports.arms import arm_curve
from reports.balance import unknown_covariates
from reports.charts import STYLES, Chart, curve
from reports.definitions import Catalog
from reports.effects import Effects, effects
from reports.facts import Program, RunFacts, programs, run_facts
from reports.guardrails import Guarded, guarded
from reports.headlines import BECAME_BESIDE, Metric, words
from reports.numbers import Cell, Numbers
from reports.outcomes import Outcomes, outcomes
from reports.standings import Standing, standings
from reports.strips import Mark


@dataclass(frozen=True)
class View:
    """The results as the pages see them."""

    facts: RunFacts
    catalog: Catalog
    numbers: Numbers
    outcomes: Outcomes
    effects: Effects
    guardrails: tuple[Guarded, ...]
    aims: tuple[Aim, ...]
    standings: tuple[Standing, ...]
    account: Account | None
    programs: tuple[Program, ...]
    survival: pd.DataFrame
    arms: pd.DataFrame
    drivers: pd.DataFrame
    warnings: pd.DataFrame
    comments: pd.DataFrame
    topics: pd.DataFrame

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
        """Return the curves of the declared outcomes and others, for a program or for all."""
        part = program.slug if program else "all"
        became = {one.name: words(one).became for one in self.outcomes.primary} | BECAME_BESIDE
        measures = (
            (outcome, self.catalog.of_curve(outcome, horizon_months=PRIMARY_HORIZON_MONTHS))
            for outcome in became
        )
        return [
            curve(
                self.survival,
                self.numbers,
                outcome=outcome,
                definition=measure,
                name=f"{outcome}-curve-{part}",
                title=f"Share {became[outcome]}, by months since the start",
                populations=populations,
                minimum_group_size=self.facts.minimum_group_size,
                program=program.program if program else "all",
            )
            for outcome, measure in measures
            if measure
        ]

    def arm_curves(self, *, program: Program | None = None) -> list[Chart]:
        """Return the mentees beside people like them, for one program or for all."""
        if not self.effects.is_estimated:
            return []
        return [
            arm_curve(
                self.arms,
                outcome=outcome,
                part=program.slug if program else "all",
                program=program.program if program else "all",
                role=PRIMARY_ROLE,
                minimum_group_size=self.facts.minimum_effect_group_size,
            )
            for outcome in self.outcomes.primary
        ]


def view(results: Results) -> View:
    """Return the results as the pages see them."""
    facts = run_facts(results.run)
    # No sentence may claim that people were alike in what no export says.
    unknown = unknown_covariates(results.balance)
    facts = replace(facts, design=facts.design.knowing(unknown))
    catalog = Catalog(results.measures)
    known = outcomes(results.outcomes)
    return View(
        facts=facts,
        catalog=catalog,
        numbers=Numbers(
            results,
            catalog=catalog,
            minimum_group_size=facts.minimum_group_size,
            has_pairings=facts.has_pairings,
        ),
        outcomes=known,
        effects=effects(results.effects, known),
        guardrails=guarded(results.guardrails),
        aims=aims(results.targets, catalog),
        standings=standings(results.standings, catalog),
        account=account(results.returns),
        programs=programs(results.programs),
        survival=results.survival,
        arms=results.curves,
        drivers=results.drivers,
        warnings=results.warnings,
        comments=results.comments,
        topics=results.topics,
    )
