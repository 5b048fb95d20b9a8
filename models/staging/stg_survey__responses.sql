select
    survey_id,
    wave,
    response_id,
    respondent_key,
    program_id,
    item_id,
    answer,
    may_quote,
    submitted_at,
    cast(submitted_at as date) as submitted_on,
    try_cast(answer as double) as answer_score
from {{ source("raw", "survey_responses") }}
