-- Only the first pairing in a role counts, whatever the program; on one day the first by name.
with seats as (

    select
        seats.program,
        people.person_number,
        seats.started_on,
        case seats.population when 'mentees' then 'mentee' else 'mentor' end as role
    from {{ ref("int_participants__started") }} as seats
    inner join {{ ref("int_people__numbered") }} as people on seats.person_key = people.person_key
    where seats.population in ('mentees', 'mentors') and seats.program <> 'all'

),

ranked as (

    select
        *,
        row_number() over (
            partition by role, person_number order by started_on, program
        ) as start_rank
    from seats

)

select
    role,
    person_number,
    program,
    {{ month_of("started_on") }} as start_month
from ranked
where
    start_rank = 1
    and role in (
        {%- for role in var("impact_roles") %}
        '{{ role }}'{{ "," if not loop.last }}
        {%- endfor %}
    )
