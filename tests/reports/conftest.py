"""A made-up company's results: round numbers, a hidden cell, an unmeasured measure, an attacker."""

from __future__ import annotations

import datetime as dt
import math
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from analyses.effects import outcome_table
from analyses.files import write_results
from analyses.results import TABLES, Results
from reports.effects import Effects, effects
from reports.headlines import PROMOTION, RETENTION, SATISFACTION, WORKPLACE
from reports.outcomes import outcomes
from reports.site import render_site

HOSTILE_TAG = "<script>alert(1)</script>"
HOSTILE_FORMULA = "=cmd|'/c calc'!A1"
SECRET = 0.87654321  # what a suppressed row must never have held; if it did, no page may show it

PROGRAMS = (
    ("p-one", "Career Partners", "one_to_one", dt.date(2023, 1, 1), True),
    ("p-rev", f"Reverse {HOSTILE_TAG}", "reverse", dt.date(2023, 7, 1), False),
    ("p/grp", HOSTILE_FORMULA, "group", dt.date(2024, 1, 1), None),
)
SCORE, NPS, RATE, UNMEASURED = "some_score", "some_nps", "some_rate", "some_unmeasured"
STAYING, MOVING_UP = "some_survival", "some_incidence"
LEVELS = {
    SATISFACTION.measure: 0.80,
    SCORE: 4.1,
    NPS: 31.0,
    WORKPLACE.measure: 0.70,
    RETENTION.measure: 0.86,
    STAYING: 0.85,
    PROMOTION.measure: 0.12,
    MOVING_UP: 0.11,
    RATE: 0.09,
}
UNITS = {SCORE: "points (1-5)", NPS: "NPS points", RATE: "people promoted per average headcount"}
ESTIMATORS = {SCORE: "mean", NPS: "nps", RATE: "rate", STAYING: "survival", MOVING_UP: "incidence"}
FOLLOWED = (RETENTION.measure, PROMOTION.measure, STAYING, MOVING_UP)
OUTCOME_OF = {STAYING: "retention", MOVING_UP: "promotion"}
THEMES = {RETENTION.measure: "retention", STAYING: "retention", PROMOTION.measure: "promotion",
          MOVING_UP: "promotion", RATE: "promotion"}  # fmt: skip
SHIFT = {"mentees": 0.04, "mentors": 0.06, "participants": 0.05, "workforce": 0.0}
SURVEY = (SATISFACTION.measure, SCORE, NPS)


def metric(measure: str, **given: Any) -> dict[str, Any]:
    population = given.get("population", "workforce")
    n = given.pop("n", 400)
    shift = given.pop("shift", 0.0)
    unit = UNITS.get(measure, "share")
    scale = {"points (1-5)": 5, "NPS points": 100}.get(unit, 1)
    value = LEVELS[measure] + (SHIFT[population] + shift) * scale
    half = 1.96 * math.sqrt(0.2 / n) * scale
    return {
        "measure": measure, "program": "all", "dimension": "all", "member": "all",
        "period_grain": "all", "period_start": None, "value": value, "ci_low": value - half,
        "ci_high": value + half, "numerator": round(value * n), "denominator": n, "unit": unit,
        "is_suppressed": False, "reason": None, **given,
    }  # fmt: skip


def hidden(measure: str, **given: Any) -> dict[str, Any]:
    empty = {"ci_low": None, "ci_high": None, "numerator": None, "denominator": None}
    return {**metric(measure, **given), **empty, "value": SECRET, "is_suppressed": True}


