"""Effects under each other on one scale, with zero marked: an interval plot that is a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyses.verdicts import HEADLINE, PRIMARY_ROLE
from reports.dimensions import place
from reports.effects import Effect, Effects
from reports.facts import Program
from reports.strips import Scale, scale_of


@dataclass(frozen=True)
class ForestRow:
    """One effect and what its row is called.

    Attributes:
        label: the program or the subgroup.
        effect: its effect.
        href: where the label leads.
        is_drawn: whether the number is printed: analysts see withdrawn ones too.
    """

    label: str
    effect: Effect
    href: str
    is_drawn: bool


@dataclass(frozen=True)
class Forest:
    """Effects on one outcome.

    Attributes:
        key: its name in addresses.
        title: what is compared.
        head: the name of the first column.
        rows: the effects, in order.
        scale: where they are drawn; none when every one is withheld.
    """

    key: str
    title: str
    head: str
    rows: tuple[ForestRow, ...]
    scale: Scale | None


def by_program(
    effects: Effects, programs: Iterable[Program], *, outcome: str, role: str = PRIMARY_ROLE
) -> Forest | None:
    """Return the headline effects of an outcome, by program and horizon."""
    groups = [("all", "All programs", ""), *((p.program, p.name, p.page) for p in programs)]
    rows = [
        ForestRow(name, effect, page, effect.is_stated)
        for program, name, page in groups
        for months in effects.horizons
        if (effect := effects.one(outcome=outcome, horizon_months=months, estimand=HEADLINE,
                                  role=role, program=program))
    ]  # fmt: skip
    return _forest(f"effect-{outcome}", f"Effect on {_name(effects, outcome)}", "Program", rows)


def by_subgroup(
    effects: Effects, *, outcome: str, horizon_months: int, role: str = PRIMARY_ROLE
) -> Forest | None:
    """Return the headline effects of an outcome at one horizon, by subgroup."""
    found = sorted(
        (
            effect
            for effect in effects.of(role=role, program="all")
            if (effect.outcome, effect.horizon_months, effect.estimand)
            == (outcome, horizon_months, HEADLINE)
        ),
        key=lambda e: (not e.is_whole, e.dimension, place(e.member)),
    )
    if all(effect.is_whole for effect in found):
        return None
    rows = [ForestRow(_capital(effect.subgroup), effect, "", effect.is_shown) for effect in found]
    title = f"Effect on {_name(effects, outcome)} at {horizon_months} months, by subgroup"
    return _forest(f"subgroups-{outcome}", title, "Mentees", rows)


def _forest(key: str, title: str, head: str, rows: list[ForestRow]) -> Forest | None:
    if not rows:
        return None
    return Forest(
        key, title, head, tuple(rows), scale_of(row.effect for row in rows if row.is_drawn)
    )


def _name(effects: Effects, outcome: str) -> str:
    return effects.known[outcome].label.lower()


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
