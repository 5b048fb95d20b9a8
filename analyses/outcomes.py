"""The outcomes whose effect is estimated: the list of `dbt_project.yml`, as Python reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analyses.project import PROJECT, VARIABLES
from workspace.config import REFERENCE, WorkspaceConfig
from workspace.errors import ConfigError


@dataclass(frozen=True)
class Outcome:
    """One entry of the list.

    Attributes:
        name: what the results and `impact.outcomes` call it.
        label: what pages call it.
        kind: `followed` month by month; `value`, a mean over those who have one at the horizon; or
            `response`, whether people have one.
        direction: which way is better, `up` or `down`.
        roles: whose effect on it is asked for, of `mentee` and `mentor`.
        counts: of a followed outcome, the share of whom is reported: `staying` are those without
            the event, `happening` those with it.
        has_past: whether everybody has earlier ones: the question of the placebo.
        is_primary: whether it is a declared question, judged on its own p.
        event: of a followed outcome, the column of `int_trials__eligible` with the month, counted
            from time zero, of its event.
        event_if: a column there without which the event is another one.
        competing: the column there with the month of what ends follow-up without the event.
        value: of the other kinds, the column that `answer_changes` (macros/outcomes.sql) works out.
        naive_day: the column of `rpt_naive_comparison__by_horizon` with the day of its event, where
            dashboards print the outcome.
        guardrail: the guardrail (analyses/guardrails.py) that holds where it does not worsen.
        needs_one_of: canonical tables without any of which its event cannot be known.
    """

    name: str
    label: str
    kind: Literal["followed", "value", "response"]
    direction: Literal["up", "down"]
    roles: tuple[str, ...]
    counts: Literal["staying", "happening"] | None = None
    has_past: bool = False
    is_primary: bool = False
    event: str | None = None
    event_if: str | None = None
    competing: str | None = None
    value: str | None = None
    naive_day: str | None = None
    guardrail: str | None = None
    needs_one_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an entry that lacks what its kind needs."""
        is_complete = (
            bool(self.event) and self.counts in ("staying", "happening")
            if self.kind == "followed"
            else bool(self.value) and self.kind in ("value", "response")
        )
        if not (is_complete and self.label and self.roles and self.direction in ("up", "down")):
            raise ValueError(
                f"{PROJECT.name}: the outcome {self.name} is not complete. A followed one has "
                "`event` and `counts`, any other `value`; all have `label`, `direction` and "
                "`roles`."
            )


def read_outcomes(entries: Iterable[Mapping[str, Any]]) -> tuple[Outcome, ...]:
    """Return the outcomes of a list, in its order.

    Raises:
        ValueError: an entry is not complete.
        TypeError: an entry has a key that no outcome has, or lacks one that all have.
    """
    listed = ("roles", "needs_one_of")
    return tuple(
        Outcome(**{**entry, **{key: tuple(entry[key]) for key in listed if key in entry}})
        for entry in entries
    )


OUTCOMES = read_outcomes(VARIABLES["outcomes"])
# The themes whose measures are no practices.
OUTCOME_THEMES = frozenset(VARIABLES["outcome_themes"])
NAMES = tuple(outcome.name for outcome in OUTCOMES)
FOLLOWED = tuple(outcome for outcome in OUTCOMES if outcome.kind == "followed")
STAYING = tuple(outcome.name for outcome in OUTCOMES if outcome.counts == "staying")
# Means have no events and no risk ratio.
MEANS = tuple(outcome.name for outcome in OUTCOMES if outcome.kind == "value")
# Of these, less is better.
DOWNWARD = tuple(outcome.name for outcome in OUTCOMES if outcome.direction == "down")
WITH_PAST = tuple(outcome.name for outcome in OUTCOMES if outcome.has_past)
PRIMARY = tuple(outcome.name for outcome in OUTCOMES if outcome.is_primary)


def asked_outcomes(config: WorkspaceConfig) -> tuple[str, ...]:
    """Return the names of the outcomes that are asked for: where none is, all that can be known."""
    return config.impact.outcomes or tuple(
        outcome.name for outcome in OUTCOMES if not _missing(outcome, config)
    )


def _missing(outcome: Outcome, config: WorkspaceConfig) -> tuple[str, ...]:
    """Return the tables of which an outcome needs one; nothing where there is one."""
    exported = {source.table for source in config.sources}
    return () if exported & {*outcome.needs_one_of} else outcome.needs_one_of


def check_outcomes(config: WorkspaceConfig) -> None:
    """Refuse outcomes of `mentorship.yml` that are not on the list, or that no export tells of.

    Raises:
        ConfigError: naming the entry and what it could be.
    """
    keys = ("impact", "outcomes")
    for number, name in enumerate(config.impact.outcomes or ()):
        if name not in NAMES:
            *others, last = (f"'{known}'" for known in NAMES)
            raise ConfigError(
                f"{'.'.join(keys)}.{number} must be {', '.join(others)} or {last}.",
                place=config.place(*keys, number),
                found=name,
                to_do=REFERENCE,
            )
    for outcome in OUTCOMES:
        if outcome.name in (config.impact.outcomes or ()) and (tables := _missing(outcome, config)):
            raise ConfigError(
                f"{'.'.join(keys)} asks for {outcome.name}, which needs an export of "
                f"{' or '.join(tables)}.",
                place=config.place(*keys),
                found=outcome.name,
                to_do="add one to `sources`, or leave the outcome out",
            )
