-- The finest cells of the matching ladder: people alike in every covariate that any rung uses.
{%- set covariates = ladder_covariates() %}
select
    role,
    cell_number,
    trial_month_number,
    {% for covariate in covariates -%}
    min({{ covariate }}) as {{ covariate }},
    {% endfor -%}
    sum(case when is_treated then 0 else 1 end) as control_n,
    sum(case when not is_treated and tenure_months >= 12 then 1 else 0 end) as control_tenured_n,
    sum(case when not is_treated and prior_rating is not null then 1 else 0 end)
        as control_rated_n,
    sum(case when is_treated then 1 else 0 end) as treated_n
from {{ ref("int_trials__eligible") }}
group by role, cell_number, trial_month_number
