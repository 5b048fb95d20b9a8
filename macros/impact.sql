{# What the impact models share. #}

{# A number stands for the role wherever a person has a row per month. #}
{% macro role_number(role) -%}
    case {{ role }} when 'mentee' then 1 else 2 end
{%- endmacro %}

{% macro role_name(role_number) -%}
    case {{ role_number }} when 1 then 'mentee' else 'mentor' end
{%- endmacro %}

{# Texts of the configuration as SQL reads them. #}
{% macro quoted_texts(texts) -%}
    {%- for text in texts -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(text)) }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# The first day of a month counted through. #}
{% macro month_start(number) -%}
    {{ months_later("cast('0001-01-01' as date)", number ~ " - 13") }}
{%- endmacro %}

{# Covariates that change from one trial to the next though nothing is learned; the others are what
   is known of a person over a stretch of months. #}
{% macro monthly_covariates() %}
    {{- return(["trial_month", "trial_quarter", "tenure_band", "promotion_band", "is_people_manager"]) -}}
{% endmacro %}

{% macro tenure_band(tenure_months) -%}
    case
        when {{ tenure_months }} < 12 then 'under 12'
        when {{ tenure_months }} < 24 then '12 to 23'
        when {{ tenure_months }} < 48 then '24 to 47'
        else '48 or more'
    end
{%- endmacro %}

{# Months since the last promotion, or since the hire of whoever was never promoted. #}
{% macro promotion_band(promoted_months) -%}
    case
        when {{ promoted_months }} < 9 then 'under 9'
        when {{ promoted_months }} < 18 then '9 to 17'
        else '18 or more'
    end
{%- endmacro %}

{# Every covariate that some rung of the ladder uses, and those in which the chance of starting is
   counted, whatever the ladder. #}
{% macro ladder_covariates() %}
    {%- set covariates = ["trial_month", "level", "rating"] %}
    {%- for rung in var("impact_ladder") %}
        {%- for covariate in rung if covariate not in covariates %}
            {%- do covariates.append(covariate) %}
        {%- endfor %}
    {%- endfor %}
    {{- return(covariates) -}}
{% endmacro %}

{# How many months before a trial earlier promotions are looked for. #}
{% macro past_months_max() %}
    {{- return(36) -}}
{% endmacro %}

{# The questions that are matched, each with its own ladder and its own people:
   the headline; for every horizon those who can be followed for all of it, and the same without the
   last rating, which shows what that pulls; the two placebos. A question about earlier promotions
   cannot match on the time since the last one. #}
{% macro designs() %}
    {%- set ladder = var("impact_ladder") %}
    {%- set designs = [
        {"name": "headline", "ladder_name": "full", "ladder": ladder, "people": "control_n"},
        {
            "name": "placebo_promotion",
            "ladder_name": "without_promotions",
            "ladder": ladder | map("reject", "equalto", "promotion_band") | map("list") | list,
            "needs": "past_months >= 12",
            "people": "control_tenured_n",
        },
        {
            "name": "placebo_rating",
            "ladder_name": "full",
            "ladder": ladder,
            "needs": "has_prior_rating",
            "people": "control_rated_n",
        },
    ] %}
    {%- for months in var("impact_horizons") %}
        {%- do designs.append({
            "name": "followed_" ~ months,
            "ladder_name": "full",
            "ladder": ladder,
            "months": months,
            "people": "control_followed_" ~ months ~ "_n",
            "has_means": true,
        }) %}
    {%- endfor %}
    {%- for months in var("impact_horizons") if is_matched_on_rating() %}
        {%- do designs.append({
            "name": "unrated_" ~ months,
            "ladder_name": "without_rating",
            "ladder": ladder | map("reject", "equalto", "rating") | map("list") | list,
            "months": months,
            "people": "control_followed_" ~ months ~ "_n",
            "prefix": "unrated_",
        }) %}
    {%- endfor %}
    {{- return(designs) -}}
{% endmacro %}

{# The horizon of the veto: that of the declared questions, or the longest one. #}
{% macro veto_months() %}
    {{- return(12 if 12 in var("impact_horizons") else var("impact_horizons") | max) -}}
{% endmacro %}

{# Whether some rung of the ladder asks for the last rating. #}
{% macro is_matched_on_rating() %}
    {{- return("rating" in var("impact_ladder") | sum(start=[])) -}}
{% endmacro %}

{# The ladders by name. #}
{% macro ladders() %}
    {%- set ladders = {} %}
    {%- for design in designs() %}
        {%- do ladders.update({design.ladder_name: design.ladder}) %}
    {%- endfor %}
    {{- return(ladders) -}}
{% endmacro %}

{# The cell in which the chance of starting is counted. In a finer one of two people, one who does not
   start stands for both, and may be half of the variance. #}
{% macro crossover_cell() -%}
    role, trial_month_number, level, rating
{%- endmacro %}

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

{# The last month of follow-up: of the exit, of the own start, of what is known, of the longest
   horizon, whichever comes first. #}
{% macro end_month_number(start_month_number) -%}
    least(
        coalesce(trials.exit_month_number, 999),
        coalesce({{ start_month_number }}, 999),
        trials.last_month_number,
        {{ var("impact_horizons") | max }}
    )
{%- endmacro %}

{# Whether the last one followed has left; sums of weights may differ in their last bits. #}
{% macro has_all_left(ended, at_risk) -%}
    {{ ended }} >= {{ at_risk }} * (1 - 1e-12)
{%- endmacro %}

{# Whether somebody could take part on a day, as `impact` in mentorship.yml says: employed for long
   enough, of an eligible level and department. The impact engine asks the same of its months. #}
{% macro could_take_part(stretch, day) -%}
    {%- set said = [
        months_later(stretch ~ ".spell_started_on", var("impact_minimum_tenure_months"))
        ~ " <= " ~ day
    ] -%}
    {%- if var("impact_eligible_levels") -%}
        {%- do said.append(
            "coalesce(" ~ stretch ~ ".level in ("
            ~ var("impact_eligible_levels") | join(", ") ~ "), true)"
        ) -%}
    {%- endif -%}
    {%- if var("impact_eligible_departments") -%}
        {%- do said.append(
            "coalesce(" ~ stretch ~ ".department in ("
            ~ quoted_texts(var("impact_eligible_departments")) ~ "), true)"
        ) -%}
    {%- endif -%}
    coalesce({{ said | join(" and ") }}, false)
{%- endmacro %}
