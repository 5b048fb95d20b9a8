-- Participants belong to the period in which they started, once everybody who could have started
-- in it has been followed. The workforce belongs to the period whose first day opens its window;
-- for the whole time, that is the newest complete window.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

grains as (

    select * from {{ ref("int_grains__offered") }}

),

dimensions as (

    select * from {{ ref("int_dimensions__offered") }}

),

windows as (

    select * from {{ ref("int_windows__counted") }}

),

in_periods as (

    select
        windows.*,
        grains.period_grain,
        {{ period_start("grains.period_grain", "windows.anchored_on") }} as period_starts_on
    from windows
    cross join grains

),

complete as (

    select
        in_periods.*,
        coalesce(
            in_periods.period_starts_on,
            min(in_periods.anchored_on) over (
                partition by
                    in_periods.population,
                    in_periods.program,
                    in_periods.horizon_months,
                    in_periods.period_grain
            )
        ) as period_start
    from in_periods
    cross join settings
    where
        case
            when in_periods.population = 'workforce' and in_periods.period_grain = 'all'
                then
                    {{ months_later("in_periods.window_starts_on", "in_periods.horizon_months") }}
                    = settings.follow_up_ends_on
            when in_periods.population = 'workforce'
                then in_periods.window_starts_on = in_periods.period_starts_on
            when in_periods.period_grain = 'all' then true
            else
                {{ months_later(
                    "in_periods.period_starts_on",
                    period_months_n("in_periods.period_grain") ~ " + in_periods.horizon_months"
                ) }} <= settings.follow_up_ends_on
        end

),

cut as (

    select
        complete.*,
        dimensions.dimension,
        {{ member("dimensions.dimension") }} as member
    from complete
    cross join dimensions

)

select
    population,
    program,
    dimension,
    member,
    period_grain,
    period_start,
    horizon_months,
    sum(followed_n) as followed_n,
    sum(retained_n) as retained_n,
    sum(promoted_n) as promoted_n
from cut
where member is not null
group by population, program, dimension, member, period_grain, period_start, horizon_months
