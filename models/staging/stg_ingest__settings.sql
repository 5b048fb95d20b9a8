select
    organization,
    as_of,
    leadership_level_min,
    leadership_positions_n,
    middle_level_min,
    senior_level_min,
    has_gender_dimension
from {{ source("raw", "settings") }}
