"""A company made up at random comes back from its exports as what happened to it."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from ingest.people.keys import person_key
from tests.ingest.columns.histories.history import histories_of, lines
from tests.ingest.conftest import KEY, Workspace, total
from workspace.errors import DataRefused

MONTHS = [
    dt.date(year, month, calendar.monthrange(year, month)[1])
    for year in (2022, 2023)
    for month in range(1, 13)
]
YEARS = [dt.date(year, 12, 31) for year in range(2021, 2026)]
DAY = dt.timedelta(days=1)


@dataclass
class Spell:
    """One employment; whoever announces tells the last day from the first on."""

    hired_on: dt.date
    left_on: dt.date | None
    announces: bool

    def holds(self, day: dt.date) -> bool:
        """Return whether a snapshot shows the person as employed: not on the last day."""
        return self.hired_on <= day and (self.left_on is None or day < self.left_on)


@dataclass
class Life:
    """A person's employments: each change gives the level and department from its day on."""

    spells: list[Spell]
    changes: list[tuple[dt.date, int, str]] = field(default_factory=list)

    def at(self, day: dt.date) -> tuple[int, str]:
        return next((level, name) for on, level, name in reversed(self.changes) if on <= day)

    def latest(self, day: dt.date) -> Spell | None:
        """Return the latest employment that began by a day."""
        return next((spell for spell in reversed(self.spells) if spell.hired_on <= day), None)


def life(chance: random.Random, last: dt.date) -> Life:
    hired_on = last - dt.timedelta(days=chance.randrange(160, 1460))
    spells = []
    while hired_on <= last:
        left_on = hired_on + dt.timedelta(days=chance.randrange(20, 1100))
        announces = chance.random() < 0.3
        spells.append(Spell(hired_on, left_on if left_on <= last else None, announces))
        gap = chance.randrange(1, 60) if chance.random() < 0.5 else chance.randrange(60, 2000)
        hired_on = left_on + dt.timedelta(days=gap)
    day, level = spells[0].hired_on, chance.randint(1, 4)
    one = Life(spells)
    while day <= last:
        one.changes.append((day, level, chance.choice(["Sales", "Legal", "Care"])))
        level = max(1, level + chance.choice([0, 1, 1, -1]))
        day += dt.timedelta(days=chance.randrange(40, 700))
    return one


def is_seen(one: Life, days: Sequence[dt.date]) -> bool:
    """Return whether the snapshots show each employment, and the first one from within."""
    ends = [*(spell.hired_on for spell in one.spells[1:]), dt.date.max]
    first = one.spells[0]
    return (first.left_on is None or first.left_on > days[0]) and all(
        any(spell.hired_on <= day < end for day in days)
        and (end - spell.hired_on > dt.timedelta(days=31))
        for spell, end in zip(one.spells, ends, strict=True)
    )


SNAPSHOTS = "employee_id,snapshot_on,hired_on,left_on,department,level,standing"


def records(who: str, one: Life, days: Sequence[dt.date], *, has_status: bool = False) -> list[str]:
    """Return a person's records: one per snapshot of employment, and one that says they left."""
    told = []
    gone: Spell | None = None
    for day in days:
        spell = one.latest(day)
        if spell is None or spell is gone:
            continue
        level, name = one.at(min(day, spell.left_on or day))
        if not spell.holds(day):
            gone = spell
        is_told = spell.left_on is not None and (spell is gone or spell.announces)
        left_on = spell.left_on if is_told else ""
        status = ("left" if spell is gone else "active") if has_status else ""
        told.append(f"{who},{day},{spell.hired_on},{left_on},{name},{level},{status}")
    return told


def second_jobs(who: str, one: Life, days: Sequence[dt.date]) -> list[str]:
    """Return the records of a job beside the first that ends before the last snapshot, if any."""
    begun_on, *between, last = days[-4:]
    spell = one.spells[-1]
    if spell.left_on is not None or spell.hired_on >= begun_on:
        return []
    beside = [f"{who},{day},{begun_on},,Coaching,9,active" for day in between]
    return [*beside, f"{who},{last},{begun_on},{last - 5 * DAY},Coaching,9,left"]


