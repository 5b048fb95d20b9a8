with listed as (

    select * from {{ ref("int_groups__listed") }}

),

balance as (

    select * from {{ ref("int_balance__summed") }}

)

select
    listed.role,
    listed.program,
    balance.covariate,
    balance.covariate_level,
    cast(balance.treated_before as double) as treated_before,
    cast(balance.treated_after as double) as treated_after,
    cast(balance.control_before as double) as control_before,
    cast(balance.control_after as double) as control_after
from balance
inner join listed on balance.group_number = listed.group_number
