select
    meeting_id,
    pairing_id,
    status as status_code,
    modality as modality_code,
    kind as kind_code,
    duration_minutes,
    scheduled_at,
    cast(scheduled_at as date) as scheduled_on
from {{ source("raw", "meetings") }}
