"""What to publish less of, when an attack on what was planned finds that it tells of somebody.

What tells too much is coarsened: more hiding would only give the attacker more to work out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from analyses.attack.findings import DIFFERENCE, UNCOVERED, Finding
from analyses.evidence import metrics_root
from analyses.publishing import LAST_STEPS, Cut, Kind

# Tables that can be published for all programs and subgroups together only.
PARTED = ("survival", "curves", "effects", "flow", "balance")


@dataclass(frozen=True)
class Coarsening:
    """How much coarser than planned a release is.

    Attributes:
        cuts: steps by cut of the metrics.
        wholes: tables that have no programs and subgroups.
        held: roots of numbers that stand as they were released, and of which nothing is published
            where nothing was.
    """

    cuts: Mapping[Cut, int] = field(default_factory=dict)
    wholes: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()

    @property
    def steps_n(self) -> int:
        """Return how many steps were made."""
        return sum(self.cuts.values()) + len(self.wholes) + len(self.held)


def mended(
    coarsening: Coarsening,
    findings: Iterable[Finding],
    *,
    people: Mapping[str, str],
    without_counts: Collection[tuple[str, str]],
    part_of: Mapping[str, str] | None = None,
) -> Coarsening:
    """Return what is a step coarser wherever something was found; the same, where nothing is left.

    Args:
        coarsening: how coarse the attacked release was.
        findings: what was found.
        people: by measure that is counted by cells, who is counted.
        without_counts: (people, population) whose programs had no counts already.
        part_of: by people who are part of others, those others.
    """
    cuts, wholes, held = dict(coarsening.cuts), set(coarsening.wholes), set(coarsening.held)
    touched: set[Cut] = set()
    for finding in findings:
        measure, population, program, dimension, _ = finding.key
        if finding.kind in (DIFFERENCE, UNCOVERED):
            held.add(_root(finding.table, people.get(measure), population, part_of or {}))
            continue
        if finding.table != "metrics" or measure not in people:
            wholes.add("survival" if finding.table == "metrics" else finding.table)
            continue
        cut = Cut(people[measure], population, _kind(program, dimension), dimension)
        if cut not in touched:
            touched.add(cut)
            had_none = cut.kind == "programs" and (cut.people, population) in without_counts
            cuts[cut] = min(max(cuts.get(cut, 0), int(had_none)) + 1, LAST_STEPS[cut.kind])
    return Coarsening(cuts, frozenset(wholes & set(PARTED)), frozenset(held))


def _root(table: str, people: str | None, population: str, part_of: Mapping[str, str]) -> str:
    """Return what must stand where the difference of two releases tells."""
    if table == "metrics" and people is not None:
        return str(metrics_root(people, population, part_of))
    return f"survival {population}" if table in ("metrics", "survival") else f"impact {population}"


def _kind(program: str, dimension: str) -> Kind:
    if dimension == "all":
        return "whole" if program == "all" else "programs"
    return "cuts" if program == "all" else "program_cuts"
