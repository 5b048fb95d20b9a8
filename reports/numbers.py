"""The numbers a page shows, each with its definition, its interval and what it was counted from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from analyses.results import Results
from reports import formats
from reports.definitions import Catalog, Definition
from reports.frames import date, records

RESPONSE_RATE = (
    "Who was asked and did not answer is no part of it: response rates are measures of their own."
)
State = Literal["shown", "hidden", "too few", "no data", "by no period", "not measured"]


@dataclass(frozen=True)
class Cell:
    """One number, or the reason why there is none.

    Attributes:
        definition: what is measured.
        state: whether there is a number, and if not, why.
        minimum_group_size: the fewest people behind a number that may be shown.
        unit: in which the value is stored.
        value: the estimate; empty unless the state is "shown", like all that follow.
        ci_low: lower end of its interval.
        ci_high: upper end of its interval.
        numerator: how many were counted.
        denominator: out of how many.
        starts_on: first day of the period.
        population: whose number it is.
    """

    definition: Definition
    state: State
    minimum_group_size: int
    unit: str = ""
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    starts_on: dt.date | None = None
    population: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether there is a number to show."""
        return self.state == "shown"

    @property
    def is_hidden(self) -> bool:
        """Whether disclosure control took the number."""
        return self.state == "hidden"

    @property
    def text(self) -> str:
        """The number with its unit, or the reason why there is none."""
        if self.value is not None:
            return formats.amount(self.value, self.unit)
        few = f"fewer than {self.minimum_group_size} people"
        return {
            "hidden": f"hidden ({few})",
            "too few": "too few to say",
            "no data": "no data",
            "by no period": "published for the whole time only: "
            "in some periods there are too few people",
            "not measured": self.definition.missing,
        }[self.state]

    @property
    def range_text(self) -> str:
        """The interval in words; empty without one."""
        if self.ci_low is None or self.ci_high is None:
            return ""
        return formats.interval(self.ci_low, self.ci_high, self.unit)

    @property
    def basis_text(self) -> str:
        """What the number was counted from, as in `431 of 500`; empty when unknown."""
        if self.denominator is None:
            return ""
        if self.numerator is None or not self.definition.counts_people:
            return f"based on {formats.count(self.denominator)}"
        return f"{formats.count(self.numerator)} of {formats.count(self.denominator)}"

    @property
    def window_text(self) -> str:
        """Who is counted, as far as time decides it, as in `employed on December 1, 2024`."""
        if not self.starts_on:
            return ""
        month = formats.period(self.starts_on, "month")
        if self.population == "workforce" and self.definition.is_windowed:
            return f"employed on {formats.day(self.starts_on)}"
        if self.definition.is_windowed:
            return f"starting from {month}, followed for {self.definition.horizon_months} months"
        return f"since {month}"

    @property
    def note(self) -> str:
        """What is not known of the number."""
        return RESPONSE_RATE if self.definition.is_survey else ""


class Key(NamedTuple):
    """Where a series of numbers stands in the metrics table."""

    measure: str
    population: str
    program: str
    dimension: str
    grain: str


