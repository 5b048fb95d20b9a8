select
    program_id,
    participant_key as person_key,
    role as role_code,
    applied_on,
    status as status_code,
    decided_on,
    nominated_by
from {{ source("raw", "enrollments") }}
