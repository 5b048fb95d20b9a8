"""The page about the result tables."""

from __future__ import annotations

import inspect
import re

from analyses.results import TABLES as RESULTS
from analyses.results import Results
from docs.generate.markdown import table_of

# What the columns of the results mean, where one meaning holds for every table.
MEANINGS = {
    "program": "program id, or `all`",
    "role": "mentee or mentor",
    "population": "mentees, mentors, participants (either) or workforce",
    "dimension": "what the people are cut by, or `all`",
    "member": "which of them, or `all`",
    "outcome": "what is followed or compared",
    "ci_low": "lower limit of the 95 % interval",
    "ci_high": "upper limit of the 95 % interval",
    "is_suppressed": "hidden by disclosure control; its numbers are empty",
    "at_risk_n": "people still followed, with weights left out",
    "table": "canonical table",
    "reason": "reason code ([reasons](reasons.md))",
    "measure": "name of the measure ([measures](measures.md))",
    "month": "month of follow-up; 0 is the first day",
    "value": "the estimate",
    "unit": "unit of the value",
    "severity": "critical or warning",
    "treated_n": "people who were mentored",
    "control_n": "people they are compared with",
}
# And where a table gives a column a meaning of its own.
OWN_MEANINGS = {
    "metrics": {
        "period_grain": "all, month, quarter or year",
        "period_start": "first day of the period",
        "numerator": "see the measure's definition",
        "denominator": "people behind the value, or average headcount for a rate",
        "reason": "why the value is hidden: `small group`, or `would give away a smaller group`",
    },
    "effects": {
        "subgroup_dimension": "what the mentored are cut by, or `all`",
        "subgroup_member": "which of them, or `all`",
        "horizon_months": "months from time zero",
        "estimand": "mentored_vs_not, started_vs_not_yet or naive",
        "treated_n": "eligible people who started",
        "matched_treated_n": "those of them who found a match and whose outcome is compared",
        "control_n": "people who are a control",
        "control_ess": "effective number of controls: what their weights are worth",
        "treated_value": "share or mean among the mentored",
        "control_value": "share or mean in the comparison",
        "effect": "treated_value minus control_value; 0.05 is 5 percentage points",
        "se": "standard error, clustered by person; of two independent shares if naive",
        "se_mentor_clustered": "the same with the mentees of one mentor counted as one; a "
        "sensitivity the interval does not use, for mentees under mentored_vs_not",
        "risk_ratio": "ratio of leaving (retention), else of the event; empty for means",
        "p_value": "of no effect",
        "q_value": "p after Benjamini-Hochberg over all secondary questions; the primary keep p",
        "e_value": "how strong an unmeasured trait would have to be to explain the ratio away",
        "e_value_ci": "the same for the limit of the interval nearer to no effect",
        "minimum_detectable_effect": "smallest true effect found in four of five such studies",
        "placebo_effect": "difference in promotions of the 12 months before the trial",
        "placebo_ci_low": "lower limit of its 95 % interval",
        "placebo_ci_high": "upper limit of its 95 % interval",
        "placebo_p_value": "of the joint test of earlier promotions and earlier ratings; below "
        "0.05 the placebo has failed",
        "max_abs_smd": "largest standardized difference left after matching",
        "matched_share": "share of the eligible mentored who found a match",
        "full_follow_up_share": "share of the matched followed for the whole horizon",
        "contamination_share": "share of controls who started within the horizon",
        "largest_weight": "largest weight of one control in one month",
        "verdict": "what may be said ([verdicts](../explanation/impact.md#verdicts))",
        "reason": "why nobody was compared, or that the effect `would give away a smaller group`; "
        "empty where neither is so, or where too few started to say even that",
    },
    "curves": {"arm": "mentored or comparison"},
    "balance": {
        "covariate": "what was known before",
        "level": "which value of it",
        "smd_before": "standardized difference of the arms before matching",
        "smd_after": "the same after matching",
    },
    "flow": {
        "step_number": "order of the steps",
        "step": "step of the design",
        "reason": "why people are lost at this step",
        "treated_n": "people who started; empty where the step has none",
        "control_n": "people who could be a control; empty where the step has none",
    },
    "quality": {
        "source": "the export, relative to the workspace",
        "reason": "`total`, or a reason code ([reasons](reasons.md))",
        "rows_in": "records in the file; 0 on the row of a reason",
        "rows_kept": "records that reached the warehouse; 0 on the row of a reason",
        "rows_quarantined": "records in quarantine",
        "rows_duplicate": "exact duplicates",
        "rows": "records the row is about",
        "rows_with_person": "records that could be read and name a person; 0 on the row of a "
        "reason",
        "rows_unlinked": "of these, records whose person is nobody in job_history or people, or "
        "cannot be told; 0 on the row of a reason",
        "unlinked_share": "`rows_unlinked` of `rows_with_person`; empty where no record names "
        "anybody",
    },
    "gates": {
        "expectation": "name of the expectation ([expectations](expectations.md))",
        "column": "columns it is about; empty for the whole table",
        "is_met": "whether it was kept",
        "unexpected_n": "rows that broke it; empty where the table as a whole did",
        "rows_n": "rows of the table",
        "sentence": "what was promised",
        "to_do": "what to do when it is broken",
        "found": "what is the case instead; empty when it was kept",
    },
    "loads": {
        "load_number": "1 is the first load that was published",
        "as_of": "the day its exports describe",
        "rows_in": "records in its files",
        "rows_quarantined": "records in quarantine",
        "rows_duplicate": "exact duplicates",
        "quarantined_share": "rows_quarantined in rows_in; empty without any record",
        "rows_n": "rows of the table",
        "change_share": "how much more or fewer rows than in the load before; empty without one",
        "expectations_n": "promises asked of the table",
        "failed_n": "those that were broken",
    },
    "measures": {
        "label": "its name on the pages",
        "theme": "theme of the glossary",
        "sentence": "its definition in a sentence",
        "formula": "its formula",
        "numerator": "what is counted above the line",
        "denominator": "what is counted below the line",
        "direction": "whether up or down is good",
        "interval": "kind of interval",
        "standard": "the standard it follows",
        "needs": "tables without which it is not measured",
        "is_measured": "whether this build could measure it",
        "lineage": "the way from the exports to the mart",
    },
    "programs": {
        "program": "program id",
        "program_name": "its name",
        "program_type": "its form",
        "starts_on": "its first day",
        "is_voluntary": "whether people choose to join; empty when unknown",
    },
}


