-- The first and the last score of the same person, where the same items were asked both times and
-- 60 days or more lie between; of a program's survey, each program by itself.
{#- Fewer days between are the same wave, handed in late. #}
{%- set least_days = 60 %}
with scored as (

    select * from {{ ref("int_responses__scored") }}
    where item_kind = 'likert' and respondent_key is not null and program_id is not null

),

settings as (

    select * from {{ ref("int_settings__resolved") }}

),

items as (

    select
        survey_id,
        item_id,
        coalesce(construct, item_id) as construct
    from {{ ref("stg_survey__items") }}

),

asked as (

    select distinct
        responses.survey_id,
        responses.wave,
        items.construct,
        items.item_id
    from {{ ref("stg_survey__responses") }} as responses
    inner join items
        on responses.survey_id = items.survey_id and responses.item_id = items.item_id

),

asked_in_wave as (

    select
        survey_id,
        wave,
        construct,
        count(*) as items_n
    from asked
    group by survey_id, wave, construct

),

{# The items that two waves share are as many as either has. -#}
alike as (

    select
        before.survey_id,
        before.construct,
        before.wave as first_wave,
        later.wave as last_wave
    from asked as before
    inner join asked as later
        on
            before.survey_id = later.survey_id
            and before.construct = later.construct
            and before.item_id = later.item_id
    inner join asked_in_wave as of_before
        on
            before.survey_id = of_before.survey_id
            and before.wave = of_before.wave
            and before.construct = of_before.construct
    inner join asked_in_wave as of_later
        on
            later.survey_id = of_later.survey_id
            and later.wave = of_later.wave
            and later.construct = of_later.construct
    group by before.survey_id, before.construct, before.wave, later.wave
    having count(*) = max(of_before.items_n) and count(*) = max(of_later.items_n)

),

ordered as (

    select
        scored.*,
        row_number() over (
            partition by
                scored.respondent_key,
                scored.program_id,
                scored.survey_id,
                scored.construct,
                scored.scale_min,
                scored.scale_max
            order by scored.submitted_at, scored.wave, scored.response_id
        ) as from_first,
        row_number() over (
            partition by
                scored.respondent_key,
                scored.program_id,
                scored.survey_id,
                scored.construct,
                scored.scale_min,
                scored.scale_max
            order by scored.submitted_at desc, scored.wave desc, scored.response_id desc
        ) as from_last
    from scored
    cross join settings
    where scored.submitted_on <= settings.as_of

)

select
    first_scores.respondent_key as person_key,
    first_scores.program_id as program,
    first_scores.survey_id,
    first_scores.construct,
    first_scores.scale_min,
    first_scores.scale_max,
    first_scores.submitted_on as first_on,
    last_scores.submitted_on as last_on,
    first_scores.score as first_score,
    last_scores.score as last_score
from ordered as first_scores
inner join ordered as last_scores
    on
        first_scores.respondent_key = last_scores.respondent_key
        and first_scores.program_id = last_scores.program_id
        and first_scores.survey_id = last_scores.survey_id
        and first_scores.construct = last_scores.construct
        and first_scores.scale_min = last_scores.scale_min
        and first_scores.scale_max = last_scores.scale_max
        and {{ days_later("first_scores.submitted_on", least_days) }} <= last_scores.submitted_on
inner join alike
    on
        first_scores.survey_id = alike.survey_id
        and first_scores.construct = alike.construct
        and first_scores.wave = alike.first_wave
        and last_scores.wave = alike.last_wave
where first_scores.from_first = 1 and last_scores.from_last = 1
