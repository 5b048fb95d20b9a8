select
    organization,
    as_of,
    follow_up_ends_on,
    middle_level_min,
    senior_level_min,
    has_gender_dimension
from {{ source("raw", "settings") }}
