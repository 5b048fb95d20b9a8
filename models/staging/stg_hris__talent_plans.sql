select
    person_key,
    planned_on,
    plan_type,
    target_level
from {{ source("raw", "talent_plans") }}
