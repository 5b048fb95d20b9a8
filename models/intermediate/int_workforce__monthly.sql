-- Headcount: employed on the first day of the month, people on leave included, contractors not.
with months as (

    select * from {{ ref("int_calendar__months") }}

),

stretches as (

    select * from {{ ref("int_employment__attributed") }}
    where employment_type <> 'contractor'

),

promotions as (

    select
        person_key,
        promoted_on,
        coalesce(
            lag(promoted_on) over (partition by person_key order by promoted_on),
            cast('0001-01-01' as date)
        ) as previously_on
    from {{ ref("int_promotions__dated") }}

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
    coalesce({{ month_of("promotions.promoted_on") }} = employed.month_starts_on, false)
        as is_promoted_in_month,
    {{ months_apart("employed.month_starts_on", "promotions.promoted_on") }} + 1
        as promotion_month_number
from employed
left join promotions
    on
        employed.person_key = promotions.person_key
        and employed.month_starts_on <= promotions.promoted_on
        and employed.month_starts_on > promotions.previously_on
