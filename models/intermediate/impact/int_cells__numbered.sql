-- The finest cells of the matching ladder: people alike in every covariate that any rung uses. Each
-- design counts the controls it can ask; a horizon can ask those whose month lies far enough back.
{%- set covariates = ladder_covariates() %}
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

cells as (

    select
        role,
        cell_number,
        trial_month_number,
        {% for covariate in covariates -%}
        min({{ covariate }}) as {{ covariate }},
        {% endfor -%}
        sum(case when is_treated then 0 else 1 end) as control_n,
        sum(case when not is_treated and tenure_months >= 12 then 1 else 0 end)
            as control_tenured_n,
        sum(case when not is_treated and prior_rating is not null then 1 else 0 end)
            as control_rated_n,
        sum(case when is_treated then 1 else 0 end) as treated_n
    from {{ ref("int_trials__eligible") }}
    group by role, cell_number, trial_month_number

),

dated as (

    select
        cells.*,
        {{ month_number("settings.follow_up_ends_on") }} as last_month_number
    from cells
    cross join settings

)

select
    *
    {%- for months in var("impact_horizons") %},
    trial_month_number + 1 + {{ months }} <= last_month_number as is_followed_{{ months }},
    case when trial_month_number + 1 + {{ months }} <= last_month_number then control_n else 0 end
        as control_followed_{{ months }}_n
    {%- endfor %}
from dated
