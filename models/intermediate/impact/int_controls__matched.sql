-- Controls that stand in for somebody, each with the weight factor they begin with.
with cells as (

    select distinct cell_number
    from {{ ref("int_cells__weighted") }}
    where design = 'headline'

),

controls as (

    select
        trials.role,
        trials.person_number,
        trials.cell_number,
        trials.trial_month_number,
        trials.exit_month_number,
        trials.is_voluntary_exit,
        trials.promotion_month_number,
        trials.move_month_number,
        {{ end_month_number("trials.start_month_number") }} as end_month_number
    from {{ ref("int_trials__eligible") }} as trials
    inner join cells on trials.cell_number = cells.cell_number
    where not trials.is_treated

)

select
    controls.*,
    crossed.cumulative_start_hazard
from controls
inner join {{ ref("int_trials__crossed_over") }} as crossed
    on
        controls.role = crossed.role
        and controls.person_number = crossed.person_number
        and controls.trial_month_number = crossed.trial_month_number
