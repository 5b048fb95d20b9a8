-- Ratings as a share of the scale's maximum: scales change.
with reviews as (

    select
        people.person_number,
        reviews.reviewed_on,
        max(round(reviews.rating / reviews.rating_scale_max, 2)) as rating
    from {{ ref("stg_hris__performance_reviews") }} as reviews
    inner join {{ ref("int_people__numbered") }} as people
        on reviews.person_key = people.person_key
    group by people.person_number, reviews.reviewed_on

)

select
    person_number,
    reviewed_on,
    rating,
    lag(rating) over (partition by person_number order by reviewed_on) as prior_rating,
    lead(reviewed_on) over (partition by person_number order by reviewed_on) as next_reviewed_on
from reviews
