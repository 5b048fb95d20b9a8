-- People and weights per level of each covariate, before and after matching.
{%- set covariates = balance_covariates() %}
with trials as (

    select
        role,
        cell_number,
        is_treated,
        {{ covariates | join(",\n        ") }},
        count(*) as rows_n
    from {{ ref("int_trials__eligible") }}
    group by role, cell_number, is_treated, {{ covariates | join(", ") }}

),

weights as (

    select
        weighted.group_number,
        weighted.cell_number,
        weighted.weight
    from {{ ref("int_cells__weighted") }} as weighted
    inner join {{ ref("int_groups__listed") }} as listed
        on weighted.group_number = listed.group_number
    where weighted.design = 'headline' and listed.subgroup_dimension = 'all'

),

treated as (

    select
        trials.*,
        listed.group_number,
        matched.rung
    from {{ ref("int_groups__matched") }} as matched
    inner join {{ ref("int_groups__listed") }} as listed
        on matched.group_number = listed.group_number
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            matched.cell_number = trials.cell_number
            and matched.person_number = trials.person_number
    where
        matched.design = 'headline' and listed.subgroup_dimension = 'all' and trials.is_treated

),

levels as (

    {% for covariate in covariates %}
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
        cast(trials.{{ covariate }} as {{ dbt.type_string() }}) as covariate_level,
        0 as treated_before,
        0 as treated_after,
        0 as control_before,
        sum(weights.weight * trials.rows_n) as control_after
    from trials
    inner join weights on trials.cell_number = weights.cell_number
    where not trials.is_treated
    group by weights.group_number, trials.{{ covariate }}
    union all
    select
        listed.group_number,
        '{{ covariate }}' as covariate,
        cast(trials.{{ covariate }} as {{ dbt.type_string() }}) as covariate_level,
        0 as treated_before,
        0 as treated_after,
        sum(trials.rows_n) as control_before,
        0 as control_after
    from trials
    inner join {{ ref("int_groups__listed") }} as listed on trials.role = listed.role
    where not trials.is_treated and listed.subgroup_dimension = 'all'
    group by listed.group_number, trials.{{ covariate }}
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
