-- Practice and outcome as distances from the means of the pairings that share a stratum. A stratum
-- in which all do the same compares nobody.
with outcomes as (

    {% for outcome in var("driver_outcomes") %}
    {%- if not loop.first %}
    union all
    {% endif -%}
    select
        *,
        '{{ outcome.name }}' as outcome,
        {{ outcome.name }} as outcome_value
    from {{ ref("int_drivers__observed") }}
    where {{ outcome.name }} is not null
    {%- endfor %}

),

means as (

    select
        *,
        avg(amount) over same_stratum as amount_mean,
        avg(outcome_value) over same_stratum as outcome_mean,
        max(amount) over same_stratum > min(amount) over same_stratum as is_compared,
        row_number() over (
            partition by driver, contrast, outcome, {{ var("driver_strata") | join(", ") }}
            order by pairing_id
        ) as place_in_stratum
    from outcomes
    window
        same_stratum as (
            partition by driver, contrast, outcome, {{ var("driver_strata") | join(", ") }}
        )

)

select
    driver,
    contrast,
    outcome,
    program,
    pairing_id,
    mentee_key,
    mentor_key,
    is_done,
    outcome_value,
    place_in_stratum = 1 as is_first_of_stratum,
    amount - amount_mean as amount_gap,
    outcome_value - outcome_mean as outcome_gap
from means
where is_compared
