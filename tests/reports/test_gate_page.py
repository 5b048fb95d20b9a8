"""The page of a build that the gate refused."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from reports.gate import render_gate


def page_of(made: ModuleType, folder: Path, *, critical_fails: bool) -> str:
    page = folder / "gate.html"
    found = made.table("gates", made.gates(critical_fails=critical_fails))
    render_gate(found, page, organization=f"Example {made.HOSTILE_TAG}")
    return page.read_text(encoding="utf-8")


def test_it_says_what_failed_how_often_and_what_to_do(made: ModuleType, tmp_path: Path) -> None:
    text = page_of(made, tmp_path, critical_fails=True)
    assert "An event is one of the known kinds." in text
    assert "42 of 11\u202f980" in text
    assert "Map the event in" in text
    assert text.index("An event is one of") < text.index("A level is a whole number")


def test_it_stands_alone_and_runs_nothing(made: ModuleType, tmp_path: Path) -> None:
    text = page_of(made, tmp_path, critical_fails=True)
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "src=" not in text
    assert 'rel="stylesheet"' not in text
    assert "<style>" in text
    assert [path.name for path in tmp_path.iterdir()] == ["gate.html"]


def test_a_check_that_was_met_is_counted_not_listed(made: ModuleType, tmp_path: Path) -> None:
    text = page_of(made, tmp_path, critical_fails=False)
    assert "An event is one of the known kinds." not in text
    assert "Other checks met: 1." in text
