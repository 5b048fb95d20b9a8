"""Targets: what `mentorship.yml` declares of measures, judged by published numbers alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analyses.measures import declared_measures
from analyses.results import TARGETS
from workspace.config import REFERENCE, TargetConfig, WorkspaceConfig
from workspace.errors import ConfigError

if TYPE_CHECKING:  # so that a configuration can be checked without the seconds of pandas
    import pandas as pd

MET, MISSED, ON_THE_WAY, BEHIND = "met", "missed", "on the way", "behind"
TOO_EARLY, TOO_FEW, NOT_MEASURED = "too early", "too few to say", "not measured"
MONTHS_OF = {"year": 12, "quarter": 3}
# Whose number is meant where a target does not say.
POPULATIONS = ("mentees", "mentors", "workforce")
# Estimators that read a curve: their numbers are of no period.
OF_CURVES = ("survival", "incidence")
NUMBERS = ("value", "ci_low", "ci_high")
# Measures by day 180 are the last to be counted.
AWAITED_DAYS = 183


@dataclass(frozen=True)
class Number:
    """A published number of a period, or the gap where one is hidden.

    Attributes:
        starts_on: first day of the period.
        ends_on: its last.
    """

    starts_on: dt.date
    ends_on: dt.date
    value: float | None
    ci_low: float | None
    ci_high: float | None

    @property
    def is_shown(self) -> bool:
        """Whether there is a number with an interval."""
        return None not in (self.value, self.ci_low, self.ci_high)


@dataclass(frozen=True)
class Target:
    """What is known of one target; the columns of the result table."""

    target_number: int
    measure: str
    program: str
    population: str
    target_value: float
    due_on: dt.date
    declared_on: dt.date
    is_declared_late: bool
    period_grain: str
    target_status: str
    reason: str | None = None
    period_start: dt.date | None = None
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    expected_value: float | None = None
    baseline_value: float | None = None
    unit: str | None = None

    @property
    def is_suppressed(self) -> bool:
        """Whether disclosure control has taken the number that it is judged by."""
        return self.target_status == TOO_FEW and self.value is None


def check_targets(config: WorkspaceConfig) -> None:
    """Refuse targets of measures that are not declared, or that nothing can be at least of.

    Raises:
        ConfigError: naming the target and the nearest measure, or what its value could be.
    """
    for number, target in enumerate(config.targets):
        keys = ("targets", number)
        declared = declared_measures()
        if target.measure not in declared:
            config.refuse_unknown(
                *keys, "measure", names=[target.measure], known=declared,
                what="a measure (docs/reference/measures.md)", found=target.measure,
            )  # fmt: skip
        entry = declared[target.measure]
        problem, found = "", target.measure
        if entry["direction"] not in ("up", "down"):
            problem = "of this measure neither more nor less is better, so it has no target"
        elif entry["estimator"] in OF_CURVES:
            problem = "this measure is read off a curve of all years; choose one that has periods"
        elif entry["unit"] == "share" and not 0 <= target.value <= 1:
            problem, found = "a share lies between 0 and 1: 0.8 is 80 %", f"{target.value:g}"
        if problem:
            raise ConfigError(
                f"targets.{number}: {problem}.",
                place=config.place(*keys, "value" if found != target.measure else "measure"),
                found=found,
                to_do=REFERENCE,
            )


def targets(
    metrics: pd.DataFrame,
    measures: pd.DataFrame,
    *,
    declared: Sequence[TargetConfig],
    programs: Sequence[str],
    as_of: dt.date,
    follow_up_ends_on: dt.date,
) -> pd.DataFrame:
    """Return the result table `targets`, a row for each that is declared, in that order.

    Args:
        metrics: the published result table `metrics`.
        measures: the result table `measures`.
        declared: what `mentorship.yml` says.
        programs: ids of the programs there are.
        as_of: the day of the exports.
        follow_up_ends_on: the last day that people could be followed to.
    """
    import pandas as pd

    rows = []
    for number, target in enumerate(declared, start=1):
        measure = measures[measures["measure"].eq(target.measure)].iloc[0]
        cells = metrics[
            metrics["measure"].eq(target.measure)
            & metrics["program"].eq(target.program)
            & metrics["dimension"].eq("all")
        ]
        judged = _judge(
            _blank(number, target, cells), cells, measure,
            as_of=as_of, follow_up_ends_on=follow_up_ends_on,
        )  # fmt: skip
        if target.program not in ("all", *programs):
            reason = f"no program has the id {target.program}"
            judged = replace(judged, target_status=NOT_MEASURED, reason=reason)
        rows.append({name: getattr(judged, name) for name in TARGETS})
    return pd.DataFrame(rows, columns=list(TARGETS))


def status_at_end(number: Number | None, target: float, *, is_up_good: bool) -> str:
    """Return what the number of a target's last period says: met, missed, or too few to say.

    It is met where the whole interval lies at the target or beyond it, and missed where the whole
    interval falls short of it.
    """
    if number is None or not number.is_shown:
        return TOO_FEW
    nearest, farthest = _ends(number, is_up_good=is_up_good)
    goal = target if is_up_good else -target
    if farthest >= goal:
        return MET
    return MISSED if nearest < goal else TOO_FEW


def status_before(number: Number, expected: float, *, is_up_good: bool) -> str:
    """Return what a number says of a target that is not due: on the way, behind, or too few.

    It is on the way where the number itself has come as far as it should be by now, and behind
    where even the better end of its interval has not.
    """
    if number.value is None or not number.is_shown:
        return TOO_FEW
    sign = 1 if is_up_good else -1
    nearest, _ = _ends(number, is_up_good=is_up_good)
    if sign * number.value >= sign * expected:
        return ON_THE_WAY
    return BEHIND if nearest < sign * expected else TOO_FEW


def expected_by(day: dt.date, *, baseline: Number, target: float, due_on: dt.date) -> float:
    """Return where a measure should be on a day, on a straight line from a baseline to a target."""
    whole = (due_on - baseline.ends_on).days
    part = (day - baseline.ends_on).days / whole if whole > 0 else 1.0
    start = baseline.value if baseline.value is not None else target
    return start + part * (target - start)


def _ends(number: Number, *, is_up_good: bool) -> tuple[float, float]:
    """Return the better and the worse end of an interval, turned so that more is better."""
    low, high = float(number.ci_low or 0.0), float(number.ci_high or 0.0)
    return (high, low) if is_up_good else (-low, -high)


def _blank(number: int, target: TargetConfig, cells: pd.DataFrame) -> Target:
    """Return a target of which nothing is known yet."""
    known = set(cells["population"])
    found = (name for name in POPULATIONS if name in known)
    return Target(
        target_number=number,
        measure=target.measure,
        program=target.program,
        population=target.population or next(found, POPULATIONS[0]),
        target_value=target.value,
        due_on=target.by,
        declared_on=target.declared_on,
        is_declared_late=target.declared_on > _starts_on(target.by, target.period),
        period_grain=target.period,
        target_status=NOT_MEASURED,
    )


def _judge(
    row: Target,
    cells: pd.DataFrame,
    measure: pd.Series,
    *,
    as_of: dt.date,
    follow_up_ends_on: dt.date,
) -> Target:
    """Return a target as the published numbers of its periods judge it."""
    row = replace(row, unit=str(measure["unit"]))
    if not measure["is_measured"]:
        return replace(row, reason=f"needs {measure['needs']}")
    is_up_good = measure["direction"] == "up"
    horizon = None if _is_empty(measure["horizon_months"]) else int(measure["horizon_months"])
    own = cells[cells["population"].eq(row.population) & cells["period_grain"].eq(row.period_grain)]
    numbers = {one.ends_on: one for one in _numbers(own, row.period_grain)}

    def is_over(ends_on: dt.date) -> bool:
        """Whether all of a period is known, as far as it could be followed."""
        if horizon is None:
            return ends_on <= as_of
        # People of the workforce are followed from a period's first day, others from their start.
        first = _starts_on(ends_on, row.period_grain) - dt.timedelta(days=1)
        seen_from = first if row.population == "workforce" else ends_on
        return _months_later(seen_from, horizon) <= follow_up_ends_on

    # What takes some days to be seen is of a period that is over and not counted yet.
    is_awaited = row.due_on not in numbers and as_of < row.due_on + dt.timedelta(days=AWAITED_DAYS)
    if is_over(row.due_on) and not is_awaited:
        last = numbers.get(row.due_on)
        status = status_at_end(last, row.target_value, is_up_good=is_up_good)
        row = _with(replace(row, target_status=status), last)
        if status != TOO_FEW:
            return row
        has_range = last is not None and last.is_shown
        return replace(row, reason="the target lies within the range" if has_range else None)
    before = [n for end, n in sorted(numbers.items()) if end <= row.due_on and is_over(end)]
    since = [one for one in before if one.starts_on >= row.declared_on]
    baseline = next(
        (n for n in reversed(before) if n.starts_on < row.declared_on and n.is_shown), None
    )
    if baseline is not None:
        row = replace(row, baseline_value=baseline.value)
    if not since and is_over(row.due_on):
        return replace(row, target_status=TOO_EARLY, reason="its period is not counted yet")
    if not since:
        return replace(row, target_status=TOO_EARLY, reason="no period has begun and ended since")
    return _under_way(row, since[-1], baseline, is_up_good=is_up_good)


def _under_way(row: Target, latest: Number, baseline: Number | None, *, is_up_good: bool) -> Target:
    """Return a target that is not due as its newest number judges it."""
    row = _with(row, latest)
    sign = 1 if is_up_good else -1
    expected = row.target_value
    if baseline is not None and baseline.value is not None:
        # What was better than the target before is to stay at least as good as the target.
        if sign * baseline.value < sign * row.target_value:
            expected = expected_by(
                latest.ends_on, baseline=baseline, target=row.target_value, due_on=row.due_on
            )
    elif latest.value is not None and sign * latest.value < sign * row.target_value:
        return replace(
            row,
            target_status=TOO_EARLY,
            reason="no number from before it was declared shows the way",
        )
    status = status_before(latest, expected, is_up_good=is_up_good)
    reason = None
    if status == TOO_FEW and latest.is_shown:
        reason = "where it should be by now lies within the range"
    return replace(row, target_status=status, expected_value=expected, reason=reason)


def _with(row: Target, number: Number | None) -> Target:
    if number is None:
        return row
    shown = {name: getattr(number, name) for name in NUMBERS}
    return replace(row, period_start=number.starts_on, **shown)


def _numbers(cells: pd.DataFrame, grain: str) -> list[Number]:
    found = []
    for row in cells.to_dict("records"):
        starts_on = _date(row["period_start"])
        ends_on = _months_later(starts_on, MONTHS_OF[grain]) - dt.timedelta(days=1)
        values = [None if _is_empty(row[name]) else float(row[name]) for name in NUMBERS]
        hidden = [None, None, None] if row["is_suppressed"] else values
        found.append(Number(starts_on, ends_on, *hidden))
    return found


def _date(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else dt.date.fromisoformat(str(value))


def _is_empty(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))


def _starts_on(ends_on: dt.date, grain: str) -> dt.date:
    """Return the first day of the period that ends on a day."""
    return _months_later(ends_on + dt.timedelta(days=1), -MONTHS_OF[grain])


def _months_later(day: dt.date, months: int) -> dt.date:
    """Return the day so many months later; a month's last day stays a last day."""
    is_last = (day + dt.timedelta(days=1)).month != day.month
    place = day.year * 12 + day.month - 1 + months
    first = dt.date(place // 12, place % 12 + 1, 1)
    following = dt.date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return first.replace(day=last if is_last else min(day.day, last))
