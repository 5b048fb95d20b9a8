-- The first day of a spell is a hire into a level, not a promotion.
select
    person_number,
    person_key,
    spell_number,
    effective_on as promoted_on
from {{ ref("int_employment__stated") }}
where is_promotion and state = 'in' and not is_start
