"""What a list of survey questions promises beyond its columns."""

from __future__ import annotations

from expectations.constructs import closed_list, is_measured
from expectations.promise import Promise, no_row

TABLE = "survey_items"

PROMISES: tuple[Promise, ...] = (
    no_row(
        TABLE,
        "scale_runs_upwards",
        "select 1 as broken from t where t.scale_min >= t.scale_max",
        severity="critical",
        sentence="The lowest answer of a scale lies below its highest.",
        to_do="Put the smaller number into scale_min and the larger into scale_max; a question "
        "whose high answers are bad says so in is_reversed.",
        column="scale_min, scale_max",
    ),
    no_row(
        TABLE,
        "likert_scale_is_known",
        "select 1 as broken from t where t.kind = 'likert' "
        "and (t.scale_min is null or t.scale_max is null)",
        severity="warning",
        sentence="Every Likert question says the lowest and the highest answer of its scale.",
        to_do="Fill scale_min and scale_max in survey_items: without them nobody can tell which "
        "answers are favorable.",
        column="scale_min, scale_max",
    ),
    no_row(
        TABLE,
        "nps_scale_is_0_to_10",
        "select 1 as broken from t where t.kind = 'nps' "
        "and (t.scale_min <> 0 or t.scale_max <> 10)",
        severity="warning",
        sentence="Recommendation questions (nps) are asked on a scale from 0 to 10.",
        to_do="Call a question on another scale likert: a net promoter score is only defined for "
        "0 to 10.",
        column="scale_min, scale_max",
    ),
    no_row(
        TABLE,
        "construct_is_measured",
        "select 1 as broken from t where t.kind in ('likert', 'nps') "
        f"and not coalesce({is_measured('t')}, false)",
        severity="warning",
        sentence="Every question with a scale asks something that a measure knows: "
        f"{closed_list()}.",
        broken="{n} of {rows} questions ask something that no measure knows, so that their answers "
        f"are in none. The constructs that are known: {closed_list()}.",
        to_do="Write one of them into construct in survey_items, in lower case, where the question "
        "asks just that, and the kind beside it into kind; other questions may stay as they are.",
        column="construct",
    ),
)
