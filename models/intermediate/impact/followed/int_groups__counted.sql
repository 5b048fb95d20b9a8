-- People of each group: treated ones, those matched, those followed for all of the horizon; the
-- controls and what their weights are worth.
with trials as (

    select * from {{ ref("int_trials__eligible") }}
    where is_treated

),

horizons as (

    {{ numbers("horizon_months", var("impact_horizons")) }}

),

treated as (

    select
        groups.group_number,
        horizons.horizon_months,
        count(*) as treated_n,
        count(groups.rung) as matched_treated_n,
        sum(
            case
                when groups.rung is not null and trials.last_month_number >= horizons.horizon_months
                    then 1
                else 0
            end
        ) as fully_followed_n
    from {{ ref("int_groups__matched") }} as groups
    inner join trials
        on
            groups.cell_number = trials.cell_number
            and groups.person_number = trials.person_number
    cross join horizons
    where groups.design = 'headline'
    group by groups.group_number, horizons.horizon_months

),

controls as (

    select
        group_number,
        count(*) as control_n,
        sum(followed_weight) * sum(followed_weight) / sum(followed_weight * followed_weight)
            as control_ess
    from {{ ref("int_follow_ups__monthly") }}
    where arm = 'comparison' and month = 1
    group by group_number

),

people as (

    select
        group_number,
        count(distinct person_number) as people_n
    from {{ ref("int_follow_ups__monthly") }}
    where month = 1
    group by group_number

)

select
    treated.group_number,
    treated.horizon_months,
    treated.treated_n,
    treated.matched_treated_n,
    controls.control_ess,
    treated.fully_followed_n / cast(nullif(treated.matched_treated_n, 0) as double)
        as full_follow_up_share,
    coalesce(controls.control_n, 0) as control_n,
    coalesce(people.people_n, 0) as people_n
from treated
left join controls on treated.group_number = controls.group_number
left join people on treated.group_number = people.group_number
