"""The headline repeats the published numbers, and says so when there is none."""

from __future__ import annotations

from pathlib import Path

from mentorship.headline import against_truth, headline

METRICS = """\
measure,program,population,dimension,member,period_grain,period_start,value,ci_low,ci_high,numerator,denominator,unit,is_suppressed
retention_12_months,all,mentees,all,all,all,,0.9,0.85,0.934,180,200,share,false
retention_12_months,p1,mentees,all,all,all,,0.5,0.4,0.6,50,100,share,false
retention_12_months,all,mentees,all,all,year,2024-01-01,0.1,0.0,0.2,1,10,share,false
retention_12_months,all,workforce,all,all,all,,0.8,0.7912,0.8085,8000,10000,share,false
promotion_12_months,all,mentees,all,all,all,,,,,,,share,true
"""
EFFECTS = """\
role,program,subgroup_dimension,subgroup_member,outcome,horizon_months,estimand,effect,ci_low,ci_high
mentor,all,all,all,retention,12,naive,0.5,0.4,0.6
mentee,all,all,all,retention,6,naive,0.4,0.3,0.5
mentee,all,all,all,retention,12,naive,0.1,0.05,0.15
mentee,all,all,all,promotion,12,naive,,,
"""


def published(folder: Path, metrics: str, effects: str) -> Path:
    (folder / "data").mkdir()
    (folder / "data" / "metrics.csv").write_text(metrics, encoding="utf-8")
    (folder / "data" / "effects.csv").write_text(effects, encoding="utf-8")
    return folder


def test_the_headline_is_the_overall_value_with_interval_and_people(tmp_path: Path) -> None:
    lines = headline(published(tmp_path, METRICS, EFFECTS))
    assert lines[1].split("  ")[0] == "mentees, still employed after 12 months"
    assert "90.0 %" in lines[1]
    assert "85.0 to 93.4 %" in lines[1]
    assert lines[1].endswith("200")
    assert "80.0 %" in lines[2]
    assert lines[2].endswith("10,000")


def test_a_hidden_value_stays_hidden_and_an_absent_one_is_not_measured(tmp_path: Path) -> None:
    lines = headline(published(tmp_path, METRICS, EFFECTS))
    assert "hidden" in lines[3]
    assert "not measured" in lines[4]


def test_no_effect_is_claimed_before_one_is_estimated(tmp_path: Path) -> None:
    assert headline(published(tmp_path, METRICS, EFFECTS))[-1].endswith("effect not estimated yet.")


ADJUSTED = """\
role,program,subgroup_dimension,subgroup_member,outcome,horizon_months,estimand,effect,ci_low,ci_high,verdict
mentee,all,all,all,retention,12,mentored_vs_not,0.05,0.02,0.08,clear benefit
mentee,all,all,all,promotion,12,mentored_vs_not,0.07,0.03,0.11,contradicted by placebo
mentee,all,all,all,retention,12,naive,0.3,0.2,0.4,"naive comparison, not an effect"
mentee,P1,all,all,retention,12,mentored_vs_not,0.9,0.8,1.0,clear benefit
"""


def test_an_estimated_effect_is_shown_with_its_verdict_unless_that_withdraws_it(
    tmp_path: Path,
) -> None:
    assert headline(published(tmp_path, METRICS, ADJUSTED))[-2:] == [
        "Effect of mentoring on retention at 12 months: clear benefit, "
        "+5.0 percentage points (+2.0 to +8.0)",
        "Effect of mentoring on promotion at 12 months: contradicted by placebo",
    ]


def test_truth_estimate_and_naive_number_stand_on_one_line(tmp_path: Path) -> None:
    site = published(tmp_path, METRICS, EFFECTS)
    lines = against_truth(site, {"retention": 0.05, "promotion": 0.07})
    assert [cell.strip() for cell in lines[1].split("  ") if cell.strip()] == [
        "retention at 12 months",
        "+5.0 percentage points",
        "not measured",
        "+10.0 percentage points",
    ]
    assert lines[2].endswith("not measured")


def test_without_results_nothing_is_measured(tmp_path: Path) -> None:
    header = METRICS.splitlines()[0] + "\n"
    lines = headline(published(tmp_path, header, EFFECTS.splitlines()[0] + "\n"))
    assert sum("not measured" in line for line in lines) == 4
