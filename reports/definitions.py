"""What every measure means: printed from the results, never written twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports import formats
from reports.frames import records

# Estimators whose numerator is people, and those that are read off a curve.
OF_CURVES = ("survival", "incidence")
OF_PEOPLE = ("share", "rate", "summed_rate", *OF_CURVES)
# Whom a measure is listed for on the pages of programs, and on that of leadership.
PROGRAM_OWNERS = "program owners"
LEADERSHIP = "leadership"


@dataclass(frozen=True)
class Definition:
    """One measure as the dbt project defines it, or one term of the estimates.

    The attributes are the columns of the result table `measures`, which says what each means.
    """

    measure: str
    label: str
    theme: str = ""
    audience: str = ""
    sentence: str = ""
    formula: str = ""
    numerator: str = ""
    denominator: str = ""
    estimator: str = ""
    people: str = ""
    is_person_each: bool = True
    adds_up: str = ""
    part_of: str = ""
    unit: str = ""
    direction: str = ""
    horizon_months: int | None = None
    outcome: str = ""
    interval: str = ""
    standard: str = ""
    needs: str = ""
    is_measured: bool = True
    lineage: str = ""

    @property
    def href(self) -> str:
        """The address of this measure in the glossary."""
        return f"glossary.html#{self.measure}"

    @property
    def theme_number(self) -> int:
        """The place of the theme among the others, for one named like `9 Impact`."""
        number = self.theme.partition(" ")[0]
        return int(number) if number.isdigit() else 0

    @property
    def theme_name(self) -> str:
        """The theme without its number."""
        return self.theme.removeprefix(f"{self.theme_number} ")

    @property
    def is_survey(self) -> bool:
        """Whether the measure is made of answers, of which some people gave none."""
        return "survey_responses" in self.needs

    @property
    def is_windowed(self) -> bool:
        """Whether everybody counted was followed over a window of so many months."""
        return self.horizon_months is not None and self.estimator not in OF_CURVES

    @property
    def counts_people(self) -> bool:
        """Whether the numerator is people out of the denominator, not a sum of scores."""
        return self.estimator in OF_PEOPLE

    @property
    def missing(self) -> str:
        """Why the measure has no value, in the words of a page."""
        return f"not measured: needs {formats.listing(self.needs) or 'data that was not given'}"


class Catalog:
    """Every measure of the release by name."""

    def __init__(self, measures: pd.DataFrame) -> None:
        self._by_name = {str(row["measure"]): _definition(row) for row in records(measures)}

    def __iter__(self) -> Iterator[Definition]:
        """Yield the definitions in the order of their themes and then by label."""
        yield from sorted(
            self._by_name.values(), key=lambda d: (d.theme_number, d.theme, d.label, d.measure)
        )

    def __getitem__(self, measure: str) -> Definition:
        """Return the definition; a measure this release does not hold is one not measured."""
        if measure in self._by_name:
            return self._by_name[measure]
        label = measure.replace("_", " ").capitalize()
        return Definition(measure, label, is_measured=False)

    def __contains__(self, measure: object) -> bool:
        """Return whether the release defines the measure."""
        return measure in self._by_name

    def of_curve(self, outcome: str, *, horizon_months: int) -> Definition | None:
        """Return the measure that reads the curve of an outcome at a horizon, if there is one."""
        found = (
            definition
            for definition in self
            if definition.estimator in OF_CURVES
            and (definition.outcome, definition.horizon_months) == (outcome, horizon_months)
        )
        return next(found, None)

    def listed(self, audience: str) -> dict[str, tuple[Definition, ...]]:
        """Return the measures that the pages list for somebody, by theme, in order."""
        by_theme: dict[str, tuple[Definition, ...]] = {}
        for definition in self:
            if definition.audience == audience:
                name = definition.theme_name
                by_theme[name] = (*by_theme.get(name, ()), definition)
        return by_theme


def _definition(row: dict[str, Any]) -> Definition:
    months = row["horizon_months"]
    texts = {
        name: str(value or "")
        for name, value in row.items()
        if name not in ("is_measured", "is_person_each", "horizon_months")
    }
    return Definition(
        **texts,
        horizon_months=None if months is None else int(months),
        is_measured=bool(row["is_measured"]),
        is_person_each=bool(row["is_person_each"]),
    )
