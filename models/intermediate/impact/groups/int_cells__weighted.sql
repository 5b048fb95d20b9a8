-- On each rung a coarse cell's newly matched treated people are shared out among all its controls;
-- what a finest cell's controls get on several rungs adds up.
with cells as (

    select * from {{ ref("int_cells__numbered") }}

),

matched as (

    select
        cells.*,
        groups.design,
        groups.group_number,
        groups.rung,
        groups.control_n as coarse_control_n
    from {{ ref("int_groups__matched") }} as groups
    inner join cells on groups.cell_number = cells.cell_number
    where groups.rung is not null

),

shares as (
    {% for design in designs() %}
    {%- set outer_last = loop.last %}
    {%- for rung in design.ladder %}
    {%- set coarse = design.ladder_name ~ "_" ~ loop.index ~ "_number" %}
    select
        shared.design,
        shared.group_number,
        cells.cell_number,
        shared.weight
    from (
        select
            design,
            group_number,
            {{ coarse }},
            count(*) / cast(max(coarse_control_n) as double) as weight
        from matched
        where design = '{{ design.name }}' and rung = {{ loop.index }}
        group by design, group_number, {{ coarse }}
    ) as shared
    inner join cells on shared.{{ coarse }} = cells.{{ coarse }} and cells.{{ design.people }} > 0
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
