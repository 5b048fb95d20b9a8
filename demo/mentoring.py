"""What happens inside the programs: pairings, meetings, goals, feedback, exposure, applications.

Nothing here changes who stays or who is promoted; it only ends when people leave. What changes
whether a pairing lasts and pleases is planted: see `GOAL_COMPLETION` and its neighbors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.months import (
    MONTH_STARTS,
    MONTHS_N,
    Bools,
    Floats,
    Ints,
    on_weekdays,
)
from demo.programs import PROGRAMS
from demo.workforce import NOBODY, ONSITE, REMOTE, Workforce

COMPLETED, BY_PARTICIPANT, BY_ADMINISTRATOR, INACTIVE, LEFT_COMPANY, RUNNING = range(6)
HELD, CANCELLED, NO_SHOW = range(3)
IN_PERSON, VIDEO, PHONE, CHAT = range(4)
SESSION, CHECK_IN, COFFEE = range(3)
GOAL_OPEN, GOAL_COMPLETED, GOAL_DROPPED = range(3)
APPLIED, SELECTED, WAITLISTED, DECLINED, WITHDRAWN = range(5)
MENTOR, MENTEE = range(2)

LAST_DAY = int(MONTH_STARTS[MONTHS_N]) - 1
UNKNOWN = -1
DAYS_A_MONTH = 30.4
INACTIVITY_DAYS = 97

# What the first weeks of a pairing change, planted: a goal by day 30 and a good rhythm of meetings.
# Agreeing on expectations changes nothing.
GOAL_COMPLETION, RHYTHM_COMPLETION = 0.22, 0.1
GOAL_SATISFACTION, RHYTHM_SATISFACTION = 0.3, 0.2
_COMPLETION_SHARE = 0.55  # without a goal by day 30, at the usual rhythm
_EARLY_END_SHARES = np.array([0.12, 0.05, 0.12]) / 0.29
_EARLY_GOAL_SHARE = 0.82  # of the pairings that set goals at all
_RHYTHM_MEETINGS = 0.3
_REOPENED_SHARE, _REMATCHED_SHARE = 0.22, 0.35
_SENIOR_LEVEL = 5
_EARLY_ENDS = (BY_PARTICIPANT, BY_ADMINISTRATOR, INACTIVE)


@dataclass(frozen=True)
class Pairings:
    """One entry per pairing and stretch of time; a reopened pairing has two.

    Attributes:
        number: of the pairing.
        program, mentor, mentee: as in `workforce.Starts`.
        started_day, ended_day: the last one is UNKNOWN while the pairing runs.
        end: why it ended.
        fit: 0 (poor) to 3 (excellent), as the platform saw it.
        warmth: how well the two get on, around 0; satisfaction and cadence follow it.
        sets_goal_early: whether the first goal is set by day 30; completion and mood follow.
        rhythm: how often the two meet, around 0, in standard deviations; so do they.
        agreed_day: day expectations were agreed, or UNKNOWN.
        is_reopened: whether the stretch is a pairing's second.
    """

    number: Ints
    program: Ints
    mentor: Ints
    mentee: Ints
    started_day: Ints
    ended_day: Ints
    end: Ints
    fit: Ints
    warmth: Floats
    sets_goal_early: Bools
    rhythm: Floats
    agreed_day: Ints
    is_reopened: Bools

    @property
    def until_day(self) -> Ints:
        """The last day on which something can happen."""
        return np.where(self.ended_day == UNKNOWN, LAST_DAY, self.ended_day)

    @property
    def busy_until_day(self) -> Ints:
        """The last day with meetings: an inactive pairing went quiet long before its end."""
        quiet = np.where(self.end == INACTIVE, INACTIVITY_DAYS, 0)
        busy = np.maximum(self.until_day - quiet, self.started_day + 7)
        return np.minimum(busy, self.until_day)


@dataclass(frozen=True)
class Meetings:
    """One entry per meeting."""

    pairing: Ints
    day: Ints
    minute: Ints
    duration_minutes: Ints
    status: Ints
    modality: Ints
    kind: Ints


@dataclass(frozen=True)
class Goals:
    """One entry per goal."""

    pairing: Ints
    category: Ints
    set_day: Ints
    due_day: Ints
    completed_day: Ints
    status: Ints


@dataclass(frozen=True)
class Feedback:
    """One entry per piece of feedback."""

    pairing: Ints
    day: Ints
    minute: Ints
    about_day: Ints
    from_role: Ints
    kind: Ints


@dataclass(frozen=True)
class Exposures:
    """One entry per occasion on which a mentee met leadership."""

    mentee: Ints
    pairing: Ints
    day: Ints
    kind: Ints


@dataclass(frozen=True)
class Enrollments:
    """One entry per program, person and role."""

    program: Ints
    spell: Ints
    role: Ints
    applied_day: Ints
    decided_day: Ints
    status: Ints
    nominated_by: Ints


@dataclass(frozen=True)
class Mentoring:
    """Everything the mentoring platform knows; `pairing` is an index into `pairings`."""

    pairings: Pairings
    meetings: Meetings
    goals: Goals
    feedback: Feedback
    exposures: Exposures
    enrollments: Enrollments


def mentor_people(workforce: Workforce, rng: np.random.Generator) -> Mentoring:
    """Return everything that followed from the programs' starts."""
    pairings = _pairings(workforce, rng)
    return Mentoring(
        pairings=pairings,
        meetings=_meetings(pairings, workforce, rng),
        goals=_goals(pairings, rng),
        feedback=_feedback(pairings, rng),
        exposures=_exposures(pairings, rng),
        enrollments=_enrollments(pairings, workforce, rng),
    )


