-- Months are known from the first in which the export holds a meeting to the last complete one. A
-- pairing stands with its mentee, who is as on the month's last day.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

pairings as (

    select * from {{ ref("stg_program__pairings") }}

),

meetings as (

    select * from {{ ref("stg_program__meetings") }}

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

starts as (

    select * from {{ ref("int_participants__attributed") }}
    where population = 'mentees'

),

observation as (

    select {{ month_of("min(scheduled_on)") }} as starts_on
    from meetings

),

months as (

    select
        calendar.month_starts_on,
        {{ days_later(months_later("calendar.month_starts_on", 1), -1) }} as month_ends_on
    from {{ ref("int_calendar__months") }} as calendar
    cross join settings
    cross join observation
    where
        calendar.month_starts_on >= observation.starts_on
        and calendar.month_starts_on < settings.follow_up_ends_on

),

active as (

    select distinct
        pairings.pairing_id,
        pairings.program_id as program,
        pairings.mentee_key as person_key,
        months.month_starts_on,
        months.month_ends_on
    from pairings
    inner join months
        on
            pairings.started_on <= months.month_ends_on
            and coalesce(pairings.ended_on >= months.month_ends_on, true)

),

last_met as (

    select
        active.pairing_id,
        active.month_starts_on,
        max(meetings.scheduled_on) as met_on
    from active
    inner join meetings
        on
            active.pairing_id = meetings.pairing_id
            and active.month_ends_on >= meetings.scheduled_on
    where meetings.status_code = 'held'
    group by active.pairing_id, active.month_starts_on

),

with_all_programs as (

    select * from active
    union all
    select
        pairing_id,
        'all' as program,
        person_key,
        month_starts_on,
        month_ends_on
    from active

)

select
    'mentees' as population,
    with_all_programs.program,
    starts.cohort,
    attributed.department,
    attributed.level_band,
    attributed.work_arrangement,
    attributed.gender,
    with_all_programs.person_key,
    with_all_programs.pairing_id,
    with_all_programs.month_ends_on as counted_on,
    cast({{ dbt.datediff("last_met.met_on", "with_all_programs.month_ends_on", "day") }} as integer)
        as days_since_held_meeting_n
from with_all_programs
inner join attributed
    on
        with_all_programs.person_key = attributed.person_key
        and with_all_programs.month_ends_on >= attributed.valid_from
        and {{ ends_after("with_all_programs.month_ends_on", "attributed.valid_to") }}
left join starts
    on
        with_all_programs.person_key = starts.person_key
        and with_all_programs.program = starts.program
left join last_met
    on
        with_all_programs.pairing_id = last_met.pairing_id
        and with_all_programs.month_starts_on = last_met.month_starts_on
