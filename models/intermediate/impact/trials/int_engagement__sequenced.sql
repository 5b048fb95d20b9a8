-- Engagement of people who gave their name, answer by answer.
with answers as (

    select
        people.person_number,
        responses.submitted_on,
        avg({{ share_of_scale("responses") }}) as score
    from {{ ref("int_responses__scored") }} as responses
    inner join {{ ref("int_people__numbered") }} as people
        on responses.respondent_key = people.person_key
    where responses.construct = 'engagement' and responses.scale_max > responses.scale_min
    group by people.person_number, responses.submitted_on

)

select
    *,
    lead(submitted_on) over (partition by person_number order by submitted_on) as next_submitted_on
from answers
