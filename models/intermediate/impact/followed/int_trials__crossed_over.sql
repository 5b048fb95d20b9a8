-- Crossing over is informative: people start later because they do well. The running hazard of
-- starting, from the counts of each trial's own cells, weights those who have not started yet. Only
-- those who stand in for somebody need one.
with cells as (

    select
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
    where treated_n > 0

),

people as (

    select distinct
        role_number,
        person_number
    from {{ ref("int_controls__matched") }}

)

-- Months in which somebody could not have started add nothing, but must not end the sum.
select
    trials.role_number,
    trials.person_number,
    trials.trial_month_number,
    sum(coalesce(hazards.start_hazard, 0)) over (
        partition by trials.role_number, trials.person_number
        order by trials.trial_month_number
        rows between unbounded preceding and current row
    ) as cumulative_start_hazard
from {{ ref("int_trials__considered") }} as trials
inner join people
    on trials.role_number = people.role_number and trials.person_number = people.person_number
left join hazards on trials.cell_number = hazards.cell_number
where not trials.is_treated
