"""The one sentence per declared question, and what is said beside the naive number.

Every sentence follows from a row of the effects table and its verdict; nothing is estimated here.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyses.verdicts import (
    APPLIED,
    LARGEST_TOLERATED_SMD,
    MINIMUM_EVENTS,
    NAIVE,
    OFFERED,
    PRIMARY_HORIZON_MONTHS,
)
from reports import formats
from reports.effects import Effect
from reports.facts import Design, RunFacts
from reports.headlines import METRICS, Words, words
from reports.outcomes import Outcome
from reports.strips import Scale, scale_of
from reports.verdicts import CONTRADICTED, NOT_COMPARABLE, Verdict, verdict
from reports.view import View

# A ratio says more than a distance only when it is well away from one.
NOTABLE_RATIO = 1.5
CLOSE_POINTS = 0.01


@dataclass(frozen=True)
class Naive:
    """The number a dashboard would print, and what is wrong with it.

    Attributes:
        text: the number.
        whose: whose shares it is the distance of.
        distance: how far it lies from the estimate.
        why: why it misleads.
        other: ever mentored against never mentored, where that is another number.
        why_other: why that misleads.
    """

    text: str
    whose: str
    distance: str
    why: str
    other: str = ""
    why_other: str = ""


@dataclass(frozen=True)
class Finding:
    """What leadership is told about one declared question.

    Attributes:
        outcome: which one, as in the results.
        words: how it is spoken of.
        effect: the row behind it; none when it was not estimated.
        verdict: what may be made of it.
        sentence: the answer.
        note: why there is no headline, or how to read the verdict.
        scale: where the interval is drawn; none when no number is stated.
        naive: what a dashboard would print instead.
    """

    outcome: str
    words: Words
    effect: Effect | None
    verdict: Verdict
    sentence: str
    note: str
    scale: Scale | None
    naive: Naive | None


def findings(view: View) -> tuple[Finding, ...]:
    """Return the declared questions with their answers; none when nothing is estimated yet."""
    if not view.effects.is_estimated:
        return ()
    return tuple(_finding(outcome, view) for outcome in view.effects.known.primary)


def _finding(outcome: Outcome, view: View) -> Finding:
    effect, spoken = view.effects.headline(outcome.name), words(outcome)
    given = verdict("not estimated") if effect is None else effect.verdict
    is_stated = effect is not None and effect.is_stated
    return Finding(
        outcome=outcome.name,
        words=spoken,
        effect=effect,
        verdict=given,
        sentence=sentence(effect, spoken),
        note=given.meaning if effect is None or is_stated else withdrawal(effect, view.facts),
        scale=scale_of([effect]) if effect and is_stated else None,
        naive=_naive(outcome, effect, spoken, view),
    )


def sentence(effect: Effect | None, words: Words) -> str:
    """Return the answer in one sentence, as far as the verdict allows one."""
    if effect is None:
        return f"Whether {words.caused} at {PRIMARY_HORIZON_MONTHS} months was not estimated."
    if effect.absence:
        return f"{effect.absence.sentence}: these data cannot say whether {words.caused}."
    if effect.is_suppressed:
        return f"There are too few people to say whether {words.caused}."
    if not effect.is_stated or effect.effect is None:
        return f"The headline is withdrawn: these data cannot say whether {words.caused}."
    fit = _fit(effect)
    if not effect.verdict.is_found:
        least = effect.minimum_detectable_effect
        unseen = "" if least is None else (
            f" An effect smaller than about {of_100(least)} in 100 could not have been seen."
        )  # fmt: skip
        return (
            f"We cannot tell whether {words.caused}: of 100 mentees, the data fit anything "
            f"{fit or 'at all'} {words.happened}.{unseen}"
        )
    # A lottery's answer is about the offer, whoever took it.
    whom, without = "mentees", "without mentoring"
    if effect.estimand == OFFERED:
        whom, without = "people who were offered a mentor", "without the offer"
    hint = f"There is a hint that of 100 {whom}" if effect.verdict.is_hint else f"Of 100 {whom},"
    doubt = ", unless those who would have done so anyway were chosen" if (
        effect.verdict.is_doubted
    ) else ""  # fmt: skip
    way = "more" if effect.effect > 0 else "fewer"
    return (
        f"{hint} about {of_100(effect.effect)} {way} were {words.happened} than "
        f"would have been {without}{doubt}" + (f"; the data fit anything {fit}." if fit else ".")
    )


def aloud(finding: Finding) -> str:
    """Return the answer as somebody can say it to others, with how sure that is."""
    effect, words = finding.effect, finding.words
    caused = words.caused
    if effect is None or effect.effect is None or not effect.is_stated:
        return f"Whether {caused} cannot be said from our data."
    if not effect.verdict.is_found:
        return f"We looked whether {caused}, and cannot tell."
    way = "more" if effect.effect > 0 else "fewer"
    sure = "and chance alone hardly explains that"
    if effect.verdict.is_doubted:
        sure = "but who was chosen may explain that"
    elif effect.verdict.is_hint:
        sure = "but chance alone may still explain that"
    whom = {
        OFFERED: "people who were offered a mentor by lot",
    }.get(effect.estimand, "mentees")
    return (
        f"About {of_100(effect.effect)} {way} of 100 {whom} were {words.happened} than of "
        f"{others_of(effect)}, {sure}."
    )


def others_of(effect: Effect) -> str:
    """Return with whom an estimate compares, in words."""
    return {
        OFFERED: "the others in the lottery",
        APPLIED: "people who applied as well and got no mentor",
    }.get(effect.estimand, "people like them without a mentor")


def withdrawal(effect: Effect, facts: RunFacts) -> str:
    """Return in plain words why no headline is made of an estimate."""
    if effect.absence:
        return effect.absence.note_on(facts.design)
    if effect.verdict == CONTRADICTED:
        return _contradiction(effect)
    if effect.verdict == NOT_COMPARABLE:
        return " ".join(_differences(effect, facts.design))
    if effect.is_suppressed:
        return (
            f"Too few people, or too few events: fewer than {facts.minimum_effect_group_size} "
            f"people in one of the groups, fewer than {MINIMUM_EVENTS} events in both together, or "
            "all or none of a small group. Any number would be more chance than fact."
        )
    return effect.verdict.meaning


def _contradiction(effect: Effect) -> str:
    asked = effect.placebo_questions or "earlier promotions or earlier ratings"
    text = (
        "The same people were compared in the same way on what lay before the mentoring: "
        f"{asked}. They differed there already"
    )
    low, high = effect.placebo_ci_low, effect.placebo_ci_high
    if effect.placebo_effect is not None and low is not None and high is not None:
        text += (
            f" (earlier promotions a year: {formats.points(effect.placebo_effect)}, from "
            f"{formats.bare_points(low)} to {formats.points(high)}"
            + ("; it takes the earlier ratings to see it)" if low <= 0 <= high else ")")
        )
    return (
        f"{text}, and mentoring cannot have caused that. So a difference afterwards may have "
        "nothing to do with mentoring either."
    )


def _differences(effect: Effect, design: Design) -> list[str]:
    reasons = []
    largest, matched = effect.max_abs_smd, effect.matched_share
    if effect.is_imbalanced and largest is not None:
        chance = effect.chance_smd
        beyond = "" if chance is None else (
            f", and chance alone gives groups of this size up to {formats.decimal(chance, 2)}"
        )  # fmt: skip
        reasons.append(
            "Even the most similar people to be found differ too much from the mentees in what "
            f"was known before: the largest standardized difference is "
            f"{formats.decimal(largest, 2)}, up to {LARGEST_TOLERATED_SMD} is tolerated{beyond}."
        )
    least = design.minimum_retained_share
    is_few = matched is not None and (
        matched < least if least is not None else not effect.is_imbalanced
    )
    if is_few and matched is not None:
        limit = "" if least is None else f"; at least {formats.amount(least, 'share')} must"
        reasons.append(
            f"Only {formats.amount(matched, 'share')} of the mentees found anybody like them to "
            f"be compared with{limit}."
        )
    return reasons or [NOT_COMPARABLE.meaning]


def _naive(outcome: Outcome, effect: Effect | None, words: Words, view: View) -> Naive | None:
    """Return what a dashboard prints: the page's own shares, and ever against never mentored."""
    ever = view.effects.one(
        outcome=outcome.name, horizon_months=PRIMARY_HORIZON_MONTHS, estimand=NAIVE
    )
    if ever is not None and ever.effect is None:
        ever = None
    metric = next((metric for metric in METRICS if metric.key == outcome.name), None)
    if metric is not None:
        mentees, everybody = (
            view.numbers.overall(metric.measure, population=population)
            for population in ("mentees", "workforce")
        )
        if mentees.value is not None and everybody.value is not None:
            apart = mentees.value - everybody.value
            return Naive(
                text=formats.points(apart),
                whose=f"Of the mentees {mentees.text}, of everybody {everybody.text}.",
                distance=_distance(apart, effect),
                why=_why(apart, effect, words),
                other=ever.effect_text if ever else "",
                why_other=words.why_ever,
            )
    if ever is None or ever.effect is None:
        return None
    return Naive(
        text=ever.effect_text,
        whose="Ever mentored against never mentored.",
        distance=_distance(ever.effect, effect),
        why=words.why_ever,
    )


