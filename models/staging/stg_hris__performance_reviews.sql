select
    person_key,
    reviewed_on,
    rating,
    rating_scale_max
from {{ source("raw", "performance_reviews") }}
