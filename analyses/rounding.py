"""How numbers are rounded: parallel sums of the same inputs differ in their last digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

SIGNIFICANT_DIGITS = 10
# Smaller numbers are what is left of a zero after parallel sums.
SMALLEST = 1e-12


def significant(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the numbers at 10 significant digits; what is not finite becomes missing."""
    finite = np.where(np.isfinite(numbers), numbers, np.nan)
    finite = np.where(np.abs(finite) < SMALLEST, 0.0, finite)
    return np.array([float(f"{n:.{SIGNIFICANT_DIGITS}g}") for n in finite.ravel()]).reshape(
        finite.shape
    )


def coarse(numbers: pd.Series, step: float | pd.Series) -> pd.Series:
    """Return numbers to the nearest step: what lies between two goes the same way every time."""
    steps = numbers.astype(float) / step
    return pd.Series(significant(steps.to_numpy()), index=numbers.index).round() * step
