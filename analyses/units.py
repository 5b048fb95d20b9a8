"""The units of the result tables: how a number is stored, and what a page calls it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """One unit.

    Attributes:
        name: in the reference; empty for what has none.
        stored: what one is, where that is not plain.
        shown: what the glossary calls it; empty where it says nothing.
    """

    name: str = ""
    stored: str = ""
    shown: str = ""

    @property
    def sentence(self) -> str:
        """The unit with what one is, as the reference prints it."""
        return f"{self.name}: {self.stored}" if self.stored else self.name


NONE = Unit()
SHARE = Unit("share", "part of a whole, from 0 to 1", "share")
DIFFERENCE = Unit("difference", "of two shares, or of two means on a scale of 1", "points")
VALUE = Unit(
    "share or mean",
    "a share of people from 0 to 1, or a mean on a scale of 1",
    "percent of people, or points of a scale of 100",
)
EFFECT = Unit(
    "difference",
    "of two shares, or of two means on a scale of 1",
    "points: of 100 people for an outcome that happens or not, of a scale of 100 for ratings and "
    "survey scores",
)
OF_ROW = Unit("that of the row", "it stands in `unit`")
PEOPLE = Unit("people", "", "people")
SUM = Unit("people", "or, of a score, its sum over people")
RATIO = Unit("ratio")
PROBABILITY = Unit("probability", "from 0 to 1")
DEVIATIONS = Unit("standard deviations", "of the mentored")
ALPHA = Unit("alpha", "at most 1; below 0 where items go against each other")
ITEMS = Unit("items")
MONTHS = Unit("months")
ROWS = Unit("rows")
RECORDS = Unit("records", "of the file, counted before anything else happens to them")
CHANGE = Unit("change", "part of what was there before; 0.02 is 2 % more")