def of_program(attribute: str, programs: Ints) -> Floats:
    """Return one attribute of each program named."""
    return np.array([float(getattr(program, attribute)) for program in PROGRAMS])[programs]


def spread(days_from: Ints, days_until: Ints, rng: np.random.Generator) -> Ints:
    """Return a random day between two, each pair of days giving one."""
    width = np.maximum(days_until - days_from, 0) + 1
    steps: Ints = (rng.random(len(days_from)) * width).astype(np.int64)
    return days_from + steps


# Pairings ------------------------------------------------------------------------------------


def _pairings(workforce: Workforce, rng: np.random.Generator) -> Pairings:
    starts = workforce.starts
    size = len(starts.day)
    first = _stretch(
        workforce,
        rng,
        number=np.arange(size),
        program=starts.program,
        mentor=starts.mentor,
        mentee=starts.mentee,
        started_day=starts.day,
        length=of_program("duration_days", starts.program),
        warmth=rng.normal(0, 0.45, size),
        practice=_practice(starts.program, rng),
    )
    is_early = np.isin(first.end, _EARLY_ENDS)
    drawn = rng.random(size)
    again = _again(first, np.flatnonzero(is_early & (drawn < _REOPENED_SHARE)), workforce, rng)
    others = is_early & (drawn > 1 - _REMATCHED_SHARE)
    new = _rematched(first, np.flatnonzero(others), workforce, rng)
    parts = [part for part in (first, again, new) if len(part.number)]
    fields = Pairings.__dataclass_fields__
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in fields}
    order = np.lexsort((joined["number"], joined["started_day"]))
    return Pairings(**{name: column[order] for name, column in joined.items()})


def _stretch(
    workforce: Workforce,
    rng: np.random.Generator,
    *,
    number: Ints,
    program: Ints,
    mentor: Ints,
    mentee: Ints,
    started_day: Ints,
    length: Floats,
    warmth: Floats,
    practice: tuple[Bools, Floats],
    is_reopened: bool = False,
) -> Pairings:
    """Return stretches that run for about `length` days, if nothing comes between."""
    size = len(number)
    sets_goal_early, rhythm = practice
    completed = _COMPLETION_SHARE + GOAL_COMPLETION * sets_goal_early + RHYTHM_COMPLETION * rhythm
    fate = np.where(
        rng.random(size) < np.clip(completed, 0.2, 0.97),
        COMPLETED,
        rng.choice(_EARLY_ENDS, size, p=_EARLY_END_SHARES),
    )
    lived = np.where(
        fate == COMPLETED,
        length + rng.integers(0, 25, size),
        np.maximum(length * rng.uniform(0.2, 0.85, size), 21),
    )
    lived = np.where(fate == INACTIVE, np.maximum(lived, INACTIVITY_DAYS + 14), lived)
    ended = started_day + lived.astype(np.int64)
    left = np.minimum(workforce.exit_day[mentor], workforce.exit_day[mentee]) - 1
    end = np.where(left <= ended, LEFT_COMPANY, fate)
    ended = np.minimum(ended, left)
    is_running = ended >= LAST_DAY
    agreed = started_day + rng.exponential(13, size).astype(np.int64)
    has_agreed = rng.random(size) < of_program("agreed_share", program)
    has_agreed &= agreed <= np.minimum(ended, LAST_DAY)
    return Pairings(
        number=number,
        program=program,
        mentor=mentor,
        mentee=mentee,
        started_day=started_day,
        ended_day=np.where(is_running, UNKNOWN, ended),
        end=np.where(is_running, RUNNING, end),
        fit=np.clip(np.round(1.8 + 0.9 * warmth + rng.normal(0, 0.7, size)), 0, 3).astype(np.int64),
        warmth=warmth,
        sets_goal_early=sets_goal_early,
        rhythm=rhythm,
        agreed_day=np.where(has_agreed, agreed, UNKNOWN),
        is_reopened=np.full(size, is_reopened),
    )


