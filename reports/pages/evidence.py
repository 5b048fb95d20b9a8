"""What stands behind the effects, for the analyst: flow, balance, placebo, every row."""

from __future__ import annotations

from dataclasses import dataclass

from analyses.results import Results
from analyses.verdicts import (
    FIXED,
    HEADLINE,
    LARGEST_TOLERATED_CONTAMINATION,
    LARGEST_TOLERATED_PERSON_SHARE,
    LARGEST_TOLERATED_SMD,
    OFFERED,
    PREFERRED,
    PRIMARY_HORIZON_MONTHS,
    SAMPLE_RATIO_REFUSAL,
    SAMPLE_RATIO_WARNING,
    TARGET_SMD,
)
from reports import formats
from reports.balance import LovePlot, love_plots
from reports.definitions import Definition
from reports.doubts import pulled
from reports.effects import GRID, Effect, Effects
from reports.findings import Finding, findings, others_of
from reports.flow import Flow, flows
from reports.forest import Forest, by_subgroup
from reports.placebo import Placebo, cited, placebos
from reports.target import CITATION, Item, checklist
from reports.terms import BY_NAME
from reports.verdicts import CONTRADICTED
from reports.view import View


@dataclass(frozen=True)
class Fact:
    """One number behind an estimate, what it is, and what it says here."""

    definition: Definition
    text: str
    meaning: str


@dataclass(frozen=True)
class Primary:
    """A declared question with everything that stands behind its answer."""

    finding: Finding
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Block:
    """All estimates of one role and outcome."""

    role: str
    title: str
    rows: tuple[Effect, ...]
    hidden_n: int


@dataclass(frozen=True)
class Evidence:
    """What the analyst sees of the effects."""

    primary: tuple[Primary, ...]
    flows: tuple[Flow, ...]
    love: tuple[LovePlot, ...]
    balance: tuple[LovePlot, ...]
    placebos: tuple[Placebo, ...]
    cited: str
    subgroups: tuple[Forest, ...]
    blocks: tuple[Block, ...]
    naive: tuple[Effect, ...]
    columns: tuple[tuple[Definition, str], ...]
    target: tuple[Item, ...]
    citation: str


def evidence(view: View, results: Results) -> Evidence:
    """Return what stands behind the effects."""
    effects = view.effects
    found = findings(view)
    plots = love_plots(results.balance, view.program_names, effects)
    subgroups = (
        by_subgroup(effects, outcome=outcome.name, horizon_months=PRIMARY_HORIZON_MONTHS)
        for outcome in view.outcomes.primary
    )
    return Evidence(
        primary=tuple(Primary(finding, _facts(finding, effects)) for finding in found),
        flows=flows(results.flow, view.facts.design),
        love=tuple(plot for plot in plots if plot.program == "all" and plot.shown),
        # The others, as tables: a picture for each would be too many.
        balance=tuple(plot for plot in plots if plot.program != "all" or not plot.shown),
        placebos=placebos(effects),
        cited=cited(),
        subgroups=tuple(forest for forest in subgroups if forest),
        blocks=_blocks(effects),
        naive=tuple(effect for effect in effects.naive if effect.is_whole),
        columns=tuple((BY_NAME["ci_low" if c == "ci_high" else c], head) for c, head, _ in GRID),
        target=checklist(view.facts, effects, view.programs, found) if found else (),
        citation=CITATION,
    )


def _blocks(effects: Effects) -> tuple[Block, ...]:
    roles = dict.fromkeys(effect.role for effect in effects.adjusted)
    blocks = []
    for role in roles:
        for outcome in effects.outcomes:
            rows = tuple(e for e in effects.of(role=role) if e.outcome == outcome)
            if rows:
                hidden = sum(not row.is_shown for row in rows)
                blocks.append(
                    Block(role, f"{role.capitalize()}s: {rows[0].outcome_name}", rows, hidden)
                )
    return tuple(blocks)


