-- The first rung of the ladder on which a cell of treated people finds a control, per design.
with cells as (

    select * from {{ ref("int_cells__numbered") }}

),

{% for ladder_name, rungs in ladders().items() -%}
{%- set sharing = designs() | selectattr("ladder_name", "equalto", ladder_name) | list -%}
{%- for rung in rungs -%}
{%- set coarse = ladder_name ~ "_" ~ loop.index -%}
{{ coarse }} as (

    select
        {{ coarse }}_number
        {%- for design in sharing %},
        cast(sum({{ design.people }}) as bigint) as {{ design.name }}_n
        {%- endfor %}
    from cells
    group by {{ coarse }}_number

),

{% endfor -%}
{{ ladder_name }}_matched as (

    select
        cells.*
        {%- for design in sharing %},
        case
            {%- for rung in rungs %}
            when {{ ladder_name }}_{{ loop.index }}.{{ design.name }}_n > 0 then {{ loop.index }}
            {%- endfor %}
        end as {{ design.name }}_rung,
        case
            {%- for rung in rungs %}
            when {{ ladder_name }}_{{ loop.index }}.{{ design.name }}_n > 0
                then {{ ladder_name }}_{{ loop.index }}.{{ design.name }}_n
            {%- endfor %}
        end as {{ design.name }}_n
        {%- endfor %}
    from cells
    {%- for rung in rungs %}
    {%- set coarse = ladder_name ~ "_" ~ loop.index %}
    left join {{ coarse }} on cells.{{ coarse }}_number = {{ coarse }}.{{ coarse }}_number
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
