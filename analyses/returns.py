"""Return on investment: what people kept and promotions caused are worth, less the full cost.

Both come from the impact engine's published interval alone, and only where its verdict is clear: a
naive comparison earns nothing. What mentoring is worth after the first year is not counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import get_args

import pandas as pd

from analyses.results import RETURNS
from analyses.verdicts import (
    CLEAR_BENEFIT,
    CLEAR_HARM,
    HEADLINE,
    LARGEST_DETECTABLE_EFFECT,
    OFFERED,
    PREFERRED,
    PRIMARY_HORIZON_MONTHS,
    PRIMARY_ROLE,
    TOO_FEW,
    WITHDRAWN,
)
from workspace.config import CostsConfig, LevelBand

RETENTION, PROMOTION = "retention", "promotion"
COUNTED, REFUSED = "counted", "refused"
PEOPLE, SHARE = "people", "share"
CARRYING = (CLEAR_BENEFIT, CLEAR_HARM)
BANDS: tuple[LevelBand, ...] = get_args(LevelBand)


@dataclass(frozen=True)
class Range:
    """A low, a central and a high number; NaN where there is none."""

    low: float = math.nan
    central: float = math.nan
    high: float = math.nan

    @classmethod
    def certain(cls, value: float) -> Range:
        """Return the range of what is known without doubt."""
        return cls(value, value, value)

    def times(self, factor: float) -> Range:
        """Return every number so many times; the factor is not negative."""
        return Range(self.low * factor, self.central * factor, self.high * factor)

    def plus(self, other: Range) -> Range:
        """Return the sums of the lows, of the centers and of the highs."""
        return Range(self.low + other.low, self.central + other.central, self.high + other.high)


NOTHING = Range.certain(0.0)


@dataclass(frozen=True)
class Line:
    """One line of the account; the columns of the result table."""

    item: str
    low: float
    central: float
    high: float
    unit: str
    status: str
    reason: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the effects say of an outcome of all mentees.

    Attributes:
        people_n: those whom the estimate is about.
        caused: how many more of them stayed, or rose, than would have.
        reason: why nothing may be made of it; none where something may.
    """

    people_n: float
    caused: Range
    verdict: str
    reason: str | None

    @property
    def carries(self) -> bool:
        """Whether money may be counted by it."""
        return self.verdict in CARRYING


def returns(effects: pd.DataFrame, costs: CostsConfig | None) -> pd.DataFrame:
    """Return the result table `returns`; no rows where no effect was asked for.

    Args:
        effects: the published result table `effects`.
        costs: what `mentorship.yml` says of costs.

    Low, central and high are those of the intervals, both outcomes at the same end, which makes the
    range wide; everything that the organization declares is taken as it is. The cost is that of the
    same people: those the effect is about.

    Source: Phillips, Return on Investment in Training and Performance Improvement Programs (2003).
    """
    kept, rose = (_answer(effects, outcome) for outcome in (RETENTION, PROMOTION))
    rows: list[Line] = []
    if kept is not None:
        rows += [
            _line("mentees_compared", Range.certain(kept.people_n), PEOPLE, _missing(kept)),
            _line("people_kept", kept.caused, PEOPLE, kept.reason),
        ]
    if rose is not None:
        rows.append(_line("promotions_caused", rose.caused, PEOPLE, rose.reason))
    if kept is not None:
        rows += _account(kept, rose, costs, replacement_cost(effects, costs))
    return pd.DataFrame(
        [{name: getattr(row, name) for name in RETURNS} for row in rows], columns=list(RETURNS)
    )


def _account(
    kept: Answer, rose: Answer | None, costs: CostsConfig | None, per_person: float
) -> Iterator[Line]:
    """Yield the lines in money: the costs as far as they are declared, and then what they bring."""
    if costs is None:
        yield _line("return_on_investment", Range(), SHARE, "needs costs in mentorship.yml")
        return
    n, money = kept.people_n, costs.currency
    parts = {
        "program_costs": n * costs.budget.amount / costs.budget.mentees,
        "mentee_time": n * costs.hours_per_mentee * costs.hourly_cost,
        "mentor_time": n * costs.hours_per_mentor * costs.hourly_cost,
    }
    cost = sum(parts.values())
    missing = _missing(kept)
    for item, amount in {**parts, "full_cost": cost}.items():
        yield _line(item, Range.certain(amount), money, missing)
    yield _line("replacement_cost", Range.certain(per_person), money, None)
    yield _line("break_even_people", Range.certain(cost / per_person), PEOPLE, missing)
    reason = kept.reason or _doubt(kept)
    from_kept = kept.caused.times(per_person)
    from_rose = _worth(rose, costs, people_n=n)
    benefit = from_kept.plus(from_rose)
    net = benefit.plus(Range.certain(-cost))
    yield _line("benefit_of_people_kept", from_kept, money, reason)
    yield _line("benefit_of_promotions", from_rose, money, reason)
    yield _line("net_benefit", net, money, reason)
    free = "nothing is said to have cost anything" if cost == 0 else None
    roi = net.times(1 / cost) if cost else Range()
    yield _line("return_on_investment", roi, SHARE, reason or free)
    even = _break_even(cost, kept.caused, from_rose)
    never = None if even.central > 0 else "nobody was kept, so no price of replacing pays for it"
    yield _line("break_even_replacement_cost", even, money, reason or never)


