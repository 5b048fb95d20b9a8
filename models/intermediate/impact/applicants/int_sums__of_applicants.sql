-- What each applicant, and whoever stands beside them, adds to a weighted share: in the comparison
-- with those who did not get in (applied_), and of those with people who did not apply
-- (turned_down_). Weights are fixed, nobody is censored.
{%- set followed = asked_outcomes() | selectattr("kind", "equalto", "followed") | list %}
{%- set declared = followed | selectattr("is_primary", "defined") | list %}
with listed as (

    select * from {{ ref("int_groups__listed") }}
    where subgroup_dimension = 'all'

),

applied as (

    select
        role,
        person_number,
        min(applied_number) as applied_number
    from {{ ref("int_applications__dated") }}
    group by role, person_number

),

turned_down as (

    select * from {{ ref("int_applicants__turned_down") }}

),

applicants as (

    select
        listed.group_number,
        case when weighted.is_treated then 'mentored' else 'comparison' end as arm,
        weighted.weight,
        trials.person_number,
        {% for column in event_columns() -%}
        trials.{{ column }},
        {% endfor -%}
        trials.start_month_number,
        trials.last_month_number
    from {{ ref("int_applicants__weighted") }} as weighted
    inner join listed
        on
            weighted.role = listed.role
            and (listed.program = 'all' or weighted.program = listed.program)
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            weighted.cell_number = trials.cell_number
            and weighted.person_number = trials.person_number
    where weighted.weight > 0

),

unapplied as (

    select
        trials.role_number,
        'comparison' as arm,
        turned_down.weight,
        trials.person_number,
        {% for column in event_columns() -%}
        trials.{{ column }},
        {% endfor -%}
        trials.start_month_number
    from turned_down
    inner join {{ ref("int_trials__eligible") }} as trials
        on turned_down.cell_number = trials.cell_number
    left join applied
        on trials.person_number = applied.person_number and trials.role = applied.role
    where
        turned_down.applicant_number is null
        and not trials.is_treated
        and coalesce(applied.applied_number > trials.trial_month_number, true)

),

refused as (

    select
        trials.role_number,
        'mentored' as arm,
        turned_down.weight,
        trials.person_number,
        {% for column in event_columns() -%}
        trials.{{ column }},
        {% endfor -%}
        trials.start_month_number
    from turned_down
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            turned_down.cell_number = trials.cell_number
            and turned_down.applicant_number = trials.person_number

),

asked as (

    select * from unapplied
    union all
    select * from refused

),

vetoed as (

    select
        asked.*,
        listed.group_number
    from asked
    inner join listed
        on asked.role_number = {{ role_number("listed.role") }} and listed.program = 'all'

)

{% for months in var("impact_horizons") %}
{%- set outer_last = loop.last %}
{%- for outcome in followed %}
{%- set happened = event_month(outcome) ~ " <= " ~ months %}
{%- set share = "then 0 else 1" if outcome.counts == "staying" else "then 1 else 0" %}
select
    group_number,
    arm,
    'applied_{{ outcome.name }}' as outcome,
    {{ months }} as horizon_months,
    person_number,
    sum(weight) as weight,
    sum(weight * (case when {{ happened }} {{ share }} end)) as weighted_outcome,
    sum(case when start_month_number <= {{ months }} then weight else 0 end) as weight_contaminated
from applicants
where last_month_number >= {{ months }}
group by group_number, arm, person_number
{{ "union all" if declared or not (loop.last and outer_last) }}
{%- endfor %}
{%- endfor %}
{%- for outcome in declared %}
{%- set happened = event_month(outcome) ~ " <= " ~ veto_months() %}
{%- set share = "then 0 else 1" if outcome.counts == "staying" else "then 1 else 0" %}
select
    group_number,
    arm,
    'turned_down_{{ outcome.name }}' as outcome,
    {{ veto_months() }} as horizon_months,
    person_number,
    sum(weight) as weight,
    sum(weight * (case when {{ happened }} {{ share }} end)) as weighted_outcome,
    sum(case when start_month_number <= {{ veto_months() }} then weight else 0 end)
        as weight_contaminated
from vetoed
group by group_number, arm, person_number
{{ "union all" if not loop.last }}
{%- endfor %}
