-- What each person adds to each arm and month of follow-up. Controls are followed to the end of the
-- month in which they start themselves, weighted by the inverse of the chance of not having
-- started yet; everybody to the last complete month.
{%- set months_n = var("impact_horizons") | max %}
with weights as (

    select * from {{ ref("int_cells__weighted") }}
    where design = 'headline'

),

months as (

    {{ numbers("month", range(1, months_n + 1)) }}

),

last_trials as (

    -- After the last trial nobody starts, so the weight stays as it is.
    select
        role,
        max(trial_month_number) as trial_month_number
    from {{ ref("int_trials__months") }}
    group by role

),

crossed as (

    select * from {{ ref("int_trials__crossed_over") }}

),

control_months as (

    select
        controls.person_number,
        controls.cell_number,
        controls.exit_month_number,
        controls.is_voluntary_exit,
        controls.promotion_month_number,
        controls.move_month_number,
        months.month,
        exp(crossed.cumulative_start_hazard - controls.cumulative_start_hazard) as factor
    from {{ ref("int_controls__matched") }} as controls
    inner join months on controls.end_month_number >= months.month
    inner join last_trials on controls.role = last_trials.role
    inner join crossed
        on
            controls.role = crossed.role
            and controls.person_number = crossed.person_number
            and least(
                controls.trial_month_number + months.month - 1, last_trials.trial_month_number
            ) = crossed.trial_month_number

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

rows_followed as (

    select
        'comparison' as arm,
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
    union all
    select
        'mentored' as arm,
        treated.group_number,
        treated.person_number,
        months.month,
        treated.exit_month_number,
        treated.is_voluntary_exit,
        treated.promotion_month_number,
        treated.move_month_number,
        1.0 as weight
    from treated
    inner join months on treated.end_month_number >= months.month

)

select
    group_number,
    arm,
    person_number,
    month,
    max(weight) as largest_weight,
    sum(weight) as exit_at_risk,
    sum(case when exit_month_number = month then weight else 0 end) as exit_events,
    sum(
        case when exit_month_number = month and is_voluntary_exit then weight else 0 end
    ) as voluntary_exit_events,
    {% for outcome in ["promotion", "move"] %}
    sum(
        case when coalesce({{ outcome }}_month_number, 999) >= month then weight else 0 end
    ) as {{ outcome }}_at_risk,
    sum(case when {{ outcome }}_month_number = month then weight else 0 end)
        as {{ outcome }}_events,
    sum(
        case
            when exit_month_number = month and coalesce({{ outcome }}_month_number, 999) > month
                then weight
            else 0
        end
    ) as {{ outcome }}_competing{{ "," if not loop.last }}
    {% endfor %}
from rows_followed
group by group_number, arm, person_number, month
