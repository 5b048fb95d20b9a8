"""Schedules that work as printed, whatever the path of the workspace holds."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from mentorship import schedule
from mentorship.schedule import Moment
from workspace.errors import ConfigError
from workspace.folder import Workspace

SYSTEMD_ANALYZE = shutil.which("systemd-analyze")
AWKWARD = '/srv/HR data/100% "ours" & it\'s $HOME'


def as_cron_runs_it(line: str) -> tuple[list[str], str]:
    """Return the five fields and the command the shell gets, with cron's own escapes undone."""
    *fields, command = line.rstrip("\n").split(" ", 5)
    assert "%" not in command.replace(r"\%", "")
    return fields, command.replace(r"\%", "%")


@pytest.mark.parametrize("root", ["/srv/mentorship", AWKWARD])
def test_the_cron_line_runs_the_build_of_this_workspace_and_keeps_a_log(root: str) -> None:
    workspace = Workspace(Path(root))
    fields, command = as_cron_runs_it(schedule.cron(workspace, Moment.of("06:30", "mon")))
    assert fields == ["30", "6", "*", "*", "1"]
    words = shlex.split(command)
    assert words[1:4] == ["build", "-C", root]
    assert words[4:] == [">>", f"{root}/state/schedule.log", "2>&1"]
    assert Path(words[0]).is_absolute()


@pytest.mark.parametrize(
    ("weekday", "field"),
    [("sun", "0"), ("mon", "1"), ("wed", "3"), ("sat", "6"), ("daily", "*")],
)
def test_cron_counts_weekdays_from_sunday(weekday: str, field: str) -> None:
    assert Moment.of("00:00", weekday).in_cron() == f"0 0 * * {field}"


@pytest.mark.parametrize("at", ["24:00", "6:00", "06:60", "0600", "", "06:00:00", "٠٦:00"])
def test_a_time_that_does_not_exist_is_refused(at: str) -> None:
    with pytest.raises(ConfigError, match="HH:MM"):
        Moment.of(at, "mon")


def test_a_shell_runs_the_cron_command_as_meant(tmp_path: Path) -> None:
    root = tmp_path / '100% "ours" & it\'s $HOME'
    (root / "state").mkdir(parents=True)
    _, command = as_cron_runs_it(schedule.cron(Workspace(root), Moment.of("06:00", "mon")))
    executable = shlex.split(command)[0]
    harmless = command.replace(shlex.quote(executable), "printf '%s\\n'", 1)
    subprocess.run(["/bin/sh", "-c", harmless], check=True)
    log = (root / "state" / "schedule.log").read_text(encoding="utf-8")
    assert log.splitlines() == ["build", "-C", str(root)]


def test_the_systemd_units_run_the_build_and_catch_up_after_sleep() -> None:
    units = schedule.systemd(Workspace(Path("/srv/HR data/50%")), Moment.of("06:05", "fri"))
    service, timer = units["mentorship-50.service"], units["mentorship-50.timer"]
    assert '"build" "-C" "/srv/HR data/50%%"' in service
    assert "Type=oneshot" in service
    assert "OnCalendar=Fri *-*-* 06:05:00" in timer
    assert "Persistent=true" in timer


@pytest.mark.skipif(SYSTEMD_ANALYZE is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("weekday", ["mon", "sun", "daily"])
def test_systemd_accepts_the_units(tmp_path: Path, weekday: str) -> None:
    assert SYSTEMD_ANALYZE is not None
    units = schedule.systemd(Workspace(Path(AWKWARD)), Moment.of("23:59", weekday))
    for name, text in units.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    calendar = Moment.of("23:59", weekday).in_systemd()
    subprocess.run([SYSTEMD_ANALYZE, "calendar", calendar], check=True, capture_output=True)
    verified = subprocess.run(
        [SYSTEMD_ANALYZE, "verify", "--user", *(str(tmp_path / name) for name in units)],
        check=False,
        capture_output=True,
        text=True,
    )
    complaints = [line for line in verified.stderr.splitlines() if str(tmp_path) in line]
    assert complaints == []


@pytest.mark.parametrize("root", ["/srv/mentorship", AWKWARD, "/srv/Übung: eins # zwei"])
def test_the_workflow_is_yaml_that_runs_the_build_where_the_exports_are(root: str) -> None:
    text = schedule.github(Workspace(Path(root)), Moment.of("06:30", "mon"))
    # YAML 1.1 reads the bare key `on` as true; GitHub reads it as text.
    workflow = yaml.safe_load(text)
    assert workflow[True]["schedule"] == [{"cron": "30 6 * * 1"}]
    job = workflow["jobs"]["build"]
    assert "self-hosted" in job["runs-on"]
    assert shlex.split(job["steps"][0]["run"])[1:] == ["build", "-C", root]
    assert workflow["permissions"] == {}


@pytest.mark.parametrize("root", ["/srv/a\nb", "/srv/a\x07"])
def test_a_path_no_scheduler_can_carry_is_refused(root: str) -> None:
    workspace, moment = Workspace(Path(root)), Moment.of("06:00", "mon")
    for write in (schedule.cron, schedule.systemd, schedule.github):
        with pytest.raises(ConfigError):
            write(workspace, moment)


def test_a_path_that_github_would_evaluate_is_refused() -> None:
    with pytest.raises(ConfigError, match="GitHub"):
        schedule.github(Workspace(Path("/srv/${{ x }}")), Moment.of("06:00", "mon"))
