"""The publishing plan: which cells a release has at all, decided before anything is hidden.

People are counted once: measures of the same people (`people` in the project's definitions) share
their cells, all published or none. A cut is published by the finest period that all of its members
and programs bear; members that do not bear the whole time are merged. So no sum of published cells
gives a smaller one back, and hardly anything is left to hide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict

from analyses.merging import (
    ROUNDING_ERROR,
    Floats,
    MemberTable,
    in_groups,
    merged_cohorts,
    merged_members,
)
from analyses.periods import GRAINS
from analyses.rounding import coarse

Kind = Literal["whole", "programs", "cuts", "program_cuts"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MERGED_KINDS = ("cuts", "program_cuts")
# Steps by which a cut can become coarser.
LAST_STEPS: dict[Kind, int] = {"whole": 2, "programs": 3, "cuts": 1, "program_cuts": 1}
COHORT = "cohort"
Integers = np.ndarray[Any, np.dtype[np.int64]]


class Rules(BaseModel):
    """What `publishing.yml` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    populations: tuple[str, ...]
    shown_from: int
    grains: dict[Literal[Kind, "values"], tuple[str, ...]]
    beside: dict[Kind, tuple[str, ...]]
    members_by_period: frozenset[str]
    practices: dict[Kind, tuple[str, ...]]
    values: frozenset[str]
    parts: frozenset[str]
    rounding: dict[str, float]
    interval_from: int


