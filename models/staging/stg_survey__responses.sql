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
    {{ dbt.safe_cast("answer", api.Column.translate_type("float")) }} as answer_score
from {{ source("raw", "survey_responses") }}