def results() -> str:
    """Return the page about the result tables."""
    grains = _attributes(Results)
    lines = [
        "# Results",
        "",
        "Written to `site/data/` as CSV and Parquet, sorted, numbers rounded to 10 significant "
        "digits. Numbers about people are past [disclosure "
        "control](../explanation/privacy.md#disclosure-control). They are all that a page ever "
        "reads. A suppressed number is empty and `is_suppressed` is true; what was not "
        "measured is absent.",
        "",
        f"`run.json`: {grains['run'].split(': ', 1)[1]}",
    ]
    for name, columns in RESULTS.items():
        grain = grains[name]
        lines += [
            "",
            f"## {name}",
            "",
            f"{grain[0].upper()}{grain[1:]}",
            "",
            *table_of(
                ("column", "type", "meaning"),
                ((f"`{column}`", kind, meaning(name, column)) for column, kind in columns.items()),
            ),
        ]
    return "\n".join(lines)


def meaning(table: str, column: str) -> str:
    """Return what a column of a result table means; `KeyError` where nobody has said it."""
    own = OWN_MEANINGS.get(table, {})
    return own[column] if column in own else MEANINGS[column]


def _attributes(documented: type) -> dict[str, str]:
    """Return what a docstring says of each attribute."""
    text = (inspect.getdoc(documented) or "").split("Attributes:", 1)[1]
    found = re.findall(r"^\s+(\w+): (.+(?:\n\s{8,}.+)*)$", text, flags=re.MULTILINE)
    return {name: " ".join(said.split()) for name, said in found}
