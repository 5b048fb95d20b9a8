-- A pairing on one side of a comparison, or with an amount of a practice. What is not known of it
-- is not there.
{% for contrast in driver_contrasts() %}
{%- if not loop.first %}
union all
{% endif -%}
select
    pairing_id,
    mentee_key,
    mentor_key,
    {%- for column in var("driver_strata") %}
    {{ column }},
    {%- endfor %}
    '{{ contrast.driver }}' as driver,
    '{{ contrast.contrast }}' as contrast,
    {%- for outcome in var("driver_outcomes") %}
    cast({{ outcome.value }} as double) as {{ outcome.name }},
    {%- endfor %}
    cast({{ contrast.amount }} as double) as amount,
    {{ contrast.done }} = 1 as is_done
from {{ ref("int_pairings__landmarked") }}
where {{ contrast.known }} and {{ contrast.amount }} is not null
{%- endfor %}