@lru_cache
def read_rules() -> Rules:
    """Return the rules of the publishing plan."""
    path = Path(__file__).with_name("publishing.yml")
    return Rules(**yaml.safe_load(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Cut:
    """One way in which the people of a population are told apart.

    Attributes:
        people: who is counted, as the measures declare it.
        population: whose numbers.
        kind: everybody, by program, by member, or by member in each program.
        dimension: of the members; "all" without.
    """

    people: str
    population: str
    kind: Kind
    dimension: str


@dataclass
class Planned:
    """The cells of a release, and how the plan came out.

    Attributes:
        cells: rows of the mart, merged; `has_counts` where they may be published with counts,
            `has_interval` where without, but with an interval; `is_small` where people are too few.
        grains: by cut, the periods it is published by beside the whole time.
        merged: by population, kind and dimension, the members that are "Other".
        without_counts: (people, population) whose programs have no counts: one is too small.
    """

    cells: pd.DataFrame
    grains: dict[Cut, tuple[str, ...]] = field(default_factory=dict)
    merged: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    without_counts: set[tuple[str, str]] = field(default_factory=set)

    def record(self) -> dict[str, Any]:
        """Return the plan as `run.json` says it."""
        return {
            "cuts": [
                {**{name: getattr(cut, name) for name in Cut.__dataclass_fields__},
                 "grains": [*grains, "all"]}
                for cut, grains in sorted(self.grains.items(), key=lambda item: astuple(item[0]))
            ],
            "merged": [
                {"population": population, "kind": kind, "dimension": dimension,
                 "members": list(members)}
                for (population, kind, dimension), members in sorted(self.merged.items())
                if members
            ],
            "programs_without_counts": [
                {"people": people, "population": population}
                for people, population in sorted(self.without_counts)
            ],
        }  # fmt: skip


def plannable(
    cells: pd.DataFrame,
    *,
    people: Mapping[str, str],
    minimum_group_size: int,
    allowed_grains: Collection[str] = GRAINS,
    practices: Collection[str] = (),
    parts: Mapping[str, Collection[str]] | None = None,
) -> Plannable:
    """Return what a release can be planned from, as coarse as it has to be.

    Args:
        cells: rows of `rpt_metrics__by_period`.
        people: by measure, who is counted; a measure that is missing counts its own.
        minimum_group_size: fewest people that may be shown.
        allowed_grains: periods that the workspace publishes beside the whole time.
        practices: measures that are no outcomes.
        parts: by measure, those that count parts of it.
    """
    rules = read_rules()
    cells = cells[cells["population"].isin(rules.populations)].reset_index(drop=True)
    cells["kind"] = np.select(
        [
            cells["program"].eq("all") & cells["dimension"].eq("all"),
            cells["dimension"].eq("all"),
            cells["program"].eq("all"),
        ],
        ["whole", "programs", "cuts"],
        default="program_cuts",
    )
    # No other period is asked for.
    is_practice = cells["measure"].isin(list(practices))
    kinds_and_grains = pd.MultiIndex.from_frame(cells[["kind", "period_grain"]])
    is_asked = kinds_and_grains.isin(_asked(rules.grains, rules.beside)) & ~is_practice
    is_asked |= kinds_and_grains.isin(_asked(rules.practices)) & is_practice
    is_by_period = cells["kind"].isin(MERGED_KINDS) & cells["period_grain"].ne("all")
    is_asked &= ~is_by_period | cells["measure"].isin(rules.members_by_period)
    # Members that are too small are merged, and no two medians make one.
    is_asked &= ~(cells["estimator"].eq("median") & cells["kind"].isin(MERGED_KINDS))
    cells = cells[is_asked].reset_index(drop=True)
    named = cells["measure"].map(people)
    cells["people"] = named.where(named.notna(), cells["measure"]).astype(str)
    needed = rules.shown_from * minimum_group_size
    return Plannable(rules, cells, needed, allowed_grains, frozenset(practices), parts or {})


def _asked(*asked: Mapping[Any, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Return the kinds and periods asked for, the whole time among them."""
    return [
        (kind, grain)
        for grains in asked
        for kind in KINDS
        if kind in grains
        for grain in (*grains[kind], "all")
    ]


class Plannable:
    """Counted cells by whom and how they cut; what one plan has worked out, the next one knows."""

    def __init__(
        self,
        rules: Rules,
        cells: pd.DataFrame,
        needed: int,
        allowed_grains: Collection[str],
        practices: frozenset[str],
        parts: Mapping[str, Collection[str]],
    ) -> None:
        self.rules, self.needed, self.allowed = rules, needed, allowed_grains
        self.practices, self.parts_of = practices, parts
        self.cells = _Cells(cells)
        self.parts: dict[tuple[str, str, str], dict[str, _Rows]] = {}
        by = ["population", "kind", "dimension", "people"]
        for (population, kind, dimension, people), rows in self.cells.by(by):
            self.parts.setdefault((population, kind, dimension), {})[people] = rows
        self.tables: dict[Cut, MemberTable] = {}
        self.regrouped: dict[Any, dict[str, _Rows]] = {}
        self.grains: dict[Any, tuple[str, ...]] = {}

    def planned(self, coarsened: Mapping[Cut, int]) -> Planned:
        """Return the plan.

        Args:
            coarsened: by how many steps cuts are coarser than they could be, because an attack has
                shown them to tell too much: everybody is published by the whole time only, then
                not, and no part of them either; programs by the whole time and without counts, then
                without intervals, then not; members not at all.
        """
        return _Plan(self, coarsened).planned()


class _Cells:
    """Cells, and what a plan asks of them as arrays: a plan looks at a thousand cuts of them."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.measure, self.measures = self._numbered("measure")
        self.program, _ = self._numbered("program")
        self.member, self.members = self._numbered("member")
        self.grain, self.grains = self._numbered("period_grain")
        self.counted = frame["denominator"].to_numpy(dtype=float)
        self.people = frame["people_n"].to_numpy(dtype=float)

    def _numbered(self, column: str) -> tuple[Integers, list[str]]:
        """Return a number per row, in the order of the names, and the names."""
        numbers, names = pd.factorize(self.frame[column], sort=True)
        return numbers.astype(np.int64), [str(name) for name in names]

    def by(self, columns: list[str]) -> Iterator[tuple[tuple[Any, ...], _Rows]]:
        """Yield the rows of each combination of names, sorted by them."""
        for key, rows in self.frame.groupby(columns, sort=True).indices.items():
            yield key if isinstance(key, tuple) else (key,), _Rows(self, rows)


@dataclass(frozen=True)
class _Rows:
    """Some of the cells."""

    cells: _Cells
    at: Integers

    def where(self, is_kept: Any) -> _Rows:
        return _Rows(self.cells, self.at[is_kept])

    def by_grain(self, *grains: str) -> _Rows:
        known = self.cells.grains
        numbers = [known.index(grain) for grain in grains if grain in known]
        return self.where(np.isin(self.cells.grain[self.at], numbers))

    def lead(self) -> _Rows:
        """Return the rows of the first measure: those of the same people count the same."""
        measure = self.cells.measure[self.at]
        return self.where(measure == measure.min(initial=len(self.cells.measures)))

    @property
    def counted(self) -> Floats:
        counted: Floats = self.cells.counted[self.at]
        return counted

    @property
    def people(self) -> Floats:
        people: Floats = self.cells.people[self.at]
        return people

    @property
    def measures(self) -> set[str]:
        return {self.cells.measures[number] for number in np.unique(self.cells.measure[self.at])}

    @property
    def places(self) -> Integers:
        """Return a number per program and member."""
        return self.cells.program[self.at] * len(self.cells.members) + self.cells.member[self.at]


class _Plan:
    """The plan in the making."""

    def __init__(self, found: Plannable, coarsened: Mapping[Cut, int]) -> None:
        self.found = found
        # The parts of a measure are told of together.
        together = {part: parts for parts in found.parts_of.values() for part in parts}
        self.coarsened = dict(coarsened)
        for cut, level in coarsened.items():
            for people in together.get(cut.people, ()):
                part = replace(cut, people=people)
                self.coarsened[part] = max(level, self.coarsened.get(part, 0))
        self.rules, self.needed, self.allowed = found.rules, found.needed, found.allowed
        self.parts = found.parts
        self.result = Planned(cells=found.cells.frame.iloc[:0])
        # Cells, and whether they may have intervals.
        self.kept: list[tuple[_Rows, bool]] = []

    def planned(self) -> Planned:
        """Return the plan."""
        for kind in KINDS:
            for (population, own_kind, dimension), rows in self.parts.items():
                if own_kind == kind:
                    self._publish_kind(population, kind, dimension, rows)
        cells = self._without_small_rests(self._kept_cells())
        is_value = cells["measure"].isin(self.rules.values)
        lacks = pd.Series(
            [pair in self.result.without_counts for pair in
             zip(cells["people"], cells["population"], strict=True)],
            index=cells.index, dtype=bool,
        )  # fmt: skip
        cells["has_counts"] = ~is_value & ~(lacks & cells["program"].ne("all"))
        cells["is_small"] = cells["people_n"] < self.needed
        self.result.cells = cells
        return self.result

    def _kept_cells(self) -> pd.DataFrame:
        """Return the cells that are published."""
        by_frame: dict[int, list[tuple[_Rows, bool]]] = {}
        for rows, has_interval in self.kept:
            by_frame.setdefault(id(rows.cells), []).append((rows, has_interval))
        frames = [
            own[0][0]
            .cells.frame.iloc[np.concatenate([rows.at for rows, _ in own])]
            .assign(
                has_interval=np.repeat(
                    [has_interval for _, has_interval in own], [len(rows.at) for rows, _ in own]
                )
            )
            for own in by_frame.values()
        ]
        nothing = self.result.cells.assign(has_interval=pd.Series(dtype=bool))
        return pd.concat(frames or [nothing], ignore_index=True)

    def _without_small_rests(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Return the cells without those parts of a measure that leave few people in none of them.

        What one part and another leave of the whole is told like a group that is published. A part
        that is too small for a period, or not known of, would be that.
        """
        group = ["population", "kind", "dimension", "period_grain"]
        for whole, parts in self.found.parts_of.items():
            is_part = cells["measure"].isin(list(parts))
            rests = self._rests(cells[cells["measure"].eq(whole)], cells[is_part])
            small = rests[self._are_small(rests["rest"])]
            is_gone = _are_among(cells, small, group)
            # Without the whole time there is no period, and without a whole no part of it.
            of_all = small[small["period_grain"].eq("all")]
            is_gone |= _are_among(cells, of_all, group[:3])
            is_gone |= _are_among(cells, of_all[of_all["kind"].eq("whole")], group[:1])
            is_cut_of = of_all[of_all["kind"].eq("programs")].assign(kind="program_cuts")
            is_gone |= _are_among(cells, is_cut_of, group[:2])
            self._forget(cells[is_part & is_gone], cells[is_part & ~is_gone])
            cells = cells[~(is_part & is_gone)]
        return cells.reset_index(drop=True)

    def _forget(self, gone: pd.DataFrame, left: pd.DataFrame) -> None:
        """Take periods that nothing is left of out of what is said of the plan."""
        cut = ["people", "population", "kind", "dimension"]
        by_grain = set(left[[*cut, "period_grain"]].itertuples(index=False, name=None))
        for key in set(gone[cut].itertuples(index=False, name=None)):
            own = Cut(*key)
            grains = self.result.grains.pop(own, ())
            if (*key, "all") in by_grain:
                self.result.grains[own] = tuple(g for g in grains if (*key, g) in by_grain)

    def _rests(self, whole: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
        """Return, per cell of the whole that has parts, about how many people are in none."""
        place = ["population", "kind", "program", "dimension", "member", "period_grain", "start"]
        whole, parts = (
            frame.assign(start=frame["period_start"].mask(frame["period_grain"].eq("all")))
            for frame in (whole, parts)
        )
        sums = parts.groupby(place, dropna=False)["denominator"].sum().rename("in_parts")
        found = whole.merge(sums.reset_index(), on=place)
        # Many rows of the rest may be of one person: as many as anybody's in a cell.
        rows_each = (found["denominator"] / found["people_n"]).clip(lower=1).max()
        return found.assign(rest=(found["denominator"] - found["in_parts"]) / rows_each)

    def _publish_kind(
        self, population: str, kind: Kind, dimension: str, rows: Mapping[str, _Rows]
    ) -> None:
        if kind in ("cuts", "program_cuts"):
            self._publish_members(population, kind, dimension, rows)
            return
        publish = self._publish if kind == "whole" else self._publish_programs
        for people, own in rows.items():
            if not self._is_gone(people, population):
                publish(Cut(people, population, kind, "all"), own)

    def _is_gone(self, people: str, population: str) -> bool:
        """Return whether nothing is published of these people."""
        whole = Cut(people, population, "whole", "all")
        return self.coarsened.get(whole, 0) >= LAST_STEPS["whole"]

    def _grains(self, cut: Cut, own: _Rows, regrouped: Any) -> tuple[str, ...]:
        """Return the periods by which a cut is published."""
        if cut in self.coarsened:
            return ()
        known = self.found.grains
        if (cut, regrouped) not in known:
            known[cut, regrouped] = self._borne_grains(cut, own)
        return known[cut, regrouped]

    def _borne_grains(self, cut: Cut, own: _Rows) -> tuple[str, ...]:
        """Return the finest period that all of a cut bears, and those that stand beside it."""
        ladder, beside = self.rules.grains[cut.kind], self.rules.beside.get(cut.kind, ())
        if own.measures <= self.rules.values:
            ladder, beside = (
                tuple(grain for grain in grains if grain in self.rules.grains["values"])
                for grains in (ladder, beside)
            )
        whole = own.by_grain("all").lead()
        borne = [
            grain
            for grain in GRAINS
            if grain in {*ladder, *beside} & {*self.allowed}
            and self._is_borne(cut, own.by_grain(grain).lead(), whole)
        ]
        finest = next((grain for grain in ladder if grain in borne), None)
        return tuple(grain for grain in borne if grain == finest or grain in beside)

    def _is_borne(self, cut: Cut, periods: _Rows, whole: _Rows) -> bool:
        """Return whether all of a cut can be published by a period, and the rest is no group."""
        if not len(periods.at) or (periods.people < self.needed).any():
            return False
        # The workforce of one day is not part of that of another.
        if cut.population == "workforce":
            return True
        places_n = 1 + max(whole.places.max(initial=0), periods.places.max(initial=0))
        listed = np.bincount(periods.places, periods.counted, places_n)
        # Many rows of the rest may be of one person: as many as anybody's in a period.
        rows_each = (periods.counted / periods.people).clip(min=1).max()
        rest = (whole.counted - listed[whole.places]) / rows_each
        return not self._are_small(rest).any()

    def _are_small(self, people: Any) -> Any:
        """Return which numbers of people are those of a group that is too small."""
        return (people > ROUNDING_ERROR) & (people < self.needed - ROUNDING_ERROR)

    def _publish(self, cut: Cut, own: _Rows, regrouped: Any = None) -> None:
        grains = self._grains(cut, own, regrouped)
        self.result.grains[cut] = grains
        self.kept.append((own.by_grain(*grains, "all"), True))

    def _publish_programs(self, cut: Cut, own: _Rows) -> None:
        """Publish programs; where one is too small, all of them without counts and by no period."""
        whole = own.by_grain("all")
        level = self.coarsened.get(cut, 0)
        if (whole.people < self.needed).any() or level:
            self.result.without_counts.add((cut.people, cut.population))
            if level < LAST_STEPS["programs"]:
                self.result.grains[cut] = ()
                self.kept.append((whole, level < LAST_STEPS["programs"] - 1))
            return
        self._publish(cut, own)

    def _publish_members(
        self, population: str, kind: Kind, dimension: str, rows: Mapping[str, _Rows]
    ) -> None:
        """Publish the members of a dimension, the same ones for all people that bear them."""
        wholes = self._wholes(population, kind)
        found = {}
        for people, own in rows.items():
            cut = Cut(people, population, kind, dimension)
            lacks_counts = (people, population) in self.result.without_counts
            if cut in self.coarsened or (kind == "program_cuts" and lacks_counts):
                continue
            if people in wholes and not self._is_gone(people, population):
                found[cut] = (own, wholes[people])
        merge = merged_cohorts if dimension == COHORT else merged_members
        known = self.found.tables
        known |= {cut: _table(*rows) for cut, rows in found.items() if cut not in known}
        tables = [known[cut] for cut in found]
        merged = {
            tuple(sorted(groups.items())): groups
            for table in tables
            if (groups := merge(table, self._are_small)) is not None
        }
        if not merged:
            return
        # The same groups for all: those that most bear, and of these the finest.
        groups = max(
            merged.values(),
            key=lambda groups: (sum(self._bears(table, groups) for table in tables), -len(groups)),
        )
        borne = [
            (cut, *found[cut])
            for cut, table in zip(found, tables, strict=True)
            if self._bears(table, groups)
        ]
        if not borne:
            return
        name = (tuple(cut for cut, _, _ in borne), tuple(sorted(groups.items())))
        if name not in self.found.regrouped:
            # All at once: no cell of one measure is part of one of another.
            frame = self.found.cells.frame
            owns = frame.iloc[np.concatenate([own.at for _, own, _ in borne])]
            all_ = frame.iloc[np.concatenate([whole.at for _, _, whole in borne])]
            regrouped = _Cells(in_groups(owns, all_, groups))
            self.found.regrouped[name] = {key: rows for (key,), rows in regrouped.by(["people"])}
        by_people = self.found.regrouped[name]
        for cut, _, _ in borne:
            own = by_people.get(cut.people, _Rows(self.found.cells, np.zeros(0, dtype=np.int64)))
            # People may be rows of several members, and then fewer than their rows.
            if (own.by_grain("all").people < self.needed).any():
                continue
            self.result.merged[population, kind, dimension] = tuple(
                member for member, group in groups.items() if group == ""
            )
            self._publish(cut, own, name[1])

    def _wholes(self, population: str, kind: Kind) -> Mapping[str, _Rows]:
        source = "whole" if kind == "cuts" else "programs"
        return self.parts.get((population, source, "all"), {})

    def _bears(self, table: MemberTable, groups: Mapping[str, str]) -> bool:
        names, group = np.unique([groups.get(one, one) for one in table.members],
                                 return_inverse=True)  # fmt: skip
        sums = table.people @ np.eye(len(names))[group]
        is_other = names == ""
        rest = table.rest + sums[:, is_other].sum(axis=1)
        is_told_apart = len(names) > 1
        return is_told_apart and not self._are_small(np.c_[sums[:, ~is_other], rest]).any()


def _are_among(cells: pd.DataFrame, others: pd.DataFrame, columns: list[str]) -> Any:
    """Return which cells have the same in these columns as one of the others."""
    keys, known = (pd.MultiIndex.from_frame(frame[columns]) for frame in (cells, others))
    return keys.isin(known)


def _table(own: _Rows, whole: _Rows) -> MemberTable:
    """Return the people of each program and member, and of no member."""
    lead, all_ = (rows.by_grain("all").lead() for rows in (own, whole))
    cells = own.cells
    programs, row = np.unique(cells.program[lead.at], return_inverse=True)
    members, column = np.unique(cells.member[lead.at], return_inverse=True)
    people = np.zeros((len(programs), len(members)))
    np.add.at(people, (row, column), lead.people)
    counted = np.bincount(row, lead.counted, len(programs))
    total = np.bincount(cells.program[all_.at], all_.counted, cells.program.max(initial=0) + 1)
    names = tuple(cells.members[number] for number in members)
    return MemberTable(names, people, np.clip(total[programs] - counted, 0, None))


def without_counts(
    frame: pd.DataFrame, rows: pd.Series, *, people: pd.Series, estimators: pd.Series
) -> pd.DataFrame:
    """Return the frame with some rows rounded, and without interval where people are few.

    Args:
        frame: rows with `value`, `ci_low` and `ci_high`.
        rows: which of them have no counts; those columns are left to the caller.
        people: people behind each row.
        estimators: estimator of each row.
    """
    rules = read_rules()
    step = estimators.map(rules.rounding).astype(float)
    frame = frame.copy()
    for name in ("value", "ci_low", "ci_high"):
        frame[name] = frame[name].where(~rows, coarse(frame[name], step))
    is_few = rows & (people < rules.interval_from)
    frame.loc[is_few, ["ci_low", "ci_high"]] = np.nan
    return frame
