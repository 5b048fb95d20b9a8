select
    person_key,
    completed_on,
    kind as kind_code,
    hours as learning_hours
from {{ source("raw", "learning") }}
