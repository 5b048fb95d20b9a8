-- The first rung of the ladder on which a cell of treated people finds a control, per design.
{%- set ladders = {} %}
{%- for design in designs() %}
{%- do ladders.setdefault(design.ladder_name, []).append(design) %}
{%- endfor %}
with cells as (

    select * from {{ ref("int_cells__numbered") }}

),

{% for ladder_name, sharing in ladders.items() -%}
{%- for rung in sharing[0].ladder -%}
{{ ladder_name }}_{{ loop.index }} as (

    select
        role,
        {{ rung | join(",\n        ") }}
        {%- for design in sharing %},
        sum({{ design.people }}) as {{ design.name }}_n
        {%- endfor %}
    from cells
    group by role, {{ rung | join(", ") }}

),

{% endfor -%}
{{ ladder_name }}_matched as (

    select
        cells.*
        {%- for design in sharing %},
        case
            {%- for rung in design.ladder %}
            when {{ ladder_name }}_{{ loop.index }}.{{ design.name }}_n > 0 then {{ loop.index }}
            {%- endfor %}
        end as {{ design.name }}_rung,
        case
            {%- for rung in design.ladder %}
            when {{ ladder_name }}_{{ loop.index }}.{{ design.name }}_n > 0
                then {{ ladder_name }}_{{ loop.index }}.{{ design.name }}_n
            {%- endfor %}
        end as {{ design.name }}_n
        {%- endfor %}
    from cells
    {%- for rung in sharing[0].ladder %}
    {%- set controls = ladder_name ~ "_" ~ loop.index %}
    left join {{ controls }}
        on
            cells.role = {{ controls }}.role
            {%- for covariate in rung %}
            and cells.{{ covariate }} = {{ controls }}.{{ covariate }}
            {%- endfor %}
    {%- endfor %}
    where cells.treated_n > 0

){{ "," if not loop.last }}

{% endfor %}
{% for design in designs() %}
select
    '{{ design.name }}' as design,
    role,
    cell_number,
    {{ design.name }}_rung as rung,
    {{ design.name }}_n as control_n
from {{ design.ladder_name }}_matched
{%- if design.months %}
where is_followed_{{ design.months }}
{%- endif %}
{{ "union all" if not loop.last }}
{% endfor %}