def _again(first: Pairings, rows: Ints, workforce: Workforce, rng: np.random.Generator) -> Pairings:
    """Return second stretches of pairings that ended early: same two people, same number."""
    days = first.ended_day[rows] + rng.integers(25, 120, len(rows))
    both_here = _is_around(workforce, first.mentor[rows], days)
    both_here &= _is_around(workforce, first.mentee[rows], days)
    rows, days = rows[both_here], days[both_here]
    return _stretch(
        workforce,
        rng,
        number=first.number[rows],
        program=first.program[rows],
        mentor=first.mentor[rows],
        mentee=first.mentee[rows],
        started_day=days,
        length=rng.uniform(100, 200, len(rows)),
        warmth=first.warmth[rows],
        practice=(first.sets_goal_early[rows], first.rhythm[rows]),
        is_reopened=True,
    )


def _rematched(
    first: Pairings, rows: Ints, workforce: Workforce, rng: np.random.Generator
) -> Pairings:
    """Return new pairings of mentees whose first ended early, with another mentor."""
    days = first.ended_day[rows] + rng.integers(14, 90, len(rows))
    # Whoever mentors in the same program: neighbors in the list, moved on by a random step.
    mentors = np.full(len(rows), NOBODY)
    for number in range(len(PROGRAMS)):
        pool = np.unique(first.mentor[first.program == number])
        mine = np.flatnonzero(first.program[rows] == number)
        if len(pool) and len(mine):
            mentors[mine] = pool[rng.integers(0, len(pool), len(mine))]
    good = (mentors != NOBODY) & (mentors != first.mentor[rows]) & (mentors != first.mentee[rows])
    good &= _is_around(workforce, mentors, days)
    good &= _is_around(workforce, first.mentee[rows], days)
    rows, days, mentors = rows[good], days[good], mentors[good]
    return _stretch(
        workforce,
        rng,
        number=len(first.number) + np.arange(len(rows)),
        program=first.program[rows],
        mentor=mentors,
        mentee=first.mentee[rows],
        started_day=days,
        length=of_program("duration_days", first.program[rows]),
        warmth=rng.normal(0.1, 0.4, len(rows)),
        practice=_practice(first.program[rows], rng),
    )


def _practice(programs: Ints, rng: np.random.Generator) -> tuple[Bools, Floats]:
    """Return whether pairings set a goal by day 30, and their rhythm."""
    share = _EARLY_GOAL_SHARE * of_program("goals_share", programs)
    return rng.random(len(programs)) < share, rng.normal(0, 1, len(programs))


def _is_around(workforce: Workforce, spells: Ints, days: Ints) -> Bools:
    """Return whether people are there on a day, for a week at least, and the day is not ahead."""
    is_here = workforce.is_employed(spells, days) & workforce.is_employed(spells, days + 7)
    return is_here & (days < LAST_DAY)


# Inside a pairing ----------------------------------------------------------------------------


def _meetings(pairings: Pairings, workforce: Workforce, rng: np.random.Generator) -> Meetings:
    busy = pairings.busy_until_day
    months = (busy - pairings.started_day + 1) / DAYS_A_MONTH
    lived = of_program("meetings_lived", pairings.program) * np.exp(
        0.35 * pairings.warmth + _RHYTHM_MEETINGS * pairings.rhythm
    )
    pairing = np.repeat(np.arange(len(busy)), rng.poisson(lived * months))
    size = len(pairing)
    day = on_weekdays(spread(pairings.started_day[pairing], busy[pairing], rng))
    # Circles and pairs get better at keeping appointments from year to year.
    years = (day - MONTH_STARTS[36]) / 365
    held_share = of_program("held_share", pairings.program[pairing]) + 0.012 * years
    drawn = rng.random(size)
    status = np.where(drawn < held_share, HELD, np.where(drawn < 0.965, CANCELLED, NO_SHOW))
    kind = rng.choice(3, size, p=(0.68, 0.2, 0.12))
    usual = np.array([60, 30, 30])[kind]
    duration = np.where(status == HELD, usual + 15 * rng.integers(-1, 2, size), UNKNOWN)
    return Meetings(
        pairing=pairing,
        day=np.maximum(day, pairings.started_day[pairing]),
        minute=rng.integers(32, 70, size) * 15,
        duration_minutes=duration,
        status=status,
        modality=_modality(workforce.arrangement[pairings.mentee[pairing]], rng),
        kind=kind,
    )


