-- A person counts once per program and role, from the first pairing: reopened and later pairings
-- are the same participation.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

pairings as (

    select pairings.*
    from {{ ref("stg_program__pairings") }} as pairings
    cross join settings
    where pairings.started_on <= settings.as_of

),

seats as (

    select
        'mentees' as population,
        program_id as program,
        mentee_key as person_key,
        started_on
    from pairings
    union all
    select
        'mentors' as population,
        program_id as program,
        mentor_key as person_key,
        started_on
    from pairings

),

with_participants as (

    select * from seats
    union all
    select
        'participants' as population,
        program,
        person_key,
        started_on
    from seats

),

with_all_programs as (

    select * from with_participants
    union all
    select
        population,
        'all' as program,
        person_key,
        started_on
    from with_participants

),

first_starts as (

    select
        population,
        program,
        person_key,
        min(started_on) as started_on
    from with_all_programs
    group by population, program, person_key

)

select
    *,
    {{ months_later(month_of("started_on"), 1) }} as window_starts_on
from first_starts
