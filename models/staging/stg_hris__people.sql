select
    person_key,
    birth_year,
    gender,
    ethnicity
from {{ source("raw", "people") }}
