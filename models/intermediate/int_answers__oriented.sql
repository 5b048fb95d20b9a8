-- Answers to the items of constructs, high where the construct is high. An item whose scale nobody
-- declared is none, and a net promoter score is that of 0 to 10 alone.
{{ config(materialized="view") }}
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

)

select
    responses.survey_id,
    responses.wave,
    responses.response_id,
    responses.respondent_key,
    responses.program_id,
    responses.submitted_on,
    responses.submitted_at,
    responses.item_id,
    items.scored_construct as construct,
    items.item_kind,
    items.scale_min,
    items.scale_max,
    items.construct_items_n,
    coalesce(
        responses.respondent_key,
        responses.survey_id || '/' || responses.wave || '/' || responses.response_id
    ) as respondent,
    case
        when items.is_reversed then items.scale_min + items.scale_max - responses.answer_score
        else responses.answer_score
    end as answer_score
from responses
inner join items
    on responses.survey_id = items.survey_id and responses.item_id = items.item_id
where responses.answer_score is not null
