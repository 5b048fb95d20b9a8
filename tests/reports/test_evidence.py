"""What stands behind the effects: curves, forests, flow, balance, placebo, the checklist."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reports.balance import LovePlot, love_json, love_plots
from reports.facts import Design, design
from reports.flow import flows
from reports.forest import by_program, by_subgroup
from reports.pages.evidence import Evidence, evidence
from reports.placebo import MIDDLING, STRONG, STUDIED_EMPLOYEES_N, cited, placebos
from reports.view import View, view

T = "\u202f"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(name="shown", scope="module")
def _shown(made: ModuleType) -> View:
    return view(made.estimated())


@pytest.fixture(name="behind", scope="module")
def _behind(made: ModuleType) -> Evidence:
    results = made.estimated()
    return evidence(view(results), results)


@pytest.fixture(name="love", scope="module")
def _love(made: ModuleType) -> LovePlot:
    given = made.estimated()
    return love_plots(given.balance, {"all": "all programs"}, view(given).effects)[0]


def facts(made: ModuleType, *rows: dict[str, Any]) -> dict[str, str]:
    results = made.estimated(*rows)
    found = evidence(view(results), results).primary[0]
    return {fact.definition.measure: fact.meaning for fact in found.facts}


@pytest.mark.parametrize(
    ("given", "meaning"),
    [
        ({"minimum_detectable_effect": 0.12},
         "Better evidence, and too little of it to answer: it could not have seen less than 12.0 "
         "points."),
        ({"verdict": "not comparable"}, "Better evidence, but not comparable."),
    ],
)  # fmt: skip
def test_better_evidence_that_cannot_answer_is_shown_beside_what_does(
    made: ModuleType, given: dict[str, Any], meaning: str
) -> None:
    applied = made.effect(estimand="mentored_vs_applied", evidence_grade="applicants", **given)
    assert facts(made, made.effect(), applied)["mentored_vs_applied"] == meaning


def test_a_lottery_shows_the_effect_on_takers_and_whom_it_lost(made: ModuleType) -> None:
    drawn = made.effect(
        estimand="offered_vs_not", evidence_grade="randomized", taker_effect=0.06,
        taker_ci_low=0.02, taker_ci_high=0.10, sample_ratio_p_value=0.004,
        contamination_share=0.1,
    )  # fmt: skip
    found = facts(made, drawn)
    assert found["effect"].endswith("of the others in the lottery.")
    assert found["taker_effect"].startswith("Of those who took the offer")
    assert found["sample_ratio_p_value"].endswith("Hardly ever: find out who is missing, and why.")


def test_both_arms_stand_in_one_chart_with_the_people_still_followed(shown: View) -> None:
    chart = shown.arm_curves()[0]
    assert [series.name for series in chart.series] == ["Mentored", "Alike, without a mentor"]
    assert chart.at_risk_months == ("0", "6", "12", "18", "24")
    assert chart.at_risk(chart.series[0]) == ("470", "410", "350", "290", "230")
    assert chart.series[0].points[0].cell.text == f"100.0{T}%"


def test_hidden_arms_are_said_to_be_hidden(shown: View) -> None:
    program = next(p for p in shown.programs if p.program == "p-rev")
    assert [chart.empty for chart in shown.arm_curves(program=program)] == [
        "every month is hidden (fewer than 10 people)"
    ] * 2


def test_a_forest_holds_every_program_and_horizon(shown: View) -> None:
    forest = by_program(shown.effects, shown.programs, outcome="retention")
    assert forest is not None
    assert [(row.label, row.effect.horizon_months) for row in forest.rows][:4] == [
        ("All programs", 6), ("All programs", 12), ("All programs", 24), (made_name(shown), 6),
    ]  # fmt: skip
    assert [row.is_drawn for row in forest.rows].count(False) == 1
    assert forest.scale is not None
    assert forest.scale.low <= 0 <= forest.scale.high


def made_name(shown: View) -> str:
    """Return the program that comes first by name and has effects."""
    return next(p.name for p in shown.programs if p.program in ("p-one", "p-rev"))


def test_a_withdrawn_number_is_not_printed_for_program_owners(made: ModuleType) -> None:
    given = view(made.estimated(made.effect(verdict="not comparable")))
    forest = by_program(given.effects, given.programs, outcome="retention")
    assert forest is not None
    assert not forest.rows[0].is_drawn
    assert forest.scale is None


def test_subgroups_are_compared_with_people_like_them(shown: View) -> None:
    forest = by_subgroup(shown.effects, outcome="retention", horizon_months=12)
    assert forest is not None
    assert [row.label for row in forest.rows][:2] == [
        "Everybody",
        "Department: <script>alert(1)</script>",
    ]
    assert [row.effect.grid[12] for row in forest.rows] == ["0.001", "0.090", "0.090", ""]


def test_the_flow_counts_down_from_the_workforce(made: ModuleType) -> None:
    flow = flows(made.estimated().flow, design(made.impact()))[0]
    assert [(step.title, step.kind) for step in flow.steps] == [
        ("Workforce", "people"), ("Left out", "loss"), ("Eligible", "people"),
        ("Matched on", "rung"), ("Nobody alike", "loss"), ("Compared", "people"),
    ]  # fmt: skip
    left_out = flow.steps[1]
    assert [(x.count, x.words) for x in left_out.treated] == [("20", "too recent to be followed")]
    assert [(x.count, x.words) for x in left_out.control] == [("382", "employed for too short")]
    assert flow.steps[4].treated[0].count == "hidden"
    assert flow.steps[0].control[0].count == f"3{T}600"


def test_rungs_say_what_people_share_and_how_many_were_matched(made: ModuleType) -> None:
    flow = flows(made.estimated().flow, design(made.impact()))[0]
    assert [(r.number, r.shares, r.count, r.share) for r in flow.rungs] == [
        (1, "month of start, department and level", "300", f"62.5{T}%"),
        (2, "quarter of start, level and last rating", "170", f"35.4{T}%"),
    ]
    assert flows(made.estimated().flow, Design())[0].rungs[0].shares == ""


def test_the_love_plot_draws_absolute_differences_with_both_guides(love: LovePlot) -> None:
    figure = json.loads(love_json(love))
    before, after = figure["data"]
    assert before["x"] == [0.31, 0.12, 0.05]
    assert after["x"] == [0.02, 0.04, 0.0]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [0.1, 0.25]
    assert figure["layout"]["yaxis"]["ticktext"][-1] == "Quarter of start: 2024 Q2"
    assert "<script" not in love_json(love)
    assert love.hidden_n == 1
    assert (love.largest("before"), love.largest("after")) == ("0.31", "0.04")


def test_the_love_plots_download_hides_what_the_plot_hides(love: LovePlot) -> None:
    rows = list(csv.reader(love.as_csv().splitlines()))
    assert rows[1] == ["Department", "Engineering", "0.31", "0.02", ""]
    assert rows[4] == ["Last rating", "not known", "", "", "hidden"]


def test_a_placebo_says_how_small_a_bias_it_would_have_missed(shown: View) -> None:
    # Half of the interval is 1.96 points, so its standard error is 1.00 and its reach 2.80.
    placebo = placebos(shown.effects)[0]
    assert (placebo.role, placebo.program) == ("mentee", "all")
    assert placebo.effect == "+1.0 points"
    assert placebo.reach == "2.8 points"
    assert placebo.outcome == "no difference found"
    assert placebo.p_value == "0.420"


def test_a_placebo_that_was_never_reached_is_not_called_passed(made: ModuleType) -> None:
    given = view(made.estimated(made.effect(verdict="not comparable"))).effects
    assert placebos(given)[0].outcome == "not reached: withheld by an earlier check"
    failed = view(made.estimated(made.effect(verdict="contradicted by placebo"))).effects
    assert placebos(failed)[0].is_failed


def test_a_placebo_that_could_not_be_asked_is_not_called_passed(made: ModuleType) -> None:
    nothing = dict.fromkeys(
        ("placebo_effect", "placebo_ci_low", "placebo_ci_high", "placebo_reach")
    )
    given = view(made.estimated(made.effect(placebo_p_value=None, **nothing))).effects
    assert placebos(given)[0].outcome == "not asked: too few"
    only_ratings = view(made.estimated(made.effect(placebo_p_value=0.3, **nothing))).effects
    placebo = placebos(only_ratings)[0]
    assert (placebo.effect, placebo.reach, placebo.p_value) == ("", "", "0.300")


def test_what_is_cited_of_the_simulation_study_stands_in_it() -> None:
    page = (DOCS / "explanation" / "simulation-study.md").read_text(encoding="utf-8")
    lines = page.split("## Something hidden")[1].split("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    for s in (STRONG, MIDDLING):
        laws = (f"{s.strength} unmeasured selection (", f"{s.strength} selection on a rare trait (")
        found = [row for row in rows if row[0].startswith(laws)]
        assert {row[1].split()[2] for row in found} == {f"{STUDIED_EMPLOYEES_N:,}"}
        withdrawn, clear = ([float(row[at].split()[0]) for row in found] for at in (5, 6))
        assert len(clear) == 4
        assert (min(withdrawn), max(withdrawn)) == s.withdrawn
        assert (min(clear), max(clear)) == s.clear
    assert cited() == (
        f"In simulated companies of 6{T}000 people in which mentoring changed nothing, the check "
        f"withdrew the headline in 96 to 100{T}% of those with strong hidden selection and in "
        f"36 to 60{T}% of those with middling. That is why a clear benefit of people who were only "
        f"matched needs more than a pass: with all it needs, 0 to 2{T}% and 2 to 16{T}% were "
        "still called one."
    )


def test_the_e_value_is_explained(behind: Evidence) -> None:
    facts = {fact.definition.measure: fact for fact in behind.primary[0].facts}
    assert facts["e_value"].text == "2.37; at the limit 1.49"
    assert facts["e_value"].meaning == (
        "Something unrecorded would have to be 2.37 times as common among the mentees, and change "
        "the chance of leaving 2.37 times, to explain the estimate away; 1.49 times would be "
        "enough for the range to reach no effect."
    )
    assert facts["minimum_detectable_effect"].text == "4.3 points"
    assert facts["contamination_share"].text == f"12.0{T}%"
    assert facts["largest_weight"].text == "2.50"
    assert facts["full_follow_up_share"].text == f"75.0{T}%"


def test_a_pass_is_not_oversold(behind: Evidence) -> None:
    facts = {fact.definition.measure: fact for fact in behind.primary[0].facts}
    assert facts["placebo_effect"].text == "+1.0 points; p = 0.420"
    assert facts["placebo_effect"].meaning == (
        "A pass does not rule out hidden selection: even a bias of its reach, 2.8 points a year, "
        "is missed in one of eight such studies, a smaller one more often."
    )


def test_the_error_clustered_by_mentor_stands_beside_the_one_by_person(
    made: ModuleType, behind: Evidence
) -> None:
    # 0.0161 against 0.0153 is 1.052.
    facts = {fact.definition.measure: fact for fact in behind.primary[0].facts}
    assert facts["se_mentor_clustered"].text == "1.6 points"
    assert facts["se_mentor_clustered"].meaning == (
        "The standard error with the mentees of one mentor counted as one, against 1.5 points "
        f"with each person counted alone: the range would be 5.2{T}% wider."
    )
    results = made.estimated(made.effect(se_mentor_clustered=None))
    without = evidence(view(results), results).primary[0].facts
    assert "se_mentor_clustered" not in {fact.definition.measure for fact in without}


def test_every_estimate_is_in_one_block_of_its_role_and_outcome(
    made: ModuleType, behind: Evidence
) -> None:
    assert sum(len(block.rows) for block in behind.blocks) == len(made.adjusted_effects())
    assert behind.blocks[0].title == "Mentees: Retention"
    assert behind.blocks[0].hidden_n == 3


def test_the_checklist_answers_every_part_of_the_protocol(behind: Evidence) -> None:
    asked = [item.asks for item in behind.target]
    for part in (
        "Eligibility", "Treatment strategies", "Assignment", "Time zero and follow-up", "Outcomes",
        "Causal contrasts", "Identifying assumptions", "Analysis plan", "Limitations",
        "Selection of people, with a flow diagram", "Missing data",
    ):  # fmt: skip
        assert part in asked
    answers = " ".join(item.answer for item in behind.target)
    assert "employed for 3 months or longer" in answers
    assert "480 eligible mentees, 470 of them matched; 1\u202f900 people beside them." in answers
    assert "Retention: +5.0 points, from +2.0 to +8.0 points (clear benefit)." in answers
    assert "a ladder of 2 rungs" in answers
    assert "JAMA 2025" in behind.citation
    assert [item.asks for item in behind.target if not item.is_answered] == [
        "Ethics, consent and privacy review",
        "Registration of the protocol",
        "Funding, and who has an interest in the result",
    ]


def test_a_site_without_estimates_has_no_checklist_and_no_forest(site: Path) -> None:
    analyst = (site / "analyst.html").read_text(encoding="utf-8")
    assert "TARGET" not in analyst
    assert 'class="forest"' not in (site / "programs.html").read_text(encoding="utf-8")
