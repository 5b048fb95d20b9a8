"""The history of loads: one line a load, the same exports one load, and nothing that names."""

from __future__ import annotations

import datetime as dt
import json
import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analyses.results import LOADS
from expectations.history import (
    SHOWN,
    History,
    Load,
    LoadedTable,
    copy_without_marks,
    inputs_hash,
    known_before,
    load_of,
    loads_frame,
)
from expectations.known import Known, SourceLimit
from expectations.values import Marks
from workspace.errors import EnvironmentFailed

MAY, JUNE = dt.date(2025, 5, 31), dt.date(2025, 6, 30)


def load(
    inputs: str = "a", rows_n: int = 100, as_of: dt.date = MAY, marks: Marks | None = None
) -> Load:
    """Return a load of one table, marked with the salt `s`."""
    table = LoadedTable(
        rows_in=rows_n + 10,
        rows_quarantined=8,
        rows_duplicate=2,
        rows_n=rows_n,
        expectations_n=27,
        failed_n=1,
    )
    return Load(inputs, as_of, {"people": table}, marks or {}, "043a718774c572bd")


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "gate_history.jsonl")


def test_a_load_is_remembered_as_it_was(history: History) -> None:
    assert history.loads() == []
    first = load(marks={"job_history": {"department": {"0f": 7}}})
    history.add(first)
    history.add(load("b", 90, JUNE))
    assert history.loads() == [first, load("b", 90, JUNE)]
    assert stat.S_IMODE(history.path.stat().st_mode) == 0o600


def test_months_are_remembered_and_older_lines_have_none(history: History) -> None:
    counted = replace(load(), months={"job_history": {"2025-04 promotion": 7}})
    history.add(counted)
    line = json.loads(history.path.read_text(encoding="utf-8"))
    del line["months"]
    history.path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert history.loads() == [load()]
    history.add(replace(counted, inputs="b"))
    assert history.loads()[-1].months == {"job_history": {"2025-04 promotion": 7}}


def test_the_same_exports_built_again_add_no_load(history: History) -> None:
    history.add(load())
    history.add(load())
    assert len(history.path.read_text(encoding="utf-8").splitlines()) == 1
    # Another mapping makes another number of rows of them: the load is as it was built last.
    history.add(load(rows_n=99))
    assert history.loads() == [load(rows_n=99)]
    assert history.before("a") == []
    assert history.before("b") == [load(rows_n=99)]
    assert (history.is_last("a"), history.is_last("b")) == (True, False)


def test_exports_that_come_back_are_a_load_again(history: History) -> None:
    for inputs in ("a", "b", "a"):
        history.add(load(inputs))
    assert [one.inputs for one in history.loads()] == ["a", "b", "a"]
    assert [one.inputs for one in history.before("a")] == ["a", "b"]


def test_what_another_version_wrote_is_passed_over(history: History) -> None:
    history.add(load())
    with history.path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"version": 99, "inputs": "x"}) + "\n")
    history.add(load("b"))
    assert [one.inputs for one in history.loads()] == ["a", "b"]


@pytest.mark.parametrize(
    "line", ["[]", "{}", "", '{"version": 1, "inputs": "half a li', "\x00" * 9, "[" * 100_000]
)
def test_a_damaged_history_is_refused_with_its_line(history: History, line: str) -> None:
    """Passed over, the next load would be compared with nothing, and nobody would know."""
    history.add(load())
    with history.path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(EnvironmentFailed, match=r"gate_history.jsonl, line 2\n.*") as caught:
        history.before("b")
    assert "or remove it" in str(caught.value.to_do)


def test_an_empty_history_is_a_damaged_one_and_none_is_none(history: History) -> None:
    assert history.loads() == []
    history.path.touch()
    with pytest.raises(EnvironmentFailed, match="damaged"):
        history.loads()


