-- The square of what the one person adds who adds the most to an effect, in whichever arm. Those
-- who were controls before they started count with both, so they are told apart.
with incidences as (

    select * from {{ ref("int_incidences__by_horizon") }}
    where arm = 'comparison'

),

mentored as (

    select
        group_number,
        person_number
    from {{ ref("int_influence__by_person") }}
    where arm = 'mentored'

),

never_mentored as (

    select people.*
    from {{ ref("int_influence__by_person") }} as people
    left join mentored
        on
            people.group_number = mentored.group_number
            and people.person_number = mentored.person_number
    where people.arm = 'comparison' and mentored.person_number is null

),

compared as (

    {% for months in var("impact_horizons") %}
    {%- set outer_last = loop.last %}
    {%- for outcome in followed_outcomes() %}
    select
        people.group_number,
        incidences.outcome,
        incidences.horizon_months,
        max(
            abs(
                people.{{ outcome.name }}_own_{{ months }}
                - incidences.incidence * people.{{ outcome.name }}_lost_{{ months }}
            )
        ) as influence
    from never_mentored as people
    inner join incidences
        on
            people.group_number = incidences.group_number
            and incidences.outcome = '{{ outcome.name }}'
            and incidences.horizon_months = {{ months }}
    group by people.group_number, incidences.outcome, incidences.horizon_months
    {{ "union all" if not (loop.last and outer_last) }}
    {%- endfor %}
    {%- endfor %}

),

largest as (

    select * from compared
    union all
    select
        group_number,
        outcome,
        horizon_months,
        max(abs(mentored_influence - comparison_influence)) as influence
    from {{ ref("int_influence__of_mentored") }}
    group by group_number, outcome, horizon_months

)

select
    group_number,
    outcome,
    horizon_months,
    max(influence) * max(influence) as largest_square
from largest
group by group_number, outcome, horizon_months
