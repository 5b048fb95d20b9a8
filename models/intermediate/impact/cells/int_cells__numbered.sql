-- The finest cells of the matching ladder: people alike in every covariate that any rung uses. Each
-- design counts the controls it can ask; a horizon can ask those whose month lies far enough back.
-- On each rung of a ladder a cell belongs to a coarser one, which has a number of its own.
{%- set covariates = ladder_covariates() %}
with settings as (

    select {{ month_number("follow_up_ends_on") }} as follow_up_ends_number
    from {{ ref("int_settings__resolved") }}

),

counted as (

    select
        role_number,
        cell_number,
        trial_month_number,
        min(history_number) as history_number,
        max(case when is_people_manager then 'yes' else 'no' end) as is_people_manager,
        count(case when not is_treated then 1 end) as control_n,
        count(case when not is_treated and past_months >= 12 then 1 end) as control_tenured_n,
        count(case when not is_treated and has_prior_rating then 1 end) as control_rated_n,
        count(case when is_treated then 1 end) as treated_n
    from {{ ref("int_trials__considered") }}
    where exclusion_reason is null
    group by role_number, cell_number, trial_month_number

),

cells as (

    select
        counted.*,
        {{ role_name("counted.role_number") }} as role,
        histories.department,
        histories.level,
        histories.level_band,
        histories.work_arrangement,
        histories.gender,
        histories.location,
        histories.rating,
        counted.trial_month_number as trial_month,
        {{ tenure_band("counted.trial_month_number - histories.served_from_number") }}
            as tenure_band,
        {{ promotion_band("counted.trial_month_number - histories.promoted_from_number") }}
            as promotion_band,
        {{ month_start("counted.trial_month_number - (counted.trial_month_number - 1) % 3") }}
            as trial_quarter
    from counted
    inner join {{ ref("int_histories__sequenced") }} as histories
        on counted.history_number = histories.history_number

)

select
    cells.role,
    cells.cell_number,
    cells.trial_month_number,
    {% for covariate in covariates -%}
    cells.{{ covariate }},
    {% endfor -%}
    {% for ladder_name, rungs in ladders().items() -%}
    {% for rung in rungs -%}
    {{ number_of(["cells.role"] + rung) }} as {{ ladder_name }}_{{ loop.index }}_number,
    {% endfor -%}
    {% endfor -%}
    cells.control_n,
    cells.control_tenured_n,
    cells.control_rated_n,
    cells.treated_n
    {%- for months in var("impact_horizons") %},
    cells.trial_month_number + 1 + {{ months }} <= settings.follow_up_ends_number
        as is_followed_{{ months }},
    case
        when cells.trial_month_number + 1 + {{ months }} <= settings.follow_up_ends_number
            then cells.control_n
        else 0
    end as control_followed_{{ months }}_n
    {%- endfor %}
from cells
cross join settings
