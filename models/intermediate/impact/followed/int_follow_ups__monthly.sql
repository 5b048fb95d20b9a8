-- What each person adds to each arm and month of follow-up. Controls are followed to the end of the
-- month in which they start themselves, weighted by the inverse of the chance of not having
-- started yet; everybody to the last complete month.
with weights as (

    select * from {{ ref("int_cells__weighted") }}
    where design = 'headline'

),

last_trials as (

    -- After the last trial nobody starts, so the weight stays as it is.
    select
        {{ role_number("role") }} as role_number,
        max(trial_month_number) as trial_month_number
    from {{ ref("int_trials__months") }}
    group by role

),

crossed as (

    select * from {{ ref("int_trials__crossed_over") }}

),

controls as (

    select
        controls.*,
        crossed.cumulative_start_hazard
    from {{ ref("int_controls__matched") }} as controls
    inner join crossed
        on
            controls.role_number = crossed.role_number
            and controls.person_number = crossed.person_number
            and controls.trial_month_number = crossed.trial_month_number

),

unfolded as (

    select
        *,
        {{ number_series("1", "end_month_number") }} as month
    from controls

),

followed as (

    select
        unfolded.*,
        least(
            unfolded.trial_month_number + unfolded.month - 1, last_trials.trial_month_number
        ) as weighed_month_number
    from unfolded
    inner join last_trials on unfolded.role_number = last_trials.role_number

),

control_months as (

    select
        followed.person_number,
        followed.cell_number,
        {% for column in event_columns() -%}
        followed.{{ column }},
        {% endfor -%}
        followed.month,
        exp(crossed.cumulative_start_hazard - followed.cumulative_start_hazard) as factor
    from followed
    inner join crossed
        on
            followed.role_number = crossed.role_number
            and followed.person_number = crossed.person_number
            and followed.weighed_month_number = crossed.trial_month_number

),

treated as (

    select
        groups.group_number,
        trials.person_number,
        {% for column in event_columns() -%}
        trials.{{ column }},
        {% endfor -%}
        {{ end_month_number("null") }} as end_month_number
    from {{ ref("int_groups__matched") }} as groups
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            groups.cell_number = trials.cell_number
            and groups.person_number = trials.person_number
    where groups.design = 'headline' and groups.rung is not null and trials.is_treated

),

treated_months as (

    select
        *,
        {{ number_series("1", "end_month_number") }} as month,
        1.0 as weight
    from treated

),

weighted_months as (

    select
        weights.group_number,
        control_months.person_number,
        control_months.month,
        {% for column in event_columns() -%}
        control_months.{{ column }},
        {% endfor -%}
        weights.weight * control_months.factor as weight
    from control_months
    inner join weights on control_months.cell_number = weights.cell_number

)

{% for arm, months in [("comparison", "weighted_months"), ("mentored", "treated_months")] %}
select
    group_number,
    '{{ arm }}' as arm,
    person_number,
    month,
    max(weight) as largest_weight,
    sum(weight) as followed_weight
    {%- for outcome in followed_outcomes() %},
    {%- if outcome.at_risk != "followed_weight" %}
    sum(case when coalesce({{ outcome.month }}, 999) >= month then weight else 0 end)
        as {{ outcome.at_risk }},
    {%- endif %}
    sum(case when {{ outcome.month }} = month then weight else 0 end) as {{ outcome.events }}
    {%- if outcome.competing_month %},
    sum(
        case
            when
                {{ outcome.competing_month }} = month
                and coalesce({{ outcome.month }}, 999) > month
                then weight
            else 0
        end
    ) as {{ outcome.competing }}
    {%- endif %}
    {%- endfor %}
from {{ months }}
group by group_number, person_number, month
{{ "union all" if not loop.last }}
{% endfor %}
