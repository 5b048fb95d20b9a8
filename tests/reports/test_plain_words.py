"""What the pages say in words: whose numbers, of which time, and by which rule."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reports.balance import love_plots
from reports.charts import trend
from reports.figures import figure_json
from reports.findings import aloud, findings
from reports.formats import THIN
from reports.headlines import RETENTION
from reports.layout import coded
from reports.pages.analyst import analyst, checks
from reports.pages.leadership import leadership
from reports.view import View, view


@pytest.fixture(name="shown", scope="module")
def _shown(made: ModuleType) -> View:
    return view(made.estimated())


def words(page: Path) -> str:
    """Return the text of a page without its elements."""
    text = re.sub(r"(?s)<script.*?</script>", "", page.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def test_programs_and_cohorts_count_the_same_people_and_say_whom(site: Path) -> None:
    text = words(site / "programs.html")
    assert "Programs side by side: mentees" in text
    assert "By cohort: mentees who started in the same quarter" in text
    assert "By department: mentees" in text


def test_the_true_maximum_the_hidden_levels_and_the_rule_stand_beside_the_balance(
    made: ModuleType,
) -> None:
    given = made.estimated()
    judged = made.judged(made.effect(max_abs_smd=0.35, chance_smd=0.4243))
    plot = love_plots(given.balance, {}, judged)[0]
    assert plot.left == "0.35 over all levels"
    assert plot.missing == "1 of 4 levels left out: hidden."
    assert "above 0.25 and above what chance gives" in plot.rule
    assert plot.rule.endswith("among so many levels, here 0.42.")


@pytest.mark.parametrize(
    ("voluntary", "sentence"),
    [
        ((True, True, True), "Joining was voluntary in all of these programs."),
        ((True, False, None), "voluntary in 1 of 3 programs, and is not recorded for 1."),
        ((True, True, False), "Joining was voluntary in 2 of 3 programs."),
        ((None, False, False), "is not recorded for 1 of 3 programs, so this report assumes"),
    ],
)
def test_how_many_programs_are_voluntary_is_counted(
    made: ModuleType, tmp_path: Path, voluntary: tuple[bool | None, ...], sentence: str
) -> None:
    given = made.company()
    programs = given.programs.assign(is_voluntary=list(voluntary)).astype({"is_voluntary": object})
    made.rendered(replace(given, programs=programs), tmp_path)
    assert sentence in words(tmp_path / "leadership.html")


def test_both_windows_of_a_number_are_named(made: ModuleType) -> None:
    rows = [
        made.metric(RETENTION.measure, population=whom, period_start=start)
        for whom, start in (
            ("mentees", dt.date(2022, 2, 1)), ("workforce", dt.date(2024, 12, 1)),
        )
    ]  # fmt: skip
    numbers = view(replace(made.company(), metrics=made.table("metrics", rows))).numbers
    said = [
        numbers.overall(RETENTION.measure, population=whom).window_text
        for whom in ("mentees", "workforce")
    ]
    assert said == [
        "starting from February 2022, followed for 12 months", "employed on December 1, 2024",
    ]  # fmt: skip


def test_what_can_be_said_are_sentences(shown: View) -> None:
    sayings = leadership(shown).sayings
    assert sayings[0] == (
        "About 5 more of 100 mentees were still here a year later than of people like them "
        "without a mentor, and chance alone hardly explains that."
    )
    assert (
        f"Of the mentees we could follow for a year, 90.0{THIN}% were still here at its end."
        in (sayings)
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"verdict": "likely benefit"}, "but chance alone may still explain that."),
        ({"verdict": "no clear effect"}, "We looked whether mentoring kept people here, and"),
        ({"verdict": "not comparable"}, "Whether mentoring kept people here cannot be said"),
        ({"verdict": "clear harm", "effect": -0.05}, "About 5 fewer of 100 mentees were"),
    ],
)
def test_what_can_be_said_follows_the_verdict(
    made: ModuleType, shown: View, given: dict[str, Any], said: str
) -> None:
    found = findings(replace(shown, effects=made.judged(made.effect(**given))))
    assert said in aloud(found[0])


def test_a_score_says_that_its_response_rate_is_another_measure(estimated_site: Path) -> None:
    text = words(estimated_site / "leadership.html")
    assert text.count("response rates are measures of their own") == 1


def test_thirty_years_are_labeled_a_few_years_apart(made: ModuleType) -> None:
    rows = [
        made.metric(RETENTION.measure, population="workforce", period_grain="year",
                    period_start=dt.date(year, 1, 1))
        for year in range(1996, 2026)
    ]  # fmt: skip
    numbers = view(replace(made.company(), metrics=made.table("metrics", rows))).numbers
    chart = trend(
        numbers, RETENTION.measure, name="c", title="C", populations=("workforce",), grain="year",
        is_small=True,
    )  # fmt: skip
    axis = json.loads(figure_json(chart))["layout"]["xaxis"]
    # Thirty years in six labels.
    assert (axis["dtick"], axis["tickangle"]) == ("M60", 0)


def test_a_cross_has_the_color_of_its_line(made: ModuleType) -> None:
    rows = [
        make(RETENTION.measure, population=whom, period_grain="year",
             period_start=dt.date(year, 1, 1))
        for whom, year, make in (
            ("mentees", 2023, made.metric), ("mentees", 2024, made.hidden),
            ("mentors", 2023, made.hidden), ("mentors", 2024, made.metric),
        )
    ]  # fmt: skip
    numbers = view(replace(made.company(), metrics=made.table("metrics", rows))).numbers
    chart = trend(
        numbers, RETENTION.measure, name="c", title="C", populations=("mentees", "mentors"),
        grain="year",
    )  # fmt: skip
    crosses = {
        trace["name"]: trace["marker"]["color"]
        for trace in json.loads(figure_json(chart))["data"]
        if trace["name"].endswith(", hidden")
    }
    assert crosses == {"Mentees, hidden": "var(--series-1)", "Mentors, hidden": "var(--series-2)"}


def test_reasons_have_meanings_and_flaws_of_kept_rows_stand_apart(
    made: ModuleType, shown: View
) -> None:
    kept = {"rows_quarantined": 0, "rows_duplicate": 0, "rows": 3, "reason": "straight_lined"}
    rows = made.quality()
    rows[2] = {**rows[2], "reason": "unreadable_date"}
    rows.append({**rows[2], **kept})
    given = replace(made.estimated(), quality=made.table("quality", rows))
    source = analyst(shown, given).sources[0]
    assert [(r.rows, r.meaning) for r in source.set_aside] == [
        ("15", "the date or time cannot be read without guessing"),
    ]
    assert [(r.rows, r.reason) for r in source.flaws] == [("3", "straight_lined")]
    assert source.flaws[0].meaning.startswith("the response gives the same answer")


def test_a_promise_that_the_table_breaks_as_a_whole_counts_no_rows(made: ModuleType) -> None:
    rows = made.gates(critical_fails=True)
    rows[0]["unexpected_n"] = rows[0]["rows_n"]
    found = checks(made.table("gates", rows))
    assert [check.rows for check in found] == ["the table as a whole", f"7 of 11{THIN}980"]


def test_what_stands_between_backticks_is_code_and_everything_is_escaped() -> None:
    assert str(coded("Map <x> in `values:`.")) == "Map &lt;x&gt; in <code>values:</code>."
    assert str(coded("an odd ` sign")) == "an odd ` sign"
    assert str(coded("`<b>`")) == "<code>&lt;b&gt;</code>"


def test_a_workforce_only_build_asks_nothing_about_mentoring(workforce_site: Path) -> None:
    for name in ("index.html", "leadership.html", "programs.html", "analyst.html"):
        text = words(workforce_site / name)
        for wrong in (
            "not estimated yet",
            "Is mentoring going well?",
            "happy with it",
            "is it going",
        ):
            assert wrong not in text, name
    text = words(workforce_site / "leadership.html")
    assert "How is the workforce doing?" in text
    assert "“Of the people we could follow for a year, 86.0" in text


def test_the_foot_says_what_is_hidden_and_what_may_be_smaller(site: Path) -> None:
    text = words(site / "programs.html")
    assert "never shown" not in text
    assert "In a group that is shown, fewer may have had an event." in text
