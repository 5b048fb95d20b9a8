{%- set covariates = ladder_covariates() %}
select
    trials.role,
    trials.trial_month,
    trials.trial_quarter,
    trials.trial_month_number,
    trials.person_number,
    trials.program,
    trials.is_treated,
    trials.department,
    trials.level,
    trials.level_band,
    trials.work_arrangement,
    trials.gender,
    trials.location,
    trials.is_people_manager,
    trials.tenure_band,
    trials.tenure_months,
    trials.rating,
    trials.prior_rating,
    trials.promotion_band,
    trials.was_promoted_before,
    trials.start_month_number,
    trials.exit_month_number,
    trials.is_voluntary_exit,
    trials.promotion_month_number,
    trials.move_month_number,
    trials.last_month_number,
    cells.cell_number
from {{ ref("int_trials__eligible") }} as trials
inner join {{ ref("int_cells__numbered") }} as cells
    on
        trials.role = cells.role
        {% for covariate in covariates -%}
        and trials.{{ covariate }} = cells.{{ covariate }}
        {% endfor %}
