"""Intervals for counts and sums: shares, means, survival, cumulative incidence.

Everything works on arrays of cells, one entry per cell; what cannot be estimated is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


class Estimate(NamedTuple):
    """A value and its interval, one entry per cell."""

    value: Array
    ci_low: Array
    ci_high: Array


def normal_critical_value(*, confidence: float) -> float:
    """Return the two-sided critical value of the normal distribution."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def share(numerator: Array, denominator: Array, *, confidence: float) -> Estimate:
    """Return shares with their Wilson score intervals.

    Args:
        numerator: people with the outcome, between 0 and the denominator.
        denominator: people; a cell without people gives NaN.
        confidence: for example 0.95.

    Source: Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
    """
    z = normal_critical_value(confidence=confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(denominator > 0, numerator / denominator, np.nan)
        shrunk = 1 + z**2 / denominator
        center = (value + z**2 / (2 * denominator)) / shrunk
        spread = value * (1 - value) / denominator + z**2 / (4 * denominator**2)
        # A rate over average headcount can pass 1, where a share's spread has no meaning.
        half = z * np.sqrt(np.maximum(spread, 0)) / shrunk
    low = np.where(numerator == 0, 0.0, np.maximum(center - half, 0))
    high = np.where(numerator >= denominator, np.maximum(value, 1.0), center + half)
    return Estimate(
        value, np.where(np.isnan(value), np.nan, low), np.where(np.isnan(value), np.nan, high)
    )


def mean(total: Array, square_sum: Array, people: Array, *, confidence: float) -> Estimate:
    """Return means with their t intervals; a cell of one person has no interval.

    Args:
        total: sum over people.
        square_sum: sum of squares over people.
        people: people in the cell.
        confidence: for example 0.95.
    """
    from scipy.special import stdtrit

    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(people > 0, total / people, np.nan)
        variance = np.maximum(square_sum - total**2 / people, 0) / (people - 1)
        half = stdtrit(people - 1, 0.5 + confidence / 2) * np.sqrt(variance / people)
    half = np.where(people > 1, half, np.nan)
    return Estimate(value, value - half, value + half)


def _share_of_sums(
    numerator: Array, _square_sum: Array, denominator: Array, *, confidence: float
) -> Estimate:
    return share(numerator, denominator, confidence=confidence)


def _count_per_person(
    numerator: Array, _square_sum: Array, denominator: Array, *, confidence: float
) -> Estimate:
    """Return events per person with exact Poisson intervals.

    Source: Garwood, Biometrika 28 (1936) 437-442.
    """
    from scipy.special import gammaincinv

    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(denominator > 0, numerator / denominator, np.nan)
        least = gammaincinv(np.maximum(numerator, 1), tail)
        low = np.where(numerator == 0, 0.0, least) / denominator
        high = gammaincinv(numerator + 1, 1 - tail) / denominator
    is_nan = np.isnan(value)
    return Estimate(value, np.where(is_nan, np.nan, low), np.where(is_nan, np.nan, high))


def ratio(total: Array, square_sum: Array, people: Array, *, confidence: float) -> Estimate:
    """Return ratios of two sums with their t intervals; a cell of one person has no interval.

    Each person is one observation, whatever the number of their rows: the variance is that of the
    distances of persons from the ratio (linearization). Nothing counted here is below 0.

    Args:
        total: numerator, per unit of the denominator, times people.
        square_sum: sum over people of the squared distance `n - r d`, in the same units.
        people: people in the cell.
        confidence: for example 0.95.

    Source: Cochran, Sampling Techniques (1977), 6.3 and 9A.
    """
    from scipy.special import stdtrit

    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(people > 0, total / people, np.nan)
        variance = square_sum / (people * (people - 1))
        half = stdtrit(people - 1, 0.5 + confidence / 2) * np.sqrt(variance)
    half = np.where(people > 1, half, np.nan)
    return Estimate(value, np.maximum(value - half, 0), value + half)


def _order_statistics(median: Array, low: Array, high: Array, *, confidence: float) -> Estimate:
    """Return medians with the limits that the models took from the ordered values."""
    if confidence != MEDIAN_CONFIDENCE:
        raise ValueError(f"limits of medians are counted for {MEDIAN_CONFIDENCE:.0%}")
    return Estimate(median, low, high)


# The confidence that the ranks of `macros/measures.sql` stand for.
MEDIAN_CONFIDENCE = 0.95
# The columns of a cell that an estimator reads; those of a median are of the ordered values.
SUMS = ("numerator", "square_sum", "denominator")
READS: Mapping[str, tuple[str, str, str]] = {"median": ("median", "median_low", "median_high")}
# What a cell's value is, by the estimator that its measure declares, from its numerator, its sum of
# squares (of means and ratios only) and its denominator, or from what it reads instead.
OF_SUMS: Mapping[str, Callable[..., Estimate]] = {
    "share": _share_of_sums,
    "part": _share_of_sums,
    "ratio": ratio,
    "median": _order_statistics,
    "rate": _share_of_sums,
    "summed_rate": _count_per_person,
    "mean": mean,
    "nps": mean,
}


def log_log(value: Array, variance: Array, at_risk: Array, *, confidence: float) -> Estimate:
    """Return probabilities with intervals that are symmetric for log(-log(p)).

    Args:
        value: probabilities.
        variance: variances of the probabilities.
        at_risk: people still followed; where the probability is 0 or 1 nothing has happened yet
            and the Wilson interval of that many people stands in.
        confidence: for example 0.95.

    Source: Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data (2002), 1.4.
    """
    z = normal_critical_value(confidence=confidence)
    is_inside = (value > 0) & (value < 1)
    inside = np.where(is_inside, value, 0.5)
    spread = z * np.sqrt(np.maximum(variance, 0)) / np.abs(inside * np.log(inside))
    low = inside ** np.exp(spread)
    high = inside ** np.exp(-spread)
    edge = share(value * at_risk, at_risk, confidence=confidence)
    return Estimate(
        value, np.where(is_inside, low, edge.ci_low), np.where(is_inside, high, edge.ci_high)
    )


def kaplan_meier(at_risk: Array, events: Array) -> tuple[Array, Array]:
    """Return survival and its Greenwood variance, one row per curve, one column per month.

    Args:
        at_risk: people at risk in each month; 0 after the last followed one.
        events: exits in each month.

    Source: Kaplan & Meier, J. Am. Stat. Assoc. 53 (1958) 457-481; Greenwood (1926).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, events / at_risk, np.nan)
        survival = np.cumprod(1 - hazard, axis=1)
        step = np.where(at_risk > events, events / (at_risk * (at_risk - events)), 0.0)
    return survival, survival**2 * np.cumsum(np.where(np.isnan(hazard), np.nan, step), axis=1)


def cumulative_incidence(at_risk: Array, events: Array, competing: Array) -> tuple[Array, Array]:
    """Return the cumulative incidence and its variance, one row per curve, one column per month.

    The variance is the sum over months of what each person at risk adds to the estimate, squared
    (the delta method), which for one cause is Greenwood's.

    Args:
        at_risk: people at risk in each month; 0 after the last followed one.
        events: people with the event in each month.
        competing: people who left without it in each month.

    Source: Aalen & Johansen, Scand. J. Stat. 5 (1978) 141-150.
    """
    ended = events + competing
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, ended / at_risk, np.nan)
        survival = np.cumprod(1 - hazard, axis=1)
        before = np.hstack([np.ones((len(at_risk), 1)), survival[:, :-1]])
        incidence = np.cumsum(before * events / at_risk, axis=1)
        own = before / at_risk
        variance = np.full_like(incidence, np.nan)
        for month in range(at_risk.shape[1]):
            past = slice(0, month + 1)
            y, d, d1 = at_risk[:, past], ended[:, past], events[:, past]
            later = incidence[:, [month]] - incidence[:, past]
            lost = np.where(y > d, later / (y - d), 0.0)
            steps = (
                own[:, past] ** 2 * d1 * (y - d1) / y
                + lost**2 * d * (y - d) / y
                - 2 * own[:, past] * lost * d1 * (y - d) / y
            )
            variance[:, month] = steps.sum(axis=1)
    return np.where(np.isnan(hazard), np.nan, incidence), np.where(
        np.isnan(hazard), np.nan, variance
    )


def _survival(at_risk: Array, events: Array, _competing: Array) -> tuple[Array, Array]:
    return kaplan_meier(at_risk, events)


# What a curve is, by the estimator that its measure declares, from people at risk, with the event
# and with a competing one.
OF_CURVES: Mapping[str, Callable[[Array, Array, Array], tuple[Array, Array]]] = {
    "survival": _survival,
    "incidence": cumulative_incidence,
}
# Where a curve begins.
BEGINNINGS: Mapping[str, float] = {"survival": 1.0, "incidence": 0.0}
