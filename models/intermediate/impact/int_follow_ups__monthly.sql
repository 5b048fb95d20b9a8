-- What each person adds to each arm and month of follow-up. Controls are followed to the end of the
-- month in which they start themselves, weighted by the inverse of the chance of not having
-- started yet; everybody to the last complete month.
{%- set months_n = var("impact_horizons") | max %}
with trials as (

    select
        *,
        least(
            coalesce(exit_month_number, 999),
            coalesce(start_month_number, 999),
            last_month_number,
            {{ months_n }}
        ) as end_month_number
    from {{ ref("int_trials__celled") }}

),

weights as (

    select * from {{ ref("int_cells__weighted") }}
    where design = 'headline'

),

weighted_cells as (

    select distinct cell_number from weights

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
        trials.role,
        trials.person_number,
        trials.cell_number,
        trials.exit_month_number,
        trials.is_voluntary_exit,
        trials.promotion_month_number,
        trials.move_month_number,
        months.month,
        exp(later.cumulative_start_hazard - at_zero.cumulative_start_hazard) as factor
    from trials
    inner join weighted_cells on trials.cell_number = weighted_cells.cell_number
    inner join months on trials.end_month_number >= months.month
    inner join last_trials on trials.role = last_trials.role
    inner join crossed as at_zero
        on
            trials.role = at_zero.role
            and trials.person_number = at_zero.person_number
            and trials.trial_month_number = at_zero.trial_month_number
    inner join crossed as later
        on
            trials.role = later.role
            and trials.person_number = later.person_number
            and least(
                trials.trial_month_number + months.month - 1, last_trials.trial_month_number
            ) = later.trial_month_number
    where not trials.is_treated

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
        groups.group_number,
        trials.person_number,
        months.month,
        trials.exit_month_number,
        trials.is_voluntary_exit,
        trials.promotion_month_number,
        trials.move_month_number,
        1.0 as weight
    from {{ ref("int_groups__matched") }} as groups
    inner join trials
        on
            groups.cell_number = trials.cell_number
            and groups.person_number = trials.person_number
    inner join months on trials.end_month_number >= months.month
    where groups.design = 'headline' and groups.rung is not null and trials.is_treated

)

select
    group_number,
    arm,
    person_number,
    month,
    max(weight) as largest_weight,
    count(*) as rows_n,
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
