{# What the impact models share. #}

{# Months counted through, so that they can be added and joined on. #}
{% macro month_number(day) -%}
    cast(12 * extract(year from {{ day }}) + extract(month from {{ day }}) as integer)
{%- endmacro %}

{# Every covariate that some rung of the ladder uses, in the order of first use. The month decides
   the quarter, so the finest cells need only the month. #}
{% macro ladder_covariates() %}
    {%- set covariates = [] %}
    {%- for rung in var("impact_ladder") %}
        {%- for covariate in rung if covariate not in covariates %}
            {%- do covariates.append(covariate) %}
        {%- endfor %}
    {%- endfor %}
    {{- return(covariates) -}}
{% endmacro %}

{# The questions that are matched, each with its own ladder and its own people:
   the headline; for every horizon those who can be followed for all of it; the two placebos. #}
{% macro designs() %}
    {%- set ladder = var("impact_ladder") %}
    {%- set designs = [
        {"name": "headline", "ladder": ladder, "needs": "true", "people": "control_n"},
        {
            "name": "placebo_promotion",
            "ladder": ladder | map("reject", "equalto", "promotion_band") | map("list") | list,
            "needs": "tenure_months >= 12",
            "people": "control_tenured_n",
        },
        {
            "name": "placebo_rating",
            "ladder": ladder,
            "needs": "prior_rating is not null",
            "people": "control_rated_n",
        },
    ] %}
    {%- for months in var("impact_horizons") %}
        {%- do designs.append({
            "name": "followed_" ~ months,
            "ladder": ladder,
            "needs": "last_month_number >= " ~ months,
            "months": months,
            "people": "control_n",
        }) %}
    {%- endfor %}
    {{- return(designs) -}}
{% endmacro %}

{# The cell in which the chance of starting is counted. #}
{% macro crossover_cell() -%}
    role, trial_month_number, department, level, tenure_band, rating
{%- endmacro %}

{# Followed outcomes: what is counted as the event, and what ends follow-up without it. #}
{% macro followed_outcomes() %}
    {{- return([
        {"name": "retention", "at_risk": "exit_at_risk", "events": "exit_events", "competing": "0"},
        {
            "name": "voluntary_retention",
            "at_risk": "exit_at_risk",
            "events": "voluntary_exit_events",
            "competing": "exit_events - voluntary_exit_events",
        },
        {
            "name": "promotion",
            "at_risk": "promotion_at_risk",
            "events": "promotion_events",
            "competing": "promotion_competing",
        },
        {
            "name": "internal_move",
            "at_risk": "move_at_risk",
            "events": "move_events",
            "competing": "move_competing",
        },
    ]) -}}
{% endmacro %}

{# What balance is shown for: the ladder's covariates and those it leaves out. #}
{% macro balance_covariates() %}
    {%- set covariates = [] %}
    {%- for covariate in ladder_covariates() + ["work_arrangement", "is_people_manager"] %}
        {%- if covariate != "trial_month" and covariate not in covariates %}
            {%- do covariates.append(covariate) %}
        {%- endif %}
    {%- endfor %}
    {{- return(covariates) -}}
{% endmacro %}
