-- Headcount: employed on the first day of the month, people on leave included, contractors not.
with months as (

    select * from {{ ref("int_calendar__months") }}

),

stretches as (

    select * from {{ ref("int_employment__attributed") }}
    where employment_type <> 'contractor'

),

promotion_months as (

    select
        person_key,
        {{ month_of("promoted_on") }} as month_starts_on,
        min(promoted_on) as promoted_on
    from {{ ref("int_promotions__dated") }}
    group by person_key, {{ month_of("promoted_on") }}

),

employed as (

    select
        months.month_starts_on,
        stretches.person_key,
        stretches.spell_number,
        stretches.department,
        stretches.level_band,
        stretches.work_arrangement,
        stretches.gender,
        stretches.spell_ended_on
    from stretches
    inner join months
        on {{ holds_on("months.month_starts_on", "stretches.valid_from", "stretches.valid_to") }}

)

select
    employed.month_starts_on,
    employed.person_key,
    employed.spell_number,
    employed.department,
    employed.level_band,
    employed.work_arrangement,
    employed.gender,
    {{ exit_month_number("employed.month_starts_on", "employed.spell_ended_on") }}
        as exit_month_number,
    promotion_months.promoted_on is not null as is_promoted_in_month,
    {{ dbt.datediff(
        "employed.month_starts_on",
        "min(promotion_months.promoted_on) over (
            partition by employed.person_key, employed.spell_number
            order by employed.month_starts_on
            rows between current row and unbounded following
        )",
        "month"
    ) }} + 1 as promotion_month_number
from employed
left join promotion_months
    on
        employed.person_key = promotion_months.person_key
        and employed.month_starts_on = promotion_months.month_starts_on
