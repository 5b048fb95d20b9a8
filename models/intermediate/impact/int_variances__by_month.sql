-- Squares of running sums, added up without a row for every person and later month: a square grows
-- only in the months in which its person is followed.
with accumulated as (

    select * from {{ ref("int_influence__accumulated") }}

),

grown as (

    select
        group_number,
        arm,
        outcome,
        month,
        sum(own * own - (own - own_step) * (own - own_step)) as own_square,
        sum(lost * lost - (lost - lost_step) * (lost - lost_step)) as lost_square,
        sum(own * lost - (own - own_step) * (lost - lost_step)) as own_lost
    from accumulated
    group by group_number, arm, outcome, month

),

summed as (

    select
        group_number,
        arm,
        outcome,
        month,
        sum(own_square) over (
            partition by group_number, arm, outcome order by month
            rows between unbounded preceding and current row
        ) as own_square,
        sum(lost_square) over (
            partition by group_number, arm, outcome order by month
            rows between unbounded preceding and current row
        ) as lost_square,
        sum(own_lost) over (
            partition by group_number, arm, outcome order by month
            rows between unbounded preceding and current row
        ) as own_lost
    from grown

)

select
    hazards.group_number,
    hazards.arm,
    hazards.outcome,
    hazards.month,
    hazards.incidence,
    hazards.at_risk_n,
    summed.own_square
    - 2 * hazards.incidence * summed.own_lost
    + hazards.incidence * hazards.incidence * summed.lost_square as variance
from {{ ref("int_hazards__by_month") }} as hazards
inner join summed
    on
        hazards.group_number = summed.group_number
        and hazards.arm = summed.arm
        and hazards.outcome = summed.outcome
        and hazards.month = summed.month
