-- What a warning is meant to foretell: a pairing that ends before its planned last day, or for any
-- other reason than that it was completed, and a low answer of the mentee about satisfaction.
with joined as (

    select * from {{ ref("int_pairings__joined") }}

),

answers as (

    select * from {{ ref("int_responses__scored") }}
    where construct = 'satisfaction' and scale_max > scale_min

)

select
    pairing_id,
    'ended early' as trouble,
    ended_on as happened_on
from joined
where
    ended_on is not null
    and (
        end_reason in ('participant', 'administrator', 'inactivity', 'left_company')
        or ended_on < due_on
    )
union all
select distinct
    joined.pairing_id,
    'low answer' as trouble,
    answers.submitted_on as happened_on
from joined
inner join answers
    on
        joined.mentee_key = answers.respondent_key
        and joined.program = answers.program_id
        and joined.started_on <= answers.submitted_on
        and coalesce(joined.ended_on >= answers.submitted_on, true)
where {{ share_of_scale("answers") }} < {{ var("low_score_share") }}
