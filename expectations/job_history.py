"""What a job history promises beyond its columns: leavers, joiners, and lives in order."""

from __future__ import annotations

import math

from expectations.promise import Promise, no_row, no_thing, percent, some_row
from workspace.config import ExpectationsConfig

TABLE = "job_history"
# Where so many are expected and none comes, that is no chance: less than 1 in 100.
EXPECTED_MIN = 5
# Fewer people than this may be known by their exit alone.
STRAYS_MIN = 5
# No question about what came before `as_of` says anything where `as_of` lies before all of it.
_BEGINS_LATER = "not exists (select 1 from t where t.effective_on <= settings.as_of)"

PROMISES: tuple[Promise, ...] = (
    some_row(
        TABLE,
        "begins_before_as_of",
        "t.effective_on <= settings.as_of",
        unless="not exists (select 1 from t)",
        severity="critical",
        sentence="The job history begins on or before the day that the exports describe (as_of).",
        broken="as_of lies before the first day of the job history.",
        to_do="Correct --as-of, or as_of in mentorship.yml; without either it is the newest day of "
        "the job history.",
        column="effective_on",
    ),
    some_row(
        TABLE,
        "has_exits",
        "t.event = 'exit' and t.effective_on <= settings.as_of",
        unless=_BEGINS_LATER,
        severity="critical",
        sentence="The job history has at least one exit on or before as_of: an export without its "
        "leavers would make retention 100 %.",
        broken="The job history has no exit on or before as_of, which would make retention 100 %.",
        to_do="Change the settings of the HR report so that it includes terminated workers (also "
        "called inactive or former staff) and the full history, export it again, and build again.",
        column="event",
    ),
    some_row(
        TABLE,
        "has_hires",
        "t.event in ('hire', 'rehire') and t.effective_on <= settings.as_of",
        unless=_BEGINS_LATER,
        severity="critical",
        sentence="The job history has at least one hire or rehire on or before as_of.",
        broken="The job history has no hire and no rehire on or before as_of.",
        to_do="Export the full history instead of today's state, and look in mentorship.yml "
        "whether the export's own word for a hire is mapped to the event hire.",
        column="event",
    ),
    no_row(
        TABLE,
        "nothing_before_1950",
        "select 1 as broken from t where t.effective_on < date '1950-01-01'",
        severity="critical",
        sentence="No row of the job history takes effect before 1950.",
        to_do="Look for dates such as 1900-01-01 that stand for an empty cell and for two-digit "
        "years; leave the cell empty in the export or set date_format in mentorship.yml.",
        column="effective_on",
    ),
    some_row(
        TABLE,
        "has_promotions",
        "t.event = 'promotion' and t.effective_on <= settings.as_of",
        unless=_BEGINS_LATER,
        severity="warning",
        sentence="The job history has at least one promotion on or before as_of.",
        broken="The job history has no promotion on or before as_of.",
        to_do="Without promotions every promotion rate is 0 %: include job changes with their "
        "reason in the report and map the reason for a promotion to the event promotion.",
        column="event",
    ),
    no_row(
        TABLE,
        "nothing_after_as_of",
        "select 1 as broken from t cross join settings as s where t.effective_on > s.as_of",
        severity="warning",
        sentence="No row of the job history takes effect after as_of.",
        to_do="Planned changes are fine and are left out; dates such as 9999-12-31 stand for an "
        "empty cell and belong out of the export.",
        column="effective_on",
    ),
    no_row(
        TABLE,
        "exits_have_a_reason",
        "select 1 as broken from t where t.event = 'exit' and t.exit_reason is null",
        severity="warning",
        sentence="Every exit says why (voluntary, involuntary, retirement, other).",
        to_do="Add the termination reason to the HR report and map its words to the four reasons "
        "under values in mentorship.yml; voluntary exits cannot be told apart without it.",
        column="exit_reason",
    ),
    no_row(
        TABLE,
        "nobody_leaves_before_joining",
        """
        select 1 as broken
        from (
            select
                event,
                effective_on,
                min(case when event <> 'exit' then effective_on end)
                    over (partition by person_key) as known_since_on
            from t
        ) as h
        where event = 'exit' and (known_since_on is null or known_since_on > effective_on)
        """,
        severity="warning",
        sentence="Nobody's first event is an exit.",
        to_do="Extend the date range of the report back to the hires of everybody in it; a person "
        "who only leaves was never at risk and is not counted.",
        column="event",
    ),
    no_row(
        TABLE,
        "nothing_happens_after_an_exit",
        """
        select 1 as broken
        from (
            select
                event,
                effective_on,
                max(case when event = 'exit' then effective_on end) over (
                    partition by person_key order by effective_on
                    range between unbounded preceding and interval 1 day preceding
                ) as left_on,
                max(case when event in ('hire', 'rehire') then effective_on end) over (
                    partition by person_key order by effective_on
                    range between unbounded preceding and current row
                ) as joined_on
            from t
        ) as h
        where event not in ('hire', 'rehire')
            and left_on is not null
            and (joined_on is null or joined_on < left_on)
        """,
        severity="warning",
        sentence="After an exit nothing happens to a person until a hire or rehire.",
        to_do="Export rehires as events of their own, and look for late corrections and second "
        "positions that outlast the first.",
        column="event",
    ),
    no_row(
        TABLE,
        "one_employment_at_a_time",
        # Whoever left and came back on one day was away in between.
        """
        select 1 as broken
        from (
            select
                event,
                max(case when event in ('hire', 'rehire') then effective_on end) over (
                    partition by person_key order by effective_on
                    range between unbounded preceding and interval 1 day preceding
                ) as joined_on,
                max(case when event = 'exit' then effective_on end) over (
                    partition by person_key order by effective_on
                    range between unbounded preceding and current row
                ) as left_on
            from t
        ) as h
        where event in ('hire', 'rehire')
            and joined_on is not null
            and (left_on is null or left_on < joined_on)
        """,
        severity="warning",
        sentence="Nobody is hired who has not left: each person has one open employment.",
        to_do="Export the primary position only, and include terminations, so that the time "
        "between an exit and a rehire counts as away.",
        column="event",
    ),
    no_row(
        TABLE,
        "one_state_a_day",
        """
        select 1 as broken
        from t
        inner join (
            select person_key, effective_on
            from t
            group by person_key, effective_on
            having count(distinct department) > 1
                or count(distinct level) > 1
                or count(distinct work_arrangement) > 1
        ) as days using (person_key, effective_on)
        """,
        severity="warning",
        sentence="A person's rows of one day agree on department, level and work arrangement.",
        to_do="Export the primary position only; where two changes fall on one day, give both rows "
        "the state at the end of the day.",
        column="effective_on",
    ),
    no_row(
        TABLE,
        "person_is_in_people",
        "select 1 as broken from t "
        "where t.person_key not in (select p.person_key from people as p)",
        severity="warning",
        sentence="Everybody in the job history is in people.",
        to_do="Include terminated workers in the export of people too; e-mails of those who are "
        "missing there cannot be linked.",
        column="person_key",
        needs=("people",),
    ),
)


