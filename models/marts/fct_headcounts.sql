-- A month's average headcount is half of its first day's and half of the next month's first day's,
-- so who is employed on a first day stands for half a month on either side of it. An exit is a row
-- without headcount, in the month that holds the last day of work.
{#- The least share of a year's exits that must say why, for voluntary ones to be told apart. #}
{%- set least_known_share = 0.8 %}
with workforce as (

    select * from {{ ref("int_workforce__monthly") }}

),

observation as (

    select * from {{ ref("int_observation__started") }}

),

first_month as (

    select min(month_starts_on) as starts_on
    from workforce

),

exits as (

    select
        person_key,
        department,
        level_band,
        work_arrangement,
        gender,
        exit_reason,
        {{ days_later("spell_ended_on", -1) }} as left_on,
        {{ month_of(days_later("spell_ended_on", -1)) }} as counted_on
    from {{ ref("int_employment__attributed") }}
    where valid_to = spell_ended_on and employment_type <> 'contractor'

),

years as (

    select
        extract(year from counted_on) as left_in_year,
        avg(case when exit_reason <> 'unknown' then 1.0 else 0.0 end) >= {{ least_known_share }}
            as is_known_why
    from exits
    group by extract(year from counted_on)

),

stretches as (

    select
        month_starts_on as counted_on,
        month_starts_on as employed_on,
        person_key,
        department,
        level_band,
        work_arrangement,
        gender,
        is_promoted_in_month,
        false as is_exit,
        false as is_voluntary_exit,
        cast(0.5 as double) as headcount
    from workforce
    union all
    select
        {{ months_later("workforce.month_starts_on", -1) }} as counted_on,
        workforce.month_starts_on as employed_on,
        workforce.person_key,
        workforce.department,
        workforce.level_band,
        workforce.work_arrangement,
        workforce.gender,
        false as is_promoted_in_month,
        false as is_exit,
        false as is_voluntary_exit,
        cast(0.5 as double) as headcount
    from workforce
    cross join first_month
    where workforce.month_starts_on > first_month.starts_on
    union all
    select
        counted_on,
        left_on as employed_on,
        person_key,
        department,
        level_band,
        work_arrangement,
        gender,
        false as is_promoted_in_month,
        true as is_exit,
        exit_reason = 'voluntary' as is_voluntary_exit,
        cast(0 as double) as headcount
    from exits

)

select
    'workforce' as population,
    'all' as program,
    cast(null as {{ dbt.type_string() }}) as cohort,
    stretches.department,
    stretches.level_band,
    stretches.work_arrangement,
    stretches.gender,
    stretches.person_key,
    stretches.counted_on,
    stretches.employed_on,
    stretches.headcount,
    stretches.is_promoted_in_month,
    stretches.is_exit,
    stretches.is_voluntary_exit,
    coalesce(years.is_known_why, true) as is_known_why
from stretches
cross join observation
left join years on extract(year from stretches.counted_on) = years.left_in_year
where coalesce(stretches.counted_on >= observation.observed_from, true)
