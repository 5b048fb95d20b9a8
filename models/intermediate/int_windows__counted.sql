-- A window is counted only when all of its months have been followed. Whoever is not employed on
-- its first day is not in it.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

horizons as (

    {{ horizons() }}

),

participants as (

    select * from {{ ref("fct_participants") }}
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
        {{ month_of("started_on") }} as anchored_on,
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
        month_starts_on as anchored_on,
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
    windows.anchored_on,
    windows.window_starts_on,
    horizons.horizon_months,
    count(*) as followed_n,
    sum(
        case
            when coalesce(windows.exit_month_number, 999) > horizons.horizon_months then 1
            else 0
        end
    ) as retained_n,
    sum(
        case when windows.promotion_month_number <= horizons.horizon_months then 1 else 0 end
    ) as promoted_n
from windows
cross join horizons
cross join settings
where
    {{ months_later("windows.window_starts_on", "horizons.horizon_months") }}
    <= settings.follow_up_ends_on
group by
    windows.population,
    windows.program,
    windows.cohort,
    windows.department,
    windows.level_band,
    windows.work_arrangement,
    windows.gender,
    windows.anchored_on,
    windows.window_starts_on,
    horizons.horizon_months
