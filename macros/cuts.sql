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

{# The followed horizons, in months. #}
{% macro horizons() -%}
    select 6 as horizon_months
    union all
    select 12 as horizon_months
    union all
    select 24 as horizon_months
{%- endmacro %}
