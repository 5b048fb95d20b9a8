"""The audit as a command: what it says, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mentorship.cli import main

HEADER = (
    "measure,program,population,dimension,member,period_grain,period_start,value,ci_low,ci_high,"
    "numerator,denominator,unit,is_suppressed,reason\n"
)
CELL = "stayed,all,mentees,{},year,2024-01-01,"


def _site(folder: Path, *, total: int, shown: int) -> Path:
    """Write a site that shows the total and one of two departments."""
    (folder / "data").mkdir(parents=True)
    rows = [
        CELL.format("all,all") + f"0.5,,,{total // 2},{total},share,false,",
        CELL.format("department,A") + f"0.5,,,{shown // 2},{shown},share,false,",
        CELL.format("department,B") + ",,,,,share,true,",
        CELL.format("department,C") + ",,,,,share,true,",
    ]
    (folder / "data" / "metrics.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["audit", *arguments])
    return result.exit_code, result.output


def test_a_safe_folder_ends_in_0(tmp_path: Path) -> None:
    code, said = _run(str(_site(tmp_path / "site", total=80, shown=50)))
    assert code == 0
    assert "Nothing was found" in said


def test_a_folder_that_tells_ends_in_1_and_names_the_cells(tmp_path: Path) -> None:
    code, said = _run(str(_site(tmp_path / "site", total=20, shown=16)))
    assert code == 1
    assert "stayed: mentees, all, department, B, year, 2024-01-01" in said


def test_the_record_says_what_was_attacked(tmp_path: Path) -> None:
    code, said = _run("--json", str(_site(tmp_path / "site", total=20, shown=16) / "data"))
    record = json.loads(said)
    assert code == 1
    # B and C are four people, each listed: one to three, two apart.
    assert record["narrowest"] == 2
    assert record["unsolved_n"] == 0
    assert record["found"][0]["kind"] == "head count"
    assert record["found"][0]["cells_n"] == 2


def test_a_release_that_differs_in_one_person_tells_about_them(tmp_path: Path) -> None:
    old = _site(tmp_path / "old", total=80, shown=50)
    one_more = _site(tmp_path / "new", total=81, shown=50)
    assert _run(str(one_more))[0] == 0
    code, said = _run(str(one_more), "--before", str(old))
    assert code == 1
    assert "difference of two releases" in said


def test_no_folder_ends_in_2(tmp_path: Path) -> None:
    code, said = _run(str(tmp_path / "nowhere"))
    assert code == 2
    assert "no published folder" in said


def test_a_copy_without_some_tables_is_attacked_and_says_which_it_lacks(tmp_path: Path) -> None:
    code, said = _run(str(_site(tmp_path / "site", total=80, shown=50)))
    assert code == 0
    lacking = "effects, curves, flow, survival, balance, measures"
    assert f"Not in the folder, and so left out: {lacking}." in said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("metrics.csv", "a,b\n1,2\n", "columns a, b"),
        ("metrics.csv", "", "metrics.csv"),
        ("metrics.csv", HEADER + "stayed,all,mentees,all,all,all,,0.5,,,40,many,share,false,\n",
         "column denominator"),
        ("metrics.csv", HEADER + "stayed,all,mentees,all,all,all,,0.5,,,40,8", "is_suppressed"),
        ("metrics.csv", "\x00\x01", "metrics.csv"),
        ("effects.csv", "a,b\n1,2\n", "effects.csv"),
        ("run.json", "{", "run.json"),
        ("run.json", "[1]", "run.json"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_ends_in_2_and_is_named(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    site = _site(tmp_path / "site", total=80, shown=50)
    (site / "data" / name).write_text(text, encoding="utf-8")
    code, out = _run(str(site))
    assert code == 2
    assert "not as a build publishes it" in out
    assert name in out
    assert said in out
