"""The people that each row of a release rests on, table by table, and what it stands or moves with.

In `metrics` the whole of a population is the root of its programs and cuts, and of the declared
parts of a measure; in `survival`, of its
programs; of a role, all that is known of the design adds up to the headline effects of everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analyses.editions import with_evidence
from analyses.merging import CELL
from analyses.outcomes import FOLLOWED
from analyses.publishing import read_rules
from analyses.verdicts import HEADLINE, NAIVE

# What a single person can add to a numerator, and to a sum of squares, by estimator.
SPANS = {"share": 1.0, "rate": 1.0, "mean": 4.0, "nps": 200.0}
SQUARES = {"mean": 25.0, "nps": 10_000.0}
ERROR = 1e-6
FOLLOWED_NAMES = tuple(outcome.name for outcome in FOLLOWED)


def of_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Return what shows that cells of the metrics moved: people, outcomes, answers and rows."""
    estimator = cells["estimator"]
    counted = {
        "persons": cells["people_n"].astype(float),
        "events": cells["numerator"].astype(float) / estimator.map(SPANS).fillna(1.0),
        "squares": cells["square_sum"].astype(float) / estimator.map(SQUARES).fillna(1.0),
        "rows": cells["denominator"].astype(float),
    }
    is_each = (cells["people_n"] - cells["denominator"]).astype(float).abs() < ERROR
    return with_evidence(
        cells[[]], key="", block="", root="", is_shown=True, is_each=is_each, **counted
    )


def metrics_root(people: Any, population: Any, wholes: Mapping[str, str]) -> Any:
    """Return what must stand where anything that adds up to all of these people stands.

    Args:
        people: who is counted, one or a column.
        population: of whom, likewise.
        wholes: by people who are part of others, those others.
    """
    if isinstance(people, str):
        return f"metrics {wholes.get(people, people)} {population} whole all"
    whole = people.map(lambda one: wholes.get(one, one))
    return "metrics " + whole + " " + population + " whole all"


def metrics_evidence(cells: pd.DataFrame, wholes: Mapping[str, str]) -> pd.DataFrame:
    """Return planned cells of the metrics with their evidence.

    The whole time of participants begins when its first part does: the day is no part of the key.

    Args:
        cells: what is planned.
        wholes: by people who are part of others, those others.
    """
    starts = pd.to_datetime(cells["period_start"]).dt.strftime("%Y-%m-%d")
    is_all = cells["period_grain"].eq("all")
    starts = starts.mask(is_all & cells["population"].ne("workforce"), "all")
    counted = of_cells(cells)
    family = "metrics " + cells["people"] + " " + cells["population"]
    return with_evidence(
        cells,
        key=_key(cells, CELL[:-1]) + "|" + starts,
        block=family + " " + cells["kind"] + " " + cells["dimension"],
        root=metrics_root(cells["people"], cells["population"], wholes),
        regroups=cells["measure"].where(is_all & cells["dimension"].ne("all"), ""),
        is_shown=~cells["is_small"].astype(bool),
        **{name: counted[name] for name in ("persons", "events", "squares", "rows", "is_each")},
    )


def survival_evidence(months: pd.DataFrame) -> pd.DataFrame:
    """Return months of the descriptive curves with their evidence.

    Args:
        months: what `estimate_curves` gives, with `followed_n`, `event_n` and `competing_n` as
            they were counted.
    """
    # A curve without counts adds up to none of the others.
    own = months["outcome"].where(months["outcome"].isin(read_rules().parts), "")
    root = "survival " + months["population"] + np.where(own.eq(""), "", " " + own)
    curve = ["outcome", "population", "program"]
    return with_evidence(
        months,
        key=_key(months, [*curve, "month"]),
        block=root + np.where(months["program"].eq("all"), "", " programs"),
        root=root,
        bundle=_key(months, curve),
        is_shown=~months["is_suppressed"],
        persons=months["followed_n"],
        events=months["event_n"],
        rows=months["competing_n"],
    )


