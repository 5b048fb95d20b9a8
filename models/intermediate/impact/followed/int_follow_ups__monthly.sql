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
        followed.exit_month_number,
        followed.is_voluntary_exit,
        followed.promotion_month_number,
        followed.move_month_number,
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
        trials.exit_month_number,
        trials.is_voluntary_exit,
        trials.promotion_month_number,
        trials.move_month_number,
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
        control_months.exit_month_number,
        control_months.is_voluntary_exit,
        control_months.promotion_month_number,
        control_months.move_month_number,
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
    sum(weight) as exit_at_risk,
    sum(case when exit_month_number = month then weight else 0 end) as exit_events,
    {% if "voluntary_retention" in var("impact_outcomes") -%}
    sum(case when exit_month_number = month and is_voluntary_exit then weight else 0 end)
    {%- else -%}
    cast(null as double)
    {%- endif %} as voluntary_exit_events
    {%- for outcome, column in [("promotion", "promotion"), ("internal_move", "move")] %}
    {%- if outcome in var("impact_outcomes") %},
    sum(case when coalesce({{ column }}_month_number, 999) >= month then weight else 0 end)
        as {{ column }}_at_risk,
    sum(case when {{ column }}_month_number = month then weight else 0 end) as {{ column }}_events,
    sum(
        case
            when exit_month_number = month and coalesce({{ column }}_month_number, 999) > month
                then weight
            else 0
        end
    ) as {{ column }}_competing
    {%- else %},
    cast(null as double) as {{ column }}_at_risk,
    cast(null as double) as {{ column }}_events,
    cast(null as double) as {{ column }}_competing
    {%- endif %}
    {%- endfor %}
from {{ months }}
group by group_number, person_number, month
{{ "union all" if not loop.last }}
{% endfor %}
