-- The curves' variances, for the groups whose curves are shown: squares of running sums, added up
-- without a row for every person and later month. A square grows only in the months in which its
-- person is followed.
with listed as (

    select * from {{ ref("int_groups__listed") }}
    where subgroup_dimension = 'all'

),

accumulated as (

    select
        steps.group_number,
        steps.arm,
        steps.month
        {%- for outcome in followed_outcomes() %},
        {%- for part in ["own", "lost"] %}
        steps.{{ outcome.name }}_{{ part }}_step,
        sum(steps.{{ outcome.name }}_{{ part }}_step) over person_months
            as {{ outcome.name }}_{{ part }}{{ "," if not loop.last }}
        {%- endfor %}
        {%- endfor %}
    from {{ ref("int_influence__stepped") }} as steps
    inner join listed on steps.group_number = listed.group_number
    window
        person_months as (
            partition by steps.group_number, steps.arm, steps.person_number order by steps.month
            rows between unbounded preceding and current row
        )

),

grown as (

    select
        group_number,
        arm,
        month
        {%- for outcome in followed_outcomes() %}
        {%- set name = outcome.name %},
        sum({{ name }}_own_step * (2 * {{ name }}_own - {{ name }}_own_step))
            as {{ name }}_own_square,
        sum({{ name }}_lost_step * (2 * {{ name }}_lost - {{ name }}_lost_step))
            as {{ name }}_lost_square,
        sum(
            {{ name }}_own * {{ name }}_lost
            - ({{ name }}_own - {{ name }}_own_step) * ({{ name }}_lost - {{ name }}_lost_step)
        ) as {{ name }}_own_lost
        {%- endfor %}
    from accumulated
    group by group_number, arm, month

),

outcomes as (

    {% for outcome in followed_outcomes() %}
    select
        group_number,
        arm,
        '{{ outcome.name }}' as outcome,
        month,
        {{ outcome.name }}_own_square as own_square,
        {{ outcome.name }}_lost_square as lost_square,
        {{ outcome.name }}_own_lost as own_lost
    from grown
    {{ "union all" if not loop.last }}
    {% endfor %}

),

summed as (

    select
        group_number,
        arm,
        outcome,
        month,
        sum(own_square) over curve_months as own_square,
        sum(lost_square) over curve_months as lost_square,
        sum(own_lost) over curve_months as own_lost
    from outcomes
    window
        curve_months as (
            partition by group_number, arm, outcome order by month
            rows between unbounded preceding and current row
        )

)

select
    hazards.group_number,
    hazards.arm,
    hazards.outcome,
    hazards.month,
    hazards.incidence,
    hazards.at_risk_n,
    summed.own_square
    - 2 * hazards.incidence * summed.own_lost
    + hazards.incidence * hazards.incidence * summed.lost_square as variance
from {{ ref("int_hazards__by_month") }} as hazards
inner join summed
    on
        hazards.group_number = summed.group_number
        and hazards.arm = summed.arm
        and hazards.outcome = summed.outcome
        and hazards.month = summed.month
