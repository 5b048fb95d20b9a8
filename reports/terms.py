"""What every number about an effect means: the terms of the glossary that are no measures.

Measures define themselves in the dbt project; these are columns of the result tables, and defined
where those are declared (`analyses.results`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from analyses.results import (
    ACCOUNT,
    BY_PERSON,
    COMMENTS,
    DRIVERS,
    EFFECTS,
    ESTIMANDS,
    FIGURES,
    GRADES,
    GUARDED,
    GUARDRAILS,
    RELIABILITY,
    RETURNS,
    STANDINGS,
    TARGETS,
    TOPICS,
    WARNINGS,
    Column,
    Entry,
    Value,
)
from analyses.units import NONE, SHARE, Unit
from reports.definitions import Definition
from reports.headlines import words
from reports.outcomes import Outcome

THEME = "Effects and their checks"
TABLES = (
    *(EFFECTS, GUARDRAILS, DRIVERS, WARNINGS, RETURNS, TARGETS, STANDINGS, RELIABILITY),
    *(COMMENTS, TOPICS),
)
# In the order of the glossary: the answer, how it was asked, whom it is about, how sure it is.
ORDER = (
    *("effect", *(value.name for value in ESTIMANDS), "verdict"),
    *(value.name for value in GRADES),
    *("treated_value", "control_value"),
    *("treated_n", "matched_treated_n", "control_n", "control_ess"),
    *("ci_low", "se", "se_mentor_clustered", "risk_ratio"),
    *("p_value", "q_value", "e_value", "e_value_ci", "minimum_detectable_effect"),
    *("placebo_effect", "placebo_p_value", "veto_p_value", "rating_pull", "own_past_effect"),
    *("max_abs_smd", "matched_share", "full_follow_up_share", "contamination_share"),
    *("taker_effect", "sample_ratio_p_value", "largest_weight", "largest_person_share"),
    *(value.name for value in GUARDED),
    *("difference", "lacking_share", "potential"),
    *(value.name for value in FIGURES),
    *(value.name for value in ACCOUNT),
    *("target_status", "standing", "cronbach_alpha", "mention_share", "topic_stability"),
)


def _declared() -> Iterator[Definition]:
    """Yield what the results declare with an entry for the glossary."""
    for column in chain.from_iterable(table.columns for table in TABLES):
        if column.entry:
            yield _term(column, column.entry, column.unit)
        for value in column.values:
            yield _term(value, value.entry, NONE)


def _term(declared: Column | Value, entry: Entry, unit: Unit) -> Definition:
    return Definition(
        measure=declared.name,
        label=entry.label,
        theme=THEME,
        sentence=declared.sentence,
        formula=entry.formula,
        numerator=entry.numerator,
        denominator=entry.denominator,
        unit=unit.shown,
        interval=entry.interval,
        standard=entry.standard,
        lineage=entry.lineage,
    )


_DECLARED = {term.measure: term for term in _declared()}
TERMS = tuple(_DECLARED[name] for name in ORDER)
BY_NAME = {term.measure: term for term in TERMS}


def followed(outcome: Outcome) -> Definition:
    """Return what both arms' curve of an outcome shows."""
    spoken = words(outcome)
    return Definition(
        measure=f"followed_{outcome.name}",
        label=f"Share {spoken.became}, both groups",
        theme=THEME,
        sentence=spoken.followed,
        formula="weighted Kaplan-Meier"
        if outcome.is_staying
        else "weighted cumulative incidence, exit competing",
        unit=SHARE.shown,
        interval=f"{BY_PERSON}, on the log-log scale",
        lineage="rpt_curves__by_month",
    )
