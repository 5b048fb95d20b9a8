-- What each person adds to each arm and month of follow-up. Controls are followed to the end of the
-- month in which they start themselves, weighted by the inverse of the chance of not having
-- started yet; everybody to the last complete month.
with weights as (

    select * from {{ ref("int_cells__weighted") }}
    where design = 'headline'

),

last_trials as (

    -- After the last trial nobody starts, so the weight stays as it is.
    select
        {{ role_number("role") }} as role_number,
        max(trial_month_number) as trial_month_number
    from {{ ref("int_trials__months") }}
    group by role

),

crossed as (

    select * from {{ ref("int_trials__crossed_over") }}

),

controls as (

    select
        controls.*,
        crossed.cumulative_start_hazard
    from {{ ref("int_controls__matched") }} as controls
    inner join crossed
        on
            controls.role_number = crossed.role_number
            and controls.person_number = crossed.person_number
            and controls.trial_month_number = crossed.trial_month_number

),

followed_controls as (

    select
        *,
        {{ number_series("1", "end_month_number") }} as month
    from controls

),

{# Events are rare, so what a month adds to them is added up apart. -#}
ended_controls as (

    {% for column in event_months() -%}
    select
        *,
        {{ column }} as month
    from controls
    where {{ column }} between 1 and end_month_number
    {{ "union" if not loop.last }}
    {% endfor %}
),

treated as (

    select
        groups.group_number,
        trials.person_number,
        {% for column in event_columns() -%}
        trials.{{ column }},
        {% endfor -%}
        {{ end_month_number("null") }} as end_month_number
    from {{ ref("int_groups__matched") }} as groups
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            groups.cell_number = trials.cell_number
            and groups.person_number = trials.person_number
    where groups.design = 'headline' and groups.rung is not null and trials.is_treated

),

{% for months in ["followed", "ended"] -%}
{{ months }}_weighed as (

    select
        {{ months }}_controls.*,
        least(
            {{ months }}_controls.trial_month_number + {{ months }}_controls.month - 1,
            last_trials.trial_month_number
        ) as weighed_month_number
    from {{ months }}_controls
    inner join last_trials on {{ months }}_controls.role_number = last_trials.role_number

),

{{ months }}_factored as (

    select
        weighed.person_number,
        weighed.cell_number,
        {% for column in event_columns() -%}
        weighed.{{ column }},
        {% endfor -%}
        weighed.month,
        exp(crossed.cumulative_start_hazard - weighed.cumulative_start_hazard) as factor
    from {{ months }}_weighed as weighed
    inner join crossed
        on
            weighed.role_number = crossed.role_number
            and weighed.person_number = crossed.person_number
            and weighed.weighed_month_number = crossed.trial_month_number

),

{{ months }}_comparison as (

    select
        weights.group_number,
        factored.person_number,
        {% for column in event_columns() -%}
        factored.{{ column }},
        {% endfor -%}
        factored.month,
        weights.weight * factored.factor as weight
    from {{ months }}_factored as factored
    inner join weights on factored.cell_number = weights.cell_number

),

{% endfor -%}
followed_mentored as (

    select
        *,
        {{ number_series("1", "end_month_number") }} as month,
        1.0 as weight
    from treated

),

ended_mentored as (

    select * from followed_mentored
    where {% for column in event_months() %}{{ column }} = month{{ " or " if not loop.last }}{% endfor %}

),

{% for arm in ["comparison", "mentored"] -%}
{{ arm }}_at_risk as (

    select
        group_number,
        person_number,
        month,
        max(weight) as largest_weight,
        sum(weight) as followed_weight
        {%- for outcome in followed_outcomes() if outcome.at_risk != "followed_weight" %},
        sum(case when coalesce({{ outcome.month }}, 999) >= month then weight else 0 end)
            as {{ outcome.at_risk }}
        {%- endfor %}
    from followed_{{ arm }}
    group by group_number, person_number, month

),

{{ arm }}_ended as (

    select
        group_number,
        person_number,
        month
        {%- for outcome in followed_outcomes() %},
        sum(case when {{ outcome.month }} = month then weight else 0 end) as {{ outcome.events }}
        {%- if outcome.competing_month %},
        sum(
            case
                when
                    {{ outcome.competing_month }} = month
                    and coalesce({{ outcome.month }}, 999) > month
                    then weight
                else 0
            end
        ) as {{ outcome.competing }}
        {%- endif %}
        {%- endfor %}
    from ended_{{ arm }}
    group by group_number, person_number, month

){{ "," if not loop.last }}

{% endfor -%}
{% for arm in ["comparison", "mentored"] %}
select
    at_risk.group_number,
    '{{ arm }}' as arm,
    at_risk.person_number,
    at_risk.month,
    at_risk.largest_weight,
    at_risk.followed_weight
    {%- for outcome in followed_outcomes() %},
    {%- if outcome.at_risk != "followed_weight" %}
    at_risk.{{ outcome.at_risk }},
    {%- endif %}
    coalesce(ended.{{ outcome.events }}, 0) as {{ outcome.events }}
    {%- if outcome.competing_month %},
    coalesce(ended.{{ outcome.competing }}, 0) as {{ outcome.competing }}
    {%- endif %}
    {%- endfor %}
from {{ arm }}_at_risk as at_risk
left join {{ arm }}_ended as ended
    on
        at_risk.group_number = ended.group_number
        and at_risk.person_number = ended.person_number
        and at_risk.month = ended.month
{{ "union all" if not loop.last }}
{% endfor %}
