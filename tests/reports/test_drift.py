"""The drift of loads: positions and words worked out by hand for three loads."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from reports.drift import Drift, drift
from reports.formats import THIN
from reports.site import render_site


@pytest.fixture(scope="module")
def drawn(made: ModuleType) -> Drift:
    found = drift(made.table("loads", made.loads()))
    assert found is not None
    return found


def test_loads_stand_at_equal_distances_and_rows_from_zero_up(drawn: Drift) -> None:
    job = drawn.tables[0]
    assert [dot.x for dot in job.rows.dots] == [3.0, 50.0, 97.0]
    # 12 % of the height stay free: 11,980 rows, the most, stand at 12 %, and no row would at 88 %.
    assert [dot.y for dot in job.rows.dots] == pytest.approx(
        [88 - 76 * 10995 / 11980, 88 - 76 * 9595 / 11980, 12]
    )
    assert [dot.is_marked for dot in job.rows.dots] == [False, True, True]
    assert len(job.rows.steps) == 2


def test_shares_and_broken_promises_have_one_scale_for_all_tables(drawn: Drift) -> None:
    job = drawn.tables[0]
    assert (drawn.share_max, drawn.failed_max) == (f"4.0{THIN}%", "2")
    assert [dot.y for dot in job.quarantined.dots] == pytest.approx([88, 12, 88 - 76 * 0.03125])
    assert [dot.y for dot in job.failed.dots] == pytest.approx([88, 12, 50])


def test_the_newest_load_is_said_in_words(drawn: Drift) -> None:
    job, programs = drawn.tables
    assert (job.rows.now, job.change) == (f"11{THIN}980 rows", f"+24.9{THIN}%")
    assert (job.quarantined.now, job.failed.now) == (f"0.1{THIN}%", "1")
    assert (programs.rows.now, programs.change) == ("0 rows", "first load")
    assert programs.quarantined.now == "no record"
    assert programs.rows.steps == ()
    assert drawn.ends == ("load 1, 2026-08-31", "load 3, 2026-10-31")


def test_every_number_is_in_the_table_newest_load_first(drawn: Drift) -> None:
    assert [(held.number, held.table) for held in drawn.held] == [
        ("3", "job_history"),
        ("3", "programs"),
        ("2", "job_history"),
        ("1", "job_history"),
    ]
    second = drawn.held[2]
    assert (second.rows, second.change) == (f"9{THIN}595", f"\u221212.7{THIN}%")
    assert (second.quarantined, second.failed) == (f"4.0{THIN}%", "2 of 27")


def test_a_load_that_lacks_a_table_leaves_a_gap(made: ModuleType) -> None:
    rows = made.loads()
    rows[1]["table"] = "people"
    found = drift(made.table("loads", rows))
    assert found is not None
    assert [dot.x for dot in found.tables[0].rows.dots] == [3.0, 97.0]
    assert found.tables[0].rows.steps == ()


def test_without_a_load_there_is_nothing_to_draw(made: ModuleType) -> None:
    assert drift(made.table("loads", [])) is None


def test_the_analyst_sees_the_loads_with_their_numbers_and_download(site: Path) -> None:
    text = (site / "analyst.html").read_text(encoding="utf-8")
    chart = text[text.index('id="drift"') :]
    chart = chart[: chart.index("</figure>")]
    assert chart.count("<svg") == 6
    assert chart.count('class="marked"') == 6  # two loads of one table, in three pictures
    assert 'href="data/loads.csv"' in chart
    assert (site / "data" / "loads.csv").is_file()
    assert re.search(r"9\u202f595 rows in load 2, 2026-09-30", chart)
    assert 'aria-label="Rows of job_history: ' in chart


def test_the_first_load_says_that_there_is_nothing_to_compare_yet(
    made: ModuleType, tmp_path: Path
) -> None:
    given = made.company()
    only = made.table("loads", made.loads()[:1])
    render_site(replace(given, loads=only), made.rendered(given, tmp_path))
    text = (tmp_path / "analyst.html").read_text(encoding="utf-8")
    assert "This is the first load that was published." in text
    assert 'id="drift"' not in text