def _modality(arrangement: Ints, rng: np.random.Generator) -> Ints:
    """Return how they met: remote mentees by video, those on site mostly in person."""
    in_person = np.where(arrangement == ONSITE, 0.66, np.where(arrangement == REMOTE, 0.06, 0.36))
    drawn = rng.random(len(arrangement))
    rest = (drawn - in_person) / (1 - in_person)
    return np.where(
        rest < 0, IN_PERSON, np.where(rest < 0.84, VIDEO, np.where(rest < 0.93, PHONE, CHAT))
    )


def _goals(pairings: Pairings, rng: np.random.Generator) -> Goals:
    # Late ones are so many that `goals_share` of all set a goal.
    share = of_program("goals_share", pairings.program)
    late_share = share * (1 - _EARLY_GOAL_SHARE) / (1 - share * _EARLY_GOAL_SHARE)
    sets_any = pairings.sets_goal_early | (rng.random(len(share)) < late_share)
    counts = np.where(sets_any & ~pairings.is_reopened, 1 + rng.poisson(1.3, len(sets_any)), 0)
    pairing = np.repeat(np.arange(len(counts)), counts)
    size = len(pairing)
    until = pairings.until_day[pairing]
    # The first goal of a pairing is early or not; those after it come over time.
    is_first = np.diff(pairing, prepend=-1) > 0
    soon = np.minimum(rng.exponential(12, size), 30)
    later = rng.exponential(70, size)
    first_delay = np.where(pairings.sets_goal_early[pairing], soon, 31 + later)
    delay = np.where(is_first, first_delay, np.maximum(first_delay, later)).astype(np.int64)
    set_day = np.minimum(pairings.started_day[pairing] + delay, until)
    due = set_day + rng.integers(6, 24, size) * 7
    lateness = np.where(
        rng.random(size) < 0.68, -rng.exponential(9, size), rng.exponential(24, size)
    )
    finished = np.maximum(due + lateness.astype(np.int64), set_day + 3)
    drawn = rng.random(size)
    is_dropped = drawn < 0.1
    is_completed = ~is_dropped & (drawn < 0.9) & (finished <= until)
    status = np.where(is_completed, GOAL_COMPLETED, np.where(is_dropped, GOAL_DROPPED, GOAL_OPEN))
    return Goals(
        pairing=pairing,
        category=rng.choice(6, size, p=(0.26, 0.22, 0.18, 0.14, 0.12, 0.08)),
        set_day=set_day,
        due_day=np.where(rng.random(size) < 0.96, due, UNKNOWN),
        completed_day=np.where(is_completed, finished, UNKNOWN),
        status=status,
    )


def _feedback(pairings: Pairings, rng: np.random.Generator) -> Feedback:
    busy = pairings.busy_until_day
    months = (busy - pairings.started_day + 1) / DAYS_A_MONTH
    rate = of_program("feedback_monthly", pairings.program) * np.exp(0.3 * pairings.warmth)
    pairing = np.repeat(np.arange(len(busy)), rng.poisson(rate * months))
    size = len(pairing)
    about = spread(pairings.started_day[pairing], busy[pairing], rng)
    # Feedback comes a little sooner every year.
    slowness = np.maximum(9 - 1.3 * (about - MONTH_STARTS[36]) / 365, 3)
    given = np.minimum(about + rng.exponential(slowness).astype(np.int64), busy[pairing])
    return Feedback(
        pairing=pairing,
        day=given,
        minute=rng.integers(8 * 60, 20 * 60, size),
        about_day=np.where(rng.random(size) < 0.93, about, UNKNOWN),
        from_role=np.where(rng.random(size) < 0.7, MENTOR, MENTEE),
        kind=rng.choice(3, size, p=(0.46, 0.31, 0.23)),
    )


