select
    feedback_id,
    pairing_id,
    cast(given_at as date) as given_on,
    about_on,
    from_role,
    kind as kind_code
from {{ source("raw", "feedback") }}