def test_under_a_new_key_the_counts_stay_and_the_marks_go(history: History, tmp_path: Path) -> None:
    history.add(load(marks={"job_history": {"department": {"0f": 7}}}))
    history.add(load("b", 90, JUNE))
    copy_without_marks(history.path, tmp_path / "new")
    assert History(tmp_path / "new").loads() == [
        replace(load(), marked_with=""),
        replace(load("b", 90, JUNE), marked_with=""),
    ]
    assert "043a718774c572bd" not in (tmp_path / "new").read_text(encoding="utf-8")
    copy_without_marks(tmp_path / "none", tmp_path / "copy of none")
    assert not (tmp_path / "copy of none").exists()


def test_the_hash_of_inputs_tells_names_and_bytes_apart() -> None:
    assert inputs_hash({"a.csv": "1", "b.csv": "2"}) == inputs_hash({"b.csv": "2", "a.csv": "1"})
    others = [{"a.csv": "2", "b.csv": "1"}, {"a.csv": "1"}, {"a.csv": "1", "c.csv": "2"}]
    assert len({inputs_hash(one) for one in [*others, {"a.csv": "1", "b.csv": "2"}]}) == 4


def test_a_load_counts_its_records_rows_and_broken_promises() -> None:
    quality = pd.DataFrame(
        [
            ("people", "total", 10, 1, 2),
            ("people", "missing_value", 0, 1, 0),
            ("people", "total", 5, 0, 0),
            ("programs", "total", 3, 0, 0),
        ],
        columns=["table", "reason", "rows_in", "rows_quarantined", "rows_duplicate"],
    )
    gates = pd.DataFrame(
        [("people", 12, True), ("people", 12, False), ("people", 12, False), ("programs", 3, True)],
        columns=["table", "rows_n", "is_met"],
    )
    months = {"people": {"2025-05": 12}}
    found = load_of(
        inputs="a",
        as_of=MAY,
        quality=quality,
        gates=gates,
        marks={},
        salt="s",
        months=months,
    )
    assert found == Load(
        "a",
        MAY,
        {"people": LoadedTable(15, 1, 2, 12, 3, 2), "programs": LoadedTable(3, 0, 0, 3, 1, 0)},
        {},
        "043a718774c572bd",  # the first of SHA-256 of "s"
        months,
    )


def test_a_load_is_compared_with_the_last_and_its_values_with_all() -> None:
    first = load(rows_n=50, marks={"job_history": {"department": {"a": 5, "b": 6}}})
    last = load("b", marks={"job_history": {"department": {"b": 7, "c": 1}, "level": {"d": 1}}})
    sources = (SourceLimit("people", ("exports/people.csv",), 31),)
    last = replace(last, as_of=JUNE, months={"pairings": {"2025-01": 3}})
    found = known_before([first, last], salt="s", is_confirmed=True, sources=sources)
    assert found == Known(
        {"people": 100},
        {"job_history": {"department": {"a": 0, "b": 7, "c": 1}, "level": {"d": 1}}},
        "s",
        True,
        sources,
        {"pairings": {"2025-01": 3}},
        JUNE,
    )


def test_marks_of_another_key_say_nothing() -> None:
    before = [load(marks={"job_history": {"department": {"a": 5}}})]
    found = known_before(before, salt="another", is_confirmed=False, sources=())
    assert (found.volumes, found.marks) == ({"people": 100}, {})


def test_before_the_first_load_nothing_is_known() -> None:
    found = known_before([], salt="s", is_confirmed=False, sources=())
    assert (found.volumes, found.marks) == ({}, {})


def test_the_result_table_says_how_each_load_differs_from_the_one_before() -> None:
    frame = loads_frame([load(rows_n=100), load("b", 90, JUNE)])
    assert list(frame.columns) == list(LOADS)
    assert frame["load_number"].tolist() == [1, 2]
    assert frame["as_of"].tolist() == [MAY, JUNE]
    assert frame["quarantined_share"].tolist() == pytest.approx([8 / 110, 0.08])
    assert pd.isna(frame["change_share"][0])
    assert frame["change_share"][1] == pytest.approx(-0.1)


def test_only_the_newest_loads_are_shown_under_their_own_numbers() -> None:
    frame = loads_frame([load(str(n), rows_n=n + 1) for n in range(SHOWN + 2)])
    assert frame["load_number"].tolist() == list(range(3, SHOWN + 3))
    assert frame["change_share"][0] == pytest.approx(0.5)  # three rows after two
