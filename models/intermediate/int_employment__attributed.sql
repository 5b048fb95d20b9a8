-- An empty attribute means unknown: the last known one of the same spell holds on.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

people as (

    select * from {{ ref("stg_hris__people") }}

),

spells as (

    select * from {{ ref("int_employment__spelled") }}

),

days as (

    select * from {{ ref("int_employment__stated") }}
    where state = 'in'

),

stretches as (

    select
        days.person_number,
        days.person_key,
        days.spell_number,
        spells.started_on as spell_started_on,
        spells.ended_on as spell_ended_on,
        spells.exit_reason,
        spells.is_hire_seen,
        days.effective_on as valid_from,
        coalesce(
            lead(days.effective_on) over (
                partition by days.person_number, days.spell_number order by days.effective_on
            ),
            spells.ended_on
        ) as valid_to,
        {{ last_known(
            "days.department", "days.person_number, days.spell_number", "days.effective_on"
        ) }} as department,
        {{ last_known("days.level", "days.person_number, days.spell_number", "days.effective_on") }}
            as level,
        {{ last_known(
            "days.location", "days.person_number, days.spell_number", "days.effective_on"
        ) }} as location,
        {{ last_known(
            "days.work_arrangement", "days.person_number, days.spell_number", "days.effective_on"
        ) }} as work_arrangement,
        {{ last_known(
            "days.manager_key", "days.person_number, days.spell_number", "days.effective_on"
        ) }} as manager_key,
        {{ last_known(
            "days.employment_type", "days.person_number, days.spell_number", "days.effective_on"
        ) }} as employment_type
    from days
    inner join spells
        on days.person_number = spells.person_number and days.spell_number = spells.spell_number

)

select
    stretches.person_number,
    stretches.person_key,
    stretches.spell_number,
    stretches.spell_started_on,
    stretches.spell_ended_on,
    stretches.exit_reason,
    stretches.is_hire_seen,
    stretches.valid_from,
    stretches.valid_to,
    stretches.level,
    stretches.location,
    stretches.manager_key,
    coalesce(stretches.department, 'unknown') as department,
    coalesce(stretches.work_arrangement, 'unknown') as work_arrangement,
    coalesce(people.gender, 'unknown') as gender,
    coalesce(stretches.employment_type, 'employee') as employment_type,
    case
        when stretches.level is null then 'unknown'
        when stretches.level >= settings.senior_level_min then 'senior'
        when stretches.level >= settings.middle_level_min then 'middle'
        else 'junior'
    end as level_band
from stretches
cross join settings
left join people on stretches.person_key = people.person_key
