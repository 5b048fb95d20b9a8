select
    listed.role,
    listed.program,
    eligible.estimand,
    cast(eligible.horizon_months as integer) as horizon_months,
    cast(eligible.treated_n as integer) as treated_n,
    cast(eligible.matched_treated_n as integer) as matched_treated_n
from {{ ref("int_eligible__followed") }} as eligible
inner join {{ ref("int_groups__listed") }} as listed
    on eligible.group_number = listed.group_number
where listed.subgroup_dimension = 'all'
