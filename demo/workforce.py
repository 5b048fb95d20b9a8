"""Seven years of the company, month by month: who joins, moves, is promoted, is mentored, leaves.

A month has one order. Exits are drawn first, then promotions among those who stay, then lesser
changes (one change a person and month), then new pairings among those who are still there, then
hires. What chances and selection look at is the standing on the day before the month.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from demo import hazards
from demo.hazards import DEPARTMENTS, LEVELS_N, NEVER, Standing
from demo.months import (
    APRIL,
    FIRST_YEAR,
    MONTH_STARTS,
    MONTHS_N,
    NOVEMBER,
    Bools,
    Floats,
    Ints,
    days_within,
    month_number,
    month_of_year,
)
from demo.programs import PROGRAMS, Program, drawn_by_weight

HIRE, REHIRE, PROMOTION, DEMOTION, TRANSFER, CHANGE, LEAVE_START, LEAVE_END, EXIT = range(9)
VOLUNTARY, INVOLUNTARY, RETIREMENT, OTHER = range(4)
EMPLOYEE, CONTRACTOR, INTERN = range(3)
ONSITE, HYBRID, REMOTE = range(3)
LOCATIONS = ("Rotterdam", "Austin", "Kraków", "Pune", "Toronto", "São Paulo")

NOBODY = -1

_DEPARTMENT_SHARES = np.array([0.24, 0.2, 0.17, 0.14, 0.08, 0.06, 0.06, 0.05])
_LEVEL_SHARES = np.array([0.29, 0.26, 0.2, 0.12, 0.08, 0.037, 0.013])
_LOCATION_SHARES = np.array([0.3, 0.22, 0.16, 0.14, 0.1, 0.08])
_ARRANGEMENT_SHARES_BEFORE_2020 = np.array([0.78, 0.15, 0.07])
_ARRANGEMENT_SHARES = np.array([0.38, 0.42, 0.2])
_TYPE_SHARES = np.array([0.965, 0.028, 0.007])

_CONTRACTOR_EXIT_MONTHLY, _INTERN_EXIT_MONTHLY = 0.03, 0.2
_REHIRED_SHARE = 0.06
_REHIRED_AFTER_MONTHS = 6
_LEAVE_MONTHLY = 0.0022
_CHANGE_MONTHLY = 0.003
_MENTOR_VOLUNTEERS_SHARE = 0.65
_MENTOR_LOAD_MAX = 3
_SECOND_TIME_AFTER_MONTHS = 14
_SECOND_TIME_WEIGHT = 0.2
_FIRST_PLANS_YEAR = 2021


@dataclass(frozen=True)
class JobEvents:
    """One entry per change, with the standing that holds from its day on, in order of time."""

    spell: Ints
    day: Ints
    event: Ints
    department: Ints
    level: Ints
    location: Ints
    arrangement: Ints
    manager: Ints
    reason: Ints


@dataclass(frozen=True)
class Reviews:
    """One entry per person and yearly review."""

    spell: Ints
    month: Ints
    rating: Ints


@dataclass(frozen=True)
class Starts:
    """One entry per first pairing opened by a program, in order of opening.

    `standing` is the mentee's at the end of the month of the start.
    """

    program: Ints
    mentor: Ints
    mentee: Ints
    day: Ints
    month: Ints
    is_first: Bools
    standing: Standing


@dataclass(frozen=True)
class Applicants:
    """One entry per application that did not lead to a pairing."""

    program: Ints
    spell: Ints
    month: Ints


@dataclass(frozen=True)
class Workforce:
    """Seven years of a company. A spell is one unbroken employment of a person.

    Attributes:
        person: person of each spell.
        hired_day: first day of each spell.
        service_day: day of joining, before the carve-out for some of the first spells.
        exit_day: first day out, or a day after the last month.
        department, arrangement, employment_type: of each spell, when last seen.
        birth_year: year of birth by person.
        events, reviews, starts, applicants: what happened.
        november_spell, november_month, november_level, november_rating: the yearly talent round.
        mentor_volunteers: spells that would mentor if asked.
    """

    person: Ints
    hired_day: Ints
    service_day: Ints
    exit_day: Ints
    department: Ints
    arrangement: Ints
    employment_type: Ints
    birth_year: Ints
    events: JobEvents
    reviews: Reviews
    starts: Starts
    applicants: Applicants
    november_spell: Ints
    november_month: Ints
    november_level: Ints
    november_rating: Ints
    mentor_volunteers: Bools

    def is_employed(self, spells: Ints, days: Ints | int) -> Bools:
        """Return whether each spell holds on a day."""
        return np.asarray((self.hired_day[spells] <= days) & (self.exit_day[spells] > days))


def simulate(*, employees: int, rng: np.random.Generator) -> Workforce:
    """Return seven years of a company with about so many employees at any time."""
    company = _Company(employees, rng)
    for month in range(MONTHS_N):
        company.live(month)
    return company.workforce()


class _Columns:
    """Growing columns: arrays of one length are added, and joined once at the end."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._parts: dict[str, list[Ints]] = {name: [] for name in names}

    def add(self, **columns: Ints | int) -> None:
        """Add rows; a single number stands for all of them."""
        size = max(len(column) for column in columns.values() if not isinstance(column, int))
        for name, parts in self._parts.items():
            given = columns[name]
            parts.append(np.full(size, given) if isinstance(given, int) else given.copy())

    def joined(self) -> dict[str, Ints]:
        """Return every column as one array."""
        return {
            name: np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
            for name, parts in self._parts.items()
        }


