-- A wave of a program's survey asks whoever is in one of its pairings on the wave's first day, a
-- wave of the workforce's survey everybody employed then but contractors. It begins with its first
-- answer.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

responses as (

    select responses.*
    from {{ ref("stg_survey__responses") }} as responses
    cross join settings
    where responses.submitted_on <= settings.as_of

),

pairings as (

    select * from {{ ref("stg_program__pairings") }}

),

employed as (

    select * from {{ ref("int_employment__attributed") }}
    where employment_type <> 'contractor'

),

waves as (

    select
        survey_id,
        wave,
        program_id,
        min(submitted_on) as opened_on
    from responses
    group by survey_id, wave, program_id

),

answered as (

    select distinct
        survey_id,
        wave,
        respondent_key as person_key,
        coalesce(program_id, '') as program_key
    from responses
    where respondent_key is not null

),

seats as (

    select
        'mentees' as population,
        program_id,
        mentee_key as person_key,
        started_on,
        ended_on
    from pairings
    union all
    select
        'mentors' as population,
        program_id,
        mentor_key as person_key,
        started_on,
        ended_on
    from pairings

),

asked as (

    select distinct
        seats.population,
        waves.survey_id,
        waves.wave,
        waves.program_id as program,
        seats.person_key,
        waves.opened_on
    from waves
    inner join seats
        on
            waves.program_id = seats.program_id
            and waves.opened_on >= seats.started_on
            and coalesce(waves.opened_on <= seats.ended_on, true)
    union all
    select
        'workforce' as population,
        waves.survey_id,
        waves.wave,
        'all' as program,
        employed.person_key,
        waves.opened_on
    from waves
    inner join employed
        on {{ holds_on("waves.opened_on", "employed.valid_from", "employed.valid_to") }}
    where waves.program_id is null

)

select
    asked.*,
    answered.person_key is not null as has_answered
from asked
left join answered
    on
        asked.survey_id = answered.survey_id
        and asked.wave = answered.wave
        and asked.person_key = answered.person_key
        and case when asked.program = 'all' then '' else asked.program end = answered.program_key