class Numbers:
    """Every published number, found by what it measures and of whom."""

    def __init__(
        self, results: Results, *, catalog: Catalog, minimum_group_size: int, has_pairings: bool
    ) -> None:
        self.catalog = catalog
        self._minimum = minimum_group_size
        self._has_pairings = has_pairings
        self._rows: dict[Key, list[dict[str, Any]]] = defaultdict(list)
        # No page shows months: they stay in the downloads.
        for row in records(results.metrics[results.metrics["period_grain"] != "month"]):
            key = (row["measure"], row["population"], row["program"], row["dimension"])
            self._rows[Key(*key, row["period_grain"])].append(row)

    def overall(self, measure: str, *, population: str, program: str = "all") -> Cell:
        """Return one number over all years."""
        return self.of_member(measure, population=population, program=program)

    def of_member(
        self,
        measure: str,
        *,
        population: str,
        program: str = "all",
        dimension: str = "all",
        member: str = "all",
        year: int | None = None,
    ) -> Cell:
        """Return one number of one member of a dimension, over all years or in one."""
        grain = "all" if year is None else "year"
        for row in self._rows.get(Key(measure, population, program, dimension, grain), ()):
            starts_on = date(row["period_start"])
            is_year = year is None or (starts_on is not None and starts_on.year == year)
            if row["member"] == member and is_year:
                return self._cell(row)
        return self.missing(measure, population=population)

    def series(
        self, measure: str, *, population: str, program: str = "all", grain: str
    ) -> tuple[Cell, ...]:
        """Return the numbers of consecutive periods, oldest first."""
        rows = self._rows.get(Key(measure, population, program, "all", grain), ())
        cells = (self._cell(row) for row in rows)
        dated = [cell for cell in cells if cell.starts_on is not None]
        return tuple(sorted(dated, key=lambda cell: cell.starts_on or dt.date.min))

    def populations(self, measure: str) -> tuple[str, ...]:
        """Return whose numbers of a measure there are, in no order."""
        return tuple({key.population for key in self._rows if key.measure == measure})

    def by_member(
        self, measure: str, *, population: str, program: str = "all"
    ) -> tuple[tuple[str, Cell], ...]:
        """Return the members of all dimensions that a measure has numbers of, in order."""
        found = (
            (key.dimension, str(row["member"]), self._cell(row))
            for key, rows in self._rows.items()
            if key[:3] == (measure, population, program)
            and key.dimension != "all"
            and key.grain == "all"
            for row in rows
        )
        ordered = sorted(found, key=lambda item: item[:2])
        return tuple((member, cell) for _, member, cell in ordered)

    def members(self, dimension: str) -> tuple[tuple[str, str], ...]:
        """Return the (program, member) pairs of a dimension, in order."""
        found = {
            (key.program, str(row["member"]))
            for key, rows in self._rows.items()
            if key.dimension == dimension
            for row in rows
        }
        return tuple(sorted(found))

    def dimensions(self) -> tuple[str, ...]:
        """Return the dimensions that numbers are cut by, in order."""
        return tuple(sorted({key.dimension for key in self._rows} - {"all"}))

    def years(self, dimension: str) -> tuple[int, ...]:
        """Return the years in which a dimension has numbers, oldest first."""
        dates = (
            date(row["period_start"])
            for key, rows in self._rows.items()
            if key.dimension == dimension and key.grain == "year"
            for row in rows
        )
        return tuple(sorted({starts_on.year for starts_on in dates if starts_on}))

    def no_periods(self, measure: str, *, population: str, program: str) -> Cell:
        """Return the empty cell that says why there is no number by period."""
        overall = self.overall(measure, population=population, program=program)
        if not overall.is_shown:
            return self.missing(measure, population=population)
        return Cell(overall.definition, "by no period", self._minimum)

    def missing(self, measure: str, *, population: str) -> Cell:
        """Return the empty cell that says why there is no number."""
        definition = self.catalog[measure]
        if not definition.is_measured:
            return Cell(definition, "not measured", self._minimum)
        if population != "workforce" and not self._has_pairings:
            return Cell(replace(definition, needs="pairings"), "not measured", self._minimum)
        return Cell(definition, "no data", self._minimum)

    def _cell(self, row: dict[str, Any]) -> Cell:
        definition = self.catalog[row["measure"]]
        starts_on = date(row["period_start"])
        blank = Cell(
            definition, "too few", self._minimum, starts_on=starts_on, population=row["population"]
        )
        if row["is_suppressed"]:
            # Nothing of a suppressed row goes any further, whatever it holds.
            return replace(blank, state="hidden")
        if row["value"] is None:
            return blank
        return replace(
            blank,
            state="shown",
            unit=row["unit"] or definition.unit,
            value=_float(row["value"]),
            ci_low=_float(row["ci_low"]),
            ci_high=_float(row["ci_high"]),
            numerator=_float(row["numerator"]),
            denominator=_float(row["denominator"]),
        )


def curve_cell(row: dict[str, Any], *, definition: Definition, minimum_group_size: int) -> Cell:
    """Return one month of a survival curve as a number; its denominator is who is followed."""
    if row["is_suppressed"]:
        return Cell(definition, "hidden", minimum_group_size)
    if row["value"] is None:
        return Cell(definition, "too few", minimum_group_size)
    return Cell(
        definition,
        "shown",
        minimum_group_size,
        unit="share",
        value=_float(row["value"]),
        ci_low=_float(row["ci_low"]),
        ci_high=_float(row["ci_high"]),
        denominator=_float(row["at_risk_n"]),
    )


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
