"""The people behind a row, and what it stands or moves with."""

from __future__ import annotations

import pandas as pd

from analyses.evidence import effects_evidence, metrics_evidence
from tests.analyses.test_publishing import planned

KEY = {"role": "mentee", "program": "all", "subgroup_dimension": "all", "subgroup_member": "all"}


def test_cells_of_the_same_people_stand_with_their_whole() -> None:
    cut = {"dimension": "department"}
    cells = planned({"people": 50}, {"people": 30, "member": "a", **cut},
                    {"people": 20, "member": "b", **cut}).cells  # fmt: skip
    rows = metrics_evidence(cells, {}).set_index("member")
    family = "metrics retention_12_months mentees"
    assert set(rows["root"]) == {f"{family} whole all"}
    assert rows.loc["a", "block"] == f"{family} cuts department"
    assert (rows.loc["a", "persons"], rows.loc["a", "events"]) == (30, 15)
    # Who is counted stays told by name.
    assert set(rows["people"]) == {"retention_12_months"}


def test_a_part_of_a_measure_stands_with_the_whole_of_it() -> None:
    cells = planned({"people": 50}, {"people": 30, "measure": "retention_same_site"}).cells
    rows = metrics_evidence(cells, {"retention_same_site": "retention_12_months"})
    assert set(rows["root"]) == {"metrics retention_12_months mentees whole all"}
    assert rows["block"].nunique() == 2


def test_the_headline_effects_of_a_role_are_the_root_of_all_its_effects() -> None:
    rows = pd.DataFrame(
        [
            {**KEY, "outcome": "retention", "horizon_months": 12, "estimand": "mentored_vs_not"},
            {**KEY, "outcome": "retention", "horizon_months": 12, "estimand": "started_vs_not_yet"},
            {**KEY, "outcome": "retention", "horizon_months": 12, "estimand": "naive"},
            {**KEY, "program": "p", "outcome": "retention", "horizon_months": 12,
             "estimand": "mentored_vs_not"},
        ]
    ).assign(is_suppressed=False)  # fmt: skip
    counted = rows.assign(treated_n=40, matched_treated_n=38, control_n=90, treated_event_n=4,
                          control_outcome_n=80, treated_outcome_n=30)  # fmt: skip
    found = effects_evidence(rows, counted)
    assert found["block"].tolist() == [
        "impact mentee", "impact mentee started_vs_not_yet retention", "impact mentee naive",
        "impact mentee programs",
    ]  # fmt: skip
    assert set(found["root"]) == {"impact mentee"}
    # The naive comparison says how many were never mentored; of the others, who was matched counts.
    assert found["more_persons"].tolist() == [38, 38, 90, 38]
    assert found["more_events"].tolist() == [4, 4, 80, 4]
