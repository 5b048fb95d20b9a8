-- The two backward questions are asked of the same people: their covariance makes one joint test.
with sums as (

    select * from {{ ref("int_sums__by_person") }}
    where outcome in ('prior_promotion', 'prior_rating')

),

means as (

    select
        group_number,
        outcome,
        arm,
        sum(weight) as weight,
        sum(weighted_outcome) / sum(weight) as mean_outcome
    from sums
    group by group_number, outcome, arm

),

influences as (

    select
        sums.group_number,
        sums.person_number,
        sum(
            case
                when sums.outcome <> 'prior_promotion' then 0
                when sums.arm = 'mentored' then 1
                else -1
            end * (sums.weighted_outcome - means.mean_outcome * sums.weight) / means.weight
        ) as promotion_influence,
        sum(
            case
                when sums.outcome <> 'prior_rating' then 0
                when sums.arm = 'mentored' then 1
                else -1
            end * (sums.weighted_outcome - means.mean_outcome * sums.weight) / means.weight
        ) as rating_influence
    from sums
    inner join means
        on
            sums.group_number = means.group_number
            and sums.outcome = means.outcome
            and sums.arm = means.arm
    group by sums.group_number, sums.person_number

)

select
    group_number,
    count(*) / nullif(count(*) - 1.0, 0) * sum(promotion_influence * rating_influence) as covariance
from influences
group by group_number
