-- A move is a change of department; a new title for the same work is none. A department that only
-- becomes known is none either.
with stretches as (

    select
        person_number,
        spell_number,
        valid_from,
        department,
        lag(department) over (
            partition by person_number, spell_number order by valid_from
        ) as previous_department
    from {{ ref("int_employment__attributed") }}

)

select
    person_number,
    spell_number,
    valid_from as moved_on
from stretches
where department <> previous_department and previous_department <> 'unknown'
