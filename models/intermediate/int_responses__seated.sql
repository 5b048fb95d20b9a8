-- Whose answer it is: in a program's survey the roles the respondent held there by that day (an
-- anonymous answer counts for participants only), in a survey of the workforce everybody.
with responses as (

    select
        *,
        construct in ('satisfaction', 'recommendation') as is_about_program
    from {{ ref("int_responses__scored") }}
    where construct in (
        'satisfaction', 'recommendation', 'workplace_satisfaction', 'workplace_recommendation'
    )

),

participants as (

    select * from {{ ref("fct_participants") }}

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

anonymous as (

    select * from responses
    where is_about_program and respondent_key is null and program_id is not null

),

seats as (

    select
        responses.survey_id,
        responses.wave,
        responses.response_id,
        responses.construct,
        participants.population,
        participants.program,
        participants.cohort
    from responses
    inner join participants
        on
            responses.respondent_key = participants.person_key
            and responses.submitted_on >= participants.started_on
            and (
                participants.program = 'all'
                or (
                    responses.is_about_program
                    and responses.program_id = participants.program
                )
            )
    union all
    select
        survey_id,
        wave,
        response_id,
        construct,
        'participants' as population,
        program_id as program,
        cast(null as {{ dbt.type_string() }}) as cohort
    from anonymous
    union all
    select
        survey_id,
        wave,
        response_id,
        construct,
        'participants' as population,
        'all' as program,
        cast(null as {{ dbt.type_string() }}) as cohort
    from anonymous
    union all
    select
        survey_id,
        wave,
        response_id,
        construct,
        'workforce' as population,
        'all' as program,
        cast(null as {{ dbt.type_string() }}) as cohort
    from responses
    where not is_about_program

)

select
    seats.population,
    seats.program,
    seats.cohort,
    responses.survey_id,
    responses.wave,
    responses.response_id,
    responses.respondent,
    responses.construct,
    responses.item_kind,
    responses.scale_min,
    responses.scale_max,
    responses.submitted_on,
    responses.submitted_at,
    responses.score,
    coalesce(attributed.department, 'unknown') as department,
    coalesce(attributed.level_band, 'unknown') as level_band,
    coalesce(attributed.work_arrangement, 'unknown') as work_arrangement,
    coalesce(attributed.gender, 'unknown') as gender
from seats
inner join responses
    on
        seats.survey_id = responses.survey_id
        and seats.wave = responses.wave
        and seats.response_id = responses.response_id
        and seats.construct = responses.construct
left join attributed
    on
        responses.respondent_key = attributed.person_key
        and responses.submitted_on >= attributed.valid_from
        and responses.submitted_on < coalesce(attributed.valid_to, date '9999-12-31')
