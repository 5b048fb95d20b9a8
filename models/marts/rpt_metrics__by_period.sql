with cells as (

    select * from {{ ref("int_headcounts__counted") }}
    union all
    select * from {{ ref("int_pairing_months__counted") }}
    union all
    select * from {{ ref("int_scored_responses__counted") }}
    union all
    select * from {{ ref("int_windows__counted") }}

)

select
    measure,
    population,
    program,
    dimension,
    member,
    period_grain,
    period_start,
    unit,
    estimator,
    numerator,
    square_sum,
    denominator,
    people_n
from cells
