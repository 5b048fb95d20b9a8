"""The examples for schedulers: one task builds, exit codes and `run.json` say the rest."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from mentorship.schedule import command
from workspace.folder import Workspace

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
AIRFLOW = os.environ.get("AIRFLOW_PYTHON")
CHECKS = ("expectations_are_met", "data_are_recent", "attack_found_nothing")
# What each build does in turn: the exit code, and the last one for good.
STUB = """\
#!/bin/sh
echo "$@" >> {folder}/calls
code=$(sed -n "$(wc -l < {folder}/calls)p" {folder}/codes)
test $code -eq 0 && echo '{{"exit_code": 0, "release": "r1"}}'
test $code -eq 0 || echo '{{"message": "Too few rows.", "to_do": "look"}}'
exit $code
"""


class Stage:
    """A command that ends as it is told to, and what the release says that it would leave."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.command = folder / "mentorship"
        self.command.write_text(STUB.format(folder=folder), encoding="utf-8")
        self.command.chmod(0o755)
        (folder / "python").symlink_to(sys.executable)
        (folder / "site" / "data").mkdir(parents=True)
        self.says()

    def ends(self, *codes: int) -> None:
        """Let builds end with these exit codes, one after the other."""
        (self.folder / "codes").write_text("".join(f"{code}\n" for code in codes))

    def says(
        self, *, age_days: int = 0, broken_n: int = 0, critical_n: int = 0, found_n: int = 0
    ) -> None:
        """Let `run.json` say this."""
        as_of = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=age_days)
        run = {
            "run_id": "r1",
            "as_of": as_of.isoformat(),
            "version": "1",
            "warnings": [],
            "timings": {"ingest": 1.5},
            "report": {"amber_after_days": 45, "red_after_days": 90},
            "gates": {
                "critical_n": 3,
                "critical_failed_n": critical_n,
                "warning_failed_n": broken_n,
            },
            "attack": {"found_n": found_n, "unsolved_n": 0, "contradicted_n": 0, "narrowest": None},
        }
        path = self.folder / "site" / "data" / "run.json"
        path.write_text(json.dumps(run), encoding="utf-8")

    @property
    def calls(self) -> list[str]:
        """How the command was called."""
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def asset(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    pytest.importorskip("dagster", reason="needs Dagster: make dagster")
    spec = importlib.util.spec_from_file_location("asset", HOW_TO / "dagster_mentorship.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "WORKSPACE", stage.folder)
    monkeypatch.setattr(module, "COMMAND", str(stage.command))
    monkeypatch.setattr(module, "WAIT_SECONDS", 0)
    return module


def materialized(module: ModuleType) -> tuple[bool, Any]:
    """Return whether the asset was made, and the run, with its checks."""
    import dagster as dg

    parts = [module.mentorship_release, *(getattr(module, check) for check in CHECKS)]
    result = dg.materialize(parts, raise_on_error=False)
    return result.success, result


def test_dagster_makes_the_asset_with_one_build_and_its_checks(
    stage: Stage, asset: ModuleType
) -> None:
    stage.ends(0)
    is_made, result = materialized(asset)
    assert is_made
    assert stage.calls == [f"build -C {stage.folder} --json"]
    made = result.asset_materializations_for_node("mentorship_release")[0]
    assert made.metadata["run_id"].value == "r1"
    assert made.tags["dagster/data_version"] == "r1"
    checked = {one.check_name: one for one in result.get_asset_check_evaluations()}
    assert {name: one.passed for name, one in checked.items()} == dict.fromkeys(CHECKS, True)
    assert checked["attack_found_nothing"].metadata["found_n"].value == 0
    assert checked["expectations_are_met"].metadata["critical_n"].value == 3


@pytest.mark.parametrize(
    ("said", "failed", "severity"),
    [
        ({"age_days": 45}, None, None),
        ({"age_days": 46}, "data_are_recent", "WARN"),
        ({"age_days": 90}, "data_are_recent", "WARN"),
        ({"age_days": 91}, "data_are_recent", "ERROR"),
        ({"broken_n": 1}, "expectations_are_met", "WARN"),
        ({"broken_n": 1, "critical_n": 1}, "expectations_are_met", "ERROR"),
        ({"found_n": 1}, "attack_found_nothing", "ERROR"),
    ],
)
def test_dagster_shows_what_the_release_says_of_itself(
    stage: Stage, asset: ModuleType, said: dict[str, int], failed: str | None, severity: str | None
) -> None:
    stage.ends(0)
    stage.says(**said)
    _, result = materialized(asset)
    found = [one for one in result.get_asset_check_evaluations() if not one.passed]
    expected = [] if failed is None else [(failed, severity)]
    assert [(one.check_name, one.severity.value) for one in found] == expected


def test_dagster_tries_again_what_passes_and_nothing_else(stage: Stage, asset: ModuleType) -> None:
    stage.ends(3, 4, 0)
    assert materialized(asset)[0]
    assert len(stage.calls) == 3


@pytest.mark.parametrize("code", [1, 2, 5, 130])
def test_dagster_fails_with_the_sentence_and_checks_nothing(
    stage: Stage, asset: ModuleType, code: int
) -> None:
    stage.ends(code)
    is_made, result = materialized(asset)
    assert not is_made
    assert len(stage.calls) == 1
    failure = result.failure_data_for_node("mentorship_release").user_failure_data
    assert failure.description == "Too few rows."
    assert failure.metadata["exit_code"].value == code
    assert result.get_asset_check_evaluations() == []


def test_dagster_loads_the_definitions_with_their_schedule(asset: ModuleType) -> None:
    schedule = asset.definitions.resolve_schedule_def("mentorship_weekly")
    assert schedule.cron_schedule == "0 6 * * 1"


@pytest.mark.slow
@pytest.mark.skipif(AIRFLOW is None, reason="needs AIRFLOW_PYTHON, a Python that has Airflow 3")
@pytest.mark.parametrize(
    ("code", "said", "states"),
    [
        (0, {}, ("success", "success", "success", "success")),
        (0, {"age_days": 90}, ("success", "success", "success", "success")),
        (0, {"age_days": 91}, ("success", "success", "failed", "success")),
        (0, {"broken_n": 1}, ("success", "success", "success", "success")),
        (0, {"critical_n": 1, "found_n": 1}, ("success", "failed", "success", "failed")),
        (1, {}, ("failed", *["upstream_failed"] * 3)),
    ],
)
def test_airflow_runs_one_build_and_three_checks(
    stage: Stage, code: int, said: dict[str, int], states: tuple[str, ...]
) -> None:
    stage.ends(code)
    stage.says(**said)
    home = stage.folder / "airflow"
    (home / "dags").mkdir(parents=True)
    example = (HOW_TO / "airflow_mentorship.py").read_text(encoding="utf-8")
    (home / "dags" / "airflow_mentorship.py").write_text(example, encoding="utf-8")
    environment = os.environ | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "MENTORSHIP_WORKSPACE": str(stage.folder),
        "MENTORSHIP_COMMAND": str(stage.command),
    }
    run = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); from airflow_mentorship import builds\n"
        "tasks = builds.test().get_task_instances()\n"
        "print(json.dumps({task.task_id: task.state for task in tasks}))"
    )
    assert AIRFLOW is not None
    for words in (["-m", "airflow", "db", "migrate"], ["-c", run, str(home / "dags")]):
        ended = subprocess.run(
            [AIRFLOW, *words], env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(ended.stdout.splitlines()[-1])
    assert found == dict(zip(("build", *CHECKS), states, strict=True))
    assert stage.calls == [f"build -C {stage.folder} --json"]


def workflow() -> dict[Any, Any]:
    text = (HOW_TO / "github_actions_mentorship.yml").read_text(encoding="utf-8")
    read: dict[Any, Any] = yaml.safe_load(text)
    return read


def run_steps(root: Path, executable: Path, folder: Path) -> list[tuple[int, str]]:
    """Return how each step that runs something ended, as a runner would run them."""
    folder.mkdir()
    given = workflow()["env"]
    environment = os.environ | {
        "MENTORSHIP": str(executable),
        "WORKSPACE": str(root),
        "RUNNER_TEMP": str(folder),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    assert set(given) == {"MENTORSHIP", "WORKSPACE"}
    ended = []
    for step in workflow()["jobs"]["build"]["steps"]:
        if "run" in step:
            script = folder / "step.sh"
            script.write_text(step["run"], encoding="utf-8")
            # How a runner calls `shell: bash`.
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
            one = subprocess.run(
                shell, env=environment, capture_output=True, text=True, check=False
            )
            ended.append((one.returncode, one.stdout))
            if one.returncode:
                break
    return ended


def test_the_workflow_runs_where_the_exports_are_and_takes_keys_from_secrets_only() -> None:
    # YAML 1.1 reads the bare key `on` as true; GitHub reads it as text.
    assert workflow()[True]["schedule"] == [{"cron": "0 6 * * 1"}]
    assert workflow()["permissions"] == {}
    job = workflow()["jobs"]["build"]
    assert "self-hosted" in job["runs-on"]
    steps = job["steps"]
    assert [step["env"] for step in steps if "env" in step] == [
        {"MENTORSHIP_KEY": "${{ secrets.MENTORSHIP_KEY }}"}
    ]
    # What is evaluated into a script could be made to run.
    assert not any("${{" in step.get("run", "") for step in steps)
    kept = next(step for step in steps if "uses" in step)
    assert kept["uses"].startswith("actions/upload-artifact@")
    assert kept["with"]["path"] == "${{ runner.temp }}/release"


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 130])
def test_the_workflow_ends_with_the_exit_code_of_the_build_and_keeps_nothing(
    stage: Stage, tmp_path: Path, code: int
) -> None:
    stage.ends(code)
    ended = run_steps(stage.folder, stage.command, tmp_path / "runner")
    assert [one for one, _ in ended] == [code]
    assert ended[0][1].startswith("::error::")
    assert not (tmp_path / "runner" / "release").exists()


