"""What an attack found: which hidden cells are no longer hidden, and how hard it tried."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analyses.attack.bounds import TOLERANCE, Bounds, propagate
from analyses.attack.counted import NPS, SHARE
from analyses.attack.elimination import eliminate
from analyses.attack.levels import derived_levels
from analyses.attack.optima import Aims, Optima, optimize
from analyses.attack.published import Case
from analyses.attack.sums import PLACE
from analyses.attack.system import Booleans, Floats
from analyses.disclosure import UNANIMOUS_FACTOR

HEADCOUNT = "head count"
OUTCOME = "outcome"
UNANIMOUS = "all or none"
MEMBER = "all or none but one member"
CURVE = "month of a curve"
ANSWERS = "answers behind a mean"
SMALL_SHOWN = "small group shown"
DIFFERENCE = "difference of two releases"
UNCOVERED = "shown by another release"
UNSETTLED = "not settled"
# What each kind means, for people.
MEANINGS = {
    HEADCOUNT: "the size of a group that may be below the threshold is known to within fewer "
    "people than the threshold",
    OUTCOME: "how many people of a hidden group share an outcome is known exactly",
    UNANIMOUS: "all or none of a group share an outcome, and everybody in it is told about",
    MEMBER: "whoever knows one member of a small group knows the others",
    CURVE: "a hidden month is known to be one in which nothing, or everything, had happened",
    ANSWERS: "the mean of a small group and its interval give back every answer",
    SMALL_SHOWN: "a group below the threshold is shown",
    DIFFERENCE: "two releases differ in fewer people than the threshold, whom a subtraction gives",
    UNCOVERED: "one release hides what another shows of the same people",
    UNSETTLED: "neither safety nor danger was shown in the time given",
}
SECONDS = 20.0
# Fewer than this is nobody: counts that are not whole are written with ten digits.
NOBODY = 0.01


@dataclass(frozen=True)
class Finding:
    """One cell that is told about: of what kind, in which table, and which; never its value.

    `key` is its measure, population, program, dimension and length of period.
    """

    kind: str
    table: str
    cell: str
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attack:
    """How an attack on a release went.

    Attributes:
        counts_n, statements_n: size of the system.
        hidden_n: hidden cells: groups, and outcomes of groups.
        tightened_n: bounds that propagation and elimination narrowed.
        programs_n: linear and integer programs solved.
        narrowest: width of the narrowest interval around a hidden size of a group that may be
            below the threshold; none where nothing is hidden.
        unsolved_n: hidden cells about which neither safety nor danger was shown in time.
        contradicted_n: counts that nothing fits: the release says what cannot all be true.
        exact_people_n, exact_outcomes_n, exact_both_n: hidden cells of measures whose size, whose
            outcome, and, below the threshold, whose both are known exactly.
        seconds: how long it took.
        findings: what is told, by kind and cell.
        unsettled: the cells of `unsolved_n`.
    """

    counts_n: int
    statements_n: int
    hidden_n: int
    tightened_n: int
    programs_n: int
    narrowest: float | None
    unsolved_n: int
    contradicted_n: int
    exact_people_n: int
    exact_outcomes_n: int
    exact_both_n: int
    seconds: float
    findings: tuple[Finding, ...]
    unsettled: tuple[Finding, ...]

    @property
    def is_passed(self) -> bool:
        """Whether nothing is told, everything was settled, and nothing contradicts itself."""
        return not (self.findings or self.unsolved_n or self.contradicted_n)

    def record(self) -> dict[str, Any]:
        """Return how the attack went as numbers, as `run.json` says it."""
        names = ("counts_n", "statements_n", "hidden_n", "tightened_n", "programs_n", "narrowest")
        return {name: getattr(self, name) for name in (*names, "unsolved_n", "contradicted_n")} | {
            "found_n": len(self.findings)
        }

    def by_kind(self) -> dict[str, int]:
        """Return how many cells are told about, by kind."""
        found = Counter(finding.kind for finding in self.findings)
        return {kind: found[kind] for kind in MEANINGS if found[kind]}


def attack(case: Case, *, seconds: float = SECONDS) -> Attack:
    """Return what the counts of a release tell of its hidden cells.

    Args:
        case: the system of the release.
        seconds: how long linear and integer programs may take, once bounds stand still.
    """
    started = time.monotonic()
    system = case.system
    bounds = propagate(system)
    bounds = propagate(system, eliminate(system, bounds))
    moved = (bounds.lower > system.lower + TOLERANCE) | (bounds.upper < system.upper - TOLERANCE)
    verdict = _Verdict(case, bounds)
    optima = optimize(system, bounds, verdict.aims(), seconds=seconds)
    verdict.take(optima)
    return Attack(
        counts_n=len(system.lower),
        statements_n=len(system.row_lower),
        hidden_n=int(verdict.is_hidden.sum() + verdict.is_outcome_hidden.sum()),
        tightened_n=int(moved.sum()),
        programs_n=optima.programs_n,
        narrowest=verdict.narrowest(),
        unsolved_n=int((~optima.is_solved).sum()),
        contradicted_n=int(bounds.contradicted.sum()),
        **verdict.exact(),
        seconds=time.monotonic() - started,
        findings=(
            *verdict.findings(),
            *described(HEADCOUNT, derived_levels(case.balance)),
        ),
        unsettled=tuple(verdict.unsettled(~optima.is_solved)),
    )


class _Verdict:
    """Which cells are told about, from bounds on their counts."""

    def __init__(self, case: Case, bounds: Bounds) -> None:
        self.people, self.outcomes, self.wholes = case.people, case.outcomes, case.wholes
        self.bounds = bounds
        count = self.people["count"].to_numpy(dtype=np.int64)
        self.least, self.most = bounds.lower[count].copy(), bounds.upper[count].copy()
        self.threshold = self.people["threshold"].to_numpy(dtype=float)
        self.is_hidden = self.people["is_hidden"].to_numpy(dtype=bool)
        self.is_outcome_hidden = self.outcomes["is_hidden"].to_numpy(dtype=bool)
        self.person = self.outcomes["person"].to_numpy(dtype=np.int64)
        self._split()

    def _split(self) -> None:
        """Lay out the categories of every outcome: one row each."""
        size = self.outcomes["categories_n"].to_numpy(dtype=np.int64)
        self.row = np.repeat(np.arange(len(size)), size)
        offset = np.arange(len(self.row)) - np.repeat(np.cumsum(size) - size, size)
        self.category = self.outcomes["first"].to_numpy(dtype=np.int64)[self.row] + offset
        self.lowest, self.highest = self.bounds.lower, self.bounds.upper
        others = np.bincount(self.row, self.highest[self.category], len(size))
        self.rest = np.minimum(
            others[self.row] - self.highest[self.category],
            self.most[self.person][self.row] - self.lowest[self.category],
        )

    def aims(self) -> Aims:
        """Return what must be able to move: hidden sizes, outcomes, and those who have another."""
        sizes = np.flatnonzero(self.is_hidden & (self.least < self.threshold))
        _, one_each = np.unique(self.people["count"].to_numpy()[sizes], return_index=True)
        self.aimed_sizes = sizes[one_each]
        is_first = self.category == self.outcomes["first"].to_numpy()[self.row]
        is_aimed = self.is_outcome_hidden[self.row]
        self.aimed_outcomes = np.flatnonzero(is_aimed & is_first)
        self.aimed_rests = np.flatnonzero(is_aimed & ~self._told(1) & (self.rest > TOLERANCE))
        counts = self.people["count"].to_numpy(dtype=np.int64)
        count_of_row = counts[self.person][self.row]
        blocks = (
            (counts[self.aimed_sizes], -1, 1.0, self.threshold[self.aimed_sizes]),
            (self.category[self.aimed_outcomes], -1, 0.0, 1.0),
            (count_of_row[self.aimed_rests], self.category[self.aimed_rests], 0.0, 2.0),
        )
        return Aims(
            *(
                np.concatenate([np.broadcast_to(block[part], len(block[0])) for block in blocks])
                for part in range(4)
            )
        )

    def take(self, optima: Optima) -> None:
        """Narrow the bounds to what the programs found."""
        sizes, outcomes = len(self.aimed_sizes), len(self.aimed_outcomes)
        least, most = optima.least, optima.most
        by_count = self.people["count"].to_numpy()
        lower, upper = self.bounds.lower.copy(), self.bounds.upper.copy()
        np.maximum.at(lower, by_count[self.aimed_sizes], least[:sizes])
        np.minimum.at(upper, by_count[self.aimed_sizes], most[:sizes])
        at = slice(sizes, sizes + outcomes)
        np.maximum.at(lower, self.category[self.aimed_outcomes], least[at])
        np.minimum.at(upper, self.category[self.aimed_outcomes], most[at])
        self.lowest, self.highest = lower, upper
        self.least, self.most = lower[by_count], upper[by_count]
        self.rest[self.aimed_rests] = np.minimum(
            self.rest[self.aimed_rests], most[sizes + outcomes :]
        )

    def unsettled(self, is_open: Booleans) -> list[Finding]:
        """Return the cells of the aims that were not settled."""
        sizes = len(self.aimed_sizes)
        rows = self.row[np.concatenate([self.aimed_outcomes, self.aimed_rests])]
        people = np.zeros(len(self.people), dtype=bool)
        people[self.aimed_sizes[is_open[:sizes]]] = True
        measured = np.zeros(len(self.outcomes), dtype=bool)
        measured[rows[is_open[sizes:]]] = True
        return [*self._of_people(UNSETTLED, people), *self._of_outcomes(UNSETTLED, measured)]

    def _told(self, others: int) -> Booleans:
        """Return which categories a large shown whole gives to all but so many people by itself."""
        size = self.most[self.person]
        is_large = size >= UNANIMOUS_FACTOR * self.threshold[self.person]
        is_shown = ~self.is_outcome_hidden & is_large & (self.least[self.person] == size)
        told = is_shown[self.row] & (self.rest <= others + TOLERANCE)
        start = np.cumsum(np.bincount(self.row, minlength=len(size))) - np.bincount(
            self.row, minlength=len(size)
        )
        part, whole = self.wholes
        sizes = np.bincount(self.row, minlength=len(size))
        before = -1
        while told.sum() != before:
            before = told.sum()
            for category in range(int(sizes.max(initial=0))):
                has = sizes[part] > category
                inner, outer = start[part[has]] + category, start[whole[has]] + category
                np.logical_or.at(told, inner, told[outer])
        return np.asarray(told, dtype=bool)

    def _widths(self) -> Floats:
        return np.asarray(self.most - np.maximum(self.least, 1.0), dtype=float)

    def narrowest(self) -> float | None:
        """Return the narrowest interval around a hidden size that may be small."""
        can_be_small = (self.least < self.threshold) & (self.most > NOBODY)
        widths = self._widths()[self.is_hidden & can_be_small]
        return float(widths.min()) if len(widths) else None

    def exact(self) -> dict[str, int]:
        """Return how many hidden cells of measures are known exactly."""
        is_metric = self.people["table"].eq("metrics").to_numpy() & (self.most > NOBODY)
        is_cell = self.is_outcome_hidden & is_metric[self.person]
        first = self.outcomes["first"].to_numpy(dtype=np.int64)
        has_size = is_cell & (self._exact_sizes())[self.person]
        has_outcome = is_cell & (self.highest[first] - self.lowest[first] < TOLERANCE)
        is_small = self.most[self.person] < self.threshold[self.person]
        return {
            "exact_people_n": int(has_size.sum()),
            "exact_outcomes_n": int(has_outcome.sum()),
            "exact_both_n": int((has_size & has_outcome & is_small).sum()),
        }

    def _exact_sizes(self) -> Booleans:
        return np.asarray(self.most - self.least < TOLERANCE, dtype=bool)

    def findings(self) -> list[Finding]:
        """Return every cell that is told about, by kind."""
        told, told_but_one = self._told(0), self._told(1)
        small, is_any = self.least < self.threshold, self.most > NOBODY
        of_row = self.person[self.row]
        is_open = self.is_outcome_hidden[self.row]
        size = self.threshold[of_row] * UNANIMOUS_FACTOR
        is_shown_small = ~is_open & (self.most[of_row] < size)
        can_be_unanimous = self.outcomes["kind"].isin([SHARE, NPS]).to_numpy()[self.row]
        unanimous = (self.rest < TOLERANCE) & (self.most[of_row] > 0) & ~told
        nearly = (self.rest < 1 + TOLERANCE) & is_any[of_row] & ~unanimous & ~told_but_one
        known = self.highest[self.category] - self.lowest[self.category] < TOLERANCE
        all_known = np.bincount(self.row, ~known, len(self.outcomes)) == 0
        is_share = self.outcomes["kind"].eq(SHARE).to_numpy()
        is_mean = ~is_share & ~self.is_outcome_hidden
        few = self.most[self.person] < UNANIMOUS_FACTOR * self.threshold[self.person]
        is_told_anyway = np.bincount(self.row, told_but_one, len(self.outcomes)) > 0
        return [
            *self._of_people(
                HEADCOUNT, self.is_hidden & small & is_any & (self._widths() < self.threshold)
            ),
            *self._of_people(
                SMALL_SHOWN,
                ~self.is_hidden
                & (self.most < self.threshold)
                & (self.most > 0)
                & self._is_counted(),
            ),
            *self._of_people(CURVE, self._told_months()),
            *self._of_outcomes(
                OUTCOME,
                self.is_outcome_hidden
                & all_known
                & (small & is_any)[self.person]
                & ~is_told_anyway,
            ),
            *self._of_outcomes(
                UNANIMOUS,
                self._any(unanimous & (is_open | (is_shown_small & can_be_unanimous))),
            ),
            *self._of_outcomes(MEMBER, self._any(nearly & is_open & (self.least[of_row] < size))),
            *self._of_outcomes(ANSWERS, is_mean & few & all_known),
        ]

    def _is_counted(self) -> Booleans:
        """Return which people are the people of a published cell, not a step towards one."""
        is_cell = self.people["table"].isin(["metrics", "survival", "curves"])
        # Few things may be of many people, whom their own row counts.
        is_cell &= self.people["is_person_each"].astype(bool)
        return np.asarray(is_cell, dtype=bool)

    def _any(self, categories: Booleans) -> Booleans:
        return np.asarray(np.bincount(self.row, categories, len(self.outcomes)) > 0, dtype=np.bool_)

    def _told_months(self) -> Booleans:
        """Return the hidden months of shown curves with enough people: all or none had left."""
        curve = ["table", "outcome", "population", "program", "dimension", "member", "edition"]
        is_curve = self.people["table"].isin(["survival", "curves"])
        starts = self.people["month"].eq(0) & ~self.people["is_hidden"]
        keys = self.people.groupby(curve, sort=False).ngroup()
        is_shown = keys.isin(set(keys[is_curve & starts])).to_numpy()
        told: Booleans = (
            is_curve.to_numpy(dtype=bool)
            & is_shown
            & self.people["is_suppressed"].to_numpy(dtype=bool)
            & (self.least >= self.threshold)
        )
        return told

    def _of_people(self, kind: str, rows: Booleans) -> list[Finding]:
        return described(kind, self.people.assign(measure=self.people["quantity"])[rows])

    def _of_outcomes(self, kind: str, rows: Booleans) -> list[Finding]:
        return described(kind, self.outcomes[rows])


def described(kind: str, rows: pd.DataFrame) -> list[Finding]:
    """Return findings that name cells: their measure, whose it is, of which part and period."""
    if not len(rows):
        return []
    starts = pd.to_datetime(rows["period_start"]).dt.strftime("%Y-%m-%d").fillna("all")
    table = rows["table"] if "table" in rows else rows["table_new"]
    columns = (table, rows["measure"], *(rows[name] for name in PLACE[:-1]), starts)
    return [
        Finding(
            kind,
            str(where),
            f"{name}: {', '.join(map(str, cell))}",
            (str(name), str(cell[0]), str(cell[1]), str(cell[2]), str(cell[4])),
        )
        for where, name, *cell in zip(*columns, strict=True)
    ]
