-- One person can be a control first and be mentored later: what they add to both arms is one
-- person's, so the arms' covariance belongs to the variance of the effect.
with horizons as (

    {{ numbers("horizon_months", var("impact_horizons")) }}

),

accumulated as (

    select * from {{ ref("int_influence__accumulated") }}

),

both_arms as (

    select
        mentored.group_number,
        mentored.outcome,
        mentored.person_number
    from accumulated as mentored
    inner join accumulated as comparison
        on
            mentored.group_number = comparison.group_number
            and mentored.outcome = comparison.outcome
            and mentored.person_number = comparison.person_number
            and mentored.month = comparison.month
    where mentored.arm = 'mentored' and comparison.arm = 'comparison' and mentored.month = 1

),

summed as (

    select
        accumulated.group_number,
        accumulated.outcome,
        accumulated.person_number,
        horizons.horizon_months,
        sum(case when accumulated.arm = 'mentored' then accumulated.own_step else 0 end)
            as mentored_own,
        sum(case when accumulated.arm = 'mentored' then accumulated.lost_step else 0 end)
            as mentored_lost,
        sum(case when accumulated.arm = 'comparison' then accumulated.own_step else 0 end)
            as comparison_own,
        sum(case when accumulated.arm = 'comparison' then accumulated.lost_step else 0 end)
            as comparison_lost
    from accumulated
    inner join both_arms
        on
            accumulated.group_number = both_arms.group_number
            and accumulated.outcome = both_arms.outcome
            and accumulated.person_number = both_arms.person_number
    inner join horizons on accumulated.month <= horizons.horizon_months
    group by
        accumulated.group_number,
        accumulated.outcome,
        accumulated.person_number,
        horizons.horizon_months

)

select
    group_number,
    outcome,
    horizon_months,
    sum(mentored_own * comparison_own) as own_own,
    sum(mentored_own * comparison_lost) as own_lost,
    sum(mentored_lost * comparison_own) as lost_own,
    sum(mentored_lost * comparison_lost) as lost_lost
from summed
group by group_number, outcome, horizon_months
