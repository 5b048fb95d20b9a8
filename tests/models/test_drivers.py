"""Practices and early warnings in SQL: pairings counted by hand, and the demo's planted truth."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import pytest

from analyses.drivers import estimated
from demo.company import generate
from demo.mentoring import GOAL_COMPLETION, GOAL_SATISFACTION
from ingest.load import load
from mentorship.configuration import read_configuration
from tests.models.impact.engine import Engine, compiled

MARTS = (
    "rpt_drivers__by_program",
    "rpt_shortfalls__by_program",
    "rpt_warnings__by_program",
    "rpt_warnings__by_pairing",
)
AS_OF = dt.date(2023, 12, 31)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def practices() -> Engine:
    """Return the models of drivers and warnings."""
    return compiled({}, marts=MARTS)


def landmarked() -> pd.DataFrame:
    """Return two strata: four pairings that the first compares, and two that did the same."""
    rows = [
        # pairing, mentee, mentor, level, days to goal, completed
        ("a", "m1", "r1", "junior", 30, 1),
        ("b", "m2", "r2", "junior", 3, 1),
        ("c", "m3", "r3", "junior", 31, 1),
        ("d", "m3", "r4", "junior", None, 0),
        ("e", "m5", "r5", "senior", 10, 0),
        ("f", "m6", "r6", "senior", 10, 1),
    ]
    columns = ["pairing_id", "mentee_key", "mentor_key", "level_band", "days_to_goal_n",
               "completed"]  # fmt: skip
    numbers = ["days_to_agreement_n", "days_to_meeting_n", "held_n", "held_in_person_n",
               "informal_n", "feedback_n", "exposures_n", "mentee_learning_n",
               "mentor_learning_n", "meetings_expected_per_month"]  # fmt: skip
    unknown = ["is_agreement_recorded", "is_meeting_recorded", "is_modality_recorded",
               "is_kind_recorded", "is_feedback_recorded", "is_exposure_recorded",
               "is_learning_recorded"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).assign(
        program="p", start_half=4046, rating_band="lower", is_goal_recorded=True,
        stayed=pd.Series([None] * 6, dtype="Int64"), promoted=pd.Series([None] * 6, dtype="Int64"),
        satisfaction=pd.Series([None] * 6, dtype="Float64"),
    )  # fmt: skip
    return frame.assign(**dict.fromkeys(numbers, 0), **dict.fromkeys(unknown, False))


def test_pairings_are_compared_within_strata_and_summed_by_person(practices: Engine) -> None:
    """C and d are of one mentee: together 1/4 and 1/2, where each has products 3/8, -1/8."""
    found = practices.run(MARTS[:2], given={"int_pairings__landmarked": landmarked()})
    cells = found["rpt_drivers__by_program"]
    assert set(cells["driver"]) == {"goal_by_day_30"}
    assert set(cells["program"]) == {"all", "p"}
    cell = cells.iloc[0]
    assert (cell["pairings_n"], cell["strata_n"], cell["doing_n"]) == (4, 1, 2)
    assert (cell["mentees_n"], cell["mentee_clusters_n"], cell["mentor_clusters_n"]) == (3, 3, 4)
    assert (cell["doing_outcome_sum"], cell["lacking_outcome_sum"]) == (2, 1)
    assert (cell["product_sum"], cell["square_sum"]) == (0.5, 1)
    assert cell["mentor_products"] == 2 * (1 / 8) ** 2 + (3 / 8) ** 2 + (1 / 8) ** 2
    assert cell["mentee_products"] == 2 * (1 / 8) ** 2 + (1 / 4) ** 2
    assert cell["mentee_squares"] == 2 * (1 / 4) ** 2 + (1 / 2) ** 2
    assert estimated(cells, confidence=0.95)["difference"].tolist() == [0.5, 0.5]
    short = found["rpt_shortfalls__by_program"].set_index(["driver", "program"])
    assert short.loc[("goal_by_day_30", "all"), ["pairings_n", "lacking_n"]].tolist() == [6, 2]


def watched(pairing: str, checked_on: str, **given: object) -> dict[str, object]:
    return {
        "pairing_id": pairing, "program": "p", "mentee_key": pairing, "is_today": False,
        "checked_on": dt.date.fromisoformat(checked_on), "started_on": dt.date(2023, 1, 1),
        "match_score": 1.0, "is_meeting_recorded": True, "is_goal_recorded": True,
        "days_since_start_n": 60, "last_met_on": dt.date(2023, 1, 2), "days_since_met_n": 10,
        "missed_n": 0, "last_missed_on": None, "goals_n": 1, "overdue_goals_n": 0,
        "last_due_on": None, "mentor_mentees_n": 1, "mentor_started_on": dt.date(2023, 1, 1),
        "last_score_share": None, "last_answered_on": None, **given,
    }  # fmt: skip


def test_a_warning_is_held_against_the_ninety_days_after_it(practices: Engine) -> None:
    """Quiet is 45 days. a: warned in January and February, in trouble 90 days after the first.

    b: warned, in trouble on the 91st day. c: never warned, in trouble the next day. d: 44 days, no
    trouble. e: warned today alone. f: warned so late that 90 days are not over.
    """
    days = pd.DataFrame(
        [
            watched("a", "2023-01-31", days_since_met_n=45),
            watched("a", "2023-02-28", days_since_met_n=73),
            watched("b", "2023-01-31", days_since_met_n=50),
            watched("c", "2023-01-31"),
            watched("d", "2023-01-31", days_since_met_n=44),
            watched("e", "2023-12-31", days_since_met_n=45, is_today=True),
            watched("f", "2023-10-31", days_since_met_n=45),
        ]
    )
    troubles = pd.DataFrame(
        [("a", "2023-05-01"), ("b", "2023-05-02"), ("c", "2023-02-01")],
        columns=["pairing_id", "happened_on"],
    ).assign(trouble="ended early")
    troubles["happened_on"] = pd.to_datetime(troubles["happened_on"]).dt.date
    found = practices.run(
        MARTS[2:],
        given={
            "int_pairing_days__watched": days,
            "int_troubles__dated": troubles,
            "int_settings__resolved": pd.DataFrame({"as_of": [AS_OF]}),
        },
    )
    cells = found["rpt_warnings__by_program"]
    quiet = cells[cells["rule"].eq("quiet") & cells["program"].eq("p")]
    quiet = quiet[quiet["cohort"].eq("all")].set_index("figure")
    counts = quiet[["met_n", "looked_at_n"]].astype(int)
    assert counts.loc["precision"].tolist() == [1, 2]  # a, of a and b
    assert counts.loc["without"].tolist() == [1, 2]  # c, of c and d
    assert counts.loc["recall"].tolist() == [1, 2]  # a, of a and c; b was last seen too early
    assert counts.loc["open"].tolist() == [1, 1]
    of_cohorts = cells[cells["cohort"].ne("all")]
    # Only e runs today: it began in the quarter that its start says, and is warned about.
    assert of_cohorts[["rule", "figure", "met_n", "looked_at_n"]].to_numpy().tolist() == [
        ["any", "open", 1, 1]
    ]
    listed = found["rpt_warnings__by_pairing"]
    open_now = listed[listed["rule"].eq("quiet")].reset_index(drop=True)
    assert len(listed) == 2  # the pairing itself, and its warning
    assert open_now["pairing_id"].tolist() == ["e"]
    # The 45th day after the last meeting, that of 2 January.
    assert pd.Timestamp(open_now["since_on"][0]) == pd.Timestamp(2023, 2, 16)


@pytest.fixture(scope="module")
def demo(practices: Engine, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Return the estimates of a demo company of 4,000, as the models sum them."""
    folder = tmp_path_factory.mktemp("planted")
    generate(folder, employees=4_000, seed=11)
    raw = folder / "raw.duckdb"
    load(
        read_configuration(folder / "mentorship.yml"),
        root=folder,
        raw_path=raw,
        quarantine=folder / "quarantine",
        key=bytes(32),
        today=dt.date(2026, 1, 1),
    )
    with duckdb.connect() as connection:
        connection.execute(f"attach '{raw}' as raw (read_only); attach ':memory:' as warehouse")
        for model in practices.parents_first(["rpt_drivers__by_program"]):
            connection.execute(f"create {model.kind} {model.relation} as {model.statement}")
        relation = practices.models["rpt_drivers__by_program"].relation
        cells = connection.sql(f"select * from {relation} where program = 'all'").df()
    return estimated(cells, confidence=0.95).set_index(["driver", "outcome", "contrast"])


def test_the_planted_practices_are_found_and_the_null_is_not(demo: pd.DataFrame) -> None:
    """A goal by day 30 and the rhythm of meetings change completion and mood; agreeing does not."""
    for driver, contrast, outcome, planted in (
        ("goal_by_day_30", "done", "completion", GOAL_COMPLETION),
        ("goal_by_day_30", "done", "satisfaction", GOAL_SATISFACTION / 4),  # of a scale of 1 to 5
        ("meetings_held", "each", "completion", None),
        ("meetings_held", "each", "satisfaction", None),
    ):
        found = demo.loc[(driver, outcome, contrast)]
        assert found["ci_low"] > 0, (driver, outcome)
        if planted is not None:
            assert found["ci_low"] < planted < found["ci_high"], (driver, outcome)
    for outcome in ("completion", "satisfaction"):
        null = demo.loc[("agreed_by_day_30", outcome, "done")]
        assert abs(null["difference"]) < 3 * null["se"], outcome
