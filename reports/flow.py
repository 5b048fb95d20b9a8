"""Where everybody went: from the workforce to the people who are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from reports import formats
from reports.facts import Design
from reports.frames import records

HIDDEN = "hidden"
PEOPLE = {
    "mentee": ("started as a mentee", "could stand beside them"),
    "mentor": ("started as a mentor", "could stand beside them"),
}
RUNG = re.compile(r"matched at rung (\d+)")


@dataclass(frozen=True)
class Line:
    """A count of people and what they are; text stands in for a count that is hidden."""

    count: str
    words: str


@dataclass(frozen=True)
class Step:
    """One box for each arm; a loss or a rung may hold several lines."""

    title: str
    kind: Literal["people", "loss", "rung"]
    treated: tuple[Line, ...]
    control: tuple[Line, ...]


@dataclass(frozen=True)
class Rung:
    """One rung of the matching ladder and who was matched on it."""

    number: int
    shares: str
    count: str
    share: str


@dataclass(frozen=True)
class Flow:
    """The way of one role in one program."""

    role: str
    program: str
    steps: tuple[Step, ...]
    rungs: tuple[Rung, ...]


def flows(frame: pd.DataFrame, design: Design) -> tuple[Flow, ...]:
    """Return the flow of every role and program, all programs together first."""
    rows = records(frame)
    rows.sort(key=lambda row: (int(row["step_number"]), str(row["step"]), str(row["reason"] or "")))
    groups = sorted(
        {(str(row["role"]), str(row["program"])) for row in rows},
        key=lambda group: (group[0], group[1] != "all", group[1]),
    )
    return tuple(
        _flow(
            role,
            program,
            [row for row in rows if (row["role"], row["program"]) == (role, program)],
            design,
        )
        for role, program in groups
    )


def _flow(role: str, program: str, rows: list[dict[str, Any]], design: Design) -> Flow:
    def of(*names: str) -> list[dict[str, Any]]:
        return [row for row in rows if str(row["step"]) in names]

    started, beside = PEOPLE.get(role, (f"started as a {role}", "could stand beside them"))
    rungs = [row for row in rows if RUNG.fullmatch(str(row["step"]))]
    steps = [
        _people("Workforce", of("workforce"), started, beside),
        _losses("Left out", of("not eligible")),
        _people("Eligible", of("trials"), "enter a trial", "enter at least one trial"),
        _losses("Nobody alike", of("unmatched")),
        _people("Compared", of("matched"), "matched", "stand beside somebody"),
    ]
    if rungs:
        steps.insert(3, _rung_step(rungs))
    eligible = next((row["treated_n"] for row in of("trials")), None)
    return Flow(
        role,
        program,
        tuple(step for step in steps if step),
        tuple(_rung(row, eligible, design) for row in rungs),
    )


def _people(title: str, rows: list[dict[str, Any]], treated: str, control: str) -> Step | None:
    if not rows:
        return None
    row = rows[0]
    return Step(
        title,
        "people",
        (Line(_count(row, "treated_n"), treated),),
        (Line(_count(row, "control_n"), control),),
    )


def _losses(title: str, rows: list[dict[str, Any]]) -> Step | None:
    if not rows:
        return None
    return Step(title, "loss", _lines(rows, "treated_n"), _lines(rows, "control_n"))


def _lines(rows: list[dict[str, Any]], column: str) -> tuple[Line, ...]:
    other = "control_n" if column == "treated_n" else "treated_n"
    return tuple(
        Line(_count(row, column), str(row["reason"]))
        for row in rows
        # An empty count is hidden only where the row says so, and not where the other one is.
        if row[column] is not None or (row["is_suppressed"] and row[other] is None)
    )


def _rung_step(rows: list[dict[str, Any]]) -> Step:
    lines = tuple(
        Line(_count(row, "treated_n"), f"on rung {_number(row)} of the ladder") for row in rows
    )
    return Step("Matched on", "rung", lines, ())


def _rung(row: dict[str, Any], eligible: float | None, design: Design) -> Rung:
    n = row["treated_n"]
    return Rung(
        number=_number(row),
        shares=design.rung(_number(row)),
        count=_count(row, "treated_n"),
        share="" if n is None or not eligible else formats.amount(n / eligible, "share"),
    )


def _number(row: dict[str, Any]) -> int:
    found = RUNG.fullmatch(str(row["step"]))
    return int(found[1]) if found else 0


def _count(row: dict[str, Any], column: str) -> str:
    value = row[column]
    if value is not None:
        return formats.count(value)
    return HIDDEN if row["is_suppressed"] else "not counted"
