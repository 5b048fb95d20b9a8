"""The notice: one message when a build has failed or its data are stale, by mail or to a webhook.

It leaves the machine, so it says nothing that an export holds: what kind of problem there is, in
the words that every report of it has, and where. What was found there stays at home.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mentorship.failure import exit_code, explained, interruption
from mentorship.ledger import Ledger, Run
from mentorship.progress import Progress
from workspace.config import NoticeConfig
from workspace.errors import ConfigError, MentorshipError, Place
from workspace.folder import Workspace
from workspace.reading import read_notice, read_report

FAILED, STALE = "failed", "stale"


@dataclass(frozen=True)
class Notice:
    """What is told.

    Attributes:
        kind: `failed` or `stale`.
        workspace: the name of its folder.
        text: one sentence for people, of which a chat shows all.
        run_id: the run it is about, where there was one.
        exit_code: what the build ended with.
        error: the kind of problem; empty when the data are stale.
        file: where it is, as far as that is known.
        line: the same.
        column: the same.
        as_of: the day that the published data describe, where any are published.
    """

    kind: str
    workspace: str
    text: str
    run_id: str | None
    exit_code: int
    error: str | None = None
    file: str | None = None
    line: int | None = None
    column: str | None = None
    as_of: str | None = None


@contextmanager
def notices(workspace: Workspace, *, today: dt.date, progress: Progress) -> Iterator[None]:
    """Tell how the build ended that is made within, where somebody should look after it.

    Whoever interrupts a build knows of it. Whatever becomes of the notice, the build ends as it
    ends.
    """
    try:
        yield
    except Exception as error:
        if interruption(error) is None:
            notify_failure(workspace, error, progress=progress)
        raise
    notify_stale(workspace, today=today, progress=progress)


def notify_failure(workspace: Workspace, error: BaseException, *, progress: Progress) -> None:
    """Tell that a build failed, where the configuration wants that; never raises."""
    problem = explained(error)
    # What we did not foresee may quote what it was working on.
    is_foreseen = type(problem) is not MentorshipError
    said = problem.message if is_foreseen else "Something unexpected happened."
    name = type(problem).__name__
    as_of, run = _known(workspace)
    place = problem.place if is_foreseen else Place()
    notice = Notice(
        kind=FAILED,
        workspace=workspace.root.name,
        text=f"The mentorship report of {workspace.root.name} was not published: {said} "
        f"{_where(place)}The last good report stays{_of_day(as_of)}. "
        "`mentorship status` on its machine says more.",
        # What fails before there is a run is of none.
        run_id=run.run_id if run and run.facts.get("message") == problem.message else None,
        exit_code=exit_code(error),
        error=name,
        file=None if place.file is None else str(place.file),
        line=place.line,
        column=place.column,
        as_of=as_of,
    )
    _send(workspace, notice, progress=progress)


def notify_stale(workspace: Workspace, *, today: dt.date, progress: Progress) -> None:
    """Tell that what is published is old, where the configuration wants that; never raises."""
    wanted = _wanted(workspace, progress=progress)
    as_of, run = _known(workspace)
    if wanted is None or as_of is None:
        return
    days = (today - dt.date.fromisoformat(as_of)).days
    # A build that ended well has read this section, and could.
    if days > read_report(workspace.config_path).red_after_days:
        notice = Notice(
            kind=STALE,
            workspace=workspace.root.name,
            text=f"The data of the mentorship report of {workspace.root.name} are {days} days old: "
            f"they describe {as_of}. Look whether new exports still come in.",
            run_id=run.run_id if run else None,
            exit_code=0,
            as_of=as_of,
        )
        _send(workspace, notice, progress=progress)


def _known(workspace: Workspace) -> tuple[str | None, Run | None]:
    """Return the day that is published and the newest run, as far as the ledger can tell."""
    try:
        ledger = Ledger(workspace.ledger_path)
        runs, as_of = ledger.runs(), ledger.last_as_of()
    except OSError:
        return None, None
    return None if as_of is None else as_of.isoformat(), runs[-1] if runs else None


def _where(place: Place) -> str:
    return f"Where: {place}. " if str(place) else ""


def _of_day(as_of: str | None) -> str:
    return "" if as_of is None else f"; its data describe {as_of}"


def _wanted(workspace: Workspace, *, progress: Progress) -> NoticeConfig | None:
    """Return the section of the configuration, however broken the rest of it is."""
    try:
        return read_notice(workspace.config_path)
    except ConfigError as error:
        progress.warn(f"Nobody is told by a notice: {error.message}")
    except OSError:
        pass  # without a configuration nobody wants to be told
    return None


def _send(workspace: Workspace, notice: Notice, *, progress: Progress) -> None:
    """Send a notice on every way that is configured; one that fails is a warning."""
    wanted = _wanted(workspace, progress=progress)
    if wanted is None:
        return
    # Mail and the web take a moment to import, which a build with nothing to tell does without.
    from mentorship.delivery import ERRORS, ways_of

    for way in ways_of(notice, wanted):
        try:
            way()
        except ERRORS as error:
            # Its own words may hold the address, and that a secret.
            progress.warn(f"The notice could not be sent ({type(error).__name__}).")
        else:
            progress.note("A notice was sent.")
