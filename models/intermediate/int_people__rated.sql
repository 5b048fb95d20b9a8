-- The last rating before a quarter, and whether it is one of the top quarter: three in four of
-- those rated have a lower one. Ratings are compared as parts of their scale.
with quarters as (

    select month_starts_on as quarter_starts_on from {{ ref("int_calendar__months") }}
    where extract(month from month_starts_on) in (1, 4, 7, 10)

),

reviews as (

    select
        person_key,
        reviewed_on,
        rating / rating_scale_max as rating_share,
        lead(reviewed_on) over (partition by person_key order by reviewed_on) as next_reviewed_on
    from {{ ref("stg_hris__performance_reviews") }}
    where rating_scale_max > 0

),

employed as (

    select
        person_key,
        month_starts_on
    from {{ ref("int_workforce__monthly") }}

),

rated as (

    select
        quarters.quarter_starts_on,
        reviews.person_key,
        percent_rank() over (
            partition by quarters.quarter_starts_on order by reviews.rating_share
        ) as lower_share
    from reviews
    inner join quarters
        on
            reviews.reviewed_on < quarters.quarter_starts_on
            and {{ ends_after(
                "quarters.quarter_starts_on", days_later("reviews.next_reviewed_on", 1)
            ) }}
    inner join employed
        on
            reviews.person_key = employed.person_key
            and quarters.quarter_starts_on = employed.month_starts_on

)

select
    quarter_starts_on,
    person_key,
    lower_share >= 0.75 as is_top_rated
from rated
