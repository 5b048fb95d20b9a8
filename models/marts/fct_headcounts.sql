-- A month's average headcount is half of its first day's and half of the next month's first day's,
-- so who is employed on a first day stands for half a month on either side of it.
with workforce as (

    select * from {{ ref("int_workforce__monthly") }}

),

observation as (

    select min(month_starts_on) as starts_on
    from workforce

),

halves as (

    select
        month_starts_on as counted_on,
        month_starts_on as employed_on,
        person_key,
        department,
        level_band,
        work_arrangement,
        gender,
        is_promoted_in_month
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
        false as is_promoted_in_month
    from workforce
    cross join observation
    where workforce.month_starts_on > observation.starts_on

)

select
    'workforce' as population,
    'all' as program,
    cast(null as {{ dbt.type_string() }}) as cohort,
    department,
    level_band,
    work_arrangement,
    gender,
    person_key,
    counted_on,
    employed_on,
    cast(0.5 as double) as headcount,
    is_promoted_in_month
from halves
