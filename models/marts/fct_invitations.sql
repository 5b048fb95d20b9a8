-- Who takes part in two programs is asked about each: in all programs together those are two
-- invitations of one person.
with asked as (

    select * from {{ ref("int_waves__asked") }}

),

settings as (

    select * from {{ ref("int_settings__resolved") }}

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

programs as (

    select * from {{ ref("dim_programs") }}

),

starts as (

    select * from {{ ref("int_participants__attributed") }}

),

with_all_programs as (

    select
        *,
        program as asked_about
    from asked
    union all
    select
        population,
        survey_id,
        wave,
        'all' as program,
        person_key,
        opened_on,
        has_answered,
        program as asked_about
    from asked
    where population <> 'workforce'

)

select
    with_all_programs.population,
    with_all_programs.program,
    programs.program_type,
    starts.cohort,
    attributed.department,
    attributed.level_band,
    attributed.work_arrangement,
    attributed.gender,
    with_all_programs.person_key,
    with_all_programs.opened_on as counted_on,
    with_all_programs.survey_id,
    with_all_programs.wave,
    with_all_programs.asked_about,
    with_all_programs.has_answered
from with_all_programs
cross join settings
inner join attributed
    on
        with_all_programs.person_key = attributed.person_key
        and {{ holds_on(
            "with_all_programs.opened_on", "attributed.valid_from", "attributed.valid_to"
        ) }}
left join programs on with_all_programs.asked_about = programs.program
left join starts
    on
        with_all_programs.person_key = starts.person_key
        and with_all_programs.population = starts.population
        and with_all_programs.program = starts.program
where with_all_programs.opened_on < settings.follow_up_ends_on
