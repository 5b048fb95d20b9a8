with listed as (

    select * from {{ ref("int_groups__listed") }}
    where subgroup_dimension = 'all'

),

curves as (

    select * from {{ ref("int_variances__by_month") }}

)

select
    listed.role,
    listed.program,
    curves.outcome,
    curves.arm,
    cast(curves.month as integer) as month,
    cast({{ reported_share("curves.outcome", "curves.incidence") }} as double)
        as survival_or_incidence,
    cast(curves.variance as double) as variance,
    cast(curves.at_risk_n as integer) as at_risk_n
from curves
inner join listed on curves.group_number = listed.group_number
where {{ is_asked_of("curves.outcome", "listed.role") }}
