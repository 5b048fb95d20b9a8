{# What models take from the list of warnings in dbt_project.yml: see analyses/warnings.py. #}

{# The rules that are on, each with its threshold and the SQL of when it is raised and since when. #}
{% macro warning_rules() %}
    {%- set rules = [] -%}
    {%- for rule in var("warnings") -%}
        {%- set threshold = var("warning_thresholds").get(rule.name, rule.threshold) -%}
        {%- if threshold is not none -%}
            {%- set since = rule.since -%}
            {%- if rule.is_counted_in_days -%}
                {%- set since = days_later(rule.since, threshold | int) -%}
            {%- endif -%}
            {%- do rules.append({
                "name": rule.name,
                "raised": rule.raised | replace("{threshold}", threshold ~ ""),
                "since": since,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(rules) -}}
{% endmacro %}

{# Whether a trouble of the same pairing came in the days after it was looked at. #}
{% macro foretells(looked_at) -%}
    {{ looked_at }}.pairing_id = troubles.pairing_id
            and {{ looked_at }}.checked_on < troubles.happened_on
            and {{ days_later(looked_at ~ ".checked_on", var("warning_days")) }} >= troubles.happened_on
{%- endmacro %}

{# Whether a goal is past its day, as far as it was known on a day. #}
{% macro is_overdue(day) -%}
    goals.due_on < {{ day }}
    and coalesce(goals.status_code, 'open') <> 'dropped'
    and coalesce(goals.completed_on > {{ day }}, goals.status_code <> 'completed', true)
{%- endmacro %}

{# A row for each rule that is on, and for any of them. #}
{% macro rule_names() -%}
    select 'any' as rule
    {%- for rule in warning_rules() %}
    union all
    select '{{ rule.name }}' as rule
    {%- endfor %}
{%- endmacro %}