def effects_evidence(effects: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Return effects with their evidence.

    Args:
        effects: rows of the result table `effects`.
        counted: rows of `rpt_effects__by_horizon` and `rpt_naive_comparison__by_horizon`.
    """
    key = ["role", "program", "subgroup_dimension", "subgroup_member", "outcome",
           "horizon_months", "estimand"]  # fmt: skip
    naive = counted["estimand"].eq(NAIVE)
    known = counted.assign(
        key=_key(counted, key),
        more_persons=counted["matched_treated_n"].where(~naive, counted["control_n"]),
        events=counted["treated_outcome_n"],
        more_events=counted["treated_event_n"].where(~naive, counted["control_outcome_n"]),
    ).set_index("key")
    keys = _key(effects, key)
    found = known.reindex(keys).reset_index()
    whole = effects["subgroup_dimension"].eq("all") & effects["program"].eq("all")
    is_root = whole & effects["estimand"].eq(HEADLINE) & effects["outcome"].isin(FOLLOWED_NAMES)
    part = np.select(
        [is_root, effects["estimand"].eq(NAIVE), whole & effects["estimand"].ne(HEADLINE),
         whole, effects["subgroup_dimension"].eq("all")],
        ["", " naive", " " + effects["estimand"] + " " + effects["outcome"],
         " " + effects["outcome"], " programs"],
        default=" " + effects["subgroup_dimension"],
    )  # fmt: skip
    return with_evidence(
        effects, key=keys, block=root_of(effects) + part, root=root_of(effects),
        is_shown=~effects["is_suppressed"].astype(bool),
        persons=found["treated_n"].to_numpy(dtype=float),
        events=found["events"].to_numpy(dtype=float),
        more_persons=found["more_persons"].to_numpy(dtype=float),
        more_events=found["more_events"].to_numpy(dtype=float),
    )  # fmt: skip


def curves_evidence(curves: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Return months of the arms' curves with their evidence: the mentored who are followed.

    Args:
        curves: rows of the result table `curves`.
        counted: rows of `rpt_curves__by_month`.
    """
    key = ["role", "program", "outcome", "arm", "month"]
    known = counted[counted["arm"].eq("mentored")]
    known = known.assign(key=_key(known, key)).set_index("key")["at_risk_n"]
    keys = _key(curves, key)
    is_part = curves["program"].ne("all")
    return with_evidence(
        curves,
        key=keys,
        block="curves " + root_of(curves) + np.where(is_part, " programs", ""),
        root=root_of(curves),
        bundle=_key(curves, ["role", "program", "outcome"]),
        is_shown=~curves["is_suppressed"],
        persons=known.reindex(keys).to_numpy(dtype=float),
    )


def flow_evidence(flow: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of the design with their evidence: people who started, and who did not.

    Args:
        flow: rows of the result table `flow`.
        counted: rows of `rpt_flow__by_step`.
    """
    key = ["role", "program", "step", "reason"]
    known = counted.assign(key=_key(counted, key)).set_index("key")
    keys = _key(flow, key)
    found = known.reindex(keys)
    return with_evidence(
        flow,
        key=keys,
        block="flow " + root_of(flow),
        root=root_of(flow),
        is_shown=True,
        persons=found["treated_n"].to_numpy(dtype=float, na_value=np.nan),
        more_persons=found["control_n"].to_numpy(dtype=float, na_value=np.nan),
    )


def balance_evidence(balance: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Return the balance with its evidence: the mentored of each level.

    Args:
        balance: rows of the result table `balance`.
        counted: rows of `rpt_balance__by_covariate`.
    """
    key = ["role", "program", "covariate", "level"]
    known = counted.assign(level=counted["covariate_level"])
    known = known.assign(key=_key(known, key)).set_index("key")
    keys = _key(balance, key)
    is_part = balance["program"].ne("all")
    return with_evidence(
        balance,
        key=keys,
        block="balance " + root_of(balance) + np.where(is_part, " programs", ""),
        root=root_of(balance),
        is_shown=~balance["is_suppressed"].astype(bool),
        persons=known["treated_before"].reindex(keys).to_numpy(dtype=float),
        more_persons=known["treated_after"].reindex(keys).to_numpy(dtype=float),
    )


def root_of(rows: pd.DataFrame) -> pd.Series:
    """Return the root of all that is told of the design of a role."""
    return "impact " + rows["role"].astype(str)


def _key(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    parts = [
        rows[name].astype(object).where(rows[name].notna(), "").astype(str) for name in columns
    ]
    key = parts[0]
    for part in parts[1:]:
        key = key + "|" + part
    return key
