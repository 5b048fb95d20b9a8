"""The questions that were asked and have no estimate, each with the reason why."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import product

import numpy as np
import pandas as pd

from analyses.outcomes import FOLLOWED

NOBODY_STARTED = "nobody eligible started"
NOBODY_LEFT = "nobody left to compare with"
NOBODY_ALIKE = "nobody alike"
NOT_FOLLOWED = "not followed for so long"

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
    *,
    roles: Iterable[str],
    outcomes: Collection[str],
    horizons_months: Iterable[int],
) -> pd.DataFrame:
    """Return the cells, and one without values for every question that has no cell.

    Asked is `mentored_vs_not` of everybody, in all programs and in each one somebody started in.
    A cell without values has the people of the flow, and in `reason` why nobody was compared.

    Args:
        cells: rows of `rpt_effects__by_horizon`.
        flow: rows of `rpt_flow__by_step`.
        roles: roles whose effect is asked for.
        outcomes: outcomes asked for; those that are not followed month by month are passed over.
        horizons_months: months after which they are compared.
    """
    people = _people(flow)
    started = people[GROUP].itertuples(index=False, name=None)
    groups = dict.fromkeys([*((role, "all") for role in roles), *started])
    asked = pd.DataFrame(
        [
            (role, program, "all", "all", outcome.name, months, "mentored_vs_not")
            for (role, program), outcome, months in product(groups, FOLLOWED, horizons_months)
            if outcome.name in outcomes and role in outcome.roles
        ],
        columns=QUESTION,
    )
    is_answered = asked.merge(cells[QUESTION], how="left", indicator=True)["_merge"].eq("both")
    missing = asked[~is_answered].merge(people, on=GROUP, how="left")
    missing = missing.fillna({column: 0.0 for column in people if column not in GROUP})
    missing["matched_share"] = missing["matched_treated_n"] / missing["treated_n"].replace(
        0, np.nan
    )
    missing["reason"] = _reasons(missing)
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


def _reasons(missing: pd.DataFrame) -> pd.Series:
    """Return why nobody was compared: the first that applies."""
    reasons = np.select(
        [
            (missing["treated_n"] == 0).to_numpy(dtype=bool),
            (missing["eligible_control_n"] == 0).to_numpy(dtype=bool),
            (missing["matched_treated_n"] == 0).to_numpy(dtype=bool),
        ],
        [NOBODY_STARTED, NOBODY_LEFT, NOBODY_ALIKE],
        default=NOT_FOLLOWED,
    )
    return pd.Series(reasons, index=missing.index)
