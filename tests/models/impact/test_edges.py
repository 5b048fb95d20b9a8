"""Companies small enough to count on one's fingers, where a design can go wrong.

Follow-up is three months. Whoever starts in January 2024 is followed from 1 February (month 1) to
the end of April (month 3). Everybody is alike unless a test says otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import pytest

from analyses.outcomes import FOLLOWED
from analyses.questions import with_unanswered
from analyses.results import EFFECTS, uneditioned
from tests.models.impact.engine import Engine, Frames, adjusted, naive, settings

FOLLOWED_NAMES = tuple(outcome.name for outcome in FOLLOWED)
JOINED = "2022-06-15 hire"
JANUARY = "2024-01-10"


def company(
    people: Mapping[str, Sequence[str]],
    starts: Iterable[tuple[str, ...]],
    *,
    as_of: str = "2024-12-01",
) -> Frames:
    """Return raw tables.

    Args:
        people: by key, what happened after joining, as `2024-03-05 exit`.
        starts: mentee, day, and where it matters program and mentor.
        as_of: the day of the export.
    """
    jobs = [
        {
            "person_key": person,
            "effective_on": dt.date.fromisoformat(event.split()[0]),
            "event": event.split()[1],
            "department": "Care",
            "level": 2,
            "exit_reason": "voluntary" if event.endswith("exit") else None,
        }
        for person, events in people.items()
        for event in (JOINED, *events)
    ]
    pairings = [
        {
            "pairing_id": f"{mentee} {day}",
            "mentee_key": mentee,
            "started_on": dt.date.fromisoformat(day),
            "program_id": rest[0] if rest else "p1",
            "mentor_key": rest[1] if len(rest) > 1 else "somebody outside",
        }
        for mentee, day, *rest in starts
    ]
    return {
        "settings": settings(dt.date.fromisoformat(as_of)),
        "job_history": pd.DataFrame(jobs),
        "pairings": pd.DataFrame(pairings),
    }


def group(letter: str, size: int, *events: str) -> dict[str, list[str]]:
    """Return people of one fate: `c` and 10 are c0 to c9."""
    return {f"{letter}{n}": list(events) for n in range(size)}


def starting(letter: str, size: int, day: str = JANUARY) -> list[tuple[str, ...]]:
    return [(f"{letter}{n}", day) for n in range(size)]


def one(
    marts: Frames,
    outcome: str,
    *,
    estimand: str = "mentored_vs_not",
    program: str = "all",
    role: str = "mentee",
) -> pd.Series:
    """Return the one row of the effects."""
    rows = marts["rpt_effects__by_horizon"]
    found = rows[
        rows["role"].eq(role)
        & rows["program"].eq(program)
        & rows["subgroup_dimension"].eq("all")
        & rows["outcome"].eq(outcome)
        & rows["estimand"].eq(estimand)
    ]
    assert len(found) == 1
    return found.iloc[0]


def flow(marts: Frames, role: str = "mentee") -> pd.DataFrame:
    """Return people by step and reason, over all programs."""
    rows = marts["rpt_flow__by_step"]
    rows = rows[rows["role"].eq(role) & rows["program"].eq("all")]
    return rows.set_index(["step", "reason"])


def said(
    marts: Frames, role: str, *, estimand: str = "mentored_vs_not", outcomes: Sequence[str] = ()
) -> set[tuple[str, str]]:
    """Return verdict and reason over all programs, where every question has its row."""
    asked = list(outcomes or FOLLOWED_NAMES)
    cells = with_unanswered(
        marts["rpt_effects__by_horizon"],
        marts["rpt_flow__by_step"],
        marts["rpt_eligible__by_horizon"],
        roles=("mentee", "mentor"),
        outcomes=asked,
        horizons_months=(3,),
    )
    effects = adjusted({**marts, "rpt_effects__by_horizon": cells})
    rows = effects[
        effects["role"].eq(role)
        & effects["program"].eq("all")
        & effects["subgroup_dimension"].eq("all")
        & effects["estimand"].eq(estimand)
        & effects["outcome"].isin(asked)
    ]
    assert sorted(rows["outcome"]) == sorted(asked)
    return {(str(row["verdict"]), str(row["reason"])) for _, row in rows.iterrows()}


def test_nobody_starts(short_engine: Engine) -> None:
    marts = short_engine.marts(company(group("c", 12), []))
    assert adjusted(marts).empty
    assert list(adjusted(marts).columns) == uneditioned(EFFECTS)
    assert said(marts, "mentee") == {("too few to say", "nobody eligible started")}
    assert said(marts, "mentor") == {("too few to say", "nobody eligible started")}
    assert naive(marts).empty
    assert marts["rpt_flow__by_step"].empty
    assert marts["rpt_curves__by_month"].empty


def test_everybody_starts_at_once_and_nobody_is_left_to_compare_with(short_engine: Engine) -> None:
    marts = short_engine.marts(company(group("t", 12), starting("t", 12)))
    assert adjusted(marts).empty
    assert said(marts, "mentee") == {("not comparable", "nobody left to compare with")}
    steps = flow(marts)
    assert steps.loc[("unmatched", "nobody alike on any rung"), "treated_n"] == 12
    assert ("matched", "") not in steps.index


def test_nobody_is_alike_on_any_rung(short_engine: Engine) -> None:
    # The coarsest rung still asks for the level: twelve seniors start, twelve juniors do not.
    raw = company(group("t", 12) | group("c", 12), starting("t", 12))
    jobs = raw["job_history"]
    jobs.loc[jobs["person_key"].str.startswith("t"), "level"] = 5
    marts = short_engine.marts(raw)
    assert said(marts, "mentee") == {("not comparable", "nobody alike")}
    assert said(marts, "mentee", estimand="started_vs_not_yet") == {
        ("not comparable", "nobody alike")
    }


def test_nobody_is_rated_before_and_after(short_engine: Engine) -> None:
    marts = short_engine.marts(company(group("t", 12) | group("c", 12), starting("t", 12)))
    assert said(
        marts, "mentee", estimand="started_vs_not_yet", outcomes=["rating_change"]
    ) == {("too few to say", "not known before and after")}  # fmt: skip


def test_one_mentee_is_too_few_to_say(short_engine: Engine) -> None:
    people = group("t", 1, "2024-02-20 exit") | group("c", 20)
    marts = short_engine.marts(company(people, starting("t", 1)))
    row = one(marts, "retention")
    assert (row["treated_value"], row["control_value"]) == pytest.approx((0.0, 1.0))
    is_followed = marts["rpt_effects__by_horizon"]["estimand"].eq("mentored_vs_not")
    assert set(marts["rpt_effects__by_horizon"]["outcome"][is_followed]) == {*FOLLOWED_NAMES}
    shown = adjusted(marts)
    assert shown["verdict"].eq("too few to say").all()
    assert shown["is_suppressed"].all()
    assert shown[["effect", "se", "treated_n", "p_value"]].isna().all(axis=None)


def test_all_controls_leave(short_engine: Engine) -> None:
    people = (
        group("t", 11)
        | {"t11": ["2024-02-15 exit"]}
        | group("c", 6, "2024-02-20 exit")
        | {f"c{n}": ["2024-03-10 exit"] for n in range(6, 12)}
    )
    marts = short_engine.marts(company(people, starting("t", 12)))
    row = one(marts, "retention")
    assert row["treated_value"] == pytest.approx(11 / 12)
    assert row["control_value"] == pytest.approx(0.0, abs=1e-12)
    # Nobody can be in doubt about nobody; the mentored have the variance of a share, times C/(C-1).
    assert row["control_variance"] == pytest.approx(0.0, abs=1e-15)
    assert row["treated_variance"] == pytest.approx(24 / 23 * (11 / 12) * (1 / 12) / 12)
    assert row["covariance"] == pytest.approx(0.0, abs=1e-15)
    assert (row["treated_event_n"], row["control_event_n"]) == (1, 12)
    assert one(marts, "retention", estimand="started_vs_not_yet")["control_value"] == 0.0
    assert adjusted(marts)["effect"].dropna().between(-1, 1).all()


def test_all_mentored_leave_before_the_horizon(short_engine: Engine) -> None:
    people = group("t", 12, "2024-03-10 exit") | group("c", 12)
    marts = short_engine.marts(company(people, starting("t", 12)))
    row = one(marts, "retention")
    assert (row["treated_value"], row["control_value"]) == pytest.approx((0.0, 1.0))


def test_all_mentored_are_promoted_before_the_horizon(short_engine: Engine) -> None:
    people = group("t", 12, "2024-03-10 promotion") | group("c", 12)
    marts = short_engine.marts(company(people, starting("t", 12)))
    row = one(marts, "promotion")
    assert (row["treated_value"], row["control_value"]) == pytest.approx((1.0, 0.0))


def test_a_comparison_that_cannot_be_followed_to_the_horizon_is_none(short_engine: Engine) -> None:
    # The second wave takes everybody else: nobody is left to be compared with in months 2 and 3.
    # Half of the first wave leaves then; held against the second wave's month 1, that looked like
    # harm.
    people = group("t", 6) | {f"t{n}": ["2024-04-10 exit"] for n in range(6, 12)} | group("c", 12)
    starts = starting("t", 12) + starting("c", 12, "2024-02-10")
    marts = short_engine.marts(company(people, starts))
    rows = marts["rpt_effects__by_horizon"]
    assert rows[rows["estimand"].eq("mentored_vs_not") & rows["outcome"].eq("retention")].empty


def test_a_month_without_controls_is_matched_within_its_quarter(short_engine: Engine) -> None:
    # January: t0 and t1 against c0 to c3. In February c0 to c3 start and nobody is left; they are
    # matched with those of January on the fourth rung, the first that is of quarters.
    people = group("t", 2) | group("c", 4)
    starts = starting("t", 2) + starting("c", 4, "2024-02-10")
    marts = short_engine.marts(company(people, starts), also=["int_follow_ups__monthly"])
    steps = flow(marts)["treated_n"]
    assert steps[("matched at rung 1", "")] == 2
    assert steps[("matched at rung 4", "")] == 4
    monthly = marts["int_follow_ups__monthly"]
    comparison = monthly[monthly["arm"].eq("comparison")]
    # Each control of January stands for 2/4 and for 4/4, to the end of February, then starts.
    assert set(comparison["month"]) == {1}
    assert comparison["followed_weight"].tolist() == pytest.approx([1.5] * len(comparison))


def test_a_promotion_wins_the_tie_with_an_exit_in_its_month(short_engine: Engine) -> None:
    people = (
        group("t", 10)
        | {"t0": ["2024-02-05 promotion", "2024-02-20 exit"]}
        | {"t1": ["2024-02-10 exit"], "t2": ["2024-03-10 promotion"]}
        | group("c", 10)
        | {"c0": ["2024-04-05 promotion", "2024-04-05 exit"], "c1": ["2024-04-28 promotion"]}
    )
    marts = short_engine.marts(company(people, starting("t", 10)))
    promotion, retention = one(marts, "promotion"), one(marts, "retention")
    # t0 and t2 of ten. By month: 1/10, then 0.8 * 1/8.
    assert promotion["treated_value"] == pytest.approx(0.2)
    assert promotion["treated_event_n"] == 2
    # Promoted and out on one day is out: nobody saw c0 in the new level.
    assert promotion["control_value"] == pytest.approx(0.1)
    assert retention["treated_value"] == pytest.approx(0.8)
    assert retention["control_value"] == pytest.approx(0.9)


def test_coming_back_does_not_undo_an_exit(short_engine: Engine) -> None:
    back = ["2024-02-10 exit", "2024-03-01 rehire", "2024-04-05 promotion"]
    people = group("t", 10) | {"t0": back} | group("c", 10) | {"c0": back}
    # Starting again after coming back is no first start.
    starts = [*starting("t", 10), ("t0", "2024-03-10", "p2")]
    marts = short_engine.marts(company(people, starts))
    retention, promotion = one(marts, "retention"), one(marts, "promotion")
    assert (retention["treated_value"], retention["control_value"]) == pytest.approx((0.9, 0.9))
    # What the second employment brought is not of the first.
    assert (promotion["treated_value"], promotion["control_value"]) == pytest.approx((0.0, 0.0))
    assert retention["treated_n"] == 10
    assert "p2" not in set(marts["rpt_effects__by_horizon"]["program"])


def test_a_mentee_who_becomes_a_mentor_is_studied_as_both(short_engine: Engine) -> None:
    people = group("m", 2) | group("t", 2) | group("c", 10)
    # m0 mentors t0 in January; t0 mentors t1 in March.
    starts = [("t0", JANUARY, "p1", "m0"), ("t1", "2024-03-10", "p1", "t0")]
    marts = short_engine.marts(company(people, starts))
    assert one(marts, "retention", role="mentee")["treated_n"] == 2
    assert one(marts, "retention", role="mentor")["treated_n"] == 2
    # As mentee t0 is nobody's control; as mentor t0 is m0's control in January.
    assert flow(marts, "mentee").loc[("trials", ""), "control_n"] == 13
    assert flow(marts, "mentor").loc[("trials", ""), "control_n"] == 13
    assert one(marts, "retention", role="mentor")["control_n"] == 13


def test_a_person_in_two_programs_belongs_to_the_first(short_engine: Engine) -> None:
    people = group("t", 2) | group("c", 10)
    starts = [("t0", JANUARY, "p1"), ("t0", "2024-02-10", "p2"), ("t1", "2024-02-12", "p2")]
    marts = short_engine.marts(company(people, starts))
    treated = {
        program: one(marts, "retention", program=program)["treated_n"]
        for program in ("all", "p1", "p2")
    }
    assert treated == {"all": 2, "p1": 1, "p2": 1}


def test_two_programs_joined_on_one_day_count_as_the_first_by_name(short_engine: Engine) -> None:
    people = group("t", 1) | group("c", 10)
    starts = [("t0", JANUARY, "p2"), ("t0", JANUARY, "p1")]
    marts = short_engine.marts(company(people, starts))
    assert set(marts["rpt_effects__by_horizon"]["program"]) == {"all", "p1"}


def test_a_program_younger_than_the_horizon_has_curves_and_no_effect(short_engine: Engine) -> None:
    people = group("t", 12) | {"t12": []} | group("c", 12) | {"c0": ["2024-02-10 exit"]}
    starts = [*starting("t", 12), ("t12", "2024-02-10")]
    marts = short_engine.marts(company(people, starts, as_of="2024-03-15"))
    assert adjusted(marts).empty
    for estimand in ("mentored_vs_not", "started_vs_not_yet"):
        assert said(marts, "mentee", estimand=estimand) == {
            ("too few to say", "not followed for so long")
        }
    curves = marts["rpt_curves__by_month"]
    assert set(curves["month"]) == {1}
    control = curves.query(
        "program == 'all' and outcome == 'retention' and arm == 'comparison' and role == 'mentee'"
    )
    # t12 has not started in January: with twelve more, one of thirteen has left.
    assert control["survival_or_incidence"].iloc[0] == pytest.approx(12 / 13)
    steps = flow(marts)
    assert steps.loc[("not eligible", "too recent to be followed"), "treated_n"] == 1


def test_follow_up_that_is_half_there_says_so(short_engine: Engine) -> None:
    # January's twelve are followed for three months, April's twelve for one.
    people = group("t", 12) | group("s", 12) | group("c", 12)
    starts = starting("t", 12) + starting("s", 12, "2024-04-10")
    marts = short_engine.marts(company(people, starts, as_of="2024-06-01"))
    row = one(marts, "retention")
    assert (row["treated_n"], row["full_follow_up_share"]) == (24, 0.5)
    whole = one(marts, "retention", estimand="started_vs_not_yet")
    assert (whole["treated_n"], whole["full_follow_up_share"]) == (12, 1.0)
    # January's controls are c and s; half of their weight started within the three months.
    assert whole["contamination_share"] == pytest.approx(0.5)


def test_the_weight_for_not_having_started_stands_still_after_the_last_trial(
    short_engine: Engine,
) -> None:
    # January: 2 of 10 start, each control stands for 2/8. February: 2 of the 8 others start, so
    # whoever has not counts 1 / (1 - 2/8) from March on, and the arm weighs 2 in every month. The
    # six controls of February weigh 2/6 each. Nobody starts after that; the export goes on.
    people = group("t", 2) | group("s", 2) | group("c", 6)
    starts = starting("t", 2) + starting("s", 2, "2024-02-10")
    marts = short_engine.marts(company(people, starts), also=["int_follow_ups__monthly"])
    monthly = marts["int_follow_ups__monthly"]
    comparison = monthly[monthly["arm"].eq("comparison")]
    by_month = comparison[comparison["group_number"].eq(comparison["group_number"].min())]
    weights = by_month.groupby("month")["followed_weight"].agg(["sum", "max", "size"])
    assert weights["sum"].tolist() == pytest.approx([4, 4, 4])
    assert weights["size"].tolist() == [8, 6, 6]
    assert weights["max"].tolist() == pytest.approx([1 / 4 + 1 / 3, 1 / 3 + 1 / 3, 1 / 3 + 1 / 3])
    assert one(marts, "retention")["largest_weight"] == pytest.approx(1 / 3)


def test_a_month_that_has_not_ended_is_not_followed(short_engine: Engine) -> None:
    people = (
        group("t", 10)
        # The last day of April is followed, May is not, and June is not known yet.
        | {"t0": ["2024-05-01 exit"], "t1": ["2024-05-10 exit"], "t2": ["2024-06-10 exit"]}
        | group("c", 10)
    )
    marts = short_engine.marts(company(people, starting("t", 10), as_of="2024-05-17"))
    row = one(marts, "retention")
    assert row["treated_value"] == pytest.approx(0.9)
    assert row["treated_event_n"] == 1
    assert row["full_follow_up_share"] == 1.0


def test_time_survived_to_join_is_credited_to_nobody(short_engine: Engine) -> None:
    # c0 and t10 leave in January: one could not start any more, one did and left. Neither is in
    # the trial, because it begins with those who are there when January ends.
    people = group("t", 10) | {"t10": ["2024-01-25 exit"]} | group("c", 10)
    people |= {"c0": ["2024-01-25 exit"]}
    marts = short_engine.marts(company(people, [*starting("t", 11)]))
    row = one(marts, "retention")
    assert (row["treated_n"], row["control_n"]) == (10, 9)
    assert (row["treated_value"], row["control_value"]) == pytest.approx((1.0, 1.0))
    reasons = flow(marts)
    assert reasons.loc[("not eligible", "left before follow-up begins"), "treated_n"] == 1


def test_a_start_before_the_hire_is_in_no_trial(short_engine: Engine) -> None:
    # Ingest quarantines such pairings; one that slips through must not count as mentored.
    people = group("t", 10) | group("c", 10)
    starts = [*starting("t", 10), ("h0", JANUARY)]
    raw = company(people, starts)
    late = pd.DataFrame(
        {"person_key": ["h0"], "effective_on": [dt.date(2024, 3, 1)], "event": ["hire"]}
    )
    raw["job_history"] = pd.concat([raw["job_history"], late], ignore_index=True)
    marts = short_engine.marts(raw)
    assert one(marts, "retention")["treated_n"] == 10
    reason = ("not eligible", "not employed on the day before")
    assert flow(marts).loc[reason, "treated_n"] == 1


def test_balance_counts_people_before_and_weights_after(short_engine: Engine) -> None:
    # Two mentored of level 2; ten to compare with there, five on level 3, where nobody is mentored.
    raw = company(group("t", 2) | group("c", 10) | group("s", 5), starting("t", 2))
    jobs = raw["job_history"]
    jobs.loc[jobs["person_key"].str.startswith("s"), "level"] = 3
    balance = short_engine.marts(raw)["rpt_balance__by_covariate"]
    levels = balance.query(
        "role == 'mentee' and program == 'all' and covariate == 'level'"
    ).set_index("covariate_level")
    columns = ["treated_before", "treated_after", "control_before", "control_after"]
    assert levels.loc["2", columns].tolist() == pytest.approx([2, 2, 10, 2])
    assert levels.loc["3", columns].tolist() == pytest.approx([0, 0, 5, 0])


def test_a_regretted_exit_is_one_of_somebody_rated_on_top_when_the_quarter_began(
    short_engine: Engine,
) -> None:
    """Twelve are mentored. t0 to t2 leave, their last day 31 March; t3 and t4 on 1 April.

    Rated 5 are t0 to t4 and c0, the top six of 24, all others 1. The reviews of t0 and of t3 are of
    1 January and of 1 April, days on which the quarter has begun already. So t1, t2 and t4 are
    regretted: 3 of 12.
    """
    people = group("t", 12) | group("c", 12)
    people |= {f"t{n}": ["2024-04-01 exit"] for n in (0, 1, 2)}
    people |= {f"t{n}": ["2024-04-02 exit"] for n in (3, 4)}
    late = {"t0": "2024-01-01", "t3": "2024-04-01"}
    top = {"t0", "t1", "t2", "t3", "t4", "c0"}
    reviews = [
        {
            "person_key": person,
            "reviewed_on": dt.date.fromisoformat(late.get(person, "2023-12-31")),
            "rating": 5.0 if person in top else 1.0,
            "rating_scale_max": 5.0,
        }
        for person in people
    ]
    frames = company(people, starting("t", 12))
    marts = short_engine.marts(
        {**frames, "performance_reviews": pd.DataFrame(reviews)}, also=["int_exits__regretted"]
    )
    assert len(marts["int_exits__regretted"]) == 3


def test_what_is_regretted_counts_and_other_exits_compete(short_engine: Engine) -> None:
    """Of twelve mentored four leave; three of them stand on a succession plan: 9 of 12 are kept.

    Nobody else leaves: the difference is a quarter.
    """
    people = group("t", 12) | group("c", 24)
    people |= {f"t{n}": ["2024-03-15 exit"] for n in range(4)}
    plans = [
        {
            "person_key": f"t{n}",
            "plan_type": "succession",
            "planned_on": dt.date(2023, 12, 1),
        }
        for n in range(3)
    ]
    marts = short_engine.marts(
        {**company(people, starting("t", 12)), "talent_plans": pd.DataFrame(plans)}
    )
    row = one(marts, "regretted_retention")
    assert row["treated_value"] == pytest.approx(9 / 12)
    assert row["control_value"] == pytest.approx(1)
    assert one(marts, "retention")["treated_value"] == pytest.approx(8 / 12)
