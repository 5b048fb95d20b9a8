-- Who could be compared after a fixed time, whether anybody alike was found or not: of those who
-- started, of those who had applied, and of those a lottery offered a mentor.
with horizons as (

    {{ numbers("horizon_months", var("impact_horizons")) }}

),

settings as (

    select {{ month_number("follow_up_ends_on") }} as follow_up_ends_number
    from {{ ref("int_settings__resolved") }}

),

started as (

    select
        group_number,
        'started_vs_not_yet' as estimand,
        cast(replace(design, 'followed_', '') as integer) as horizon_months,
        count(*) as treated_n,
        count(rung) as matched_treated_n
    from {{ ref("int_groups__matched") }}
    where design like 'followed_%'
    group by group_number, cast(replace(design, 'followed_', '') as integer)

),

applied as (

    select
        listed.group_number,
        'mentored_vs_applied' as estimand,
        horizons.horizon_months,
        count(*) as treated_n,
        count(weighted.rung) as matched_treated_n
    from {{ ref("int_applicants__weighted") }} as weighted
    cross join horizons
    cross join settings
    inner join {{ ref("int_groups__listed") }} as listed
        on
            weighted.role = listed.role
            and (listed.program = 'all' or weighted.program = listed.program)
            and listed.subgroup_dimension = 'all'
    where
        weighted.is_treated
        and weighted.trial_month_number + 1 + horizons.horizon_months
        <= settings.follow_up_ends_number
    group by listed.group_number, horizons.horizon_months

),

offered as (

    select
        lost.group_number,
        'offered_vs_not' as estimand,
        horizons.horizon_months,
        lost.offered_kept_n as treated_n,
        lost.offered_kept_n as matched_treated_n
    from {{ ref("int_offers__lost") }} as lost
    cross join horizons

),

together as (

    select * from started
    union all
    select * from applied
    union all
    select * from offered

)

select
    *,
    matched_treated_n / cast(nullif(treated_n, 0) as double) as matched_share
from together
