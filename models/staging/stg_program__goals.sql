select
    goal_id,
    pairing_id,
    category,
    set_on,
    due_on,
    completed_on,
    status as status_code
from {{ source("raw", "goals") }}
