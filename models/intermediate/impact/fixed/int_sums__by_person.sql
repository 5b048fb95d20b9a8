-- Weights fixed, outcome known for everybody: what each person adds to a weighted mean. The two
-- designs that look backwards are the placebos; the others follow the whole horizon, whoever starts
-- later, matched as the headline is and without the last rating. Weights are shared out only among those a design can ask, so they are counted with it.
{%- set has_means = asked_outcomes() | rejectattr("kind", "equalto", "followed") | list | length > 0 %}
with cells as (

    select cell_number
    from {{ ref("int_cells__weighted") }}
    where design <> 'headline'
    union
    select cell_number
    from {{ ref("int_groups__matched") }}
    where design <> 'headline' and rung is not null

),

trials as (

    select
        trials.person_number,
        trials.cell_number,
        trials.is_treated,
        trials.past_months,
        trials.rating,
        trials.prior_rating,
        trials.has_prior_rating,
        trials.prior_promotions_n,
        trials.start_month_number
        {%- for column in event_columns() %},
        trials.{{ column }}
        {%- endfor %}
        {%- if has_means %},
        {{ month_start("trials.trial_month_number") }} as trial_month
        {%- endif %}
    from {{ ref("int_trials__eligible") }} as trials
    inner join cells on trials.cell_number = cells.cell_number

),

{% if has_means -%}
{{ earlier_answers("trials") }},

{% endif -%}
{% for design in designs() if design.name != "headline" -%}
{%- set h = design.months or 0 %}
{{ design.name }}_rows as (

    select
        trials.*
        {%- if design.has_means and has_means %},
        {{ answer_changes("trials") }}
        {%- endif %}
    from {{ "earlier" if design.has_means and has_means else "trials" }} as trials
    {%- if design.has_means and has_means %}
    {{ later_answers("trials", h) }}
    {%- endif %}

),

{{ design.name }}_sums as (

    select
        weighted.group_number,
        weighted.arm,
        trials.person_number,
        sum(weighted.weight) as weight,
        sum(case when trials.start_month_number <= {{ h }} then weighted.weight else 0 end)
            as weight_contaminated
        {%- for outcome, outcome_value, is_always_known in fixed_outcomes(design) %},
        sum(weighted.weight * ({{ outcome_value }})) as {{ outcome }}
        {%- if not is_always_known %},
        sum(case when ({{ outcome_value }}) is not null then weighted.weight end)
            as {{ outcome }}_weight,
        sum(
            case
                when ({{ outcome_value }}) is null then 0
                when trials.start_month_number <= {{ h }} then weighted.weight
                else 0
            end
        ) as {{ outcome }}_contaminated
        {%- endif %}
        {%- endfor %}
    from {{ design.name }}_rows as trials
    inner join (
        select
            group_number,
            cell_number,
            cast(null as integer) as treated_number,
            weight,
            'comparison' as arm
        from {{ ref("int_cells__weighted") }}
        where design = '{{ design.name }}'
        union all
        select
            group_number,
            cell_number,
            person_number as treated_number,
            1.0 as weight,
            'mentored' as arm
        from {{ ref("int_groups__matched") }}
        where design = '{{ design.name }}' and rung is not null
    ) as weighted
        on
            trials.cell_number = weighted.cell_number
            and (
                (weighted.arm = 'comparison' and not trials.is_treated)
                or (trials.is_treated and trials.person_number = weighted.treated_number)
            )
    {%- if not h %}
    where trials.is_treated or {{ design.needs }}
    {%- endif %}
    group by weighted.group_number, weighted.arm, trials.person_number

){{ "," if not loop.last }}

{% endfor %}
{% for design in designs() if design.name != "headline" %}
{%- set h = design.months or 0 %}
{%- for outcome, outcome_value, is_always_known in fixed_outcomes(design) %}
select
    group_number,
    arm,
    '{{ outcome }}' as outcome,
    {{ h }} as horizon_months,
    person_number,
    {{ "weight" if is_always_known else outcome ~ "_weight as weight" }},
    {{ outcome }} as weighted_outcome,
    {{ "weight_contaminated" if is_always_known else outcome ~ "_contaminated" }}
from {{ design.name }}_sums
{%- if not is_always_known %}
where {{ outcome }}_weight is not null
{%- endif %}
{{ "union all" if not loop.last }}
{%- endfor %}
{{ "union all" if not loop.last }}
{% endfor %}
