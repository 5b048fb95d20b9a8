select
    listed.role,
    cast(vetoes.turned_down_n as integer) as turned_down_n,
    cast(vetoes.control_n as integer) as control_n,
    cast(vetoes.z_sum as double) as z_sum,
    cast(vetoes.z_variance as double) as z_variance
from {{ ref("int_vetoes__joined") }} as vetoes
inner join {{ ref("int_groups__listed") }} as listed on vetoes.group_number = listed.group_number
