"""The cluster: what is refused before anything is read, and macros that say the same on it."""

from __future__ import annotations

import importlib.util
import shutil
import socket
from pathlib import Path

import pandas as pd
import pytest

from mentorship.cluster import Spark, _java_version
from mentorship.warehouse import DuckDb, engine_of
from tests.parity.macros import macros_apart
from tests.parity.marts import difference
from workspace.config import SparkConfig, WorkspaceConfig
from workspace.errors import EnvironmentFailed

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="needs the extra `spark` and Java: make spark",
)


def java(folder: Path, version: str) -> str:
    """Return a folder with a Java that says it is of a version."""
    home = folder / "java"
    (home / "bin").mkdir(parents=True)
    program = home / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-20' >&2\n")
    program.chmod(0o755)
    return str(home)


@pytest.fixture
def extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the extra installed, as far as one can see without importing it."""
    monkeypatch.setattr("mentorship.cluster.importlib.util.find_spec", lambda _: object())


def refusal(master: str = "local[*]") -> EnvironmentFailed:
    with pytest.raises(EnvironmentFailed) as caught:
        Spark(master).refuse_absent()
    assert caught.value.exit_code == 4
    return caught.value


def configured(**engine: object) -> WorkspaceConfig:
    return WorkspaceConfig.model_validate(
        {
            "organization": "Example",
            "sources": [{"table": "job_history", "path": "jobs.csv"}],
            **engine,
        }
    )


def test_duckdb_is_the_engine_unless_another_is_asked_for() -> None:
    assert engine_of(configured()) == DuckDb()


@pytest.mark.usefixtures("extra")
def test_spark_runs_on_this_machine_unless_a_master_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", java(tmp_path, "17.0.9"))
    assert engine_of(configured(engine="spark")) == Spark("local[*]")


def test_a_missing_extra_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mentorship.cluster.importlib.util.find_spec", lambda _: None)
    assert str(refusal().to_do).startswith("make spark")


@pytest.mark.parametrize(
    ("version", "major"), [("1.8.0_392", 1), ("11.0.21", 11), ("17-ea", 17), ("25", 25)]
)
def test_a_java_says_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, major: int
) -> None:
    monkeypatch.setenv("JAVA_HOME", java(tmp_path, version))
    assert _java_version() == major


@pytest.mark.usefixtures("extra")
def test_an_old_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", java(tmp_path, "11.0.21"))
    assert refusal().found == "Java 11"


@pytest.mark.usefixtures("extra")
def test_no_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal().found == "no java"


@pytest.mark.usefixtures("extra")
def test_a_master_that_does_not_answer_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", java(tmp_path, "17.0.9"))
    with socket.socket() as closed:
        closed.bind(("localhost", 0))
        master = f"spark://localhost:{closed.getsockname()[1]}"
        assert refusal(master).found == f"{master.removeprefix('spark://')}: Connection refused"


@pytest.mark.parametrize("master", ["yarn", "spark://", "local", "local[0]", "spark://a b:7077"])
def test_a_master_that_was_never_tried_is_no_setting(master: str) -> None:
    with pytest.raises(ValueError, match="master"):
        SparkConfig(master=master)


def test_marts_are_compared_row_by_row_whatever_their_order() -> None:
    ours = pd.DataFrame({"name": ["a", "a", None], "value": [0.1, 2.0, None]})
    same = ours.iloc[::-1].reset_index(drop=True)
    assert difference("rpt", ours, same).is_none
    # The last digits of a sum turn on its order; the ninth does not.
    assert difference("rpt", ours, same.assign(value=[None, 2.0 + 1e-12, 0.1])).is_none
    assert not difference("rpt", ours, same.assign(value=[None, 2.0 + 1e-6, 0.1])).is_none
    assert not difference("rpt", ours, same.assign(value=[0.0, 2.0, 0.1])).is_none
    assert difference("rpt", ours, same.assign(name=["b", "a", "a"])).unmatched_n == 2


@needs_spark
@pytest.mark.slow
def test_macros_give_the_same_on_both_engines(tmp_path: Path) -> None:
    assert macros_apart(Spark("local[*]"), tmp_path) == []