class _Company:
    """The company as it stands; every method moves it on by one kind of change."""

    def __init__(self, employees: int, rng: np.random.Generator) -> None:
        self.employees = employees
        self.rng = rng
        self.spells_n = 0
        self.persons_n = 0
        self._allocate(int(employees * 2.6) + 500)
        self.events = _Columns(tuple(JobEvents.__dataclass_fields__))
        self.reviews = _Columns(("spell", "month", "rating"))
        self.starts = _Columns(("program", "mentor", "mentee", "day", "month", "is_first"))
        self.standings: list[Standing] = []
        self.applicants = _Columns(("program", "spell", "month"))
        self.novembers = _Columns(("spell", "month", "level", "rating"))
        self.releases: defaultdict[int, list[Ints]] = defaultdict(list)

    def _allocate(self, size: int) -> None:
        """Make room for spells and for persons, keeping what is there."""
        fills = {
            "person": 0,
            "hired_day": 0,
            "service_day": 0,
            "service_month": 0,
            "exit_day": int(MONTH_STARTS[-1]),
            "exit_month": MONTHS_N,
            "department": 0,
            "level": 1,
            "location": 0,
            "arrangement": 0,
            "employment_type": 0,
            "manager": NOBODY,
            "rating": 0,
            "promotion_month": NEVER,
            "back_month": NEVER,
            "mentee_month": MONTHS_N,
            "mentor_load": 0,
        }
        for name, fill in fills.items():
            wider = np.full(size, fill, dtype=np.int64)
            old = getattr(self, name, wider[:0])
            wider[: len(old)] = old
            setattr(self, name, wider)
        for name in ("is_active", "is_volunteer", "is_rehirable"):
            wider_marks = np.zeros(size, dtype=np.bool_)
            marks = getattr(self, name, wider_marks[:0])
            wider_marks[: len(marks)] = marks
            setattr(self, name, wider_marks)
        self._grow_persons(size)

    def _grow_persons(self, size: int) -> None:
        birth_year = np.zeros(size, dtype=np.int64)
        ever_mentee = np.zeros(size, dtype=np.bool_)
        if hasattr(self, "birth_year"):
            birth_year[: len(self.birth_year)] = self.birth_year
            ever_mentee[: len(self.ever_mentee)] = self.ever_mentee
        self.birth_year, self.ever_mentee = birth_year, ever_mentee

    # Declared for the type checker: `_allocate` makes them.
    person: Ints
    hired_day: Ints
    service_day: Ints
    service_month: Ints
    exit_day: Ints
    exit_month: Ints
    department: Ints
    level: Ints
    location: Ints
    arrangement: Ints
    employment_type: Ints
    manager: Ints
    rating: Ints
    promotion_month: Ints
    back_month: Ints
    mentee_month: Ints
    mentor_load: Ints
    is_active: Bools
    is_volunteer: Bools
    is_rehirable: Bools
    birth_year: Ints
    ever_mentee: Bools

    def live(self, month: int) -> None:
        """Live one month."""
        if month == 0:
            self._found()
            return
        spells = np.flatnonzero(self.is_active[: self.spells_n])
        before = self._standing(spells)
        unchanged = np.ones(len(spells), dtype=np.bool_)
        self._leave_company(month, spells, before, unchanged)
        stayed = unchanged.copy()
        self._promote(month, spells, before, unchanged)
        self._transfer_and_demote(month, spells, unchanged)
        self._take_leave(month, spells, unchanged)
        self._replace_managers(month, spells, unchanged)
        self._change_lesser_things(month, spells, unchanged)
        started = self._open_pairings(month, spells, before, stayed)
        self._hire(month)
        if month_of_year(month) == hazards.REVIEW_MONTH:
            self._review(month)
        if month_of_year(month) == NOVEMBER and month >= month_number(_FIRST_PLANS_YEAR, 1):
            self._note_november(month)
        self.standings.append(self._standing(started))

    def _standing(self, spells: Ints) -> Standing:
        return Standing(
            self.department[spells],
            self.level[spells],
            self.rating[spells],
            self.service_month[spells],
            self.promotion_month[spells],
            self.birth_year[self.person[spells]],
        )

    def _record(self, event: int, spells: Ints, days: Ints, reason: Ints | int = NOBODY) -> None:
        """Write a change down with the standing that now holds."""
        if not len(spells):
            return
        self.events.add(
            spell=spells,
            day=days,
            event=event,
            department=self.department[spells],
            level=self.level[spells],
            location=self.location[spells],
            arrangement=self.arrangement[spells],
            manager=self.manager[spells],
            reason=reason,
        )

    # Joining ---------------------------------------------------------------------------------

    def _found(self) -> None:
        """Let the whole staff join on the day of the carve-out, with the service they bring."""
        size = self.employees
        spells = self._new_spells(size)
        self.level[spells] = 1 + self.rng.choice(LEVELS_N, size, p=_LEVEL_SHARES)
        self.department[spells] = self.rng.choice(len(DEPARTMENTS), size, p=_DEPARTMENT_SHARES)
        self._new_persons(spells)
        self._equip(spells, 0)
        service = np.minimum(self.rng.exponential(1_500, size), 14 * 365).astype(np.int64)
        self.hired_day[spells] = MONTH_STARTS[0]
        self.service_day[spells] = MONTH_STARTS[0] - service
        self.service_month[spells] = -(service // 30)
        self._assign_managers(spells)
        self._record(HIRE, spells, self.hired_day[spells])

    def _hire(self, month: int) -> None:
        """Fill what is open, some of it with people who come back."""
        active = np.flatnonzero(self.is_active[: self.spells_n])
        target = self.employees * (1 + 0.02 * np.sin(2 * np.pi * month / 48))
        size = max(0, round(target + self.rng.normal(0, 0.001 * target)) - len(active))
        if not size:
            return
        returning = self._returning(month, self.rng.binomial(size, _REHIRED_SHARE))
        spells = self._new_spells(size)
        old, new = spells[: len(returning)], spells[len(returning) :]
        for name in ("person", "level", "department", "rating"):
            getattr(self, name)[old] = getattr(self, name)[returning]
        self.is_rehirable[returning] = False
        self._fill_gaps(new, active)
        self._new_persons(new)
        self._equip(spells, month)
        self.hired_day[spells] = days_within(self.rng, month, size)
        self.service_day[spells] = self.hired_day[spells]
        self.service_month[spells] = month
        self._assign_managers(spells)
        self._record(REHIRE, old, self.hired_day[old])
        self._record(HIRE, new, self.hired_day[new])

    def _new_spells(self, size: int) -> Ints:
        if self.spells_n + size > len(self.person):
            self._allocate(2 * len(self.person) + size)
        spells = np.arange(self.spells_n, self.spells_n + size)
        self.spells_n += size
        self.is_active[spells] = True
        return spells

    def _new_persons(self, spells: Ints) -> None:
        size = len(spells)
        persons = np.arange(self.persons_n, self.persons_n + size)
        self.persons_n += size
        self.person[spells] = persons
        is_first_staff = bool(size) and spells[0] == 0
        year = FIRST_YEAR if is_first_staff else FIRST_YEAR + 3
        spread = self.rng.gamma(1.8, 7.0 if is_first_staff else 4.0, size)
        age = 19 + 3.0 * self.level[spells] + spread
        self.birth_year[persons] = year - np.minimum(age, 63).astype(np.int64)

    def _equip(self, spells: Ints, month: int) -> None:
        """Give new spells a place, a way of working and a contract."""
        size = len(spells)
        shares = (
            _ARRANGEMENT_SHARES_BEFORE_2020
            if month < month_number(2020, 4)
            else _ARRANGEMENT_SHARES
        )
        self.location[spells] = self.rng.choice(len(LOCATIONS), size, p=_LOCATION_SHARES)
        self.arrangement[spells] = self.rng.choice(3, size, p=shares)
        self.is_volunteer[spells] = self.rng.random(size) < _MENTOR_VOLUNTEERS_SHARE
        kinds = self.rng.choice(3, size, p=_TYPE_SHARES)
        is_junior = self.level[spells] <= 2
        kinds = np.where((kinds == INTERN) & ~is_junior, EMPLOYEE, kinds)
        self.employment_type[spells] = np.where(self.level[spells] >= 5, EMPLOYEE, kinds)

    def _fill_gaps(self, spells: Ints, active: Ints) -> None:
        """Give new spells the levels and departments of which the company has too few."""
        size = len(spells)
        for values, shares in (
            (self.level, _LEVEL_SHARES),
            (self.department, _DEPARTMENT_SHARES),
        ):
            first = 1 if values is self.level else 0
            have = np.bincount(values[active] - first, minlength=len(shares))[: len(shares)]
            missing = np.maximum(shares * self.employees - have, 0) + 0.2 * size * shares + 1e-9
            values[spells] = first + self.rng.choice(len(shares), size, p=missing / missing.sum())

    def _returning(self, month: int, wanted: int) -> Ints:
        """Return old spells of people who come back: left by choice, at least half a year ago."""
        gone = self.is_rehirable[: self.spells_n]
        ready = np.flatnonzero(
            gone & (self.exit_month[: self.spells_n] <= month - _REHIRED_AFTER_MONTHS)
        )
        return self.rng.permutation(ready)[:wanted]

    # Leaving and moving ----------------------------------------------------------------------

    def _leave_company(self, month: int, spells: Ints, before: Standing, unchanged: Bools) -> None:
        voluntary = hazards.voluntary_exit(before, month)
        voluntary = voluntary * np.where(
            self.mentee_month[spells] < month, hazards.MENTEE_VOLUNTARY_EXIT_MULTIPLIER, 1.0
        )
        kinds = self.employment_type[spells]
        ends = np.array([0.0, _CONTRACTOR_EXIT_MONTHLY, _INTERN_EXIT_MONTHLY])[kinds]
        is_employee = kinds == EMPLOYEE
        causes = np.stack(
            [
                voluntary * is_employee,
                hazards.involuntary_exit(before) * is_employee,
                hazards.retirement(before, month) * is_employee,
                np.where(is_employee, hazards.other_exit(before), ends),
            ]
        )
        bounds = np.cumsum(causes, axis=0)
        drawn = self.rng.random(len(spells))
        rows = np.flatnonzero(drawn < bounds[-1])
        leaving = spells[rows]
        reason = (drawn[rows] >= bounds[:-1, rows]).sum(axis=0)
        days = days_within(self.rng, month, len(rows), first=2)
        self.is_active[leaving] = False
        self.exit_month[leaving] = month
        self.exit_day[leaving] = days
        self.is_rehirable[leaving] = (reason == VOLUNTARY) & (kinds[rows] == EMPLOYEE)
        self._record(EXIT, leaving, days, reason)
        unchanged[rows] = False

    def _promote(self, month: int, spells: Ints, before: Standing, unchanged: Bools) -> None:
        chance = hazards.promotion(before, month)
        chance = chance * np.where(
            self.mentee_month[spells] < month, hazards.MENTEE_PROMOTION_MULTIPLIER, 1.0
        )
        drawn = self.rng.random(len(spells)) < chance
        chosen, days = self._change(
            month, spells, unchanged, drawn & (self.employment_type[spells] == EMPLOYEE)
        )
        self.level[chosen] += 1
        self.promotion_month[chosen] = month
        self._record(PROMOTION, chosen, days)

    def _transfer_and_demote(self, month: int, spells: Ints, unchanged: Bools) -> None:
        size = len(spells)
        is_employee = self.employment_type[spells] == EMPLOYEE
        moving = (self.rng.random(size) < hazards.TRANSFER_MONTHLY) & is_employee
        chosen, days = self._change(month, spells, unchanged, moving)
        self.department[chosen] = self.rng.integers(0, len(DEPARTMENTS), len(chosen))
        self._assign_managers(chosen)
        self._record(TRANSFER, chosen, days)

        sinking = (self.rng.random(size) < hazards.DEMOTION_MONTHLY) & is_employee
        sinking &= self.level[spells] >= hazards.DEMOTION_LEVEL_MIN
        chosen, days = self._change(month, spells, unchanged, sinking)
        self.level[chosen] -= 1
        self._record(DEMOTION, chosen, days)

    def _take_leave(self, month: int, spells: Ints, unchanged: Bools) -> None:
        back = self.back_month[spells]
        chosen, days = self._change(month, spells, unchanged, (back != NEVER) & (back <= month))
        self.back_month[chosen] = NEVER
        self._record(LEAVE_END, chosen, days)

        going = (self.rng.random(len(spells)) < _LEAVE_MONTHLY) & (back == NEVER)
        going &= self.employment_type[spells] == EMPLOYEE
        chosen, days = self._change(month, spells, unchanged, going)
        self.back_month[chosen] = month + self.rng.integers(2, 10, len(chosen))
        self._record(LEAVE_START, chosen, days)

    def _replace_managers(self, month: int, spells: Ints, unchanged: Bools) -> None:
        manager = self.manager[spells]
        orphaned = (manager != NOBODY) & ~self.is_active[manager]
        chosen, days = self._change(month, spells, unchanged, orphaned)
        self._assign_managers(chosen)
        self._record(CHANGE, chosen, days)

    def _change_lesser_things(self, month: int, spells: Ints, unchanged: Bools) -> None:
        drawn = self.rng.random(len(spells))
        chosen, days = self._change(month, spells, unchanged, drawn < _CHANGE_MONTHLY)
        self.location[chosen] = self.rng.choice(len(LOCATIONS), len(chosen), p=_LOCATION_SHARES)
        self.arrangement[chosen] = self.rng.choice(3, len(chosen), p=_ARRANGEMENT_SHARES)
        self._record(CHANGE, chosen, days)
        if month == month_number(2020, APRIL + 1):
            sent_home = (drawn > 0.5) & (self.arrangement[spells] == ONSITE)
            chosen, days = self._change(month, spells, unchanged, sent_home)
            self.arrangement[chosen] = self.rng.choice((HYBRID, REMOTE), len(chosen), p=(0.6, 0.4))
            self._record(CHANGE, chosen, days)

    def _change(
        self, month: int, spells: Ints, unchanged: Bools, wanted: Bools
    ) -> tuple[Ints, Ints]:
        """Return the spells to change, no spell twice in a month, and the days of the changes."""
        rows = np.flatnonzero(wanted & unchanged)
        unchanged[rows] = False
        return spells[rows], days_within(self.rng, month, len(rows))

    def _assign_managers(self, spells: Ints) -> None:
        """Give each spell a manager above it: from its department, else from anywhere."""
        active = np.flatnonzero(self.is_active[: self.spells_n])
        leaders = active[self.level[active] >= 4]
        leaders = leaders[self.employment_type[leaders] == EMPLOYEE]
        needed = np.maximum(self.level[spells] + 1, 4)
        groups = np.unique(self.department[spells] * 10 + needed)
        for department, level in (divmod(int(group), 10) for group in groups):
            rows = spells[(self.department[spells] == department) & (needed == level)]
            above = leaders[self.level[leaders] >= level]
            near = above[self.department[above] == department]
            pool = near if len(near) else above
            self.manager[rows] = (
                pool[self.rng.integers(0, len(pool), len(rows))] if len(pool) else NOBODY
            )

    # Mentoring -------------------------------------------------------------------------------

    def _open_pairings(self, month: int, spells: Ints, before: Standing, stayed: Bools) -> Ints:
        """Open the month's pairings; returns the mentees."""
        for mentors in self.releases.pop(month, []):
            np.subtract.at(self.mentor_load, mentors, 1)
        can_join = stayed & (self.back_month[spells] == NEVER)
        can_join &= self.employment_type[spells] == EMPLOYEE
        started: list[Ints] = []
        for number, program in enumerate(PROGRAMS):
            if not program.takes_in(month):
                continue
            weights = program.weights(before, month) * can_join * self._openness(month, spells)
            wanted = program.new_mentees(self.rng, month, self.employees)
            rows = drawn_by_weight(self.rng, weights, wanted)
            rows = rows[: self._seats(program, month, spells, before, can_join)]
            self._note_applicants(number, month, spells, weights, rows, wanted)
            if not len(rows):
                continue
            can_mentor = can_join & program.may_mentor(before, month)
            mentors, days = self._mentors(program, month, spells, can_mentor, spells[rows])
            self._start(number, month, mentors, spells[rows], days)
            started.append(spells[rows])
        return np.concatenate(started) if started else np.empty(0, dtype=np.int64)

    def _openness(self, month: int, spells: Ints) -> Floats:
        """Return 1 for new mentees, little for those whose first time is over, else 0."""
        is_over = self.mentee_month[spells] + _SECOND_TIME_AFTER_MONTHS <= month
        is_new = ~self.ever_mentee[self.person[spells]]
        return np.where(is_new, 1.0, np.where(is_over, _SECOND_TIME_WEIGHT, 0.0))

    def _free_mentors(self, spells: Ints, can_mentor: Bools) -> Ints:
        free = can_mentor & self.is_volunteer[spells]
        return spells[free & (self.mentor_load[spells] < _MENTOR_LOAD_MAX)]

    def _seats(
        self, program: Program, month: int, spells: Ints, before: Standing, can_join: Bools
    ) -> int:
        """Return how many mentees the free mentors can take in a month."""
        free = self._free_mentors(spells, can_join & program.may_mentor(before, month))
        return len(free) * program.mentees_per_mentor

    def _mentors(
        self, program: Program, month: int, spells: Ints, can_mentor: Bools, mentees: Ints
    ) -> tuple[Ints, Ints]:
        """Return each mentee's mentor and first day; a group shares both."""
        free = self._free_mentors(spells, can_mentor)
        per_mentor = program.mentees_per_mentor
        groups_n = -(-len(mentees) // per_mentor)
        chosen = self.rng.choice(free, groups_n, replace=False)
        days = days_within(self.rng, month, groups_n)
        group = np.arange(len(mentees)) // per_mentor
        mentors = chosen[group]
        if per_mentor == 1 and groups_n > 1:
            # Nobody is mentored by their own manager: swap with the neighbor.
            clash = np.flatnonzero(mentors == self.manager[mentees])
            swap = (clash + 1) % groups_n
            mentors[clash], mentors[swap] = mentors[swap], mentors[clash]
        until = month + program.duration_days // 30
        self.releases[until].append(chosen)
        np.add.at(self.mentor_load, chosen, 1)
        return mentors, days[group]

    def _start(self, program: int, month: int, mentors: Ints, mentees: Ints, days: Ints) -> None:
        is_first = ~self.ever_mentee[self.person[mentees]]
        self.ever_mentee[self.person[mentees]] = True
        self.mentee_month[mentees] = np.minimum(self.mentee_month[mentees], month)
        self.starts.add(
            program=program,
            mentor=mentors,
            mentee=mentees,
            day=days,
            month=month,
            is_first=is_first.astype(np.int64),
        )

    def _note_applicants(
        self, program: int, month: int, spells: Ints, weights: Floats, rows: Ints, wanted: int
    ) -> None:
        """Note those who applied as well and did not start: a little less sought after."""
        weights = np.sqrt(weights)
        weights[rows] = 0.0
        others = drawn_by_weight(self.rng, weights, int(self.rng.poisson(0.9 * wanted)))
        if len(others):
            self.applicants.add(program=program, spell=spells[others], month=month)

    # Once a year -----------------------------------------------------------------------------

    def _review(self, month: int) -> None:
        active = np.flatnonzero(self.is_active[: self.spells_n])
        long_enough = month - self.service_month[active] >= 4
        spells = active[long_enough & (self.employment_type[active] == EMPLOYEE)]
        draws = self.rng.random((2, len(spells)))
        self.rating[spells] = hazards.reviewed(self.rating[spells], draws[0], draws[1])
        self.reviews.add(spell=spells, month=month, rating=self.rating[spells])

    def _note_november(self, month: int) -> None:
        active = np.flatnonzero(self.is_active[: self.spells_n])
        spells = active[self.employment_type[active] == EMPLOYEE]
        self.novembers.add(
            spell=spells, month=month, level=self.level[spells], rating=self.rating[spells]
        )

    # The end ---------------------------------------------------------------------------------

    def workforce(self) -> Workforce:
        """Return everything that happened."""
        events = _in_order(JobEvents(**self.events.joined()))
        self._close_the_year(events)
        spells = slice(0, self.spells_n)
        starts, novembers = self.starts.joined(), self.novembers.joined()
        is_first = starts.pop("is_first").astype(np.bool_)
        return Workforce(
            person=self.person[spells],
            hired_day=self.hired_day[spells],
            service_day=self.service_day[spells],
            exit_day=self.exit_day[spells],
            department=self.department[spells],
            arrangement=self.arrangement[spells],
            employment_type=self.employment_type[spells],
            birth_year=self.birth_year[: self.persons_n],
            events=events,
            reviews=Reviews(**self.reviews.joined()),
            starts=Starts(**starts, is_first=is_first, standing=_joined(self.standings)),
            applicants=Applicants(**self.applicants.joined()),
            november_spell=novembers["spell"],
            november_month=novembers["month"],
            november_level=novembers["level"],
            november_rating=novembers["rating"],
            mentor_volunteers=self.is_volunteer[spells],
        )

    def _close_the_year(self, events: JobEvents) -> None:
        """Move the newest change to the last day of the last month.

        The newest job-history date is the day the exports describe: a year's last one.
        """
        last_day = MONTH_STARTS[MONTHS_N] - 1
        events.day[-1] = last_day
        if events.event[-1] == EXIT:
            self.exit_day[events.spell[-1]] = last_day
        elif events.event[-1] in (HIRE, REHIRE):
            self.hired_day[events.spell[-1]] = last_day


def _joined(standings: list[Standing]) -> Standing:
    fields = Standing.__dataclass_fields__
    return Standing(*(np.concatenate([getattr(s, name) for s in standings]) for name in fields))


def _in_order(events: JobEvents) -> JobEvents:
    order = np.lexsort((events.spell, events.day))
    fields = JobEvents.__dataclass_fields__
    return JobEvents(**{name: getattr(events, name)[order] for name in fields})
