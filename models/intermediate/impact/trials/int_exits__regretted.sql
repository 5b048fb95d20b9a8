-- Voluntary exits of people who were rated in the top quarter when the quarter of their last day
-- began, or whose succession plan was made in the year up to that day.
with exits as (

    select
        person_key,
        person_number,
        spell_number,
        {{ days_later("ended_on", -1) }} as last_day
    from {{ ref("int_employment__spelled") }}
    where exit_reason = 'voluntary' and ended_on is not null

),

rated as (

    select * from {{ ref("int_people__rated") }}
    where is_top_rated

),

plans as (

    select * from {{ ref("stg_hris__talent_plans") }}
    where plan_type = 'succession'

)

select
    exits.person_number,
    exits.spell_number
from exits
inner join rated
    on
        exits.person_key = rated.person_key
        and cast({{ dbt.date_trunc("quarter", "exits.last_day") }} as date)
        = rated.quarter_starts_on
union distinct
select
    exits.person_number,
    exits.spell_number
from exits
inner join plans
    on
        exits.person_key = plans.person_key
        and exits.last_day >= plans.planned_on
        and exits.last_day < {{ months_later("plans.planned_on", 12) }}