def limited(limits: ExpectationsConfig) -> tuple[Promise, ...]:
    """Return the promises that have a threshold."""
    days = limits.stale_after_days.get(TABLE)
    return (
        *(() if days is None else (_goes_on_until_as_of(days),)),
        _exits_end_an_employment(limits.maximum_stray_share),
        _has_recent_exits(limits.recent_exit_months),
        _RECENT_MONTHS_HOLD_THEIR_EXITS,
        _many_do_not_all_stay(limits.recent_exit_months, limits.minimum_people_for_exits),
        _every_year_has_exits(limits.minimum_people_for_exits),
        _levels_are_plausible(limits.maximum_level),
        _is_mostly_filled("department", limits.maximum_empty_share),
        _is_mostly_filled("level", limits.maximum_empty_share),
    )


def _goes_on_until_as_of(days: int) -> Promise:
    """Return the promise that no hires and exits are missing which its own pace makes certain."""
    return no_thing(
        TABLE,
        "goes_on_until_as_of",
        f"""
        select 1 as broken
        from (
            select max(t.effective_on) as newest_on, max(s.as_of) as as_of
            from t cross join settings as s
            where t.effective_on <= s.as_of
        ) as newest
        inner join t as h
            on h.event in ('hire', 'rehire', 'exit')
            and h.effective_on <= newest_on
            and h.effective_on > newest_on - interval 1 year
        where newest_on <= as_of - interval {days} day
        group by newest_on, as_of
        having count(*) * date_diff('day', newest_on, as_of) >= {EXPECTED_MIN} * 365
        """,
        severity="warning",
        sentence=f"The job history goes on until as_of: where it ends {days} days or more before "
        f"it, fewer than {EXPECTED_MIN} hires and exits would have come since at the pace of its "
        "last year.",
        broken=f"The job history ends {days} days or more before as_of, and at the pace of its "
        f"last year {EXPECTED_MIN} or more hires and exits would have come since: whoever left is "
        "counted as staying.",
        to_do="If --as-of, or as_of in mentorship.yml, is later than the day of the export, "
        "correct it or leave it out; otherwise export the job history again. If really nothing has "
        "happened since, raise job_history in expectations.stale_after_days.",
        column="effective_on",
    )


