"""What a job history promises beyond its columns: leavers, joiners, and lives in order."""

from __future__ import annotations

from expectations.promise import Promise, no_row, some_row

TABLE = "job_history"

PROMISES: tuple[Promise, ...] = (
    some_row(
        TABLE,
        "has_exits",
        "t.event = 'exit' and t.effective_on <= settings.as_of",
        severity="critical",
        sentence="The job history has at least one exit on or before as_of: an export without its "
        "leavers would make retention 100 %.",
        to_do="Change the settings of the HR report so that it includes terminated workers (also "
        "called inactive or former staff) and the full history, export it again, and build again.",
        column="event",
    ),
    some_row(
        TABLE,
        "has_hires",
        "t.event in ('hire', 'rehire') and t.effective_on <= settings.as_of",
        severity="critical",
        sentence="The job history has at least one hire or rehire on or before as_of.",
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
        "has_recent_exits",
        "t.event = 'exit' and t.effective_on <= settings.as_of "
        "and t.effective_on > settings.as_of - interval 12 month",
        severity="warning",
        sentence="Somebody left in the twelve months before as_of.",
        to_do="Unless nobody left, the report drops recent leavers: include terminated workers of "
        "all dates, and export again.",
        column="event",
    ),
    some_row(
        TABLE,
        "has_promotions",
        "t.event = 'promotion' and t.effective_on <= settings.as_of",
        severity="warning",
        sentence="The job history has at least one promotion on or before as_of.",
        to_do="Without promotions every promotion rate is 0 %: include job changes with their "
        "reason in the report and map the reason for a promotion to the event promotion.",
        column="event",
    ),
    some_row(
        TABLE,
        "reaches_as_of",
        "t.effective_on <= settings.as_of and t.effective_on > settings.as_of - interval 92 day",
        severity="warning",
        sentence="The job history's last event lies within 92 days before as_of.",
        to_do="If as_of in mentorship.yml is later than the day of the export, people who left in "
        "between count as staying: set it to the day of the export, or export again.",
        column="effective_on",
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
    Promise(
        TABLE,
        "levels_are_plausible",
        "warning",
        "Levels lie between 1 (most junior) and 20.",
        "Map the export's grades to levels counted from 1 upwards; pay grades and job codes are "
        "not levels.",
        "ExpectColumnValuesToBeBetween",
        {"column": "level", "min_value": 1, "max_value": 20},
        "level",
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
        "one_state_a_day",
        """
        select 1 as broken
        from t
        group by person_key, effective_on
        having count(distinct department) > 1
            or count(distinct level) > 1
            or count(distinct work_arrangement) > 1
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