def _facts(finding: Finding, effects: Effects) -> tuple[Fact, ...]:
    effect = finding.effect
    if effect is None or not effect.is_shown:
        return ()
    fixed = effects.one(
        outcome=effect.outcome, horizon_months=effect.horizon_months, estimand=FIXED
    )
    facts = [
        ("effect", f"{effect.effect_text}, {effect.range_text}",
         f"{effect.written(effect.treated_value)} of {_whom(effect)} against "
         f"{effect.written(effect.control_value)} of {others_of(effect)}."),
        ("taker_effect",
         _with_range(effect.taker_effect, effect.taker_ci_low, effect.taker_ci_high),
         "Of those who took the offer, and would not have found a mentor without it."),
        ("sample_ratio_p_value", _probability(effect.sample_ratio_p_value),
         _sample_ratio_meaning(effect.sample_ratio_p_value)),
        ("matched_treated_n", _people(effect),
         f"Compared with {_count(effect.control_n)} people, worth {_count(effect.control_ess)} "
         "equally weighted ones."),
        ("e_value", _pair(effect.e_value, effect.e_value_ci),
         _e_value_meaning(effect, finding.words.event)),
        ("placebo_effect", _placebo(effect), _placebo_meaning(effect)),
        ("rating_pull", _points(effect.rating_pull),
         f"Without the last rating the estimate moves by so much. {pulled(effect)}".strip()),
        ("own_past_effect",
         _with_range(effect.own_past_effect, effect.own_past_ci_low, effect.own_past_ci_high),
         "Less the lead that the mentees had already before."),
        ("minimum_detectable_effect", effect.detectable_text,
         "A smaller true effect could well have gone unseen."),
        ("se_mentor_clustered", _unsigned(effect.se_mentor_clustered), _mentor_meaning(effect)),
        ("matched_share", _share(effect.matched_share), "Of the eligible mentees."),
        ("max_abs_smd", _plain(effect.max_abs_smd),
         _balance_meaning(effect)),
        ("full_follow_up_share", _share(effect.full_follow_up_share),
         f"Of the matched mentees, for all {effect.horizon_months} months."),
        ("largest_weight", _plain(effect.largest_weight),
         "So many mentees hang on a single comparison person at most."),
        ("largest_person_share", _share(effect.largest_person_share),
         _person_meaning(effect.largest_person_share)),
    ]  # fmt: skip
    facts += _smaller(effect, effects)
    if effect.contamination_share is not None:
        facts.append(
            ("contamination_share", _share(effect.contamination_share),
             _contamination_meaning(effect.contamination_share)),
        )  # fmt: skip
    elif fixed and fixed.is_shown:
        facts += [
            ("started_vs_not_yet", f"{fixed.effect_text}, {fixed.range_text}",
             f"The cross-check: {fixed.verdict.name}."),
            ("contamination_share", _share(fixed.contamination_share),
             _contamination_meaning(fixed.contamination_share)),
        ]  # fmt: skip
    return tuple(Fact(BY_NAME[name], text, meaning) for name, text, meaning in facts if text)


def _smaller(effect: Effect, effects: Effects) -> list[tuple[str, str, str]]:
    """Return what better designs say that lack the size, or the soundness, to answer."""
    if effect.estimand != HEADLINE:
        return []
    found = (
        effects.one(outcome=effect.outcome, horizon_months=effect.horizon_months, estimand=estimand)
        for estimand in PREFERRED
    )
    return [
        (
            other.estimand,
            _with_range(other.effect, other.ci_low, other.ci_high),
            f"Better evidence, but {other.verdict.name}."
            if not other.is_stated
            else "Better evidence, and too little of it to answer: it could not have seen less "
            f"than {other.detectable_text}.",
        )
        for other in found
        if other and other.is_shown
    ]


def _points(value: float | None) -> str:
    return "" if value is None else formats.points(value)


def _whom(effect: Effect) -> str:
    return "those who were offered a mentor" if effect.estimand == OFFERED else "the mentored"


