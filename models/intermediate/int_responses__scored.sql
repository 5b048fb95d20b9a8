-- A construct's score is the mean of its items after reversing, where at least half of them were
-- answered. Items on different scales are never pooled, so the scale is part of the grain. An item
-- whose scale nobody declared has no score, and a net promoter score is that of 0 to 10 alone.
with responses as (

    select * from {{ ref("stg_survey__responses") }}

),

scales as (

    select
        survey_id,
        item_id,
        item_kind,
        is_reversed,
        coalesce(construct, item_id) as scored_construct,
        case when item_kind = 'nps' then coalesce(scale_min, 0) else scale_min end as scale_min,
        case when item_kind = 'nps' then coalesce(scale_max, 10) else scale_max end as scale_max
    from {{ ref("stg_survey__items") }}
    where item_kind in ('likert', 'nps')

),

items as (

    select
        *,
        count(*) over (
            partition by survey_id, scored_construct, scale_min, scale_max
        ) as construct_items_n
    from scales
    where
        (item_kind = 'likert' and scale_min is not null and scale_max is not null)
        or (item_kind = 'nps' and scale_min = 0 and scale_max = 10)

),

answers as (

    select
        responses.survey_id,
        responses.wave,
        responses.response_id,
        responses.respondent_key,
        responses.program_id,
        responses.submitted_on,
        responses.submitted_at,
        items.scored_construct as construct,
        items.item_kind,
        items.scale_min,
        items.scale_max,
        items.construct_items_n,
        case
            when items.is_reversed then items.scale_min + items.scale_max - responses.answer_score
            else responses.answer_score
        end as answer_score
    from responses
    inner join items
        on responses.survey_id = items.survey_id and responses.item_id = items.item_id
    where responses.answer_score is not null

)

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
    coalesce(respondent_key, survey_id || '/' || wave || '/' || response_id) as respondent,
    avg(answer_score) as score
from answers
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
