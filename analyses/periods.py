"""The periods by which numbers are counted: how long each is, and which one holds a day."""

from __future__ import annotations

import numpy as np
import pandas as pd

# Periods beside the whole time, the shortest first: each holds whole ones of those before it.
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
GRAINS = tuple(MONTHS)


def starts_of(days: pd.Series, grain: str) -> pd.Series:
    """Return the first days of the periods of this length that hold the days.

    Args:
        days: dates.
        grain: one of `GRAINS`.
    """
    months = days.to_numpy().astype("datetime64[M]").astype(np.int64)
    # Months are counted from a January on.
    first = (months - months % MONTHS[grain]).astype("datetime64[M]")
    return pd.Series(first.astype("datetime64[us]"), index=days.index)
