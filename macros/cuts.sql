{# The cuts every report offers, written once. #}

{# The member of a dimension that a row belongs to. #}
{% macro member(dimension) -%}
    case {{ dimension }}
        when 'all' then 'all'
        when 'cohort' then cohort
        when 'department' then department
        when 'gender' then gender
        when 'level_band' then level_band
        when 'work_arrangement' then work_arrangement
    end
{%- endmacro %}

{# A row for each whole number. #}
{% macro numbers(column, listed) -%}
    {%- for number in listed %}
    select {{ number }} as {{ column }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{# The horizons of the descriptive measures, in months. #}
{% macro horizons() -%}
    {{- numbers("horizon_months", [6, 12, 24]) -}}
{%- endmacro %}
