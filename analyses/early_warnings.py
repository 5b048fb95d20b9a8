"""Early warnings: how many are open, and how far the ones before were to be believed.

Who is warned about stands in `state/actions/` alone. What is published are counts to the nearest
five, and shares without counts, because the measures count nearly the same pairings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analyses import intervals
from analyses.disclosure import blank, is_all_or_none
from analyses.editions import with_evidence
from analyses.publishing import read_rules
from analyses.rounding import coarse
from analyses.verdicts import COUNTED, NOT_MEASURED, TOO_FEW
from analyses.warning_rules import RULES

CELL = ["rule", "figure", "program", "cohort"]
ANY, WHOLE = "any", "all"
# Counts of pairings, and shares of them.
COUNTS = ("open", "resolved", "ended", "still_open")
SHARES = ("precision", "without", "recall")
ROUNDED_TO = 5
OFF = "no threshold"
NUMBERS = ["value", "ci_low", "ci_high"]


def warning_rows(
    cells: pd.DataFrame,
    followed_up: pd.DataFrame,
    *,
    confidence: float,
    minimum_group_size: int,
    thresholds: Mapping[str, float | None],
    exported: Collection[str],
    programs: Collection[str],
) -> pd.DataFrame:
    """Return the rows of the result table `warnings` with the people they rest on.

    Args:
        cells: rows of `rpt_warnings__by_program`.
        followed_up: what became of the warnings of the list before; the same columns, and
            `since_on`, the day of that list.
        confidence: for example 0.95.
        minimum_group_size: fewest mentees that are counted, and that are not.
        thresholds: what the configuration says.
        exported: canonical tables there are exports of.
        programs: ids of the programs.
    """
    figures = ["open", *SHARES] + ([] if followed_up.empty else [*COUNTS[1:]])
    asked = pd.DataFrame(
        [
            (rule, figure, program, WHOLE)
            for program in ((WHOLE, *sorted(programs)) if "pairings" in exported else ())
            for rule in (ANY, *(one.name for one in RULES))
            for figure in figures
        ],
        columns=CELL,
    )
    counted = pd.concat([cells, followed_up.assign(cohort=WHOLE)], ignore_index=True)
    of_cohorts = counted.loc[counted["cohort"].ne(WHOLE), CELL].sort_values(CELL)
    asked = pd.concat([asked, of_cohorts], ignore_index=True)
    found = asked.merge(counted.reindex(columns=[*cells, "since_on"]), on=CELL, how="left")
    missing = [_missing(rule, thresholds, exported) for rule in found["rule"]]
    is_missing = pd.Series([bool(one) for one in missing], dtype=bool)
    estimate = _estimates(found, confidence=confidence)
    is_hidden = _is_few(found, minimum_group_size=minimum_group_size) & ~is_missing
    shown = blank(found.assign(**estimate), is_missing | is_hidden, NUMBERS)
    shown["status"] = np.select([is_missing, is_hidden], [NOT_MEASURED, TOO_FEW], COUNTED)
    shown["reason"] = pd.Series(missing, dtype=object).where(is_missing, None)
    shown["is_suppressed"] = is_hidden
    # With the numbers, so that what stands says under which threshold it was counted.
    shown["sentence"] = [_sentence(rule, thresholds) for rule in shown["rule"]]
    return _with_people(shown)


def _missing(name: str, thresholds: Mapping[str, float | None], exported: Collection[str]) -> str:
    """Return what a rule lacks, in words; nothing where it can be raised."""
    rule = next((one for one in RULES if one.name == name), None)
    if rule is None:
        return ""
    if rule.at(thresholds) is None:
        return OFF
    missing = sorted(table for table in rule.needs if table not in exported)
    return f"needs {', '.join(missing)}" if missing else ""


def _sentence(name: str, thresholds: Mapping[str, float | None]) -> str:
    said = (rule.said(rule.at(thresholds)) for rule in RULES if rule.name == name)
    return next(said, "At least one of the warnings that are on.")


def _estimates(rows: pd.DataFrame, *, confidence: float) -> dict[str, Any]:
    """Return the numbers of figures: counts as they are read, shares of as many as are people."""
    met, looked_at, people = (
        rows[name].to_numpy(dtype=float) for name in ("met_n", "looked_at_n", "mentees_n")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = intervals.share(met * people / looked_at, people, confidence=confidence)
    is_share = rows["figure"].isin(SHARES).to_numpy()
    step = read_rules().rounding["share"]
    value, low, high = (
        np.where(is_share, coarse(pd.Series(column), step), np.nan) for column in share
    )
    counts = np.round(met / ROUNDED_TO) * ROUNDED_TO
    return {"value": np.where(is_share, value, counts), "ci_low": low, "ci_high": high}


def _is_few(rows: pd.DataFrame, *, minimum_group_size: int) -> pd.Series:
    """Return which rows too few people stand behind.

    Of a count as many must be in it and as many not; a share of few tells of each of them where it
    is that of all or none.
    """
    met, unmet, people = (
        rows[name].astype(float) for name in ("met_mentees_n", "unmet_mentees_n", "mentees_n")
    )
    share = rows["met_n"].astype(float) / rows["looked_at_n"].astype(float)
    is_few_in_share = people.lt(read_rules().interval_from) | is_all_or_none(share)
    is_few_in_count = met.lt(minimum_group_size) | unmet.lt(minimum_group_size)
    is_few = is_few_in_share.where(rows["figure"].isin(SHARES), is_few_in_count)
    return is_few | people.isna()


def _with_people(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their evidence: each stands or moves alone, since none adds up."""
    place = rows["program"].where(rows["cohort"].eq(WHOLE), rows["cohort"])
    key = rows["rule"] + "|" + rows["figure"] + "|" + place
    shown = [*CELL, "sentence", "since_on", *NUMBERS, "status", "reason", "is_suppressed"]
    return with_evidence(
        rows[shown],
        key=key,
        block="warnings " + key,
        root="warnings " + key,
        is_shown=rows["status"].eq(COUNTED),
        is_each=False,
        persons=rows["mentees_n"],
        events=rows["met_n"],
        squares=rows["met_mentees_n"],
        rows=rows["looked_at_n"],
    )


def warning_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as they are published, with the words of their rules.

    Args:
        rows: what `warning_rows` gives, beside what was released.
    """
    rules = {rule.name: rule for rule in RULES}
    own = [rules.get(name) for name in rows["rule"]]
    return rows.assign(
        # What was released before cohorts were counted is of all of them.
        cohort=rows["cohort"].fillna(WHOLE),
        label=[rule.label if rule else "Any warning" for rule in own],
        to_do=[rule.to_do if rule else None for rule in own],
        unit=["share" if figure in SHARES else "pairings" for figure in rows["figure"]],
        # A threshold that was raised since hides what stands, too.
        status=rows["status"].mask(rows["is_suppressed"].astype(bool), TOO_FEW),
    )
