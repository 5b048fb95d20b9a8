"""Where a theme stands, in one line: against its targets, the year before and other programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.standings import BETTER, NOT_APART, OTHER_PROGRAMS, WORSE, YEAR_BEFORE
from reports import formats
from reports.aims import Aim
from reports.definitions import Catalog, Definition
from reports.frames import records

# So many that are better, and as many that are worse, are named: the surest ones.
NAMED = 3
AGAINST = {YEAR_BEFORE: "Against the year before", OTHER_PROGRAMS: "Against the other programs"}


@dataclass(frozen=True)
class Standing:
    """One measure beside one thing.

    Attributes:
        definition: of the measure.
        program: whose, by id.
        compared_with: the year before, or the other programs.
        status: better, worse or no clear difference.
        text: the distance with its interval.
        q_value: how sure it is.
    """

    definition: Definition
    program: str
    compared_with: str
    status: str
    text: str
    q_value: float


@dataclass(frozen=True)
class Clause:
    """A part of the line of a theme.

    Attributes:
        head: against what.
        named: measures of which something can be said: what, of which, and by how much.
        rest: how many others, better, worse or not told apart.
    """

    head: str
    named: tuple[tuple[str, Definition, str], ...]
    rest: str


def standings(frame: pd.DataFrame, catalog: Catalog) -> tuple[Standing, ...]:
    """Return the comparisons of measures that this release lists.

    Args:
        frame: the result table `standings`.
        catalog: the measures.
    """
    return tuple(_standing(row, catalog[str(row["measure"])]) for row in records(frame))


def _standing(row: dict[str, Any], definition: Definition) -> Standing:
    unit = str(row["unit"])
    change, low, high = (float(row[name]) for name in ("change", "ci_low", "ci_high"))

    def bare(value: float) -> str:
        """Write a distance without its unit, which stands behind the last of them."""
        return formats.difference(value, unit).partition(" ")[0]

    return Standing(
        definition=definition,
        program=str(row["program"]),
        compared_with=str(row["compared_with"]),
        status=str(row["standing"]),
        text=f"{bare(change)}, {bare(low)} to {formats.difference(high, unit)}",
        q_value=float(row["q_value"]),
    )


def theme_line(
    found: Iterable[Standing], targets: Iterable[Aim], *, measures: Collection[str], program: str
) -> tuple[Clause, ...]:
    """Return the line of a theme: targets first; a clause of which nothing is known is left out.

    Args:
        found: the comparisons of the release.
        targets: its targets.
        measures: those of the theme.
        program: whose line it is, by id.
    """
    own = [s for s in found if s.program == program and s.definition.measure in measures]
    aimed = [a for a in targets if a.program == program and a.definition.measure in measures]
    return tuple(_clauses(own, aimed))


def _clauses(own: list[Standing], aimed: list[Aim]) -> Iterator[Clause]:
    if aimed:
        named = tuple((aim.status, aim.definition, aim.brief) for aim in aimed)
        yield Clause("Against its targets" if len(aimed) > 1 else "Against its target", named, "")
    for compared_with, head in AGAINST.items():
        these = [one for one in own if one.compared_with == compared_with]
        surest: list[Standing] = []
        rests: list[str] = []
        for status in (WORSE, BETTER):
            told = sorted((o for o in these if o.status == status), key=lambda one: one.q_value)
            surest += told[:NAMED]
            rests += [f"{len(told) - NAMED} more {status}"] if len(told) > NAMED else []
        rest = sum(one.status == NOT_APART for one in these)
        if rest:
            rests.append(f"{NOT_APART} in {formats.plural(rest, 'measure')}")
        if these:
            texts = tuple((one.status, one.definition, one.text) for one in surest)
            yield Clause(head, texts, "; ".join(rests))
