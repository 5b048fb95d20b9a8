-- Everybody employed on the first day of a window: participants of the one that opens in the month
-- after their start, the workforce of one that opens every month.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

participants as (

    select * from {{ ref("int_participants__attributed") }}
    where is_employed_at_window_start

),

workforce as (

    select * from {{ ref("int_workforce__monthly") }}

),

windows as (

    select
        population,
        program,
        cohort,
        department,
        level_band,
        work_arrangement,
        gender,
        person_key,
        started_on as counted_on,
        window_starts_on,
        exit_month_number,
        promotion_month_number
    from participants
    union all
    select
        'workforce' as population,
        'all' as program,
        cast(null as {{ dbt.type_string() }}) as cohort,
        department,
        level_band,
        work_arrangement,
        gender,
        person_key,
        month_starts_on as counted_on,
        month_starts_on as window_starts_on,
        exit_month_number,
        promotion_month_number
    from workforce

)

select
    windows.population,
    windows.program,
    windows.cohort,
    windows.department,
    windows.level_band,
    windows.work_arrangement,
    windows.gender,
    windows.person_key,
    windows.counted_on,
    windows.window_starts_on,
    cast(windows.exit_month_number as integer) as exit_month_number,
    cast(windows.promotion_month_number as integer) as promotion_month_number,
    cast(
        {{ dbt.datediff("windows.window_starts_on", "settings.follow_up_ends_on", "month") }}
        as integer
    ) as followed_months_n
from windows
cross join settings
