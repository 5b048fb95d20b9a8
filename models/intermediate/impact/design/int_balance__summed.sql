-- People and weights per level of each covariate, before and after matching. People of one cell
-- share what the ladder uses; what it leaves out is counted within the cells.
{%- set matched_on = balance_covariates() | select("in", ladder_covariates()) | list %}
{%- set left_out = balance_covariates() | reject("in", ladder_covariates()) | list %}
with cells as (

    select * from {{ ref("int_cells__numbered") }}

),

listed as (

    select * from {{ ref("int_groups__listed") }}
    where subgroup_dimension = 'all'

),

weights as (

    select
        weighted.group_number,
        weighted.cell_number,
        weighted.weight
    from {{ ref("int_cells__weighted") }} as weighted
    inner join listed on weighted.group_number = listed.group_number
    where weighted.design = 'headline'

),

treated as (

    select
        listed.group_number,
        {% for covariate in matched_on -%}
        cells.{{ covariate }},
        {% endfor -%}
        {% for covariate in left_out -%}
        trials.{{ covariate }},
        {% endfor -%}
        matched.rung
    from {{ ref("int_groups__matched") }} as matched
    inner join listed on matched.group_number = listed.group_number
    inner join cells on matched.cell_number = cells.cell_number
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            matched.cell_number = trials.cell_number
            and matched.person_number = trials.person_number
    where matched.design = 'headline' and trials.is_treated

),

controls as (

    select
        role,
        cell_number,
        {% for covariate in left_out -%}
        {{ covariate }},
        {% endfor -%}
        count(*) as control_n
    from {{ ref("int_trials__eligible") }}
    where not is_treated
    group by
        {% for covariate in left_out -%}
        {{ covariate }},
        {% endfor -%}
        role,
        cell_number

),

levels as (

    {% for covariate in matched_on + left_out %}
    {%- set people = "cells" if covariate in matched_on else "controls" %}
    select
        group_number,
        '{{ covariate }}' as covariate,
        cast({{ covariate }} as {{ dbt.type_string() }}) as covariate_level,
        count(*) as treated_before,
        count(rung) as treated_after,
        0 as control_before,
        0 as control_after
    from treated
    group by group_number, {{ covariate }}
    union all
    select
        weights.group_number,
        '{{ covariate }}' as covariate,
        cast({{ people }}.{{ covariate }} as {{ dbt.type_string() }}) as covariate_level,
        0 as treated_before,
        0 as treated_after,
        0 as control_before,
        sum(weights.weight * {{ people }}.control_n) as control_after
    from {{ people }}
    inner join weights on {{ people }}.cell_number = weights.cell_number
    where {{ people }}.control_n > 0
    group by weights.group_number, {{ people }}.{{ covariate }}
    union all
    select
        listed.group_number,
        '{{ covariate }}' as covariate,
        cast({{ people }}.{{ covariate }} as {{ dbt.type_string() }}) as covariate_level,
        0 as treated_before,
        0 as treated_after,
        sum({{ people }}.control_n) as control_before,
        0 as control_after
    from {{ people }}
    inner join listed on {{ people }}.role = listed.role
    where {{ people }}.control_n > 0
    group by listed.group_number, {{ people }}.{{ covariate }}
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select
    group_number,
    covariate,
    covariate_level,
    sum(treated_before) as treated_before,
    sum(treated_after) as treated_after,
    sum(control_before) as control_before,
    sum(control_after) as control_after
from levels
group by group_number, covariate, covariate_level
