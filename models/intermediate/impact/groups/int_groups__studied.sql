-- Whose effect is asked for: all in the role, those of each program, those of each subgroup.
{%- set subgroups = var("impact_subgroups") %}
with treated as (

    select * from {{ ref("int_trials__eligible") }}
    where is_treated

),

asked as (

    select
        treated.*,
        'all' as asked_program,
        'all' as subgroup_dimension,
        'all' as subgroup_member
    from treated
    union all
    select
        treated.*,
        program as asked_program,
        'all' as subgroup_dimension,
        'all' as subgroup_member
    from treated
    {% for subgroup in subgroups %}
    union all
    select
        treated.*,
        'all' as asked_program,
        '{{ subgroup }}' as subgroup_dimension,
        {{ subgroup }} as subgroup_member
    from treated
    {% endfor %}

)

select
    role,
    asked_program as program,
    subgroup_dimension,
    subgroup_member,
    person_number,
    cell_number,
    trial_month_number,
    past_months,
    has_prior_rating,
    cast(
        dense_rank() over (
            order by role, asked_program, subgroup_dimension, subgroup_member
        ) as integer
    ) as group_number
from asked
