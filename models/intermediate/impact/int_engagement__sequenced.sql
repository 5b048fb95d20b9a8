-- Engagement of people who gave their name, answer by answer.
with answers as (

    select
        respondent_key as person_key,
        submitted_on,
        avg((score - scale_min) / (scale_max - scale_min)) as score
    from {{ ref("int_responses__scored") }}
    where construct = 'engagement' and respondent_key is not null and scale_max > scale_min
    group by respondent_key, submitted_on

)

select
    *,
    lead(submitted_on) over (partition by person_key order by submitted_on) as next_submitted_on
from answers
