"""The few lines a build ends with, read from the published results like any reader would."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from mentorship.progress import plain_table

HORIZON_MONTHS = 12
_POPULATIONS = ("mentees", "workforce")
_OUTCOMES = {"retention": "still employed", "promotion": "promoted"}
NOT_MEASURED = "not measured"
HIDDEN = "hidden: the group is too small"


def headline(site: Path) -> list[str]:
    """Return the headline of a published site as lines of text."""
    metrics = list(_overall(site / "data" / "metrics.csv"))
    rows = [
        (
            f"{population}, {words} after {HORIZON_MONTHS} months",
            *_value(metrics, f"{outcome}_{HORIZON_MONTHS}_months", population),
        )
        for outcome, words in _OUTCOMES.items()
        for population in _POPULATIONS
    ]
    return [
        *plain_table(("", "share", "95% interval", "people"), rows),
        *_effects(site),
    ]


def against_truth(site: Path, planted: Mapping[str, float]) -> list[str]:
    """Return a table of each outcome's planted effect, its estimate and the naive number."""
    estimated, metrics = _answers(site), list(_overall(site / "data" / "metrics.csv"))
    rows = [
        (
            f"{outcome} at {HORIZON_MONTHS} months",
            points(planted[outcome]),
            _difference(estimated.get(outcome)),
            _naive(metrics, f"{outcome}_{HORIZON_MONTHS}_months"),
        )
        for outcome in _OUTCOMES
    ]
    return plain_table(("", "planted truth", "estimate", "naive, not an effect"), rows)


def _effects(site: Path) -> list[str]:
    """Return the estimated effects; a number whose verdict withdraws it is not shown."""
    from analyses.verdicts import WITHDRAWN

    found = _answers(site)
    if not found:
        return ["Effect of mentoring: effect not estimated yet."]
    return [
        f"Effect of mentoring on {outcome} at {HORIZON_MONTHS} months: "
        + (verdict if verdict in WITHDRAWN else f"{verdict}, {_difference(found[outcome])}")
        for outcome in _OUTCOMES
        if outcome in found and (verdict := found[outcome]["verdict"])
    ]


def _answers(site: Path) -> dict[str, dict[str, str]]:
    """Return the row that answers for each outcome: of the best design that has the size."""
    from analyses.verdicts import HEADLINE, LARGEST_DETECTABLE_EFFECT, PREFERRED, WITHDRAWN

    found = _primary(site, HEADLINE)
    for estimand in reversed(PREFERRED):
        for outcome, row in _primary(site, estimand).items():
            least = row["minimum_detectable_effect"]
            has_size = bool(least) and float(least) <= LARGEST_DETECTABLE_EFFECT
            if has_size and row["verdict"] not in WITHDRAWN:
                found[outcome] = row
    return found


def _primary(site: Path, estimand: str) -> dict[str, dict[str, str]]:
    """Return the row of mentees as a whole by outcome."""
    wanted = {
        "role": "mentee",
        "program": "all",
        "subgroup_dimension": "all",
        "horizon_months": str(HORIZON_MONTHS),
        "estimand": estimand,
    }
    rows = _rows(site / "data" / "effects.csv")
    return {row["outcome"]: row for row in rows if wanted.items() <= row.items()}


def points(difference: float) -> str:
    """Return a difference of two shares in percentage points."""
    return f"{100 * difference:+.1f} percentage points"


def _difference(row: Mapping[str, str] | None) -> str:
    if row is None:
        return NOT_MEASURED
    if not row["effect"]:
        return HIDDEN
    interval = (
        f" ({100 * float(row['ci_low']):+.1f} to {100 * float(row['ci_high']):+.1f})"
        if row["ci_low"] and row["ci_high"]
        else ""
    )
    return points(float(row["effect"])) + interval


def _overall(path: Path) -> Iterator[dict[str, str]]:
    wanted = {"program": "all", "dimension": "all", "period_grain": "all"}
    return (row for row in _rows(path) if wanted.items() <= row.items())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _naive(metrics: list[dict[str, str]], measure: str) -> str:
    """Return mentees' share less that of the workforce, or why there is none."""
    mentees, everybody = (_cell(metrics, measure, population) for population in _POPULATIONS)
    if mentees is None or everybody is None:
        return NOT_MEASURED
    if not mentees["value"] or not everybody["value"]:
        return HIDDEN
    return points(float(mentees["value"]) - float(everybody["value"]))


def _cell(metrics: list[dict[str, str]], measure: str, population: str) -> dict[str, str] | None:
    found = (
        row for row in metrics if row["measure"] == measure and row["population"] == population
    )
    return next(found, None)


def _value(metrics: list[dict[str, str]], measure: str, population: str) -> tuple[str, str, str]:
    """Return value, interval and denominator of a share, or why there is none."""
    row = _cell(metrics, measure, population)
    if row is None:
        return NOT_MEASURED, "", ""
    if not row["value"]:
        return HIDDEN, "", ""
    interval = (
        f"{100 * float(row['ci_low']):.1f} to {100 * float(row['ci_high']):.1f} %"
        if row["ci_low"] and row["ci_high"]
        else ""
    )
    people = f"{float(row['denominator']):,.0f}" if row["denominator"] else ""
    return f"{100 * float(row['value']):.1f} %", interval, people
