select
    pairing_id,
    program_id,
    mentor_key,
    mentee_key,
    started_on,
    ended_on,
    end_reason,
    match_score,
    expectations_agreed_on
from {{ source("raw", "pairings") }}
