-- On each rung a coarse cell's newly matched treated people are shared out among all its controls;
-- what a finest cell's controls get on several rungs adds up.
{%- set covariates = ladder_covariates() %}
with cells as (

    select * from {{ ref("int_cells__numbered") }}

),

matched as (

    select
        groups.design,
        groups.group_number,
        groups.rung,
        groups.control_n,
        cells.role,
        {% for covariate in covariates -%}
        cells.{{ covariate }},
        {% endfor -%}
        cells.trial_month_number
    from {{ ref("int_groups__matched") }} as groups
    inner join cells on groups.cell_number = cells.cell_number
    where groups.rung is not null

),

shares as (
    {% for design in designs() %}
    {%- set outer_last = loop.last %}
    {%- for rung in design.ladder %}
    {%- set share = design.name ~ "_" ~ loop.index %}
    select
        {{ share }}.design,
        {{ share }}.group_number,
        cells.cell_number,
        {{ share }}.weight
    from (
        select
            design,
            group_number,
            role,
            {% for covariate in rung %}{{ covariate }},
            {% endfor -%}
            count(*) / cast(max(control_n) as double) as weight
        from matched
        where design = '{{ design.name }}' and rung = {{ loop.index }}
        group by
            design,
            group_number,
            role
            {%- for covariate in rung %},
            {{ covariate }}
        {%- endfor %}
    ) as {{ share }}
    inner join cells
        on
            {{ share }}.role = cells.role
            {%- for covariate in rung %}
            and {{ share }}.{{ covariate }} = cells.{{ covariate }}
            {%- endfor %}
            and cells.{{ design.people }} > 0
    {{ "union all" if not (loop.last and outer_last) }}
    {%- endfor %}
    {%- endfor %}
)

select
    design,
    group_number,
    cell_number,
    sum(weight) as weight
from shares
group by design, group_number, cell_number
