-- Only the first pairing in a role counts, whatever the program; on one day the first by name.
with seats as (

    select
        program,
        person_key,
        started_on,
        case population when 'mentees' then 'mentee' else 'mentor' end as role
    from {{ ref("int_participants__started") }}
    where population in ('mentees', 'mentors') and program <> 'all'

),

ranked as (

    select
        *,
        row_number() over (partition by role, person_key order by started_on, program) as start_rank
    from seats

)

select
    role,
    person_key,
    program,
    {{ month_of("started_on") }} as start_month
from ranked
where
    start_rank = 1
    and role in ('{{ var("impact_roles") | join("', '") }}')