def metrics(populations: tuple[str, ...]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    programs = ["all", *(p[0] for p in PROGRAMS)] if len(populations) > 1 else ["all"]
    for measure in LEVELS:
        for population in populations:
            if population == "workforce" and measure in SURVEY:
                continue
            for j, program in enumerate(programs):
                if population == "workforce" and program != "all":
                    continue
                size = (3600 if population == "workforce" else 480) // (1 + j)
                base = {"population": population, "program": program}
                rows.append(metric(measure, **base, n=size, shift=0.01 * j))
                rows += _periods(measure, base, size, j)
                rows += _members(measure, base, size)
    return rows


def _periods(measure: str, base: dict[str, Any], size: int, j: int) -> list[dict[str, Any]]:
    rows = []
    for year in (2023, 2024, 2025):
        wave = 0.012 * (year - 2023) + 0.01 * j
        year_of = {"period_grain": "year", "period_start": dt.date(year, 1, 1)}
        rows.append(metric(measure, **base, n=size // 3, shift=wave, **year_of))
        for quarter in range(4):
            make = hidden if (year, quarter, base["program"]) == (2024, 1, "p/grp") else metric
            rows.append(
                make(measure, **base, n=max(size // 12, 8), period_grain="quarter",
                     shift=wave + 0.02 * math.sin(quarter + 5 * j + year),
                     period_start=dt.date(year, 1 + 3 * quarter, 1))
            )  # fmt: skip
    return rows


def _members(measure: str, base: dict[str, Any], size: int) -> list[dict[str, Any]]:
    members = {
        "department": ("Engineering", "Sales", HOSTILE_TAG, HOSTILE_FORMULA),
        "level_band": ("junior", "middle", "senior"),
        "work_arrangement": ("hybrid", "onsite", "remote"),
    }
    rows = []
    for dimension, names in members.items():
        for i, name in enumerate(names):
            cut = {**base, "dimension": dimension, "member": name}
            make = hidden if (name, base["program"]) == ("Sales", "all") else metric
            rows.append(make(measure, **cut, n=size // 4, shift=0.015 * i))
            rows += [
                metric(measure, **cut, n=size // 12, shift=0.01 * i, period_grain="year",
                       period_start=dt.date(year, 1, 1))
                for year in (2024, 2025)
            ]  # fmt: skip
    if base["population"] == "mentees" and base["program"] != "all":
        rows += [
            metric(measure, **base, dimension="cohort", member=f"{year}-Q{q}", n=60, shift=0.01 * q)
            for year in (2024, 2025)
            for q in (1, 2, 3, 4)
        ]
    return rows


def survival(populations: tuple[str, ...]) -> list[dict[str, Any]]:
    programs = ["all", *(p[0] for p in PROGRAMS)] if len(populations) > 1 else ["all"]
    rows = []
    for outcome in ("retention", "promotion"):
        for population in populations:
            for program in programs if population != "workforce" else ["all"]:
                size = 3600 if population == "workforce" else 480
                for month in range(37):
                    left = math.exp(-month * (0.014 - 0.06 * SHIFT[population]))
                    value = left if outcome == "retention" else 0.45 * (1 - left)
                    half = 0.002 + 0.0012 * month * (1 if population == "workforce" else 2)
                    rows.append({
                        "population": population, "program": program, "dimension": "all",
                        "member": "all", "outcome": outcome, "month": month, "value": value,
                        "ci_low": max(value - half, 0), "ci_high": min(value + half, 1),
                        "at_risk_n": round(size * left * (1 - month / 40)),
                        "is_suppressed": False,
                    })  # fmt: skip
    return rows


def measures(unmeasured: dict[str, str]) -> list[dict[str, Any]]:
    return [measure(name, unmeasured) for name in (*LEVELS, UNMEASURED)]


def measure(name: str, unmeasured: dict[str, str], **given: Any) -> dict[str, Any]:
    words = name.replace("_", " ")
    return {
        "measure": name, "label": words.capitalize(), "theme": THEMES.get(name, "satisfaction"),
        "sentence": f"The plain sentence of {words}.", "formula": "numerator / denominator",
        "numerator": f"people counted for {name}", "denominator": f"people asked for {name}",
        "estimator": ESTIMATORS.get(name, "share"), "unit": UNITS.get(name, "share"),
        "direction": "up", "horizon_months": 12 if name in FOLLOWED else None,
        "outcome": OUTCOME_OF.get(name), "interval": "Wilson, 95 %", "standard": "none",
        "needs": unmeasured.get(name, "survey_responses" if name in SURVEY else ""),
        "is_measured": name not in unmeasured, "lineage": f"fct_metrics, {name}", **given,
    }  # fmt: skip


def naive_effects() -> list[dict[str, Any]]:
    rows = []
    for outcome, treated, control in (("promotion", 0.19, 0.11), ("retention", 0.94, 0.78)):
        row: dict[str, Any] = dict.fromkeys(TABLES["effects"])
        row.update(
            role="mentee", program="all", subgroup_dimension="all", subgroup_member="all",
            outcome=outcome, horizon_months=12, estimand="naive", treated_n=480, control_n=3100,
            treated_value=treated, control_value=control, effect=treated - control,
            verdict="naive comparison, not an effect", is_suppressed=False,
        )  # fmt: skip
        rows.append(row)
    return rows


def effect(outcome: str = "retention", **given: Any) -> dict[str, Any]:
    """One adjusted estimate: 90 % against 85 %, +5 points, from +2 to +8."""
    row: dict[str, Any] = dict.fromkeys(TABLES["effects"])
    row.update(
        role="mentee", program="all", subgroup_dimension="all", subgroup_member="all",
        outcome=outcome, horizon_months=12, estimand="mentored_vs_not", treated_n=480,
        matched_treated_n=470, control_n=1900, control_ess=800.5, treated_value=0.90,
        control_value=0.85, effect=0.05, se=0.0153, ci_low=0.02, ci_high=0.08, risk_ratio=0.667,
        p_value=0.0011, q_value=0.0011, e_value=2.37, e_value_ci=1.49,
        minimum_detectable_effect=0.043, placebo_effect=0.01, placebo_ci_low=-0.0096,
        placebo_ci_high=0.0296, placebo_reach=0.028, placebo_p_value=0.42,
        placebo_questions="earlier promotions and earlier ratings", rating_pull=0.01,
        own_past_effect=0.04, own_past_ci_low=0.005, own_past_ci_high=0.075,
        evidence_grade="matched_only",
        se_mentor_clustered=0.0161, max_abs_smd=0.08, chance_smd=0.137, is_imbalanced=False,
        matched_share=0.979, full_follow_up_share=0.75, contamination_share=None,
        largest_weight=2.5, largest_person_share=0.02, verdict="clear benefit", is_suppressed=False,
    )  # fmt: skip
    row.update(given)
    return row


def too_few(outcome: str = "retention", **given: Any) -> dict[str, Any]:
    """A suppressed estimate that, against the contract, still holds a number."""
    return effect(outcome, verdict="too few to say", is_suppressed=True, effect=SECRET, **given)


def unanswered(reason: str, outcome: str = "retention", **given: Any) -> dict[str, Any]:
    """An estimate that could not be made because nobody was compared."""
    row = {"verdict": "not comparable", "reason": reason, "is_suppressed": True, **given}
    return effect(outcome, effect=SECRET, **row)


def adjusted_effects() -> list[dict[str, Any]]:
    rows = []
    for outcome in ("retention", "promotion", "internal_move"):
        for program in ("all", "p-one", "p-rev"):
            for months in (6, 12, 24):
                cut = {"program": program, "horizon_months": months}
                make = too_few if (program, months) == ("p-rev", 24) else effect
                rows.append(make(outcome, **cut))
                rows.append(make(outcome, **cut, estimand="started_vs_not_yet"))
        rows += [
            effect(outcome, subgroup_dimension="department", subgroup_member=name, q_value=0.09,
                   verdict="likely benefit")
            for name in ("Engineering", HOSTILE_TAG)
        ]  # fmt: skip
        rows.append(too_few(outcome, subgroup_dimension="level_band", subgroup_member="senior"))
    for row in rows:
        if row["estimand"] == "started_vs_not_yet":
            row["contamination_share"] = None if row["is_suppressed"] else 0.12
    rows.append(effect("rating_change", estimand="started_vs_not_yet", risk_ratio=None))
    rows.append(effect("promotion", role="mentor", verdict="likely benefit"))
    return rows


def driver(outcome: str, contrast: str = "done", **given: Any) -> dict[str, Any]:
    """A third of pairings had no goal; with one, 12 points more reached the end, 4 to 20."""
    said = {"reaching_the_end": "reached their planned end {difference} often", "all": None}
    return {
        **dict.fromkeys(TABLES["drivers"]), "driver": "goal_soon", "outcome": outcome,
        "contrast": contrast, "program": "all", "label": "A goal by day 30",
        "sentence": "A first goal was set on day 30 or earlier.",
        "lacking": "had no goal by day 30", "doing": "pairings with one",
        "outcome_label": said[outcome] and "Reaching the end",
        "said": said[outcome], "unit": "difference", "lacking_share": 0.33, "difference": 0.12,
        "ci_low": 0.04, "ci_high": 0.20, "q_value": 0.01, "potential": 0.04,
        "status": "goes with better", "is_suppressed": False, **given,
    }  # fmt: skip


def drivers() -> list[dict[str, Any]]:
    """One that is clear, an amount by bands, one of too few, and one that is not measured."""
    amount = {"driver": "meetings", "label": "Meetings", "lacking": "held fewer than two",
              "doing": "with each more, pairings"}  # fmt: skip
    few = {"driver": "agreed", "label": "Agreed", "status": "too few to say",
           "is_suppressed": True, "difference": SECRET}  # fmt: skip
    bare = {"driver": "feedback", "label": "Feedback", "status": "not measured",
            "reason": "needs feedback", "difference": None}  # fmt: skip
    unclear = {"difference": -0.004, "ci_low": -0.031, "ci_high": 0.022, "potential": -0.001,
               "status": "no clear link"}  # fmt: skip
    return [
        driver("all", "lacking", status="counted"), driver("reaching_the_end"),
        driver("all", "lacking", status="counted", **amount),
        driver("reaching_the_end", "each", **amount, **unclear),
        driver("reaching_the_end", "2 to 3", **amount),
        driver("reaching_the_end", "10 or more", **amount),
        *(driver(*of, **one) for one in (few, bare)
          for of in (("all", "lacking"), ("reaching_the_end", "done"))),
    ]  # fmt: skip


def warning(rule: str, figure: str, value: float | None, **given: Any) -> dict[str, Any]:
    unit = "share" if figure in ("precision", "without", "recall") else "pairings"
    return {
        **dict.fromkeys(TABLES["warnings"]), "rule": rule, "figure": figure,
        "program": "all", "cohort": "all",
        "label": rule.capitalize(), "sentence": f"When {rule}.", "to_do": "Ask both.",
        "value": value, "ci_low": 0.2, "ci_high": 0.4, "unit": unit, "status": "counted",
        "is_suppressed": False, **given,
    }  # fmt: skip


def warnings() -> list[dict[str, Any]]:
    """Any warning with what became of the last list, one that is on, and one that is off."""
    few = {"status": "too few to say", "is_suppressed": True}
    off = {"status": "not measured", "reason": "no threshold"}
    figures = {"open": 40, "precision": 0.3, "without": 0.12, "recall": 0.6}
    before = {"resolved": 25, "ended": 10, "still_open": 5}
    return [
        *(warning("any", name, value) for name, value in figures.items()),
        *(warning("any", name, value, since_on=dt.date(2026, 5, 31))
          for name, value in before.items()),
        warning("quiet", "open", SECRET, **few), warning("quiet", "precision", 0.3),
        warning("quiet", "without", 0.12), warning("quiet", "recall", 0.6),
        *(warning("low", name, None, **off) for name in figures),
    ]  # fmt: skip


def guardrails() -> list[dict[str, Any]]:
    """One that holds, one that cannot be told, and one that is not measured."""
    like_them = {"compared_with": "people like them", "is_suppressed": False}
    return [
        {"guardrail": "mentee_ratings", "value": 0.02, "compared_value": 0.01, "change": 0.01,
         "ci_low": -0.02, "ci_high": 0.04, "margin": 0.03, "status": "not worse", **like_them},
        {"guardrail": "mentor_retention", "value": 0.90, "compared_value": 0.91, "change": -0.01,
         "ci_low": -0.08, "ci_high": 0.06, "margin": 0.05, "status": "cannot tell", **like_them},
        {"guardrail": "mentor_load", "value": 1.5, "margin": 0.5, "status": "not measured",
         "compared_with": "the year before", "is_suppressed": False,
         "reason": "needs a second year, or guardrails.mentor_load_limit"},
    ]  # fmt: skip


def targets() -> list[dict[str, Any]]:
    """One that is missed, and late; one of a program that is hidden; one that is on the way."""
    row = {
        "measure": RETENTION.measure, "program": "all", "population": "mentees",
        "target_value": 0.9, "due_on": dt.date(2025, 12, 31), "declared_on": dt.date(2025, 2, 1),
        "is_declared_late": True, "period_grain": "year", "period_start": dt.date(2025, 1, 1),
        "value": 0.84, "ci_low": 0.80, "ci_high": 0.88, "unit": "share",
        "target_status": "missed", "is_suppressed": False,
    }  # fmt: skip
    early = {
        **row, "measure": SCORE, "target_value": 4.5, "due_on": dt.date(2026, 12, 31),
        "declared_on": dt.date(2023, 12, 1), "is_declared_late": False, "value": 4.4,
        "ci_low": 4.2, "ci_high": 4.6, "unit": "points (1-5)", "target_status": "on the way",
        "expected_value": 4.36, "baseline_value": 4.1,
    }  # fmt: skip
    few = {**row, "program": "p-rev", "value": SECRET, "target_status": "too few to say",
           "is_suppressed": True}  # fmt: skip
    return [{**one, "target_number": i} for i, one in enumerate((row, few, early), start=1)]


def standings() -> list[dict[str, Any]]:
    """Retention worse than the year before, the score not told apart."""
    row = {
        "program": "all", "measure": RETENTION.measure, "population": "mentees",
        "compared_with": "the year before", "period_start": dt.date(2025, 1, 1), "value": 0.84,
        "compared_value": 0.92, "change": -0.08, "ci_low": -0.13, "ci_high": -0.03,
        "p_value": 0.002, "q_value": 0.01, "unit": "share", "standing": "worse",
    }  # fmt: skip
    return [row, {**row, "measure": SCORE, "q_value": 0.4, "standing": "no clear difference"}]


def returns(**given: dict[str, Any]) -> list[dict[str, Any]]:
    """100 mentees of whom five were kept, for 160,000; some items given otherwise."""
    money = {"unit": "EUR", "status": "counted"}
    lines: dict[str, tuple[float, float, float]] = {
        "mentees_compared": (100, 100, 100), "people_kept": (1, 5, 9),
        "promotions_caused": (-1, 3, 7), "full_cost": (160_000, 160_000, 160_000),
        "replacement_cost": (50_000, 50_000, 50_000), "break_even_people": (3.2, 3.2, 3.2),
        "return_on_investment": (-0.6875, 0.5625, 1.8125),
        "break_even_replacement_cost": (160_000 / 9, 32_000, 160_000),
    }  # fmt: skip
    units = {"return_on_investment": "share"} | dict.fromkeys(
        ("mentees_compared", "people_kept", "promotions_caused", "break_even_people"), "people"
    )
    return [
        {**money, "item": item, "low": low, "central": central, "high": high,
         "unit": units.get(item, "EUR"), **given.get(item, {})}
        for item, (low, central, high) in lines.items()
    ]  # fmt: skip


def reconciliation() -> list[dict[str, Any]]:
    """Pairings of which the platform has four more; the reasons allow for one."""
    row = {"figure": "pairings", "is_suppressed": False}
    return [
        {**row, "reason": "total", "counted": 100, "platform_value": 104, "difference": 4,
         "status": "the platform prints more"},
        {**row, "reason": "unknown_person", "counted": 1,
         "sentence": "records set aside, which a platform may well count"},
        {**row, "figure": "active_pairings", "reason": "total", "counted": None,
         "platform_value": 30, "status": "hidden", "is_suppressed": True},
    ]  # fmt: skip


def reliability() -> list[dict[str, Any]]:
    """A score of three items, one that few answered, and one of a single item."""
    row = {"survey_id": "pulse", "wave": "2024", "scale_name": "1-5", "is_suppressed": False}
    return [
        {**row, "construct": "psychological_safety", "items_n": 3, "cronbach_alpha": 0.8,
         "ci_low": 0.71, "ci_high": 0.87, "respondents": 60, "status": "counted"},
        {**row, "construct": "learning_culture", "items_n": 2, "status": "too few to say",
         "is_suppressed": True},
        {**row, "construct": "clarity", "items_n": 1, "status": "not measured"},
    ]  # fmt: skip


def comments() -> list[dict[str, Any]]:
    """Sixty of 200 commented: themes of 30, of 12 and of few; two waves; one program of few."""

    def said(theme: str, people: int | None, of_people: int = 60, **given: str) -> dict[str, Any]:
        is_few = people is None
        return {
            "survey_id": "pulse", "program": "all", "wave": "all", "theme": theme,
            "people_n": people, "of_people_n": None if is_few else of_people,
            "mention_share": None if people is None else people / of_people,
            "status": "too few to say" if is_few else "counted", "is_suppressed": is_few, **given,
        }  # fmt: skip

    themes = ("1 Foundations", "2 Communication", "11 Challenges")
    return [
        said("all", 60, 200), said("unassigned", 15),
        said(themes[0], 12), said(themes[1], 30), said(themes[2], None),
        *(
            said(theme, people, 40, wave=wave)
            for wave, numbers in {
                "2023": (40, None, 10, 20, None), "2024": (40, 10, None, 30, None)
            }.items()
            for theme, people in zip(("all", "unassigned", *themes), numbers, strict=True)
        ),
        *(said(theme, None, program="p-one") for theme in ("all", "unassigned", *themes)),
    ]  # fmt: skip


def topics() -> list[dict[str, Any]]:
    row = {"survey_id": "pulse", "status": "counted", "is_suppressed": False}
    return [
        {**row, "topic": 0},
        {**row, "topic": 1, "words": f"calendar, full, {HOSTILE_TAG}", "topic_share": 0.3,
         "topic_stability": 0.71},
    ]  # fmt: skip


def curves() -> list[dict[str, Any]]:
    rows = []
    for outcome in ("retention", "promotion"):
        for program in ("all", "p-one", "p-rev"):
            for arm, pace in (("mentored", 0.008), ("comparison", 0.012)):
                for month in range(25):
                    left = math.exp(-month * pace)
                    value = left if outcome == "retention" else 0.5 * (1 - left)
                    is_hidden = program == "p-rev"
                    rows.append({
                        "role": "mentee", "program": program, "outcome": outcome, "arm": arm,
                        "month": month, "value": SECRET if is_hidden else value,
                        "ci_low": None if is_hidden else max(value - 0.002 * month, 0),
                        "ci_high": None if is_hidden else min(value + 0.002 * month, 1),
                        "at_risk_n": None if is_hidden else 470 - 10 * month,
                        "is_suppressed": is_hidden,
                    })  # fmt: skip
    return rows


def balance() -> list[dict[str, Any]]:
    levels = (
        ("department", "Engineering", 0.31, 0.02), ("department", HOSTILE_TAG, -0.12, -0.04),
        ("trial_quarter", "2024-04-01", 0.05, 0.0), ("rating", "-1.0", SECRET, SECRET),
    )  # fmt: skip
    return [
        {"role": role, "program": program, "covariate": covariate, "level": level,
         "smd_before": before, "smd_after": after, "is_suppressed": before == SECRET}
        for role in ("mentee", "mentor")
        for program in ("all", "p-one")
        for covariate, level, before, after in levels
    ]  # fmt: skip


def flow() -> list[dict[str, Any]]:
    steps = (
        (1, "workforce", "", 500, 3600, False),
        (2, "not eligible", "employed for too short", None, 382, False),
        (2, "not eligible", "too recent to be followed", 20, None, False),
        (3, "trials", "", 480, 3218, False),
        (4, "matched at rung 1", "", 300, None, False),
        (4, "matched at rung 2", "", 170, None, False),
        (5, "unmatched", "nobody alike on any rung", None, None, True),
        (6, "matched", "", 470, 1900, False),
    )
    return [
        {"role": role, "program": program, "step_number": number, "step": step, "reason": reason,
         "treated_n": treated, "control_n": control, "is_suppressed": is_hidden}
        for role in ("mentee", "mentor")
        for program in ("all", "p-one")
        for number, step, reason, treated, control, is_hidden in steps
    ]  # fmt: skip


def impact() -> dict[str, Any]:
    return {
        "ladder": [["trial_month", "department", "level"], ["trial_quarter", "level", "rating"]],
        "minimum_tenure_months": 3, "minimum_retained_share": 0.5, "eligible_levels": [],
        "eligible_departments": [],
    }  # fmt: skip


def estimated(*rows: dict[str, Any]) -> Results:
    """The company with adjusted estimates: those given, or a full set."""
    given = company()
    found = [*naive_effects(), *(rows or adjusted_effects())]
    return replace(
        given,
        effects=table("effects", found),
        guardrails=table("guardrails", guardrails()),
        targets=table("targets", targets()),
        standings=table("standings", standings()),
        returns=table("returns", returns()),
        reconciliation=table("reconciliation", reconciliation()),
        reliability=table("reliability", reliability()),
        comments=table("comments", comments()),
        topics=table("topics", topics()),
        curves=table("curves", curves()),
        balance=table("balance", balance()),
        flow=table("flow", flow()),
        run={**given.run, "impact": impact()},
    )


def quality() -> list[dict[str, Any]]:
    counts = {"rows_in": 12000, "rows_kept": 11980, "rows_quarantined": 15, "rows_duplicate": 5}
    base = {"table": "job_history", "source": "exports/job_history.csv", **counts}
    linked = {"rows_with_person": 11900, "rows_unlinked": 119, "unlinked_share": 0.01}
    nobody = {"rows_with_person": 0, "rows_unlinked": 0}
    return [
        {**base, "reason": "total", "rows": 12000, **linked},
        {**base, "reason": "total", "rows": 12000, **nobody, "source": "exports/programs.csv"},
        {**base, "reason": f"date that cannot be read {HOSTILE_TAG}", "rows": 15},
    ]


def gates(*, critical_fails: bool = False) -> list[dict[str, Any]]:
    base = {"table": "job_history", "expectation": "values to be in set", "rows_n": 11980}
    return [
        {**base, "column": "event", "severity": "critical", "is_met": not critical_fails,
         "unexpected_n": 42 if critical_fails else 0,
         "sentence": "An event is one of the known kinds.", "to_do": "Map the event in `values:`."},
        {**base, "column": "level", "severity": "warning", "is_met": False, "unexpected_n": 7,
         "sentence": f"A level is a whole number {HOSTILE_TAG}.", "to_do": "Look at the export."},
    ]  # fmt: skip


def loads() -> list[dict[str, Any]]:
    """Three loads of one table, the second with fewer rows, and a table that came later."""
    counts = {"rows_duplicate": 5, "expectations_n": 27}
    job = {"table": "job_history", **counts}
    return [
        {**job, "load_number": 1, "as_of": dt.date(2026, 8, 31), "rows_in": 11000,
         "rows_quarantined": 0, "quarantined_share": 0.0, "rows_n": 10995, "failed_n": 0},
        {**job, "load_number": 2, "as_of": dt.date(2026, 9, 30), "rows_in": 10000,
         "rows_quarantined": 400, "quarantined_share": 0.04, "rows_n": 9595,
         "change_share": 9595 / 10995 - 1, "failed_n": 2},
        {**job, "load_number": 3, "as_of": dt.date(2026, 10, 31), "rows_in": 12000,
         "rows_quarantined": 15, "quarantined_share": 0.00125, "rows_n": 11980,
         "change_share": 11980 / 9595 - 1, "failed_n": 1},
        {"table": "programs", **counts, "load_number": 3, "as_of": dt.date(2026, 10, 31),
         "rows_in": 0, "rows_quarantined": 0, "rows_n": 0, "failed_n": 0},
    ]  # fmt: skip


def run(*, has_pairings: bool) -> dict[str, Any]:
    return {
        "run_id": "20261101T020304Z-secret-run-id", "version": "0.1.0",
        "versions": {"duckdb": "1.5.6", "plotly": "7.1.0"},
        "organization": f"Example & Sons {HOSTILE_TAG}", "title": None, "config_hash": "c0ffee",
        "inputs": [{"path": "exports/job_history.csv", "sha256": "ab" * 32, "rows": 12000}],
        "as_of": "2026-10-31", "follow_up_ends_on": "2026-09-30", "has_pairings": has_pairings,
        "gates": {"critical_n": 40, "critical_failed_n": 0, "warning_n": 8, "warning_failed_n": 1},
        "timings": {"load": 7777.25}, "warnings": ["people: 3 e-mails are shared by two people"],
        "privacy": {"minimum_group_size": 5, "minimum_effect_group_size": 10},
    }  # fmt: skip


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(TABLES[name]))


def judged(*rows: dict[str, Any]) -> Effects:
    """The effects as pages see them."""
    return effects(table("effects", list(rows)), outcomes(outcome_table()))


def company() -> Results:
    populations = ("mentees", "mentors", "participants", "workforce")
    return Results(
        metrics=table("metrics", metrics(populations)),
        effects=table("effects", naive_effects()),
        guardrails=table("guardrails", []),
        drivers=table("drivers", drivers()),
        warnings=table("warnings", warnings()),
        targets=table("targets", []),
        standings=table("standings", []),
        returns=table("returns", []),
        reconciliation=table("reconciliation", []),
        reliability=table("reliability", []),
        comments=table("comments", []),
        topics=table("topics", []),
        curves=table("curves", []),
        balance=table("balance", []),
        flow=table("flow", []),
        survival=table("survival", survival(populations)),
        quality=table("quality", quality()),
        gates=table("gates", gates()),
        loads=table("loads", loads()),
        measures=table("measures", measures({UNMEASURED: "survey_responses, survey_items"})),
        outcomes=outcome_table(),
        programs=pd.DataFrame(PROGRAMS, columns=list(TABLES["programs"])),
        run=run(has_pairings=True),
    )


def workforce_only() -> Results:
    unmeasured = dict.fromkeys(SURVEY, "pairings, survey_responses")
    unmeasured |= dict.fromkeys((WORKPLACE.measure, UNMEASURED), "survey_responses, survey_items")
    rows = [r for r in metrics(("workforce",)) if r["measure"] not in unmeasured]
    return Results(
        metrics=table("metrics", rows),
        effects=table("effects", []),
        guardrails=table("guardrails", []),
        drivers=table("drivers", []),
        warnings=table("warnings", []),
        targets=table("targets", []),
        standings=table("standings", []),
        returns=table("returns", []),
        reconciliation=table("reconciliation", []),
        reliability=table("reliability", []),
        comments=table("comments", []),
        topics=table("topics", []),
        curves=table("curves", []),
        balance=table("balance", []),
        flow=table("flow", []),
        survival=table("survival", survival(("workforce",))),
        quality=table("quality", quality()),
        gates=table("gates", gates()),
        loads=table("loads", loads()),
        measures=table("measures", measures(unmeasured)),
        outcomes=outcome_table(),
        programs=table("programs", []),
        run=run(has_pairings=False),
    )


def rendered(results: Results, folder: Path) -> Path:
    write_results(results, folder / "data")
    render_site(results, folder)
    return folder


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """Return this module: what a test needs to make results of its own."""
    return sys.modules[__name__]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(company(), tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def estimated_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(estimated(), tmp_path_factory.mktemp("estimated"))


@pytest.fixture(scope="session")
def workforce_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(workforce_only(), tmp_path_factory.mktemp("workforce"))