def _why(naive: float, effect: Effect | None, words: Words) -> str:
    """Return why mentees beside everybody mislead: which way, where the data can tell."""
    low, high = (None, None) if effect is None or not effect.is_stated else (
        effect.ci_low, effect.ci_high
    )  # fmt: skip
    if low is not None and naive < low:
        return words.why_naive_below
    return words.why_naive if high is not None and naive > high else words.why_not_known


def _distance(naive: float, effect: Effect | None) -> str:
    """Return how far the naive number lies from the estimate, where there is one to be far from."""
    if effect is None or effect.effect is None or not effect.is_stated:
        return "No sound estimate stands beside it, which does not make it one."
    low, high = effect.ci_low, effect.ci_high
    if not effect.verdict.is_found and low is not None and high is not None:
        if low <= naive <= high:
            return "It lies within the range that the data fit, which does not make it an effect."
        return f"It lies {'above' if naive > high else 'below'} all that the data fit."
    apart = naive - effect.effect
    if abs(apart) < CLOSE_POINTS:
        return "Within a point of the estimate, by luck: it answers another question."
    size = formats.unsigned_points(apart)
    text = f"{size} {'more' if apart > 0 else 'less'} than the estimate"
    # A multiple of what may be nothing says nothing.
    is_sure = effect.verdict.is_found and (effect.ci_low or 0.0) * (effect.ci_high or 0.0) > 0
    ratio = naive / effect.effect if is_sure and effect.effect else 0.0
    if ratio >= NOTABLE_RATIO:
        return f"{text}, {_times(ratio)} times as large."
    return f"{text}."


def _times(ratio: float) -> str:
    return formats.decimal(ratio, 0 if ratio >= 2.95 else 1)


def _fit(effect: Effect) -> str:
    """Return the interval in people of 100, as in `from 2 to 8` or `from 1 fewer to 6 more`."""
    low, high = effect.ci_low, effect.ci_high
    if low is None or high is None:
        return ""
    if effect.verdict.is_found and effect.effect is not None and low * high >= 0:
        near, far = (low, high) if effect.effect > 0 else (high, low)
        return f"from {of_100(near)} to {of_100(far)}"
    return f"from {_directed(low)} to {_directed(high)}"


def _directed(value: float) -> str:
    size = of_100(value)
    if size == "0":
        return "none"
    return f"{size} {'more' if value > 0 else 'fewer'}"


def of_100(value: float) -> str:
    """Return how many of 100 people; what would round to nobody keeps a decimal."""
    whole = formats.decimal(abs(value) * 100, 0)
    if whole != "0":
        return whole
    return formats.decimal(abs(value) * 100, 1).removesuffix(".0")
