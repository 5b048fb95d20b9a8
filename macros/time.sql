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

{# Months counted through, so that they can be added and joined on. #}
{% macro month_number(day) -%}
    cast(12 * extract(year from {{ day }}) + extract(month from {{ day }}) as integer)
{%- endmacro %}

{# How many months end between two dates: 1 from the last of January to the first of February. Engines
   do not agree in theirs. #}
{% macro months_apart(first_day, last_day) -%}
    {{ month_number(last_day) }} - {{ month_number(first_day) }}
{%- endmacro %}

{# Whole months from one date to a later one: the most for which `months_later` does not pass the end.
   A month from the 29th, 30th or 31st of January is over on the last of February. #}
{% macro completed_months(starts_on, ends_on) -%}
    (
        {{ months_apart(starts_on, ends_on) }}
        - case
            when
                extract(day from {{ ends_on }}) < extract(day from {{ starts_on }})
                and extract(day from {{ days_later(ends_on, 1) }}) > 1
                then 1
            else 0
        end
    )
{%- endmacro %}

{# Whether a range that begins on its first day and ends before its last holds on a day. A range
   without an end holds for good. #}
{% macro holds_on(day, valid_from, valid_to) -%}
    {{ valid_from }} <= {{ day }} and {{ ends_after(day, valid_to) }}
{%- endmacro %}

{# Whether a range with this end, if it has one, still holds on a day. A comparison, and not `is null
   or`: a left join on the latter tries every pair. #}
{% macro ends_after(day, valid_to) -%}
    coalesce({{ valid_to }}, cast('9999-12-31' as date)) > {{ day }}
{%- endmacro %}

{# The month after a first-of-month, counted from 1, on whose last employed day someone left. An
   exit dated the first day of a month was the end of the month before. #}
{% macro exit_month_number(window_starts_on, ended_on) -%}
    ({{ months_apart(window_starts_on, days_later(ended_on, -1)) }} + 1)
{%- endmacro %}

{# First day of the period of this grain that holds the day. #}
{% macro period_start(grain, day) -%}
    case {{ grain }}
        when 'month' then {{ month_of(day) }}
        when 'quarter' then cast({{ dbt.date_trunc("quarter", day) }} as date)
        when 'half_year' then {{ months_later(
            "cast(" ~ dbt.date_trunc("year", day) ~ " as date)",
            "case when extract(month from " ~ day ~ ") > 6 then 6 else 0 end",
        ) }}
        when 'year' then cast({{ dbt.date_trunc("year", day) }} as date)
    end
{%- endmacro %}

{# Number of months in a period of this grain. #}
{% macro period_months_n(grain) -%}
    case {{ grain }}
        when 'month' then 1 when 'quarter' then 3 when 'half_year' then 6 when 'year' then 12
    end
{%- endmacro %}