def _exits_end_an_employment(maximum_share: float) -> Promise:
    """Return the promise that people who leave have been there before.

    Where many have not, their exits stand under other ids than their hires, or their hires lie
    before the beginning of the export: either way nobody seems to leave.
    """
    return no_thing(
        TABLE,
        "exits_end_an_employment",
        f"""
        select 1 as broken
        from (
            select
                count(*) filter (where is_gone) as leavers_n,
                count(*) filter (where is_stray) as strays_n
            from (
                select bool_or(event = 'exit') as is_gone, bool_and(event = 'exit') as is_stray
                from t cross join settings as s
                where t.effective_on <= s.as_of
                group by t.person_key
            ) as people
        ) as counted
        cross join unnest(range(strays_n)) as strays(stray)
        where strays_n >= {STRAYS_MIN} and strays_n > {maximum_share} * leavers_n
        """,
        severity="critical",
        sentence=f"Of at most {percent(maximum_share)} of the people who left nothing but the exit "
        "is known.",
        broken="Of {n} people nothing but the exit is known, so they were never there to stay or "
        "to leave, and retention would be too high.",
        to_do="Look whether the exits stand under the same employee ids as the hires: in another "
        "case, without leading zeros, or as 123.0 they are somebody else's; the list "
        "suggested_links.csv in the quarantine folder may say whose. Otherwise extend the date "
        "range of the report back to the hires of everybody in it.",
        column="event",
    )


def _has_recent_exits(months: int) -> Promise:
    return some_row(
        TABLE,
        "has_recent_exits",
        "t.event = 'exit' and t.effective_on <= settings.as_of "
        f"and t.effective_on > settings.as_of - interval {months} month",
        unless=_BEGINS_LATER,
        severity="warning",
        sentence=f"Somebody left in the {months} months before as_of.",
        broken=f"Nobody left in the {months} months before as_of.",
        to_do="Unless nobody left, the report drops recent leavers: include terminated workers of "
        "all dates, and export again.",
        column="event",
    )


# Follow-up need not end early (`ingest.checks.follow_up`).
_RECENT_MONTHS_HOLD_THEIR_EXITS = no_thing(
    TABLE,
    "recent_months_hold_their_exits",
    """
    select 1 as broken
    from settings as s
    cross join unnest(range(date_diff(
        'month', s.follow_up_ends_on, cast(s.as_of + interval 1 day as date)
    ))) as late(month)
    """,
    severity="warning",
    sentence="The newest complete months hold as many exits as those before them, or could hold "
    "fewer by chance.",
    broken="Months before as_of that hold fewer exits than usual, fewer than chance makes likely: "
    "{n}. Leavers seem to be entered late, and would count as staying; so people are followed to "
    "the day before these months only.",
    to_do="Export the job history again once the leavers are in it. If really so few have "
    "left, set exits_complete_until under expectations in mentorship.yml to the last day of "
    "these months: they are followed then.",
    column="event",
)


