with cells as (

    select * from {{ ref("int_active_months__counted") }}
    union all
    select * from {{ ref("int_applications__counted") }}
    union all
    select * from {{ ref("int_feedback__counted") }}
    union all
    select * from {{ ref("int_goals__counted") }}
    union all
    select * from {{ ref("int_headcounts__counted") }}
    union all
    select * from {{ ref("int_invitations__counted") }}
    union all
    select * from {{ ref("int_job_events__counted") }}
    union all
    select * from {{ ref("int_pairing_ends__counted") }}
    union all
    select * from {{ ref("int_pairing_months__counted") }}
    union all
    select * from {{ ref("int_pairings__counted") }}
    union all
    select * from {{ ref("int_person_quarters__counted") }}
    union all
    select * from {{ ref("int_score_changes__counted") }}
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
    people_n,
    median,
    median_low,
    median_high
from cells
