-- Treated people of each group with the rung that matched them; unmatched ones have none.
{% for design in designs() %}
select
    '{{ design.name }}' as design,
    groups.group_number,
    groups.person_number,
    groups.cell_number,
    matched.rung,
    matched.control_n
from {{ ref("int_groups__studied") }} as groups
inner join {{ ref("int_cells__matched") }} as matched
    on groups.cell_number = matched.cell_number and matched.design = '{{ design.name }}'
{%- if design.name != "headline" %}
where
    groups.subgroup_dimension = 'all'
    {%- if not design.months %}
    and groups.{{ design.needs }}
    {%- endif %}
{%- endif %}
{{ "union all" if not loop.last }}
{% endfor %}
