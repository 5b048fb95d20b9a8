{# What each engine says in its own way. Models call the first macro of each pair. #}

{# The last value that is not null, from the first row of the window to this one. #}
{% macro last_known(column, partition_by, order_by) %}
    {{- return(adapter.dispatch("last_known")(column, partition_by, order_by)) -}}
{% endmacro %}

{% macro default__last_known(column, partition_by, order_by) -%}
    last_value({{ column }}, true) over (
        partition by {{ partition_by }} order by {{ order_by }}
        rows between unbounded preceding and current row
    )
{%- endmacro %}

{% macro duckdb__last_known(column, partition_by, order_by) -%}
    last_value({{ column }} ignore nulls) over (
        partition by {{ partition_by }} order by {{ order_by }}
        rows between unbounded preceding and current row
    )
{%- endmacro %}

{# A row for the first day of every month between two dates, both included. #}
{% macro month_series(first_month, last_month) %}
    {{- return(adapter.dispatch("month_series")(first_month, last_month)) -}}
{% endmacro %}

{% macro default__month_series(first_month, last_month) -%}
    explode(sequence({{ first_month }}, {{ last_month }}, interval 1 month))
{%- endmacro %}

{% macro duckdb__month_series(first_month, last_month) -%}
    cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval 1 month)) as date)
{%- endmacro %}

{# A row for every whole number between two, both included; the first is not the greater one. #}
{% macro number_series(first_number, last_number) %}
    {{- return(adapter.dispatch("number_series")(first_number, last_number)) -}}
{% endmacro %}

{% macro default__number_series(first_number, last_number) -%}
    explode(sequence({{ first_number }}, {{ last_number }}))
{%- endmacro %}

{% macro duckdb__number_series(first_number, last_number) -%}
    cast(unnest(range({{ first_number }}, {{ last_number }} + 1)) as integer)
{%- endmacro %}

{# One whole number for a combination of values: the engine's own 64-bit hash. Two combinations share
   one with a chance of about 1 in 10 million among a million of them. (null, x), (x, null), ('', x)
   and (x, '') are four combinations. #}
{% macro number_of(columns) %}
    {{- return(adapter.dispatch("number_of")(columns)) -}}
{% endmacro %}

{# This hash passes over nulls, as if they were not there: each value follows a mark that says whether
   it is. #}
{% macro default__number_of(columns) -%}
    xxhash64({% for column in columns %}{{ column }} is null, {{ column }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{# This one counts nulls and positions itself. #}
{% macro duckdb__number_of(columns) -%}
    hash({{ columns | join(", ") }})
{%- endmacro %}

{# A text with a single space in place of whatever is no small letter of a Latin alphabet. #}
{% macro only_letters(text) %}
    {{- return(adapter.dispatch("only_letters")(text)) -}}
{% endmacro %}

{% macro default__only_letters(text) -%}
    regexp_replace({{ text }}, '[^a-zß-öø-ž]+', ' ')
{%- endmacro %}

{# Without `g`, only the first. #}
{% macro duckdb__only_letters(text) -%}
    regexp_replace({{ text }}, '[^a-zß-öø-ž]+', ' ', 'g')
{%- endmacro %}

{# A row for each word of a text, which single spaces part. #}
{% macro each_word(text) %}
    {{- return(adapter.dispatch("each_word")(text)) -}}
{% endmacro %}

{% macro default__each_word(text) -%}
    explode(split({{ text }}, ' '))
{%- endmacro %}

{% macro duckdb__each_word(text) -%}
    unnest(string_split({{ text }}, ' '))
{%- endmacro %}

{# Spark works a view out again wherever it is read, into the plan of whatever reads it. #}
{% materialization view, adapter="spark" %}
    {{ return(dbt.materialization_table_spark()) }}
{% endmaterialization %}
