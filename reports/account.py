"""Return on investment as leadership reads it: a few sentences, and every line of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.verdicts import (
    BENEFIT_UNLESS,
    CONTRADICTED,
    LIKELY_BENEFIT,
    LIKELY_HARM,
    NO_CLEAR_EFFECT,
    NOT_COMPARABLE,
    TOO_FEW,
    VETOED,
)
from reports import formats
from reports.definitions import Definition
from reports.frames import records
from reports.terms import BY_NAME

NAMES = {
    "mentees_compared": "Mentees compared",
    "program_costs": "Programs, beside people\u2019s time",
    "mentee_time": "Hours of mentees",
    "mentor_time": "Hours of mentors",
    "benefit_of_people_kept": "Benefit of people kept",
    "benefit_of_promotions": "Benefit of promotions",
    "net_benefit": "Benefit less full cost",
}
ORDER = (
    *("mentees_compared", "people_kept", "promotions_caused"),
    *("program_costs", "mentee_time", "mentor_time", "full_cost"),
    *("replacement_cost", "benefit_of_people_kept", "benefit_of_promotions", "net_benefit"),
    *("return_on_investment", "break_even_replacement_cost", "break_even_people"),
)
# Why nothing is made of an estimate, after "not worked out: ".
REASONS = {
    NO_CLEAR_EFFECT: "whether mentoring kept anybody cannot be told from these data",
    LIKELY_BENEFIT: "there is a hint that mentoring kept people, and no more than that",
    LIKELY_HARM: "there is a hint that mentoring cost people, and no more than that",
    BENEFIT_UNLESS: "who was chosen may explain why more stayed",
    CONTRADICTED: "mentees differed from people like them before it began",
    VETOED: "those who want a mentor differ from people like them to begin with",
    NOT_COMPARABLE: "people like the mentees could not be found",
    TOO_FEW: "there are too few people",
}


@dataclass(frozen=True)
class Line:
    """One line of the account, written out.

    Attributes:
        item: its name in the results.
        name: its name on a page.
        definition: of it, where the glossary has one.
        low, central, high: the numbers; empty where there are none.
        reason: why there are none.
    """

    item: str
    name: str
    definition: Definition | None
    low: str
    central: str
    high: str
    reason: str


@dataclass(frozen=True)
class Account:
    """What mentoring paid back.

    Attributes:
        lines: the whole account, for the analyst.
        kept: people kept and promotions caused, each with what is said of it.
        answer: what is said of the return on investment, which may be why there is none.
        break_even: what it would take.
        aloud: the answer as somebody can say it to others; empty without one.
    """

    lines: tuple[Line, ...]
    kept: tuple[tuple[Definition, str], ...]
    answer: tuple[Definition, str]
    break_even: tuple[str, ...]
    aloud: str


def account(frame: pd.DataFrame) -> Account | None:
    """Return the account; nothing where no effect was asked for.

    Args:
        frame: the result table `returns`.
    """
    rows = {str(row["item"]): row for row in records(frame)}
    if not rows:
        return None
    return Account(
        lines=tuple(_line(rows[item]) for item in ORDER if item in rows),
        kept=tuple(
            (BY_NAME[item], _kept(rows, item, became)) for item, became in KEPT if item in rows
        ),
        answer=(BY_NAME[ROI], _answer(rows)),
        break_even=tuple(filter(None, (_price(rows), _needed(rows)))),
        aloud=_aloud(rows),
    )


KEPT = (
    ("people_kept", "are still here after a year than would have been"),
    ("promotions_caused", "were promoted within a year than would have been"),
)
ROI = "return_on_investment"


def _kept(rows: Mapping[str, dict[str, Any]], item: str, became: str) -> str:
    row = rows[item]
    if row["central"] is None:
        return f"cannot be said; {_reason(row)}."
    low, high = (_people(float(row[end])) for end in ("low", "high"))
    of = rows.get("mentees_compared", {}).get("central")
    whom = "mentees" if of is None or item != "people_kept" else f"{formats.count(of)} mentees"
    if float(row["low"]) <= 0 <= float(row["high"]):
        return f"cannot be told; of the {whom} the data fit {low} to {high}."
    size, way = _size(float(row["central"])), "more" if float(row["central"]) > 0 else "fewer"
    return f"of the {whom} about {size} {way} {became}; the data fit {low} to {high}."


def _answer(rows: Mapping[str, dict[str, Any]]) -> str:
    roi = rows.get(ROI)
    if roi is None:
        return "not measured; retention was not asked about."
    if roi["central"] is None:
        return f"not worked out; {_reason(roi)}."
    cost = rows["full_cost"]
    return (
        f"{_percent(roi, 'central')}, from "
        f"{_percent(roi, 'low')} to {_percent(roi, 'high')}, in the first year, of a full cost of "
        f"{_money(cost, 'central')}."
    )


def _price(rows: Mapping[str, dict[str, Any]]) -> str:
    row = rows.get("break_even_replacement_cost")
    if row is None or row["central"] is None:
        return ""
    most = f"to {_money(row, 'high')}" if row["high"] is not None else "upwards, without limit"
    return (
        f"It pays back if replacing one person costs more than {_money(row, 'central')} (the data "
        f"fit {_money(row, 'low')} {most}); declared is {_money(rows['replacement_cost'], 'low')}."
    )


def _needed(rows: Mapping[str, dict[str, Any]]) -> str:
    row, of = rows.get("break_even_people"), rows.get("mentees_compared")
    if row is None or row["central"] is None or of is None or not of["central"]:
        return ""
    per_100 = formats.decimal(float(row["central"]) / float(of["central"]) * 100, 0)
    if float(row["central"]) > float(of["central"]):
        per_100 = "more than all"
    return (
        f"By people kept alone the first year pays back if mentoring keeps {per_100} of 100 "
        "mentees who would have left."
    )


def _aloud(rows: Mapping[str, dict[str, Any]]) -> str:
    roi = rows.get(ROI)
    if roi is None or roi["central"] is None:
        return ""
    value = float(roi["central"])
    way = "brought back its cost and" if value >= 0 else "fell short of its cost by"
    more = " more" if value >= 0 else ""
    return (
        f"In its first year mentoring {way} {formats.amount(abs(value), 'share')}{more}, counting "
        f"nothing beyond that year; the data fit {_percent(roi, 'low')} to {_percent(roi, 'high')}."
    )


def _reason(row: Mapping[str, Any]) -> str:
    reason = str(row["reason"] or "")
    return REASONS.get(reason, reason)


def _line(row: dict[str, Any]) -> Line:
    item = str(row["item"])
    definition = BY_NAME.get(item)
    write = _writer(str(row["unit"]))
    low, central, high = ("" if row[n] is None else write(float(row[n])) for n in ENDS)
    return Line(
        item=item,
        name=definition.label if definition else NAMES[item],
        definition=definition,
        low="" if low == central == high else low,
        central=central,
        high="" if low == central == high else high,
        reason=_reason(row),
    )


ENDS = ("low", "central", "high")


def _writer(unit: str) -> Any:
    if unit == "people":
        return lambda value: formats.decimal(value, 1).removesuffix(".0")
    if unit == "share":
        return lambda value: formats.amount(value, "change")
    return lambda value: f"{formats.decimal(value, 0)} {unit}"


def _people(value: float) -> str:
    size = _size(value)
    return "none" if size == "0" else f"{size} {'more' if value > 0 else 'fewer'}"


def _size(value: float) -> str:
    return formats.decimal(abs(value), 0 if abs(value) >= 10 else 1).removesuffix(".0")


def _percent(row: Mapping[str, Any], end: str) -> str:
    return formats.amount(float(row[end]), "change")


def _money(row: Mapping[str, Any], end: str) -> str:
    return f"{formats.decimal(float(row[end]), 0)} {row['unit']}"
