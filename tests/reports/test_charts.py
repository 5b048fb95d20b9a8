"""What a chart shows: gaps, hidden points, bands, and text that cannot become markup."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from analyses.results import Results
from reports.charts import Chart, by_program, trend
from reports.facts import slug
from reports.figures import figure_json
from reports.headlines import RETENTION
from reports.strips import round_ends
from reports.view import view

MEASURE = RETENTION.measure
HIDDEN = "hidden (fewer than 5 people)"


Row = dict[str, Any]


@pytest.fixture(name="quarter")
def _quarter(made: ModuleType) -> Callable[..., Row]:
    """Return a maker of one quarter of 2024."""

    def quarter(number: int, *, is_hidden: bool = False) -> Row:
        make = made.hidden if is_hidden else made.metric
        start = dt.date(2024, 1 + 3 * number, 1)
        row: Row = make(MEASURE, population="mentees", period_grain="quarter", period_start=start)
        return row

    return quarter


@pytest.fixture(name="chart_of")
def _chart_of(made: ModuleType) -> Callable[[list[Row]], Chart]:
    """Return a maker of the chart of a few quarters."""

    def chart_of(rows: list[Row]) -> Chart:
        given = made.company()
        frames = {**vars(given), "metrics": made.table("metrics", rows)}
        numbers = view(Results(**frames)).numbers
        return trend(
            numbers, MEASURE, name="c", title="C", populations=("mentees",), grain="quarter"
        )

    return chart_of


def traces(chart: Chart) -> dict[str, dict[str, object]]:
    return {trace["name"]: trace for trace in json.loads(figure_json(chart))["data"]}


def test_a_quarter_that_the_results_skip_is_a_gap(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    chart = chart_of([quarter(0), quarter(1), quarter(3)])
    assert [p.cell.state for p in chart.series[0].points] == ["shown", "shown", "no data", "shown"]
    assert traces(chart)["Mentees"]["y"] == [
        pytest.approx(90), pytest.approx(90), None, pytest.approx(90),
    ]  # fmt: skip
    assert traces(chart)["Mentees"]["connectgaps"] is False


def test_a_survey_held_twice_a_year_skips_no_quarter(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    chart = chart_of([quarter(0), quarter(2)])
    assert [point.label for point in chart.series[0].points] == ["2024 Q1", "2024 Q3"]


def test_a_hidden_quarter_is_marked_but_its_value_is_gone(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    chart = chart_of([quarter(0), quarter(1, is_hidden=True), quarter(2)])
    point = chart.series[0].points[1]
    assert point.cell.value is None
    assert point.cell.text == HIDDEN
    assert traces(chart)["Mentees, hidden"]["x"] == ["2024-04-01"]
    assert "0.8765" not in figure_json(chart)
    assert "87.65" not in figure_json(chart)


def test_a_point_that_no_band_reaches_carries_an_error_bar(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    chart = chart_of([quarter(0), quarter(1, is_hidden=True), quarter(2), quarter(3)])
    bars = traces(chart)["Mentees"]["error_y"]
    assert isinstance(bars, dict)
    assert [reach is not None for reach in bars["array"]] == [True, False, False, False]
    band = traces(chart)["Mentees, range"]
    assert band["x"] == ["2024-07-01", "2024-10-01", "2024-10-01", "2024-07-01", "2024-07-01"]


def test_all_periods_hidden_is_said_instead_of_drawn(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    assert chart_of([quarter(0, is_hidden=True)]).empty == f"every quarter is {HIDDEN}"


def test_no_row_at_all_is_said_instead_of_drawn(chart_of: Callable[[list[Row]], Chart]) -> None:
    assert chart_of([]).empty == "no data"


def test_a_number_of_the_whole_time_says_why_no_period_has_one(
    chart_of: Callable[[list[Row]], Chart], made: ModuleType
) -> None:
    whole = made.metric(MEASURE, population="mentees", period_grain="all")
    assert chart_of([whole]).empty == (
        "published for the whole time only: in some periods there are too few people"
    )


def test_hover_shows_range_numerator_and_denominator(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    text = traces(chart_of([quarter(0), quarter(1)]))["Mentees"]["text"]
    assert isinstance(text, list)
    assert text[0] == (
        "<b>Mentees</b>, 2024 Q1<br>90.0\u202f%<br>from 85.6\u202f% to 94.4\u202f%<br>360 of 400"
    )


def test_the_download_holds_precisely_the_points_of_the_chart(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    lines = chart_of([quarter(0), quarter(1, is_hidden=True)]).as_csv().splitlines()
    assert lines[0].startswith("measure,group,quarter,starts_on,value,ci_low,ci_high,numerator")
    assert lines[1].startswith(f"{MEASURE},Mentees,2024 Q1,2024-01-01,0.9,")
    assert lines[1].endswith(",360,400,share,")
    assert lines[2] == f"{MEASURE},Mentees,2024 Q2,2024-04-01,,,,,,,{HIDDEN}"
    assert len(lines) == 3


def test_a_program_cannot_write_markup_into_a_chart(made: ModuleType) -> None:
    numbers = view(made.company()).numbers
    names = [("p-rev", f'<a href="https://example.org">x</a>{made.HOSTILE_TAG}')]
    chart = by_program(
        numbers, MEASURE, name="c", title="C", population="mentees", programs=names
    )  # fmt: skip
    text = figure_json(chart)
    assert "<" not in text
    drawn = json.loads(text)["data"][0]
    assert "<a" not in drawn["name"]
    assert drawn["text"][0].startswith("<b>&lt;a href=")


def test_figures_name_colors_and_leave_them_to_the_style_sheet(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    text = figure_json(chart_of([quarter(0), quarter(1)]))
    assert "var(--series-1)" in text
    assert "#" not in text


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ((0.73, 0.99), (0.7, 1.0)),
        ((0.02, 0.36), (0.0, 0.4)),
        ((0.90, 0.90), (0.89, 0.91)),
        ((0.0, 1.0), (0.0, 1.0)),
    ],
)
def test_axes_end_on_round_numbers_within_what_a_share_can_be(
    given: tuple[float, float], ends: tuple[float, float]
) -> None:
    assert round_ends(*given, lowest=0, highest=1) == ends


def test_a_chart_of_an_unmeasured_measure_names_the_missing_tables(made: ModuleType) -> None:
    chart = trend(
        view(made.company()).numbers, made.UNMEASURED, name="c", title="C",
        populations=("workforce",), grain="year",
    )  # fmt: skip
    assert chart.empty == "not measured: needs survey_responses and survey_items"


def test_too_few_to_say_is_not_the_same_as_hidden(
    chart_of: Callable[[list[Row]], Chart], quarter: Callable[..., Row]
) -> None:
    row = {**quarter(0), "value": None, "ci_low": None, "ci_high": None}
    assert chart_of([row]).series[0].points[0].cell.text == "too few to say"


def test_program_pages_have_safe_names_that_differ() -> None:
    assert slug("Career Partners", among=["Career Partners"]) == "career-partners"
    among = ["a/b", "a b", "../../etc"]
    assert slug("a/b", among=among) != slug("a b", among=among)
    assert slug("../../etc", among=among) == "etc"
    assert slug("ALL", among=["ALL"]) != "all"
    assert slug("\u4e2d", among=["\u4e2d"]).isalnum()


def test_missing_values_of_every_kind_are_one_kind() -> None:
    from reports.frames import records

    frame = pd.DataFrame({"a": [1.0, float("nan")], "b": pd.Series([pd.NA, "x"], dtype="string")})
    assert records(frame) == [{"a": 1.0, "b": None}, {"a": None, "b": "x"}]