def _exposures(pairings: Pairings, rng: np.random.Generator) -> Exposures:
    until = pairings.until_day
    months = (until - pairings.started_day + 1) / DAYS_A_MONTH
    rate = of_program("exposures_monthly", pairings.program)
    pairing = np.repeat(np.arange(len(until)), rng.poisson(rate * months))
    size = len(pairing)
    return Exposures(
        mentee=pairings.mentee[pairing],
        pairing=np.where(rng.random(size) < 0.85, pairing, UNKNOWN),
        day=np.minimum(
            on_weekdays(spread(pairings.started_day[pairing] + 4, until[pairing], rng)),
            until[pairing],
        ),
        kind=rng.choice(5, size, p=(0.34, 0.14, 0.24, 0.16, 0.12)),
    )


# Applications --------------------------------------------------------------------------------


def _enrollments(pairings: Pairings, workforce: Workforce, rng: np.random.Generator) -> Enrollments:
    """Return one application per program, person and role: those who started come first."""
    mentees = _started(pairings, pairings.mentee, MENTEE, rng)
    mentors = _started(pairings, pairings.mentor, MENTOR, rng)
    others = _not_started(workforce, rng)
    spare = _spare_mentors(workforce, rng)
    fields = Enrollments.__dataclass_fields__
    joined = {
        name: np.concatenate([getattr(part, name) for part in (mentees, mentors, others, spare)])
        for name in fields
    }
    person = workforce.person[joined["spell"]]
    key = (person * len(PROGRAMS) + joined["program"]) * 2 + joined["role"]
    _, rows = np.unique(key, return_index=True)  # the first of each
    rows = rows[np.lexsort((joined["spell"][rows], joined["applied_day"][rows]))]
    return Enrollments(**{name: column[rows] for name, column in joined.items()})


def _started(pairings: Pairings, spells: Ints, role: int, rng: np.random.Generator) -> Enrollments:
    size = len(spells)
    decided = pairings.started_day - rng.integers(3, 25, size)
    return Enrollments(
        program=pairings.program,
        spell=spells,
        role=np.full(size, role),
        applied_day=decided - rng.integers(4, 45, size),
        decided_day=decided,
        status=np.full(size, SELECTED),
        nominated_by=rng.choice(3, size, p=(0.62, 0.29, 0.09)),
    )


def _not_started(workforce: Workforce, rng: np.random.Generator) -> Enrollments:
    applicants = workforce.applicants
    size = len(applicants.spell)
    applied = _days_of_months(applicants.month, rng)
    decided = applied + rng.integers(4, 45, size)
    status = rng.choice(
        (SELECTED, WAITLISTED, DECLINED, WITHDRAWN), size, p=(0.08, 0.34, 0.42, 0.16)
    )
    is_pending = decided > LAST_DAY
    return Enrollments(
        program=applicants.program,
        spell=applicants.spell,
        role=np.full(size, MENTEE),
        applied_day=applied,
        decided_day=np.where(is_pending, UNKNOWN, decided),
        status=np.where(is_pending, APPLIED, status),
        nominated_by=rng.choice(3, size, p=(0.72, 0.22, 0.06)),
    )


def _spare_mentors(workforce: Workforce, rng: np.random.Generator) -> Enrollments:
    """Return mentors who signed up and were never matched."""
    wanted = len(np.unique(workforce.starts.mentor)) // 8
    is_last_round = workforce.november_month == MONTHS_N - 2
    seniors = workforce.november_spell[is_last_round & (workforce.november_level >= _SENIOR_LEVEL)]
    pool = seniors[workforce.mentor_volunteers[seniors] & (workforce.exit_day[seniors] > LAST_DAY)]
    # Long enough there to have signed up at any time in the last two years.
    pool = pool[workforce.hired_day[pool] < MONTH_STARTS[MONTHS_N - 24]]
    spells = rng.permutation(pool)[:wanted]
    size = len(spells)
    applied = spread(np.full(size, MONTH_STARTS[MONTHS_N - 24]), np.full(size, LAST_DAY), rng)
    return Enrollments(
        program=np.where(rng.random(size) < 0.7, 0, len(PROGRAMS) - 1),
        spell=spells,
        role=np.full(size, MENTOR),
        applied_day=applied,
        decided_day=np.full(size, UNKNOWN),
        status=np.full(size, APPLIED),
        nominated_by=rng.choice(3, size, p=(0.7, 0.1, 0.2)),
    )


def _days_of_months(months: Ints, rng: np.random.Generator) -> Ints:
    if not len(months):
        return np.empty(0, dtype=np.int64)
    return spread(MONTH_STARTS[months], MONTH_STARTS[months + 1] - 1, rng)
