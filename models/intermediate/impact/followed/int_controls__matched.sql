-- Controls that stand in for somebody, with the month in which their follow-up ends.
with cells as (

    select distinct cell_number
    from {{ ref("int_cells__weighted") }}
    where design = 'headline'

)

select
    trials.role_number,
    trials.person_number,
    trials.cell_number,
    trials.trial_month_number,
    {% for column in event_columns() -%}
    trials.{{ column }},
    {% endfor -%}
    {{ end_month_number("trials.start_month_number") }} as end_month_number
from {{ ref("int_trials__eligible") }} as trials
inner join cells on trials.cell_number = cells.cell_number
where not trials.is_treated
