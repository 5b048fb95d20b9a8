"""What an export of pairings promises beyond its columns."""

from __future__ import annotations

from expectations.promise import (
    Promise,
    in_order,
    known_in,
    no_row,
    no_thing,
    not_after_as_of,
    percent,
)
from workspace.config import ExpectationsConfig

TABLE = "pairings"

# Fewer mentees than this may be without a history.
STRANGERS_MIN = 5


def _is_employed(role: str) -> Promise:
    """Return the promise that a person works here on the day the pairing starts."""
    return no_row(
        TABLE,
        f"{role}_is_employed_at_the_start",
        f"""
        select 1 as broken
        from (
            select
                t._record,
                max(case when h.event = 'exit' then h.effective_on end) as left_on,
                max(case when h.event in ('hire', 'rehire') then h.effective_on end) as came_on,
                max(case when h.event <> 'exit' then 1 end) as is_seen
            from t
            left join job_history as h
                on t.{role}_key = h.person_key and h.effective_on <= t.started_on
            group by t._source, t._record
        ) as p
        where is_seen is null
            or (left_on is not null and (came_on is null or left_on > came_on))
        """,
        severity="warning",
        sentence=f"Every {role} is employed on the day the pairing starts.",
        to_do="Compare the dates of the mentoring platform with those of the HR system; a pairing "
        "before the hire or after the exit of one of its people cannot be followed.",
        column=f"{role}_key",
        needs=("job_history",),
    )


PROMISES: tuple[Promise, ...] = (
    known_in(TABLE, "program_id", "programs"),
    in_order(TABLE, "started_on", "ended_on", sentence="No pairing ends before it starts."),
    no_row(
        TABLE,
        "mentor_is_not_the_mentee",
        "select 1 as broken from t where t.mentor_key = t.mentee_key",
        severity="warning",
        sentence="Nobody is their own mentor.",
        to_do="Look for test pairings on the platform and for one e-mail that two people share.",
        column="mentor_key, mentee_key",
    ),
    no_row(
        TABLE,
        "starts_within_its_program",
        "select 1 as broken from t inner join programs as p "
        "on t.program_id = p.program_id where t.started_on < p.starts_on",
        severity="warning",
        sentence="No pairing starts before its program does.",
        to_do="Correct starts_on of the program or the dates of its pairings; pairings made before "
        "the kickoff are usually dated by the day of the match.",
        column="started_on",
        needs=("programs",),
    ),
    not_after_as_of(TABLE, "started_on", what="start of a pairing"),
    no_row(
        TABLE,
        "same_two_people_have_one_pairing",
        """
        select 1 as broken
        from (
            select
                started_on,
                max(coalesce(ended_on, date '9999-12-31')) over (
                    partition by program_id, mentor_key, mentee_key
                    order by started_on, _source, _record
                    rows between unbounded preceding and 1 preceding
                ) as taken_until_on
            from t
        ) as stretches
        where started_on < taken_until_on
        """,
        severity="warning",
        sentence="The same two people do not have two pairings in one program at the same time.",
        to_do="Look for pairings that were entered twice or reopened under a new id without "
        "closing the old one.",
        column="mentor_key, mentee_key",
    ),
    _is_employed("mentor"),
    _is_employed("mentee"),
)


def limited(limits: ExpectationsConfig) -> tuple[Promise, ...]:
    """Return the promises that have a threshold."""
    return (
        _mentees_have_a_history(limits.maximum_stray_share),
        _is_not_too_long(limits.maximum_pairing_years),
        _mentor_has_not_too_many(limits.maximum_mentees),
        _ends_when_its_people_leave("mentor", limits.pairing_grace_days),
        _ends_when_its_people_leave("mentee", limits.pairing_grace_days),
    )


def _mentees_have_a_history(maximum_share: float) -> Promise:
    """Return the promise that the job history, which alone can follow them, knows the mentees."""
    return no_thing(
        TABLE,
        "mentees_have_a_history",
        f"""
        select 1 as broken
        from (
            select
                count(*) as mentees_n,
                count(*) filter (
                    where mentee_key not in (select h.person_key from job_history as h)
                ) as strangers_n
            from (select distinct mentee_key from t) as mentees
        ) as counted
        cross join unnest(range(strangers_n)) as strangers(stranger)
        where strangers_n >= {STRANGERS_MIN} and strangers_n > {maximum_share} * mentees_n
        """,
        severity="critical",
        sentence=f"The job history knows all but {percent(maximum_share)} of the mentees.",
        broken="The job history does not know {n} mentees: they are followed by no measure, and "
        "some may be counted under another id as never mentored.",
        to_do="Look whether people and the job history write employee ids alike, with their "
        "leading zeros; suggested_links.csv in the quarantine folder may say whose they are. Or "
        "export the job history of everybody.",
        column="mentee_key",
        needs=("job_history",),
    )


def _is_not_too_long(maximum_years: int) -> Promise:
    return no_row(
        TABLE,
        "is_not_too_long",
        "select 1 as broken from t cross join settings as s "
        f"where coalesce(t.ended_on, s.as_of) > t.started_on + interval {maximum_years} year",
        severity="warning",
        sentence=f"No pairing lasts longer than {maximum_years} years.",
        to_do="Close pairings that ended long ago on the platform, and look for dates such as "
        "1900-01-01 or 9999-12-31 that stand for an empty cell.",
        column="started_on, ended_on",
    )


def _mentor_has_not_too_many(maximum_mentees: int) -> Promise:
    return no_row(
        TABLE,
        "mentor_has_not_too_many_mentees",
        # A running sum over starts and ends stays linear where a self-join would not.
        f"""
        select 1 as broken
        from t
        where mentor_key in (select mentor_key from (
            select
                mentor_key,
                sum(change) over (
                    partition by mentor_key order by changed_on
                    range between unbounded preceding and current row
                ) as mentees_n
            from (
                select mentor_key, started_on as changed_on, 1 as change from t
                union all
                select mentor_key, ended_on + interval 1 day as changed_on, -1 as change from t
                where ended_on >= started_on
            ) as changes
        ) as running where mentees_n > {maximum_mentees})
        """,
        severity="warning",
        sentence=f"Nobody has more than {maximum_mentees} mentees at once.",
        to_do="Look for an administrator or a placeholder that stands in for mentors not yet "
        "found, and for pairings that were never closed.",
        column="mentor_key",
    )


def _ends_when_its_people_leave(role: str, grace_days: int) -> Promise:
    """Return the promise that a pairing does not outlast the last employment of a person."""
    return no_row(
        TABLE,
        f"ends_when_its_{role}_leaves",
        f"""
        select 1 as broken
        from (
            select
                t._record,
                least(coalesce(max(t.ended_on), max(s.as_of)), max(s.as_of)) as lasted_until_on,
                max(case when h.event = 'exit' then h.effective_on end) as left_on,
                max(case when h.event in ('hire', 'rehire') then h.effective_on end) as came_on
            from t
            cross join settings as s
            inner join job_history as h
                on t.{role}_key = h.person_key and h.effective_on <= s.as_of
            group by t._source, t._record
        ) as p
        where (came_on is null or left_on > came_on)
            and lasted_until_on > left_on + interval {grace_days} day
        """,
        severity="warning",
        sentence=f"No pairing goes on for more than {grace_days} days after its {role} has left.",
        to_do="Close the pairings of leavers on the mentoring platform; meetings that are expected "
        "of a pairing nobody is left in make every rate too low.",
        column=f"{role}_key, ended_on",
        needs=("job_history",),
    )
