{# The key tests of this project. #}

{# Fails with every combination of the columns that stands more than once, or holds a null. #}
{% test one_row_per(model, columns) %}
    {%- set key = columns | join(", ") %}
    select
        {{ key }},
        count(*) as rows_n
    from {{ model }}
    group by {{ key }}
    having count(*) > 1
    {%- for column in columns %} or {{ column }} is null{% endfor %}
{% endtest %}

{# Fails with every row of which the expression is not true. #}
{% test holds(model, expression) %}
    select * from {{ model }} where not coalesce({{ expression }}, false)
{% endtest %}
