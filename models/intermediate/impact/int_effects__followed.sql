-- mentored_vs_not: the arms' curves at the horizon. Variances and covariance: C/(C-1) times the sum
-- over persons of the products of what each adds to the arms.
with horizons as (

    {{ numbers("horizon_months", var("impact_horizons")) }}

),

variances as (

    select * from {{ ref("int_variances__by_month") }}

),

hazards as (

    select
        hazards.group_number,
        hazards.arm,
        hazards.outcome,
        horizons.horizon_months,
        max(hazards.month) as last_month,
        min(hazards.survival) as survival,
        sum(hazards.event_n) as event_n,
        max(hazards.largest_weight) as largest_weight
    from {{ ref("int_hazards__by_month") }} as hazards
    inner join horizons on hazards.month <= horizons.horizon_months
    group by hazards.group_number, hazards.arm, hazards.outcome, horizons.horizon_months

),

arms as (

    -- Where the last one has left, the curve stays where it was.
    select
        hazards.*,
        variances.incidence,
        variances.variance
    from hazards
    inner join variances
        on
            hazards.group_number = variances.group_number
            and hazards.arm = variances.arm
            and hazards.outcome = variances.outcome
            and hazards.last_month = variances.month

),

covariances as (

    select * from {{ ref("int_covariances__by_horizon") }}

)

select
    mentored.group_number,
    mentored.outcome,
    mentored.horizon_months,
    counted.treated_n,
    counted.matched_treated_n,
    counted.control_n,
    counted.control_ess,
    counted.full_follow_up_share,
    mentored.event_n as treated_event_n,
    comparison.event_n as control_event_n,
    mentored.incidence as treated_incidence,
    comparison.incidence as control_incidence,
    comparison.largest_weight,
    counted.people_n / nullif(counted.people_n - 1.0, 0) * mentored.variance as treated_variance,
    counted.people_n / nullif(counted.people_n - 1.0, 0) * comparison.variance as control_variance,
    counted.people_n / nullif(counted.people_n - 1.0, 0) * (
        coalesce(covariances.own_own, 0)
        - comparison.incidence * coalesce(covariances.own_lost, 0)
        - mentored.incidence * coalesce(covariances.lost_own, 0)
        + mentored.incidence * comparison.incidence * coalesce(covariances.lost_lost, 0)
    ) as covariance
from arms as mentored
inner join arms as comparison
    on
        mentored.group_number = comparison.group_number
        and mentored.outcome = comparison.outcome
        and mentored.horizon_months = comparison.horizon_months
inner join {{ ref("int_groups__counted") }} as counted
    on
        mentored.group_number = counted.group_number
        and mentored.horizon_months = counted.horizon_months
left join covariances
    on
        mentored.group_number = covariances.group_number
        and mentored.outcome = covariances.outcome
        and mentored.horizon_months = covariances.horizon_months
where
    mentored.arm = 'mentored'
    and comparison.arm = 'comparison'
    -- Nobody at risk any more, and not because all have left: the horizon cannot be reached.
    and (mentored.last_month = mentored.horizon_months or mentored.survival = 0)
    and (comparison.last_month = comparison.horizon_months or comparison.survival = 0)
    and counted.full_follow_up_share > 0
