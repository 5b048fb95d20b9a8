"""Measures without words of their own: those with a number, and those folded into one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.charts import POPULATIONS
from reports.definitions import Definition
from reports.facts import Program
from reports.headlines import Metric
from reports.numbers import Cell
from reports.view import View

# Whose numbers of a measure that is listed are shown, where there are some.
LISTED_POPULATIONS = ("mentees", "mentors", "workforce")


@dataclass(frozen=True)
class Whole:
    """A measure that has a number of the whole time alone: of whom, and the number."""

    definition: Definition
    group: str
    cell: Cell


def listed(view: View, definition: Definition) -> Metric:
    """Return a measure without words of its own, for everybody it has numbers of."""
    found = view.numbers.populations(definition.measure)
    return Metric(
        key=definition.measure.replace("_", "-"),
        title=definition.label,
        measure=definition.measure,
        populations=tuple(p for p in LISTED_POPULATIONS if p in found) or LISTED_POPULATIONS[:1],
    )


def wholes_of(view: View, metric: Metric, program: Program | None) -> Iterator[Whole]:
    """Yield the numbers of the whole time: of groups beside each other where they are of no one."""
    id_ = program.program if program else "all"
    for population in metric.populations:
        cell = view.numbers.overall(metric.measure, population=population, program=id_)
        group = POPULATIONS[population]
        found = [(group, cell)]
        if not cell.is_shown:
            members = view.numbers.by_member(metric.measure, population=population, program=id_)
            found = [(f"{group}: {member.replace('_', ' ')}", one) for member, one in members]
        for whose, one in found:
            if one.is_shown:
                yield Whole(view.catalog[metric.measure], whose, one)
