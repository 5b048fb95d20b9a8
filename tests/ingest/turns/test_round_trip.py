"""A company made up at random, seen once a month, comes back as what happened to it."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

from tests.ingest.conftest import Workspace, total
from tests.ingest.turns.history import histories_of, lines

DAYS = [
    dt.date(year, month, calendar.monthrange(year, month)[1])
    for year in (2022, 2023)
    for month in range(1, 13)
]
FIRST, LAST = DAYS[0], DAYS[-1]


@dataclass
class Life:
    """A person's one employment: each change gives the level and department from its day on."""

    hired_on: dt.date
    left_on: dt.date | None
    changes: list[tuple[dt.date, int, str]] = field(default_factory=list)

    def at(self, day: dt.date) -> tuple[int, str]:
        return next((level, name) for on, level, name in reversed(self.changes) if on <= day)


def life(chance: random.Random) -> Life:
    hired_on = dt.date(2020, 1, 1) + dt.timedelta(days=chance.randrange(1300))
    stays = chance.randrange(20, 1500)
    left_on = hired_on + dt.timedelta(days=stays)
    one = Life(hired_on, left_on if left_on <= LAST else None)
    level, name = chance.randint(1, 4), chance.choice(["Sales", "Legal", "Care"])
    one.changes.append((hired_on, level, name))
    day = hired_on
    while (day := day + dt.timedelta(days=chance.randrange(40, 700))) < min(left_on, LAST):
        level = level + chance.choice([0, 1, 1, -1])
        name = chance.choice(["Sales", "Legal", "Care"])
        one.changes.append((day, max(1, level), name))
        level = max(1, level)
    return one


def records(who: str, one: Life) -> list[str]:
    """Return a person's records: one per month of employment, and one that says they left."""
    told = []
    for day in DAYS:
        if one.hired_on > day:
            continue
        level, name = one.at(min(day, one.left_on or day))
        has_left = one.left_on is not None and one.left_on <= day
        left_on = one.left_on if has_left else ""
        told.append(f"{who},{day},{one.hired_on},{left_on},{name},{level}")
        if has_left:
            break
    return told


def expected(one: Life) -> list[tuple[str, str]]:
    """Return the events of a life as far as month-ends show them."""
    before_first = FIRST - dt.timedelta(days=28)
    events = [(str(one.hired_on), "hire")]
    seen = [day for day in DAYS if one.hired_on <= day and (one.left_on or LAST) >= day]
    seen = [day for day in seen if one.left_on is None or day < one.left_on]
    # Hired so long before the first snapshot that it does not say in what job.
    if seen and one.hired_on <= before_first:
        events.append((str(FIRST), "change"))
    for then, now in itertools.pairwise(seen):
        (old_level, old_name), (level, name) = one.at(then), one.at(now)
        if level != old_level:
            events.append((str(now), "promotion" if level > old_level else "demotion"))
        elif name != old_name:
            events.append((str(now), "transfer"))
    if one.left_on is not None:
        events.append((str(one.left_on + dt.timedelta(days=1)), "exit"))
    return sorted(events)


def test_a_company_comes_back_from_its_snapshots(workspace: Workspace) -> None:
    chance = random.Random(20)  # noqa: S311 - a made-up company
    lives = {f"E{n}": life(chance) for n in range(150)}
    # Nobody is in a first snapshot who left before it: such people are another test's.
    lives = {who: one for who, one in lives.items() if (one.left_on or LAST) > FIRST}
    told = [record for who, one in lives.items() for record in records(who, one)]
    chance.shuffle(told)
    workspace.write(
        "job_history",
        lines("employee_id,snapshot_on,hired_on,left_on,department,level", *told),
        preset="snapshots",
    )
    report = workspace.load()
    assert total(report, "job_history") == (len(told), len(told), 0, 0)
    assert report.warnings == ()
    assert histories_of(workspace, lives) == {who: expected(one) for who, one in lives.items()}
    counts = Counter(event for one in lives.values() for _, event in expected(one))
    assert min(counts[e] for e in ("promotion", "demotion", "transfer", "exit")) >= 10
