-- Crossing over is informative: people start later because they do well. The running hazard of
-- starting, from the counts of each trial's own cells, weights those who have not started yet.
with cells as (

    select
        role,
        cell_number,
        sum(treated_n) over (partition by {{ crossover_cell() }}) as treated_n,
        sum(treated_n + control_n) over (partition by {{ crossover_cell() }}) as people_n
    from {{ ref("int_cells__numbered") }}

),

hazards as (

    select
        cell_number,
        -ln(1 - least(treated_n / cast(people_n as double), 0.9)) as start_hazard
    from cells

),

chances as (

    select
        trials.role,
        trials.person_number,
        trials.trial_month_number,
        hazards.start_hazard
    from {{ ref("int_trials__eligible") }} as trials
    inner join hazards on trials.cell_number = hazards.cell_number
    where not trials.is_treated

),

months as (

    -- Months in which somebody could not have started add nothing, but must not end their sum.
    select
        role,
        person_number,
        trial_month_number
    from {{ ref("int_trials__considered") }}
    where program is null and coalesce(exclusion_reason, '') <> 'in the role before'

)

select
    months.role,
    months.person_number,
    months.trial_month_number,
    sum(coalesce(chances.start_hazard, 0)) over (
        partition by months.role, months.person_number
        order by months.trial_month_number
        rows between unbounded preceding and current row
    ) as cumulative_start_hazard
from months
left join chances
    on
        months.role = chances.role
        and months.person_number = chances.person_number
        and months.trial_month_number = chances.trial_month_number
