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

goals as (

    select * from {{ ref("stg_program__goals") }}

),

programs as (

    select * from {{ ref("dim_programs") }}

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

starts as (

    select * from {{ ref("int_participants__attributed") }}
    where population = 'mentees'

),

observation as (

    select
        {{ month_of("min(scheduled_on)") }} as starts_on,
        (select {{ month_of("min(set_on)") }} from goals) as goals_from
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

starts_of_pairings as (

    select
        pairing_id,
        min(started_on) as pairing_started_on
    from pairings
    group by pairing_id

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

missed as (

    select
        active.pairing_id,
        active.month_starts_on,
        count(*) as missed_n
    from active
    inner join meetings
        on
            active.pairing_id = meetings.pairing_id
            and active.month_ends_on >= meetings.scheduled_on
            and {{ days_later("active.month_ends_on", -60) }} < meetings.scheduled_on
    where meetings.status_code in ('cancelled', 'no_show')
    group by active.pairing_id, active.month_starts_on

),

aimed as (

    select
        active.pairing_id,
        active.month_starts_on,
        count(*) as goals_n,
        sum(
            case
                when
                    goals.due_on < active.month_ends_on
                    and coalesce(goals.status_code, 'open') <> 'dropped'
                    and coalesce(
                        goals.completed_on > active.month_ends_on,
                        goals.status_code <> 'completed',
                        true
                    )
                    then 1
                else 0
            end
        ) as overdue_goals_n
    from active
    inner join goals
        on active.pairing_id = goals.pairing_id and active.month_ends_on >= goals.set_on
    group by active.pairing_id, active.month_starts_on

),

with_all_programs as (

    select
        *,
        program as home_program
    from active
    union all
    select
        pairing_id,
        'all' as program,
        person_key,
        month_starts_on,
        month_ends_on,
        program as home_program
    from active

)

select
    'mentees' as population,
    with_all_programs.program,
    programs.program_type,
    starts.cohort,
    attributed.department,
    attributed.level_band,
    attributed.work_arrangement,
    attributed.gender,
    with_all_programs.person_key,
    with_all_programs.pairing_id,
    with_all_programs.month_ends_on as counted_on,
    cast({{ dbt.datediff("last_met.met_on", "with_all_programs.month_ends_on", "day") }} as integer)
        as days_since_held_meeting_n,
    {{ days_between("starts_of_pairings.pairing_started_on", "with_all_programs.month_ends_on") }}
        as days_since_start_n,
    cast(coalesce(missed.missed_n, 0) as integer) as missed_n,
    coalesce(with_all_programs.month_starts_on >= observation.goals_from, false)
        as is_goal_recorded,
    cast(coalesce(aimed.goals_n, 0) as integer) as goals_n,
    cast(coalesce(aimed.overdue_goals_n, 0) as integer) as overdue_goals_n
from with_all_programs
cross join observation
inner join starts_of_pairings on with_all_programs.pairing_id = starts_of_pairings.pairing_id
left join programs on with_all_programs.home_program = programs.program
left join missed
    on
        with_all_programs.pairing_id = missed.pairing_id
        and with_all_programs.month_starts_on = missed.month_starts_on
left join aimed
    on
        with_all_programs.pairing_id = aimed.pairing_id
        and with_all_programs.month_starts_on = aimed.month_starts_on
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
