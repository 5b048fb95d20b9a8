"""The TARGET checklist, filled in for this build.

The items are those of the statement, in our own words: Cashin AG, Hansford HJ, Hernán MA, et al.
Transparent Reporting of Observational Studies Emulating a Target Trial: the TARGET statement.
JAMA 2025, doi:10.1001/jama.2025.13350.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyses.verdicts import PRIMARY_HORIZON_MONTHS, PRIMARY_ROLE
from reports import formats
from reports.effects import Effects
from reports.facts import Program, RunFacts
from reports.findings import Finding
from reports.outcomes import Outcome

CITATION = (
    "Cashin AG, Hansford HJ, Hern\u00e1n MA, et al. Transparent Reporting of Observational Studies "
    "Emulating a Target Trial: the TARGET statement. JAMA 2025, doi:10.1001/jama.2025.13350."
)


@dataclass(frozen=True)
class Item:
    """One item of the checklist.

    Attributes:
        section: the part of the statement it belongs to.
        asks: what has to be reported.
        answer: what this report says.
        href: where it says so.
        is_answered: whether the report can answer it; the rest is for the organization to add.
    """

    section: str
    asks: str
    answer: str
    href: str = ""
    is_answered: bool = True


def checklist(
    facts: RunFacts,
    effects: Effects,
    programs: tuple[Program, ...],
    findings: tuple[Finding, ...],
) -> tuple[Item, ...]:
    """Return the items with the answers of this build."""
    return (
        *_opening(facts, effects, findings),
        *_protocol(facts, effects, programs),
        *_results(effects, findings),
        *_closing(facts, programs),
    )


def _opening(facts: RunFacts, effects: Effects, findings: tuple[Finding, ...]) -> tuple[Item, ...]:
    exports = formats.plural(len(facts.inputs), "export")
    until = (
        f", followed until {formats.day(facts.follow_up_ends_on)}"
        if facts.follow_up_ends_on
        else ""
    )
    answers = " ".join(f"{f.words.title}: {f.verdict.name}." for f in findings)
    return (
        Item(
            "Abstract",
            "Say that observational data are used to emulate a trial, from which data, and what "
            "came of it",
            f"An emulated trial on personnel and program exports of {facts.organization}. "
            f"{answers}",
            "leadership.html#effect-title",
        ),
        Item(
            "Introduction",
            "Background: what is known and what is missing",
            "Mentees are chosen, or choose themselves, because they are promising; a plain "
            "comparison with everybody else measures that choice too. Experiments find that "
            "mentoring can help whom it reaches, and that volunteers may gain little.",
            "glossary.html#about-effect",
        ),
        Item(
            "Introduction",
            "The causal question",
            "What did being mentored change, for the people who were mentored, in "
            f"{_listed(effects)} within {_months(effects)} months?",
            "leadership.html#effect-title",
        ),
        Item(
            "Introduction",
            "Why a target trial is emulated",
            "No draw decided who was mentored. Naming the trial that one would have run fixes time "
            "zero and keeps the time that people survived to join out of the result.",
            "glossary.html#about-naive",
        ),
        Item(
            "Methods",
            "The data, what they were collected for, and how they were linked",
            f"{exports}{until}, kept for personnel and program administration, linked by "
            "pseudonym. Every record is counted: kept, quarantined with its reason, or duplicate.",
            "#records",
        ),
    )


def _protocol(facts: RunFacts, effects: Effects, programs: tuple[Program, ...]) -> tuple[Item, ...]:
    """Each part of the protocol: the trial one would have run, and how the data stand in for it."""
    tenure = facts.design.minimum_tenure_months
    least = "the configured minimum" if tenure is None else formats.plural(tenure, "month")
    levels = facts.design.eligible_levels
    whom = f" on level {formats.listing(', '.join(map(str, levels)))}" if levels else ""
    names = formats.listing(", ".join(program.name.replace(",", " ") for program in programs))
    n_rungs = len(facts.design.ladder)
    rungs = f"a ladder of {n_rungs} rungs" if n_rungs else "a ladder of rungs"
    return (
        Item(
            "Methods: the trial and its emulation",
            "Eligibility",
            f"Trial: employees{whom}, employed for {least} or longer, never before in the role. "
            "Emulation: the same, read from the job history as of the day before each month, for "
            "both groups alike; every exclusion is counted by reason.",
            "#flow",
        ),
        Item(
            "Methods: the trial and its emulation",
            "Treatment strategies",
            "Trial: start in the role this month, or do not. Emulation: the first pairing in the "
            f"role starts in the month ({names or 'any program'}), or none has started by its "
            "end. Completing the program is never required.",
            "glossary.html#mentored_vs_not",
        ),
        Item(
            "Methods: the trial and its emulation",
            "Assignment",
            "Trial: by draw, nobody blinded. Emulation: taken to be as good as drawn among people "
            f"alike on what was recorded, matched exactly on {rungs}, finest first.",
            "#ladder",
        ),
        Item(
            "Methods: the trial and its emulation",
            "Time zero and follow-up",
            "Both: from the first day of the month after the start, for both groups alike, until "
            "the outcome, the exit, the horizon or the last complete month of the exports"
            + (f" ({formats.day(facts.follow_up_ends_on)})" if facts.follow_up_ends_on else "")
            + ". A comparison person who starts later is followed until the end of that month.",
            "glossary.html#mentored_vs_not",
        ),
        Item(
            "Methods: the trial and its emulation",
            "Outcomes",
            f"Both: {_listed(effects)}, read from the job history, reviews and surveys in the "
            f"same way for both groups, at {_months(effects)} months. Declared in advance: "
            f"{_declared(effects)} of {PRIMARY_ROLE}s at {PRIMARY_HORIZON_MONTHS} months; "
            "everything else is secondary.",
            "glossary.html#effect",
        ),
        Item(
            "Methods: the trial and its emulation",
            "Causal contrasts",
            "Differences of risks or means for those who were mentored. Headline: mentored against "
            "not mentored for as long as that lasts. Cross-check: started against not yet started, "
            "whatever happened later.",
            "glossary.html#started_vs_not_yet",
        ),
        Item(
            "Methods: the trial and its emulation",
            "Identifying assumptions",
            "People alike on everything matched would have fared alike without mentoring; everyone "
            "compared could have been mentored or not; mentoring means one thing; nobody\u2019s "
            "outcome hangs on who else was mentored; starting later depends only on what is "
            "recorded. The first is the one that can fail: the placebo attacks it and the E-value "
            "says how much would be needed to overturn the result.",
            "#placebo",
        ),
        Item(
            "Methods: the trial and its emulation",
            "Analysis plan",
            "Weighted discrete-time survival and cumulative incidence with exit competing; "
            "variances clustered by person; declared questions judged on p, all others on q "
            "(Benjamini-Hochberg). Ladder and checks are set before outcomes are looked at, in "
            "the configuration" + (f" ({facts.config_hash})" if facts.config_hash else "") + ".",
            "#run",
        ),
    )


def _results(effects: Effects, findings: tuple[Finding, ...]) -> tuple[Item, ...]:
    first = next((f.effect for f in findings if f.effect and f.effect.is_shown), None)
    why = next((f.effect.absence.short for f in findings if f.effect and f.effect.absence), "")
    people = balance = followed = f"withheld: {why or 'too few to say'}"
    if first:
        people = (
            f"{_count(first.treated_n)} eligible mentees, {_count(first.matched_treated_n)} of "
            f"them matched; {_count(first.control_n)} people beside them."
        )
        largest = first.max_abs_smd
        balance = "Standardized differences of every level before and after matching" + (
            f"; the largest left is {formats.decimal(largest, 2)}." if largest is not None else "."
        )
        share = first.full_follow_up_share
        followed = "Followed month by month, with the people still followed under every curve" + (
            f"; {formats.amount(share, 'share')} of the mentees could be followed for "
            f"{first.horizon_months} months."
            if share is not None
            else "."
        )
    values = " ".join(
        f"{f.words.title}: {f.effect.written(f.effect.treated_value)} against "
        f"{f.effect.written(f.effect.control_value)}."
        for f in findings
        if f.effect and f.effect.is_shown
    )
    stated = " ".join(
        f"{f.words.title}: {f.effect.effect_text}, {f.effect.range_text} ({f.verdict.name})."
        if f.effect and f.effect.is_shown
        else f"{f.words.title}: {f.verdict.name}."
        for f in findings
    )
    made = sum(not effect.absence for effect in effects.adjusted)
    return (
        Item("Results", "Selection of people, with a flow diagram", people, "#flow"),
        Item("Results", "Baseline of both groups", balance, "#balance"),
        Item("Results", "Follow-up", followed, "programs.html#arms"),
        Item(
            "Results",
            "Missing data",
            "What is not known of a person is a level of its own when people are matched; nothing "
            "is filled in. Rows that cannot be read are quarantined and counted.",
            "#records",
        ),
        Item("Results", "Outcomes in each group", values or "withheld", "#primary"),
        Item("Results", "Effect estimates with their precision", stated, "#primary"),
        Item(
            "Results",
            "Additional analyses",
            f"{formats.count(made)} estimates: other outcomes, "
            f"{_months(effects)} months, programs, mentors, subgroups; the placebo, E-values, and "
            "the naive comparison, closed away.",
            "#all-effects",
        ),
    )


def _closing(facts: RunFacts, programs: tuple[Program, ...]) -> tuple[Item, ...]:
    voluntary = [program for program in programs if program.is_voluntary is not False]
    choice = (
        "Joining was voluntary or not recorded as assigned in "
        f"{formats.plural(len(voluntary), 'program')}, so people who wanted to be mentored may "
        "differ in ways that no export records. "
        if voluntary
        else ""
    )
    return (
        Item(
            "Discussion",
            "Interpretation",
            "Every estimate carries a verdict that follows from fixed rules, in words; a failed "
            "check withdraws the headline by itself.",
            "glossary.html#verdict",
        ),
        Item(
            "Discussion",
            "Limitations",
            f"{choice}What is matched on is coarse; weights are treated as known; the placebo "
            "can miss a bias as large as its reach, and what weighs on the outcome more than on "
            "the past; results hold for this organization and these years.",
            "#placebo",
        ),
        Item(
            "Other information",
            "Ethics, consent and privacy review",
            "For the organization to add. People are pseudonyms throughout; numbers about fewer "
            f"than {facts.minimum_group_size} people, or {facts.minimum_effect_group_size} in an "
            "arm of an effect, are hidden.",
            is_answered=False,
        ),
        Item(
            "Other information",
            "Registration of the protocol",
            "For the organization to add: the configuration and its hash, noted down before the "
            "first build, serve as one.",
            "#run",
            is_answered=False,
        ),
        Item(
            "Other information",
            "Data and code",
            "All results are downloads; the code is open source; the exports stay with the "
            "organization.",
            "#downloads",
        ),
        Item(
            "Other information",
            "Funding, and who has an interest in the result",
            "For the organization to add.",
            is_answered=False,
        ),
    )


def _listed(effects: Effects) -> str:
    return _labels(effects.known[name] for name in effects.outcomes) or "the declared outcomes"


def _declared(effects: Effects) -> str:
    return _labels(effects.known.primary)


def _labels(outcomes: Iterable[Outcome]) -> str:
    return formats.listing(", ".join(outcome.label.lower() for outcome in outcomes))


def _months(effects: Effects) -> str:
    return formats.listing(", ".join(str(months) for months in effects.horizons)) or "12"


def _count(number: float | None) -> str:
    return "an unknown number of" if number is None else formats.count(number)
