select
    person_key,
    effective_on,
    event as event_code,
    department,
    level,
    job_title,
    location,
    work_arrangement,
    manager_key,
    employment_type,
    exit_reason
from {{ source("raw", "job_history") }}
