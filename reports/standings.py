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
    """

    definition: Definition
    program: str
    compared_with: str
    status: str
    text: str


@dataclass(frozen=True)
class Clause:
    """A part of the line of a theme.

    Attributes:
        head: against what.
        named: measures of which something can be said: what, of which, and by how much.
        rest: how many others, of which nothing can be.
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
    return Standing(
        definition=definition,
        program=str(row["program"]),
        compared_with=str(row["compared_with"]),
        status=str(row["standing"]),
        text=f"{formats.difference(change, unit)}, from {formats.difference(low, unit)} to "
        f"{formats.difference(high, unit)}",
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
        told = [one for status in (WORSE, BETTER) for one in these if one.status == status]
        rest = sum(one.status == NOT_APART for one in these)
        if these:
            yield Clause(head, tuple((o.status, o.definition, o.text) for o in told), _rest(rest))


def _rest(rest: int) -> str:
    if not rest:
        return ""
    return f"{NOT_APART} in {formats.plural(rest, 'measure')}"
