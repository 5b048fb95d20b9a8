-- What pairings add to a comparison, summed by whom they share: a mentee, a mentor, both.
with centered as (

    select * from {{ ref("int_drivers__centered") }}

),

{{ with_all_programs("centered") }}

{% for cluster in ["mentee", "mentor", "both"] %}
{%- if not loop.first %}
union all
{% endif -%}
{%- set shared = {
    "mentee": "mentee_key", "mentor": "mentor_key", "both": "mentee_key, mentor_key",
}[cluster] -%}
select
    driver,
    contrast,
    outcome,
    in_program as program,
    '{{ cluster }}' as cluster,
    {{ number_of(shared.split(", ")) }} as cluster_number,
    count(*) as pairings_n,
    sum(amount_gap * outcome_gap) as product_sum,
    sum(amount_gap * amount_gap) as square_sum
from with_all_programs
group by driver, contrast, outcome, in_program, {{ shared }}
{%- endfor %}
