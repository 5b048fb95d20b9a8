select
    role,
    program,
    cast(step_number as integer) as step_number,
    step,
    reason,
    cast(treated_n as integer) as treated_n,
    cast(control_n as integer) as control_n
from {{ ref("int_flow__counted") }}
