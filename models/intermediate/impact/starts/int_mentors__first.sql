-- People who share a mentor may share a fate; the first pairing's mentor counts, by key on one day.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

people as (

    select * from {{ ref("int_people__numbered") }}

),

pairings as (

    select
        pairings.mentor_key,
        people.person_number,
        row_number() over (
            partition by people.person_number
            order by pairings.started_on, pairings.program_id, pairings.mentor_key
        ) as pairing_rank
    from {{ ref("stg_program__pairings") }} as pairings
    cross join settings
    inner join people on pairings.mentee_key = people.person_key
    where pairings.started_on <= settings.as_of

)

select
    person_number,
    cast(dense_rank() over (order by mentor_key) as integer) as mentor_number
from pairings
where pairing_rank = 1
