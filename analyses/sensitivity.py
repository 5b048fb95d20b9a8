"""How much could be hidden: E-values, smallest detectable effects, many questions at once."""

from __future__ import annotations

import numpy as np

from analyses.intervals import Array
from analyses.verdicts import DETECTABLE_STANDARD_ERRORS


def e_value(risk_ratio: Array) -> Array:
    """Return the E-value of each risk ratio; 1 where nothing needs explaining.

    An unmeasured trait would have to be this many times as common among the mentored, and to
    change the risk this many times, to explain the ratio away.

    Source: VanderWeele & Ding, Ann. Intern. Med. 167 (2017) 268-274.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        # The square root near 1 would blow up the last bits, in which equal builds may differ.
        away = np.round(np.where(risk_ratio < 1, 1 / risk_ratio, risk_ratio), 9)
        needed: Array = away + np.sqrt(away * (away - 1))
    return needed


def e_value_of_limit(ci_low: Array, ci_high: Array) -> Array:
    """Return the E-value of the limit of a risk ratio's interval that is nearer to 1.

    Where the interval holds 1 nothing is needed to explain it away: the value is 1.
    """
    nearer = np.where(ci_low > 1, ci_low, np.where(ci_high < 1, ci_high, 1.0))
    return np.where(np.isnan(ci_low) | np.isnan(ci_high), np.nan, e_value(nearer))


def minimum_detectable_effect(se: Array) -> Array:
    """Return the smallest true effect that would be found in four of five such studies."""
    return DETECTABLE_STANDARD_ERRORS * se


def benjamini_hochberg(p_values: Array) -> Array:
    """Return q-values: the false discovery rate at which each question would be called found.

    Missing p-values are no questions and stay missing.

    Source: Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289-300.
    """
    q_values = np.full_like(p_values, np.nan)
    asked = np.flatnonzero(~np.isnan(p_values))
    order = asked[np.argsort(p_values[asked], kind="stable")]
    ranks = np.arange(1, len(order) + 1)
    stepped = p_values[order] * len(order) / ranks
    q_values[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1)
    return q_values
