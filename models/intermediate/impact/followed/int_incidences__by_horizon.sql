-- Both arms' curves where the horizons cut them, with the sum over persons of squared influences.
-- Where the last one has left, a curve stays where it was.
with horizons as (

    {{ numbers("horizon_months", var("impact_horizons")) }}

),

reached as (

    select
        hazards.group_number,
        hazards.arm,
        hazards.outcome,
        horizons.horizon_months,
        max(hazards.month) as last_month,
        max(hazards.incidence) as incidence,
        min(hazards.survival) as survival,
        sum(hazards.event_n) as event_n,
        max(hazards.largest_weight) as largest_weight
    from {{ ref("int_hazards__by_month") }} as hazards
    inner join horizons on hazards.month <= horizons.horizon_months
    group by hazards.group_number, hazards.arm, hazards.outcome, horizons.horizon_months

),

squared as (

    select
        group_number,
        arm
        {%- for months in var("impact_horizons") %}
        {%- for outcome in followed_outcomes() %}
        {%- set own = outcome.name ~ "_own_" ~ months %}
        {%- set lost = outcome.name ~ "_lost_" ~ months %},
        sum({{ own }} * {{ own }}) as {{ own }}_square,
        sum({{ lost }} * {{ lost }}) as {{ lost }}_square,
        sum({{ own }} * {{ lost }}) as {{ own }}_{{ lost }}
        {%- endfor %}
        {%- endfor %}
    from {{ ref("int_influence__by_person") }}
    group by group_number, arm

),

squares as (

    {% for months in var("impact_horizons") %}
    {%- set outer_last = loop.last %}
    {%- for outcome in followed_outcomes() %}
    {%- set own = outcome.name ~ "_own_" ~ months %}
    {%- set lost = outcome.name ~ "_lost_" ~ months %}
    select
        group_number,
        arm,
        '{{ outcome.name }}' as outcome,
        {{ months }} as horizon_months,
        {{ own }}_square as own_square,
        {{ lost }}_square as lost_square,
        {{ own }}_{{ lost }} as own_lost
    from squared
    {{ "union all" if not (loop.last and outer_last) }}
    {%- endfor %}
    {%- endfor %}

)

select
    reached.*,
    squares.own_square
    - 2 * reached.incidence * squares.own_lost
    + reached.incidence * reached.incidence * squares.lost_square as variance
from reached
inner join squares
    on
        reached.group_number = squares.group_number
        and reached.arm = squares.arm
        and reached.outcome = squares.outcome
        and reached.horizon_months = squares.horizon_months
