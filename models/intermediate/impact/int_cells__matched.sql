-- The first rung of the ladder on which a cell of treated people finds a control, per design.
{%- for design in designs() %}
{%- set prefix = design.name %}
{%- for rung in design.ladder %}
{{ "with " if loop.first and prefix == "headline" }}{{ prefix }}_controls_{{ loop.index }} as (

    select
        cells.role,
        {% for covariate in rung %}cells.{{ covariate }},
        {% endfor -%}
        sum(cells.{{ design.people }}) as control_n
    from {{ ref("int_cells__numbered") }} as cells
    {%- if design.months %}
    cross join {{ ref("int_settings__resolved") }} as settings
    where
        cells.trial_month_number + 1 + {{ design.months }}
        <= {{ month_number("settings.follow_up_ends_on") }}
    {%- endif %}
    group by
        cells.role
        {%- for covariate in rung %},
        cells.{{ covariate }}
        {%- endfor %}
    having sum(cells.{{ design.people }}) > 0

),

{% endfor %}
{%- endfor %}
treated_cells as (

    select cells.*
    from {{ ref("int_cells__numbered") }} as cells
    where cells.treated_n > 0

)

{% for design in designs() %}
{%- set prefix = design.name %}
select
    '{{ design.name }}' as design,
    cells.role,
    cells.cell_number,
    case
        {%- for rung in design.ladder %}
        when {{ prefix }}_controls_{{ loop.index }}.control_n > 0 then {{ loop.index }}
        {%- endfor %}
    end as rung,
    case
        {%- for rung in design.ladder %}
        when {{ prefix }}_controls_{{ loop.index }}.control_n > 0
            then {{ prefix }}_controls_{{ loop.index }}.control_n
        {%- endfor %}
    end as control_n
from treated_cells as cells
{%- for rung in design.ladder %}
{%- set controls = prefix ~ "_controls_" ~ loop.index %}
left join {{ controls }}
    on
        cells.role = {{ controls }}.role
        {%- for covariate in rung %}
        and cells.{{ covariate }} = {{ controls }}.{{ covariate }}
        {%- endfor %}
{%- endfor %}
{%- if design.months %}
cross join {{ ref("int_settings__resolved") }} as settings
where
    cells.trial_month_number + 1 + {{ design.months }}
    <= {{ month_number("settings.follow_up_ends_on") }}
{%- endif %}
{{ "union all" if not loop.last }}
{% endfor %}
