"""What a page may say about the run, the design of the estimates and the programs.

Run id, start time and timings are left out on purpose: the same inputs give the same pages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from reports import formats
from reports.frames import date, records
from workspace.age import Age


@dataclass(frozen=True)
class InputFact:
    """One export: where it lay, what it held."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class GateFact:
    """How many checks of the exports there were, and how many found something."""

    critical_n: int
    critical_failed_n: int
    warning_n: int
    warning_failed_n: int

    @property
    def is_passed(self) -> bool:
        """Whether every critical check was met."""
        return self.critical_failed_n == 0

    @property
    def is_clean(self) -> bool:
        """Whether there were checks and none of them found anything."""
        return bool(self.critical_n) and not self.critical_failed_n + self.warning_failed_n

    @property
    def sentence(self) -> str:
        """The state of the gate in one sentence."""
        if not self.critical_n + self.warning_n:
            return "No check of the exports was made"
        checks = formats.plural(self.critical_n + self.warning_n, "check")
        if not self.is_passed:
            failed = formats.plural(self.critical_failed_n, "critical check")
            return f"{failed} of the exports failed"
        if self.warning_failed_n:
            warnings = formats.plural(self.warning_failed_n, "warning")
            return f"{checks} of the exports, {warnings}"
        return f"All {checks} of the exports passed"


@dataclass(frozen=True)
class Design:
    """What the configuration asked of the estimates; what the run does not say is empty."""

    ladder: tuple[tuple[str, ...], ...] = ()
    minimum_tenure_months: int | None = None
    minimum_retained_share: float | None = None
    eligible_levels: tuple[int, ...] = ()
    eligible_departments: tuple[str, ...] = ()

    def knowing(self, unknown: Collection[str]) -> Design:
        """Return the design without covariates of which nothing is known: nobody shares them."""
        kept = tuple(tuple(name for name in rung if name not in unknown) for rung in self.ladder)
        return replace(self, ladder=kept)

    def rung(self, number: int) -> str:
        """Return what people must share on a rung, as in `quarter, level and rating`."""
        if not 1 <= number <= len(self.ladder):
            return ""
        return formats.listing(", ".join(covariate(name) for name in self.ladder[number - 1]))


# How a covariate is called on a page, where that is not its own name.
COVARIATES = {
    "trial_month": "month of start",
    "trial_quarter": "quarter of start",
    "tenure_band": "months employed",
    "rating": "last rating",
    "promotion_band": "months since promotion",
    "is_people_manager": "manages people",
}


def covariate(name: str) -> str:
    """Return a covariate in words."""
    return COVARIATES.get(name, name.replace("_", " "))


def design(impact: Mapping[str, Any]) -> Design:
    """Return the design from the part of `run.json` that holds the configuration of it."""
    tenure, share = impact.get("minimum_tenure_months"), impact.get("minimum_retained_share")
    return Design(
        ladder=tuple(tuple(str(name) for name in rung) for rung in impact.get("ladder") or ()),
        minimum_tenure_months=None if tenure is None else int(tenure),
        minimum_retained_share=None if share is None else float(share),
        eligible_levels=tuple(int(level) for level in impact.get("eligible_levels") or ()),
        eligible_departments=tuple(str(name) for name in impact.get("eligible_departments") or ()),
    )


@dataclass(frozen=True)
class AttackFact:
    """How the release was attacked before it was published.

    Attributes:
        counts_n, statements_n: counts, and statements that tie them together.
        hidden_n: hidden ones among them.
        programs_n: linear and integer programs solved.
        narrowest: width of the narrowest interval around a hidden group; none without one.
        steps_n: by how many steps the release became coarser than planned.
    """

    counts_n: int
    statements_n: int
    hidden_n: int
    programs_n: int
    narrowest: float | None
    steps_n: int


@dataclass(frozen=True)
class StandingFact:
    """How many numbers rest on earlier exports, because few people have moved them since.

    Attributes:
        rows_n: rows of the tables that count people.
        older_n: those that stand as they were.
        oldest: the earliest day they rest on.
    """

    rows_n: int
    older_n: int
    oldest: dt.date


@dataclass(frozen=True)
class RunFacts:
    """The facts of the run that are the same whenever it is repeated."""

    organization: str
    title: str
    as_of: dt.date | None
    follow_up_ends_on: dt.date | None
    age: Age | None
    has_pairings: bool
    gate: GateFact
    version: str
    versions: tuple[tuple[str, str], ...]
    config_hash: str
    inputs: tuple[InputFact, ...]
    warnings: tuple[str, ...]
    minimum_group_size: int
    minimum_effect_group_size: int
    attack: AttackFact | None
    standing: StandingFact | None
    design: Design

    @property
    def checks_sentence(self) -> str:
        """The state of the exports in one sentence: of the gate, and of reading them."""
        more = len(self.warnings) - self.gate.warning_failed_n
        if more <= 0:
            return self.gate.sentence
        return f"{self.gate.sentence}; {formats.plural(more, 'more warning')}"

    @property
    def is_clean(self) -> bool:
        """Whether neither a check nor the reading of the exports found anything."""
        return self.gate.is_clean and not self.warnings


