select distinct
    group_number,
    role,
    program,
    subgroup_dimension,
    subgroup_member
from {{ ref("int_groups__studied") }}
