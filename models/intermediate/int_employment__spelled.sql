with days as (

    select * from {{ ref("int_employment__stated") }}

)

select
    person_number,
    spell_number,
    min(person_key) as person_key,
    min(effective_on) as started_on,
    min(case when is_end then effective_on end) as ended_on,
    max(case when is_end then coalesce(exit_reason, 'unknown') end) as exit_reason,
    max(case when is_start and is_hire then 1 else 0 end) = 1 as is_hire_seen
from days
where spell_number > 0
group by person_number, spell_number
