select
    organization,
    as_of,
    middle_level_min,
    senior_level_min,
    has_gender_dimension
from {{ source("raw", "settings") }}