def expected(one: Life, days: Sequence[dt.date]) -> list[tuple[str, str]]:
    """Return the events of a life as far as its snapshots show them."""
    before_first = days[0] - (days[1] - days[0])
    events = []
    for n, spell in enumerate(one.spells):
        events.append((str(spell.hired_on), "rehire" if n else "hire"))
        seen = [day for day in days if spell.holds(day)]
        # Hired so long before the first snapshot that it does not say in what job.
        if seen and spell.hired_on <= before_first:
            events.append((str(days[0]), "change"))
        for then, now in itertools.pairwise(seen):
            (old_level, old_name), (level, name) = one.at(then), one.at(now)
            if level != old_level:
                events.append((str(now), "promotion" if level > old_level else "demotion"))
            elif name != old_name:
                events.append((str(now), "transfer"))
        if spell.left_on is not None:
            left_on = spell.left_on + DAY
            if is_undated(one, n, days):
                left_on = max(seen[-1] + DAY, one.spells[n + 1].hired_on - DAY)
            events.append((str(left_on), "exit"))
    return sorted(events)


def is_undated(one: Life, n: int, days: Sequence[dt.date]) -> bool:
    """Return whether no snapshot tells the last day of an employment with another after it."""
    spell = one.spells[n]
    if spell.left_on is None or n + 1 == len(one.spells):
        return False
    is_shown = any(spell.left_on <= day < one.spells[n + 1].hired_on for day in days)
    return not (is_shown or spell.announces)


@pytest.mark.parametrize("has_status", [False, True])
@pytest.mark.parametrize("days", [MONTHS, YEARS], ids=["monthly", "yearly"])
def test_a_company_comes_back_from_its_snapshots(
    workspace: Workspace, days: Sequence[dt.date], has_status: bool
) -> None:
    chance = random.Random(20)  # noqa: S311 - a made-up company
    lives = {f"E{n}": life(chance, days[-1]) for n in range(250)}
    lives = {who: one for who, one in lives.items() if is_seen(one, days)}
    told = [
        record
        for who, one in lives.items()
        for record in records(who, one, days, has_status=has_status)
    ]
    chance.shuffle(told)
    workspace.write("job_history", lines(SNAPSHOTS, *told), preset="snapshots")
    workspace.settings["ingest"]["maximum_promoted_share"] = 1
    report = workspace.load()
    assert total(report, "job_history") == (len(told), len(told), 0, 0)
    assert histories_of(workspace, lives) == {who: expected(o, days) for who, o in lives.items()}
    undated_n = sum(is_undated(o, n, days) for o in lives.values() for n in range(len(o.spells)))
    assert any(f"{undated_n} times somebody was hired anew" in w for w in report.warnings)
    counts = Counter(event for one in lives.values() for _, event in expected(one, days))
    assert min(counts[e] for e in ("promotion", "demotion", "transfer", "exit", "rehire")) >= 10


def test_second_jobs_beside_the_first_change_nothing(workspace: Workspace) -> None:
    chance = random.Random(28)  # noqa: S311 - a made-up company
    lives = {f"E{n}": life(chance, MONTHS[-1]) for n in range(200)}
    lives = {who: one for who, one in lives.items() if is_seen(one, MONTHS)}
    told = [
        record
        for who, one in lives.items()
        for record in records(who, one, MONTHS, has_status=True)
    ]
    beside = {who: jobs for who, one in lives.items() if (jobs := second_jobs(who, one, MONTHS))}
    told += [record for jobs in beside.values() for record in jobs]
    workspace.write("job_history", lines(SNAPSHOTS, *told), preset="snapshots")
    workspace.settings["ingest"]["maximum_promoted_share"] = 1
    report = workspace.load()
    assert histories_of(workspace, lives) == {w: expected(o, MONTHS) for w, o in lives.items()}
    assert len(beside) >= 20
    assert any(f"of {len(beside)} people a later job has ended" in w for w in report.warnings)