def run_facts(run: Mapping[str, Any]) -> RunFacts:
    """Return the repeatable facts of `run.json`."""
    organization = str(run["organization"])
    privacy = run.get("privacy") or {}
    gates = run.get("gates") or {}
    inputs = sorted(run.get("inputs") or (), key=lambda given: str(given["path"]))
    return RunFacts(
        organization=organization,
        title=str(run.get("title") or f"Mentorship at {organization}"),
        as_of=date(run.get("as_of")),
        follow_up_ends_on=date(run.get("follow_up_ends_on")),
        age=_age(run),
        has_pairings=bool(run.get("has_pairings")),
        gate=GateFact(
            *(
                int(gates.get(key, 0))
                for key in ("critical_n", "critical_failed_n", "warning_n", "warning_failed_n")
            )
        ),
        version=str(run.get("version", "")),
        versions=tuple(sorted((str(k), str(v)) for k, v in (run.get("versions") or {}).items())),
        config_hash=str(run.get("config_hash", "")),
        inputs=tuple(
            InputFact(str(given["path"]), str(given["sha256"]), int(given["rows"]))
            for given in inputs
        ),
        warnings=tuple(str(warning) for warning in run.get("warnings") or ()),
        minimum_group_size=int(privacy.get("shown_from") or privacy.get("minimum_group_size", 5)),
        minimum_effect_group_size=int(privacy.get("minimum_effect_group_size", 10)),
        attack=_attack(run),
        standing=_standing(run),
        design=design(run.get("impact") or {}),
    )


def _age(run: Mapping[str, Any]) -> Age | None:
    as_of, today, limits = date(run.get("as_of")), date(run.get("built_on")), run.get("report")
    if as_of is None or today is None or not limits:
        return None
    return Age(as_of, today, int(limits["amber_after_days"]), int(limits["red_after_days"]))


def _attack(run: Mapping[str, Any]) -> AttackFact | None:
    given = run.get("attack")
    if not given:
        return None
    names = ("counts_n", "statements_n", "hidden_n", "programs_n")
    return AttackFact(
        **{name: int(given[name]) for name in names},
        narrowest=given["narrowest"],
        steps_n=int((run.get("publishing") or {}).get("steps_n", 0)),
    )


def _standing(run: Mapping[str, Any]) -> StandingFact | None:
    given = run.get("standing") or {}
    oldest = date(given.get("oldest"))
    if oldest is None:
        return None
    return StandingFact(int(given["rows_n"]), int(given["older_n"]), oldest)


@dataclass(frozen=True)
class Program:
    """One program and the page that is its own.

    Attributes:
        program: its id in the results.
        name: what people call it.
        kind: one-to-one, reverse, group or peer.
        starts_on: its first day.
        is_voluntary: whether people choose to join; empty when nobody recorded it.
        page: the file of its page, safe in any file system.
    """

    program: str
    name: str
    kind: str
    starts_on: dt.date | None
    is_voluntary: bool | None
    page: str

    @property
    def slug(self) -> str:
        """The part of the page's name that is this program's own."""
        return self.page.removeprefix("program-").removesuffix(".html")

    @property
    def note(self) -> str:
        """What the program is, in one line."""
        since = f", since {formats.day(self.starts_on)}" if self.starts_on else ""
        return f"{self.kind}, joining {self.joining}{since}"

    @property
    def joining(self) -> str:
        """How people come to join, in a word."""
        if self.is_voluntary is None:
            return "not recorded"
        return "voluntary" if self.is_voluntary else "assigned"


def programs(frame: pd.DataFrame) -> tuple[Program, ...]:
    """Return the programs by name, without the row that stands for all of them."""
    rows = [row for row in records(frame) if row["program"] not in (None, "all")]
    rows.sort(key=lambda row: (str(row["program_name"] or row["program"]), str(row["program"])))
    ids = [str(row["program"]) for row in rows]
    return tuple(
        Program(
            program=str(row["program"]),
            name=str(row["program_name"] or row["program"]),
            kind=str(row["program_type"] or "type not recorded").replace("_", "-"),
            starts_on=date(row["starts_on"]),
            is_voluntary=None if row["is_voluntary"] is None else bool(row["is_voluntary"]),
            page=f"program-{slug(str(row['program']), among=ids)}.html",
        )
        for row in rows
    )


def slug(text: str, *, among: list[str]) -> str:
    """Return a file-safe name for an id, told apart from the others that would read the same."""
    plain = _plain_slug(text)
    is_alone = sum(_plain_slug(other) == plain for other in among) == 1
    # "all" names the charts of all programs together.
    if plain not in ("", "all") and is_alone:
        return plain
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return "-".join(part for part in (plain, digest) if part)


def _plain_slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40]
