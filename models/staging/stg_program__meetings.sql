select
    meeting_id,
    pairing_id,
    status as status_code,
    scheduled_at,
    cast(scheduled_at as date) as scheduled_on
from {{ source("raw", "meetings") }}
