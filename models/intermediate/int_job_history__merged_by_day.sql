-- Several changes of one day become one, whatever their order in the export: the event that says
-- most wins, then the greater value. An exit says least: what it tells of the old job must not hold
-- for somebody who is hired again that day.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

changes as (

    select
        history.*,
        people.person_number,
        case history.event_code
            when 'promotion' then '5'
            when 'demotion' then '4'
            when 'transfer' then '3'
            when 'change' then '2'
            when 'exit' then '0'
            else '1'
        end as precedence
    from {{ ref("stg_hris__job_history") }} as history
    cross join settings
    inner join {{ ref("int_people__numbered") }} as people
        on history.person_key = people.person_key
    -- An exit of the day after a month's last day is news of that day: it was the last of work.
    where history.effective_on <= greatest(settings.as_of, settings.follow_up_ends_on)

),

-- A level is compared as a number: among texts 9 is greater than 10.
ranked as (

    select
        *,
        case when level is not null then cast(precedence as bigint) * 10000000000 end as level_rank
    from changes

)

select
    person_number,
    effective_on,
    cast(max(level_rank + level) - max(level_rank) as integer) as level,
    min(person_key) as person_key,
    max(case when event_code in ('hire', 'rehire') then 1 else 0 end) = 1 as is_hire,
    max(case when event_code = 'exit' then 1 else 0 end) = 1 as is_exit,
    max(case when event_code = 'promotion' then 1 else 0 end) = 1 as is_promotion,
    substr(max(precedence || department), 2) as department,
    substr(max(precedence || location), 2) as location,
    substr(max(precedence || work_arrangement), 2) as work_arrangement,
    substr(max(precedence || manager_key), 2) as manager_key,
    substr(max(precedence || employment_type), 2) as employment_type,
    max(case when event_code = 'exit' then exit_reason end) as exit_reason
from ranked
group by person_number, effective_on
