-- At risk in month t: entered before it, and neither gone nor censored before it. Within a month
-- a promotion, or a first leadership role, comes before an exit.
{%- set months_n = 36 %}
with grains as (

    select * from {{ ref("int_grains__offered") }}
    where period_grain in ('all', 'year')

),

dimensions as (

    select * from {{ ref("int_dimensions__offered") }}

),

follow_ups as (

    select * from {{ ref("int_follow_ups__observed") }}

),

outcomes as (

    select
        *,
        'retention' as outcome,
        least(coalesce(exit_month_number, 999), last_month_number) as end_month_number,
        case when exit_month_number <= last_month_number then 1 else 0 end as is_event,
        0 as is_competing
    from follow_ups
    {% for outcome, month, condition in [
        ("promotion", "promotion_month_number", "true"),
        ("leadership", "leadership_month_number", "is_below_leadership"),
    ] %}
    union all
    select
        *,
        '{{ outcome }}' as outcome,
        least(
            coalesce({{ month }}, 999), coalesce(exit_month_number, 999), last_month_number
        ) as end_month_number,
        case
            when
                {{ month }} <= last_month_number
                and {{ month }} <= coalesce(exit_month_number, 999)
                then 1
            else 0
        end as is_event,
        case
            when
                exit_month_number <= last_month_number
                and exit_month_number < coalesce({{ month }}, 999)
                then 1
            else 0
        end as is_competing
    from follow_ups
    where {{ condition }}
    {% endfor %}

),

cells as (

    select
        population,
        program,
        cohort,
        department,
        level_band,
        work_arrangement,
        gender,
        outcome,
        entry_month_number,
        end_month_number,
        is_event,
        is_competing,
        cast({{ dbt.date_trunc("year", "anchored_on") }} as date) as year_starts_on,
        min({{ month_of("anchored_on") }}) as first_month,
        count(*) as people_n
    from outcomes
    where end_month_number > entry_month_number and entry_month_number < {{ months_n }}
    group by
        population,
        program,
        cohort,
        department,
        level_band,
        work_arrangement,
        gender,
        outcome,
        entry_month_number,
        end_month_number,
        is_event,
        is_competing,
        cast({{ dbt.date_trunc("year", "anchored_on") }} as date)

),

cut as (

    select
        cells.*,
        grains.period_grain,
        dimensions.dimension,
        {{ member("dimensions.dimension") }} as member,
        case
            when grains.period_grain = 'year' then cells.year_starts_on
            else min(cells.first_month) over (partition by cells.population, cells.program)
        end as period_start
    from cells
    cross join grains
    cross join dimensions

),

steps as (

    select
        population,
        program,
        dimension,
        member,
        period_grain,
        period_start,
        outcome,
        entry_month_number + 1 as month,
        people_n as entered_n,
        0 as ended_n,
        0 as event_n,
        0 as competing_n
    from cut
    where member is not null
    union all
    select
        population,
        program,
        dimension,
        member,
        period_grain,
        period_start,
        outcome,
        end_month_number as month,
        0 as entered_n,
        people_n as ended_n,
        people_n * is_event as event_n,
        people_n * is_competing as competing_n
    from cut
    where member is not null

),

by_month as (

    select
        population,
        program,
        dimension,
        member,
        period_grain,
        period_start,
        outcome,
        month,
        sum(entered_n) as entered_n,
        sum(ended_n) as ended_n,
        sum(event_n) as event_n,
        sum(competing_n) as competing_n
    from steps
    where month <= {{ months_n }}
    group by population, program, dimension, member, period_grain, period_start, outcome, month

),

curves as (

    select distinct
        population,
        program,
        dimension,
        member,
        period_grain,
        period_start,
        outcome
    from by_month

),

months as (

    {% for month in range(1, months_n + 1) %}
    select {{ month }} as month
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

spine as (

    select
        curves.*,
        months.month
    from curves
    cross join months

),

filled as (

    select
        spine.*,
        coalesce(by_month.entered_n, 0) as entered_n,
        coalesce(by_month.ended_n, 0) as ended_n,
        coalesce(by_month.event_n, 0) as event_n,
        coalesce(by_month.competing_n, 0) as competing_n
    from spine
    left join by_month
        on
            spine.population = by_month.population
            and spine.program = by_month.program
            and spine.dimension = by_month.dimension
            and spine.member = by_month.member
            and spine.period_grain = by_month.period_grain
            and spine.period_start = by_month.period_start
            and spine.outcome = by_month.outcome
            and spine.month = by_month.month

),

at_risk as (

    select
        *,
        sum(entered_n - ended_n) over (
            partition by
                population, program, dimension, member, period_grain, period_start, outcome
            order by month
            rows between unbounded preceding and current row
        ) + ended_n as at_risk_n
    from filled

)

select
    population,
    program,
    dimension,
    member,
    period_grain,
    period_start,
    outcome,
    month,
    cast(at_risk_n as integer) as at_risk_n,
    cast(event_n as integer) as event_n,
    cast(competing_n as integer) as competing_n
from at_risk
where at_risk_n > 0
