-- Whose answer it is: in a program's survey the roles the respondent held there by that day (an
-- anonymous answer counts for participants only), in a survey of the workforce everybody but the
-- contractors, who are no part of it. What is asked about a program is about it in any survey, and
-- what is asked about the workplace never is.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

scored as (

    select
        scored.*,
        scored.construct in ('satisfaction', 'recommendation')
        or (
            scored.program_id is not null
            and scored.construct not in ('workplace_satisfaction', 'workplace_recommendation')
        ) as is_about_program
    from {{ ref("int_responses__scored") }} as scored
    cross join settings
    where scored.submitted_on <= settings.as_of

),

participants as (

    select * from {{ ref("int_participants__attributed") }}

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

responses as (

    select
        scored.*,
        coalesce(attributed.department, 'unknown') as department,
        coalesce(attributed.level_band, 'unknown') as level_band,
        coalesce(attributed.work_arrangement, 'unknown') as work_arrangement,
        coalesce(attributed.gender, 'unknown') as gender,
        scored.is_about_program
        and scored.respondent_key is null
        and scored.program_id is not null as is_anonymous,
        coalesce(attributed.employment_type = 'contractor', false) as is_by_contractor
    from scored
    left join attributed
        on
            scored.respondent_key = attributed.person_key
            and {{ holds_on(
                "scored.submitted_on", "attributed.valid_from", "attributed.valid_to"
            ) }}

),

seats as (

    select
        responses.*,
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
        responses.*,
        'participants' as population,
        responses.program_id as program,
        cast(null as {{ dbt.type_string() }}) as cohort
    from responses
    where responses.is_anonymous
    union all
    select
        responses.*,
        'participants' as population,
        'all' as program,
        cast(null as {{ dbt.type_string() }}) as cohort
    from responses
    where responses.is_anonymous
    union all
    select
        responses.*,
        'workforce' as population,
        'all' as program,
        cast(null as {{ dbt.type_string() }}) as cohort
    from responses
    where not responses.is_about_program and not responses.is_by_contractor

)

select
    population,
    program,
    cohort,
    department,
    level_band,
    work_arrangement,
    gender,
    respondent as person_key,
    submitted_on as counted_on,
    survey_id,
    wave,
    response_id,
    submitted_at,
    construct,
    item_kind,
    cast(scale_max as double) as scale_max,
    cast(scale_min as {{ dbt.type_string() }})
    || '-'
    || cast(scale_max as {{ dbt.type_string() }}) as scale_name,
    cast(score as double) as score
from seats
