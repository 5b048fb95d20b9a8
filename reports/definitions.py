"""What every measure means: printed from the results, never written twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from reports import formats
from reports.frames import records


@dataclass(frozen=True)
class Definition:
    """One measure, as the dbt project defines it."""

    measure: str
    label: str
    theme: str
    sentence: str
    formula: str
    numerator: str
    denominator: str
    unit: str
    direction: str
    interval: str
    standard: str
    needs: str
    is_measured: bool
    lineage: str
    audience: str = ""
    estimator: str = ""

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
        """Whether people are followed over a window of so many months."""
        return self.measure.startswith(("retention_", "promotion_")) and (
            self.measure.endswith("_months")
        )

    @property
    def missing(self) -> str:
        """Why the measure has no value, in the words of a page."""
        return f"not measured: needs {formats.listing(self.needs) or 'data that was not given'}"


# What is not known of a measure that this release does not define.
UNKNOWN = (
    "theme",
    "sentence",
    "formula",
    "numerator",
    "denominator",
    "unit",
    "direction",
    "interval",
    "standard",
    "needs",
    "lineage",
)


class Catalog:
    """Every measure of the release by name."""

    def __init__(self, measures: pd.DataFrame) -> None:
        self._by_name = {
            str(row["measure"]): Definition(
                **{key: str(value or "") for key, value in row.items() if key != "is_measured"},
                is_measured=bool(row["is_measured"]),
            )
            for row in records(measures)
        }

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
        blank = dict.fromkeys(UNKNOWN, "")
        return Definition(measure=measure, label=label, is_measured=False, **blank)

    def __contains__(self, measure: object) -> bool:
        """Return whether the release defines the measure."""
        return measure in self._by_name
