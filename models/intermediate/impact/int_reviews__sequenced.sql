-- Ratings as a share of the scale's maximum: scales change.
with reviews as (

    select
        person_key,
        reviewed_on,
        max(round(rating / rating_scale_max, 2)) as rating
    from {{ ref("stg_hris__performance_reviews") }}
    group by person_key, reviewed_on

)

select
    person_key,
    reviewed_on,
    rating,
    lag(rating) over (partition by person_key order by reviewed_on) as prior_rating,
    lead(reviewed_on) over (partition by person_key order by reviewed_on) as next_reviewed_on
from reviews
