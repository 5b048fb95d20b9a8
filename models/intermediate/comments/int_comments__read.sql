-- What was said where a survey asks for words. Only text that ingest has redacted is ever read;
-- what was withheld, or holds no letter, is no comment.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

questions as (

    select
        survey_id,
        item_id
    from {{ ref("stg_survey__items") }}
    where item_kind = 'text'

),

answers as (

    select
        responses.*,
        {{ words_of("responses.answer") }} as words
    from {{ ref("stg_survey__responses") }} as responses
    cross join settings
    where responses.submitted_on <= settings.as_of

),

responses as (

    select
        survey_id,
        wave,
        response_id,
        max(program_id) as program_id,
        max(submitted_at) as submitted_at,
        coalesce(
            max(respondent_key), survey_id || '/' || wave || '/' || response_id
        ) as respondent
    from answers
    group by survey_id, wave, response_id

)

select
    responses.survey_id,
    responses.wave,
    responses.response_id,
    responses.program_id,
    responses.respondent,
    responses.submitted_at,
    questions.item_id,
    case when trim(answers.words) <> '' then answers.words end as words
from responses
inner join questions on responses.survey_id = questions.survey_id
left join answers
    on
        responses.survey_id = answers.survey_id
        and responses.wave = answers.wave
        and responses.response_id = answers.response_id
        and questions.item_id = answers.item_id
