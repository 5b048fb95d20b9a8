select
    exposure_id,
    mentee_key,
    pairing_id,
    occurred_on,
    kind as kind_code
from {{ source("raw", "exposures") }}
