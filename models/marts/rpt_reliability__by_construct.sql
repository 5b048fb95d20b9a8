-- How far the items of a construct go together: sums over those who answered all of them, each
-- respondent by the last such answer of the wave.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

answers as (

    select answers.*
    from {{ ref("int_answers__oriented") }} as answers
    cross join settings
    where answers.item_kind = 'likert' and answers.submitted_on <= settings.as_of

),

complete as (

    select
        survey_id,
        wave,
        construct,
        scale_min,
        scale_max,
        response_id,
        cast(sum(answer_score) as double) as total,
        max(construct_items_n) as items_n,
        row_number() over (
            partition by survey_id, wave, construct, scale_min, scale_max, max(respondent)
            order by max(submitted_at) desc, response_id desc
        ) as from_last_n
    from answers
    group by survey_id, wave, construct, scale_min, scale_max, response_id
    having count(*) = max(construct_items_n)

),

totals as (

    select
        survey_id,
        wave,
        construct,
        scale_min,
        scale_max,
        max(items_n) as items_n,
        count(*) as people_n,
        sum(total * total) - sum(total) * sum(total) / count(*) as total_squares
    from complete
    where from_last_n = 1
    group by survey_id, wave, construct, scale_min, scale_max

),

of_items as (

    select
        answers.survey_id,
        answers.wave,
        answers.construct,
        answers.scale_min,
        answers.scale_max,
        answers.item_id,
        sum(cast(answers.answer_score as double) * answers.answer_score)
        - sum(cast(answers.answer_score as double)) * sum(cast(answers.answer_score as double))
        / count(*) as squares
    from answers
    inner join complete
        on
            answers.survey_id = complete.survey_id
            and answers.wave = complete.wave
            and answers.construct = complete.construct
            and answers.scale_min = complete.scale_min
            and answers.scale_max = complete.scale_max
            and answers.response_id = complete.response_id
            and complete.from_last_n = 1
    group by
        answers.survey_id,
        answers.wave,
        answers.construct,
        answers.scale_min,
        answers.scale_max,
        answers.item_id

),

items as (

    select
        survey_id,
        wave,
        construct,
        scale_min,
        scale_max,
        sum(squares) as item_squares
    from of_items
    group by survey_id, wave, construct, scale_min, scale_max

)

select
    totals.survey_id,
    totals.wave,
    totals.construct,
    cast(totals.scale_min as {{ dbt.type_string() }})
    || '-'
    || cast(totals.scale_max as {{ dbt.type_string() }}) as scale_name,
    cast(totals.items_n as integer) as items_n,
    cast(totals.people_n as integer) as people_n,
    cast(items.item_squares as double) as item_squares,
    cast(totals.total_squares as double) as total_squares
from totals
inner join items
    on
        totals.survey_id = items.survey_id
        and totals.wave = items.wave
        and totals.construct = items.construct
        and totals.scale_min = items.scale_min
        and totals.scale_max = items.scale_max
