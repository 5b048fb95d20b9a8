-- Attributes are those of the day of the start; employment is that of the window's first day.
with starts as (

    select * from {{ ref("int_participants__started") }}

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

promotions as (

    select * from {{ ref("int_promotions__dated") }}

),

at_start as (

    select
        starts.population,
        starts.program,
        starts.person_key,
        starts.started_on,
        starts.window_starts_on,
        attributed.spell_number,
        attributed.spell_ended_on,
        attributed.exit_reason,
        attributed.department,
        attributed.level_band,
        attributed.work_arrangement,
        attributed.gender
    from starts
    inner join attributed
        on
            starts.person_key = attributed.person_key
            and {{ holds_on("starts.started_on", "attributed.valid_from", "attributed.valid_to") }}

),

first_promotions as (

    select
        at_start.population,
        at_start.program,
        at_start.person_key,
        min(promotions.promoted_on) as promoted_on
    from at_start
    inner join promotions
        on
            at_start.person_key = promotions.person_key
            and at_start.window_starts_on <= promotions.promoted_on
    group by at_start.population, at_start.program, at_start.person_key

)

select
    at_start.population,
    at_start.program,
    at_start.person_key,
    at_start.started_on,
    at_start.window_starts_on,
    at_start.department,
    at_start.level_band,
    at_start.work_arrangement,
    at_start.gender,
    at_start.exit_reason,
    at_start.spell_ended_on as ended_on,
    first_promotions.promoted_on,
    case
        when at_start.program <> 'all'
            then {{ cohort_of("at_start.program", "at_start.started_on") }}
    end as cohort,
    coalesce(at_start.spell_ended_on > at_start.window_starts_on, true)
        as is_employed_at_window_start,
    {{ exit_month_number("at_start.window_starts_on", "at_start.spell_ended_on") }}
        as exit_month_number,
    {{ months_apart("at_start.window_starts_on", "first_promotions.promoted_on") }} + 1
        as promotion_month_number
from at_start
left join first_promotions
    on
        at_start.population = first_promotions.population
        and at_start.program = first_promotions.program
        and at_start.person_key = first_promotions.person_key