def _many_do_not_all_stay(months: int, minimum_people: int) -> Promise:
    """Return the promise that of a workforce too large for it not everybody stayed."""
    people = math.ceil(minimum_people * 12 / months)
    began_on = f"settings.as_of - interval {months} month"
    return some_row(
        TABLE,
        "many_do_not_all_stay",
        f"t.event = 'exit' and t.effective_on <= settings.as_of and t.effective_on > {began_on}",
        unless=f"""
            {_BEGINS_LATER} or (
                select count(*) from (
                    select max(t.effective_on) filter (t.event = 'exit') as left_on,
                        max(t.effective_on) filter (t.event in ('hire', 'rehire')) as came_on,
                        bool_or(t.event <> 'exit') as is_seen
                    from t
                    where t.effective_on <= {began_on}
                    group by t.person_key
                ) as people
                where people.is_seen
                    and (people.left_on is null or people.left_on < people.came_on)
            ) < {people}
        """,
        severity="critical",
        sentence=f"Of {people} or more people employed {months} months before as_of, somebody has "
        "left since.",
        broken=f"Nobody left in the {months} months before as_of, though {people} or more people "
        "were employed when they began: retention would be 100 %.",
        to_do="Change the settings of the HR report so that it includes terminated workers of all "
        "dates, and export it again. If --as-of, or as_of in mentorship.yml, is later than the day "
        "of the export, correct it. If really nobody left, raise "
        "expectations.minimum_people_for_exits.",
        column="event",
    )


def _every_year_has_exits(minimum_people: int) -> Promise:
    """Return the promise that no year of a workforce went by without a leaver.

    People who joined long ago and stayed are in every export; those who left before the HR system
    was introduced often are not.
    """
    return no_thing(
        TABLE,
        "every_year_has_exits",
        f"""
        select 1 as broken
        from (
            select
                years.year,
                coalesce(moves.left_n, 0) as left_n,
                sum(coalesce(moves.joined_n, 0) - coalesce(moves.left_n, 0)) over (
                    order by years.year rows between unbounded preceding and 1 preceding
                ) as people_n
            from (select unnest(range(1950, 2200)) as year) as years
            left join (
                select
                    extract(year from effective_on) as year,
                    sum(case when event in ('hire', 'rehire') then 1 else 0 end) as joined_n,
                    sum(case when event = 'exit' then 1 else 0 end) as left_n
                from t
                group by extract(year from effective_on)
            ) as moves on years.year = moves.year
        ) as y
        cross join settings as s
        where y.year < extract(year from s.as_of)
            and y.people_n >= {minimum_people}
            and y.left_n = 0
        """,
        severity="warning",
        sentence=f"Somebody left in every full year that began with {minimum_people} or more "
        "people.",
        broken=f"Full years that began with {minimum_people} or more people and in which nobody "
        "left: {n}.",
        to_do="Export the leavers of all years; where the HR system holds none of the years before "
        "it was introduced, take no number of those years for granted: only those who stayed are "
        "in it.",
        column="event",
    )


def _levels_are_plausible(maximum_level: int) -> Promise:
    return Promise(
        TABLE,
        "levels_are_plausible",
        "warning",
        f"Levels lie between 1 (most junior) and {maximum_level}.",
        "Map the export's grades to levels counted from 1 upwards; pay grades and job codes are "
        "not levels.",
        "ExpectColumnValuesToBeBetween",
        {"column": "level", "min_value": 1, "max_value": maximum_level},
        "level",
    )


def _is_mostly_filled(column: str, maximum_empty_share: float) -> Promise:
    return no_row(
        TABLE,
        f"{column}_is_mostly_filled",
        # A turn may make several rows of a record, of which one tells all that it says.
        f"""
        select 1 as broken
        from (
            select
                {column},
                count({column}) over (partition by _source, _record) as told_n,
            from t
            where event <> 'exit'
        ) as r
        cross join (
            select count(*) as rows_n, count({column}) as filled_n from t where event <> 'exit'
        ) as c
        where r.told_n = 0
        qualify c.filled_n > 0 and count(*) over () > {maximum_empty_share} * c.rows_n
        """,
        severity="warning",
        sentence=f"Where the export says {column} at all, at most {percent(maximum_empty_share)} "
        "of the rows that are no exit leave it empty.",
        to_do=f"Export the {column} with every change: people whose {column} is not known are "
        "compared with each other only.",
        column=column,
    )
