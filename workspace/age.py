"""How old the data is on the day of a build: a feed that has died must show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Age:
    """The days between the day that the exports describe and today.

    Attributes:
        as_of: the day the exports describe.
        today: the day it is asked on.
        amber_after_days: from more days than this on the data is old.
        red_after_days: from more days than this on it is too old to decide by.
    """

    as_of: dt.date
    today: dt.date
    amber_after_days: int
    red_after_days: int

    @property
    def days(self) -> int:
        """How many days old the data is; 0 where it describes a day to come."""
        return max((self.today - self.as_of).days, 0)

    @property
    def tone(self) -> str:
        """`good`, `caution` or `alarm`."""
        if self.days > self.red_after_days:
            return "alarm"
        return "caution" if self.days > self.amber_after_days else "good"

    @property
    def warning(self) -> str:
        """What to do about data that is old; empty where it is not."""
        if self.tone == "good":
            return ""
        limit = self.red_after_days if self.tone == "alarm" else self.amber_after_days
        return (
            f"The exports describe {self.as_of}, {self.days} days before {self.today}: more than "
            f"{limit} days. Look whether the feed that writes them still runs."
        )
