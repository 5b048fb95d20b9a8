with listed as (

    select * from {{ ref("int_groups__listed") }}

),

effects as (

    select * from {{ ref("int_effects__fixed") }}
    where horizon_months = 0

)

select
    listed.role,
    listed.program,
    effects.outcome as question,
    cast(effects.matched_treated_n as integer) as treated_n,
    cast(effects.control_n as integer) as control_n,
    cast(effects.treated_mean - effects.control_mean as double) as difference,
    cast(
        effects.treated_variance + effects.control_variance - 2 * effects.covariance as double
    ) as variance
from effects
inner join listed on effects.group_number = listed.group_number
