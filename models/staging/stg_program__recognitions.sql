select
    person_key,
    awarded_on,
    kind as award_kind
from {{ source("raw", "recognitions") }}