def employments(one: Life) -> list[tuple[str, str]]:
    """Return the first day of each employment and the first day out, those that touch as one."""
    whole: list[tuple[str, str]] = []
    for spell in one.spells:
        ended_on = "" if spell.left_on is None else str(spell.left_on + DAY)
        if whole and whole[-1][1] == str(spell.hired_on):
            whole[-1] = (whole[-1][0], ended_on)
        else:
            whole.append((str(spell.hired_on), ended_on))
    return whole


def found_employments(events: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the same of a history: in by a hire, or by whatever it begins with; out by an exit."""
    whole: list[tuple[str, str]] = []
    # Who leaves and is hired on one day was away for no day.
    for day, event in sorted(events, key=lambda one: (one[0], one[1] != "exit")):
        if event == "exit":
            if whole and not whole[-1][1]:
                whole[-1] = (whole[-1][0], day)
        elif not whole or (whole[-1][1] and event in ("hire", "rehire")):
            if whole and whole[-1][1] == day:
                whole[-1] = (whole[-1][0], "")
            else:
                whole.append((day, ""))
    return whole


def company(seed: int, last: dt.date) -> dict[str, Life]:
    chance = random.Random(seed)  # noqa: S311 - a made-up company
    return {f"E{n}": life(chance, last) for n in range(200)}


def job_changes(who: str, one: Life) -> list[str]:
    """Return a person's effective-dated records: each state while employed, and each exit."""
    told = []
    for n, spell in enumerate(one.spells):
        level, name = one.at(spell.hired_on)
        told.append(f"{who},{spell.hired_on},{'rehire' if n else 'hire'},,{name},{level}")
        told += [
            f"{who},{on},,,{name},{level}"
            for on, level, name in one.changes
            if on > spell.hired_on and (spell.left_on is None or on <= spell.left_on)
        ]
        if spell.left_on is not None:
            told.append(f"{who},{spell.left_on + DAY},exit,left,,")
            # A final payment, unless the person is back by then.
            paid_on = spell.left_on + 20 * DAY
            if n + 1 == len(one.spells) or one.spells[n + 1].hired_on > paid_on:
                told.append(f"{who},{paid_on},Final pay,,,")
    return told


CHANGES = "employee_id,effective_on,reason,standing,department,level"


def test_a_company_comes_back_from_its_changes(workspace: Workspace) -> None:
    lives = company(22, YEARS[-1])
    told = [record for who, one in lives.items() for record in job_changes(who, one)]
    random.Random(23).shuffle(told)  # noqa: S311 - a made-up order
    workspace.write("job_history", lines(CHANGES, *told), preset="changes")
    report = workspace.load()
    assert total(report, "job_history") == (len(told), len(told), 0, 0)
    found = histories_of(workspace, lives)
    assert {who: found_employments(events) for who, events in found.items()} == {
        who: employments(one) for who, one in lives.items()
    }


def test_second_jobs_come_back_from_changes_or_are_noted(workspace: Workspace) -> None:
    lives = company(24, YEARS[-1])
    told = [record for who, one in lives.items() for record in job_changes(who, one)]
    doubled = {
        who
        for who, one in lives.items()
        if one.spells[-1].left_on is None and one.spells[-1].hired_on < dt.date(2024, 6, 1)
    }
    for who in doubled:
        told += [f"{who},2024-07-01,hire,,Coaching,1", f"{who},2025-02-01,exit,,Coaching,"]
    workspace.write("job_history", lines(CHANGES, *told), preset="changes")
    report = workspace.load()
    found = {
        who: found_employments(events) for who, events in histories_of(workspace, lives).items()
    }
    other = {who for who, one in lives.items() if found[who] != employments(one)}
    flaws = report.quality.set_index("reason")["rows"]
    assert len(doubled) >= 20
    assert other <= doubled
    assert flaws["hire_while_employed"] == len(doubled)


@pytest.mark.parametrize("has_status", [True, False])
def test_a_company_comes_back_from_its_employments(workspace: Workspace, has_status: bool) -> None:
    lives = company(25, YEARS[-1])
    told = [
        f"{who},{spell.hired_on},{spell.left_on or ''},"
        + (("active" if one.spells[-1].left_on is None else "left") if has_status else "")
        for who, one in lives.items()
        for spell in one.spells
    ]
    workspace.write(
        "job_history", lines("employee_id,hired_on,left_on,standing", *told), preset="spells"
    )
    report = workspace.load()
    assert total(report, "job_history") == (len(told), len(told), 0, 0)
    assert {who: found_employments(e) for who, e in histories_of(workspace, lives).items()} == {
        who: employments(one) for who, one in lives.items()
    }


def test_a_company_whose_system_was_replaced_comes_back_or_is_refused(
    workspace: Workspace,
) -> None:
    lives = company(26, YEARS[-1])
    day = dt.date(2024, 7, 1)
    told = []
    for who, one in lives.items():
        told += job_changes(who, one)
        if any(s.hired_on < day and (s.left_on is None or s.left_on > day) for s in one.spells):
            told += [f"{who},{day},exit,left,,", f"{who},{day + DAY},rehire,,,"]
    workspace.write("job_history", lines(CHANGES, *told), preset="changes")
    with pytest.raises(DataRefused, match="leave and return at once"):
        workspace.load()
    workspace.settings["ingest"]["system_change_on"] = str(day)
    workspace.load()
    found = histories_of(workspace, lives)
    wrong = {w for w, o in lives.items() if found_employments(found[w]) != employments(o)}
    # Who truly left and was back around that day is taken for present too.
    near = {
        who
        for who, one in lives.items()
        if any(
            then.left_on is not None
            and abs(then.left_on - day) <= 32 * DAY
            and abs(now.hired_on - day) <= 32 * DAY
            for then, now in itertools.pairwise(one.spells)
        )
    }
    assert wrong <= near


def test_people_of_a_company_that_was_bought_are_there_from_its_first_snapshot(
    workspace: Workspace,
) -> None:
    chance = random.Random(27)  # noqa: S311 - a made-up company
    lives = {f"E{n}": life(chance, YEARS[-1]) for n in range(200)}
    lives = {who: one for who, one in lives.items() if is_seen(one, YEARS)}
    told = [record for who, one in lives.items() for record in records(who, one, YEARS)]
    bought = {f"Q{n}": dt.date(2012, 1 + n % 12, 1) for n in range(30)}
    told += [f"{who},{day},{on},,Bought,2," for who, on in bought.items() for day in YEARS[2:]]
    workspace.write("job_history", lines(SNAPSHOTS, *told), preset="snapshots")
    workspace.settings["ingest"]["maximum_promoted_share"] = 1
    report = workspace.load()
    found = histories_of(workspace, [*lives, *bought])
    assert {who: found[who] for who in lives} == {w: expected(o, YEARS) for w, o in lives.items()}
    assert {tuple(found[who]) for who in bought} == {((str(YEARS[2]), "change"),)}
    assert any("30 people are in no snapshot taken" in warning for warning in report.warnings)


@dataclass
class Day:
    """A day of a person: its records in their order, and the level and department before it."""

    on: dt.date
    records: list[tuple[int, str, str]]
    before: tuple[int, str]

    @property
    def evening(self) -> tuple[int, str]:
        level, name, _ = self.records[-1]
        return level, name


def days_of(chance: random.Random) -> list[Day]:
    """Return the days of a person; a record says of itself what it changes, or nothing."""
    days, (level, name) = [], (chance.randint(1, 4), "Sales")
    day = dt.date(2020, 1, 1) + dt.timedelta(days=chance.randrange(300))
    for _ in range(chance.randrange(1, 6)):
        one = Day(day, [], (level, name))
        for _ in range(chance.randrange(1, 5) if days else 1):
            old_level = level
            level = max(1, level + chance.choice([0, 0, 1, -1]))
            name = chance.choice([name, "Sales", "Legal", "Care"])
            word = "promotion" if level > old_level and chance.random() < 0.5 else ""
            one.records.append((level, name, word if days else "hire"))
        days.append(one)
        day += dt.timedelta(days=chance.randrange(1, 200))
    return days


def test_of_several_records_of_a_day_only_its_end_is_left(workspace: Workspace) -> None:
    chance = random.Random(21)  # noqa: S311 - a made-up company
    people = {f"E{n}": days_of(chance) for n in range(200)}
    told = [
        f"{who},{day.on},{place},{word},{name},{level}"
        for who, days in people.items()
        for day in days
        for place, (level, name, word) in enumerate(day.records)
    ]
    chance.shuffle(told)
    workspace.write(
        "job_history",
        lines("employee_id,effective_on,sequence,reason,department,level", *told),
        preset="changes",
    )
    report = workspace.load()
    assert total(report, "job_history") == (len(told), len(told), 0, 0)
    found: dict[tuple[str, str], set[tuple[str, int, str]]] = {}
    for key, day, *row in workspace.rows(
        "select person_key, cast(effective_on as varchar), event, level, department "
        "from job_history"
    ):
        found.setdefault((key, day), set()).add(tuple(row))
    for who, days in people.items():
        for day in days[1:]:
            rows = found.get((person_key(who, key=KEY), str(day.on)), set())
            events = {event for event, *_ in rows}
            assert {tuple(held) for _, *held in rows} <= {day.evening}
            (old_level, old_name), (level, name) = day.before, day.evening
            assert ("promotion" in events) == (level > old_level)
            assert ("demotion" in events) == (level < old_level)
            assert bool(events) == (day.before != day.evening)
            assert "transfer" not in events or name != old_name
            assert events & {"hire", "rehire", "exit"} == set()


MESSY = {
    "spells": "employee_id,hired_on,rehired_on,left_on,standing,department",
    "snapshots": "employee_id,snapshot_on,hired_on,left_on,standing,department",
    "changes": "employee_id,effective_on,reason,hired_on,standing,department",
}


def messy_record(chance: random.Random, header: str) -> str:
    """Return a record in which days and status contradict each other as they like."""

    def cell(column: str) -> str:
        if column == "employee_id":
            return f"E{chance.randrange(30)}"
        if column == "snapshot_on":
            return str(chance.choice(MONTHS[:6]))
        if column.endswith("_on"):
            odd = ["", "", "1900-01-01", "9999-12-31", "2031-05-01", "31/31/2020"]
            days = [str(dt.date(2015, 1, 1) + DAY * chance.randrange(3600)) for _ in range(12)]
            return chance.choice([*odd, *days])
        words = {
            "standing": ["active", "left", "leave", ""],
            "reason": ["hire", "exit", "change", "promotion", "rehire", "transfer"],
        }
        return chance.choice(words.get(column, ["A", "B", ""]))

    return ",".join(cell(column) for column in header.split(","))


@pytest.mark.parametrize("turn", MESSY)
@pytest.mark.parametrize("seed", range(4))
def test_every_id_is_in_the_history_in_quarantine_or_in_a_sentence(
    workspace: Workspace, turn: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - made-up records, no secrets
    records = [messy_record(chance, MESSY[turn]) for _ in range(60)]
    workspace.settings["ingest"] = {"maximum_quarantined_share": 1, "maximum_vanished_share": 1}
    workspace.write("job_history", lines(MESSY[turn], *records), preset=turn)
    report = workspace.load()
    everybody = {record.split(",")[0] for record in records}
    known = {key for (key,) in workspace.rows("select distinct person_key from job_history")}
    there = {who for who in everybody if person_key(who, key=KEY) in known}
    waiting = (workspace.quarantine / "job_history.csv").read_text(encoding="utf-8")
    held = {who for who in everybody if f'""{who}""' in waiting}
    told = [
        int(number)
        for sentence in report.warnings
        for number in re.findall(r"(\d+) people of the records are in no history", sentence)
    ]
    assert len(everybody - there - held) == sum(told)
