"""The door: every command explains itself, and every ending has its words and exit code."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from mentorship import build as building
from mentorship.cli import main
from mentorship.lock import lock
from workspace.errors import DataRefused, EnvironmentFailed, Place
from workspace.folder import Workspace

CONFIG = """\
organization: Example Corp
sources:
  - {table: job_history, path: "exports/job_history.csv"}
"""
COMMANDS = sorted(main.commands)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path)
    workspace.config_path.write_text(CONFIG, encoding="utf-8")
    return workspace


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def build_raises(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(building, "build", fail)


def test_the_commands_of_the_contract_are_there() -> None:
    assert set(COMMANDS) >= {"demo", "init", "check", "build", "status", "schedule"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example(name: str) -> None:
    shown = run(name, "--help")
    assert shown.exit_code == 0
    command = main.commands[name]
    assert command.help
    assert f"Example:\n    mentorship {name}" in shown.output
    options = (p for p in command.params if isinstance(p, click.Option))
    assert all(option.help for option in options)


def test_the_first_help_has_an_example_and_the_exit_codes() -> None:
    shown = run("--help").output
    assert "mentorship demo --out data/demo" in shown
    assert "3 another build holds the workspace" in shown


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from mentorship.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'duckdb', 'dbt', 'pydantic', 'rich', 'great_expectations'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stderr.strip() == "[]"


def test_the_version_is_the_installed_one() -> None:
    assert "version" in run("--version").output


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["build", "--no-such-option"],
        ["build", "--as-of", "yesterday"],
        ["build", "--as-of", "31.12.2025"],
        ["demo", "--employees", "many"],
        ["demo", "--employees", "3"],
        ["schedule", "--format", "at"],
        ["init"],
    ],
)
def test_a_mistake_in_the_command_line_ends_in_2(words: list[str]) -> None:
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("name", ["build", "check", "status", "schedule"])
def test_a_folder_without_a_configuration_ends_in_2_and_says_what_to_do(
    tmp_path: Path, name: str
) -> None:
    ended = run(name, "-C", tmp_path)
    assert ended.exit_code == 2
    assert "mentorship init" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_key_ends_in_2_with_the_nearest_valid_one(workspace: Workspace) -> None:
    workspace.config_path.write_text(CONFIG + "privcy: {}\n", encoding="utf-8")
    ended = run("build", "-C", workspace.root)
    assert ended.exit_code == 2
    assert "did you mean privacy?" in ended.stderr


def test_a_missing_export_ends_in_2_and_leaves_a_line_in_the_ledger(workspace: Workspace) -> None:
    ended = run("build", "-C", workspace.root)
    assert ended.exit_code == 2
    assert "exports/job_history.csv" in ended.stderr
    shown = json.loads(run("status", "-C", workspace.root, "--json").stdout)
    assert [(r["outcome"], r["exit_code"]) for r in shown["runs"]] == [("failed", 2)]
    assert shown["release"] is None


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (DataRefused("The data is wrong.", to_do="mend it"), 1, "to do: mend it"),
        (EnvironmentFailed("No room."), 4, "No room."),
        (OSError(28, "No space left on device", "state/raw.duckdb"), 4, "free disk space"),
        (PermissionError(13, "Permission denied", "releases"), 4, "permission"),
        (RuntimeError("a defect"), 5, "run again with --debug"),
        (KeyboardInterrupt(), 130, "unchanged"),
    ],
)
def test_every_failure_ends_in_words_and_its_exit_code(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    words: str,
) -> None:
    build_raises(monkeypatch, error)
    ended = run("build", "-C", workspace.root)
    assert ended.exit_code == code
    assert words in ended.stderr
    assert "Traceback" not in ended.output
    assert ended.stdout == ""


def test_a_log_that_cannot_be_written_prints_no_traceback(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", True)

    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    def fail(*_: object, **__: object) -> None:
        logger = logging.Logger("dbt")
        logger.addHandler(logging.StreamHandler(Full()))
        logger.error("Running")
        Full().write("a result")

    monkeypatch.setattr(building, "build", fail)
    ended = run("build", "-C", workspace.root)
    assert ended.exit_code == 4
    assert "Logging error" not in ended.output
    assert "free disk space" in ended.stderr


@pytest.mark.parametrize("words", [["--debug", "build"], ["build", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    build_raises(monkeypatch, RuntimeError("a defect"))
    ended = run(*words, "-C", workspace.root)
    assert ended.exit_code == 5
    assert "Traceback" in ended.stderr


def test_a_machine_reads_the_failure_as_json(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_raises(monkeypatch, DataRefused("The data is wrong.", found="3 rows"))
    ended = run("build", "-C", workspace.root, "--json")
    record = json.loads(ended.stdout)
    assert (record["exit_code"], record["error"], record["found"]) == (1, "DataRefused", "3 rows")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_terminal_obeys_nothing_that_a_command_prints(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, form: list[str]
) -> None:
    text = "a\x1b[31m\x9b\x7f\u202e\udcff.csv"
    workspace.config_path.write_text(
        CONFIG.replace("exports/job_history.csv", r"a\e[31m.csv"), encoding="utf-8"
    )
    ended = run("build", "-C", workspace.root, *form)
    assert ended.exit_code == 2
    assert ended.output.replace("\n", "").isprintable()
    build_raises(monkeypatch, DataRefused(text, place=Place(text)))
    ended = run("build", "-C", workspace.root, *form)
    assert ended.exit_code == 1
    assert ended.output.replace("\n", "").isprintable()
    ended = run("status", "-C", workspace.root, *form)
    assert ended.exit_code == 0
    assert ended.output.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", ["build", "check"])
def test_a_locked_workspace_ends_in_3_and_names_the_holder(workspace: Workspace, name: str) -> None:
    workspace.prepare()
    (workspace.root / "exports").mkdir()
    (workspace.exports / "job_history.csv").touch()
    with lock(workspace.lock_path):
        ended = subprocess.run(
            [sys.executable, "-m", "mentorship.cli", name, "-C", str(workspace.root)],
            check=False,
            capture_output=True,
            text=True,
        )
    assert ended.returncode == 3
    assert f"process {os.getpid()}, started " in ended.stderr


def test_init_makes_a_workspace_that_check_understands(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made = run("init", folder)
    assert made.exit_code == 0
    assert str(folder / "mentorship.yml") in made.stdout
    checked = run("check", "-C", folder)
    assert checked.exit_code == 2
    assert "exports/job_history.csv" in checked.stderr
    again = run("init", folder)
    assert again.exit_code == 2


def test_a_day_in_another_order_says_how_to_write_it() -> None:
    assert "write YYYY-MM-DD" in run("build", "--as-of", "31.12.2025").stderr


@pytest.mark.parametrize(
    ("name", "said", "words", "where"),
    [
        ("build", "", ["--as-of", "2999-01-01"], "where: --as-of"),
        ("build", "as_of: 2999-01-01\n", [], "mentorship.yml, line 4"),
        ("check", "as_of: 2999-01-01\n", [], "mentorship.yml, line 4"),
    ],
)
def test_a_day_that_has_not_come_yet_ends_in_2(
    workspace: Workspace, name: str, said: str, words: list[str], where: str
) -> None:
    workspace.config_path.write_text(CONFIG + said, encoding="utf-8")
    ended = run(name, "-C", workspace.root, *words)
    assert ended.exit_code == 2
    assert "as_of lies in the future" in ended.stderr
    assert where in ended.stderr


@pytest.mark.parametrize(("files", "found"), [([], "no file"), (["notes.md"], "1 file")])
def test_a_folder_without_exports_is_no_draft(tmp_path: Path, files: list[str], found: str) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for name in files:
        (exports / name).write_text("Nothing to see.\n", encoding="utf-8")
    ended = run("init", tmp_path / "new", "--exports", exports)
    assert ended.exit_code == 2
    assert "No export was recognized" in ended.stderr
    assert f"found: {found}" in ended.stderr
    assert not (tmp_path / "new").exists()


def test_a_source_is_begun_where_headers_suggest_a_table_and_do_not_tell_it(
    tmp_path: Path,
) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    text = "id,from,to,dept,level\nP1,2018-01-08,2020-05-30,Eng,2\n"
    (exports / "jobs.csv").write_text(text, encoding="utf-8")
    ended = run("init", tmp_path / "new", "--exports", exports)
    assert ended.exit_code == 0, ended.stderr
    assert "complete the sources" in ended.stdout
    drafted = (tmp_path / "new" / "mentorship.yml").read_text(encoding="utf-8")
    begun = drafted[drafted.rindex("#   - table: ") :].split("\n\n")[0].replace("#   ", "")
    (source,) = yaml.safe_load(begun)
    assert source["columns"]["department"] == "dept"
    assert "?" in source["columns"].values()
    assert yaml.safe_load(drafted)["sources"] == []


def test_the_demo_never_overwrites_another_folder(workspace: Workspace) -> None:
    ended = run("demo", "--out", workspace.root)
    assert ended.exit_code == 2
    assert [path.name for path in workspace.root.iterdir()] == ["mentorship.yml"]


def test_status_of_a_new_workspace_says_what_to_do(workspace: Workspace) -> None:
    shown = run("status", "-C", workspace.root)
    assert shown.exit_code == 0
    assert "mentorship build" in shown.stdout


def test_status_tells_a_running_build_from_a_crashed_one(workspace: Workspace) -> None:
    workspace.prepare()
    line = {"event": "started", "run_id": "a", "at": "2026-01-01T00:00:00+00:00"}
    workspace.ledger_path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert "crashed" in run("status", "-C", workspace.root).stdout
    with lock(workspace.lock_path):
        assert "running" in run("status", "-C", workspace.root).stdout


def test_schedule_prints_every_form(workspace: Workspace) -> None:
    shown = run("schedule", "-C", workspace.root, "--at", "05:45", "--weekday", "tue").stdout
    for words in ("45 5 * * 2 ", "OnCalendar=Tue *-*-* 05:45:00", "self-hosted"):
        assert words in shown
    only = run("schedule", "-C", workspace.root, "--format", "cron").stdout
    assert "OnCalendar" not in only


def test_schedule_refuses_a_time_that_does_not_exist(workspace: Workspace) -> None:
    assert run("schedule", "-C", workspace.root, "--at", "25:00").exit_code == 2


@pytest.mark.parametrize("name", ["build", "check", "doctor"])
def test_a_python_without_docstrings_ends_in_4(workspace: Workspace, name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-OO", "-m", "mentorship.cli", name, "-C", str(workspace.root)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 4
    assert "unset PYTHONOPTIMIZE" in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("made", "code", "words"),
    [
        ("state is a file", 4, "Where a folder belongs"),
        ("the ledger is a folder", 4, "Where a file belongs"),
        ("the state leads in a circle", 4, "circle"),
        ("the exports lead in a circle", 4, "circle"),
        ("the configuration is a pipe", 2, "found: a pipe"),
        ("the configuration is deep", 2, "levels of keys and lists"),
    ],
)
@pytest.mark.parametrize("name", ["build", "check"])
def test_what_stands_in_the_way_has_its_words_and_exit_code(
    workspace: Workspace, name: str, made: str, code: int, words: str
) -> None:
    if made == "state is a file":
        workspace.state.touch()
    elif made == "the ledger is a folder":
        workspace.ledger_path.mkdir(parents=True)
    elif made == "the state leads in a circle":
        workspace.state.symlink_to("state")
    elif made == "the exports lead in a circle":
        workspace.exports.symlink_to("exports")
    else:
        workspace.config_path.unlink()
        if made == "the configuration is a pipe":
            os.mkfifo(workspace.config_path)
        else:
            workspace.config_path.write_text("a: " + "[" * 10_000, encoding="utf-8")
    ended = run(name, "-C", workspace.root)
    assert ended.exit_code == code, ended.stderr
    assert words in ended.stderr


def test_the_installed_command_is_the_same_door() -> None:
    command = shutil.which("mentorship", path=str(Path(sys.executable).parent))
    assert command is not None
    shown = subprocess.run([command, "--version"], check=True, capture_output=True, text=True)
    assert shown.stdout == run("--version").output
