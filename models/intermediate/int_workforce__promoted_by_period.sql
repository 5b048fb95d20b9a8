-- Complete periods only; the whole time is the last twelve complete months. A month's average
-- headcount is the mean of its first day and the next month's first day; a longer period's is the
-- mean of its months. People count once however often they are promoted.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

grains as (

    select * from {{ ref("int_grains__offered") }}

),

dimensions as (

    select * from {{ ref("int_dimensions__offered") }}

),

workforce as (

    select
        *,
        cast(null as {{ dbt.type_string() }}) as cohort
    from {{ ref("int_workforce__monthly") }}

),

periods as (

    select distinct
        grains.period_grain,
        workforce.month_starts_on,
        case
            when grains.period_grain = 'all'
                then {{ months_later("settings.follow_up_ends_on", -12) }}
            else {{ period_start("grains.period_grain", "workforce.month_starts_on") }}
        end as period_start,
        case
            when grains.period_grain = 'all' then 12
            else {{ period_months_n("grains.period_grain") }}
        end as months_n
    from (select distinct month_starts_on from workforce) as workforce
    cross join grains
    cross join settings

),

complete as (

    select periods.*
    from periods
    cross join settings
    where
        periods.month_starts_on >= periods.period_start
        and {{ months_later("periods.period_start", "periods.months_n") }}
        <= settings.follow_up_ends_on

),

headcounts as (

    select
        workforce.month_starts_on,
        dimensions.dimension,
        {{ member("dimensions.dimension") }} as member,
        count(*) as headcount_n
    from workforce
    cross join dimensions
    group by
        workforce.month_starts_on,
        dimensions.dimension,
        {{ member("dimensions.dimension") }}

),

averaged as (

    select
        headcounts.*,
        (headcounts.headcount_n + coalesce(next_month.headcount_n, 0)) / 2.0 as average_headcount
    from headcounts
    left join headcounts as next_month
        on
            headcounts.dimension = next_month.dimension
            and headcounts.member = next_month.member
            and next_month.month_starts_on = {{ months_later("headcounts.month_starts_on", 1) }}

),

exposures as (

    select
        averaged.dimension,
        averaged.member,
        complete.period_grain,
        complete.period_start,
        sum(averaged.average_headcount) / max(complete.months_n) as average_headcount
    from averaged
    inner join complete on averaged.month_starts_on = complete.month_starts_on
    where averaged.member is not null
    group by
        averaged.dimension, averaged.member, complete.period_grain, complete.period_start

),

promoted as (

    select
        dimensions.dimension,
        {{ member("dimensions.dimension") }} as member,
        complete.period_grain,
        complete.period_start,
        count(distinct workforce.person_key) as promoted_n
    from workforce
    inner join complete on workforce.month_starts_on = complete.month_starts_on
    cross join dimensions
    where workforce.is_promoted_in_month
    group by
        dimensions.dimension,
        {{ member("dimensions.dimension") }},
        complete.period_grain,
        complete.period_start

)

select
    exposures.dimension,
    exposures.member,
    exposures.period_grain,
    exposures.period_start,
    exposures.average_headcount,
    coalesce(promoted.promoted_n, 0) as promoted_n
from exposures
left join promoted
    on
        exposures.dimension = promoted.dimension
        and exposures.member = promoted.member
        and exposures.period_grain = promoted.period_grain
        and exposures.period_start = promoted.period_start