def _with_range(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return ""
    return f"{formats.points(value)}, from {formats.bare_points(low)} to {formats.points(high)}"


def _probability(value: float | None) -> str:
    return "" if value is None else f"p = {formats.probability(value)}".replace("= <", "< ")


def _sample_ratio_meaning(p_value: float | None) -> str:
    text = "How often chance would lose so many more of one arm of the lottery than of the other."
    if p_value is None or p_value >= SAMPLE_RATIO_WARNING:
        return text
    if p_value >= SAMPLE_RATIO_REFUSAL:
        return f"{text} Hardly ever: find out who is missing, and why."
    return f"{text} Never: this is no lottery any more, and not called randomized."


def _placebo(effect: Effect) -> str:
    if effect.placebo_p_value is None:
        return ""
    joint = _probability(effect.placebo_p_value)
    return (
        joint
        if effect.placebo_effect is None
        else f"{formats.points(effect.placebo_effect)}; {joint}"
    )


def _placebo_meaning(effect: Effect) -> str:
    if effect.verdict == CONTRADICTED:
        return "A difference before the mentoring, which it cannot have caused."
    seen = effect.placebo_reach
    if seen is None:
        return "A pass does not rule out hidden selection; earlier promotions could not be asked."
    return (
        f"A pass does not rule out hidden selection: even a bias of its reach, "
        f"{formats.unsigned_points(seen)} a year, is missed in one of eight such studies, a "
        "smaller one more often."
    )


def _person_meaning(share: float | None) -> str:
    text = "Of the doubt about the estimate, what one single person makes up at most."
    if share is None or share <= LARGEST_TOLERATED_PERSON_SHARE:
        return text
    return f"{text} That is too much: the estimate hangs on what becomes of this one person."


def _contamination_meaning(share: float | None) -> str:
    text = "Of those compared after a fixed time, who found a mentor themselves within it."
    if share is None or share <= LARGEST_TOLERATED_CONTAMINATION:
        return text
    return (
        f"{text} With so many, it compares starting now with starting later, and says little about "
        "having no mentor at all."
    )


def _mentor_meaning(effect: Effect) -> str:
    if effect.se is None or effect.se_mentor_clustered is None or not effect.se:
        return ""
    ratio = effect.se_mentor_clustered / effect.se
    text = (
        "The standard error with the mentees of one mentor counted as one, against "
        f"{formats.unsigned_points(effect.se)} with each person counted alone"
    )
    wider = formats.amount(abs(ratio - 1), "share")
    if wider == formats.amount(0, "share"):
        return f"{text}: the range would be the same."
    return f"{text}: the range would be {wider} {'wider' if ratio > 1 else 'narrower'}."


def _e_value_meaning(effect: Effect, event: str) -> str:
    if effect.e_value is None:
        return ""
    needed = formats.decimal(effect.e_value, 2)
    text = (
        f"Something unrecorded would have to be {needed} times as common among the mentees, and "
        f"change the chance of {event} {needed} times, to explain the estimate away"
    )
    if effect.e_value_ci is None:
        return f"{text}."
    if effect.e_value_ci <= 1:
        return f"{text}; nothing at all is needed for the range to hold no effect, since it does."
    limit = formats.decimal(effect.e_value_ci, 2)
    return f"{text}; {limit} times would be enough for the range to reach no effect."


def _balance_meaning(effect: Effect) -> str:
    text = (
        f"The largest difference left after matching, over every level; the target is {TARGET_SMD}"
    )
    if effect.chance_smd is None:
        return f"{text}."
    return (
        f"{text}. Nothing is compared above {LARGEST_TOLERATED_SMD} and above "
        f"{formats.decimal(effect.chance_smd, 2)}, which chance gives groups of this size."
    )


def _pair(value: float | None, limit: float | None) -> str:
    if value is None:
        return ""
    return _plain(value) + ("" if limit is None else f"; at the limit {_plain(limit)}")


def _people(effect: Effect) -> str:
    return f"{_count(effect.matched_treated_n)} of {_count(effect.treated_n)}"


def _count(value: float | None) -> str:
    return "an unknown number of" if value is None else formats.count(round(value))


def _unsigned(value: float | None) -> str:
    return "" if value is None else formats.unsigned_points(value)


def _share(value: float | None) -> str:
    return "" if value is None else formats.amount(value, "share")


def _plain(value: float | None) -> str:
    return "" if value is None else formats.decimal(value, 2)
