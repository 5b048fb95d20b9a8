-- A construct's score is the mean of its items after reversing, where at least half of them were
-- answered. Items on different scales are never pooled, so the scale is part of the grain.
select
    survey_id,
    wave,
    response_id,
    respondent_key,
    program_id,
    submitted_on,
    construct,
    item_kind,
    scale_min,
    scale_max,
    max(submitted_at) as submitted_at,
    max(respondent) as respondent,
    avg(answer_score) as score
from {{ ref("int_answers__oriented") }}
group by
    survey_id,
    wave,
    response_id,
    respondent_key,
    program_id,
    submitted_on,
    construct,
    item_kind,
    scale_min,
    scale_max
having 2 * count(*) >= max(construct_items_n)