def replacement_cost(effects: pd.DataFrame, costs: CostsConfig | None) -> float:
    """Return what replacing one of the mentees costs, by their levels where these are known.

    Where the numbers of mentees by level band are not all published, it is that of the band where
    replacing costs least.
    """
    if costs is None:
        return math.nan
    by_band = {
        band: _of(costs.yearly_pay, band) * _of(costs.replacement_share, band) for band in BANDS
    }
    wanted = {"role": PRIMARY_ROLE, "program": "all", "subgroup_dimension": "level_band",
              "outcome": RETENTION, "horizon_months": PRIMARY_HORIZON_MONTHS,
              "estimand": HEADLINE}  # fmt: skip
    rows = effects[(effects[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    people = rows.set_index("subgroup_member")["treated_n"].reindex(BANDS).astype(float)
    if people.isna().any():
        return min(by_band.values())
    costs_of_all = sum(by_band[band] * float(people[band]) for band in BANDS)
    return costs_of_all / float(people.sum())


def _of(given: float | Mapping[LevelBand, float], band: LevelBand) -> float:
    return given[band] if isinstance(given, Mapping) else given


def _answer(effects: pd.DataFrame, outcome: str) -> Answer | None:
    """Return what is known of all mentees by the best design that has the size, as the pages do."""
    wanted = {"role": PRIMARY_ROLE, "program": "all", "subgroup_dimension": "all",
              "outcome": outcome, "horizon_months": PRIMARY_HORIZON_MONTHS}  # fmt: skip
    rows = effects[(effects[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    rows = rows.drop_duplicates("estimand").set_index("estimand", drop=False)
    for estimand in (*PREFERRED, HEADLINE):
        if estimand in rows.index and (estimand == HEADLINE or _has_size(rows.loc[estimand])):
            return _of_effect(rows.loc[estimand])
    return None


def _has_size(row: pd.Series) -> bool:
    is_stated = pd.notna(row["effect"]) and row["verdict"] not in WITHDRAWN
    least = row["minimum_detectable_effect"]
    return bool(is_stated and pd.notna(least) and least <= LARGEST_DETECTABLE_EFFECT)


def _of_effect(row: pd.Series) -> Answer:
    # A lottery answers for everybody it offered a mentor, a comparison for those it found people
    # like.
    people_n = row["treated_n" if row["estimand"] == OFFERED else "matched_treated_n"]
    verdict = str(row["verdict"])
    if pd.isna(row["effect"]) or pd.isna(people_n):
        return Answer(math.nan, Range(), TOO_FEW, TOO_FEW if verdict not in WITHDRAWN else verdict)
    n = float(people_n)
    if verdict in WITHDRAWN:
        return Answer(n, Range(), verdict, verdict)
    caused = Range(*(float(row[name]) for name in ("ci_low", "effect", "ci_high"))).times(n)
    return Answer(n, caused, verdict, None)


def _doubt(kept: Answer) -> str | None:
    """Return why an estimate that may be stated earns nothing yet."""
    return None if kept.carries else kept.verdict


def _missing(kept: Answer) -> str | None:
    """Return why there is no number of the people it is about."""
    return TOO_FEW if math.isnan(kept.people_n) else None


def _worth(rose: Answer | None, costs: CostsConfig, *, people_n: float) -> Range:
    """Return what promotions are worth: nothing where it is not declared or cannot be told.

    Another design may be about other people: of more than the costs are of, a part counts.
    """
    if rose is None or not rose.carries or costs.promotion_value == 0:
        return NOTHING
    return rose.caused.times(costs.promotion_value * min(1.0, people_n / rose.people_n))


def _break_even(cost: float, kept: Range, from_rose: Range) -> Range:
    """Return the cost of replacing one person from which on the programs pay for themselves.

    The low one goes with the most people kept; where none or fewer are kept, none is enough.
    """

    def price(people: float, earned: float) -> float:
        return max(cost - earned, 0.0) / people if people > 0 else math.nan

    return Range(
        price(kept.high, from_rose.high),
        price(kept.central, from_rose.central),
        price(kept.low, from_rose.low),
    )


def _line(item: str, found: Range, unit: str, reason: str | None) -> Line:
    """Return a line; without numbers where there is a reason for none."""
    line = Line(item, found.low, found.central, found.high, unit, COUNTED)
    if reason is None:
        return line
    return replace(
        line, low=math.nan, central=math.nan, high=math.nan, status=REFUSED, reason=reason
    )
