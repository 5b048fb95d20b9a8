-- A rule that is raised for a pairing on a day on which it is looked at.
{% for rule in warning_rules() %}
{%- if not loop.first %}
union all
{% endif -%}
select
    '{{ rule.name }}' as rule,
    pairing_id,
    program,
    mentee_key,
    started_on,
    checked_on,
    is_today,
    {{ rule.since }} as since_on
from {{ ref("int_pairing_days__watched") }}
where {{ rule.raised }}
{%- else %}
select
    cast(null as {{ dbt.type_string() }}) as rule,
    pairing_id,
    program,
    mentee_key,
    started_on,
    checked_on,
    is_today,
    started_on as since_on
from {{ ref("int_pairing_days__watched") }}
where false
{%- endfor %}
