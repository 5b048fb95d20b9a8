select
    program_id,
    participant_key,
    role as role_code,
    status as status_code,
    applied_on,
    decided_on,
    nominated_by as nominated_by_code
from {{ source("raw", "enrollments") }}
