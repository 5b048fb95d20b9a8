"""Schedules: a workspace's build as a cron line, a systemd timer and a GitHub Actions workflow."""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from workspace.errors import ConfigError
from workspace.folder import Workspace

# In the order of cron, where Sunday is 0.
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class Moment:
    """When a build runs: once a week, or every day when no weekday is given."""

    hour: int
    minute: int
    weekday: str | None

    @classmethod
    def of(cls, at: str, weekday: str) -> Moment:
        """Return the moment a time as `HH:MM` and a weekday or `daily` stand for.

        Raises:
            ConfigError: there is no such time of day.
        """
        found = _TIME.fullmatch(at)
        if found is None:
            raise ConfigError(
                "There is no such time of day.",
                found=at,
                expected="HH:MM between 00:00 and 23:59",
                to_do="write it as in --at 06:00",
            )
        day = None if weekday == "daily" else weekday
        return cls(int(found[1]), int(found[2]), day)

    def in_cron(self) -> str:
        """Return the five fields of cron."""
        day = "*" if self.weekday is None else str(WEEKDAYS.index(self.weekday))
        return f"{self.minute} {self.hour} * * {day}"

    def in_systemd(self) -> str:
        """Return the calendar event of systemd."""
        day = "" if self.weekday is None else f"{self.weekday.title()} "
        return f"{day}*-*-* {self.hour:02}:{self.minute:02}:00"


def command() -> Path:
    """Return the absolute path of the `mentorship` command of this environment."""
    return Path(sys.prefix) / "bin" / "mentorship"


def cron(workspace: Workspace, moment: Moment) -> str:
    """Return one line for `crontab -e`."""
    _refuse_unwritable(workspace.root)
    log = workspace.state / "schedule.log"
    words = f"{_build_command(workspace)} >> {shlex.quote(str(log))} 2>&1"
    # cron ends the command at a bare percent sign and gives the rest to its input.
    escaped = words.replace("%", r"\%")
    return f"{moment.in_cron()} {escaped}\n"


def systemd(workspace: Workspace, moment: Moment) -> dict[str, str]:
    """Return a service and a timer by the names of their files."""
    _refuse_unwritable(workspace.root)
    name = unit_name(workspace)
    words = " ".join(
        _systemd_word(word) for word in (str(command()), "build", "-C", str(workspace.root))
    )
    service = f"""\
[Unit]
Description=Mentorship report of {_systemd_text(workspace.root.name)}

[Service]
Type=oneshot
ExecStart={words}
UMask=0077
Nice=10
"""
    how_often = "Daily" if moment.weekday is None else "Weekly"
    timer = f"""\
[Unit]
Description={how_often} mentorship report of {_systemd_text(workspace.root.name)}

[Timer]
OnCalendar={moment.in_systemd()}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{name}.service": service, f"{name}.timer": timer}


def github(workspace: Workspace, moment: Moment) -> str:
    """Return a workflow that builds on a runner of your own, where the exports are.

    A hosted runner would need the exports in the repository: people's data do not belong there.
    """
    _refuse_unwritable(workspace.root)
    words = _build_command(workspace)
    if "${{" in words:
        raise ConfigError("GitHub Actions would read ${{ in the path.", found=str(workspace.root))
    return f"""\
name: Mentorship report
on:
  schedule:
    - cron: {json.dumps(moment.in_cron())}  # UTC
  workflow_dispatch:
permissions: {{}}
concurrency: {json.dumps(unit_name(workspace))}
jobs:
  build:
    # A runner on the machine that holds the workspace: the exports never leave it.
    runs-on: [self-hosted, linux]
    timeout-minutes: 60
    steps:
      - name: Build and publish
        shell: bash
        run: {json.dumps(words, ensure_ascii=False)}
"""


def unit_name(workspace: Workspace) -> str:
    """Return a name for the workspace that every scheduler accepts."""
    return "mentorship-" + (
        re.sub(r"[^a-z0-9]+", "-", workspace.root.name.lower()).strip("-") or "build"
    )


def _build_command(workspace: Workspace) -> str:
    return shlex.join([str(command()), "build", "-C", str(workspace.root)])


def _systemd_word(word: str) -> str:
    """Return a word as systemd's command lines need it: % and $ doubled, quoted as a whole."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _systemd_text(text: str) -> str:
    return text.replace("%", "%%").rstrip("\\")


def _refuse_unwritable(root: Path) -> None:
    if not str(root).isprintable():
        raise ConfigError(
            "The workspace's path holds a character that no scheduler can carry.",
            found=repr(str(root)),
            to_do="rename the folder",
        )
