-- What those who were mentored add to each arm: to theirs, and to the other one while they had not
-- started yet.
with mentored as (

    select
        group_number,
        person_number
    from {{ ref("int_influence__by_person") }}
    where arm = 'mentored'

),

incidences as (

    select * from {{ ref("int_incidences__by_horizon") }}

),

added as (

    select people.*
    from {{ ref("int_influence__by_person") }} as people
    inner join mentored
        on
            people.group_number = mentored.group_number
            and people.person_number = mentored.person_number

),

sums as (

    {% for months in var("impact_horizons") %}
    {%- set outer_last = loop.last %}
    {%- for outcome in followed_outcomes() %}
    select
        group_number,
        arm,
        '{{ outcome.name }}' as outcome,
        {{ months }} as horizon_months,
        person_number,
        {{ outcome.name }}_own_{{ months }} as own,
        {{ outcome.name }}_lost_{{ months }} as lost
    from added
    {{ "union all" if not (loop.last and outer_last) }}
    {%- endfor %}
    {%- endfor %}

),

influences as (

    select
        sums.*,
        sums.own - incidences.incidence * sums.lost as influence
    from sums
    inner join incidences
        on
            sums.group_number = incidences.group_number
            and sums.outcome = incidences.outcome
            and sums.horizon_months = incidences.horizon_months
            and sums.arm = incidences.arm

)

select
    group_number,
    outcome,
    horizon_months,
    person_number,
    sum(case when arm = 'mentored' then influence else 0 end) as mentored_influence,
    sum(case when arm = 'comparison' then influence else 0 end) as comparison_influence
from influences
group by group_number, outcome, horizon_months, person_number
