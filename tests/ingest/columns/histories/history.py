"""What a job history became, in the words of the export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ingest.people.keys import person_key
from tests.ingest.conftest import KEY, Workspace

Event = tuple[Any, ...]


def history_of(workspace: Workspace, who: str, *more: str) -> list[Event]:
    """Return a person's events: the day, the event, and further columns that are asked for."""
    columns = ", ".join(("cast(effective_on as varchar)", "event", *more))
    return workspace.rows(
        f"select {columns} from job_history "
        f"where person_key = '{person_key(who, key=KEY)}' order by effective_on, event"
    )


def histories_of(workspace: Workspace, everybody: Iterable[str]) -> dict[str, list[Event]]:
    """Return the events of many people: the day and the event of each."""
    keys = {person_key(who, key=KEY): who for who in everybody}
    histories: dict[str, list[Event]] = {who: [] for who in keys.values()}
    for key, *event in workspace.rows(
        "select person_key, cast(effective_on as varchar), event from job_history order by all"
    ):
        histories[keys[key]].append(tuple(event))
    return histories


def lines(header: str, *records: str) -> str:
    """Return a CSV of records."""
    return "\n".join([header, *records]) + "\n"