@pytest.mark.parametrize(
    ("said", "failed"),
    [
        ({"age_days": 90}, None),
        ({"age_days": 91}, "staleness"),
        ({"broken_n": 1}, None),
        ({"critical_n": 1}, "expectations"),
        ({"found_n": 1}, "attack"),
    ],
)
def test_the_workflow_fails_a_published_release_that_says_so_of_itself(
    stage: Stage, tmp_path: Path, said: dict[str, int], failed: str | None
) -> None:
    stage.ends(0)
    stage.says(**said)
    ended = run_steps(stage.folder, stage.command, tmp_path / "runner")
    assert [code for code, _ in ended] == [0, 0, 0 if failed is None else 1]
    errors = [line for line in ended[-1][1].splitlines() if line.startswith("::error::")]
    assert errors == ([] if failed is None else [f"::error::{failed} failed"])


@pytest.mark.slow
def test_the_workflow_builds_a_workspace_and_keeps_its_site_without_its_state(
    small_workspace: Callable[[Path], Workspace], tmp_path: Path
) -> None:
    root = small_workspace(tmp_path).root
    ended = run_steps(root, Path(command()), tmp_path / "runner")
    assert [code for code, _ in ended] == [0, 0, 1]
    warned, *checked = ended[2][1].splitlines()
    release = tmp_path / "runner" / "release"
    gates = json.loads((release / "data" / "run.json").read_text(encoding="utf-8"))["gates"]
    assert warned == f"::warning::broken promises of exports: {gates['warning_failed_n']}"
    assert checked == [
        "expectations passed",
        "::error::staleness failed",
        "attack passed",
    ]
    assert (release / "index.html").is_file()
    assert (release / "data" / "semantic_model.yml").is_file()
    assert not [path for path in release.rglob("*") if path.suffix == ".duckdb"]
