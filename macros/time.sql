{# Dates as this project counts them, in dbt's own cross-database words. #}

{% macro month_of(day) -%}
    cast({{ dbt.date_trunc("month", day) }} as date)
{%- endmacro %}

{% macro months_later(day, months_n) -%}
    cast({{ dbt.dateadd("month", months_n, day) }} as date)
{%- endmacro %}

{% macro days_later(day, days_n) -%}
    cast({{ dbt.dateadd("day", days_n, day) }} as date)
{%- endmacro %}

{# The month after a first-of-month, counted from 1, on whose last employed day someone left. An
   exit dated the first day of a month was the end of the month before. #}
{% macro exit_month_number(window_starts_on, ended_on) -%}
    ({{ dbt.datediff(window_starts_on, days_later(ended_on, -1), "month") }} + 1)
{%- endmacro %}

{# First day of the period of this grain that holds the day. #}
{% macro period_start(grain, day) -%}
    case {{ grain }}
        when 'month' then {{ month_of(day) }}
        when 'quarter' then cast({{ dbt.date_trunc("quarter", day) }} as date)
        when 'year' then cast({{ dbt.date_trunc("year", day) }} as date)
    end
{%- endmacro %}

{# Number of months in a period of this grain. #}
{% macro period_months_n(grain) -%}
    case {{ grain }} when 'month' then 1 when 'quarter' then 3 when 'year' then 12 end
{%- endmacro %}
