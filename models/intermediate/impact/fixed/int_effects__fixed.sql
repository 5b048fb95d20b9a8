-- Differences of weighted means with person-clustered variances, weights taken as known.
with sums as (

    select
        group_number,
        arm,
        outcome,
        horizon_months,
        person_number,
        weight,
        weighted_outcome,
        weight_contaminated
    from {{ ref("int_sums__by_person") }}
    union all
    select
        group_number,
        arm,
        outcome,
        horizon_months,
        person_number,
        weight,
        weighted_outcome,
        weight_contaminated
    from {{ ref("int_sums__of_applicants") }}

),

means as (

    select
        group_number,
        outcome,
        horizon_months,
        arm,
        count(*) as people_n,
        sum(weight) as weight,
        sum(weighted_outcome) / sum(weight) as mean_outcome,
        count(case when weighted_outcome > 0 then 1 end) as event_n,
        count(case when weighted_outcome < weight - 0.000000001 then 1 end) as no_event_n,
        sum(weight_contaminated) / sum(weight) as contaminated_share,
        sum(weight) * sum(weight) / sum(weight * weight) as effective_n,
        max(weight) as largest_weight
    from sums
    group by group_number, outcome, horizon_months, arm

),

influences as (

    select
        sums.group_number,
        sums.outcome,
        sums.horizon_months,
        sums.arm,
        sums.person_number,
        (sums.weighted_outcome - means.mean_outcome * sums.weight) / means.weight as influence
    from sums
    inner join means
        on
            sums.group_number = means.group_number
            and sums.outcome = means.outcome
            and sums.horizon_months = means.horizon_months
            and sums.arm = means.arm

),

mentored as (

    select * from influences
    where arm = 'mentored'

),

-- The few who were mentored are looked up by the many who were not, who are never grouped.
compared as (

    select
        comparison.group_number,
        comparison.outcome,
        comparison.horizon_months,
        mentored.person_number as mentored_number,
        comparison.influence as comparison,
        coalesce(mentored.influence, 0) as mentored
    from influences as comparison
    left join mentored
        on
            comparison.group_number = mentored.group_number
            and comparison.outcome = mentored.outcome
            and comparison.horizon_months = mentored.horizon_months
            and comparison.person_number = mentored.person_number
    where comparison.arm = 'comparison'

),

both_arms as (

    select * from compared
    where mentored_number is not null

),

added as (

    select
        group_number,
        outcome,
        horizon_months,
        mentored,
        comparison
    from compared
    union all
    select
        mentored.group_number,
        mentored.outcome,
        mentored.horizon_months,
        mentored.influence as mentored,
        0 as comparison
    from mentored
    left join both_arms
        on
            mentored.group_number = both_arms.group_number
            and mentored.outcome = both_arms.outcome
            and mentored.horizon_months = both_arms.horizon_months
            and mentored.person_number = both_arms.mentored_number
    where both_arms.mentored_number is null

),

variances as (

    select
        group_number,
        outcome,
        horizon_months,
        count(*) / nullif(count(*) - 1.0, 0) * sum(mentored * mentored) as treated_variance,
        count(*) / nullif(count(*) - 1.0, 0) * sum(comparison * comparison) as control_variance,
        count(*) / nullif(count(*) - 1.0, 0) * sum(mentored * comparison) as covariance,
        max((mentored - comparison) * (mentored - comparison))
        / nullif(sum((mentored - comparison) * (mentored - comparison)), 0) as largest_person_share
    from added
    group by group_number, outcome, horizon_months

)

select
    mentored.group_number,
    mentored.outcome,
    mentored.horizon_months,
    mentored.people_n as matched_treated_n,
    comparison.people_n as control_n,
    comparison.effective_n as control_ess,
    mentored.mean_outcome as treated_mean,
    comparison.mean_outcome as control_mean,
    mentored.event_n as treated_event_n,
    comparison.event_n as control_event_n,
    mentored.no_event_n as treated_no_event_n,
    comparison.no_event_n as control_no_event_n,
    comparison.contaminated_share,
    comparison.largest_weight,
    variances.treated_variance,
    variances.control_variance,
    variances.covariance,
    variances.largest_person_share
from means as mentored
inner join means as comparison
    on
        mentored.group_number = comparison.group_number
        and mentored.outcome = comparison.outcome
        and mentored.horizon_months = comparison.horizon_months
inner join variances
    on
        mentored.group_number = variances.group_number
        and mentored.outcome = variances.outcome
        and mentored.horizon_months = variances.horizon_months
where mentored.arm = 'mentored' and comparison.arm = 'comparison'
