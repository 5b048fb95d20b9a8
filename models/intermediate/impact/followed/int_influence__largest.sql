-- The square of what the one person adds who adds the most to an effect, in whichever arm. Those who
-- were controls before they started count with both, so they are told apart.
with incidences as (

    select
        group_number,
        arm
        {%- for months in var("impact_horizons") %}
        {%- for outcome in followed_outcomes() %},
        max(
            case
                when outcome = '{{ outcome.name }}' and horizon_months = {{ months }}
                    then incidence
            end
        ) as {{ outcome.name }}_{{ months }}
        {%- endfor %}
        {%- endfor %}
    from {{ ref("int_incidences__by_horizon") }}
    where arm = 'comparison'
    group by group_number, arm

),

mentored as (

    select
        group_number,
        person_number
    from {{ ref("int_influence__by_person") }}
    where arm = 'mentored'

),

compared as (

    select
        people.group_number
        {%- for months in var("impact_horizons") %}
        {%- for outcome in followed_outcomes() %}
        {%- set name = outcome.name ~ "_" ~ months %},
        max(
            abs(
                people.{{ outcome.name }}_own_{{ months }}
                - incidences.{{ name }} * people.{{ outcome.name }}_lost_{{ months }}
            )
        ) as {{ name }}
        {%- endfor %}
        {%- endfor %}
    from {{ ref("int_influence__by_person") }} as people
    inner join incidences
        on people.group_number = incidences.group_number and people.arm = incidences.arm
    left join mentored
        on
            people.group_number = mentored.group_number
            and people.person_number = mentored.person_number
    where mentored.person_number is null
    group by people.group_number

),

largest as (

    {% for months in var("impact_horizons") %}
    {%- for outcome in followed_outcomes() %}
    select
        group_number,
        '{{ outcome.name }}' as outcome,
        {{ months }} as horizon_months,
        {{ outcome.name }}_{{ months }} as influence
    from compared
    union all
    {%- endfor %}
    {%- endfor %}
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
