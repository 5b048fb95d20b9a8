"""The questions that were asked and have no estimate, each with the reason why."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import product

import numpy as np
import pandas as pd

from analyses.outcomes import FOLLOWED, OUTCOMES
from analyses.verdicts import FIXED, HEADLINE, OFFERED

NOBODY_STARTED = "nobody eligible started"
NOBODY_LEFT = "nobody left to compare with"
NOBODY_ALIKE = "nobody alike"
NOT_FOLLOWED = "not followed for so long"
NOT_KNOWN = "not known before and after"

GROUP = ["role", "program"]
QUESTION = [
    *GROUP,
    "subgroup_dimension",
    "subgroup_member",
    "outcome",
    "horizon_months",
    "estimand",
]


def with_unanswered(
    cells: pd.DataFrame,
    flow: pd.DataFrame,
    eligible: pd.DataFrame,
    *,
    roles: Iterable[str],
    outcomes: Collection[str],
    horizons_months: Iterable[int],
) -> pd.DataFrame:
    """Return the cells, and one without values for every question that has no cell.

    Asked of everybody, in all programs and in each one somebody started in: `mentored_vs_not` of
    what is followed, and `started_vs_not_yet` of every outcome; where there are applications,
    `mentored_vs_applied` of what is followed; where there was a lottery, `offered_vs_not` of every
    outcome. A cell without values has the people who could have been compared, and in `reason` why
    nobody was.

    Args:
        cells: rows of `rpt_effects__by_horizon`.
        flow: rows of `rpt_flow__by_step`.
        eligible: rows of `rpt_eligible__by_horizon`.
        roles: roles whose effect is asked for.
        outcomes: outcomes asked for.
        horizons_months: months after which they are compared.
    """
    people = _people(flow)
    started = people[GROUP].itertuples(index=False, name=None)
    groups = dict.fromkeys([*((role, "all") for role in roles), *started])
    designs = {
        (role, program, estimand): None
        for role, program in groups
        for estimand in (HEADLINE, FIXED)
    } | dict.fromkeys(eligible[[*GROUP, "estimand"]].itertuples(index=False, name=None))
    asked = pd.DataFrame(
        [
            (role, program, "all", "all", outcome.name, months, estimand)
            for (role, program, estimand), outcome, months in product(
                designs, OUTCOMES, horizons_months
            )
            if outcome.name in outcomes
            and role in outcome.roles
            and (estimand in (FIXED, OFFERED) or outcome in FOLLOWED)
        ],
        columns=QUESTION,
    )
    is_answered = asked.merge(cells[QUESTION], how="left", indicator=True)["_merge"].eq("both")
    missing = asked[~is_answered].merge(people, on=GROUP, how="left")
    missing = missing.fillna({column: 0.0 for column in people if column not in GROUP})
    missing = _at_horizon(missing, eligible)
    missing["matched_share"] = missing["matched_treated_n"] / missing["treated_n"].replace(
        0, np.nan
    )
    columns = [*cells, "reason"]
    return pd.concat([cells, missing.reindex(columns=columns)], ignore_index=True)[columns]


def not_voluntary(programs: pd.DataFrame) -> list[str]:
    """Return the programs that people do not choose to join; `all` too if that is every one.

    Args:
        programs: rows of `dim_programs`; where it is not known, people choose.
    """
    is_chosen = programs["is_voluntary"].astype("boolean").fillna(True)
    found = [str(program) for program in programs.loc[~is_chosen, "program"]]
    return [*found, "all"] if found and not is_chosen.any() else found


def _people(flow: pd.DataFrame) -> pd.DataFrame:
    """Return, per role and program, the people who were eligible and those who were matched."""
    people = flow[GROUP].drop_duplicates(ignore_index=True)
    for name, step, column in (
        ("treated_n", "trials", "treated_n"),
        ("eligible_control_n", "trials", "control_n"),
        ("matched_treated_n", "matched", "treated_n"),
        ("control_n", "matched", "control_n"),
    ):
        counted = flow.loc[flow["step"] == step, [*GROUP, column]].rename(columns={column: name})
        # The warehouse's counts may know of missing ones, which ordinary numbers do not.
        people = people.merge(counted.astype({name: "float64"}), on=GROUP, how="left")
    return people


def _at_horizon(missing: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """Return the unanswered questions with the people of their own horizon, and why: `reason`.

    The headline follows everybody for as long as it goes; all others only who can be followed to
    the end. Where there are none, it is the time that is missing, if anybody has started at all.
    """
    is_headline = missing["estimand"].eq(HEADLINE)
    counts = ["treated_n", "matched_treated_n"]
    known = missing[[*GROUP, "estimand", "horizon_months"]].merge(
        eligible.astype(dict.fromkeys(counts, "float64")),
        on=[*GROUP, "estimand", "horizon_months"],
        how="left",
    )
    known.index = missing.index
    has_started, is_reached = missing["treated_n"] > 0, known["treated_n"] > 0
    found = missing.assign(
        **{name: missing[name].where(is_headline, known[name].fillna(0.0)) for name in counts}
    )
    is_value = found["outcome"].isin([one.name for one in OUTCOMES if one not in FOLLOWED])
    reasons = np.select(
        [
            ~has_started,
            found["eligible_control_n"].eq(0),
            ~is_headline & ~is_reached,
            found["matched_treated_n"].eq(0),
            is_value,
        ],
        [NOBODY_STARTED, NOBODY_LEFT, NOT_FOLLOWED, NOBODY_ALIKE, NOT_KNOWN],
        default=NOT_FOLLOWED,
    )
    return found.assign(reason=reasons)
